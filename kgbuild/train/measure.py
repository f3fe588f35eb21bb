"""Predictions against annotations: F1, precision and recall by threshold and label, and how sure is how right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kgbuild.model import Annotated

Kind = Literal["mention", "relation"]
KINDS: tuple[Kind, ...] = ("mention", "relation")
THRESHOLDS = (0.0, 0.3, 0.5, 0.7, 0.9)
_GRID = tuple(step / 40 for step in range(2, 39))
_BINS = 10


@dataclass(frozen=True, slots=True)
class Scored:
    """What was found of one kind, each with name (label or predicate), score and whether it is right; and how many
    were annotated of each name.

    A mention is right with its span and label, a relation with both ends' texts and labels and its predicate: the
    challenge's mention level. Each is counted once in an article.
    """

    found: tuple[tuple[str, float, bool], ...]
    gold: Counter[str]


def scored(gold: Sequence[Annotated], predicted: Sequence[Annotated], kind: Kind) -> Scored:
    """Compare predictions with annotations of the same articles, in the same order."""
    found: list[tuple[str, float, bool]] = []
    counts: Counter[str] = Counter()
    for expected, article in zip(gold, predicted, strict=True):
        right = {key: name for key, name, _ in _items(expected, kind)}
        counts.update(right.values())
        best: dict[object, tuple[str, float]] = {}
        for key, name, score in _items(article, kind):
            if key not in best or best[key][1] < score:
                best[key] = name, score
        found += [(name, score, key in right) for key, (name, score) in best.items()]
    return Scored(tuple(found), counts)


def _items(article: Annotated, kind: Kind) -> Iterator[tuple[object, str, float]]:
    if kind == "mention":
        for mention in article.mentions:
            yield (mention.span, mention.label), mention.label, mention.score
        return
    for relation in article.relations:
        ends = (relation.subject.text, relation.subject.label, relation.object.text, relation.object.label)
        yield (*ends, relation.predicate), relation.predicate, relation.score


@dataclass(frozen=True, slots=True)
class Row:
    """Precision, recall and F1 of one name (empty: of all) from a threshold on, and the number annotated."""

    name: str
    threshold: float
    precision: float
    recall: float
    f1: float
    gold: int


def row(of: Scored, threshold: float, name: str = "") -> Row:
    """Figures of what scores at least `threshold`."""
    kept = [right for other, score, right in of.found if score >= threshold and name in ("", other)]
    right, gold = sum(kept), of.gold[name] if name else of.gold.total()
    return Row(
        name, threshold, _share(right, len(kept)), _share(right, gold), _share(2 * right, len(kept) + gold), gold
    )


def rows(of: Scored, thresholds: Sequence[float] = THRESHOLDS) -> list[Row]:
    """Figures by threshold, of all and of each name that was annotated, the most frequent first."""
    names = ["", *(name for name, _ in of.gold.most_common())]
    return [row(of, threshold, name) for name in names for threshold in thresholds]


def epoch_scores(gold: Sequence[Annotated], predicted: Sequence[Annotated]) -> dict[str, float]:
    """F1 of mentions, of relations at the threshold that is best for them, and their mean, which early stopping
    goes by; where no relation is annotated, the mean is that of mentions."""
    ner = row(scored(gold, predicted, "mention"), 0.0).f1
    relations = scored(gold, predicted, "relation")
    if not relations.gold:
        return {"ner_f1": ner, "f1": ner}
    best = max((row(relations, threshold) for threshold in _GRID), key=lambda found: found.f1)
    return {"ner_f1": ner, "relation_f1": best.f1, "relation_threshold": best.threshold, "f1": (ner + best.f1) / 2}


def reliability(of: Scored, bins: int = _BINS) -> list[tuple[float, float, int]]:
    """For each equal stretch of scores that holds any: their mean, the share that is right, and their number."""
    parts: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for _, score, right in of.found:
        parts[min(int(score * bins), bins - 1)].append((score, right))
    return [
        (sum(score for score, _ in part) / len(part), sum(right for _, right in part) / len(part), len(part))
        for part in parts
        if part
    ]


def calibration_error(of: Scored) -> float:
    """The mean distance between score and share right over the stretches (Guo et al., ICML 2017)."""
    total = len(of.found)
    return sum(abs(score - right) * count for score, right, count in reliability(of)) / total if total else 0.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
