"""GutBrainIE's JSON."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kgbuild.model import Annotated, Author, PublicationDate, Reject, Span
from kgbuild.source.gutbrainie import read_gutbrainie

# Outside the BMP, a combining mark and a ligature stand before the mention.
TITLE = "🧠 cafe\u0301 ﬁne: Akkermansia and mood"
START = TITLE.index("Akkermansia")


def record() -> dict[str, Any]:
    return {
        "metadata": {
            "title": TITLE,
            "abstract": "Mood fell.",
            "author": "Ana de Souza; Jean-Luc Martin; Gut Consortium; WHO",
            "journal": "Nutrients",
            "year": "2023",
            "annotator": "expert_3",
        },
        "entities": [
            {
                "start_idx": START,
                "end_idx": START + 10,
                "location": "title",
                "text_span": "Akkermansia",
                "label": "bacteria",
                "uri": "http://purl.obolibrary.org/obo/NCBITaxon_239934",
            },
            {"start_idx": 0, "end_idx": 3, "location": "abstract", "text_span": "Mood", "label": "DDF"},
        ],
        "relations": [
            {
                "subject_start_idx": START,
                "subject_end_idx": START + 10,
                "subject_location": "title",
                "subject_text_span": "Akkermansia",
                "subject_label": "bacteria",
                "predicate": "influence",
                "object_start_idx": 0,
                "object_end_idx": 3,
                "object_location": "abstract",
                "object_text_span": "Mood",
                "object_label": "DDF",
            }
        ],
        "mention_level_relations": [{"derived": "from relations, and not read"}],
    }


def read(tmp_path: Path, content: object) -> list[Annotated | Reject]:
    path = tmp_path / "corpus.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return list(read_gutbrainie(path))


def test_an_annotated_article(tmp_path: Path) -> None:
    [article] = read(tmp_path, {"123": record()})
    assert isinstance(article, Annotated)
    assert article.document.id == "123"
    assert article.document.text("title") == TITLE
    assert article.document.date == PublicationDate(year=2023, text="2023")
    assert article.document.authors[:2] == (
        Author(last="Souza", fore="Ana de", initials="AD"),
        Author(last="Martin", fore="Jean-Luc", initials="JL"),
    )
    assert article.document.authors[-1] == Author(collective="WHO")
    assert article.mentions[0].span == Span(section="title", start=START, end=START + 11)
    assert {mention.source for mention in article.mentions} == {"expert_3"}
    assert [(r.subject.text, r.predicate, r.object.text) for r in article.relations] == [
        ("Akkermansia", "influence", "Mood")
    ]
    assert [(link.uri, link.method) for link in article.links] == [
        ("http://purl.obolibrary.org/obo/NCBITaxon_239934", "gold"),
        (None, "gold"),
    ]


def test_an_article_without_annotations(tmp_path: Path) -> None:
    [article] = read(tmp_path, {"123": {"title": "A", "abstract": "B", "year": "2020"}})
    assert isinstance(article, Annotated)
    assert (article.document.text("title"), article.document.text("abstract")) == ("A", "B")
    assert article.mentions == article.relations == article.links == ()


def test_gzip_and_a_byte_order_mark_are_seen_from_the_content(tmp_path: Path) -> None:
    path = tmp_path / "corpus.json"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + json.dumps({"123": record()}).encode()))
    [article] = read_gutbrainie(path)
    assert isinstance(article, Annotated)


def wrong(**changes: Any) -> dict[str, Any]:
    content = record()
    content["entities"][0].update(changes)
    return content


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (wrong(start_idx=START - 1) | {"relations": []}, f"it stands at {START}"),
        (wrong(end_idx=START + 11) | {"relations": []}, "holds 'Akkermansia '"),
        (wrong(start_idx=-1), "entities.0.start_idx"),
        (wrong(start_idx="7"), "entities.0.start_idx"),
        (wrong(location="body"), "entities.0.location"),
        (wrong(label="archaea"), "no entity is bacteria 'Akkermansia'"),
        ({"entities": []}, "metadata.title"),
        ({"title": "", "abstract": ""}, "neither title nor abstract"),
        (["a list"], "the record"),
    ],
)
def test_a_bad_record_is_rejected_and_the_next_one_read(tmp_path: Path, content: object, cause: str) -> None:
    bad, good = read(tmp_path, {"1": content, "2": record()})
    assert isinstance(bad, Reject)
    assert "corpus.json" in bad.file
    assert "PMID 1" in bad.record
    assert cause in bad.cause
    assert bad.remedy
    assert isinstance(good, Annotated)


@pytest.mark.parametrize(
    "content", ["", "[]", "3", '{"1": {"title": "A", "abstract": "B"}, "2": {', '{"1": ' + "[" * 9999]
)
def test_a_file_that_is_cut_or_not_json_ends_with_a_reject(tmp_path: Path, content: str) -> None:
    *_, last = read(tmp_path, content)
    assert isinstance(last, Reject)
    assert "can not be read" in last.cause


def test_an_article_that_stands_twice_is_read_twice(tmp_path: Path) -> None:
    both = read(tmp_path, '{"1": {"title": "A"}, "1": {"title": "B"}}')
    assert [article.document.text("title") for article in both if isinstance(article, Annotated)] == ["A", "B"]


@pytest.mark.parametrize(
    ("name", "articles", "mentions", "relations", "linked"),
    [
        ("platinum", 111, 3638, 1455, 3638),
        ("gold", 208, 5192, 1994, 5192),
        ("silver", 499, 15275, 10616, 0),
        ("bronze", 749, 21357, 8165, 0),
        ("articles_dev", 40, 0, 0, 0),
        ("articles_test", 40, 0, 0, 0),
    ],
)
def test_the_benchmark_is_read_whole(
    shared: Path, name: str, articles: int, mentions: int, relations: int, linked: int
) -> None:
    records = list(read_gutbrainie(shared / f"data/gutbrainie/{name}.json"))
    read_well = [record for record in records if isinstance(record, Annotated)]
    assert len(read_well) == len(records) == articles
    assert sum(len(article.mentions) for article in read_well) == mentions
    assert sum(len(article.relations) for article in read_well) == relations
    assert sum(link.uri is not None for article in read_well for link in article.links) == linked


@pytest.mark.parametrize(
    ("written", "uri"),
    [
        ("ncbitaxon:239934", "http://purl.obolibrary.org/obo/NCBITaxon_239934"),
        ("https://identifiers.org/taxonomy:239934", "https://identifiers.org/taxonomy:239934"),
        ("nosuch:1", "nosuch:1"),
    ],
)
def test_a_curie_is_expanded_and_a_uri_keeps_its_spelling(tmp_path: Path, written: str, uri: str) -> None:
    changed = record()
    changed["entities"][0]["uri"] = written
    [article] = read(tmp_path, {"123": changed})
    assert isinstance(article, Annotated)
    assert article.links[0].uri == uri
