"""Findings are told from aims, questions, hypotheses and methods."""

import pytest

from kgbuild.annotate.findings import is_finding, part_of
from kgbuild.model import Range

AIMS = [
    "We investigated whether inulin eases anxiety in mice.",
    "To examine the effect of inulin on anxiety, mice were fed for four weeks.",
    "This study aimed to assess if inulin eases anxiety.",
    "The aim of this trial is to test inulin against anxiety.",
    "We hypothesised that inulin eases anxiety.",
    "Our hypothesis was that inulin eases anxiety.",
    "The effect of inulin on anxiety was examined.",
    "The association between inulin and anxiety will be evaluated.",
    "Here we review the role of inulin in anxiety.",
    "This review summarises how inulin may act on anxiety.",
    "Does inulin ease anxiety?",
    "Studies were included if they gave inulin to people with anxiety.",
]
FINDINGS = [
    "Inulin eased anxiety in mice.",
    "We found that inulin eased anxiety.",
    "We investigated mice and found that inulin eased anxiety.",
    "To examine the diet, mice were fed inulin, which eased anxiety.",
    "This study shows that inulin eases anxiety.",
    "This review concludes that inulin eases anxiety.",
    "The diet was examined, and inulin eased anxiety.",
    "Inulin eased anxiety, which was assessed with the open field test.",
]


def judged(sentence: str, part: str = "") -> bool:
    text = sentence.lower()
    spans = [(text.index(word), text.index(word) + len(word)) for word in ("inulin", "anxiety")]
    return is_finding(sentence, *spans, part=part)


@pytest.mark.parametrize("sentence", AIMS)
def test_aims_are_no_findings(sentence: str) -> None:
    assert not judged(sentence)


@pytest.mark.parametrize("sentence", FINDINGS)
def test_findings_stay(sentence: str) -> None:
    assert judged(sentence)


@pytest.mark.parametrize(("part", "found"), [("AIMS", False), ("METHODS", False), ("RESULTS", True), ("", True)])
def test_the_heading_of_an_abstract_tells(part: str, found: bool) -> None:
    assert judged("Inulin for anxiety.", part) == found


def test_methods_and_results_in_one_part_are_read() -> None:
    assert judged("Inulin eased anxiety.", "METHODS AND RESULTS")


def test_the_part_is_found_by_place() -> None:
    ranges = [
        Range(section="abstract", start=0, end=10, label="AIM"),
        Range(section="abstract", start=11, end=20, label="RESULTS"),
    ]
    assert [part_of(ranges, "abstract", at) for at in (0, 9, 10, 11)] == ["AIM", "AIM", "", "RESULTS"]
    assert part_of(ranges, "title", 0) == ""
