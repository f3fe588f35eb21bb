"""From the scores of words to mentions: BIO tags and their constrained decoding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.subwords import Ints, Subwords
from kgbuild.model import Mention

Floats = npt.NDArray[np.float32]
OUTSIDE = 0


def tag_names(labels: Sequence[str]) -> list[str]:
    """The tags of the labels: O, then B and I of each."""
    return ["O", *(f"{place}-{label}" for label in labels for place in "BI")]


def gold_tags(subwords: Subwords, mentions: Sequence[Mention], labels: Sequence[str]) -> Ints:
    """Each word's tag, shape (words,). Mentions must not overlap; a word of two goes to the first."""
    result = np.zeros(len(subwords.first), np.int32)
    for mention in mentions:
        begin, end = subwords.words_of(mention.span)
        number = 1 + 2 * labels.index(mention.label)
        if begin < end and not result[begin:end].any():
            result[begin:end] = number + 1
            result[begin] = number
    return result


def decode(scores: Floats, breaks: npt.NDArray[np.bool_]) -> Ints:
    """The best sequence of tags in which I follows B or I of its label (Viterbi 1967).

    Args:
        scores: log probabilities, shape (words, tags).
        breaks: True for words that open a section, where no mention goes on, shape (words,).

    Returns:
        Tags, shape (words,).
    """
    length, tags = scores.shape
    inside = np.arange(2, tags, 2)
    kept = np.empty((length, len(inside)), np.bool_)
    best = np.empty(length, np.int32)
    state = np.full(tags, -np.inf, np.float32)
    total = np.float32(0)
    for word in range(length):
        # A tag other than I may follow any; I follows the better of B and I of its label.
        begun, going = state[inside - 1], state[inside]
        kept[word] = going > begun
        new = scores[word] + total
        new[inside] = -np.inf if breaks[word] else scores[word, inside] + np.maximum(begun, going)
        state = new
        best[word] = int(state.argmax())
        total = state[best[word]]
    result = np.empty(length, np.int32)
    tag = -1
    for word in range(length - 1, -1, -1):
        tag = int(best[word]) if tag < 0 else tag
        result[word] = tag
        is_inside = tag > 0 and tag % 2 == 0
        tag = (tag if kept[word, tag // 2 - 1] else tag - 1) if is_inside else -1
    return result


def spans(tags: Ints) -> Iterator[tuple[int, int, int]]:
    """Begin, end (exclusive) and label number of each mention in a sequence of tags."""
    begins = np.flatnonzero(tags % 2)
    going = np.flatnonzero((tags % 2) | (tags == OUTSIDE))
    ends = np.append(going, len(tags))[np.searchsorted(going, begins, side="right")]
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        yield begin, end, int(tags[begin] - 1) // 2
