"""The whole report, its kinds of errors, and the submission files."""

import json
from pathlib import Path

from kgbuild.evaluate.mistakes import mistakes
from kgbuild.evaluate.records import load_records, records_of
from kgbuild.evaluate.report import evaluate
from kgbuild.evaluate.submission import write_submission


def entity(start: int, end: int, label: str, uri: str = "u:1") -> dict[str, object]:
    return {"start_idx": start, "end_idx": end, "location": "abstract", "text_span": "x", "label": label, "uri": uri}


GOLD = records_of(
    {"1": {"entities": [entity(0, 3, "gene"), entity(5, 9, "DDF"), entity(20, 22, "food"), entity(30, 33, "drug")]}},
    file="gold",
)
PREDICTED = records_of(
    {
        "1": {
            "entities": [
                entity(0, 3, "chemical"),
                entity(5, 7, "DDF"),
                entity(40, 44, "food"),
                entity(30, 33, "drug", "u:2"),
            ]
        }
    },
    file="predicted",
)


def test_every_error_has_one_kind() -> None:
    kinds = sorted(mistake.kind for mistake in mistakes(GOLD, PREDICTED))
    assert kinds == ["boundary", "label", "link", "missed", "spurious"]


def test_the_report_names_the_tasks_that_predictions_hold() -> None:
    report = evaluate(GOLD, PREDICTED, against=GOLD)
    assert set(report["tasks"]) == {"ner", "nerd"}
    ner = report["tasks"]["ner"]
    assert ner["micro"]["recall"] == 1 / 4
    assert ner["against"]["f1"] < 0
    assert report["errors"]["link"]["count"] == 1
    json.dumps(report)


def test_submission_files_are_read_back_the_same(tmp_path: Path) -> None:
    names = [path.name for path in write_submission(PREDICTED, tmp_path)]
    assert names == ["2025_T61.json", "2026_T611.json", "2026_T612.json"]
    assert load_records(tmp_path / "2026_T612.json")["1"].items == PREDICTED["1"].items
    assert "nerd" not in load_records(tmp_path / "2026_T611.json")["1"].items


def test_benchmark_gold_scores_itself_perfectly(shared: Path) -> None:
    gold = load_records(shared / "data/gutbrainie/platinum.json", derive=True)
    report = evaluate(gold, gold)
    assert set(report["tasks"]) == {"ner", "nerd", "binary", "tag", "mention", "concept"}
    for name in ("binary", "tag", "mention", "concept"):
        assert report["tasks"][name]["micro"]["f1"] == 1
