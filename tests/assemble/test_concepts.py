"""The rows of the concepts table: wordings, keys, counts, and names that tell concepts apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.assemble.concepts import Usage, concept_rows

if TYPE_CHECKING:
    from tests.assemble.conftest import Claim, Graph, Shelf

OBO = "http://purl.obolibrary.org/obo/"


def test_a_row_has_its_wordings_the_forms_of_all_names_and_its_statements(
    graph: Graph, claim: Claim, shelf: Shelf
) -> None:
    graph.add([claim("1"), claim("2"), claim("3", negated=True)])
    concepts = {row["uri"]: row for row in graph.build()["concepts"]}
    parkinson = concepts[shelf.PARKINSON]
    assert parkinson["wordings"] == [{"text": "PD", "mentions": 3}]
    assert parkinson["keys"] == ["parkinson disease", "pd"]
    assert (parkinson["mentions"], parkinson["articles"], parkinson["statements"]) == (3, 3, 1)
    above = concepts[shelf.NEURODEGENERATIVE]
    assert (above["wordings"], above["keys"], above["statements"]) == ([], ["neurodegenerative disease"], 0)


def test_wordings_are_as_they_are_written_the_commonest_first(graph: Graph, shelf: Shelf) -> None:
    from kgbuild.model import Relation

    documents = []
    for number, text in enumerate(["Butyrate", "butyrates", "Butyrate", "Aβ"]):
        of = shelf.document(str(number), f"{text} interacts with GABA.")
        ends = shelf.mention(of, text, "chemical"), shelf.mention(of, "GABA", "chemical")
        relation = Relation(subject=ends[0], predicate="interact", object=ends[1])
        documents.append(shelf.annotated(of, relation, uris={text: shelf.BUTYRATE, "GABA": shelf.GABA}))
    graph.add(documents)
    (butyrate,) = (row for row in graph.build()["concepts"] if row["uri"] == shelf.BUTYRATE)
    assert [(w["text"], w["mentions"]) for w in butyrate["wordings"]] == [
        ("Butyrate", 2),
        ("Aβ", 1),
        ("butyrates", 1),
    ]
    assert butyrate["keys"] == ["butyrate", "a beta"]


def test_no_two_rows_share_name_and_label(graph: Graph) -> None:
    seen = {"CHEBI_15781": ("alpha-synuclein", "chemical", 1), "NCIT_C21217": ("α-synuclein", "chemical", 7)}
    seen["NCIT_C90119"] = ("Alpha Synuclein", "gene", 2)
    usage = {
        OBO + name: Usage(label, [{"text": text, "mentions": mentions}], mentions)
        for name, (text, label, mentions) in seen.items()
    }
    rows = {row["curie"]: row for row in concept_rows(usage, graph.index)}
    assert {curie: row["name"] for curie, row in rows.items()} == {
        "CHEBI:15781": "alpha-synuclein (CHEBI:15781)",
        "NCIT:C21217": "α-synuclein",
        "NCIT:C90119": "Alpha Synuclein",
    }
    assert rows["CHEBI:15781"]["synonyms"][0] == "alpha-synuclein"
    assert "alpha synuclein" in rows["CHEBI:15781"]["keys"]


def test_a_name_without_a_concept_has_the_broader_one_that_it_names(graph: Graph, shelf: Shelf) -> None:
    from kgbuild.link.forms import name_uri
    from kgbuild.model import Relation

    of = shelf.document("1", "Early-onset Parkinson disease changes Lactobacillus reuteri DSM 17938.")
    disease = shelf.mention(of, "Early-onset Parkinson disease", "DDF")
    strain = shelf.mention(of, "Lactobacillus reuteri DSM 17938", "bacteria")
    relation = Relation(subject=disease, predicate="change abundance", object=strain)
    found = shelf.annotated(of, relation, uris={})
    links = tuple(replace(link, canonical=name_uri(link.mention.text)) for link in found.links)
    graph.add([replace(found, links=links)])
    rows = {row["name"]: row for row in graph.build()["concepts"]}
    # What is broader stands in the table too, so that questions for it find the name.
    assert rows["Early-onset Parkinson disease"]["parents"] == [shelf.PARKINSON]
    assert rows["Parkinson disease"]["parents"] == [shelf.NEURODEGENERATIVE]
    assert rows["Lactobacillus reuteri DSM 17938"]["parents"] == []  # the species is not in the index
