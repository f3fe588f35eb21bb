"""Sentence boundaries, with the stumbling blocks of biomedical abstracts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.annotate.sentences import sentence_of, sentences


# `|` marks where a sentence ends; it is not part of the text.
@pytest.mark.parametrize(
    "marked",
    [
        "Mice were fed E. coli for a week.| Nothing happened.",
        "L. rhamnosus GG and B. longum subsp. infantis were given.| The mice were calm.",
        "The score fell (p < 0.05).| Next, stool was sampled.",
        "It rose (by 3.5 points. Not more) in all.| It fell later.",
        "We counted p < 0.05.| Next we counted again.",
        "Fermented food, i.e. Kefir and kimchi, helps.| Bread does not.",
        "Some genera, e.g. Blautia, rose.| Others fell.",
        "Bacteroides vs. Firmicutes was the ratio.| It was low.",
        "This agrees with Smith et al. (2019) and Wu et al.| Their cohort was larger.",
        "As Fig. 2 shows, no. 3 was best.| We kept it.",
        "J. R. Smith asked for it.| He got it.",
        "Levels of Lactobacillus spp. and Blautia sp. were low.| Those of others were not.",
        "Enriched were Roseburia spp. in men.| Women had none.",
        "Patients took vitamin D.| We saw them twice.",
        "Half of them had PD.| Dysbiosis was common.",
        "BACKGROUND: Sleep is short.| METHODS: We saw mice (n = 3; see Fig. 1).| RESULTS: None slept.",
        "(1) Background: Sleep is short.| (2) Methods: Mice were watched;| (3) Results: none slept.",
        "Three aims stood out.| 1. Sleep.| 2. Diet.",
        "Was it the diet?| It was!| So we think.",
        "It was in mice.| α-Synuclein rose.| iRBD patients were spared.",
        "They were ill.| <i>Blautia</i> had gone.",
        "This was lost.|Then it came back.",
        "One paragraph|\n\nand another",
        "Butyrate was high.[3]| It fell later.",
        'He said "no."| Then he left.',
        "\U0001f9a0 grew.| The rest died.",
    ],
)
def test_boundaries(marked: str) -> None:
    text = marked.replace("|", "")
    expected = [part.strip() for part in marked.split("|")]
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_an_unmatched_parenthesis_swallows_nothing() -> None:
    text = "We did a) sleep and b) diet (as before. Mice slept. They ate."
    assert len(sentences(text)) == 3


@pytest.mark.parametrize("text", ["", " ", "\n\n \t"])
def test_nothing(text: str) -> None:
    assert sentences(text) == []


def test_sentence_of() -> None:
    text = "One rose. Two fell. Three stayed."
    spans = sentences(text)
    assert [sentence_of(spans, text.index(word)) for word in ("One", "fell", "Three", "stayed")] == [
        0,
        1,
        2,
        2,
    ]


@given(st.text(alphabet=st.sampled_from("aB. ()[]\n?<i>3;é😀")) | st.text())
def test_every_character_is_covered_once(text: str) -> None:
    spans = sentences(text)
    covered = [i for start, end in spans for i in range(start, end)]
    assert len(covered) == len(set(covered))
    assert covered == sorted(covered)
    assert {i for i, c in enumerate(text) if not c.isspace()} <= set(covered)


def test_a_hundred_thousand_characters_take_no_time() -> None:
    assert sentences("(" * 50_000 + "a. B" * 25_000)
    assert sentences(" " * 100_000 + "a")
