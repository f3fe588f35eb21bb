"""Concepts that a mention might mean where no name is the same: found by n-grams, and by vectors if wanted.

Their features are what `kgbuild.link.reranker` decides by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, log
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from kgbuild.link.index import Entry, TermIndex, trigrams
from kgbuild.link.reranker import Reranker, shipped
from kgbuild.link.variants import Variant
from kgbuild.normalize import key

if TYPE_CHECKING:
    from kgbuild.link.dense import DenseNames, Near

FEATURES = (
    "ratio",
    "ratio of sorted words",
    "shared n-grams",
    "name covered",
    "mention covered",
    "same last word",
    "same first word",
    "label agrees",
    "label differs",
    "preferred name",
    "looser synonym",
    "by abbreviation",
    "used with the label",
    "used with other labels",
    "vocabulary used for the label",
    "like names seen with the label",
)
DENSE_FEATURES = (*FEATURES, "meaning", "in meaning like names seen with the label")
_NEAR = 100
_LONGEST = 14
_SMOOTHING = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate concept by its best name.

    `features` are those of `FEATURES`, or of `DENSE_FEATURES`, in this order; `variant` found it.
    """

    entry: Entry
    features: tuple[float, ...]
    variant: Variant
    similarity: float
    likeness: float | None = None


class CandidateRanker:
    """Finds and scores candidates in one term index; with `dense`, also those whose names mean nearly the same."""

    def __init__(self, index: TermIndex, dense: DenseNames | None = None, reranker: Reranker | None = None) -> None:
        """`reranker` is by default the one that ships for candidates of this kind."""
        self._index = index
        self._dense = dense
        self._reranker = reranker or shipped("dense" if dense else "ngram")
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

    def near(self, mentions: Iterable[Sequence[Variant]]) -> Mapping[str, Near]:
        """What `rank` needs of the forms of mentions: each distinct text is embedded once; empty without `dense`."""
        if self._dense is None:
            return {}
        return self._dense.look_up({variant.text for forms in mentions for variant in forms})

    def rank(
        self, forms: Sequence[Variant], label: str, near: Mapping[str, Near] | None = None
    ) -> list[tuple[float, Scored]]:
        """Candidates with their probabilities, which sum to 1, best first; `near` is made here if it is not given."""
        found = self.candidates(forms, label, near)
        chances = self._reranker.chances([candidate.features for candidate in found])
        ranked = list(zip(chances, found, strict=True))
        return sorted(ranked, key=lambda p: (-p[0], p[1].entry.source, p[1].entry.term.uri))

    def candidates(
        self, forms: Sequence[Variant], label: str, near: Mapping[str, Near] | None = None
    ) -> list[Scored]:
        """Each concept once, by the name that is most like a form of the mention."""
        meant = self.near([forms]) if near is None else near
        best: dict[str, tuple[float, Entry, Variant, tuple[float, ...], float]] = {}
        votes: dict[str, float] = {}
        dense_votes: dict[str, float] = {}
        for variant in forms:
            form = key(variant.text)
            keys = {similar for _, similar in self._index.near(form, _NEAR)} | _phrases(form)
            likeness: dict[str, float] = {}
            if self._dense:
                keys.update(meant[variant.text].forms)
                likeness = self._dense.likeness(meant[variant.text], keys)
            entries = self._index.entries_of(keys)
            alike = self._compare(form, {entry.key for entry in entries})
            for entry in entries:
                term = entry.term
                measures = alike[entry.key]
                like = likeness.get(entry.key, 0.0)
                agrees = bool(label) and term.label == label
                score = (
                    measures[0] + measures[1] + 2 * measures[2] + 0.3 * agrees + 0.1 * (term.count > 0)
                    - 0.3 * _differ(term.label, label) + 2 * like
                )  # fmt: skip
                if agrees and term.count:
                    votes[term.uri] = votes.get(term.uri, 0.0) + measures[2] ** 3
                    dense_votes[term.uri] = dense_votes.get(term.uri, 0.0) + max(like, 0.0) ** 4
                if term.uri not in best or score > best[term.uri][0]:
                    best[term.uri] = (score, entry, variant, measures, like)
        return [
            Scored(
                entry=entry,
                features=(
                    *measures,
                    *self._context(entry, variant, label, votes.get(uri, 0.0)),
                    *((like, dense_votes.get(uri, 0.0)) if self._dense else ()),
                ),
                variant=variant,
                similarity=measures[2],
                likeness=like if self._dense else None,
            )
            for uri, (_, entry, variant, measures, like) in best.items()
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
            float(bool(label) and term.label == label),
            float(_differ(term.label, label)),
            float(entry.scope == 0),
            float(entry.scope == 2),
            float(variant.kind in ("abbreviation", "genus")),
            log(1 + used),
            log(1 + sum(uses.values()) - used),
            log((self._usage.get((label, entry.prefix), 0) + 1) / (self._labels.get(label, 0) + _SMOOTHING)),
            vote,
        )


def _differ(one: str, other: str) -> bool:
    """Whether two labels are known, and not the same."""
    return bool(one and other) and one != other


def _phrases(form: str) -> set[str]:
    """The stretches of whole words within a normal form, itself included; it alone where it is very long."""
    words = form.split()
    if len(words) > _LONGEST:
        return {form}
    stretches = {
        " ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)
    }
    return {stretch for stretch in stretches if len(stretch) > 1} | {form}
