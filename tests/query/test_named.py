"""Each named query, on the embedded store and on a real SPARQL server over HTTP."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.errors import InputError
from kgbuild.load.rdf import PREFIXES, graphs
from kgbuild.query.document import page
from kgbuild.query.named import NamedQuery, list_queries, load_query, read_query, run_named
from kgbuild.query.runners import EndpointRunner, StoreRunner
from tests import example_graph as example

QUERIES = list_queries()


def ask(runner: StoreRunner | EndpointRunner, name: str, narrower: bool = False, **values: str) -> list[dict]:
    return run_named(load_query(name), values, runner, narrower=narrower).records()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_header_describes_the_query(query: NamedQuery) -> None:
    parsed = ox.Store().query(query.text)
    assert isinstance(parsed, ox.QuerySolutions)
    assert [variable.value for variable in parsed.variables] == [name for name, _ in query.columns]
    assert query.title
    assert query.description
    assert all(meaning for _, meaning in query.columns)
    names = {parameter.name for parameter in query.parameters}
    assert set(dict(query.example)) <= names
    assert {p.name for p in query.parameters if p.default is None} <= set(dict(query.example))
    assert "limit" in names
    for parameter in query.parameters:
        assert parameter.description
        assert parameter.name == "limit" or f"?{parameter.name}" in query.text


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_query_follows_the_graph_model(query: NamedQuery) -> None:
    assert set(re.findall(r"GRAPH graph:(\w+)", query.text)) <= set(graphs())
    prefixes = dict(re.findall(r"PREFIX (\w+): <([^>]+)>", query.text))
    assert prefixes.items() <= PREFIXES.items()
    # Joining the direct triple with its statement is many times slower than starting from one of them.
    assert not ("graph:direct" in query.text and "rdf:predicate" in query.text)


@pytest.mark.parametrize("narrower", [False, True])
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_store_and_server_give_the_same_rows(
    query: NamedQuery, narrower: bool, embedded: StoreRunner, remote: EndpointRunner
) -> None:
    if narrower and "narrower" not in {parameter.name for parameter in query.parameters}:
        with pytest.raises(InputError, match="no narrower"):
            run_named(query, dict(query.example), embedded, narrower=True)
        return
    here = run_named(query, dict(query.example), embedded, narrower=narrower)
    there = run_named(query, dict(query.example), remote, narrower=narrower)
    assert here == there
    assert here.rows
    assert here.columns == tuple(name for name, _ in query.columns)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_limit_holds(query: NamedQuery, embedded: StoreRunner) -> None:
    assert len(run_named(query, {**dict(query.example), "limit": "1"}, embedded).rows) == 1
    assert run_named(query, {**dict(query.example), "limit": "0"}, embedded).rows == ()


def test_microbes_with_their_direction(embedded: StoreRunner) -> None:
    found = ask(embedded, "microbes-changed-in-disorder", disorder="PARKINSON disease")
    assert {(row["microbe_name"], row["increase"], row["decrease"], row["refuting"]) for row in found} == {
        ("Akkermansia muciniphila", 2, 0, 1),
        ("Lactobacillus", 0, 1, 0),
    }


def test_narrower_concepts_are_included_on_demand(embedded: StoreRunner, remote: EndpointRunner) -> None:
    broad = {"disorder": "neurodegenerative disease"}
    for runner in (embedded, remote):
        assert ask(runner, "microbes-changed-in-disorder", **broad) == []
        found = ask(runner, "microbes-changed-in-disorder", narrower=True, **broad)
        assert {row["disorder_found"] for row in found} == {example.PARKINSON, example.ALZHEIMER}
        asked = broad | {"narrower": "yes"}
        assert found == run_named(load_query("microbes-changed-in-disorder"), asked, runner).records()


def test_a_family_counts_only_evidence_that_stands(embedded: StoreRunner) -> None:
    found = ask(embedded, "microbes-changed-in-disorder-family", family="MONDO:0005559")
    assert [(row["microbe_name"], row["disorders"], row["disorder_names"]) for row in found] == [
        ("Akkermansia muciniphila", 1, "Parkinson disease"),
        ("Lactobacillus", 1, "Parkinson disease"),
    ]


def test_paths_from_microbe_through_metabolite(embedded: StoreRunner) -> None:
    found = ask(embedded, "microbe-metabolite-disorder", disorder="depression")
    assert {(row["microbe_name"], row["metabolite_name"], row["decrease"]) for row in found} == {
        ("gut microbiota", "butyrate", 1),
        ("Lactobacillus rhamnosus", "butyrate", 1),
    }


def test_conflicts_are_those_of_the_statements(embedded: StoreRunner) -> None:
    found = {row["statement"].rsplit("/", 1)[1] for row in ask(embedded, "conflicting-claims")}
    assert found == {row["id"] for row in example.rows()["statements"] if row["conflict"]}


def test_the_evidence_of_a_pair_both_ways_with_its_sentences(embedded: StoreRunner) -> None:
    rows = [row for row in example.rows()["evidence"] if row["statement"]]
    pair = {example.BUTYRATE, example.METFORMIN}
    expected = {row["id"] for row in rows if {row["subject_uri"], row["object_uri"]} == pair}
    found = ask(embedded, "evidence-for-pair", first="butyrate", second="metformin")
    assert {row["evidence"].rsplit("/", 1)[1] for row in found} == expected
    assert found == ask(embedded, "evidence-for-pair", first="metformin", second="butyrate")
    assert {row["subject"] for row in found} == pair
    assert all(row["subject_text"] in row["sentence"] for row in found)


def test_human_evidence_leaves_out_other_studies_and_retracted_articles(embedded: StoreRunner) -> None:
    found = ask(embedded, "human-evidence", concept="Akkermansia")
    assert {row["pmid"] for row in found} == {"101"}
    assert {row["sentence"] for row in found} == {example.HUMAN[0], example.HUMAN[2]}


def test_other_questions(embedded: StoreRunner) -> None:
    assert {row["pmid"] for row in ask(embedded, "retracted-support")} == {"104"}
    assert [row["object_name"] for row in ask(embedded, "hypotheses")] == ["Akkermansia muciniphila"]
    assert {row["subject_name"] for row in ask(embedded, "new-in-year", year="2026")} == {"Lactobacillus rhamnosus"}
    kinds = {row["name"] for row in ask(embedded, "most-studied", **{"class": "DDF"})}
    assert kinds == {"depressive disorder", "Parkinson disease", "Alzheimer disease"}
    (name,) = ask(embedded, "names-without-concept")
    assert (name["name"], name["mentions"], name["statements"]) == ("metformin", 4, 4)
    everything = ask(embedded, "best-supported")
    assert len(everything) == len(example.rows()["statements"])
    assert [row["belief"] for row in everything] == sorted((r["belief"] for r in everything), reverse=True)
    assert len(ask(embedded, "best-supported", predicate="https://w3id.org/kgbuild/gutbrain#influence")) == 2
    assert len(ask(embedded, "claims-of-article", pmid="x 1/é")) == 1


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("best-supported", {"colour": "red"}, "no parameter 'colour'"),
        ("new-in-year", {}, "needs its parameter year"),
        ("new-in-year", {"year": "last"}, "'last' is not a whole number"),
        ("new-in-year", {"year": "2024", "limit": "5 UNION"}, "not a whole number"),
        ("new-in-year", {"year": "2024", "limit": "-1"}, "not a whole number"),
        ("neighbours", {"concept": "butyrate", "narrower": "maybe"}, "neither true nor false"),
        ("best-supported", {"predicate": "cures"}, "no predicate of the schema"),
        ("most-studied", {"class": "plants"}, "no class of the schema"),
        ("neighbours", {"concept": 'x" } ; DROP ALL #'}, "no concept named"),
    ],
)
def test_wrong_parameters_are_refused(name: str, values: dict[str, str], message: str, embedded: StoreRunner) -> None:
    with pytest.raises(InputError, match=message):
        run_named(load_query(name), values, embedded)


def test_an_unknown_query_names_those_there_are() -> None:
    with pytest.raises(InputError, match="best-supported"):
        load_query("best")


@pytest.mark.parametrize("header", ["", "#+ title = 5 5\n", '#+ title = "x"\n'])
def test_a_broken_header_names_the_file(header: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(header + "SELECT * { ?s ?p ?o }")
    with pytest.raises(InputError, match=r"mine\.rq"):
        read_query(path)


def test_the_page_on_the_queries_is_up_to_date() -> None:
    shown = (Path(__file__).resolve().parents[2] / "docs/queries.md").read_text(encoding="utf-8")
    assert shown == page(), "run: python -m kgbuild.query.document > docs/queries.md"
