"""Articles whose annotations cannot be read: their text is, where text is all that is asked for."""

import json
from pathlib import Path
from typing import Any

import pytest

from kgbuild.errors import InputError
from kgbuild.evaluate.records import load_records
from kgbuild.model import Annotated, Document, Reject
from kgbuild.source.annotated import Flawed
from kgbuild.source.files import open_source, read_annotated

TITLE, ABSTRACT = "A gut", "Mood fell."
GOOD = {"start_idx": 2, "end_idx": 4, "location": "title", "text_span": "gut", "label": "x"}
MOVED = {"span": {"section": "title", "start": 0, "end": 3}, "text": "gut", "label": "x"}
DOCUMENT = {
    "id": "7",
    "sections": [{"name": "title", "text": TITLE}, {"name": "abstract", "text": ABSTRACT}],
}


def pubtator(*lines: str) -> str:
    return "\n".join([f"7|t|{TITLE}", f"7|a|{ABSTRACT}", *lines, "", ""])


def gutbrainie(**fields: Any) -> str:
    return json.dumps({"7": {"metadata": {"title": TITLE, "abstract": ABSTRACT}} | fields})


def plain(**fields: Any) -> str:
    return json.dumps({"id": "7", "title": TITLE, "abstract": ABSTRACT} | fields)


FLAWS = {
    "pubtator, offsets": pubtator("7\t0\t3\tgut\tx\tD1"),
    "pubtator, no label": pubtator("7\t2\t5\tgut"),
    "pubtator, no concept": pubtator("7\t2\t5\tgut\tx\tD1", "7\tCID\tD1\tD2"),
    "pubtator, columns": pubtator("7\tCID\tD1"),
    "pubtator, not UTF-8": pubtator("7\t2\t5\tg\udcfft\tx\tD1"),
    "gutbrainie, offsets": gutbrainie(entities=[GOOD | {"start_idx": 1}]),
    "gutbrainie, negative": gutbrainie(entities=[GOOD | {"start_idx": -1}]),
    "gutbrainie, no label": gutbrainie(entities=[{"start_idx": 2}]),
    "gutbrainie, no list": gutbrainie(entities="gut"),
    "gutbrainie, relations": gutbrainie(entities=[GOOD], relations=[{"predicate": "x"}]),
    "gutbrainie, year": gutbrainie(metadata={"title": TITLE, "abstract": ABSTRACT, "year": [2020], "author": 3}),
    "jsonl, offsets": json.dumps({"document": DOCUMENT, "mentions": [MOVED]}),
    "jsonl, fields": json.dumps({"document": DOCUMENT, "mentions": [{"text": "gut"}]}),
    "jsonl, unknown": json.dumps({"document": DOCUMENT, "notes": "mine"}),
    "jsonl, plain": plain(year=2020, journal="Gut"),
}


def file_of(folder: Path, name: str) -> Path:
    path = folder / f"corpus.{name.split(',')[0]}"
    path.write_bytes(FLAWS[name].encode(errors="surrogateescape"))
    return path


@pytest.mark.parametrize("name", FLAWS)
def test_a_source_gives_the_text_and_counts_the_flaw(tmp_path: Path, name: str) -> None:
    [file] = open_source([file_of(tmp_path, name)])
    document, report = file.records()
    assert isinstance(document, Document)
    assert (document.id, document.text("title"), document.text("abstract")) == ("7", TITLE, ABSTRACT)
    assert isinstance(report, Reject)
    assert report.record == "annotations"
    assert report.cause.startswith("1 articles are read for their text, without their annotations (first: ")
    assert report.remedy


@pytest.mark.parametrize("name", FLAWS)
def test_who_needs_the_annotations_gets_a_reject(tmp_path: Path, name: str) -> None:
    path = file_of(tmp_path, name)
    [reject] = read_annotated(path)
    assert isinstance(reject, Flawed)
    assert reject.document.text("title") == TITLE
    article, report = read_annotated(path, text_only=True)
    assert article == Annotated(document=reject.document)
    assert isinstance(report, Reject)
    if "gutbrainie" not in name:
        with pytest.raises(InputError):
            load_records(path)


@pytest.mark.parametrize(
    "content",
    [
        pubtator("and the abstract goes on"),
        pubtator("8\t2\t5\tgut\tx\tD1"),
        f"7|a|{ABSTRACT}\n7\t2\t5\tgut\tx\tD1\n",
        f"7|t|\udcff\n7|a|{ABSTRACT}\n",
        "7|t|\n7|a|\n7\t2\t5\tgut\n",
        json.dumps({"7": {"metadata": {"title": 3, "abstract": ABSTRACT}}}),
        json.dumps({"7": {"entities": [GOOD]}}),
        json.dumps({"document": {**DOCUMENT, "id": 7}, "mentions": [MOVED]}),
        json.dumps({"id": "7", "title": 3, "abstract": ABSTRACT}),
        json.dumps({"id": "7", "text": "A gut"}),
        json.dumps({"id": "", "title": "A gut", "note": 1}),
    ],
)
def test_where_the_text_itself_is_in_doubt_the_article_is_rejected(tmp_path: Path, content: str) -> None:
    path = tmp_path / ("a.pubtator" if content.startswith("7|") else "a.json")
    path.write_bytes(content.encode(errors="surrogateescape"))
    [record] = read_annotated(path, text_only=True)
    assert isinstance(record, Reject)
    assert not isinstance(record, Flawed)


@pytest.mark.parametrize("line", ["mood\tX-x", "mood", "mood\tNN\tO", "mood\tB-"])
def test_a_bad_tag_leaves_its_word(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.iob"
    path.write_text(f"low\tO\n{line}\nin\tO\nmice\tB-x\n")
    [file] = open_source([path])
    document, report = file.records()
    assert isinstance(document, Document)
    assert document.text("abstract") == "low mood in mice"
    assert isinstance(report, Reject)
    assert [type(record) for record in read_annotated(path)] == [Flawed]


def test_flaws_are_counted_once_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    flaw = FLAWS["jsonl, plain"]
    path.write_text("\n".join([flaw, plain(), "{", flaw.replace('"7"', '"8"'), flaw.replace('"7"', '"9"')]))
    [file] = open_source([path])
    records = list(file.records())
    assert [record.id for record in records if isinstance(record, Document)] == ["7", "7", "8", "9"]
    causes = [record.cause for record in records if isinstance(record, Reject)]
    assert "Invalid JSON" in causes[0]
    assert causes[1] == (
        "3 articles are read for their text, without their annotations (first: line 1: year: "
        "Extra inputs are not permitted (and 1 more))"
    )
