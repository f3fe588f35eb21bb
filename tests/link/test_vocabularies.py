"""Each format of vocabulary, from a tiny file of it."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import InputError
from kgbuild.link.vocabularies import Options, read_vocabulary
from kgbuild.link.vocabularies.records import EXACT, OBSOLETE, PREFERRED, RELATED, SEEN, Entry, Name, Skipped
from kgbuild.model import Reject

OPTIONS = Options(
    labels={"DDF", "chemical"}, semantic_types={"T047": "DDF", "T109": "chemical"}, exclude={"2"}.__contains__
)
OBO = "http://purl.obolibrary.org/obo/"

OBO_FILE = """format-version: 1.2
ontology: test

[Term]
id: MONDO:1
name: gut disease
synonym: "enteropathy" EXACT [a:b]
synonym: "bowel trouble" RELATED []
alt_id: MONDO:9
is_a: MONDO:0 ! disease
property_value: skos:exactMatch MESH:D000001

[Term]
id: XAO:2
name: old
is_obsolete: true

[Term]
id MONDO:3

[Typedef]
id: part_of
name: part of
"""
GRAPH = {
    "graphs": [
        {
            "nodes": [
                {
                    "id": OBO + "MONDO_1",
                    "lbl": "gut disease",
                    "type": "CLASS",
                    "meta": {
                        "synonyms": [
                            {"pred": "hasExactSynonym", "val": "enteropathy"},
                            {"pred": "hasBroadSynonym", "val": "trouble"},
                        ]
                    },
                },
                {"id": OBO + "MONDO_2", "lbl": "old", "type": "CLASS", "meta": {"deprecated": True}},
                {"id": OBO + "RO_1", "lbl": "part of", "type": "PROPERTY"},
            ],
            "edges": [{"sub": OBO + "MONDO_1", "pred": "is_a", "obj": OBO + "MONDO_0"}],
        }
    ]
}
RDF = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY obo "http://purl.obolibrary.org/obo/" > ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
  xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:oio="http://www.geneontology.org/formats/oboInOwl#">
 <owl:Class rdf:about="&obo;MONDO_1"><rdfs:label xml:lang="en">gut disease</rdfs:label>
  <rdfs:label xml:lang="de">Darmkrankheit</rdfs:label><oio:hasExactSynonym>enteropathy</oio:hasExactSynonym>
  <rdfs:subClassOf rdf:resource="&obo;MONDO_0"/></owl:Class>
 <owl:Class rdf:about="&obo;MONDO_2"><rdfs:label>old</rdfs:label>
  <owl:deprecated rdf:datatype="http://www.w3.org/2001/XMLSchema#boolean">true</owl:deprecated></owl:Class>
 <owl:ObjectProperty rdf:about="&obo;RO_1"><rdfs:label>part of</rdfs:label></owl:ObjectProperty>
</rdf:RDF>
"""
TURTLE = """@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
obo:MONDO_1 a owl:Class ; skos:prefLabel "gut disease" ; skos:altLabel "enteropathy" ; skos:broader obo:MONDO_0 .
obo:MONDO_2 a owl:Class ; owl:deprecated true .
"""
FUNCTIONAL = """Prefix(obo:=<http://purl.obolibrary.org/obo/>)
Prefix(rdfs:=<http://www.w3.org/2000/01/rdf-schema#>)
Prefix(oio:=<http://www.geneontology.org/formats/oboInOwl#>)
Prefix(owl:=<http://www.w3.org/2002/07/owl#>)
Ontology(<http://example.org/o>
# a comment (with a parenthesis
Declaration(Class(obo:MONDO_1)) Declaration(Class(obo:MONDO_2)) Declaration(ObjectProperty(obo:RO_1))
AnnotationAssertion(rdfs:label obo:MONDO_1 "gut \\"disease\\" (any)"@en)
AnnotationAssertion(Annotation(rdfs:comment "why") oio:hasExactSynonym obo:MONDO_1 "enteropathy")
AnnotationAssertion(owl:deprecated obo:MONDO_2 "true"^^xsd:boolean)
SubClassOf(obo:MONDO_1 obo:MONDO_0)
SubClassOf(obo:MONDO_1 ObjectSomeValuesFrom(obo:RO_1 obo:MONDO_5))
)
"""
SSSOM = """# curie_map:
#   own: http://purl.obolibrary.org/obo/MONDO_
#   mesh: http://identifiers.org/mesh/
# license: none
subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification
own:1\tgut disease\tskos:exactMatch\tmesh:D000001\tsemapv:ManualMappingCuration
own:1\tgut disease\tskos:broadMatch\tmesh:D000002\tsemapv:ManualMappingCuration
own:1\tgut disease
"""
LEXICON = """curie\tname\tlabel\tsynonyms\tparents\tsource
MONDO:1\tgut disease\tDDF\tenteropathy|bowel trouble\tMONDO:0\tMONDO
MONDO:2\tbad label\tmood\t\t\tMONDO
nonsense\tno identifier\tDDF\t\t\tMONDO
"""
MRCONSO = """C0000001|ENG|P|L1|PF|S1|Y|A1||M1|D1|MSH|MH|D1|Gut disease|0|N|256|
C0000001|ENG|S|L2|PF|S2|Y|A2||M1|D1|MSH|ET|D1|Enteropathy|0|N||
C0000001|FRE|P|L3|PF|S3|Y|A3||M1|D1|MSHFRE|MH|D1|Maladie|0|N||
C0000001|ENG|S|L4|PF|S4|Y|A4||M1|D1|MSH|ET|D1|Hidden|0|O||
broken|line
"""
MRSTY = """C0000001|T047|B2.2.1.2.1|Disease or Syndrome|AT1|256|
C0000002|T109|A1.4.1.2.1|Organic Chemical|AT2||
C0000002|T047|B2.2.1.2.1|Disease or Syndrome|AT3||
C0000003|T999|X|Nothing known|AT4||
"""


