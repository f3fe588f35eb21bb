"""The normal form of names: what becomes equal, what stays apart, and the way back to the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.normalize import fold, key, words


@pytest.mark.parametrize(
    "names",
    [
        ("TNF-α", "TNFα", "TNF alpha", "tnf-alpha", "TNFalpha", "TNF‐α"),
        ("NF-κB", "NF-kappaB", "nf kappa B"),
        ("IL6", "IL-6", "il 6", "IL–6"),
        ("Parkinson's disease", "Parkinson’s disease", "Parkinson disease", "PARKINSON DISEASES"),
        ("bacterium", "bacteria", "Bacteria"),
        ("Bifidobacteria", "bifidobacterium"),
        ("microbiota", "microbiotas"),
        ("probiotic", "Probiotics"),
        ("therapy", "therapies"),
        ("SCFA", "SCFAs"),
        ("dietary fiber", "dietary ﬁbre", "dietary-fibres"),
        ("Sjogren syndrome", "Sjögren syndrome", "Sjo\u0308gren's syndromes"),
        ("diarrhea", "diarrhoea"),
        ("leukemia", "leukaemia"),
        ("vitamin B12", "vitamin B-12", "Vitamin B₁₂"),
        ("gut-brain axis", "gut–brain axis", "gut brain axis", "gut\u00a0brain\naxis"),
        ("mouse", "mice"),
        ("ω-3", "omega-3", "ω3"),
    ],
)
def test_variants_share_one_key(names: tuple[str, ...]) -> None:
    assert len({key(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AIDS", "aid"),
        ("IBS", "IB"),
        ("α-synuclein", "β-synuclein"),
        ("IL-1", "IL-11"),
        ("analysis", "analysi"),
    ],
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize("text", ["", " ", "…", "(-)", "\u0301"])
def test_nothing_to_fold(text: str) -> None:
    assert key(text) == ""
    assert fold(text) == ("", [], [])


def test_the_way_back_takes_whole_characters() -> None:
    text = "x 😀 ﬁbres, TNF-α, cafe\u0301s"
    assert [text[start:end] for _, start, end in words(text)] == [
        "x", "ﬁbres", "TNF", "α", "cafe\u0301s",
    ]  # fmt: skip
    folded = fold(text)
    at = folded.text.index("tnf alpha")
    assert text[folded.starts[at] : folded.ends[at + len("tnf alpha") - 1]] == "TNF-α"


@given(st.text())
def test_fold_agrees_with_key_and_points_into_the_text(text: str) -> None:
    folded = fold(text)
    assert folded.text == key(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert folded.starts == sorted(folded.starts)
    assert all(0 <= a < b <= len(text) for a, b in zip(folded.starts, folded.ends, strict=True))


@given(st.text())
def test_every_word_stands_for_its_source(text: str) -> None:
    for form, start, end in words(text):
        assert form
        assert form in key(text[start:end]) or len(text[start:end]) == 1
