"""Negation, speculation and direction, on sentences labelled by hand (`context_sentences.tsv`)."""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.annotate.clauses import End, Sentence
from kgbuild.annotate.context import clause, is_negated, is_speculative
from kgbuild.annotate.direction import direction
from kgbuild.schema import load_schema


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


def ends(case: Case) -> tuple[Sentence, End, End]:
    """The sentence with both mentions, labelled as the first signature of the predicate has them."""
    signature = next(s for s in load_schema().signatures if s.predicate == case.predicate)
    found = []
    for name, label in ((case.subject, signature.subject), (case.object, signature.object)):
        start = case.sentence.index(name)
        found.append(End(start, start + len(name), label, name))
    return Sentence(case.sentence, sorted(found, key=lambda end: end.start)), found[0], found[1]


def spans(case: Case) -> tuple[tuple[int, int], tuple[int, int]]:
    _, subject, object_ = ends(case)
    return (subject.span, object_.span) if subject.start < object_.start else (object_.span, subject.span)


def test_there_are_enough_sentences() -> None:
    assert len({case.sentence for case in CASES}) >= 60


def test_negation_reaches_the_floor() -> None:
    right = [
        is_negated(Sentence(case.sentence), case.predicate, *spans(case)) == (case.negated == "yes") for case in CASES
    ]
    assert sum(right) / len(right) >= FLOOR


def test_speculation_reaches_the_floor() -> None:
    right = [
        is_speculative(Sentence(case.sentence), case.predicate, *spans(case)) == (case.speculative == "yes")
        for case in CASES
    ]
    assert sum(right) / len(right) >= FLOOR


def test_direction_reaches_the_floor() -> None:
    right = []
    for case in CASES:
        sentence, subject, object_ = ends(case)
        found, _ = direction(sentence, case.predicate, subject, object_, negated=case.negated == "yes")
        right.append(found == case.direction)
    assert sum(right) / len(right) >= FLOOR


def test_what_another_subject_does_not_do_is_no_denial() -> None:
    text = "Blautia eased colitis, whereas Dorea had no effect on anxiety."
    names = {"Blautia": "bacteria", "colitis": "DDF", "Dorea": "bacteria", "anxiety": "DDF"}
    first, _, second, last = (End(text.index(n), text.index(n) + len(n), label, n) for n, label in names.items())
    sentence = Sentence(text, (first, second, last))
    assert not is_negated(sentence, "influence", first.span, last.span)
    assert is_negated(sentence, "influence", second.span, last.span)


def test_a_clause_ends_at_its_words() -> None:
    sentence = "Blautia fell, whereas Roseburia rose, and Dorea was stable"
    names = ("Blautia", "Roseburia", "Dorea")
    found = [sentence[slice(*clause(sentence, sentence.index(name)))] for name in names]
    assert found == ["Blautia fell, ", " Roseburia rose", "Dorea was stable"]


@pytest.mark.parametrize("predicate", ["located in", "is a", "target", "used by", "compared to"])
def test_predicates_without_a_change_have_no_direction(predicate: str) -> None:
    ends = End(0, 1, "drug", "A"), End(12, 13, "bacteria", "B")
    assert direction(Sentence("A increased B.", ends), predicate, *ends) == ("unknown", "other")
    assert direction(Sentence("A increased B.", ends), predicate, *ends, negated=True) == ("unknown", "other")


_WORDS = st.sampled_from(
    ["not", "no", "did", "increase", "reduced", "but", "whereas", ",", "and", "which", "A", "B"]
) | st.sampled_from(["may", "suggest", "that", ";", "without", "the", "in", "was", "é", "😀", "(", ")", "by", "İ"])


@given(st.lists(_WORDS, min_size=2, max_size=30), st.sampled_from(["DDF", "bacteria", "drug", "?"]), st.data())
def test_any_sentence_gets_an_answer(words: list[str], label: str, data: st.DataObject) -> None:
    text = " ".join(words)
    first = data.draw(st.integers(0, len(text) - 2))
    second = data.draw(st.integers(first + 1, len(text) - 1))
    ends = End(first, first + 1, label, text[first]), End(second, second + 1, "DDF", text[second])
    sentence = Sentence(text, ends)
    negated = is_negated(sentence, "influence", ends[0].span, ends[1].span)
    is_speculative(sentence, "target", ends[0].span, ends[1].span)
    for subject, object_ in (ends, ends[::-1]):
        found, claim = direction(sentence, "influence", subject, object_, negated=negated)
        assert found in ("increase", "decrease", "none", "unknown")
        assert claim in ("association", "outcome")
        assert not negated or found == "none"
