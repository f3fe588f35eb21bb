"""The rule for overlapping mentions."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.annotate.overlap import resolve
from kgbuild.model import Mention, SectionName, Span


def mention(
    start: int, end: int, *, label: str = "DDF", score: float = 0.5, section: SectionName = "abstract"
) -> Mention:
    return Mention(
        span=Span(section=section, start=start, end=end), text="x" * (end - start), label=label, score=score
    )


def test_the_longest_wins_even_with_a_lower_score() -> None:
    long, short = mention(0, 20, score=0.1), mention(4, 9, score=0.9)
    assert resolve([short, long]) == (long,)


def test_then_the_higher_score_then_the_earlier_then_the_label() -> None:
    assert resolve([mention(0, 5, score=0.4), mention(3, 8, score=0.6)]) == (mention(3, 8, score=0.6),)
    assert resolve([mention(3, 8), mention(0, 5)]) == (mention(0, 5),)
    assert resolve([mention(0, 5, label="drug"), mention(0, 5, label="chemical")]) == (
        mention(0, 5, label="chemical"),
    )


def test_neighbours_and_other_sections_stay_title_first() -> None:
    abstract, next_to_it, title = mention(0, 5), mention(5, 9), mention(0, 5, section="title")
    assert resolve([next_to_it, abstract, title]) == (title, abstract, next_to_it)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12), st.sampled_from("ab"))))
def test_nothing_overlaps_and_each_loser_meets_a_winner(spans: list[tuple[int, int, str]]) -> None:
    given_mentions = [mention(start, start + length, label=label) for start, length, label in spans]
    kept = resolve(given_mentions)
    assert kept == resolve(reversed(given_mentions))
    for one, other in pairwise(kept):
        assert one.span.end <= other.span.start
    for lost in set(given_mentions) - set(kept):
        assert any(
            lost.span.start < winner.span.end
            and winner.span.start < lost.span.end
            and winner.span.end - winner.span.start >= lost.span.end - lost.span.start
            for winner in kept
        )
