"""Each format of vocabulary, from a tiny file of it, packed and not; and files that are none."""

import gzip
import json
from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.link.vocabularies import Options, read_vocabulary
from kgbuild.link.vocabularies.records import EXACT, OBSOLETE, PREFERRED, SEEN, Entry, Name, Skipped
from kgbuild.model import Reject
from tests.link.vocabularies.samples import FUNCTIONAL, GRAPH, LEXICON, OBO, OBO_FILE, RDF, TURTLE


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
def test_names_parents_and_obsolete_terms(read, content, form, packed):
    data = gzip.compress(content.encode()) if packed else content
    found, items = read(data)
    names, parents = together(items)
    assert found == form
    assert {Name("gut disease", PREFERRED), Name("enteropathy", EXACT)} <= names
    assert parents == {OBO + "MONDO_0"}
    assert not any(isinstance(i, Entry) and any(n.text in ("old", "Darmkrankheit") for n in i.names) for i in items)
    assert items.count(OBSOLETE) == (form != "TSV")


def article(text: str, uri: str | None):
    entity = {"start_idx": 0, "end_idx": len(text) - 1, "location": "title", "text_span": text, "label": "DDF"}
    return {
        "metadata": {"title": text, "abstract": "", "annotator": "a"},
        "entities": [{**entity, "uri": uri}],
        "relations": [],
    }


def test_annotated_articles_give_counted_names_and_excluded_ones_do_not(read):
    content = {
        "1": article("colitis", "http://a.org/1"),
        "2": article("secret", "http://a.org/2"),
        "3": {**article("gut", "no uri")},
        "4": {"metadata": {"title": "x"}, "entities": [{}]},
    }
    form, items = read(json.dumps(content))
    assert form == "GutBrainIE"
    assert items[0] == Entry(uri="http://a.org/1", names=(Name("colitis", SEEN, "DDF", 1),))
    assert items[1] == Skipped("excluded document")
    assert len(items) == 4
    assert all(isinstance(item, Reject) for item in items[2:])


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
        (b"\x1f\x8bnot gzip", "."),
        ("curie;title\nMONDO:1;gut\n", "its first line is 'curie;title'"),
        ("curie\tname\tname\nMONDO:1\tgut\tGut\n", "two columns are called 'name'"),
        ('{"http://a.org/1": ["gut"]}'.encode("cp1252") + "\n{é".encode("cp1252"), "byte e9 in line 2.*cp1252.*'é'"),
        ("Ontology(é".encode("cp1252"), "not UTF-8"),
        ("curie\tname\nMONDO:1\tgut\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (b"PK\x03\x04[Content_Types].xml", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a spreadsheet"),
        (bytes(range(256)), "binary"),
    ],
)
def test_unreadable_files_are_refused_with_their_name_and_a_remedy(read, content, cause):
    with pytest.raises(InputError, match=cause) as caught:
        read(content)
    assert "file" in caught.value.file
    assert caught.value.remedy


def test_missing_files_and_folders_of_other_things(tmp_path: Path, options: Options):
    with pytest.raises(InputError, match="No such file"):
        read_vocabulary(tmp_path / "none.obo", options)
    with pytest.raises(InputError, match="directory"):
        read_vocabulary(tmp_path, options)
