"""From names, CURIEs and URIs to the graph's concepts, by one rule in its tables, in the store and on a server."""

from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kgbuild.errors import AmbiguousError, GraphError, InputError
from kgbuild.query.names import Names, SparqlNames, TableNames
from kgbuild.query.resolve import Resolution, known_name, resolve
from kgbuild.query.runners import StoreRunner
from kgbuild.query.tables import open_tables
from kgbuild.schema import load_schema
from tests import example_graph as example

NAMED = [
    (example.PARKINSON, example.PARKINSON),
    ("MONDO:0005180", example.PARKINSON),
    ("mondo:0005180", example.PARKINSON),
    ("http://id.nlm.nih.gov/mesh/D003866", example.DEPRESSION),
    ("MESH:D003866", example.DEPRESSION),
    ("D003866", example.DEPRESSION),
    ("depressive disorder (MONDO:0002050)", example.DEPRESSION),
    ("depressive disorder", example.DEPRESSION),
    (" Depression ", example.DEPRESSION),
    ("AKKERMANSIA", example.AKKERMANSIA),
    ("Butyric acids", example.BUTYRATE),
    ("beta butyrate", example.BUTYRATE),
    ("β-butyrate 🦠", example.BUTYRATE),
    ("Lactobacillus", example.LACTOBACILLUS),
    ("rhamnosus", example.RHAMNOSUS),
    ('c:\\TEMP "ad"', example.ALZHEIMER),
    ("neurodegenerative diseases", example.NEURODEGENERATIVE),
]
UNKNOWN = ["MONDO:9999999", "http://example.org/x", "", "   ", 'a"b\\c', "?x", "\x00", "🦠", "\udcff"]


@pytest.mark.parametrize(("text", "concept"), NAMED)
def test_all_that_names_a_concept(names: Names, text: str, concept: str) -> None:
    found = resolve(names, text)
    assert found.clear
    assert found.error() is None
    assert [meaning.uri for meaning in found.meanings] == [concept]


def test_a_concept_comes_with_class_rank_and_counts(names: Names) -> None:
    (found,) = resolve(names, "lactobacillus").meanings
    assert (found.label, found.rank, found.mentions, found.statements) == ("bacteria", "genus", 3, 2)
    assert (found.by, found.wording_mentions) == ("name", 3)
    assert str(found) == "Lactobacillus (NCBITaxon:1578), bacteria (genus), 3 mentions, 2 statements"


def test_several_meanings_are_told_apart_by_the_user(names: Names) -> None:
    found = resolve(names, "PD")
    assert [meaning.uri for meaning in found.meanings] == [example.PARKINSON, example.RHAMNOSUS]
    error = found.error("parameter disorder")
    assert isinstance(error, AmbiguousError)
    assert str(error).splitlines() == [
        "parameter disorder: 'PD' may mean several concepts of this graph:",
        "  Parkinson disease (MONDO:0005180), DDF, 6 mentions, 3 statements",
        "  Lactobacillus rhamnosus (NCBITaxon:47715), bacteria, 1 mention, 1 statement",
        "Give the CURIE of the one you mean.",
    ]


def test_a_class_decides_where_the_name_does_not(names: Names) -> None:
    found = resolve(names, "PD", labels=["bacteria"])
    assert found.clear
    assert [meaning.uri for meaning in found.meanings] == [example.RHAMNOSUS, example.PARKINSON]
    assert "also: Parkinson disease (MONDO:0005180)" in found.note
    assert not resolve(names, "PD", labels=["gene"]).clear


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("Parkinsons", "Parkinson disease (MONDO:0005180), DDF, 6 mentions, 3 statements"),
        ("akermansia", "'akkermansia': Akkermansia muciniphila"),
        ("gut microbiotas of mice", "gut microbiota (OHMI:0000020)"),
    ],
)
def test_an_unknown_name_comes_with_similar_ones(names: Names, text: str, nearest: str) -> None:
    error = resolve(names, text).error()
    assert isinstance(error, InputError)
    assert f"no concept named {text!r} is in this graph" in error.message
    assert error.remedy.startswith(f"Nearest: {nearest}")


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_not_there(names: Names, text: str) -> None:
    found = resolve(names, text)
    assert found.meanings == ()
    assert "no concept named" in str(found.error())


def test_what_only_the_term_index_knows_is_said(names: Names) -> None:
    for text in ("psoriasis", "MONDO:0005083"):
        assert "the term index knows it as psoriasis (MONDO:0005083), but no article" in str(
            resolve(names, text).error()
        )
    assert known_name("no such thing") == ""


def test_narrower_concepts_are_those_with_statements(names: Names) -> None:
    below = names.narrower(example.NEURODEGENERATIVE)
    assert [(concept.uri, concept.statements) for concept in below] == [
        (example.PARKINSON, 3),
        (example.ALZHEIMER, 2),
    ]
    assert names.narrower(example.PARKINSON) == []


