"""What the network reads: padded windows of tokens, and padded candidate pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.entities import gold_tags
from kgbuild.annotate.neural.pairs import FEATURES, Pairs
from kgbuild.annotate.neural.subwords import MAX_TOKENS, Ints, Subwords, Window, windows
from kgbuild.model import SECTION_NAMES, Mention

Array = npt.NDArray[np.generic]
_LOWER, _CAPITAL, _UPPER, _MIXED, _DIGIT = range(5)
_UPPER_CASE = re.compile(r"[^a-z]*[A-Z][^a-z]*")


@dataclass(frozen=True, eq=False)
class Prepared:
    """A document with what is told of each of its tokens, shape (tokens,): the dictionary's tag, and the case."""

    subwords: Subwords
    dictionary: Ints
    shape: Ints


def prepare(subwords: Subwords, known: Sequence[Mention], labels: Sequence[str]) -> Prepared:
    """Spread the tags of the dictionary's mentions, and the words' case, over the tokens."""
    texts = [subwords.document.text(name) for name in SECTION_NAMES]
    places = zip(subwords.section.tolist(), subwords.start.tolist(), subwords.end.tolist(), strict=True)
    shape = np.array([_shape(texts[section][start:end]) for section, start, end in places], np.int32)
    return Prepared(subwords, _spread(subwords, gold_tags(subwords, known, labels)), _spread(subwords, shape))


def _spread(subwords: Subwords, values: Ints) -> Ints:
    result = np.zeros(len(subwords.tokens), np.int32)
    lengths = subwords.last - subwords.first + 1
    inside = np.ones(len(subwords.tokens), np.bool_)
    gaps = np.append(subwords.first, len(inside)) - np.append(0, subwords.last + 1)
    starts = np.append(0, subwords.last + 1)
    for start, gap in zip(starts[gaps > 0], gaps[gaps > 0], strict=True):
        inside[start : start + gap] = False
    result[inside] = np.repeat(values, lengths)
    return result


def _shape(word: str) -> int:
    if any(letter.isdigit() for letter in word):
        return _DIGIT
    if word.islower() or not word.isalpha():
        return _LOWER
    if len(word) > 1 and word.isupper():
        return _UPPER
    return _CAPITAL if word[1:].islower() or len(word) == 1 else _MIXED


@dataclass(frozen=True, eq=False)
class Batch:
    """Windows that are read at once, padded: arrays of shape (windows, tokens), and whence each comes."""

    tokens: npt.NDArray[np.int64]
    mask: npt.NDArray[np.int64]
    dictionary: npt.NDArray[np.int64]
    shape: npt.NDArray[np.int64]
    sources: tuple[tuple[int, Window], ...]

    def arrays(self) -> dict[str, npt.NDArray[np.int64]]:
        """The network's inputs by name."""
        return {"tokens": self.tokens, "mask": self.mask, "dictionary": self.dictionary, "shape": self.shape}

    def used(self) -> Iterator[tuple[int, int, Window, slice]]:
        """Row, document, window, and the columns whose results are used."""
        for row, (document, window) in enumerate(self.sources):
            shift = 1 - window.start
            yield row, document, window, slice(window.use_start + shift, window.use_end + shift)


def batches(
    prepared: Sequence[Prepared], *, opening: int, closing: int, budget: int, size: int = MAX_TOKENS
) -> Iterator[Batch]:
    """The windows of documents, longest first, in batches of at most `budget` padded tokens (or one window).

    Args:
        prepared: the documents, by whose number each window is known.
        opening, closing: tokens around each window.
        budget: padded tokens of a batch.
        size: subwords of a window at most.
    """
    cut = [
        (number, window)
        for number, item in enumerate(prepared)
        for window in windows(len(item.subwords.tokens), size)
    ]
    cut.sort(key=lambda place: place[1].start - place[1].end)
    while cut:
        width = cut[0][1].end - cut[0][1].start + 2
        taken, cut = cut[: max(1, budget // width)], cut[max(1, budget // width) :]
        yield _padded(prepared, taken, width, opening, closing)


def _padded(
    prepared: Sequence[Prepared], taken: Sequence[tuple[int, Window]], width: int, opening: int, closing: int
) -> Batch:
    tokens, mask, dictionary, shape = (np.zeros((len(taken), width), np.int64) for _ in range(4))
    for row, (number, window) in enumerate(taken):
        item, length = prepared[number], window.end - window.start
        inner = slice(1, length + 1)
        tokens[row, 0], tokens[row, length + 1] = opening, closing
        tokens[row, inner] = item.subwords.tokens[window.start : window.end]
        dictionary[row, inner] = item.dictionary[window.start : window.end]
        shape[row, inner] = item.shape[window.start : window.end]
        mask[row, : length + 2] = 1
    return Batch(tokens, mask, dictionary, shape, tuple(taken))


PAIR_INPUTS = ("length", "first", "last", "member", "label", "ends", "nearest", "ranges", "features")


def padded_pairs(documents: Sequence[Pairs]) -> dict[str, Array]:
    """The pair head's inputs but the hidden states, padded to the most of each kind; names as PAIR_INPUTS."""
    count = len(documents)
    mentions = max(len(item.first) for item in documents)
    names = max(len(item.label) for item in documents)
    pairs = max(len(item.ends) for item in documents)
    result: dict[str, Array] = {
        "length": np.array([item.end - item.start for item in documents], np.int64),
        "first": np.zeros((count, mentions), np.int64),
        "last": np.zeros((count, mentions), np.int64),
        "member": np.zeros((count, names, mentions), np.float32),
        "label": np.zeros((count, names), np.int64),
        "ends": np.zeros((count, pairs, 2), np.int64),
        "nearest": np.zeros((count, pairs, 2), np.int64),
        "ranges": np.zeros((count, pairs, 4), np.int64),
        "features": np.zeros((count, pairs, FEATURES), np.float32),
    }
    for row, item in enumerate(documents):
        for name in PAIR_INPUTS[1:]:
            values = getattr(item, name)
            result[name][row][tuple(slice(0, size) for size in values.shape)] = values
    return result
