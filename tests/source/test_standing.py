"""What a record says of its own article: notices, comments, retractions and concerns."""

from typing import Any

import pytest

from kgbuild.model import Document, Notice, Range, Section
from kgbuild.source.standing import settle, standing


def article(title: str = "Lactobacillus in depression.", abstract: str = "It fell.", **fields: Any) -> Document:
    sections = (Section(name="title", text=title), Section(name="abstract", text=abstract))
    return Document(id=fields.pop("id", "1"), sections=sections, **fields)


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (("Journal Article",), "sound"),
        (("Journal Article", "Retracted Publication"), "retracted"),
        (("retracted publication",), "retracted"),
        (("Retraction of Publication",), "notice"),
        (("Retraction Notice",), "notice"),
        (("Published Erratum",), "notice"),
        (("Erratum",), "notice"),
        (("Expression of Concern",), "notice"),
        (("Corrected and Republished Article",), "sound"),
        (("Letter",), "sound"),
        (("Editorial",), "sound"),
        (("Comment",), "notice"),
        (("Comment", "Journal Article"), "notice"),
        (("Comment", "Letter"), "notice"),
        (("Comment", "Randomized Controlled Trial"), "sound"),
        (("Comment", "Clinical Trial, Phase II"), "sound"),
        (("Comment", "Meta-Analysis"), "sound"),
        (("Comment", "Case Reports"), "sound"),
    ],
)
def test_types(types: tuple[str, ...], expected: str) -> None:
    assert standing(article(publication_types=types)) == expected


def test_a_comment_with_a_structured_abstract_reports_a_study() -> None:
    ranges = tuple(Range(section="abstract", start=n, end=n + 1, label=label) for n, label in enumerate("AB"))
    assert standing(article(publication_types=("Comment",), ranges=ranges)) == "sound"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("RetractionIn", "", "retracted"),
        ("Retraction in", "", "retracted"),
        ("RetractedandRepublishedIn", "", "retracted"),
        ("RetractedandRepublishedFrom", "", "sound"),
        ("PartialRetractionIn", "", "partly retracted"),
        ("RetractionIn", "Gut. 2020;1:1 Partial retraction in", "partly retracted"),
        ("ExpressionOfConcernIn", "", "concern"),
        ("RetractionOf", "", "notice"),
        ("PartialRetractionOf", "", "notice"),
        ("ExpressionOfConcernFor", "", "notice"),
        ("ErratumFor", "", "notice"),
        ("ErratumIn", "", "sound"),
        ("CorrectedandRepublishedIn", "", "sound"),
        ("UpdateIn", "", "sound"),
    ],
)
def test_links(kind: str, text: str, expected: str) -> None:
    assert standing(article(notices=(Notice(kind=kind, pmid="9", text=text),))) == expected


@pytest.mark.parametrize(
    "title",
    [
        "RETRACTED: Lactobacillus in depression.",
        "Retracted: Lactobacillus in depression.",
        "WITHDRAWN: Lactobacillus in depression.",
        "RETRACTED ARTICLE: Lactobacillus in depression.",
        "[Retracted] Lactobacillus in depression.",
        "[WITHDRAWN: Lactobacillus in depression].",
        "(Retracted) Lactobacillus in depression.",
        "WITHDRAWN - Lactobacillus in depression.",
        "REMOVED: Lactobacillus in depression.",
        "TEMPORARY REMOVAL: Lactobacillus in depression.",
        "Lactobacillus in depression (Retracted article. See vol. 12, pg. 5, 2019).",
        "Lactobacillus in depression [RETRACTED]",
        "Lactobacillus in depression - RETRACTED",
    ],
)
def test_titles_of_retracted_articles(title: str) -> None:
    assert standing(article(title)) == "retracted"


