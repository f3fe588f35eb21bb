"""Every named query gives the same rows from Neo4j as from RDF, and no query writes."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from kgbuild.errors import GraphError, InputError, KgbuildError, RemoteError
from kgbuild.load.neo4j import load_neo4j, remove_neo4j
from kgbuild.load.neo4j_server import Neo4jSettings
from kgbuild.load.oxigraph import build_store
from kgbuild.query.ask import run_named
from kgbuild.query.cypher import CypherNames, CypherRunner, cypher_text
from kgbuild.query.named import NamedQuery, list_queries
from kgbuild.query.names import SparqlNames
from kgbuild.query.resolve import resolve
from kgbuild.query.runners import StoreRunner
from kgbuild.resources import asset
from kgbuild.schema import load_schema
from tests import example_graph as example
from tests.query.test_resolve import NAMED, UNKNOWN
from tests.servers.neo4j import made_up
from tests.servers.neo4j.dump import dump

SCHEMA = load_schema()
ROOT = Path(__file__).parents[3]
QUERIES = {query.name: query for query in list_queries()}
EXAMPLE, MADE_UP = "test-queries", "test-queries-made-up"


@pytest.fixture(scope="module")
def stores(server: Neo4jSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, StoreRunner]]:
    """RDF stores of the two graphs that are loaded into Neo4j under these names."""
    folder = tmp_path_factory.mktemp("stores")
    tables = {
        EXAMPLE: example.write(folder / "example", example.rows()),
        MADE_UP: made_up.write(folder / "made-up", 600, 1500),
    }
    runners = {}
    for name, path in tables.items():
        build_store(path, path / "rdf", example.RUN)
        load_neo4j(path, server, graph=name)
        runners[name] = StoreRunner(path / "rdf")
    yield runners
    for name, runner in runners.items():
        runner.close()
        remove_neo4j(server, graph=name)


@pytest.fixture
def runner(server: Neo4jSettings, stores: dict[str, StoreRunner]) -> Iterator[CypherRunner]:
    with CypherRunner(server, graph=EXAMPLE) as opened:
        yield opened


def test_the_same_questions_stand_in_both_languages() -> None:
    assert {file.stem for file in asset("queries/cypher").glob("*.cypher")} == set(QUERIES)
    for query in QUERIES.values():
        header = ["//" + line[1:] for line in query.text.splitlines() if line.startswith("#+")]
        assert [line for line in cypher_text(query.name).splitlines() if line.startswith("//+")] == header


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_gives_the_same_rows_as_from_rdf(
    name: str, runner: CypherRunner, stores: dict[str, StoreRunner]
) -> None:
    query = QUERIES[name]
    expected = run_named(query, dict(query.example), stores[EXAMPLE])
    answer = runner.run_named(query, dict(query.example))
    assert answer.columns == expected.columns == tuple(column for column, _ in query.columns)
    assert answer.rows == expected.rows
    assert expected.rows, "the example shows nothing"


@pytest.mark.parametrize("name", QUERIES)
def test_on_a_larger_graph_too(name: str, server: Neo4jSettings, stores: dict[str, StoreRunner]) -> None:
    query = QUERIES[name]
    with CypherRunner(server, graph=MADE_UP) as runner:
        rows = 0
        for values in _choices(query, stores[MADE_UP]):
            try:
                expected = run_named(query, {"limit": "100000", **values}, stores[MADE_UP])
            except InputError as refused:
                with pytest.raises(InputError, match=re.escape(refused.message)):
                    runner.run_named(query, {"limit": "100000", **values})
                continue
            assert runner.run_named(query, {"limit": "100000", **values}) == expected, values
            rows += len(expected.rows)
        assert rows, "no choice has an answer"


_COMMON = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?end (COUNT(*) AS ?n) { ?statement rdf:predicate <https://w3id.org/kgbuild/gutbrain#%s> ; rdf:%s ?end }
GROUP BY ?end ORDER BY DESC(?n) ?end LIMIT 1
"""
_CONFLICT = """
PREFIX kg: <https://w3id.org/kgbuild/vocab#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?first ?second { ?s kg:conflict true ; rdf:subject ?first ; rdf:object ?second } ORDER BY ?s LIMIT 2
"""
_PARENT = "SELECT ?p { GRAPH ?g { ?s <http://www.w3.org/2004/02/skos/core#broader> ?p } } LIMIT 1"


