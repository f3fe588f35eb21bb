"""The design of a study: which words, headings and publication types say so, and which say something else."""

import pytest

from kgbuild.annotate.study import study_of
from kgbuild.model import DESIGNS, SECONDARY, Document, MeshHeading, Section

WORK = " We measured stool samples. Levels were significantly higher (p < 0.01)."


def document(title: str = "", text: str = "", types: tuple[str, ...] = (), mesh: tuple[str, ...] = ()) -> Document:
    return Document(
        id="1",
        sections=(Section(name="title", text=title), Section(name="abstract", text=text)),
        publication_types=types,
        mesh=tuple(MeshHeading(ui="D1", name=name) for name in mesh),
    )


@pytest.mark.parametrize(
    ("title", "text", "design"),
    [
        ("Inulin and mood: a randomised controlled trial", "", "randomised trial"),
        ("Inulin and mood", "Sixty adults were randomly assigned to inulin or placebo." + WORK, "randomised trial"),
        ("Inulin in adults: a double-blind, placebo-controlled study", "", "randomised trial"),
        ("Kefir for women: a non-randomised trial", "", "clinical trial"),
        ("Kefir for women: an open-label pilot study", "", "clinical trial"),
        ("Kefir for women: a randomised, open-label trial", "", "randomised trial"),
        ("Kefir for women: an open-label randomized trial", "", "randomised trial"),
        ("Kefir in older adults", "In a single-arm study, volunteers consumed kefir." + WORK, "clinical trial"),
        ("Kefir in adults: a pilot study", "Patients received kefir for 4 weeks." + WORK, "clinical trial"),
        ("Stool of adults: a pilot study", "Stool of patients was sequenced." + WORK, "observational"),
        ("Diet of nurses: a prospective cohort study", "", "cohort"),
        ("Diet and stool of infants", "We used data of a birth cohort of children." + WORK, "cohort"),
        ("Stool in depression: a case-control study", "", "case-control"),
        ("Stool in depression", "We compared patients with healthy controls." + WORK, "case-control"),
        ("Stool of nurses", "This cross-sectional study took in nurses and patients." + WORK, "cross-sectional"),
        ("Sleep of patients: a prospective cross-sectional study", "", "cross-sectional"),
        ("Fibre and mood", "NHANES data of adults and women were analysed." + WORK, "cross-sectional"),
        ("Fits after a faecal transplant in a man: a case report", "", "case report"),
        ("What patients say of diets: a qualitative study", "", "qualitative"),
        ("Stool and liver", "Two-sample Mendelian randomization was performed." + WORK, "Mendelian randomisation"),
        ("Stool of adults", "Stool of 40 adults was sequenced in this study; adults slept." + WORK, "observational"),
        ("Sleep in mice", "The mice were fed." + WORK, "animal experiment"),
        ("Growth of butyrate producers: an in vitro study", "", "in vitro"),
        ("Growth of butyrate producers in vitro", "Mice and rats have them." + WORK, "in vitro"),
        ("Butyrate in vitro and in vivo", "Mice and rats have them." + WORK, "animal experiment"),
        ("Targets of berberine: a network pharmacology study", "We used databases." + WORK, "computational"),
        ("Inulin and mood: study protocol for a randomised controlled trial", "", "protocol"),
        ("Fibre and mood: rationale and design of a trial", "", "protocol"),
        ("Fibre and mood", "Patients will be randomised to inulin or placebo.", "protocol"),
        ("Fibre and mood: a systematic review protocol", "", "protocol"),
        ("Fibre and mood: a meta-analysis of randomised controlled trials", "", "meta-analysis"),
        ("Fibre and mood", "We performed a systematic review and meta-analysis of trials.", "meta-analysis"),
        ("Fibre and mood: a systematic review", "", "systematic review"),
        ("Fibre and mood: an umbrella review", "", "systematic review"),
        ("Fibre and mood", "PubMed, Embase and Scopus were searched; 12 trials were included.", "systematic review"),
        ("Fibre and mood: a scoping review", "Following PRISMA-ScR, we mapped studies.", "review"),
        ("Fibre and mood", "In this review, we list randomised controlled trials of fibre.", "review"),
        ("Fibre and mood", "This chapter focuses on fibre. Mood is discussed.", "review"),
        ("Fibre research: a bibliometric analysis", "", "bibliometric analysis"),
        ("ESPEN practice guideline: nutrition in dementia", "", "guideline"),
        ("Reply to Doe: fibre", "", "commentary"),
    ],
)  # fmt: skip
def test_designs_by_their_words(title: str, text: str, design: str) -> None:
    study = study_of(document(title, text), ())
    assert study.design == design
    assert design in DESIGNS
    assert study.review or design not in SECONDARY
    assert not study.review or design in SECONDARY or "review" in title


