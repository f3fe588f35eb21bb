"""Everything that `kgbuild evaluate` says, as one value for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kgbuild.evaluate import scores
from kgbuild.evaluate.mistakes import KINDS, Mistake, mistakes
from kgbuild.evaluate.records import TASKS, Article, Class

EXAMPLES = 5


def evaluate(
    gold: Mapping[str, Article],
    predicted: Mapping[str, Article],
    against: Mapping[str, Article] | None = None,
) -> dict[str, Any]:
    """Score predictions on every task whose fields both they and gold hold.

    Args:
        gold: gold records by PMID.
        predicted: predicted records by PMID; those of articles that gold does not hold are left out and counted.
        against: other predictions, for a paired comparison.
    """
    report: dict[str, Any] = {
        "documents": {
            "gold": len(gold),
            "predicted": len(predicted),
            "without_prediction": len(gold.keys() - predicted.keys()),
            "not_in_gold": len(predicted.keys() - gold.keys()),
        },
        "tasks": {},
    }
    for task in TASKS:
        if not all(any(task in article.items for article in side.values()) for side in (gold, predicted)):
            continue
        counts = scores.count(task, gold, predicted)
        low, high = scores.interval(counts)
        entry: dict[str, Any] = {
            "micro": {**asdict(scores.micro(counts)), "f1_interval": [low, high]},
            "macro": asdict(scores.macro(counts)),
            "strict": {
                "micro": asdict(scores.micro(counts, strict=True)),
                "macro": asdict(scores.macro(counts, strict=True)),
            },
            "classes": {
                _name(name): {**asdict(value), "gold": in_gold, "predicted": found}
                for name, (value, in_gold, found) in sorted(
                    scores.by_class(counts).items(), key=lambda pair: _name(pair[0])
                )
            },
        }
        if against is not None and any(task in article.items for article in against.values()):
            entry["against"] = asdict(scores.compare(counts, scores.count(task, gold, against)))
        if task == "ner":
            entry["overlap"] = {"micro": asdict(scores.overlapping(gold, predicted))}
            by_token = scores.tokens(gold, predicted)
            if by_token is not None:
                entry["token"] = {"micro": asdict(by_token)}
        report["tasks"][task] = entry
    if "ner" in report["tasks"]:
        report["errors"] = _errors(gold, predicted)
    return report


def _errors(gold: Mapping[str, Article], predicted: Mapping[str, Article]) -> dict[str, Any]:
    found = list(mistakes(gold, predicted))
    number = Counter(mistake.kind for mistake in found)
    frequent: dict[str, Counter[tuple[str, str]]] = {kind: Counter() for kind in KINDS}
    for mistake in found:
        frequent[mistake.kind][_words(mistake)] += 1
    return {
        kind: {
            "count": number[kind],
            "examples": [
                {"gold": words[0], "predicted": words[1], "count": times}
                for words, times in frequent[kind].most_common(EXAMPLES)
            ],
        }
        for kind in KINDS
    }


def _words(mistake: Mistake) -> tuple[str, str]:
    def said(item: tuple[Any, ...] | None) -> str:
        if item is None:
            return ""
        return f"{item[3]} ({item[4]}{', ' + str(item[5]) if len(item) > 5 else ''})"

    return said(mistake.gold), said(mistake.predicted)


def _name(name: Class) -> str:
    return name if isinstance(name, str) else " | ".join(name)
