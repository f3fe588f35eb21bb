"""Corpora as articles to train on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kgbuild.errors import ConfigurationError, InputError
from kgbuild.schema import load_schema
from kgbuild.train.corpora import Article, CorpusReport, read_corpora
from kgbuild.train.settings import Corpus

Write = Callable[..., Path]


def read(*corpora: Corpus) -> tuple[list[Article], list[CorpusReport]]:
    return read_corpora(corpora, load_schema())


def test_articles_carry_tier_weight_and_annotator(tmp_path: Path, corpus: Write) -> None:
    gold = corpus(tmp_path / "gold.json", range(4))
    silver = corpus(tmp_path / "silver.json", range(4, 6), ())
    articles, reports = read(Corpus(path=gold), Corpus(path=silver, tier="silver", weight=0.5))
    assert [(a.tier, a.condition, a.weight) for a in articles][3:] == [
        ("gold", "expert_2", 1.0),
        ("silver", "silver", 0.5),
        ("silver", "silver", 0.5),
    ]
    assert [(r.articles, r.mentions, r.relations) for r in reports] == [(4, 16, 4), (2, 8, 2)]


def test_articles_that_are_to_be_left_out(tmp_path: Path, corpus: Write) -> None:
    path = corpus(tmp_path / "gold.json", range(4))
    (tmp_path / "ids.txt").write_text("# validation\n2\n\n3  # an expert's\n")
    articles, [report] = read(Corpus(path=path, exclude=tmp_path / "ids.txt"))
    assert [article.annotated.document.id for article in articles] == ["0", "1"]
    assert report.excluded == 2
    (tmp_path / "ids.txt").write_text("# nothing\n")
    with pytest.raises(InputError, match="lists no id"):
        read(Corpus(path=path, exclude=tmp_path / "ids.txt"))


def test_what_the_ontology_lacks_is_counted(tmp_path: Path, corpus: Write) -> None:
    path = corpus(tmp_path / "gold.json", range(6))
    records = json.loads(path.read_text())
    for entity in records["0"]["entities"]:
        entity["label"] = entity["label"].replace("DDF", "mood")
    records["0"]["relations"][0]["object_label"] = "mood"
    records["1"]["relations"][0]["predicate"] = "cures"
    records["2"]["entities"] = records["2"]["entities"][:1]
    path.write_text(json.dumps(records))
    articles, [report] = read(Corpus(path=path))
    assert report.unknown_labels == {"mood": 2}
    assert report.loose_relations == 1
    assert report.unknown_relations == {"bacteria cures DDF": 1}
    assert [reject.record for reject in report.rejects] == ["PMID 2, relation 1"]
    assert report.articles == len(articles) == 5
    assert {mention.label for mention in articles[0].annotated.mentions} == {"bacteria"}


def test_mentions_within_longer_ones_are_counted(tmp_path: Path, corpus: Write) -> None:
    path = corpus(tmp_path / "gold.json", range(3))
    records = json.loads(path.read_text())
    whole = records["0"]["entities"][0]
    records["0"]["entities"].append(whole | {"end_idx": 3, "text_span": whole["text_span"][:4]})
    path.write_text(json.dumps(records))
    _, [report] = read(Corpus(path=path))
    assert report.overlapping == 1


def test_iob_is_seen_from_its_content_and_has_no_relations(tmp_path: Path) -> None:
    path = tmp_path / "chem.tsv"
    path.write_text("Butyrate\tB-chemical\nhelps\tO\nKlingons\tB-people\n")
    [article], [report] = read(Corpus(path=path, tier="bronze"))
    assert (article.condition, article.related) == ("chem", False)
    assert report.unknown_labels == {"people": 1}


def test_a_task_has_labels_of_its_own(tmp_path: Path, corpus: Write) -> None:
    path = corpus(tmp_path / "ncbi.json", range(3))
    path.write_text(path.read_text().replace("DDF", "Disease"))
    [article, *_], [report] = read(Corpus(path=path, task="diseases"))
    assert {mention.label for mention in article.annotated.mentions} == {"bacteria", "Disease"}
    assert (article.task, article.condition, article.related, article.whole) == ("diseases", "", False, False)
    assert (report.task, report.mentions, report.relations, report.loose_relations) == ("diseases", 12, 0, 3)
    assert report.unknown_labels == {}


def test_a_corpus_may_have_some_of_the_labels(tmp_path: Path, corpus: Write) -> None:
    path = corpus(tmp_path / "ncbi.json", range(3))
    [article, *_], [report] = read(Corpus(path=path, labels=("DDF",)))
    assert {mention.label for mention in article.annotated.mentions} == {"DDF"}
    assert report.unknown_labels == {"bacteria": 6}
    assert article.labels == ("DDF",)
    with pytest.raises(ConfigurationError, match="the ontology has no label Disease"):
        read(Corpus(path=path, labels=("Disease",)))


@pytest.mark.parametrize("form", ["pubtator", "bioc", "jsonl"])
def test_other_formats(tmp_path: Path, corpus: Write, form: str) -> None:
    from kgbuild.load.annotations import writer

    expected, _ = read(Corpus(path=corpus(tmp_path / "gold.json", range(3))))
    path = tmp_path / f"corpus.{form}"
    with path.open("wb") as stream:
        writer(form)([article.annotated for article in expected], stream)
    articles, [report] = read(Corpus(path=path))
    assert (report.articles, report.mentions) == (3, 12)
    assert [a.annotated.document.id for a in articles] == ["0", "1", "2"]


def test_a_corpus_without_articles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.tsv").write_text("no tag\n")
    with pytest.raises(InputError, match=r"no article to train on \(1 records rejected.*1 columns, not 2"):
        read(Corpus(path=tmp_path / "bad.tsv", format="iob"))
    with pytest.raises(InputError, match="nowhere"):
        read(Corpus(path=tmp_path / "nowhere.json"))
