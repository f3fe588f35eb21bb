"""Candidate relations of a document: pairs of names between which the ontology allows a predicate.

Mentions with the same text and label are one name. A pair stands for all their mentions together, in the spirit of
ATLOP (Zhou et al., AAAI 2021), and knows which two mentions stand nearest: in the fewest sentences apart, then in
the fewest subwords.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.entities import Floats
from kgbuild.annotate.neural.subwords import Flags, Ints, Subwords
from kgbuild.model import Mention

SCOPE = 1024
"""Subwords within which relations are looked for; more than an abstract has."""
FEATURES = 16
_SENTENCE_APART = 1 << 20


@dataclass(frozen=True, eq=False)
class Pairs:
    """The candidates of one document, or of one scope of a long one.

    Attributes:
        mentions: those within the scope.
        start, end: the scope's tokens.
        first, last: each mention's first and last token, counted from `start`, shape (mentions,).
        member: whether a mention belongs to a name, shape (names, mentions).
        label: each name's label, shape (names,).
        ends: subject's and object's name, shape (pairs, 2).
        nearest: their nearest mentions, shape (pairs, 2).
        ranges: begin and end of the sentences that hold the nearest mentions, and of what stands between them,
            in tokens from `start`, shape (pairs, 4).
        features: distances, order, places and numbers, shape (pairs, FEATURES).
    """

    mentions: tuple[Mention, ...]
    start: int
    end: int
    first: Ints
    last: Ints
    member: Flags
    label: Ints
    ends: Ints
    nearest: Ints
    ranges: Ints
    features: Floats

    def chosen(self, keep: npt.NDArray[np.integer[Any]]) -> Pairs:
        """The same with some of the pairs."""
        return Pairs(
            self.mentions,
            self.start,
            self.end,
            self.first,
            self.last,
            self.member,
            self.label,
            self.ends[keep],
            self.nearest[keep],
            self.ranges[keep],
            self.features[keep],
        )


def legal_pairs(types: Iterable[tuple[str, str, str]], labels: Sequence[str], predicates: Sequence[str]) -> Flags:
    """Which predicates are legal, shape (labels, labels, predicates); a type is subject, predicate and object."""
    result = np.zeros((len(labels), len(labels), len(predicates)), np.bool_)
    for subject, predicate, object_ in types:
        result[labels.index(subject), labels.index(object_), predicates.index(predicate)] = True
    return result


def scopes(length: int, size: int = SCOPE) -> list[tuple[int, int]]:
    """Half-open stretches of tokens, each half over the next."""
    if length <= size:
        return [(0, length)]
    return [(start, min(start + size, length)) for start in range(0, length - size // 2, size // 2)]


def candidates(subwords: Subwords, mentions: Sequence[Mention], labels: Sequence[str], legal: Flags) -> list[Pairs]:
    """The legal pairs of a document, one `Pairs` for each scope that holds any.

    Args:
        subwords: of the document.
        mentions: in the order of the text; one that touches no word takes no part.
        labels: names of the labels in the order of `legal`.
        legal: shape (labels, labels, predicates).
    """
    placed = [(mention, *subwords.words_of(mention.span)) for mention in mentions]
    placed = [place for place in placed if place[1] < place[2]]
    found = []
    for start, end in scopes(len(subwords.tokens)):
        inside = [
            (mention, begin, stop)
            for mention, begin, stop in placed
            if subwords.first[begin] >= start and subwords.last[stop - 1] < end
        ]
        pairs = _within(subwords, inside, start, end, labels, legal) if len(inside) > 1 else None
        if pairs is not None:
            found.append(pairs)
    return found


def _within(
    subwords: Subwords,
    placed: Sequence[tuple[Mention, int, int]],
    start: int,
    end: int,
    labels: Sequence[str],
    legal: Flags,
) -> Pairs | None:
    names: dict[tuple[str, str], int] = {}
    # Mentions by name, so that each name's are neighbours.
    number = [names.setdefault((mention.text, mention.label), len(names)) for mention, _, _ in placed]
    order = np.argsort(number, kind="stable")
    name = np.array(number, np.int32)[order]
    mentions = tuple(placed[index][0] for index in order)
    begin = np.array([placed[index][1] for index in order], np.int32)
    stop = np.array([placed[index][2] for index in order], np.int32)
    label = np.array([labels.index(key[1]) for key in names], np.int32)
    any_legal: Flags = np.logical_or.reduce(legal, axis=2)
    allowed = any_legal[label[:, None], label[None, :]]
    np.fill_diagonal(allowed, val=False)
    ends = np.argwhere(allowed).astype(np.int32)
    if not len(ends):
        return None
    first, last = subwords.first[begin] - start, subwords.last[stop - 1] - start
    sentence = subwords.sentences[begin]
    gap = np.maximum(first[None, :] - last[:, None], first[:, None] - last[None, :]) - 1
    apart = np.abs(sentence[:, None] - sentence[None, :])
    cost = apart.astype(np.int64) * _SENTENCE_APART + np.maximum(gap, 0)
    opens = np.searchsorted(name, np.arange(len(names)))
    size = len(mentions)
    coded = cost * size * size + np.arange(size * size).reshape(size, size)
    least = np.minimum.reduceat(np.minimum.reduceat(coded, opens, axis=0), opens, axis=1) % (size * size)
    place = least[ends[:, 0], ends[:, 1]]
    nearest = np.stack([place // size, place % size], axis=1).astype(np.int32)
    member = name[None, :] == np.arange(len(names), dtype=np.int32)[:, None]
    ranges = _ranges(subwords, start, end, sentence[nearest], first[nearest], last[nearest])
    features = _features(ends, nearest, member, sentence, subwords.section[begin], first, gap, apart)
    return Pairs(mentions, start, end, first, last, member, label, ends, nearest, ranges, features)


def _ranges(subwords: Subwords, start: int, end: int, sentence: Ints, first: Ints, last: Ints) -> Ints:
    count = int(subwords.sentences[-1]) + 1
    opens = np.searchsorted(subwords.sentences, np.arange(count + 1))
    token = np.append(subwords.first, len(subwords.tokens))
    low = np.maximum(token[opens[sentence.min(axis=1)]] - start, 0)
    high = np.minimum(token[opens[sentence.max(axis=1) + 1]], end) - start
    return np.stack([low, high, last.min(axis=1) + 1, first.max(axis=1)], axis=1).astype(np.int32)


def _features(
    ends: Ints, nearest: Ints, member: Flags, sentence: Ints, section: Ints, first: Ints, gap: Ints, apart: Ints
) -> Floats:
    subject, object_ = nearest.T
    near_gap, near_apart = gap[subject, object_], apart[subject, object_]
    in_sentence = np.zeros((len(member), int(sentence.max()) + 1), np.float32)
    np.add.at(in_sentence, (member.argmax(axis=0), sentence), 1)
    together = ((in_sentence > 0).astype(np.float32) @ (in_sentence > 0).T)[ends[:, 0], ends[:, 1]]
    crowd = in_sentence.sum(axis=0)[sentence[object_]]
    count = member.sum(axis=1)
    in_title = (member & (section == 0)).any(axis=1)
    columns = [
        np.log1p(np.maximum(near_gap, 0)) / 2,
        near_gap < 4,
        near_gap < 16,
        near_apart == 0,
        near_apart == 1,
        np.log1p(near_apart),
        first[subject] < first[object_],
        in_title[ends[:, 0]],
        in_title[ends[:, 1]],
        in_title[ends[:, 0]] & in_title[ends[:, 1]],
        np.log1p(together),
        np.log1p(count[ends[:, 0]]),
        np.log1p(count[ends[:, 1]]),
        np.log1p(crowd) / 2,
        np.full(len(ends), np.log1p(len(member)) / 3),
        (sentence[object_] == sentence.max()) | (sentence[subject] == sentence.max()),
    ]
    return np.stack(columns, axis=1).astype(np.float32)
