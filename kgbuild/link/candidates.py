"""Concepts that a mention might mean where no name is the same: found by n-grams, scored by a linear model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, fsum, log

from rapidfuzz import fuzz

from kgbuild.link.index import Entry, TermIndex, trigrams
from kgbuild.link.variants import Variant
from kgbuild.normalize import key

# The model's weights: softmax regression over the candidates of each mention that has no exact match, fitted by
# `python -m benchmarks.linking --fit` to the documents outside the validation split.
WEIGHTS = {
    "ratio": -3.42,
    "ratio of sorted words": 2.30,
    "shared n-grams": 2.59,
    "name covered": 4.05,
    "mention covered": 3.70,
    "same last word": 0.83,
    "same first word": 0.75,
    "label agrees": -0.18,
    "label differs": -1.51,
    "preferred name": 0.60,
    "looser synonym": 0.00,
    "by abbreviation": -0.33,
    "used with the label": 0.46,
    "used with other labels": -0.46,
    "vocabulary used for the label": 0.17,
    "like names seen with the label": 0.51,
}
FEATURES = tuple(WEIGHTS)
_NEAR = 100
_LONGEST = 14
_SMOOTHING = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate concept by its best name: the features in the order of `FEATURES`, the variant that found it."""

    entry: Entry
    features: tuple[float, ...]
    variant: Variant
    similarity: float


class CandidateRanker:
    """Finds and scores candidates in one term index."""

    def __init__(self, index: TermIndex) -> None:
        self._index = index
        # One more term than there are, so that no weight is 0.
        terms = index.counts()["terms"] + 2
        self._weights = {gram: log(terms / (count + 1)) for gram, count in index.grams().items()}
        self._unknown = log(terms)
        self._usage = index.usage()
        self._labels: dict[str, int] = {}
        for (label, _), count in self._usage.items():
            self._labels[label] = self._labels.get(label, 0) + count
        self._total = lru_cache(maxsize=1 << 16)(self._weigh)
        self.uses = lru_cache(maxsize=1 << 16)(index.uses)

    def rank(self, forms: Sequence[Variant], label: str) -> list[tuple[float, Scored]]:
        """Candidates with their probabilities, which sum to 1, best first."""
        found = self.candidates(forms, label)
        totals = [sum(map(float.__mul__, WEIGHTS.values(), c.features)) for c in found]
        highest = max(totals, default=0.0)
        odds = [exp(total - highest) for total in totals]
        whole = sum(odds)
        ranked = [(part / whole, candidate) for part, candidate in zip(odds, found, strict=True)]
        return sorted(ranked, key=lambda p: (-p[0], p[1].entry.source, p[1].entry.term.uri))

    def candidates(self, forms: Sequence[Variant], label: str) -> list[Scored]:
        """Each concept once, by the name that is most like a form of the mention."""
        best: dict[str, tuple[float, Entry, Variant, tuple[float, ...]]] = {}
        votes: dict[str, float] = {}
        for variant in forms:
            form = key(variant.text)
            keys = {near for _, near in self._index.near(form, _NEAR)} | _phrases(form)
            alike = self._compare(form, keys)
            for entry in self._index.entries_of(keys):
                term = entry.term
                measures = alike[entry.key]
                agrees = term.label == label
                score = (
                    measures[0] + measures[1] + 2 * measures[2] + 0.3 * agrees + 0.1 * (term.count > 0)
                    - 0.3 * (bool(term.label) and not agrees)
                )  # fmt: skip
                if agrees and term.count:
                    votes[term.uri] = votes.get(term.uri, 0.0) + measures[2] ** 3
                if term.uri not in best or score > best[term.uri][0]:
                    best[term.uri] = (score, entry, variant, measures)
        return [
            Scored(
                entry=entry,
                features=(*measures, *self._context(entry, variant, label, votes.get(uri, 0.0))),
                variant=variant,
                similarity=measures[2],
            )
            for uri, (_, entry, variant, measures) in best.items()
        ]

    def _compare(self, form: str, names: Iterable[str]) -> dict[str, tuple[float, ...]]:
        """How alike a normal form is to others; trigrams weigh the more, the rarer they are (inverse frequency)."""
        grams, words = trigrams(form), form.split()
        weights = {gram: self._weights.get(gram, self._unknown) for gram in grams}
        own = fsum(weights.values())
        alike: dict[str, tuple[float, ...]] = {}
        for name in names:
            others, other_words = trigrams(name), name.split()
            # Exact sums: the order of a set differs from process to process.
            shared = fsum([weights[gram] for gram in grams & others])
            theirs = self._total(name)
            alike[name] = (
                fuzz.ratio(form, name) / 100,
                fuzz.token_sort_ratio(form, name) / 100,
                2 * shared / (own + theirs),
                shared / theirs,
                shared / own,
                float(words[-1] == other_words[-1]),
                float(words[0] == other_words[0]),
            )
        return alike

    def _weigh(self, name: str) -> float:
        return fsum([self._weights.get(gram, self._unknown) for gram in trigrams(name)])

    def _context(self, entry: Entry, variant: Variant, label: str, vote: float) -> tuple[float, ...]:
        term = entry.term
        uses = self.uses(term.uri)
        used = uses.get(label, 0)
        return (
            float(term.label == label),
            float(bool(term.label) and term.label != label),
            float(entry.scope == 0),
            float(entry.scope == 2),
            float(variant.kind in ("abbreviation", "genus")),
            log(1 + used),
            log(1 + sum(uses.values()) - used),
            log((self._usage.get((label, entry.prefix), 0) + 1) / (self._labels.get(label, 0) + _SMOOTHING)),
            vote,
        )


def _phrases(form: str) -> set[str]:
    """The stretches of whole words within a normal form, itself included; it alone where it is very long."""
    words = form.split()
    if len(words) > _LONGEST:
        return {form}
    stretches = {
        " ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)
    }
    return {stretch for stretch in stretches if len(stretch) > 1} | {form}
