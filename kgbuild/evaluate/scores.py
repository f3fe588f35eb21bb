"""Precision, recall and F1, micro and macro, official and strict, with bootstrap intervals.

Official: predictions whose class (label, or labels and predicate) never occurs in gold are not counted, and macro
scores are means over gold's classes. Strict: every distinct prediction counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kgbuild.evaluate.records import Article, Class, Item, Task, class_of, longest

SAMPLES = 1000
# Columns of a counts array: true positives, predicted, gold.
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1, each 0 to 1; 0 where there is nothing to divide by."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCounts:
    """Counts by document and class; `counts` has shape (documents, classes, 3)."""

    classes: tuple[Class, ...]
    in_gold: npt.NDArray[np.bool_]
    counts: Counts


def count(task: Task, gold: Mapping[str, Article], predicted: Mapping[str, Article]) -> TaskCounts:
    """Compare each gold document's records with the predictions for it; a document without any counts as missed."""
    classes: dict[Class, int] = {}
    cells: list[tuple[int, Class, int]] = []
    for row, (pmid, article) in enumerate(gold.items()):
        expected = article.items.get(task, ())
        found = predicted[pmid].items.get(task, ()) if pmid in predicted else ()
        if task in ("ner", "nerd"):
            found = longest(found)
        right = set(expected)
        for items, column in (((i for i in found if i in right), 0), (found, 1), (expected, 2)):
            cells += [(row, class_of(task, item), column) for item in items]
    for _, name, _ in cells:
        classes.setdefault(name, len(classes))
    counts = np.zeros((len(gold), len(classes), 3), dtype=np.int64)
    for (row, name, column), number in Counter(cells).items():
        counts[row, classes[name], column] = number
    return TaskCounts(classes=tuple(classes), in_gold=counts[:, :, 2].sum(axis=0) > 0, counts=counts)


def micro(counts: TaskCounts, *, strict: bool = False) -> Score:
    """All classes' counts pooled."""
    columns = counts.counts if strict else counts.counts[:, counts.in_gold]
    return score(*columns.sum(axis=(0, 1)))


def macro(counts: TaskCounts, *, strict: bool = False) -> Score:
    """The mean over the classes of gold; strict, over those of the predictions too."""
    totals = counts.counts.sum(axis=0)
    totals = totals if strict else totals[counts.in_gold]
    scores = [score(*row) for row in totals]
    if not scores:
        return Score(0.0, 0.0, 0.0)
    return Score(*(sum(getattr(s, name) for s in scores) / len(scores) for name in ("precision", "recall", "f1")))


def by_class(counts: TaskCounts) -> dict[Class, tuple[Score, int, int]]:
    """Each class's score, its number in gold and its number of predictions."""
    totals = counts.counts.sum(axis=0)
    return {name: (score(*row), int(row[2]), int(row[1])) for name, row in zip(counts.classes, totals, strict=True)}


def score(right: int, predicted: int, gold: int) -> Score:
    """Scores from counts."""
    precision = right / predicted if predicted else 0.0
    recall = right / gold if gold else 0.0
    return Score(float(precision), float(recall), float(2 * right / (predicted + gold)) if predicted + gold else 0.0)


def interval(counts: TaskCounts, *, samples: int = SAMPLES, seed: int = 0) -> tuple[float, float]:
    """The 95 % percentile interval of micro F1 over documents drawn with replacement (Efron 1979)."""
    values = _resampled(counts, samples, seed)
    return float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How much better the first predictions are in micro F1, with a 95 % interval and a two-sided p-value."""

    f1: float
    low: float
    high: float
    p: float


def compare(first: TaskCounts, second: TaskCounts, *, samples: int = SAMPLES, seed: int = 0) -> Difference:
    """A paired bootstrap over the same documents (Berg-Kirkpatrick, Burkett and Klein, EMNLP 2012)."""
    differences = _resampled(first, samples, seed) - _resampled(second, samples, seed)
    lower = (np.sum(differences <= 0) + 1) / (samples + 1)
    upper = (np.sum(differences >= 0) + 1) / (samples + 1)
    return Difference(
        f1=micro(first).f1 - micro(second).f1,
        low=float(np.percentile(differences, 2.5)),
        high=float(np.percentile(differences, 97.5)),
        p=float(min(1.0, 2 * min(lower, upper))),
    )


def _resampled(counts: TaskCounts, samples: int, seed: int) -> npt.NDArray[np.float64]:
    by_document = counts.counts[:, counts.in_gold].sum(axis=1)
    documents = len(by_document)
    if not documents:
        return np.zeros(samples)
    draws = np.random.default_rng(seed).integers(0, documents, size=(samples, documents))
    totals = by_document[draws].sum(axis=1)
    size = totals[:, 1] + totals[:, 2]
    result: npt.NDArray[np.float64] = np.divide(2.0 * totals[:, 0], size, out=np.zeros(samples), where=size > 0)
    return result


def overlapping(gold: Mapping[str, Article], predicted: Mapping[str, Article]) -> Score:
    """Entities by partial match: right if label and some characters agree (SemEval-2013 task 9, "type").

    Each gold entity is matched by at most one prediction, exact ones first, then in the text's order.
    """
    right = found = expected = 0
    for pmid, article in gold.items():
        waiting = list(article.items.get("ner", ()))
        items = _entities(pmid, predicted)
        expected += len(waiting)
        found += len(items)
        for item in sorted(items, key=lambda i: (i not in waiting, i)):
            partner = item if item in waiting else next((g for g in waiting if _touch(g, item)), None)
            if partner is not None:
                waiting.remove(partner)
                right += 1
    return score(right, found, expected)


def _touch(one: Item, other: Item) -> bool:
    """Whether two entities have label, section and a character in common."""
    return bool(one[2] == other[2] and one[4] == other[4] and one[0] <= other[1] and other[0] <= one[1])


def _entities(pmid: str, predicted: Mapping[str, Article]) -> tuple[Item, ...]:
    return longest(predicted[pmid].items.get("ner", ())) if pmid in predicted else ()


def tokens(gold: Mapping[str, Article], predicted: Mapping[str, Article]) -> Score | None:
    """Entities by token: every word of a mention counts with its label. None where gold holds no texts."""
    right = found = expected = 0
    for pmid, article in gold.items():
        if not article.texts:
            return None
        words = {
            section: [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
            for section, text in article.texts.items()
        }
        gold_words = _labelled(article.items.get("ner", ()), words)
        words_found = _labelled(_entities(pmid, predicted), words)
        right += len(gold_words & words_found)
        expected += len(gold_words)
        found += len(words_found)
    return score(right, found, expected)


def _labelled(entities: Sequence[Item], words: Mapping[str, Sequence[tuple[int, int]]]) -> set[tuple[str, int, str]]:
    return {
        (entity[2], start, entity[4])
        for entity in entities
        for start, end in words.get(entity[2], ())
        if start <= entity[1] and entity[0] < end
    }
