"""Predictions against annotations."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kgbuild.model import Annotated, Document, Mention, Relation, Section, Span
from kgbuild.train.measure import calibration_error, epoch_scores, reliability, row, rows, scored

TEXT = "gut mood diet"
PLACES = {"gut": (0, 3), "mood": (4, 8), "diet": (9, 13)}


def mention(text: str, label: str = "DDF", score: float = 1.0) -> Mention:
    start, end = PLACES[text]
    return Mention(span=Span(section="title", start=start, end=end), text=text, label=label, score=score)


def article(mentions: Sequence[Mention], relations: Sequence[tuple[str, str, str, float]] = ()) -> Annotated:
    known = {m.text: m for m in mentions}
    return Annotated(
        document=Document(id="1", sections=(Section(name="title", text=TEXT),)),
        mentions=tuple(mentions),
        relations=tuple(
            Relation(subject=known[s], predicate=p, object=known[o], score=score) for s, p, o, score in relations
        ),
    )


GOLD = [article([mention("gut"), mention("mood"), mention("diet", "food")], [("gut", "strike", "mood", 1.0)])]
FOUND = [
    article(
        [mention("gut", score=0.9), mention("mood", "food", 0.6), mention("diet", "food", 0.4)],
        [("gut", "strike", "mood", 0.8), ("diet", "strike", "gut", 0.3)],
    )
]


def test_mentions_count_with_span_and_label_from_a_threshold_on() -> None:
    of = scored(GOLD, FOUND, "mention")
    everything, certain = row(of, 0.0), row(of, 0.5)
    assert (everything.precision, everything.recall, everything.gold) == (2 / 3, 2 / 3, 3)
    assert (certain.precision, certain.recall) == (1 / 2, 1 / 3)
    assert row(of, 0.0, "food").precision == 1 / 2
    assert {item.name for item in rows(of)} == {"", "DDF", "food"}


def test_relations_count_with_the_labels_of_their_ends() -> None:
    of = scored(GOLD, FOUND, "relation")
    assert row(of, 0.0).recall == 0  # "mood" was found as food
    same = [article([mention("gut"), mention("mood")], [("gut", "strike", "mood", 0.7)])]
    assert row(scored(GOLD, same, "relation"), 0.5).f1 == 1
    assert row(scored(GOLD, same, "relation"), 0.9).f1 == 0


def test_early_stopping_goes_by_the_mean_of_both_tasks() -> None:
    scores = epoch_scores(GOLD, FOUND)
    assert scores["f1"] == pytest.approx((scores["ner_f1"] + scores["relation_f1"]) / 2)
    without = [article(GOLD[0].mentions)]
    assert epoch_scores(without, without) == {"ner_f1": 1.0, "f1": 1.0}


def test_reliability_compares_scores_with_the_share_that_is_right() -> None:
    of = scored(GOLD, FOUND, "mention")
    assert reliability(of, bins=2) == [(0.4, 1.0, 1), (0.75, 0.5, 2)]
    assert calibration_error(of) == pytest.approx((abs(0.4 - 1) + abs(0.6 - 0) + abs(0.9 - 1)) / 3)
    assert calibration_error(scored(GOLD, [article([])], "mention")) == 0
