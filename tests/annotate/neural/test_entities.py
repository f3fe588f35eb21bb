"""Decoding tags against trying all sequences."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.annotate.neural.entities import decode, gold_tags, spans, tag_names
from kgbuild.annotate.neural.subwords import split_subwords
from kgbuild.model import Mention, Span
from tests.annotate.neural import tiny


def is_legal(tags: tuple[int, ...], breaks: list[bool]) -> bool:
    """I of a label follows B or I of the same, and opens no section."""
    for at, tag in enumerate(tags):
        if tag > 0 and tag % 2 == 0 and (at == 0 or breaks[at] or tags[at - 1] not in (tag, tag - 1)):
            return False
    return True


@given(st.integers(1, 5), st.integers(0, 2), st.integers(0, 2**32 - 1), st.data())
def test_the_best_legal_sequence_is_found(words: int, labels: int, seed: int, data: st.DataObject) -> None:
    count = 1 + 2 * labels
    scores = np.log(np.random.default_rng(seed).dirichlet(np.ones(count), words) + 1e-9).astype(np.float32)
    breaks = [True] + [data.draw(st.booleans()) for _ in range(words - 1)]
    found = decode(scores, np.array(breaks))
    legal = [tags for tags in product(range(count), repeat=words) if is_legal(tags, breaks)]
    best = max(sum(scores[at, tag] for at, tag in enumerate(tags)) for tags in legal)
    assert is_legal(tuple(found.tolist()), breaks)
    assert sum(scores[at, tag] for at, tag in enumerate(found.tolist())) == pytest.approx(best, abs=1e-4)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(0, 2)), max_size=10))
def test_spans_are_read_back_from_their_tags(mentions: list[tuple[int, int, int]]) -> None:
    tags, expected = [], []
    for gap, length, label in mentions:
        tags += [0] * gap
        expected.append((len(tags), len(tags) + length, label))
        tags += [1 + 2 * label] + [2 + 2 * label] * (length - 1)
    assert list(spans(np.array(tags, np.int32))) == expected


def test_gold_mentions_become_tags_of_the_words_that_they_touch() -> None:
    document = tiny.document("Gut microbiota in mice.", "Depression")
    (subwords,) = split_subwords([document], tiny.tokenizer())
    labels = ["DDF", "microbiome"]

    def mention(section: str, start: int, end: int, label: str) -> Mention:
        span = Span(section=section, start=start, end=end)
        return Mention(span=span, text=document.text(section)[start:end], label=label)

    found = gold_tags(subwords, [mention("title", 0, 10, "DDF"), mention("abstract", 0, 12, "microbiome")], labels)
    names = tag_names(labels)
    assert [names[tag] for tag in found.tolist()] == ["B-DDF", "B-microbiome", "I-microbiome", "O", "O", "O"]
