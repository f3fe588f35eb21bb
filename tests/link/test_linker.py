"""The linker, on names made for it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.link.build import build_index
from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.link.linker import DictionaryLinker
from kgbuild.link.variants import definitions, variants
from kgbuild.model import Annotated, Document, Mention, Section, Span
from kgbuild.namespaces import NAME, is_iri
from kgbuild.schema import find_ontology, load_schema

A = "http://example.org/"
NAMES = {
    A + "parkinson": ["Parkinson disease", "PD"],
    A + "panic": ["panic disorder", "PD"],
    A + "butyrate": ["butyrate"],
    A + "coli": ["Escherichia coli"],
    A + "dysbiosis": ["gut dysbiosis"],
    A + "met": ["Met"],
    A + "syndrome": ["metabolic syndrome"],
}
SEEN = [("Parkinson disease", "DDF", "parkinson")] * 4 + [("PD", "DDF", "parkinson")] * 3
SEEN += [("PD", "DDF", "panic"), ("met", "chemical", "met"), ("metabolic syndrome", "DDF", "syndrome")]
SEEN += [("gut dysbiosis", "DDF", "dysbiosis"), ("butyrate", "chemical", "butyrate")]


def document(text: str, *mentions: tuple[str, str], number: str = "1") -> Annotated:
    found = [
        Mention(
            span=Span(section="title", start=text.index(part), end=text.index(part) + len(part)),
            text=part,
            label=label,
        )
        for part, label in mentions
    ]
    return Annotated(
        document=Document(id=number, sections=(Section(name="title", text=text),)), mentions=tuple(found)
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("linker")
    articles = {
        str(number): {
            "metadata": {"title": text, "abstract": ""},
            "entities": [
                {
                    "start_idx": 0,
                    "end_idx": len(text) - 1,
                    "location": "title",
                    "text_span": text,
                    "label": label,
                    "uri": A + uri,
                }
            ],
        }
        for number, (text, label, uri) in enumerate(SEEN)
    }
    (folder / "names.json").write_text(json.dumps(NAMES))
    (folder / "articles.json").write_text(json.dumps(articles))
    build_index([folder / "names.json", folder / "articles.json"], folder / "index")
    with TermIndex.open(folder / "index") as opened:
        yield opened


@pytest.fixture(scope="module")
def linker(index):
    return DictionaryLinker(index, load_schema())


def link(linker, text, mention, label="DDF"):
    [annotated] = linker.link([document(text, (mention, label))])
    [found] = annotated.links
    assert found.mention == annotated.mentions[0]
    return found


def test_the_use_that_was_seen_most_wins_and_the_other_is_kept(linker):
    found = link(linker, "PD in mice", "PD")
    assert (found.uri, found.canonical, found.method) == (A + "parkinson", A + "parkinson", "exact")
    assert [candidate.uri for candidate in found.candidates] == [A + "parkinson", A + "panic"]
    assert "seen 3 times" in found.candidates[0].reasons
    assert 0.5 < found.score < 1


def test_an_abbreviation_that_the_document_defines_is_linked_by_its_long_form(linker):
    text = "Metabolic syndrome (MetS) and butyrate; MetS again"
    found = link(linker, text, "MetS")
    assert (found.uri, found.method) == (A + "syndrome", "abbreviation")
    assert "Metabolic syndrome" in found.candidates[0].reasons[0]
    assert link(linker, "MetS alone", "MetS", "chemical").uri == A + "met"


def test_a_shortened_genus_is_spelled_out(linker):
    found = link(linker, "Escherichia coli and E. coli", "E. coli", "bacteria")
    assert (found.uri, found.method) == (A + "coli", "abbreviation")


def test_similar_names_and_names_within(linker):
    assert link(linker, "many gut dysbioses", "gut dysbioses").method == "exact"
    assert link(linker, "severe PD pathology", "severe PD pathology").uri == A + "parkinson"
    found = link(linker, "severe gut dysbiosys", "severe gut dysbiosys")
    assert (found.uri, found.method) == (A + "dysbiosis", "ngram")
    assert found.candidates[0].reasons[0].startswith("similarity 0.")


@pytest.mark.parametrize(
    ("text", "label", "meant"),
    [
        ("severe depression", "DDF", "depression"),
        ("sodium butyrate", "chemical", "butyrate"),
        ("Crohn disease", "DDF", None),
        ("parkinsonism", "DDF", None),
        ("tyrosine", "chemical", None),
        ("butyrate-producing bacteria", "bacteria", None),
    ],
)
def test_a_small_index_does_not_draw_other_concepts_to_its_own(tmp_path, text, label, meant):
    (tmp_path / "names.tsv").write_text(
        "curie\tname\tlabel\tsynonyms\tparents\tsource\n"
        "MESH:D003863\tdepression\tDDF\t\t\tMESH\n"
        "MESH:D010300\tParkinson disease\tDDF\t\t\tMESH\n"
        "CHEBI:17968\tbutyrate\tchemical\t\t\tCHEBI\n"
    )
    build_index([tmp_path / "names.tsv"], tmp_path / "terms.sqlite")
    with TermIndex.open(tmp_path / "terms.sqlite") as own:
        found = link(DictionaryLinker(own, load_schema()), text, text, label)
    assert (found.candidates[0].name if found.uri else None) == meant


def test_below_the_threshold_a_mention_stays_without_a_concept(index):
    strict = DictionaryLinker(index, load_schema(), threshold=1.01, names=False)
    found = link(strict, "severe gut dysbiosys", "severe gut dysbiosys")
    assert (found.uri, found.canonical, found.method) == (None, None, "")
    assert found.candidates
    assert link(strict, "butyrate", "butyrate", "chemical").uri == A + "butyrate"


def test_a_name_without_a_concept_stands_for_itself(index):
    strict = DictionaryLinker(index, load_schema(), threshold=1.01)
    found = link(strict, "severe gut dysbiosys", "severe gut dysbiosys")
    assert (found.uri, found.canonical) == (None, NAME + "severe_gut_dysbiosy")
    assert link(strict, "butyrate", "butyrate", "chemical").canonical == A + "butyrate"


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("Dioscin", "dioscin"),
        ("hind paws", "hind_paw"),
        ("CMS", "chronic_mild_stress"),  # which the document defines
        ("CMS-induced", "chronic_mild_stress_induced"),
        ("L. reuteri", "lactobacillus_reuteri"),
        ("stress (CMS)", "stress"),
    ],
)
def test_a_name_of_its_own_is_spelled_as_the_document_defines_it(index, mention, name):
    strict = DictionaryLinker(index, load_schema(), threshold=1.01)
    text = f"Chronic mild stress (CMS) model; Lactobacillus reuteri; {mention}"
    assert link(strict, text, mention).canonical == NAME + name


def test_a_mention_without_letters_or_with_a_strange_label(linker):
    assert link(linker, "? or %", "%").uri is None
    assert link(linker, "butyrate", "butyrate", "no such label").uri == A + "butyrate"


def test_links_follow_the_mentions_and_documents_keep_their_order(linker):
    many = [document("butyrate and PD", ("PD", "DDF"), ("butyrate", "chemical"), number=str(n)) for n in range(3)]
    result = linker.link(many)
    assert [one.document.id for one in result] == ["0", "1", "2"]
    for one in result:
        assert [found.mention for found in one.links] == list(one.mentions)
        assert replace(one, links=()) in many
    assert linker.link([]) == []


def test_variants_say_how_they_came_about():
    text = "Chronic mild stress (CMS) model; Lactobacillus reuteri, L. reuteri DSM 1"
    defined = definitions(Document(id="1", sections=(Section(name="title", text=text),)))
    assert [v.text for v in variants("CMS", defined)] == ["CMS", "Chronic mild stress"]
    assert ("Lactobacillus reuteri DSM 1", "genus") in variants("L. reuteri DSM 1", defined)
    assert variants("CMS-induced", defined)[0] == ("CMS-induced", "text")
    assert ("Chronic mild stress-induced", "abbreviation within") in variants("CMS-induced", defined)
    assert ("stress model", "without parentheses") in variants("stress (CMS) model", defined)


@settings(max_examples=150, deadline=None)
@given(text=st.text(min_size=1, max_size=60), label=st.sampled_from(["DDF", "chemical", "x"]))
def test_any_mention_gets_one_link(linker, text, label):
    [annotated] = linker.link([document(text, (text, label))])
    [found] = annotated.links
    assert 0 <= found.score <= 1
    assert is_iri(found.canonical) if found.canonical else found.uri is None
    assert len(found.candidates) <= 5
    if found.uri:
        assert found.candidates[0].uri == found.uri


def test_the_bar_on_the_benchmark(shared, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks.gutbrainie import corpus
    from benchmarks.linking import compiled, linked

    data = corpus()
    assert len(data.val) == 65
    pairs = linked(compiled(tmp_path, data.val, everything=False), data.val)
    assert len(pairs) == 1803
    assert sum(gold.uri == found.uri for gold, found in pairs) / len(pairs) >= 0.83


def test_labels_say_nothing_where_the_index_knows_none_of_them(index):
    own = DictionaryLinker(index, load_schema(find_ontology(Path("biored"))))
    assert not index.has_any(["DiseaseOrPhenotypicFeature", "GeneOrGeneProduct"])
    for text in ("PD", "severe gut dysbiosis", "butyrate"):
        found = link(own, text, text, "DiseaseOrPhenotypicFeature")
        assert found.uri is not None
        bare = link(own, text, text, "of no schema")
        assert (found.uri, found.score, found.candidates) == (bare.uri, bare.score, bare.candidates)


def test_under_labels_of_another_schema_alike_names_are_not_enough():
    article = document("Butyrate and butyrates; JNK", ("Butyrate", "ChemicalEntity"), ("JNK", "GeneOrGeneProduct"))
    with TermIndex.open(default_index()) as starter:
        own = DictionaryLinker(starter, load_schema(find_ontology(Path("biored"))))
        [known, alike] = own.link([article])[0].links
    assert (known.method, known.score > 0.5) == ("exact", True)
    assert alike.uri is None
    assert alike.candidates
