"""What is written in each exchange format, and that it reads back."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from kgbuild.errors import InputError
from kgbuild.load.annotations import FORMATS, writer
from kgbuild.model import (
    Annotated,
    Author,
    Candidate,
    Document,
    Link,
    Mention,
    MeshHeading,
    Notice,
    PublicationDate,
    Range,
    Relation,
    Section,
    Span,
)
from kgbuild.source.files import read_annotated

# Outside the BMP, a combining mark and a ligature stand before the mentions.
TITLE = "🧠 cafe\u0301 ﬁne: Akkermansia and mood"
ABSTRACT = "AIM: Mood & <gut>. Akkermansia lifted mood."
TAXON = "http://purl.obolibrary.org/obo/NCBITaxon_239934"
MOOD = "https://www.ncbi.nlm.nih.gov/mesh/68019964"


def mention(section: str, text: str, label: str, score: float = 1.0) -> Mention:
    start = (TITLE if section == "title" else ABSTRACT).index(text)
    span = Span(section="title" if section == "title" else "abstract", start=start, end=start + len(text))
    return Mention(span=span, text=text, label=label, score=score, source="dictionary")


TAXA = mention("title", "Akkermansia", "bacteria", 0.1 + 0.2), mention("abstract", "Akkermansia", "bacteria")
MOODS = mention("title", "mood", "DDF"), mention("abstract", "Mood", "DDF")
GUT = mention("abstract", "gut", "anatomical location")
ARTICLE = Annotated(
    document=Document(
        id="990000001",
        version=2,
        sections=(Section(name="title", text=TITLE), Section(name="abstract", text=ABSTRACT)),
        ranges=(Range(section="abstract", start=0, end=18, label="AIM"),),
        date=PublicationDate(year=2020, month=5, text="2020 May"),
        journal="Nutrients",
        authors=(Author(last="Doe", fore="Jo", initials="J"), Author(collective="Gut Group")),
        mesh=(MeshHeading(ui="D003863", name="Depression", major=True, qualifiers=("diet therapy",)),),
        keywords=("gut",),
        language=("eng",),
        publication_types=("Journal Article",),
        notices=(Notice(kind="ErratumIn", pmid="1", text="here"),),
        retracted=True,
        doi="10.1/x",
    ),
    mentions=(TAXA[0], *MOODS, GUT, TAXA[1]),
    relations=(
        Relation(subject=TAXA[0], predicate="influence", object=MOODS[0], score=0.5, source="rules", negated=True),
        Relation(subject=TAXA[1], predicate="influence", object=MOODS[1], speculative=True, direction="increase"),
        Relation(subject=TAXA[1], predicate="located in", object=GUT),
    ),
    links=(
        Link(mention=TAXA[0], uri=TAXON, canonical=TAXON, score=0.9, method="exact"),
        Link(
            mention=MOODS[0],
            uri=MOOD,
            score=0.7,
            method="ngram",
            candidates=(Candidate(uri=MOOD, name="Mood", score=0.7, reasons=("similarity", "label")),),
        ),
        Link(mention=MOODS[1], uri=MOOD, score=0.7, method="ngram"),
        Link(mention=GUT, uri=None),
        Link(mention=TAXA[1], uri=TAXON, score=0.9, method="exact"),
    ),
)
BARE = Annotated(
    document=Document(id="2", sections=(Section(name="title", text="A"), Section(name="abstract", text="")))
)


def written(name: str, *articles: Annotated) -> bytes:
    stream = io.BytesIO()
    writer(name)(iter(articles), stream)
    return stream.getvalue()


def back(tmp_path: Path, name: str, *articles: Annotated) -> list[Annotated]:
    path = tmp_path / "written"
    path.write_bytes(written(name, *articles))
    records = list(read_annotated(path))
    assert all(isinstance(record, Annotated) for record in records), records
    return [record for record in records if isinstance(record, Annotated)]


def test_jsonl_loses_nothing(tmp_path: Path) -> None:
    assert back(tmp_path, "jsonl", ARTICLE, BARE) == [ARTICLE, BARE]


def test_bioc_keeps_text_mentions_relations_and_uris(tmp_path: Path) -> None:
    article, bare = back(tmp_path, "bioc", ARTICLE, BARE)
    assert bare == BARE
    assert article.document.sections == ARTICLE.document.sections
    assert (article.document.version, article.document.journal, article.document.doi) == (2, "Nutrients", "10.1/x")
    assert article.mentions == ARTICLE.mentions
    assert article.relations == ARTICLE.relations
    assert [link.uri for link in article.links] == [TAXON, MOOD, MOOD, None, TAXON]


def test_pubtator_keeps_text_mentions_uris_and_concept_relations(tmp_path: Path) -> None:
    article, bare = back(tmp_path, "pubtator", ARTICLE, BARE)
    assert bare == BARE
    assert article.document.sections == ARTICLE.document.sections
    assert article.mentions == tuple(replace(m, score=1.0, source="") for m in ARTICLE.mentions)
    assert [link.uri for link in article.links] == [TAXON, MOOD, MOOD, None, TAXON]
    assert [(r.subject.text, r.predicate, r.object.text) for r in article.relations] == [
        ("Akkermansia", "influence", "Mood"),
        ("Akkermansia", "influence", "Mood"),
        ("Akkermansia", "located in", "gut"),
    ]


def test_gutbrainie_has_what_each_task_scores() -> None:
    start = TITLE.index("Akkermansia")
    entry = json.loads(written("gutbrainie", ARTICLE))["990000001"]
    assert list(entry) == [
        "entities",
        "binary_tag_based_relations",
        "ternary_tag_based_relations",
        "mention_level_relations",
        "concept_level_relations",
    ]
    assert entry["entities"][0] == {
        "start_idx": start,
        "end_idx": start + 10,
        "location": "title",
        "text_span": "Akkermansia",
        "label": "bacteria",
        "uri": TAXON,
    }
    assert [entity["uri"] for entity in entry["entities"]] == [TAXON, MOOD, MOOD, None, TAXON]
    influence = {"subject_label": "bacteria", "predicate": "influence", "object_label": "DDF"}
    located = {"subject_label": "bacteria", "predicate": "located in", "object_label": "anatomical location"}
    assert entry["binary_tag_based_relations"] == [
        {"subject_label": "bacteria", "object_label": "DDF"},
        {"subject_label": "bacteria", "object_label": "anatomical location"},
    ]
    assert entry["ternary_tag_based_relations"] == [influence, located]
    assert entry["mention_level_relations"] == [
        influence | {"subject_text_span": "Akkermansia", "object_text_span": "Mood"},
        influence | {"subject_text_span": "Akkermansia", "object_text_span": "mood"},
        located | {"subject_text_span": "Akkermansia", "object_text_span": "gut"},
    ]
    assert entry["concept_level_relations"] == [influence | {"subject_uri": TAXON, "object_uri": MOOD}]


def test_gutbrainie_refuses_an_article_that_comes_twice() -> None:
    with pytest.raises(InputError, match="PMID 2: the article occurs twice"):
        written("gutbrainie", BARE, BARE)


@pytest.mark.parametrize("name", FORMATS)
def test_no_article_is_a_file_as_well(name: str) -> None:
    content = written(name)
    if name == "gutbrainie":
        assert json.loads(content) == {}
    elif name == "bioc":
        assert etree.fromstring(content).tag == "collection"
    else:
        assert content == b""


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(InputError, match="unknown format 'brat'"):
        writer("brat")


@pytest.mark.parametrize(
    ("name", "changed"), [("jsonl", {}), ("pubtator", {"\t": " ", "\n": " "}), ("bioc", {"\x00": "\ufffd"})]
)
def test_characters_that_a_format_can_not_hold_are_replaced_one_for_one(
    tmp_path: Path, name: str, changed: dict[str, str]
) -> None:
    text = "a\tb\nc\x00d\u2028e\x85 mood"
    sections = (Section(name="title", text=text), Section(name="abstract", text="x"))
    here = Mention(span=Span(section="title", start=len(text) - 4, end=len(text)), text="mood", label="DDF")
    [article] = back(tmp_path, name, Annotated(document=Document(id="1", sections=sections), mentions=(here,)))
    assert article.document.text("title") == text.translate(str.maketrans(changed))
    assert article.mentions == (here,)


@pytest.mark.parametrize(
    "name",
    [
        "gutbrainie/platinum.json",
        "gutbrainie/bronze.json",
        "biored/Dev.PubTator",
        "bc5cdr/CDR_DevelopmentSet.BioC.xml.gz",
    ],
)
def test_the_corpora_come_back(shared: Path, tmp_path: Path, name: str) -> None:
    corpus = [record for record in read_annotated(shared / "data" / name) if isinstance(record, Annotated)]
    assert back(tmp_path, "jsonl", *corpus) == corpus
    from_bioc, from_pubtator = back(tmp_path, "bioc", *corpus), back(tmp_path, "pubtator", *corpus)
    for article, bioc, pubtator in zip(corpus, from_bioc, from_pubtator, strict=True):
        assert bioc.document.sections == pubtator.document.sections == article.document.sections
        assert (bioc.mentions, bioc.relations) == (article.mentions, article.relations)
        assert pubtator.mentions == tuple(replace(m, source="") for m in article.mentions)
        assert len(pubtator.relations) == len(article.relations)
        uris = [link.uri for link in article.links]
        assert [link.uri for link in bioc.links] == uris
        if uris:
            assert [link.uri for link in pubtator.links] == uris
        if not name.startswith("gutbrainie"):
            assert pubtator == article


def test_gold_in_gutbrainie_form_holds_the_gold(shared: Path) -> None:
    path = shared / "data/gutbrainie/platinum.json"
    gold = json.loads(path.read_bytes())
    articles = [record for record in read_annotated(path) if isinstance(record, Annotated)]
    entries = json.loads(written("gutbrainie", *articles))
    assert entries.keys() == gold.keys()
    for pmid, entry in entries.items():
        expected = {tuple(sorted(entity.items())) for entity in gold[pmid]["entities"]}
        assert {tuple(sorted(entity.items())) for entity in entry["entities"]} == expected
        fields = ("subject_uri", "subject_label", "predicate", "object_uri", "object_label")
        concepts = {tuple(relation[field] for field in fields) for relation in gold[pmid]["relations"]}
        assert {tuple(r[field] for field in fields) for r in entry["concept_level_relations"]} == concepts