def meanings(folder: Path, text: str, *concepts: tuple[str, str, list[str], dict[str, int]]) -> Resolution:
    """What a text means among concepts of CURIE, name, synonyms and wordings; the CURIE's prefix is the class."""
    rows: list[dict[str, Any]] = []
    for curie, name, synonyms, wordings in concepts:
        row = {"uri": f"http://example.org/{curie}", "curie": curie, "name": name, "synonyms": synonyms}
        row |= {"equivalents": [], "parents": [], "label": curie.split(":")[0]}
        rows.append(example.concept(row, Counter(), wordings))
    with open_tables(example.write(folder, {"concepts": rows}), "concepts") as opened:
        return resolve(TableNames(opened), text)


def curies(found: Resolution) -> list[str]:
    return [meaning.curie for meaning in found.meanings]


def test_mentions_of_the_wording_come_before_the_preferred_name(tmp_path: Path) -> None:
    autism = ("DDF:1", "autism spectrum disorder", [], {"autism": 900, "ASD": 30, "asd": 10})
    septal = ("DDF:2", "ASD", ["atrial septal defect"], {"ASD": 4, "atrial septal defects": 2_000})
    found = meanings(tmp_path, "ASDs", autism, septal)
    assert curies(found) == ["DDF:1", "DDF:2"]
    assert found.meanings[0].wording_mentions == 40
    assert found.clear
    assert found.note == (
        "'ASDs' is also: ASD (DDF:2), DDF, 2,004 mentions, 0 statements. Give the CURIE of the one you mean."
    )


def test_less_than_ten_times_the_mentions_is_no_lead(tmp_path: Path) -> None:
    found = meanings(
        tmp_path, "PD", ("DDF:1", "Parkinson disease", [], {"PD": 39}), ("DDF:2", "panic", [], {"PD": 4})
    )
    assert curies(found) == ["DDF:1", "DDF:2"]
    assert not found.clear
    assert "39 mentions, 0 statements, 39 of them written 'PD'" in str(found.error())


def test_a_name_never_written_means_the_concept_called_so(tmp_path: Path) -> None:
    other = ("DDF:1", "influenza", ["cold"], {"flu": 50})
    assert curies(meanings(tmp_path / "1", "cold", other, ("DDF:2", "cold", [], {"common cold": 1}))) == [
        "DDF:2",
        "DDF:1",
    ]
    unused = meanings(tmp_path / "2", "cold", other, ("DDF:2", "cold", [], {}))
    assert not unused.clear
    assert "cold (DDF:2), DDF, never mentioned" in str(unused.error())


def test_of_two_synonyms_the_far_more_mentioned_is_meant(tmp_path: Path) -> None:
    names = [("x:1", "one", ["it"], {"one": 100}), ("x:2", "two", ["it"], {"two": 10})]
    assert meanings(tmp_path / "clear", "it", *names).clear
    assert not meanings(tmp_path / "several", "it", *names, ("x:3", "three", ["it"], {"three": 11})).clear
    never = [("x:1", "one", ["it"], {}), ("x:2", "two", ["it"], {})]
    assert not meanings(tmp_path / "never", "it", *never).clear


@pytest.mark.parametrize("text", ["PCOS", "pcos", "Pcos"])
def test_an_abbreviation_that_ends_in_s_is_found_in_any_case(text: str, tmp_path: Path) -> None:
    assert curies(meanings(tmp_path, text, ("DDF:1", "polycystic ovary syndrome", [], {"PCOS": 5}))) == ["DDF:1"]


def test_a_curie_in_the_preferred_name_is_no_part_of_it(tmp_path: Path) -> None:
    two = [("x:1", "COVID-19", [], {"COVID": 3}), ("x:2", "COVID-19 (x:2)", ["COVID-19"], {"corona": 2})]
    found = meanings(tmp_path, "covid 19", *two)
    assert [meaning.by for meaning in found.meanings] == ["name", "name"]
    assert "COVID-19 (x:2), x, 2 mentions" in str(found.error())


def test_a_graph_of_an_older_version_is_told(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    tables = example.write(tmp_path, example.rows())
    pq.write_table(pq.read_table(tables / "concepts.parquet").drop(["keys"]), tables / "concepts.parquet")
    with (
        pytest.raises(GraphError, match="another version of kgbuild wrote"),
        open_tables(tables, "concepts") as opened,
    ):
        resolve(TableNames(opened), "butyrate")
    store = ox.Store(tmp_path / "rdf")
    concept = ox.NamedNode("http://www.w3.org/2004/02/skos/core#Concept")
    store.add(
        ox.Quad(
            ox.NamedNode(example.BUTYRATE), ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), concept
        )
    )
    store.flush()
    del store
    with StoreRunner(tmp_path / "rdf") as runner, pytest.raises(GraphError, match="cannot be looked up by name"):
        resolve(SparqlNames(runner, load_schema()), "butyrate")
