"""Each named query, on the embedded store and on a real SPARQL server over HTTP, and why an answer is empty."""

import pytest

from kgbuild.errors import InputError
from kgbuild.query.ask import run_named
from kgbuild.query.named import NamedQuery, list_queries, load_query
from kgbuild.query.results import Table
from kgbuild.query.runners import EndpointRunner, StoreRunner
from tests import example_graph as example

QUERIES = list_queries()
Runner = StoreRunner | EndpointRunner


def answer(runner: Runner, name: str, narrower: bool = False, **values: str) -> Table:
    return run_named(load_query(name), values, runner, narrower=narrower)


def ask(runner: Runner, name: str, narrower: bool = False, **values: str) -> list[dict]:
    return answer(runner, name, narrower, **values).records()


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


@pytest.mark.parametrize("runner", ["embedded", "remote"])
@pytest.mark.parametrize(
    ("name", "values", "reasons"),
    [
        ("microbes-changed-in-disorder", {"disorder": "neurodegenerative diseases"}, [
            "No article of this graph mentions neurodegenerative disease itself.",
            "2 concepts narrower than neurodegenerative disease stand in statements (Parkinson disease: 3, Alzheimer"
            " disease: 2): --include-narrower."]),
        ("interventions-for-disorder", {"disorder": "Alzheimer disease"}, [
            "Alzheimer disease stands in 2 statements, but in none that this query asks for; kgbuild query neighbours"
            " --param concept=MONDO:0004975 gives them all."]),
        ("claims-of-article", {"pmid": "990000001"}, [
            "The article 990000001 is in this graph, but no statement was found in it."]),
        ("claims-of-article", {"pmid": "PMID: 0123"}, [
            "No article '123' is in this graph; articles are named by PMID, such as 30712345."]),
        ("new-in-year", {"year": "1999"}, ["The statements of this graph are of 2020 to 2026."]),
        ("most-studied", {"class": "animals"}, [
            "Nothing in this graph that the query asks for has the class"
            " https://w3id.org/kgbuild/gutbrain#Animal."]),
    ],
)  # fmt: skip
def test_an_empty_answer_says_why(
    name: str, values: dict[str, str], reasons: list[str], runner: str, request: pytest.FixtureRequest
) -> None:
    table = run_named(load_query(name), values, request.getfixturevalue(runner))
    assert table.rows == ()
    assert list(table.notes) == reasons


def test_an_answer_names_the_other_concepts_of_the_name(embedded: StoreRunner) -> None:
    found = answer(embedded, "microbes-changed-in-disorder", disorder="PD")
    assert len(found.rows) == 2
    assert found.notes == (
        "'PD' is also: Lactobacillus rhamnosus (NCBITaxon:47715), bacteria, 1 mention, 1 statement."
        " Give the CURIE of the one you mean.",
    )
