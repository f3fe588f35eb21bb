"""Subwords, words, windows and batches: nothing of a text is lost or read twice."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.annotate.neural.inputs import batches, prepare
from kgbuild.annotate.neural.subwords import ends, split_subwords, windows
from tests.annotate.neural import tiny


@given(st.integers(0, 5000), st.integers(8, 600), st.data())
def test_every_token_is_used_once_from_a_window_that_holds_it(length: int, size: int, data: st.DataObject) -> None:
    overlap = data.draw(st.integers(0, size // 2))
    cut = windows(length, size, overlap)
    used = [at for window in cut for at in range(window.use_start, window.use_end)]
    assert used == list(range(length))
    for window in cut:
        assert 0 <= window.start <= window.use_start <= window.use_end <= window.end <= length
        assert window.end - window.start <= size


@given(st.integers(511, 5000))
def test_neighbours_share_the_overlap_and_tokens_stand_far_from_cut_edges(length: int) -> None:
    cut = windows(length)
    for first, second in itertools.pairwise(cut):
        assert first.end - second.start >= 128
        assert first.end - first.use_end >= 63
        assert second.use_start - second.start >= 63


@given(st.text(max_size=200), st.text(max_size=400))
def test_words_stand_in_order_and_give_back_the_text(title: str, abstract: str) -> None:
    document = tiny.document(abstract, title)
    (subwords,) = split_subwords([document], tiny.tokenizer())
    assert len(subwords.first) == len(subwords.last) == len(subwords.section) == len(subwords.sentences)
    assert (np.diff(subwords.section) >= 0).all()
    for number, text in enumerate((title, abstract)):
        mine = subwords.section == number
        places = list(zip(subwords.start[mine].tolist(), subwords.end[mine].tolist(), strict=True))
        for start, end in places:
            assert 0 <= start < end <= len(text)
        assert all(one[0] <= other[0] for one, other in itertools.pairwise(places))
        # Only what the tokenizer takes for no character stands outside all words.
        covered = {at for start, end in places for at in range(start, end)}
        assert not [
            letter for at, letter in enumerate(text) if at not in covered and letter.isascii() and letter.isalnum()
        ]


@given(st.lists(st.integers(0, 300), min_size=1, max_size=8), st.integers(1, 2000), st.integers(16, 100))
def test_batches_hold_every_window_once_within_the_budget(lengths: list[int], budget: int, size: int) -> None:
    tokenizer = tiny.tokenizer()
    opening, closing = ends(tokenizer)
    documents = [tiny.document("a " * length, number=number) for number, length in enumerate(lengths)]
    prepared = [prepare(item, (), tiny.card().labels) for item in split_subwords(documents, tokenizer)]
    seen: dict[int, list[int]] = {number: [] for number in range(len(lengths))}
    widths = []
    for batch in batches(prepared, opening=opening, closing=closing, budget=budget, size=max(size, 140)):
        rows, width = batch.tokens.shape
        assert rows == 1 or rows * width <= budget
        widths.append(width)
        for row, number, window, columns in batch.used():
            tokens = prepared[number].subwords.tokens
            assert (batch.tokens[row, columns] == tokens[window.use_start : window.use_end]).all()
            length = window.end - window.start
            assert batch.tokens[row, 0] == opening
            assert batch.tokens[row, length + 1] == closing
            assert batch.mask[row].sum() == length + 2
            seen[number] += range(window.use_start, window.use_end)
    assert widths == sorted(widths, reverse=True)
    for number, item in enumerate(prepared):
        assert sorted(seen[number]) == list(range(len(item.subwords.tokens)))
