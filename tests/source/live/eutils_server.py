"""A loopback server that speaks NCBI's E-utilities protocol over a small made-up PubMed, faults included.

It copies what the real service does: the history server, 9,999 records of a search and not one more, the
error documents, the order (most recently added first), and silence about records that it does not give.
"""

import json
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

LIMIT = 9_999
BUSY_DAY = date(2024, 3, 15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    pmid: int
    words: frozenset[str]
    entered: date | None


def made_up_pubmed() -> list[Article]:
    """12,600 articles about "gut", 10,600 of them entered on one day; "rare" is in 450, "lone" in one."""
    articles = []
    for number in range(12_600):
        words = {"gut", "microbiota"}
        if number % 28 == 0:
            words.add("rare")
        if number == 7_000:
            words.add("lone")
        entered = BUSY_DAY if number < 10_600 else date(2020, 1, 1) + timedelta(days=number % 900)
        articles.append(Article(pmid=38_000_000 + 3 * number, words=frozenset(words), entered=entered))
    return articles


FAULTS = {
    "429": (429, {}, b'{"error":"API rate limit exceeded","api-key":"127.0.0.1","count":"4","limit":"3"}'),
    "429 retry-after": (429, {"Retry-After": "1"}, b'{"error":"API rate limit exceeded"}'),
    "500": (500, {}, b"<html><body>Internal Server Error</body></html>"),
    "502": (502, {}, b""),
    "503": (503, {}, b"Service Unavailable"),
    "503 for an hour": (503, {"Retry-After": "3600"}, b""),
    "html": (200, {}, b"<!DOCTYPE html>\n<html><head><title>NCBI - WWW Error 500</title></head></html>"),
    "xhtml": (200, {}, b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'),
    "json": (200, {}, b'{"error":"API rate limit exceeded","api-key":"127.0.0.1","count":"4","limit":"3"}'),
    "empty": (200, {}, b""),
    "backend": (
        200,
        {},
        b"<eSearchResult><ERROR>Search Backend failed: Unable to open connection</ERROR></eSearchResult>",
    ),
    "viewer": (
        400,
        {},
        b"<eFetchResult><ERROR>External viewer error: Empty Response. Status: Timeout</ERROR></eFetchResult>",
    ),
}
"""Faults that are a fixed answer. Further ones: timeout, reset, cut, cut connection, expired."""


class EutilsServer(ThreadingHTTPServer):
    """`faults` are served one to a request, oldest first; `requests` records what was asked."""

    daemon_threads = True

    def __init__(self, articles: list[Article]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.articles = {article.pmid: article for article in articles}
        self.vocabulary = {"and", "or", "not"}.union(*(article.words for article in articles))
        self.withheld: set[int] = set()
        self.faults: list[str] = []
        self.requests: list[tuple[float, str, dict[str, str]]] = []
        self.history: dict[str, list[int]] = {}
        self.refused_key = ""
        self.lock = threading.Lock()
        self.numbers = count(1)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is part of the tests."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/entrez/eutils"

    def calls(self, endpoint: str) -> list[dict[str, str]]:
        return [parameters for _, name, parameters in self.requests if name == endpoint]

    def expire_history(self) -> None:
        self.history.clear()

    def find(self, term: str, entered: tuple[date, date] | None) -> list[int]:
        found = _Query(term, self.articles).pmids()
        if entered:
            first, last = entered
            days = {pmid: self.articles[pmid].entered for pmid in found}
            found = {pmid for pmid, day in days.items() if day and first <= day <= last}
        return sorted(found, reverse=True)


@contextmanager
def serve(articles: list[Article]) -> Iterator[EutilsServer]:
    with EutilsServer(articles) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Query:
    """AND, OR, NOT from left to right, parentheses, words, "a:b[uid]"."""

    def __init__(self, term: str, articles: dict[int, Article]) -> None:
        self.tokens = re.findall(r"\(|\)|[^\s()]+", term)
        self.articles = articles

    def pmids(self) -> set[int]:
        found = self.operand()
        while self.tokens and self.tokens[0] != ")":
            operator = self.tokens.pop(0) if self.tokens[0] in ("AND", "OR", "NOT") else "AND"
            right = self.operand()
            found = {"AND": found & right, "OR": found | right, "NOT": found - right}[operator]
        return found

    def operand(self) -> set[int]:
        token = self.tokens.pop(0) if self.tokens else ""
        if token == "(":
            found = self.pmids()
            if self.tokens:
                self.tokens.pop(0)
            return found
        if match := re.fullmatch(r"(\d+):(\d+)\[uid\]", token):
            low, high = map(int, match.groups())
            return {pmid for pmid in self.articles if low <= pmid <= high}
        return {pmid for pmid, article in self.articles.items() if token.lower() in article.words}


class _Handler(BaseHTTPRequestHandler):
    server: EutilsServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        parameters = {name: values[0] for name, values in parse_qs(body).items()}
        endpoint = self.path.rsplit("/", 1)[-1].removesuffix(".fcgi")
        with self.server.lock:
            self.server.requests.append((time.monotonic(), endpoint, parameters))
            fault = self.server.faults.pop(0) if self.server.faults else ""
        if fault in FAULTS:
            status, headers, content = FAULTS[fault]
            self.answer(content, status=status, headers=headers)
        elif fault == "timeout":
            time.sleep(0.6)
            self.close_connection = True
        elif fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
        else:
            if fault == "expired":
                self.server.expire_history()
            status, content = self.result(parameters)
            self.answer(content, status=status, cut=fault if fault.startswith("cut") else "")

    def answer(
        self, content: bytes, *, status: int = 200, headers: dict[str, str] | None = None, cut: str = ""
    ) -> None:
        length = len(content) // 2 if cut == "cut" else len(content)
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content[: length // 2 if cut == "cut connection" else length])
        self.close_connection = bool(cut)

    def result(self, parameters: dict[str, str]) -> tuple[int, bytes]:
        key = parameters.get("api_key", "")
        if key and key == self.server.refused_key:
            return 400, json.dumps({"error": "API key invalid", "api-key": key, "type": "client"}).encode()
        if self.path == "/entrez/eutils/esearch.fcgi":
            return 200, self.search(parameters)
        if self.path == "/entrez/eutils/efetch.fcgi":
            return self.fetch(parameters)
        return 404, b"not found"

    def search(self, parameters: dict[str, str]) -> bytes:
        head = (
            '<?xml version="1.0" encoding="UTF-8" ?>\n'
            '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
            '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
        )
        term = parameters.get("term", "").strip()
        if not term:
            error = "Empty term and query_key - nothing todo"
            return f"{head}<eSearchResult><ERROR>{error}</ERROR></eSearchResult>".encode()
        start, wanted = int(parameters.get("retstart", "0")), int(parameters.get("retmax", "20"))
        if start > LIMIT - 1:
            error = f"Search Backend failed: Exception:\n'retstart' cannot be larger than {LIMIT - 1}."
            return f"{head}<eSearchResult><ERROR>{error}</ERROR></eSearchResult>".encode()
        entered = None
        if parameters.get("datetype") == "edat":
            first, last = (date(*map(int, parameters[name].split("/"))) for name in ("mindate", "maxdate"))
            entered = (first, last)
        found = self.server.find(term, entered)
        messages = [] if found else ["No items found."]
        if start + wanted > LIMIT:
            wanted = LIMIT - start
            messages.append(f"Restrictions achieved. start and count adjusted to {start}, {wanted}")
        words = re.findall(r"[a-z]+\b(?!\])", term.lower())
        unknown = [word for word in words if word not in self.server.vocabulary]
        page = found[start : start + wanted]
        ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in page)
        history = ""
        if parameters.get("usehistory") == "y":
            webenv = f"MCID_{next(self.server.numbers):024x}"
            self.server.history[webenv] = found
            history = f"<QueryKey>1</QueryKey><WebEnv>{webenv}</WebEnv>"
        errors = "".join(f"<PhraseNotFound>{word}</PhraseNotFound>" for word in unknown)
        warnings = "".join(f"<OutputMessage>{message}</OutputMessage>" for message in messages)
        translation = " ".join(f'"{word}"[All Fields]' for word in term.split())
        return (
            f"{head}<eSearchResult><Count>{len(found)}</Count><RetMax>{len(page)}</RetMax><RetStart>{start}</RetStart>"
            f"{history}<IdList>\n{ids}</IdList><TranslationSet/>"
            f"<QueryTranslation>{escape(translation)}</QueryTranslation>"
            + (f"<ErrorList>{errors}</ErrorList>" if errors else "")
            + (f"<WarningList>{warnings}</WarningList>" if warnings else "")
            + "</eSearchResult>\n"
        ).encode()

    def fetch(self, parameters: dict[str, str]) -> tuple[int, bytes]:
        if "WebEnv" in parameters:
            found = self.server.history.get(parameters["WebEnv"])
            start, wanted = int(parameters["retstart"]), int(parameters["retmax"])
            if found is None or parameters["query_key"] != "1":
                return 400, _fetch_error(
                    f"Cannot retrieve history data. query_key: 1, WebEnv: {parameters['WebEnv']}, "
                    f"retstart: {start}, retmax: {wanted}"
                )
            if start > LIMIT - 1:
                return 400, _fetch_error(
                    "Search backend cannot retrieve history data. Reason: Exception: "
                    f"'retstart' cannot be larger than {LIMIT - 1}."
                )
            pmids = found[start : min(start + wanted, LIMIT)]
        else:
            pmids = [int(pmid) for pmid in parameters.get("id", "").split(",") if pmid]
        given = [pmid for pmid in pmids if pmid in self.server.articles and pmid not in self.server.withheld]
        if not given:
            return 400, _fetch_error("ID list is empty! Possibly it has no correct IDs.")
        records = "".join(_record(self.server.articles[pmid]) for pmid in given)
        return 200, (
            '<?xml version="1.0" ?>\n'
            '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
            '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
            f"<PubmedArticleSet>\n{records}</PubmedArticleSet>\n"
        ).encode()


def _fetch_error(message: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8" ?>\n'
    return f"{head}<eFetchResult>\n\t<ERROR>{message}</ERROR>\n</eFetchResult>".encode()


def _record(article: Article) -> str:
    day = article.entered or date(1975, 1, 1)
    return f"""<PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{article.pmid}</PMID><Article PubModel="Print">
<Journal><JournalIssue CitedMedium="Print"><PubDate><Year>{day.year}</Year></PubDate></JournalIssue></Journal>
<ArticleTitle>Made-up record {article.pmid}.</ArticleTitle>
<Abstract><AbstractText>{" ".join(sorted(article.words))}</AbstractText></Abstract>
</Article></MedlineCitation>
<PubmedData><History><PubMedPubDate PubStatus="entrez">
<Year>{day.year}</Year><Month>{day.month}</Month><Day>{day.day}</Day>
</PubMedPubDate></History></PubmedData>
</PubmedArticle>
"""
