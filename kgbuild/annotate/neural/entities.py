"""From the scores of words to mentions: BIO tags and their constrained decoding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.subwords import Flags, Ints, Subwords
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


def decode(scores: Sequence[Floats], breaks: Sequence[Flags]) -> list[Ints]:
    """The best sequence of tags in which I follows B or I of its label (Viterbi 1967).

    Args:
        scores: log probabilities of each document, shape (words, tags).
        breaks: True for words that open a section, where no mention goes on; of each document, shape (words,).

    Returns:
        Tags of each document, shape (words,).
    """
    if not scores:
        return []
    lengths, tags = [len(part) for part in scores], scores[0].shape[1]
    # Documents side by side: a step of all takes numpy as long as a step of one.
    padded = np.zeros((max(lengths), len(scores), tags), np.float32)
    for row, (part, opens) in enumerate(zip(scores, breaks, strict=True)):
        padded[: len(part), row] = part
        padded[np.flatnonzero(opens), row, 2::2] = -np.inf
    best = np.empty(padded.shape[:2], np.int32)
    kept = np.empty((*padded.shape[:2], tags // 2), np.bool_)
    state = np.full(padded.shape[1:], -np.inf, np.float32)
    total = np.zeros((len(scores), 1), np.float32)
    for word, said in enumerate(padded):
        # A tag other than I may follow any; I follows the better of B and I of its label.
        begun, going = state[:, 1::2], state[:, 2::2]
        np.greater(going, begun, out=kept[word])
        state = said + total
        state[:, 2::2] = said[:, 2::2] + np.maximum(begun, going)
        state.argmax(axis=1, out=best[word])
        total = state.max(axis=1, keepdims=True)
    return [_traced(best[:length, row], kept[:length, row]) for row, length in enumerate(lengths)]


def _traced(best: Ints, kept: Flags) -> Ints:
    """The sequence that ends with the last word's best tag, from each word's, and whether I before an I is better."""
    ends, keeps = best.tolist(), kept.tolist()
    result = np.empty(len(ends), np.int32)
    tag = -1
    for word in range(len(ends) - 1, -1, -1):
        tag = ends[word] if tag < 0 else tag
        result[word] = tag
        is_inside = tag > 0 and tag % 2 == 0
        tag = (tag if keeps[word][tag // 2 - 1] else tag - 1) if is_inside else -1
    return result


def spans(tags: Ints) -> Iterator[tuple[int, int, int]]:
    """Begin, end (exclusive) and label number of each mention in a sequence of tags."""
    begins = np.flatnonzero(tags % 2)
    going = np.flatnonzero((tags % 2) | (tags == OUTSIDE))
    ends = np.append(going, len(tags))[np.searchsorted(going, begins, side="right")]
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        yield begin, end, int(tags[begin] - 1) // 2
