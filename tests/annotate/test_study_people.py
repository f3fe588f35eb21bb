"""How many people a study is on: what is summed, what is a total, and what is too unsure to be told."""

import pytest

from kgbuild.annotate.study_people import participants_of
from kgbuild.model import Document, Section


def document(text: str, title: str = "") -> Document:
    return Document(id="1", sections=(Section(name="title", text=title), Section(name="abstract", text=text)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("A total of 1,234 participants were recruited.", 1234),
        ("In total, 56 adults took part.", 56),
        ("We enrolled 120 women.", 120),
        ("Stool was taken from 25 drug-naive, first-episode patients.", 25),
        ("Twenty-four volunteers ate fibre.", 24),
        ("One hundred and twenty patients were enrolled.", 120),
        ("We recruited 199\u202f144 individuals.", 199144),
        ("We compared 40 PD patients and 38 controls.", 78),
        ("Stool of 40 patients with PD was compared with that of 38 healthy volunteers.", 78),
        ("We studied 25 MSA patients, 46 controls, and 30 PD patients.", 101),
        ("Stool of 37 ET, 37 de novo PD and 35 healthy controls was sequenced.", 109),
        ("We took in 26 men with MUD and 17 sex- and age-matched healthy controls.", 43),
        ("We took in 358 patients with stable disease and 161 with active disease.", 519),
        ("We enrolled 47 patients. As controls, 38 healthy volunteers were included.", 85),
        ("Patients (n = 128) were randomised to inulin or placebo.", 128),
        ("Patients (n = 40) and healthy controls (n = 38) gave stool.", 78),
        ("Women (n = 120) were randomised to inulin (n = 60) or placebo (n = 60).", 120),
        ("Patients (n = 50; mild, n = 20; severe, n = 30) and controls (n = 40) gave stool.", 90),
        ("Of 393 subjects (148 healthy controls, 140 with PD, and 105 with tremor), stool was taken.", 393),
        ("In total, 120 adults were given fibre (n = 60) or placebo (n = 60).", 120),
        ("We recruited 80 people. Of these, 70 participants completed the trial.", 80),
        ("A total of 60 participants were recruited (n = 20 each).", 60),
        ("Ten <i>healthy</i> volunteers took part.", 10),
    ],
)  # fmt: skip
def test_numbers(text: str, number: int) -> None:
    facet = participants_of(document(text))
    assert facet is not None
    assert facet.value == str(number)
    assert facet.text == text[facet.start : facet.end]
    assert facet.section == "abstract"


@pytest.mark.parametrize(
    "text",
    [
        "Adults ate fibre.",
        "Depression affects 280 million people worldwide.",
        "The prevalence is 20 per 1000 adults.",
        "At least 100 participants are needed.",
        "About 50 patients a year are seen.",
        "Over 65 adults slept badly.",
        "Patients aged 18 to 65 took part.",
        "Adults of 18-65 years and 6-month-old infants took part.",
        "Patients with type 2 diabetes and stage 3 patients took part.",
        "COVID-19 patients took part.",
        "In 2019 patients were invited.",
        "There were two control groups of patients.",
        "Two groups of 30 patients ate fibre.",
        "We treated 20 patients per group.",
        "Patients (n = 20/group) ate fibre.",
        "Patients and controls (n = 20 and 38, respectively) gave stool.",
        "One in 5 adults is ill.",
        "95% of patients slept.",
        "Patients ate 20 studies.",
        "Stool of 20 mother-infant pairs was sequenced.",
        "A previous trial had 300 patients.",
        "We took stool of 80 patients, and of another cohort in Rome; 120 controls came.",
        "Seventy patients completed the trial.",
        "We compared 40 patients with PD with 38 healthy controls.",
        "Between 50 and 70 patients came each day.",
        "We recruited 40 patients. In a second cohort, 200 patients were studied.",
    ],
)  # fmt: skip
def test_what_is_not_sure_is_unknown(text: str) -> None:
    assert participants_of(document(text)) is None


def test_a_title_tells_where_the_abstract_does_not() -> None:
    facet = participants_of(document("Sleep was measured.", title="Sleep and stool of 2,500 adults"))
    assert facet is not None
    assert (facet.section, facet.value) == ("title", "2500")
    assert participants_of(document("Two groups of 30 patients slept.", title="Sleep of 2,500 adults")) is not None


def test_patients_alone_are_not_all_of_a_study_with_controls() -> None:
    text = "Twenty-four patients and a control group gave stool."
    assert participants_of(document(text)) is not None
    assert participants_of(document(text), controlled=True) is None
    both = "Twenty-four patients and 20 controls gave stool."
    assert participants_of(document(both), controlled=True).value == "44"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("We found eight trials comprising 1,269 patients.", 1269),
        ("Ten studies with 316 patients and 359 healthy controls were included.", 675),
        ("A total of 34 trials involving 2,300 participants were pooled.", 2300),
        ("Seven studies had 1,067 subjects with data. Five others were of 303 patients.", None),
        ("One trial gave fibre to 12 patients.", None),
        ("We included 12 studies.", None),
    ],
)  # fmt: skip
def test_joined_studies(text: str, number: int | None) -> None:
    facet = participants_of(document(text), pooled=True)
    assert (int(facet.value) if facet else None) == number