def _choices(query: NamedQuery, store: StoreRunner) -> list[dict[str, str]]:
    """Some values for each parameter, in every combination; concepts that are the ends of many statements."""
    ends = (
        ("changeAbundance", "subject"),
        ("changeExpression", "subject"),
        ("impact", "object"),
        ("influence", "object"),
    )
    asked = [_PARENT, *(_COMMON % end for end in ends)]
    values = {"concept": [str(store.run(text).rows[0][0]) for text in asked]}
    values |= {"boolean": ["true", "false"], "year": ["2024", "1999"], "article": ["7", "none"]}
    values |= {"class": ["", "bacteria"], "predicate": ["", "impact"]}
    values |= {"study": ["", "human"], "design": ["", "cohort"], "integer": ["0", "50"]}
    names = [parameter for parameter in query.parameters if parameter.name != "limit"]
    if any(parameter.type == "design" for parameter in names):
        values["concept"] = values["concept"][1:4]
    chosen = product(*(values[parameter.type] for parameter in names))
    found = [{p.name: v for p, v in zip(names, one, strict=True) if v} for one in chosen]
    if {"first", "second"} <= {parameter.name for parameter in names}:
        found += [dict(zip(("first", "second"), map(str, row), strict=True)) for row in store.run(_CONFLICT).rows]
    return found


def test_narrower_concepts(runner: CypherRunner, stores: dict[str, StoreRunner]) -> None:
    query = QUERIES["neighbours"]
    values = {"concept": "neurodegenerative disease"}
    assert runner.run_named(query, values).rows == ()
    found = runner.run_named(query, values, narrower=True)
    assert found.rows == run_named(query, values, stores[EXAMPLE], narrower=True).rows != ()


@pytest.mark.parametrize("text", [*(text for text, _ in NAMED), *UNKNOWN, "PD", "parkinsons", example.PSYLLIUM])
def test_names_mean_the_same_as_in_rdf(text: str, runner: CypherRunner, stores: dict[str, StoreRunner]) -> None:
    assert resolve(CypherNames(runner, SCHEMA), text) == resolve(SparqlNames(stores[EXAMPLE], SCHEMA), text)


def test_a_graph_of_an_older_version_is_told(server: Neo4jSettings, graph: str, tmp_path: Path) -> None:
    content = example.rows()
    for row in content["concepts"]:
        row["keys"] = []
    load_neo4j(example.write(tmp_path / "tables", content), server, graph=graph)
    with CypherRunner(server, graph=graph) as runner, pytest.raises(GraphError, match="cannot be looked up by name"):
        resolve(CypherNames(runner, SCHEMA), "butyrate")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"concept": "Akkermansai"}, "no concept named 'Akkermansai' is in this graph"),
        ({"concept": "butyrate", "colour": "red"}, "has no parameter 'colour'"),
        ({}, "needs its parameter concept"),
        ({"concept": "butyrate", "limit": "1 UNION MATCH (n) RETURN n"}, "is not a whole number"),
        ({"concept": ""}, "parameter concept is empty"),
    ],
)
def test_wrong_parameters(values: dict[str, str], message: str, runner: CypherRunner) -> None:
    with pytest.raises(InputError, match=message):
        runner.run_named(QUERIES["neighbours"], values)


def test_a_text_that_looks_like_cypher_stays_a_text(runner: CypherRunner) -> None:
    assert runner.run_named(QUERIES["claims-of-article"], {"pmid": "' OR true //"}).rows == ()


