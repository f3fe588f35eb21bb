"""Servers that run as long as the tests do, emptied before each test, and the example graph in two states."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kgbuild.load.oxigraph import build_store, open_store
from kgbuild.load.sparql_http import ServerSettings
from kgbuild.load.sparql_server import MAIN
from kgbuild.query.runners import EndpointRunner
from tests import example_graph as example
from tests.sparql_servers.servers import fuseki, jar_or_skip, oxigraph

Graphs = dict[str, str]
"""IRI of a graph ("" for the default one) to its sorted N-Triples."""


@dataclass(frozen=True)
class Dataset:
    """One dataset of a server, that the tests have for themselves."""

    url: str
    kind: str

    def settings(self, **more: object) -> ServerSettings:
        """As the command line makes them; for `generic`, with INSERT DATA alone."""
        if self.kind == "generic":
            more = {"query_url": f"{self.url}/query", "update_url": f"{self.url}/update", **more}
        return ServerSettings(url=self.url, **more)

    def update(self, text: str) -> None:
        headers = {"Content-Type": "application/sparql-update"}
        answer = httpx.post(f"{self.url}/update", content=text.encode(), headers=headers, timeout=60)
        assert answer.is_success, answer.text

    def graphs(self) -> Graphs:
        """All that the dataset holds."""
        runner = EndpointRunner(f"{self.url}/query")
        names = [str(row[0]) for row in runner.run("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows]
        held = {
            name: runner.triples(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{name}> {{ ?s ?p ?o }} }}") for name in names
        }
        default = runner.triples("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
        if default:
            held[""] = default
        # TDB2 keeps numbers by their value, and writes a decimal 0 as 0.0.
        return {name: text.replace('"0.0"^^', '"0"^^') for name, text in held.items()}


def expected(store: Path, main: str = MAIN) -> Graphs:
    """What a server should hold of the graph that stands in an embedded store."""
    lines: dict[str, list[str]] = {}
    for quad in open_store(store):
        graph = main if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
        lines.setdefault(graph, []).append(f"{quad.triple} .\n")
    return {graph: "".join(sorted(found)) for graph, found in lines.items()}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # With --dist loadgroup, one worker runs all of these and starts one server.
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("sparql servers"))


@pytest.fixture(scope="session")
def jena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    jar_or_skip()
    with fuseki(tmp_path_factory.mktemp("fuseki")) as url:
        yield url


@pytest.fixture(scope="session")
def oxi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as url:
        yield url


@pytest.fixture
def disk(jena: str) -> Dataset:
    """Fuseki over TDB2."""
    return _emptied(Dataset(f"{jena}/disk", "auto"))


@pytest.fixture
def memory(jena: str) -> Dataset:
    """Fuseki in memory, which is quicker."""
    return _emptied(Dataset(f"{jena}/memory", "auto"))


@pytest.fixture(params=["fuseki on disk", "fuseki in memory", "fuseki by INSERT DATA", "oxigraph", "by INSERT DATA"])
def dataset(request: pytest.FixtureRequest) -> Dataset:
    """Each server, and each way of sending triples."""
    if request.param.startswith("fuseki"):
        name = "memory" if "memory" in request.param else "disk"
        base = f"{request.getfixturevalue('jena')}/{name}"
    else:
        base = request.getfixturevalue("oxi")
    return _emptied(Dataset(base, "generic" if "INSERT" in request.param else "auto"))


def _emptied(dataset: Dataset) -> Dataset:
    dataset.update("DROP ALL")
    return dataset


@pytest.fixture(scope="session")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the example graph, with a text that looks like SPARQL's escapes."""
    rows = example.rows()
    rows["articles"][0]["journal"] = r"C:\users\u0041 \\u0041 \U0001F600 } ; DROP ALL #"
    return example.write(tmp_path_factory.mktemp("new") / "tables", rows)


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An earlier state: without the last article and its evidence, and with a statement that is gone since."""
    rows = example.rows()
    rows["articles"] = [row for row in rows["articles"] if row["pmid"] != "x 1/é"]
    rows["evidence"] = [row for row in rows["evidence"] if row["pmid"] != "x 1/é"]
    rows["statements"].append(rows["statements"][0] | {"id": "f" * 32, "object": example.METFORMIN})
    return example.write(tmp_path_factory.mktemp("old") / "tables", rows)


@pytest.fixture(scope="session")
def new_store(new: Path) -> Path:
    return build_store(new, new.parent / "rdf", example.RUN).path


@pytest.fixture(scope="session")
def old_store(old: Path) -> Path:
    return build_store(old, old.parent / "rdf", example.RUN).path
