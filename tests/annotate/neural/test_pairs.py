"""Candidate pairs beside a plain reading of their definition."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.annotate.neural.pairs import candidates, legal_pairs, scopes
from kgbuild.annotate.neural.subwords import Subwords, split_subwords
from kgbuild.annotate.overlap import resolve
from kgbuild.model import Mention
from kgbuild.schema import load_schema
from tests.annotate.neural import tiny

SCHEMA = load_schema()
LABELS = [label.name for label in SCHEMA.labels]
TYPES = [(s.subject, s.predicate, s.object) for s in SCHEMA.signatures]
LEGAL = legal_pairs(TYPES, LABELS, [predicate.name for predicate in SCHEMA.predicates])


def some_mentions(subwords: Subwords, data: st.DataObject, count: int) -> tuple[Mention, ...]:
    """Mentions of one or two words at random places, none overlapping."""
    words = len(subwords.first)
    found = []
    for _ in range(count):
        begin = data.draw(st.integers(0, words - 1))
        end = begin + data.draw(st.integers(1, 2))
        if end <= words and subwords.section[begin] == subwords.section[end - 1]:
            found.append(subwords.mention(begin, end, data.draw(st.sampled_from(LABELS[:6])), 0.5, "made up"))
    return resolve(found)


def apart(subwords: Subwords, one: Mention, other: Mention) -> tuple[int, int]:
    """Sentences, then subwords between two mentions."""
    (begin, end), (start, stop) = subwords.words_of(one.span), subwords.words_of(other.span)
    gap = max(
        int(subwords.first[start]) - int(subwords.last[end - 1]),
        int(subwords.first[begin]) - int(subwords.last[stop - 1]),
    )
    return abs(int(subwords.sentences[begin]) - int(subwords.sentences[start])), max(gap - 1, 0)


@settings(max_examples=50, deadline=None)
@given(st.integers(3, 60), st.integers(0, 12), st.integers(0, 100), st.data())
def test_pairs_are_all_legal_pairs_of_names_at_their_nearest_mentions(
    words: int, count: int, seed: int, data: st.DataObject
) -> None:
    (subwords,) = split_subwords([tiny.document(tiny.text(words, seed), "Gut microbiota")], tiny.tokenizer())
    mentions = some_mentions(subwords, data, count)
    signatures = {(s.subject, s.object) for s in SCHEMA.signatures}
    names = {(m.text, m.label): [o for o in mentions if (o.text, o.label) == (m.text, m.label)] for m in mentions}
    expected = {
        (subject, object_): min(apart(subwords, s, o) for s in names[subject] for o in names[object_])
        for subject in names
        for object_ in names
        if subject != object_ and (subject[1], object_[1]) in signatures
    }
    found = {}
    for pairs in candidates(subwords, mentions, LABELS, LEGAL):
        for row in range(len(pairs.ends)):
            subject, object_ = (pairs.mentions[at] for at in pairs.nearest[row].tolist())
            found[(subject.text, subject.label), (object_.text, object_.label)] = apart(subwords, subject, object_)
            ends = pairs.ends[row].tolist()
            assert pairs.member[ends[0], pairs.nearest[row, 0]]
            assert pairs.member[ends[1], pairs.nearest[row, 1]]
            assert [LABELS[label] for label in pairs.label[ends].tolist()] == [subject.label, object_.label]
            low, high, _, _ = pairs.ranges[row].tolist()
            for at in pairs.nearest[row].tolist():
                assert low <= pairs.first[at]
                assert pairs.first[at] < high
        assert np.isfinite(pairs.features).all()
    assert found == expected


@given(st.integers(0, 9000))
def test_scopes_cover_a_text_and_neighbours_fit_in_one(length: int) -> None:
    covered = scopes(length)
    assert covered[0][0] == 0
    assert covered[-1][1] == length
    for (_, end), (start, _) in itertools.pairwise(covered):
        assert end - start >= min(512, length)
