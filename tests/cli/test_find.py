"""Finding concepts from the command line: one answer of `show`, `query`, `sparql` and `terms search`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kgbuild.cli.app import app
from kgbuild.errors import AmbiguousError, InputError
from tests import example_graph as example

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example graph, published."""
    from kgbuild.load.oxigraph import build_store

    folder = tmp_path_factory.mktemp("found")
    tables = example.write(folder / "graph" / "state", example.rows())
    build_store(tables, tables / "rdf", example.RUN)
    (folder / "CURRENT").write_text("state\n")
    return folder


def ask(*arguments: object) -> Any:
    """Run a command in this process, which is faster; an error of kgbuild comes as the result's exception."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_show_names_concept_class_and_counts(kg: Path) -> None:
    said = ask("show", "AKKERMANSIA", "--kg", kg).stdout
    assert said.startswith("Akkermansia muciniphila (NCBITaxon:239935), bacteria, 7 mentions, 4 statements\n")
    assert "Parkinson disease change abundance Akkermansia muciniphila" in said


def test_a_name_of_several_is_answered_with_their_list(run: Run, kg: Path) -> None:
    several = "  Parkinson disease (MONDO:0005180), DDF, 6 mentions, 3 statements\n  Lactobacillus rhamnosus"
    shown = run("show", "PD", "--kg", kg, code=6)
    assert shown.stdout == ""
    assert several in shown.stderr
    for command in (
        ["show", "PD"],
        ["query", "neighbours", "-p", "concept=PD"],
        ["sparql", "SELECT * {?c ?p ?o}", "-cc=PD"],
    ):
        error = ask(*command, "--json", "--kg", kg).exception
        assert isinstance(error, AmbiguousError)
        assert several in error.message
    answer = json.loads(ask("show", "PD", "--kg", kg, "--json").stdout)
    assert [concept["uri"] for concept in answer["concepts"]] == [example.PARKINSON, example.RHAMNOSUS]
    assert answer["statements"]
    assert several in answer["note"]


def test_json_says_what_is_not_there(kg: Path) -> None:
    shown = ask("show", "parkinsons", "--kg", kg, "--json")
    answer = json.loads(shown.stdout)
    assert (answer["concepts"], answer["statements"], answer["total"]) == ([], [], 0)
    assert "Nearest: Parkinson disease (MONDO:0005180)" in answer["note"]
    assert isinstance(shown.exception, InputError)


def test_an_empty_answer_says_why(run: Run, kg: Path) -> None:
    broad = " ".join(ask("show", "neurodegenerative disease", "--kg", kg).stdout.split())
    assert "No statements." in broad
    assert "No article of this graph mentions neurodegenerative disease itself." in broad
    assert "With narrower concepts there are 5: --include-narrower." in broad
    between = json.loads(ask("show", "psyllium", "BDNF", "--json", "--kg", kg).stdout)
    assert [concept["uri"] for concept in between["concepts"]] == [example.PSYLLIUM, example.BDNF]
    assert between["statements"] == []
    assert between["note"] == "No statement is between the two: psyllium stands in 1, BDNF stands in 1."
    same = json.loads(ask("show", "butyrate", "CHEBI:17968", "--json", "--kg", kg).stdout)
    assert same["note"] == "Both names mean butyrate."
    rows = run("query", "interventions-for-disorder", "-p", "disorder=Alzheimer disease", "--json", "--kg", kg)
    assert json.loads(rows.stdout) == []
    assert "Alzheimer disease stands in 2 statements, but in none that this query asks for" in rows.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["best-supported", "--format", "csv", "--json"], "two forms"),
        (["neighbours", "-p", "concept=PD", "-p", "concept=AD"], "given twice: 'PD' and 'AD'"),
        (["neighbours", "-p", "=PD"], "Write it as name=value"),
        (["most-studied", "--endpoint", "http://127.0.0.1:9/q", "--store", "neo4j"], "Leave one of them out"),
    ],
)
def test_what_cannot_be_taken_is_refused(kg: Path, arguments: list[str], said: str) -> None:
    error = ask("query", *arguments, "--kg", kg).exception
    assert isinstance(error, InputError)
    assert said in str(error)


def test_a_form_that_there_is_not_is_refused_with_those_there_are() -> None:
    for command in ("query", "sparql", "cypher"):
        refused = ask(command, "best-supported", "--format", "xml")
        assert refused.exit_code == 2
        assert "'table', 'csv', 'json'" in " ".join(refused.stderr.split())


def test_ones_own_query_takes_concepts_by_name(kg: Path) -> None:
    query = "SELECT ?name { ?c <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }"
    answer = ask("sparql", query, "-c", "c=butyric acids", "--json", "--kg", kg)
    assert json.loads(answer.stdout) == [{"name": "butyrate"}]


def test_the_term_index_is_searched_by_any_spelling(tmp_path: Path) -> None:
    source = tmp_path / "mine.tsv"
    source.write_text(
        "curie\tname\tlabel\tsynonyms\tparents\tsource\nMONDO:0005180\tParkinson disease\tDDF\tPD\t\tme\n"
        "CHEBI:64645\tamyloid beta\tchemical\tβ-amyloid\t\tme\n"
    )
    for text, curie in (("mondo:0005180", "MONDO:0005180"), ("beta amyloids", "CHEBI:64645")):
        found = json.loads(ask("terms", "search", text, "--only-terms", source, "--json").stdout)
        assert (found[0]["curie"], found[0]["score"]) == (curie, 1)
    assert "No name 'parkinsn'" in ask("terms", "search", "parkinsn", "--only-terms", source).stderr