def test_the_examples_of_the_page_on_neo4j_answer(runner: CypherRunner) -> None:
    page = (ROOT / "docs" / "neo4j.md").read_text(encoding="utf-8")
    examples = page.split("```cypher\n")[1].split("```")[0].split(";")
    for example_query in filter(str.strip, examples):
        assert runner.run(example_query).rows, example_query


def test_ones_own_query(runner: CypherRunner) -> None:
    table = runner.run(
        "MATCH p = (c:DDF {kgbuild_graph: $graph, name: $name})-[:BROADER]->(d)"
        " RETURN c.name AS name, d AS node, [1, null, date('2026-01-02')] AS list, {a: 1.5} AS map,"
        " length(p) AS n, p",
        {"name": "Parkinson disease"},
    )
    assert table.columns == ("name", "node", "list", "map", "n", "p")
    name, node, values, mapping, length, path = table.rows[0]
    assert (name, values, mapping, length) == ("Parkinson disease", '[1, null, "2026-01-02"]', '{"a": 1.5}', 1)
    assert '"labels": ["Concept"]' in node
    assert path.startswith('[{"labels": ["Concept", "DDF"]')
    assert '"type": "BROADER"' in path


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (n:Mine) RETURN n",
        "MATCH (n {kgbuild_graph: $graph}) DETACH DELETE n",
        "MATCH (n) SET n.x = 1",
        "CREATE INDEX mine FOR (n:Mine) ON (n.x)",
        "DROP CONSTRAINT kgbuild_concept",
        "CALL db.createLabel('Mine')",
        "CALL { CREATE (n:Mine) } IN TRANSACTIONS",
        "CREATE USER mine SET PASSWORD 'mine-mine'",
    ],
)
def test_no_query_writes(query: str, runner: CypherRunner, server: Neo4jSettings) -> None:
    before = dump(server, EXAMPLE)
    with pytest.raises(RemoteError, match="the query changes the graph; graphs are only read here"):
        runner.run(query)
    assert dump(server, EXAMPLE) == before


def test_a_broken_query_is_shown(runner: CypherRunner) -> None:
    with pytest.raises(InputError, match=r"question\.cypher: Invalid input 'MACTH'"):
        runner.run("MACTH (n) RETURN n", name="question.cypher")


def test_a_query_has_a_time_limit(server: Neo4jSettings, stores: dict[str, StoreRunner]) -> None:
    with (
        CypherRunner(server, graph=EXAMPLE, timeout=0.5) as runner,
        pytest.raises(RemoteError, match="the query took too long"),
    ):
        runner.run("UNWIND range(1, 1000000000) AS a UNWIND range(1, 1000000) AS b RETURN sum(a * b)")


def test_an_answer_that_is_too_long_is_no_answer(server: Neo4jSettings, stores: dict[str, StoreRunner]) -> None:
    with CypherRunner(server, graph=EXAMPLE, max_rows=10) as runner:
        assert len(runner.run("UNWIND range(1, 10) AS n RETURN n").rows) == 10
        with pytest.raises(KgbuildError, match="more than 10 rows"):
            runner.run("UNWIND range(1, 11) AS n RETURN n")


def test_a_graph_that_is_not_there(server: Neo4jSettings, stores: dict[str, StoreRunner]) -> None:
    with (
        CypherRunner(server, graph="elsewhere") as runner,
        pytest.raises(GraphError, match=f"no graph named 'elsewhere'(?s:.)*{EXAMPLE}"),
    ):
        runner.run("RETURN 1")


def test_a_graph_that_is_only_partly_loaded(server: Neo4jSettings, graph: str, tmp_path: Path) -> None:
    content = example.rows()
    content["concepts"].pop()
    with pytest.raises(GraphError):
        load_neo4j(example.write(tmp_path / "tables", content), server, graph=graph)
    with CypherRunner(server, graph=graph) as runner, pytest.raises(GraphError, match="only partly loaded"):
        runner.run("RETURN 1")
