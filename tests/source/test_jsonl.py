"""JSON Lines."""

import json
from pathlib import Path

import pytest

from kgbuild.model import Annotated, Reject
from kgbuild.source.jsonl import read_jsonl

FULL = {
    "document": {"id": "1", "sections": [{"name": "title", "text": "🧠 mood"}]},
    "mentions": [{"span": {"section": "title", "start": 2, "end": 6}, "text": "mood", "label": "DDF"}],
}


def read(tmp_path: Path, *lines: object) -> list[Annotated | Reject]:
    path = tmp_path / "corpus.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return list(read_jsonl(path))


def test_both_forms(tmp_path: Path) -> None:
    full, plain = read(tmp_path, FULL, "", {"id": 2, "title": "A", "abstract": "B"})
    assert isinstance(full, Annotated)
    assert full.mentions[0].text == "mood"
    assert isinstance(plain, Annotated)
    assert (plain.document.id, plain.document.text("abstract")) == ("2", "B")


MOVED = {"span": {"section": "title", "start": 0, "end": 4}, "text": "mood", "label": "DDF"}


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("{", "Invalid JSON"),
        ("[" * 99999, "Invalid JSON"),
        ('{"id": "1", "title": "\\ud83d"}', "Invalid JSON"),
        ("3", ""),
        ({"id": "1", "text": "A"}, "text: Extra inputs"),
        ({"title": "A"}, "id: Field required"),
        ({"id": "1"}, "neither title nor abstract"),
        (FULL | {"note": 1}, "note: Extra inputs"),
        (FULL | {"document": FULL["document"] | {"pmcid": 1}}, "document.pmcid"),
        (FULL | {"document": FULL["document"] | {"version": "1"}}, "document.version"),
        (FULL | {"mentions": [MOVED]}, "it stands at 2"),
        (FULL | {"links": [{"mention": MOVED, "uri": None}]}, "it stands at 2"),
        (FULL | {"relations": [{"subject": MOVED, "predicate": "affect", "object": MOVED}]}, "it stands at 2"),
    ],
)
def test_a_bad_line_is_rejected_and_the_next_one_read(tmp_path: Path, line: object, cause: str) -> None:
    bad, good = read(tmp_path, line, FULL)
    assert isinstance(bad, Reject)
    assert bad.record == "line 1"
    assert "corpus.jsonl" in bad.file
    assert cause in bad.cause
    assert bad.remedy
    assert isinstance(good, Annotated)
