"""Loading into real servers: what they hold afterwards, and what they hold no more."""

from pathlib import Path

import pytest

from kgbuild.errors import ConfigurationError, InputError
from kgbuild.load.rdf import graphs
from kgbuild.load.sparql_server import DEFAULT, LOADS, MAIN, LoadReport, dataset_url, load_sparql
from kgbuild.query.ask import run_named
from kgbuild.query.named import list_queries
from kgbuild.query.runners import EndpointRunner, StoreRunner
from tests import example_graph as example
from tests.sparql_servers.conftest import Dataset, expected
from tests.sparql_servers.proxy import Request, proxy
from tests.sparql_servers.servers import oxigraph

OTHERS = "INSERT DATA { <x:a> <x:b> 1 . GRAPH <http://example.org/theirs> { <x:a> <x:b> 'c', 2.50 } }"


class Counter:
    """A progress that remembers how much was done."""

    total = 0

    def start(self, stage: str, total: int | None, *, unit: str = "articles") -> None:
        pass

    def advance(self, number: int, /) -> None:
        self.total += number

    def note(self, text: str) -> None:
        pass


def load(dataset: Dataset, tables: Path, main: str = MAIN, **settings: object) -> LoadReport:
    return load_sparql(tables, dataset.settings(**settings), run=example.RUN, main=main)


def test_the_server_holds_what_the_embedded_store_holds(dataset: Dataset, new: Path, new_store: Path) -> None:
    progress = Counter()
    report = load_sparql(new, dataset.settings(), run=example.RUN, progress=progress)
    wanted = expected(new_store)
    assert dataset.graphs() == wanted
    assert report.triples == {graph: text.count("\n") for graph, text in wanted.items()}
    assert report.before == 0
    assert progress.total == report.quads == sum(report.triples.values())


def test_an_update_removes_what_is_gone_and_touches_nothing_else(
    dataset: Dataset, old: Path, new: Path, old_store: Path, new_store: Path
) -> None:
    dataset.update(OTHERS)
    others = dataset.graphs()
    load(dataset, old, batch=5_000)
    assert dataset.graphs() == others | expected(old_store)
    report = load(dataset, new)
    assert dataset.graphs() == others | expected(new_store)
    assert report.before == sum(text.count("\n") for text in expected(old_store).values())
    # Twice the same: over a graph that is there, MOVE loses triples in TDB2.
    load(dataset, new)
    assert dataset.graphs() == others | expected(new_store)
    load(dataset, old)
    assert dataset.graphs() == others | expected(old_store)


def test_the_main_part_in_the_default_graph(dataset: Dataset, old: Path, new: Path, new_store: Path) -> None:
    load(dataset, old, main=DEFAULT)
    report = load(dataset, new, main=DEFAULT)
    held = dataset.graphs()
    assert held.pop(LOADS).count("\n") == 1
    assert held == expected(new_store, main=DEFAULT)
    assert report.query_url == f"{dataset.url}/query"


@pytest.mark.parametrize("main", [DEFAULT, "http://example.org/theirs"])
def test_a_graph_of_other_people_is_not_replaced(dataset: Dataset, new: Path, main: str) -> None:
    dataset.update(OTHERS)
    others = dataset.graphs()
    with pytest.raises(ConfigurationError, match=r"holds [12] triples that kgbuild did not load"):
        load(dataset, new, main=main)
    assert dataset.graphs() == others


def test_triples_added_by_other_people_are_not_removed(memory: Dataset, old: Path, new: Path) -> None:
    load(memory, old, main=DEFAULT)
    memory.update("INSERT DATA { <x:a> <x:b> 1 }")
    with pytest.raises(ConfigurationError, match="did not load"):
        load(memory, new, main=DEFAULT)


def test_a_default_graph_that_is_a_union_is_no_place(tmp_path: Path, new: Path) -> None:
    with oxigraph(tmp_path, "--union-default-graph") as url:
        dataset = Dataset(url, "auto")
        with pytest.raises(ConfigurationError, match="union of its named graphs"):
            load(dataset, new, main=DEFAULT)
        assert dataset.graphs() == {}


@pytest.mark.parametrize("main", ["main", LOADS, graphs()["direct"], "http://x/> } ; DROP ALL #"])
def test_names_that_no_main_graph_can_have(main: str, new: Path) -> None:
    with pytest.raises(InputError, match="can not name the main graph"):
        load(Dataset("http://127.0.0.1:9", "auto"), new, main=main)


def test_no_request_is_larger_than_the_batch(memory: Dataset, new: Path, new_store: Path) -> None:
    sizes: list[int] = []

    def remember(request: Request) -> None:
        if request.headers["Content-Type"] == "application/n-triples":
            sizes.append(len(request.body))

    with proxy(memory.url.removesuffix("/memory"), remember) as url:
        report = load(Dataset(f"{url}/memory", "auto"), new, batch=2_000)
    assert len(sizes) == report.requests
    assert len(sizes) > 30
    assert max(sizes) <= 2_000
    assert memory.graphs() == expected(new_store)


@pytest.mark.parametrize("main", [MAIN, DEFAULT])
def test_named_queries_give_the_same_rows_as_the_embedded_store(
    dataset: Dataset, main: str, new: Path, new_store: Path
) -> None:
    if main != DEFAULT:
        dataset.update(OTHERS)
    report = load(dataset, new, main=main)
    assert report.query_url == dataset_url(f"{dataset.url}/query", main)
    remote = EndpointRunner(report.query_url)
    answered = 0
    with StoreRunner(new_store) as embedded:
        for query in list_queries():
            here = run_named(query, dict(query.example), embedded)
            there = run_named(query, dict(query.example), remote)
            assert here == there, query.name
            answered += bool(here.rows)
    assert answered >= 12
