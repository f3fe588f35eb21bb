"""Credentials: never after a redirect, never in a message, never unencrypted to another machine, by any client."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kgbuild.errors import ConfigurationError, KgbuildError, RemoteError, masked
from kgbuild.load.neo4j_server import Neo4jSettings
from kgbuild.load.sparql_http import ServerSettings
from kgbuild.load.sparql_server import load_sparql
from kgbuild.query.runners import EndpointRunner
from kgbuild.remote import is_local, without
from kgbuild.source.eutils import Eutils, EutilsSettings, settings_from_environment
from tests import example_graph as example

SECRET = "s3cret-t0ken"
_ASK = "ASK { ?s ?p ?o }"


class Server(ThreadingHTTPServer):
    """Answers every request in one way, and keeps what came."""

    daemon_threads = True

    def __init__(self, status: int, headers: dict[str, str], body: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = (status, headers, body.encode())
        self.came: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.came.append(f"{self.path}\n{self.headers}\n{body.decode()}")
        status, headers, answer = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(status: int, headers: dict[str, str] | None = None, body: str = "") -> Iterator[Server]:
    with Server(status, headers or {}, body) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def thief() -> Iterator[Server]:
    """Where a redirect leads."""
    with serving(200, {"Content-Type": "application/sparql-results+json"}, '{"head": {}, "boolean": true}') as server:
        yield server


@pytest.fixture(params=["password", "token"])
def credentials(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "token":
        monkeypatch.setenv("KGBUILD_SPARQL_TOKEN", SECRET)
    else:
        monkeypatch.setenv("KGBUILD_SPARQL_USER", "ada")
        monkeypatch.setenv("KGBUILD_SPARQL_PASSWORD", SECRET)


def hidden(error: KgbuildError) -> bool:
    told = f"{error}{error!r}{error.remedy}"
    return SECRET not in told and base64.b64encode(f"ada:{SECRET}".encode()).decode() not in told


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.usefixtures("credentials")
def test_a_query_follows_no_redirect(thief: Server, status: int) -> None:
    location = thief.url.replace("//", f"//ada:{SECRET}@") + f"/q?api_key={SECRET}"
    with serving(status, {"Location": location}) as server:
        with pytest.raises(RemoteError, match=r"sends on to http://…@127\.0\.0\.1") as caught:
            EndpointRunner(server.url).run(_ASK)
        assert len(server.came) == 1
    assert thief.came == []
    assert hidden(caught.value)


@pytest.mark.parametrize("status", [301, 307])
@pytest.mark.parametrize("token", ["", SECRET])
def test_a_load_follows_no_redirect(thief: Server, tmp_path: Path, status: int, token: str) -> None:
    tables = example.write(tmp_path / "graph", example.rows())
    location = thief.url.replace("//", f"//ada:{SECRET}@") + f"/q?api_key={SECRET}"
    with serving(status, {"Location": location}) as server:
        settings = ServerSettings(url=server.url, kind="fuseki", user="ada", password=SECRET, token=token)
        with pytest.raises(RemoteError, match=r"sends on to http://…@127\.0\.0\.1") as caught:
            load_sparql(tables, settings, run=example.RUN)
    assert thief.came == []
    assert hidden(caught.value)


def test_neither_does_the_client_of_pubmed(thief: Server) -> None:
    location = thief.url.replace("//", f"//ada:{SECRET}@") + f"/?api_key={SECRET}"
    for status in (302, 307):
        with serving(status, {"Location": location}) as server:
            settings = EutilsSettings(base_url=server.url, api_key=SECRET, requests_per_second=1e4, backoff=0.001)
            with (
                Eutils(settings) as eutils,
                pytest.raises(RemoteError, match=f"HTTP {status}, which sends") as caught,
            ):
                eutils.search("gut")
        assert hidden(caught.value)
    assert thief.came == []


def test_the_token_of_the_hub_does_not_follow_a_redirect(thief: Server, tmp_path: Path) -> None:
    with serving(307, {"Location": f"{thief.url}/x"}) as server:
        environment = {"HF_ENDPOINT": server.url, "HF_TOKEN": SECRET, "HF_HOME": str(tmp_path)}
        done = _kgbuild("models", "get", "someone/a-model", env=environment)
        assert done.returncode == 4, done.stderr
        assert any(SECRET in request for request in server.came)
    assert not any(SECRET in request for request in thief.came)
    assert SECRET not in done.stderr


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_an_answer_that_repeats_the_credentials_is_masked(tmp_path: Path, status: int) -> None:
    tables = example.write(tmp_path / "graph", example.rows())
    encoded = base64.b64encode(f"ada:{SECRET}".encode()).decode()
    with serving(status, body=f"wrong: {SECRET}, Basic {encoded}, http://ada:{SECRET}@x/?token={SECRET}") as server:
        with pytest.raises(RemoteError) as asked:
            EndpointRunner(server.url).run(_ASK)
        settings = ServerSettings(url=server.url, kind="fuseki", user="ada", password=SECRET)
        with pytest.raises(RemoteError) as loaded:
            load_sparql(tables, settings, run=example.RUN)
    assert hidden(asked.value)
    assert hidden(loaded.value)


@pytest.mark.parametrize("host", ["example.org", "192.0.2.1", "[2001:db8::1]", "localhost.example.org", "10.0.0.1"])
@pytest.mark.usefixtures("credentials")
def test_nothing_is_sent_unencrypted_to_another_machine(host: str) -> None:
    with pytest.raises(ConfigurationError, match="unencrypted"):
        EndpointRunner(f"http://{host}/query")
    with pytest.raises(ConfigurationError, match="unencrypted"):
        ServerSettings(url=f"http://{host}/", token=SECRET)
    with pytest.raises(ConfigurationError, match="unencrypted"):
        settings_from_environment({"KGBUILD_EUTILS_URL": f"http://{host}/", "NCBI_API_KEY": SECRET})
    for scheme in ("bolt", "neo4j", "BOLT"):
        with pytest.raises(ConfigurationError, match="unencrypted"):
            Neo4jSettings(uri=f"{scheme}://{host}:7687", password=SECRET)
    Neo4jSettings(uri=f"bolt+s://{host}:7687", password=SECRET)
    Neo4jSettings(uri=f"bolt://{host}:7687")
    with pytest.raises(ConfigurationError, match="unencrypted"):
        EutilsSettings(base_url=f"http://{host}/", api_key=SECRET)
    settings_from_environment({"KGBUILD_EUTILS_URL": f"http://{host}/"})
    settings_from_environment({"KGBUILD_EUTILS_URL": f"https://{host}/", "NCBI_API_KEY": SECRET})


def test_nor_is_the_token_of_the_hub(tmp_path: Path) -> None:
    given = {"HF_TOKEN": SECRET, "HF_HOME": str(tmp_path)}
    for endpoint, said in (
        ("http://192.0.2.1", "unencrypted"),
        (f"https://ada:{SECRET}@192.0.2.1", "HF_ENDPOINT holds"),
    ):
        done = _kgbuild("models", "get", "someone/a-model", env=given | {"HF_ENDPOINT": endpoint})
        assert done.returncode == 3, done.stderr
        assert said in done.stderr
        assert SECRET not in done.stderr


def test_an_unencrypted_neo4j_names_no_other_server_to_connect_to() -> None:
    assert Neo4jSettings(uri="neo4j://localhost:7687", password=SECRET).address == "bolt://localhost:7687"
    assert Neo4jSettings(uri="neo4j+s://example.org", password=SECRET).address == "neo4j+s://example.org"


@pytest.mark.parametrize(
    "url", [f"http://ada:{SECRET}@127.0.0.1/", f"https://{SECRET}@x.org/", f"http://:{SECRET}@x/"]
)
def test_addresses_hold_no_password(url: str) -> None:
    for make in (
        lambda: EndpointRunner(url),
        lambda: ServerSettings(url=url),
        lambda: Neo4jSettings(uri=url.replace("https", "bolt").replace("http", "bolt")),
        lambda: settings_from_environment({"KGBUILD_EUTILS_URL": url}),
        lambda: EutilsSettings(base_url=url),
        lambda: settings_from_environment({"KGBUILD_EUTILS_URL": url.replace("http", "ftp")}),
    ):
        with pytest.raises(ConfigurationError) as caught:
            make()
        assert hidden(caught.value)


@pytest.mark.parametrize("proxy", [f"nonsense://ada:{SECRET}@127.0.0.1:9", f"http://ada:{SECRET}@127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_one_message(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    settings = EutilsSettings(base_url="https://192.0.2.1", attempts=1, connect_timeout=1)
    with pytest.raises(KgbuildError) as caught, Eutils(settings) as eutils:
        eutils.search("gut")
    assert hidden(caught.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at bolt://ada:pa@ss@db.example.org:7687 nobody", "at bolt://…@db.example.org:7687 nobody"),
        ("http://ada:pa/ss@host/x", "http://…@host/x"),
        ("https://host/x?a=1&access_token=abc&b=2#c", "https://host/x?a=1&access_token=…&b=2#c"),
        ("https://s3/x?X-Amz-Signature=abc", "https://s3/x?X-Amz-Signature=…"),
        ("write to ada@example.org, or see https://example.org/@ada", None),
        ("no address: a?key=1", None),
    ],
)
def test_what_is_masked(text: str, shown: str | None) -> None:
    assert masked(text) == (text if shown is None else shown)
    assert str(KgbuildError(text)) == masked(text)


def test_secrets_are_taken_out_of_answers() -> None:
    assert without("Bearer abcdefgh.ijk, x", "") == "Bearer …, x"
    assert without("it is pass, password", "pass", "password") == "it is …, …"


def test_this_machine() -> None:
    assert all(map(is_local, ["http://localhost:1/", "http://127.0.0.2/", "bolt://[::1]:7687", "http://LOCALHOST/"]))
    assert not any(map(is_local, ["http://0.0.0.0.example.org/", "http://[", "x", "http://128.0.0.1/"]))


def _kgbuild(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    import os

    command = [sys.executable, "-m", "kgbuild", *arguments]
    done = subprocess.run(command, env=os.environ | env, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr
    return done
