"""The example graph in an embedded store, and behind a real SPARQL server."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kgbuild.load.nquads import blocks
from kgbuild.load.oxigraph import build_store
from kgbuild.query.names import Names, SparqlNames, TableNames
from kgbuild.query.runners import EndpointRunner, StoreRunner
from kgbuild.query.tables import open_tables
from kgbuild.schema import load_schema
from tests import example_graph as example


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example.write(tmp_path_factory.mktemp("graph"), example.rows())


@pytest.fixture(scope="session")
def store(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_store(tables, tmp_path_factory.mktemp("store") / "rdf", example.RUN).path


@pytest.fixture(scope="session")
def embedded(store: Path) -> Iterator[StoreRunner]:
    with StoreRunner(store) as runner:
        yield runner


@pytest.fixture(scope="session")
def endpoint(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query address of an Oxigraph server on loopback that holds the example graph."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("oxigraph")
    location = tmp_path_factory.mktemp("server")
    command = [str(program), "serve", "--location", str(location), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(f"http://127.0.0.1:{port}/query", process)
        text = "".join(blocks(tables, run=example.RUN, reproducible=False))
        answer = httpx.post(
            f"http://127.0.0.1:{port}/store",
            content=text.encode(),
            headers={"Content-Type": "application/n-quads"},
            timeout=60,
        )
        answer.raise_for_status()
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            if httpx.get(url, params={"query": "ASK {}"}).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError(url)


@pytest.fixture(scope="session")
def remote(endpoint: str) -> EndpointRunner:
    return EndpointRunner(endpoint)


@pytest.fixture(params=["tables", "embedded", "remote"])
def names(request: pytest.FixtureRequest) -> Iterator[Names]:
    """Where the example's concepts are looked up: its tables, the embedded store, and the server."""
    found = request.getfixturevalue(request.param)
    if request.param == "tables":
        with open_tables(found, "concepts") as opened:
            yield TableNames(opened)
    else:
        yield SparqlNames(found, load_schema())
