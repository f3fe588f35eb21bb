"""From evidence to statements: which records count, belief, directions, conflicts, concepts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from kgbuild.model import Relation
from kgbuild.namespaces import NAME
from kgbuild.tables import TABLES

if TYPE_CHECKING:
    from tests.assemble.conftest import Claim, Graph, Shelf


def test_belief_of_one_article_is_its_best_evidence(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1", score=0.6)])
    (statement,) = graph.build()["statements"]
    assert statement["belief"] == pytest.approx(0.6)
    assert statement["direct"]
    assert (statement["subject_label"], statement["object_label"]) == ("DDF", "bacteria")


def test_articles_add_up_as_independent_support(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1", score=0.6), claim("2", score=0.5, speculative=True)])
    (statement,) = graph.build()["statements"]
    # the supposed one counts half: 1 - 0.4 * 0.75
    assert statement["belief"] == pytest.approx(0.7)
    assert (statement["supporting"], statement["speculative"], statement["articles"]) == (2, 1, 2)


def test_negated_evidence_refutes_and_makes_a_conflict(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1", score=0.6), claim("2", score=0.5, negated=True)])
    (statement,) = graph.build()["statements"]
    assert statement["belief"] == pytest.approx(0.6 * 0.5 / (1 - 0.3), abs=1e-6)
    assert (statement["supporting"], statement["refuting"], statement["conflict"]) == (1, 1, True)


def test_a_statement_only_denied_has_no_belief_and_no_direct_triple(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1", score=0.9, negated=True)])
    (statement,) = graph.build(threshold=0)["statements"]
    assert (statement["belief"], statement["direct"]) == (0, False)


def test_opposite_directions_are_a_conflict(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1", direction="increase"), claim("2", direction="decrease", year=2024)])
    (statement,) = graph.build()["statements"]
    assert (statement["increase"], statement["decrease"], statement["conflict"]) == (1, 1, True)
    assert (statement["first_year"], statement["last_year"]) == (2020, 2024)


def test_retracted_articles_count_for_nothing_but_are_kept(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1", score=0.9, retracted=True)])
    tables = graph.build()
    assert tables["statements"][0]["belief"] == 0
    assert tables["statements"][0]["supporting"] == 0
    assert tables["evidence"][0]["retracted"]


def test_the_highest_version_wins_whatever_the_order(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1", version=2, score=0.8)])
    graph.add([claim("1", version=1, score=0.3)])
    tables = graph.build()
    assert [row["version"] for row in tables["articles"]] == [2]
    assert tables["statements"][0]["belief"] == pytest.approx(0.8)
    assert len(tables["evidence"]) == len(tables["statements"]) == 1


def test_of_equal_versions_the_one_read_last_wins(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1", score=0.8, year=2019)])
    graph.add([claim("1", score=0.3, year=2021)])
    tables = graph.build()
    assert [row["year"] for row in tables["articles"]] == [2021]
    assert [row["score"] for row in tables["evidence"]] == [0.3]


def test_a_deletion_removes_what_came_before_it_only(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1"), claim("2")])
    graph.add([], deletions=("1", "2"))
    graph.add([claim("2", score=0.4)])
    tables = graph.build()
    assert [row["pmid"] for row in tables["articles"]] == ["2"]
    assert [row["pmid"] for row in tables["mentions"]] == ["2", "2"]


def test_symmetric_relations_make_one_statement(graph: Graph, shelf: Shelf) -> None:
    of = shelf.document("1", "Butyrate interacts with GABA.", "GABA interacts with Butyrate.")
    uris = {"Butyrate": shelf.BUTYRATE, "GABA": shelf.GABA}
    there, back = (
        [shelf.mention(of, name, "chemical", section) for name in ("Butyrate", "GABA")]
        for section in ("title", "abstract")
    )
    both = [
        Relation(subject=there[0], predicate="interact", object=there[1], score=0.5),
        Relation(subject=back[1], predicate="interact", object=back[0], score=0.5),
    ]
    graph.add([shelf.annotated(of, *both, uris=uris)])
    (statement,) = graph.build()["statements"]
    assert statement["supporting"] == 2
    assert statement["subject"] < statement["object"]


def test_a_sentence_counts_once_for_a_statement(graph: Graph, shelf: Shelf) -> None:
    of = shelf.document("1", "Butyrate (but-yrate) interacts with GABA.")
    names = [shelf.mention(of, name, "chemical") for name in ("Butyrate", "but-yrate", "GABA")]
    twice = [
        Relation(subject=names[0], predicate="interact", object=names[2], score=0.5),
        Relation(subject=names[1], predicate="interact", object=names[2], score=0.7),
    ]
    uris = {"Butyrate": shelf.BUTYRATE, "but-yrate": shelf.BUTYRATE, "GABA": shelf.GABA}
    graph.add([shelf.annotated(of, *twice, uris=uris)])
    tables = graph.build()
    assert [(row["subject_text"], row["score"]) for row in tables["evidence"]] == [("but-yrate", 0.7)]
    assert tables["statements"][0]["supporting"] == 1


def test_unlinked_and_self_relations_are_counted_and_in_no_statement(graph: Graph, shelf: Shelf) -> None:
    of = shelf.document("1", "PD affects constipation. PD affects Parkinson disease.")
    pd, unknown = shelf.mention(of, "PD", "DDF"), shelf.mention(of, "constipation", "DDF")
    itself = shelf.mention(of, "Parkinson disease", "DDF")
    relations = [Relation(subject=pd, predicate="affect", object=end) for end in (unknown, itself)]
    uris = {"PD": shelf.PARKINSON, "Parkinson disease": shelf.PARKINSON}
    graph.add([shelf.annotated(of, *relations, uris=uris)])
    tables = graph.build()
    assert tables["statements"] == []
    assert [row["statement"] for row in tables["evidence"]] == [None, None]
    assert (graph.counts["unlinked"], graph.counts["of_itself"]) == (1, 1)


def test_a_name_without_a_concept_is_called_what_most_articles_write_out(graph: Graph, shelf: Shelf) -> None:
    name = NAME + "proopiomelanocortin"
    texts = ["POMC", "POMC", "Proopiomelanocortin", "pro-opiomelanocortin"]
    documents = []
    for number, text in enumerate(texts):
        of = shelf.document(str(number), f"{text} interacts with GABA.")
        ends = shelf.mention(of, text, "chemical"), shelf.mention(of, "GABA", "chemical")
        found = shelf.annotated(of, Relation(subject=ends[0], predicate="interact", object=ends[1]), uris={})
        links = tuple(
            replace(link, canonical=name if link.mention.text == text else shelf.GABA) for link in found.links
        )
        documents.append(replace(found, links=links))
    graph.add(documents)
    tables = graph.build()
    (concept,) = (row for row in tables["concepts"] if row["uri"] == name)
    assert (concept["curie"], concept["name"]) == ("kgname:proopiomelanocortin", "Proopiomelanocortin")
    assert set(concept["synonyms"]) == {"POMC", "pro-opiomelanocortin"}
    assert [row["articles"] for row in tables["statements"]] == [4]


def test_every_evidence_gives_back_its_sentences_and_mentions(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1"), claim("2", negated=True)])
    tables = graph.build()
    texts = {row["pmid"]: row for row in tables["articles"]}
    for row in tables["evidence"]:
        for role in ("subject", "object"):
            text = texts[row["pmid"]][row[f"{role}_section"]]
            assert text[row[f"{role}_start"] : row[f"{role}_end"]] == row[f"{role}_text"]
            sentence = text[row[f"{role}_sentence_start"] : row[f"{role}_sentence_end"]]
            assert row[f"{role}_text"] in sentence


def test_concepts_hold_the_mentioned_ones_and_all_above_them(graph: Graph, claim: Claim, shelf: Shelf) -> None:
    graph.add([claim("1")])
    concepts = {row["uri"]: row for row in graph.build()["concepts"]}
    assert set(concepts) == {shelf.PARKINSON, shelf.NEURODEGENERATIVE, shelf.LACTOBACILLUS}
    assert concepts[shelf.PARKINSON]["parents"] == [shelf.NEURODEGENERATIVE]
    assert concepts[shelf.PARKINSON]["name"] == "Parkinson disease"
    assert concepts[shelf.NEURODEGENERATIVE]["mentions"] == 0


def test_tables_have_the_documented_columns_even_when_empty(graph: Graph) -> None:
    graph.build()
    for name, schema in TABLES.items():
        assert pq.read_schema(graph.folder / f"{name}.parquet").equals(schema)


def test_the_same_units_give_the_same_bytes(graph: Graph, claim: Claim) -> None:
    graph.add([claim(str(n), score=n / 50, year=2000 + n % 7) for n in range(40)])
    first = graph.build()
    assert graph.build() == first


def test_it_is_counted_how_many_mentions_each_of_the_terms_linked(graph: Graph, claim: Claim) -> None:
    one, other = claim("1"), claim("2")
    by = {"PD": "shipped", "Lactobacillus": "own.tsv"}
    links = tuple(replace(link, source=by[link.mention.text]) for link in one.links)
    graph.add([replace(one, links=links), replace(other, links=(replace(other.links[0], source="shipped"),))])
    graph.build()
    assert graph.counts["linked_by"] == {"own.tsv": 1, "shipped": 2}
    assert graph.counts["linked"] == 3
