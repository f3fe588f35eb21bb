"""The challenge's metric on records small enough to count by hand."""

from typing import Any

import pytest

from kgbuild.evaluate.records import Article, records_of
from kgbuild.evaluate.scores import (
    by_class,
    compare,
    count,
    interval,
    macro,
    micro,
    overlapping,
    tokens,
)

TEXT = "Butyrate and butyrate producers in depressed patients."


def entity(start: int, end: int, label: str, uri: str | None = None, text: str = "") -> dict[str, Any]:
    row = {"start_idx": start, "end_idx": end, "location": "title", "text_span": text or TEXT[start : end + 1]}
    return {**row, "label": label, "uri": uri}


def articles(**by_pmid: list[dict[str, Any]]) -> dict[str, Article]:
    content = {
        pmid: {"metadata": {"title": TEXT, "abstract": ""}, "entities": rows} for pmid, rows in by_pmid.items()
    }
    return records_of(content, file="example")


GOLD = articles(
    a=[entity(0, 7, "chemical", "u:1"), entity(13, 30, "bacteria", "u:2")],
    b=[entity(35, 43, "DDF", "u:3")],
)


def test_perfect_predictions() -> None:
    counts = count("ner", GOLD, GOLD)
    assert micro(counts).f1 == macro(counts).f1 == micro(counts, strict=True).f1 == 1


def test_a_label_that_gold_never_has_counts_only_strictly() -> None:
    predicted = articles(a=[entity(0, 7, "chemical"), entity(45, 52, "human")], b=[])
    counts = count("ner", GOLD, predicted)
    assert micro(counts).precision == 1
    assert micro(counts, strict=True).precision == pytest.approx(1 / 2)
    assert micro(counts).recall == pytest.approx(1 / 3)
    # chemical 1, bacteria 0, DDF 0; strict adds human 0
    assert macro(counts).f1 == pytest.approx(1 / 3)
    assert macro(counts, strict=True).f1 == pytest.approx(1 / 4)


def test_duplicates_are_dropped_and_the_longest_of_overlapping_is_kept() -> None:
    predicted = articles(
        a=[
            entity(0, 7, "chemical"),
            entity(0, 7, "chemical"),
            entity(13, 20, "bacteria"),
            entity(13, 30, "bacteria"),
        ],
        b=[],
    )
    counts = count("ner", GOLD, predicted)
    assert micro(counts).precision == 1
    assert by_class(counts)["bacteria"][2] == 1


def test_offsets_label_section_and_text_must_all_agree() -> None:
    for wrong in (
        entity(0, 6, "chemical"),
        entity(0, 7, "drug"),
        entity(0, 7, "chemical", text="butyrate"),
        {**entity(0, 7, "chemical"), "location": "abstract"},
    ):
        assert micro(count("ner", GOLD, articles(a=[wrong], b=[])), strict=True).f1 == 0


def test_wrong_offsets_in_gold_are_scored_as_they_are_given() -> None:
    gold = articles(a=[entity(90, 97, "chemical", text="Butyrate")])
    assert micro(count("ner", gold, gold)).f1 == 1


def test_disambiguation_needs_the_uri() -> None:
    predicted = articles(a=[entity(0, 7, "chemical", "u:9"), entity(13, 30, "bacteria", "u:2")], b=[])
    assert micro(count("ner", GOLD, predicted)).recall == pytest.approx(2 / 3)
    assert micro(count("nerd", GOLD, predicted)).recall == pytest.approx(1 / 3)


def test_an_article_without_predictions_counts_as_missed() -> None:
    predicted = articles(a=[entity(0, 7, "chemical"), entity(13, 30, "bacteria")])
    assert micro(count("ner", GOLD, predicted)).recall == pytest.approx(2 / 3)


def test_overlap_gives_credit_for_a_wrong_boundary_and_tokens_by_word() -> None:
    predicted = articles(a=[entity(0, 7, "chemical"), entity(22, 30, "bacteria")], b=[])
    assert overlapping(GOLD, predicted).precision == 1
    by_token = tokens(GOLD, predicted)
    assert by_token is not None
    assert by_token.precision == 1
    assert by_token.recall == pytest.approx(2 / 4)


def test_relations_of_each_level_follow_from_gold_relations() -> None:
    relation = {
        "subject_start_idx": 0,
        "subject_end_idx": 7,
        "subject_location": "title",
        "subject_text_span": "Butyrate",
        "subject_label": "chemical",
        "predicate": "influence",
        "object_start_idx": 35,
        "object_end_idx": 43,
        "object_location": "title",
        "object_text_span": "depressed",
        "object_label": "DDF",
    }
    entities = [entity(0, 7, "chemical", "u:1"), entity(35, 43, "DDF", "u:3")]
    gold = records_of({"a": {"entities": entities, "relations": [relation, relation]}}, file="g", derive=True)
    assert gold["a"].items["binary"] == (("chemical", "DDF"),)
    assert gold["a"].items["tag"] == (("chemical", "influence", "DDF"),)
    assert gold["a"].items["mention"] == (("Butyrate", "chemical", "influence", "depressed", "DDF"),)
    assert gold["a"].items["concept"] == (("u:1", "chemical", "influence", "u:3", "DDF"),)


def test_both_years_names_of_mention_relations_are_one_task() -> None:
    row = {
        "subject_text_span": "Butyrate",
        "subject_label": "chemical",
        "predicate": "influence",
        "object_text_span": "depressed",
        "object_label": "DDF",
    }
    old = records_of({"a": {"ternary_mention_based_relations": [row]}}, file="old")
    new = records_of({"a": {"mention_level_relations": [row]}}, file="new")
    assert micro(count("mention", old, new)).f1 == 1


def test_intervals_hold_the_score_and_comparisons_see_a_difference() -> None:
    gold = articles(**{f"p{n}": [entity(0, 7, "chemical"), entity(35, 43, "DDF")] for n in range(40)})
    good = articles(
        **{f"p{n}": [entity(0, 7, "chemical")] + [entity(35, 43, "DDF")] * (n % 4 > 0) for n in range(40)}
    )
    poor = articles(**{f"p{n}": [entity(0, 7, "chemical")] for n in range(40)})
    counts = count("ner", gold, good)
    low, high = interval(counts)
    assert low < micro(counts).f1 < high
    difference = compare(counts, count("ner", gold, poor))
    assert difference.f1 > 0
    assert difference.p < 0.01
    assert difference.low > 0
    same = compare(counts, counts)
    assert (same.f1, same.p) == (0, 1)