@pytest.mark.parametrize(
    ("title", "text", "design"),
    [
        # Mice may be assigned at random, and followed; what is done to them is no trial.
        ("Inulin in mice", "Mice were randomly assigned to it. The mice slept." + WORK, "animal experiment"),
        ("Piglets: a randomised controlled trial of zinc", "The piglets were fed." + WORK, "animal experiment"),
        ("Stool makes mice ill", "Mice got stool of patients. The mice died." + WORK, "animal experiment"),
        # Other studies are spoken of.
        ("Stool in depression", "Randomised trials are needed. Patients and healthy controls gave stool." + WORK,
         "case-control"),
        ("Stool in depression", "A larger cohort study is needed. Patients and healthy controls gave stool." + WORK,
         "case-control"),
        ("Stool of patients", "A meta-analysis has shown dysbiosis. We compared patients and controls." + WORK,
         "case-control"),
        ("Stool of children", "Case-control and cross-sectional studies of children and adults exist." + WORK,
         "observational"),
        # Other meanings of the words.
        ("Muscle of adults", "The cross-sectional area of the muscles of adults was measured in patients." + WORK,
         "observational"),
        ("Outcomes of patients: a retrospective chart review", "", "cohort"),
        ("Stool of adults", "The review board agreed. Adults and patients gave stool." + WORK, "observational"),
        ("Stool of adults", "This study protocol was approved. Patients and adults came." + WORK, "observational"),
        ("The case of fibre in adults", "Adults and women ate fibre." + WORK, "observational"),
        ("A fast protocol for DNA from stool in a cohort of patients", "Stool of patients was sequenced." + WORK,
         "observational"),
        ("Fibre and mood", "In this review we will examine trials of patients and compare their results.", "review"),
    ],
)  # fmt: skip
def test_words_that_say_something_else(title: str, text: str, design: str) -> None:
    assert study_of(document(title, text), ()).design == design


@pytest.mark.parametrize(
    ("types", "mesh", "title", "text", "design"),
    [
        (("Randomized Controlled Trial",), (), "Fibre", "", "randomised trial"),
        (("Clinical Trial",), (), "Fibre", "", "clinical trial"),
        (("Clinical Trial",), (), "Fibre", "Adults were randomised to fibre or placebo.", "randomised trial"),
        (("Clinical Trial Protocol", "Randomized Controlled Trial"), (), "Fibre", "", "protocol"),
        (("Meta-Analysis", "Systematic Review", "Review"), (), "Fibre", "", "meta-analysis"),
        (("Review",), (), "Fibre: a randomised trial of mice", "", "review"),
        (("Review",), (), "Fibre: a systematic review", "", "systematic review"),
        (("Practice Guideline", "Systematic Review"), (), "Fibre", "", "guideline"),
        (("Editorial",), (), "Fibre", "", "commentary"),
        (("Case Reports", "Review"), (), "Fibre", "", "case report"),
        (("Observational Study",), (), "Fibre: a prospective cohort", "", "cohort"),
        (("Observational Study",), (), "Fibre", "", "observational"),
        (("Clinical Trial, Veterinary",), (), "Fibre for dogs", "", "animal experiment"),
        (("Journal Article",), ("Humans", "Cross-Sectional Studies"), "Fibre", "", "cross-sectional"),
        (("Journal Article",), ("Humans", "Prospective Studies"), "A randomised trial", "", "randomised trial"),
        (("Journal Article",), ("Humans", "Prospective Studies"), "Fibre", "", "cohort"),
        (("Journal Article",), ("Humans", "Case-Control Studies"), "Fibre: a meta-analysis", "", "meta-analysis"),
        (("Journal Article",), ("Animals", "Mice", "Random Allocation"), "Fibre", "", "animal experiment"),
        (("Journal Article",), ("Humans", "Randomized Controlled Trials as Topic"), "Fibre", "", ""),
    ],
)  # fmt: skip
def test_publication_types_and_headings(
    types: tuple[str, ...], mesh: tuple[str, ...], title: str, text: str, design: str
) -> None:
    assert study_of(document(title, text, types, mesh), ()).design == design


def test_the_words_and_their_place_are_kept() -> None:
    title = "Inulin and mood: a randomised trial"
    (design,) = (facet for facet in study_of(document(title), ()).facets if facet.name == "design")
    assert title[design.start : design.end] == design.text == "randomised"
    assert design.section == "title"
    (design,) = (f for f in study_of(document("Fibre", types=("Meta-Analysis",)), ()).facets if f.name == "design")
    assert (design.section, design.start, design.end, design.text) == ("", 0, 0, "Meta-Analysis")


def test_a_design_tells_the_kind_where_the_words_do_not() -> None:
    assert study_of(document("Microbes and the liver: a Mendelian randomisation study"), ()).kind == "human"
    assert study_of(document("Fibre and mood: a narrative review"), ()).kind == "unknown"


@pytest.mark.parametrize("text", ["", "Theory alone.", "Fibre is eaten."])
def test_nothing_is_guessed(text: str) -> None:
    study = study_of(document("Fibre", text), ())
    assert (study.design, study.participants, study.facets) == ("", None, ())
