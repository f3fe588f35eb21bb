"""Limits and errors of the two runners, on a real store and a real server."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kgbuild.errors import ConfigurationError, GraphError, InputError, KgbuildError, RemoteError
from kgbuild.query.results import Table
from kgbuild.query.runners import EndpointRunner, StoreRunner
from kgbuild.query.sparql import iri, value
from tests import example_graph as example

Runner = StoreRunner | EndpointRunner
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (?c = ?f + ?l) }"
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(params=["embedded", "remote"])
def runner(request: pytest.FixtureRequest) -> Runner:
    found: Runner = request.getfixturevalue(request.param)
    return found


def test_values_come_back_as_plain_values(runner: Runner) -> None:
    table = runner.run(
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?i ?d ?f ?b ?s ?l ?u ?none ?bad "
        "{ BIND (5 AS ?i) BIND (0.5 AS ?d) BIND (1e0 AS ?f) BIND (true AS ?b) BIND ('é🦠\\n\"' AS ?s)"
        " BIND ('x'@en AS ?l) BIND (<http://x/> AS ?u) BIND ('z'^^xsd:integer AS ?bad) }"
    )
    assert table.columns == ("i", "d", "f", "b", "s", "l", "u", "none", "bad")
    assert table.rows == ((5, 0.5, 1.0, True, 'é🦠\n"', "x", "http://x/", None, "z"),)


def test_ask_gives_one_value(runner: Runner) -> None:
    assert runner.run("ASK { ?s a <http://x/nothing> }") == Table(("answer",), ((False,),))


def test_parameters_are_bound(runner: Runner) -> None:
    query = "SELECT ?name { ?concept <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }"
    assert runner.run(query, {"concept": iri(example.BUTYRATE)}).rows == (("butyrate",),)
    assert runner.run(query, {"name": value('x" } UNION { ?s ?p ?o } #')}).rows == ()


def test_comments_say_what_they_like(runner: Runner) -> None:
    comments = "# what others add\n# and load, insert\n#+ or CONSTRUCT\n"
    assert runner.run(f"{comments}ASK {{ ?s ?p ?o }} # drop").rows == ((True,),)
    assert runner.triples(f"{comments}DESCRIBE <{example.BUTYRATE}>")


def test_triples_are_another_question(runner: Runner) -> None:
    query = "CONSTRUCT { ?c a ?c } WHERE { ?c a <https://w3id.org/kgbuild/gutbrain#DDF> }"
    lines = runner.triples(query).splitlines()
    assert len(lines) == 3
    assert lines == sorted(lines)
    with pytest.raises(InputError, match="makes triples"):
        runner.run(query)
    with pytest.raises(InputError, match="makes rows"):
        runner.triples(_COUNT)


@pytest.mark.parametrize("query", ["DELETE WHERE { ?s ?p ?o }", "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }"])
def test_only_reading_is_allowed(runner: Runner, query: str) -> None:
    before = runner.run(_COUNT)
    with pytest.raises(InputError):
        runner.run(query)
    assert runner.run(_COUNT) == before


def test_a_broken_query_is_explained(embedded: StoreRunner, remote: EndpointRunner) -> None:
    with pytest.raises(InputError, match="not valid SPARQL"):
        embedded.run("SELECT * { ?s")
    with pytest.raises(RemoteError, match="refused the query"):
        remote.run("SELECT * { ?s")


def test_too_many_rows_are_an_error_never_cut(store: Path, endpoint: str) -> None:
    query = "SELECT ?s { ?s ?p ?o } LIMIT 5"
    with StoreRunner(store, max_rows=5) as runner:
        assert len(runner.run(query).rows) == 5
    for strict in (StoreRunner(store, max_rows=4), EndpointRunner(endpoint, max_rows=4)):
        with strict, pytest.raises(KgbuildError, match="more than 4 rows"):
            strict.run(query)


def test_a_runaway_query_is_ended_and_the_next_one_answered(store: Path) -> None:
    with StoreRunner(store, timeout=1) as runner:
        expected = runner.run(_COUNT)
        started = time.monotonic()
        with pytest.raises(KgbuildError, match="more than 1 s"):
            runner.run(_ENDLESS)
        assert time.monotonic() - started < 5
        assert runner.run(_COUNT) == expected


def test_a_query_that_needs_too_much_memory_is_ended(store: Path) -> None:
    with StoreRunner(store, timeout=60, memory=300) as runner:
        with pytest.raises(KgbuildError, match="300 MB"):
            runner.run("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i")
        assert runner.run("ASK {}").rows == ((True,),)


def test_threads_share_a_runner_and_get_their_own_answers(store: Path) -> None:
    with StoreRunner(store) as runner, ThreadPoolExecutor(8) as pool:
        tables = list(pool.map(lambda n: runner.run("SELECT ?n {}", {"n": value(n)}), range(50)))
    assert [table.rows for table in tables] == [((n,),) for n in range(50)]


def test_no_store_is_a_clear_error(tmp_path: Path) -> None:
    with StoreRunner(tmp_path / "rdf") as runner, pytest.raises(GraphError, match="holds no RDF store"):
        runner.run(_COUNT)


def test_the_process_ends_with_its_parent_even_in_the_midst_of_a_query(store: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from kgbuild.query.runners import StoreRunner\n"
        "runner = StoreRunner(Path(sys.argv[1]), timeout=60)\n"
        "runner.run('ASK {}'); print(runner._process.pid, flush=True); runner.run(sys.argv[2])"
    )
    command = [sys.executable, "-c", script, str(store), _ENDLESS]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    time.sleep(0.3)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 10
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _runs(worker)


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


class _Server(BaseHTTPRequestHandler):
    """Answers by path: with a page, with cut JSON, never, or with the Authorization that it got."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/silent":
            time.sleep(3)
            return
        if self.path == "/headers":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
        if self.path == "/drip":
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.end_headers()
        if self.path in ("/drip", "/headers"):
            for _ in range(100):
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.1)
            return
        bodies = {
            "/page": b"<html>It works!</html>",
            "/cut": b'{"head": {"vars": ["x"]}, "results": {"bindi',
            "/who": b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "%s"}}]}}'
            % self.headers.get("Authorization", "").encode(),
        }
        self.send_response(200 if self.path in bodies else 503)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.end_headers()
        self.wfile.write(bodies.get(self.path, b"busy"))

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def faulty() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/page", "did not answer with SPARQL results"),
        ("/cut", "did not answer with SPARQL results"),
        ("/silent", "took more than 1 s"),
        ("/drip", "took more than 1 s"),
        ("/headers", "took more than 1 s"),
        ("/busy", "503"),
    ],
)
def test_faulty_servers_are_clear_errors(faulty: str, path: str, message: str) -> None:
    started = time.monotonic()
    with pytest.raises(RemoteError, match=message):
        EndpointRunner(faulty + path, timeout=1).run(_COUNT)
    assert time.monotonic() - started < 3