@pytest.mark.parametrize(
    "title",
    [
        "Retraction: Lactobacillus in depression.",
        "Retraction Note to: Lactobacillus in depression.",
        "Notice of Retraction: Lactobacillus in depression.",
        "Statement of Retraction.",
        "Partial retraction: Lactobacillus in depression.",
        "Erratum to Lactobacillus in depression.",
        "Corrigendum: Lactobacillus in depression.",
        "Correction: Lactobacillus in depression.",
        "Correction to: Lactobacillus in depression.",
        "Author Correction: Lactobacillus in depression.",
        "Publisher correction to Lactobacillus in depression.",
        "Expression of concern: Lactobacillus in depression.",
        "Editorial Expression of Concern: Lactobacillus in depression.",
        "[Erratum]",
        "Retraction of “Lactobacillus in depression”.",
        'Correction to "Lactobacillus in depression".',
    ],
)
def test_titles_of_notices(title: str) -> None:
    assert standing(article(title)) == "notice"


@pytest.mark.parametrize(
    "title",
    [
        "Retracted articles on Lactobacillus.",
        "Withdrawn patients: a cohort.",
        "Withdrawal: its course in depression.",
        "Correction of dysbiosis: a trial.",
        "Corrections. Lactobacillus in prisons.",
        "Retraction of the eyelid in Parkinson disease.",
        "Expression of concern in caregivers.",
        "Removed tonsils: Lactobacillus in depression.",
        "Response to probiotics: Lactobacillus in depression.",
        "Replying to stress.",
        "Regarding the gut.",
    ],
)
def test_titles_that_only_look_like_it(title: str) -> None:
    assert standing(article(title, "")) == "sound"


@pytest.mark.parametrize(
    "title",
    ["Re: Lactobacillus in depression.", "Reply to Virtanen.", "Authors' reply.", "Comment on Lactobacillus."],
)
def test_a_title_alone_makes_a_comment_only_where_there_is_no_abstract(title: str) -> None:
    assert standing(article(title, "")) == "notice"
    assert standing(article(title, "We found it.")) == "sound"


@pytest.mark.parametrize(
    ("abstract", "expected", "links"),
    [
        ("This article has been withdrawn at the request of the authors.", "retracted", []),
        ("[This paper was retracted.]", "retracted", []),
        ("This article has been cited.", "sound", []),
        ("We say that this article has been withdrawn.", "sound", []),
        ("[This retracts the article DOI: 10.5555/abc.1.].", "notice", ["RetractionOf"]),
        ("[This partially retracts the article DOI: 10.5555/abc.1.].", "notice", ["PartialRetractionOf"]),
        ("[This corrects the article DOI: 10.5555/abc.1.].", "notice", ["ErratumFor"]),
    ],
)
def test_what_publishers_write_in_place_of_an_abstract(abstract: str, expected: str, links: list[str]) -> None:
    settled = settle(article(abstract=abstract))
    assert settled.standing == expected
    assert [notice.kind for notice in settled.notices] == links


def test_a_notice_that_is_titled_as_its_article_is_a_notice() -> None:
    titled = article("Retracted: Lactobacillus in depression.", publication_types=("Retraction of Publication",))
    assert standing(titled) == "notice"


def test_the_worst_that_is_told_holds() -> None:
    links = (Notice(kind="ExpressionOfConcernIn"), Notice(kind="RetractionIn"))
    assert standing(article(notices=links)) == "retracted"
    assert standing(article(standing="concern")) == "concern"
    assert standing(article(retracted=True)) == "retracted"


def test_identifiers_get_their_one_spelling() -> None:
    known = settle(article(doi="https://doi.org/10.1000/ABC", pmcid="pmc0012.1"))
    assert (known.doi, known.pmcid, known.standing, known.retracted) == ("10.1000/abc", "PMC12", "sound", False)
    assert settle(article(id="10.1000/abc")).doi == "10.1000/abc"
    assert settle(article(id="PMC12")).pmcid == "PMC12"
    assert settle(article(retracted=True)).standing == "retracted"
    odd = article(doi="no doi")
    assert settle(odd) is odd