def read(tmp_path: Path, content: str | bytes, name: str = "file"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    form, items = read_vocabulary(path, OPTIONS)
    return form, list(items)


def together(items):
    """All that is said of MONDO:1."""
    entries = [item for item in items if isinstance(item, Entry) and item.uri == OBO + "MONDO_1"]
    return {name for entry in entries for name in entry.names}, {p for entry in entries for p in entry.parents}


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (OBO_FILE, "OBO"),
        (json.dumps(GRAPH), "OBO graph"),
        (RDF, "OWL (RDF/XML)"),
        (TURTLE, "OWL (Turtle)"),
        (FUNCTIONAL.replace('\\"', "").replace(" (any)", ""), "OWL (functional syntax)"),
        (LEXICON, "TSV"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_names_parents_and_obsolete_terms(tmp_path, content, form, packed):
    data = gzip.compress(content.encode()) if packed else content
    found, items = read(tmp_path, data)
    names, parents = together(items)
    assert found == form
    assert {Name("gut disease", PREFERRED), Name("enteropathy", EXACT)} <= names
    assert parents == {OBO + "MONDO_0"}
    assert not any(isinstance(i, Entry) and any(n.text in ("old", "Darmkrankheit") for n in i.names) for i in items)
    assert items.count(OBSOLETE) == (form != "TSV")


def test_obo_scopes_aliases_matches_and_a_broken_stanza(tmp_path):
    _, items = read(tmp_path, OBO_FILE)
    first = items[0]
    assert Name("bowel trouble", RELATED) in first.names
    assert first.aliases == (OBO + "MONDO_9",)
    assert first.equivalents == ("http://id.nlm.nih.gov/mesh/D000001",)
    [reject] = [item for item in items if isinstance(item, Reject)]
    assert reject.record == "line 18"
    assert reject.file.endswith("file")


def test_functional_syntax_keeps_escapes_and_passes_over_complex_axioms(tmp_path):
    _, items = read(tmp_path, FUNCTIONAL)
    names, parents = together(items)
    assert Name('gut "disease" (any)', PREFERRED) in names
    assert parents == {OBO + "MONDO_0"}


def test_sssom_uses_its_own_curie_map_and_takes_exact_matches_only(tmp_path):
    _, items = read(tmp_path, SSSOM)
    assert items[0] == Entry(
        uri=OBO + "MONDO_1",
        names=(Name("gut disease", PREFERRED),),
        equivalents=("http://id.nlm.nih.gov/mesh/D000001",),
    )
    assert items[1] == Skipped("predicate skos:broadMatch")
    assert (items[2].record, len(items)) == ("line 8", 3)


def test_lexicon_rejects_rows_it_can_not_use(tmp_path):
    _, items = read(tmp_path, LEXICON)
    assert items[0].label == "DDF"
    assert [item.record for item in items[1:]] == ["line 3", "line 4"]
    assert "mood" in items[1].cause


def test_minimal_table_keeps_the_spelling_of_a_uri(tmp_path):
    _, items = read(tmp_path, "name\turi\ngut\thttps://www.ncbi.nlm.nih.gov/mesh/68000001\n")
    assert items == [Entry(uri="https://www.ncbi.nlm.nih.gov/mesh/68000001", names=(Name("gut", PREFERRED),))]


@pytest.mark.parametrize("names", [["gut", "Gut"], {"names": ["gut", "Gut"], "definitions": ["a tube"]}])
def test_names_by_uri_in_both_forms(tmp_path, names):
    _, items = read(tmp_path, json.dumps({"http://a.org/1 ": names, "not a uri": names, "http://a.org/2": [3]}))
    assert items[0] == Entry(uri="http://a.org/1", names=(Name("gut", PREFERRED), Name("Gut", EXACT)))
    assert [type(item) for item in items[1:]] == [Reject, Reject] if isinstance(names, list) else [Reject]


def article(text: str, uri: str | None):
    entity = {"start_idx": 0, "end_idx": len(text) - 1, "location": "title", "text_span": text, "label": "DDF"}
    return {
        "metadata": {"title": text, "abstract": "", "annotator": "a"},
        "entities": [{**entity, "uri": uri}],
        "relations": [],
    }


def test_annotated_articles_give_counted_names_and_excluded_ones_do_not(tmp_path):
    content = {
        "1": article("colitis", "http://a.org/1"),
        "2": article("secret", "http://a.org/2"),
        "3": {**article("gut", "no uri")},
        "4": {"metadata": {"title": "x"}, "entities": [{}]},
    }
    form, items = read(tmp_path, json.dumps(content))
    assert form == "GutBrainIE"
    assert items[0] == Entry(uri="http://a.org/1", names=(Name("colitis", SEEN, "DDF", 1),))
    assert items[1] == Skipped("excluded document")
    assert [type(item) for item in items[2:]] == [Reject, Reject]


def test_umls_takes_english_unsuppressed_names_and_semantic_types(tmp_path):
    form, items = read(tmp_path, MRCONSO)
    uri = "https://uts.nlm.nih.gov/uts/umls/concept/C0000001"
    assert form == "UMLS MRCONSO"
    assert items[:2] == [
        Entry(uri=uri, names=(Name("Gut disease", PREFERRED),)),
        Entry(uri=uri, names=(Name("Enteropathy", EXACT),)),
    ]
    assert items[2:4] == [Skipped("not English"), Skipped("suppressed")]
    assert items[4].record == "line 5"
    form, items = read(tmp_path, MRSTY)
    assert form == "UMLS MRSTY"
    assert [item.label for item in items[:2]] == ["DDF", "DDF"]
    assert items[2] == Skipped("semantic type without a label")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("", "known format"),
        ("hello", "known format"),
        ("a\tb\n1\t2\n", "columns"),
        ("[1, 2]", "unknown form"),
        ('{"a": ', "not JSON"),
        ("<?xml version='1.0'?><html/>", "not RDF/XML"),
        (RDF[:600], "not rdf/xml"),
        (RDF.replace('"http://purl.obolibrary.org/obo/"', '"&other;x"'), "entity obo"),
        (RDF.replace('"http://purl.obolibrary.org/obo/"', 'SYSTEM "file:///etc/passwd"'), "entity obo"),
        (FUNCTIONAL[:-3], "never closed"),
        (FUNCTIONAL + ")", "never opened"),
        (FUNCTIONAL + "Annotation((", "without a name"),
        (gzip.compress(b"format-version: 1.2\n" * 9000, mtime=0)[:60], "ended"),
        (b"format-version: 1.2\n[Term]\nid: A:1\nname: \xff\n", "utf-8"),
        (b"\x1f\x8bnot gzip", "."),
    ],
)
def test_unreadable_files_are_refused_with_their_name_and_a_remedy(tmp_path, content, cause):
    with pytest.raises(InputError, match=cause) as caught:
        read(tmp_path, content)
    assert "file" in caught.value.file
    assert caught.value.remedy


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_vocabulary(tmp_path / "none.obo", OPTIONS)