def test_no_server_is_a_clear_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/query"
    with pytest.raises(RemoteError, match="Check the address"):
        EndpointRunner(url).run(_COUNT)


def test_credentials_come_from_the_environment(faulty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert EndpointRunner(faulty + "/who").run(_COUNT).rows == (("",),)
    monkeypatch.setenv("KGBUILD_SPARQL_USER", "ada")
    monkeypatch.setenv("KGBUILD_SPARQL_PASSWORD", "secret")
    assert EndpointRunner(faulty + "/who").run(_COUNT).rows == (("Basic YWRhOnNlY3JldA==",),)
    monkeypatch.setenv("KGBUILD_SPARQL_TOKEN", "t0ken")
    assert EndpointRunner(faulty + "/who").run(_COUNT).rows == (("Bearer t0ken",),)
    with pytest.raises(ConfigurationError, match="unencrypted"):
        EndpointRunner("http://example.org/query")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "query", "http://"])
def test_only_http_is_an_address(url: str) -> None:
    with pytest.raises(InputError, match="not the address"):
        EndpointRunner(url)


def test_no_address_holds_a_password() -> None:
    with pytest.raises(ConfigurationError, match="holds a user or a password") as caught:
        EndpointRunner("http://ada:s3cret@127.0.0.1/query")
    assert "s3cret" not in str(caught.value)
