"""What a server may do to a run: little. Drips, bombs, huge records, unasked ones, endless pauses."""

import gzip
import socket
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kgbuild.errors import RemoteError
from kgbuild.model import Document, Reject
from kgbuild.source.eutils import Eutils
from kgbuild.source.eutils_http import retry_after
from kgbuild.source.live import fetch_pmids, search_pubmed
from kgbuild.source.pmids import read_pmids

SEARCH = b"<eSearchResult><Count>3</Count><IdList><Id>1</Id><Id>2</Id><Id>3</Id></IdList></eSearchResult>"


def record(pmid, text="text", before=""):
    return (
        f"<PubmedArticle>{before}<MedlineCitation><PMID>{pmid}</PMID><Article><Journal><JournalIssue><PubDate><Year>2020"
        f"</Year></PubDate></JournalIssue></Journal><ArticleTitle>Article {pmid}.</ArticleTitle><Abstract>"
        f"<AbstractText>{text}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
    )


def articles(*records):
    return f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>".encode()


@contextmanager
def answering(answer):
    """A server that gives `answer(form)`: the body, or headers and body; or writes to the connection by itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found = answer(form, self) if answer.__name__ == "drip" else answer(form)
            if found is None:
                return
            status, headers, body = found if isinstance(found, tuple) else (200, {}, found)
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

        def handle(self):
            with suppress(ConnectionError):
                super().handle()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("head", [b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.0 200 OK\r\nX: "], ids=["body", "headers"])
def test_an_answer_that_drips_ends_with_the_deadline(settings, head):
    def drip(_, handler):
        handler.wfile.write(head)
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.05)

    started = time.monotonic()
    with (
        answering(drip) as url,
        Eutils(settings(base_url=url, deadline=0.5)) as eutils,
        pytest.raises(RemoteError, match=r"; not done within 0\.5 s"),
    ):
        eutils.search("gut")
    assert time.monotonic() - started < 2


def test_all_attempts_together_end_with_the_deadline(settings):
    started = time.monotonic()
    with (
        answering(lambda _: (503, {}, b"")) as url,
        Eutils(settings(base_url=url, deadline=0.4, attempts=1_000, backoff=0.05)) as eutils,
        pytest.raises(RemoteError, match="HTTP 503"),
    ):
        eutils.search("gut")
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "wish", ["300", "1e9", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 2027 23:59:59 GMT"]
)
def test_a_wish_for_a_pause_beyond_the_deadline_is_no_pause(settings, wish):
    started = time.monotonic()
    with (
        answering(lambda _: (429, {"Retry-After": wish}, b"")) as url,
        Eutils(settings(base_url=url, deadline=5, attempts=2)) as eutils,
        pytest.raises(RemoteError, match="HTTP 429"),
    ):
        eutils.search("gut")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "wish", ["Wed, 21 Oct 99999 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:00 +99999999", "٣", "-1", "nan"]
)
def test_wishes_that_make_no_sense(wish):
    assert retry_after(wish) == 0


def _layers(count):
    body = b" " * 50_000_000
    for _ in range(count):
        body = gzip.compress(body, 9)
    return body


@pytest.mark.parametrize(
    ("headers", "layers"),
    [
        ({"Content-Encoding": "gzip"}, 1),
        ({"Content-Encoding": "gzip, gzip"}, 2),
        ({"Content-Encoding": "br"}, 0),
        ({}, 0),
    ],
)
def test_bombs_are_not_unpacked(settings, headers, layers):
    body = _layers(layers)
    with (
        answering(lambda _: (200, headers, body)) as url,
        Eutils(settings(base_url=url, most_bytes=1 << 20, attempts=2)) as eutils,
        pytest.raises(RemoteError, match=r"more than 1,048,576 bytes|which was not asked for"),
    ):
        eutils.search("gut")


def test_gzip_is_unpacked_and_a_cut_one_is_noticed(settings):
    packed = gzip.compress(SEARCH)
    head = {"Content-Encoding": "gzip"}
    with answering(lambda _: (200, head, packed)) as url, Eutils(settings(base_url=url)) as eutils:
        assert eutils.search("gut").pmids == ("1", "2", "3")
    for body in (packed[:-9], b"no gzip"):
        with (
            answering(lambda _, body=body: (200, head, body)) as url,
            Eutils(settings(base_url=url, attempts=2)) as eutils,
            pytest.raises(RemoteError, match=r"cut|unpacked"),
        ):
            eutils.search("gut")


def asked(form):
    return next(part for part in form.split("&") if part.startswith("id="))[3:].split("%2C")


@pytest.mark.parametrize(
    "huge",
    [
        pytest.param(record(2, "x" * 2_000_000), id="more than an answer may be"),
        pytest.param(record(2, before="<a>" * 300 + "</a>" * 300), id="deeper than the parser goes"),
    ],
)
def test_a_huge_record_costs_itself_alone(settings, tmp_path, huge):
    records = {str(pmid): record(pmid) for pmid in range(1, 8)} | {"2": huge}
    with answering(lambda form: articles(*(records[pmid] for pmid in asked(form)))) as url:
        given = settings(base_url=url, most_bytes=1 << 20)
        found = fetch_pmids(read_pmids([], ["1,2,3,4,5,6,7"]), tmp_path, settings=given)
        read = [item for file in found for item in file.records()]
    assert sorted(item.id for item in read if isinstance(item, Document)) == list("134567")
    assert [item.record for item in read if isinstance(item, Reject)] == ["PMID 2"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda: articles(record(1), record(2), record(666), record(3)), id="one more"),
        pytest.param(
            lambda: articles(record(1), record(2), record(666, before="<X><PMID>3</PMID></X>")), id="disguised"
        ),
        pytest.param(lambda: articles(record(1), record(2, record(666)), record(3)), id="within another"),
    ],
)
@pytest.mark.parametrize("way", ["search", "list"])
def test_records_that_were_not_asked_for_are_refused(settings, tmp_path, answer, way):
    with answering(lambda form: answer() if "id=" in form else SEARCH) as url:
        given = settings(base_url=url)
        if way == "search":
            found = search_pubmed("gut", tmp_path, settings=given)
        else:
            found = fetch_pmids(read_pmids([], ["1,2,3"]), tmp_path, settings=given)
        read = [item for file in found for item in file.records()]
    assert "666" not in [item.id for item in read if isinstance(item, Document)]
    assert any(isinstance(item, Reject) for item in read)
    assert "1" in [item.id for item in read if isinstance(item, Document)]


def test_a_server_that_takes_the_request_and_says_nothing(settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            Eutils(settings(base_url=url, deadline=0.5)) as eutils,
            pytest.raises(RemoteError, match="not done within"),
        ):
            eutils.search("gut")
    assert time.monotonic() - started < 2
