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


@given(st.lists(st.integers(0, 5), max_size=3), st.integers(0, 2), st.integers(0, 2**32 - 1), st.data())
def test_the_best_legal_sequence_of_each_document_is_found(
    lengths: list[int], labels: int, seed: int, data: st.DataObject
) -> None:
    count, randomly = 1 + 2 * labels, np.random.default_rng(seed)
    scores = [np.log(randomly.dirichlet(np.ones(count), words) + 1e-9).astype(np.float32) for words in lengths]
    breaks = [[True, *(data.draw(st.booleans()) for _ in range(words - 1))][:words] for words in lengths]
    found = decode(scores, [np.array(opens, np.bool_) for opens in breaks])
    for tags, opens, said in zip(found, breaks, scores, strict=True):
        legal = [other for other in product(range(count), repeat=len(opens)) if is_legal(other, opens)]
        best = max(sum(said[at, tag] for at, tag in enumerate(other)) for other in legal)
        assert is_legal(tuple(tags.tolist()), opens)
        assert sum(said[at, tag] for at, tag in enumerate(tags.tolist())) == pytest.approx(best, abs=1e-4)


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