SAMPLES = [OBO_FILE, json.dumps(GRAPH), RDF, TURTLE, FUNCTIONAL, SSSOM, LEXICON, MRCONSO, MRSTY]


def survives(folder: Path, content: bytes) -> None:
    """Damaged input gives records, rejects or an InputError, nothing else."""
    items, refused = [], None
    try:
        _, items = read(folder, content)
    except InputError as error:
        refused = error
    assert refused is None or refused.file
    assert all(isinstance(item, Entry | Skipped | Reject) for item in items)


def damaged(draw_from: st.DataObject) -> bytes:
    data = bytearray(draw_from.draw(st.sampled_from(SAMPLES)).encode())
    for _ in range(draw_from.draw(st.integers(1, 4))):
        at = draw_from.draw(st.integers(0, len(data) - 1))
        if draw_from.draw(st.booleans()):
            data[at] = draw_from.draw(st.integers(0, 255))
        else:
            del data[at : at + draw_from.draw(st.integers(1, 40))]
        data = data or bytearray(b" ")
    return bytes(data)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_files(tmp_path_factory, data):
    survives(tmp_path_factory.getbasetemp(), damaged(data))


@pytest.mark.stress
@settings(max_examples=10_000, deadline=None)
@given(st.data())
def test_many_damaged_files(tmp_path_factory, data):
    survives(tmp_path_factory.getbasetemp(), damaged(data))
