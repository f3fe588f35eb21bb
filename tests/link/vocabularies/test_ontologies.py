"""Ontologies as RDF and as OBO graphs: former identifiers, replaced classes, equivalents; names in JSON."""

import json

import pytest

from kgbuild.link.vocabularies.records import EXACT, OBSOLETE, PREFERRED, Entry, Name, Skipped
from kgbuild.model import Reject
from tests.link.vocabularies.samples import OBO

MESH = "http://id.nlm.nih.gov/mesh/"
PREFIXES = """@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
"""
EXACT_MATCH = "http://www.w3.org/2004/02/skos/core#exactMatch"
ALTERNATIVE = "http://www.geneontology.org/formats/oboInOwl#hasAlternativeId"


def turtle(read, text: str):
    return read(PREFIXES + text)[1]


def graph(read, *nodes: dict):
    return read(json.dumps({"graphs": [{"nodes": list(nodes)}]}))[1]


def values(**by_predicate: str):
    return [{"pred": predicate, "val": value} for predicate, value in by_predicate.items()]


@pytest.mark.parametrize(
    "said",
    [
        "skos:exactMatch <http://id.nlm.nih.gov/mesh/D000001>",
        'skos:exactMatch "MESH:D000001"',
        "owl:equivalentClass <https://identifiers.org/mesh:D000001>",
        "owl:sameAs <http://id.nlm.nih.gov/mesh/D000001>",
    ],
)
def test_rdf_equivalents(read, said):
    items = turtle(read, f"obo:MONDO_1 a owl:Class ; {said} .")
    assert items == [Entry(uri=OBO + "MONDO_1", equivalents=(MESH + "D000001",))]


def test_an_equivalent_in_no_known_vocabulary_is_counted(read):
    unknown = Skipped("equivalent in an unknown vocabulary")
    assert turtle(read, 'obo:MONDO_1 a owl:Class ; skos:exactMatch "NOSUCH:1" .') == [unknown]
    said = values(**{EXACT_MATCH: "NOSUCH:1"})
    assert graph(read, {"id": OBO + "MONDO_1", "meta": {"basicPropertyValues": said}})[0] == unknown


def test_rdf_former_identifiers(read):
    text = 'obo:MONDO_1 a owl:Class ; oio:hasAlternativeId "MONDO:9", "nothing known" .'
    assert turtle(read, text) == [Entry(uri=OBO + "MONDO_1", aliases=(OBO + "MONDO_9",))]


def test_rdf_replaced_classes(read):
    old = "obo:MONDO_9 a owl:Class ; owl:deprecated true ; obo:IAO_0100001"
    former = Entry(uri=OBO + "MONDO_1", aliases=(OBO + "MONDO_9",))
    assert turtle(read, f"{old} obo:MONDO_1 .") == [OBSOLETE, former]
    assert turtle(read, f'{old} "MONDO:1" .') == [OBSOLETE, former]
    assert turtle(read, f"{old} obo:MONDO_1, obo:MONDO_2 .") == [OBSOLETE]


def test_an_ontology_keeps_its_own_uris(read):
    efo = "http://www.ebi.ac.uk/efo/EFO_0000001"
    items = turtle(read, f'<{efo}> a owl:Class ; skos:prefLabel "gut thing" .')
    assert items == [Entry(uri=efo, names=(Name("gut thing", PREFERRED),))]


def test_graph_equivalents_and_former_identifiers(read):
    said = values(**{EXACT_MATCH: "mesh:D000001", ALTERNATIVE: "MONDO:9", "http://x.org/comment": "MONDO:8"})
    items = graph(read, {"id": OBO + "MONDO_1", "meta": {"basicPropertyValues": said}})
    assert items == [Entry(uri=OBO + "MONDO_1", aliases=(OBO + "MONDO_9",), equivalents=(MESH + "D000001",))]


def test_graph_replaced_classes(read):
    said = values(**{OBO + "IAO_0100001": "MONDO:1"})
    items = graph(read, {"id": OBO + "MONDO_9", "meta": {"deprecated": True, "basicPropertyValues": said}})
    assert items == [OBSOLETE, Entry(uri=OBO + "MONDO_1", aliases=(OBO + "MONDO_9",))]


@pytest.mark.parametrize("names", [["gut", "Gut"], {"names": ["gut", "Gut"], "definitions": ["a tube"]}])
def test_names_by_uri_in_both_forms(read, names):
    content = {"http://a.org/1 ": names, "mondo:1": names, "not a uri": names, "zzz:1": names, "http://a.org/2": [3]}
    _, items = read(json.dumps(content))
    gut = (Name("gut", PREFERRED), Name("Gut", EXACT))
    assert items[:2] == [Entry(uri="http://a.org/1", names=gut), Entry(uri=OBO + "MONDO_1", names=gut)]
    assert [(type(item), item.record) for item in items[2:]] == [
        (Reject, "not a uri"),
        (Reject, "zzz:1"),
        (Reject, "http://a.org/2"),
    ]
    assert "the prefix 'zzz' is not known" in items[3].cause
