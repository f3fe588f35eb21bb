"""Definitions of abbreviations, found and refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.annotate.abbreviations import abbreviations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short-chain fatty acids (SCFAs) fell.", [("SCFAs", "Short-chain fatty acids")]),
        ("People with Parkinson's disease (PD) slept.", [("PD", "Parkinson's disease")]),
        ("The GBA (gut-brain axis) was intact.", [("GBA", "gut-brain axis")]),
        ("Levels of tumor necrosis factor-α (TNF-α) rose.", [("TNF-α", "tumor necrosis factor-α")]),
        ("Levels of interleukin 6 (IL-6, in blood) rose.", [("IL-6", "interleukin 6")]),
        ("a high-fat diet [HFD] was fed", [("HFD", "high-fat diet")]),
        (
            "irritable bowel syndrome (IBS) and inflammatory bowel disease (IBD)",
            [("IBS", "irritable bowel syndrome"), ("IBD", "inflammatory bowel disease")],
        ),
        ("brain-derived neurotrophic factor (BDNF)", [("BDNF", "brain-derived neurotrophic factor")]),
        ("It rose (p < 0.05) in mice (n = 12).", []),
        ("Two genera (see below) fell.", []),
        ("We used a new device (XQZ).", []),
        ("Sleep was short. Most (SM) were ill.", []),
        ("", []),
    ],
)
def test_definitions(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(text[a:b], text[c:d]) for (a, b), (c, d) in abbreviations(text)] == expected


@given(st.text(alphabet=st.sampled_from("AbC dé()[]-,. α😀")))
def test_spans_lie_in_the_text(text: str) -> None:
    for (a, b), (c, d) in abbreviations(text):
        assert 0 <= a < b <= len(text)
        assert 0 <= c < d <= len(text)
        assert b <= c or d <= a
