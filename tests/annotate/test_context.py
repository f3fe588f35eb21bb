"""Negation, speculation and direction, on sentences labelled by hand (`context_sentences.tsv`)."""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.annotate.context import clause, is_negated, is_speculative
from kgbuild.annotate.direction import direction


class Case(NamedTuple):
    sentence: str
    subject: str
    object: str
    predicate: str
    negated: str
    speculative: str
    direction: str


_LINES = Path(__file__).with_name("context_sentences.tsv").read_text(encoding="utf-8").splitlines()
CASES = [Case(*line.split("\t")) for line in _LINES if line and not line.startswith("#")]
FLOOR = 0.95


def spans(case: Case) -> tuple[tuple[int, int], tuple[int, int]]:
    found = []
    for name in (case.subject, case.object):
        start = case.sentence.index(name)
        found.append((start, start + len(name)))
    return found[0], found[1]


def test_there_are_enough_sentences() -> None:
    assert len({case.sentence for case in CASES}) >= 60


def test_negation_reaches_the_floor() -> None:
    right = [
        is_negated(case.sentence, case.predicate, *sorted(spans(case))) == (case.negated == "yes") for case in CASES
    ]
    assert sum(right) / len(right) >= FLOOR


def test_speculation_reaches_the_floor() -> None:
    right = [
        is_speculative(case.sentence, case.predicate, *sorted(spans(case))) == (case.speculative == "yes")
        for case in CASES
    ]
    assert sum(right) / len(right) >= FLOOR


def test_direction_reaches_the_floor() -> None:
    right = [
        direction(case.sentence, case.predicate, *spans(case), negated=case.negated == "yes") == case.direction
        for case in CASES
    ]
    assert sum(right) / len(right) >= FLOOR


def test_a_clause_ends_at_its_words() -> None:
    sentence = "Blautia fell, whereas Roseburia rose, and Dorea was stable"
    names = ("Blautia", "Roseburia", "Dorea")
    found = [sentence[slice(*clause(sentence, sentence.index(name)))] for name in names]
    assert found == ["Blautia fell, ", " Roseburia rose", "Dorea was stable"]


@pytest.mark.parametrize("predicate", ["located in", "is a", "target", "used by", "compared to"])
def test_predicates_without_a_change_have_no_direction(predicate: str) -> None:
    assert direction("A increased B.", predicate, (0, 1), (12, 13)) == "unknown"
    assert direction("A never increased B.", predicate, (0, 1), (18, 19), negated=True) == "unknown"


_WORDS = st.sampled_from(
    ["not", "no", "did", "increase", "reduced", "but", "whereas", ",", "and", "which", "A", "B"]
) | st.sampled_from(["may", "suggest", "that", ";", "without", "the", "in", "was", "é", "😀"])


@given(st.lists(_WORDS, min_size=2, max_size=30), st.data())
def test_any_sentence_gets_an_answer(words: list[str], data: st.DataObject) -> None:
    sentence = " ".join(words)
    first = data.draw(st.integers(0, len(sentence) - 2))
    second = data.draw(st.integers(first + 1, len(sentence) - 1))
    ends = (first, first + 1), (second, second + 1)
    negated = is_negated(sentence, "influence", *ends)
    is_speculative(sentence, "target", *ends)
    found = direction(sentence, "influence", *ends, negated=negated)
    assert found in ("increase", "decrease", "none", "unknown")
    assert not negated or found == "none"
