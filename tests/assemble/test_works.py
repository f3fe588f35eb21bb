"""Which record of an article counts, whose claims stand, and which version of a work speaks."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from kgbuild.model import Annotated, Author, Notice

if TYPE_CHECKING:
    from tests.assemble.conftest import Claim, Graph

ARTICLE = ("Journal Article",)


def link(kind: str, pmid: str = "", text: str = "") -> Notice:
    return Notice(kind=kind, pmid=pmid, text=text)


def rows(graph: Graph, *batches: list[Annotated]) -> dict[str, dict[str, Any]]:
    """Build a graph of these alone, each list read by an ingest of its own; the articles by their identifier."""
    if batches:
        graph.units.clear()
    for batch in batches:
        graph.add(batch)
    graph.tables = graph.build()
    return {row["pmid"]: row for row in graph.tables["articles"]}


# Which record counts


def test_a_record_without_metadata_replaces_none_of_pubmed_in_any_order(graph: Graph, claim: Claim) -> None:
    known = claim("1", record={"publication_types": ("Retracted Publication",), "journal": "Gut", "year": 2015})
    text = claim("1", record={"year": None})
    for order in permutations([known, text, text]):
        article = rows(graph, *([item] for item in order))["1"]
        assert (article["journal"], article["year"], article["standing"]) == ("Gut", 2015, "retracted")
        assert [row["year"] for row in graph.tables["evidence"]] == [2015]
        assert graph.tables["statements"][0]["belief"] == 0


def test_an_older_revision_replaces_no_newer_one_in_any_order(graph: Graph, claim: Claim) -> None:
    old, new, undated = (
        claim("1", record={"revised": day, "journal": day or "undated", "publication_types": ARTICLE})
        for day in ("2020-01-31", "2023-05-01", "")
    )
    for order in permutations([old, new, undated]):
        assert rows(graph, *([item] for item in order))["1"]["journal"] == "2023-05-01"


def test_a_version_comes_before_a_revision(graph: Graph, claim: Claim) -> None:
    first = claim("1", record={"version": 1, "revised": "2023-01-01"})
    second = claim("1", record={"version": 2, "revised": "2022-01-01"})
    assert rows(graph, [second], [first])["1"]["version"] == 2


def test_of_equal_records_the_one_that_lacks_something_does_not_replace(graph: Graph, claim: Claim) -> None:
    whole = claim("1", record={"journal": "Gut", "authors": (Author(last="Virtanen"),)})
    less = claim("1", record={"journal": "Gut, later"})
    assert rows(graph, [whole], [less])["1"]["journal"] == "Gut"


def test_an_abstract_is_kept_where_the_record_with_the_metadata_has_none(graph: Graph, claim: Claim) -> None:
    title = claim("1", record={"abstract": "", "publication_types": ARTICLE, "journal": "Gut", "year": 2015})
    text = claim("1", score=0.6, record={"year": None})
    for order in ([title], [text]), ([text], [title]):
        article = rows(graph, *order)["1"]
        assert (article["journal"], article["year"], article["abstract_from"]) == ("Gut", 2015, "another record")
        assert article["abstract"] == "Lactobacillus was altered in PD."
        (evidence,) = graph.tables["evidence"]
        assert (evidence["subject_section"], evidence["year"]) == ("abstract", 2015)
        assert graph.counts["other_abstract"] == 1


def test_an_abstract_that_pubmed_has_removed_is_not_brought_back(graph: Graph, claim: Claim) -> None:
    old = claim("1", record={"revised": "2020-01-01"})
    new = claim("1", record={"revised": "2021-01-01", "abstract": ""})
    assert rows(graph, [old], [new])["1"]["abstract"] == ""


# Identity


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        ("10.1000/abc", {"doi": "https://doi.org/10.1000/ABC"}),
        ("PMC12", {"pmcid": "PMC12"}),
        ("own-7", {"doi": "10.1000/abc"}),
    ],
)
def test_a_record_without_pmid_is_of_the_article_that_shares_its_doi(
    graph: Graph, claim: Claim, other: str, shared: dict[str, str]
) -> None:
    with_pmid = claim("77", score=0.6, record={**shared, "publication_types": ARTICLE})
    without = claim(other, score=0.6, record={"doi": "10.1000/abc"} if other == "own-7" else {})
    for order in ([with_pmid], [without]), ([without], [with_pmid]):
        assert set(rows(graph, *order)) == {"77"}
        assert graph.tables["statements"][0]["belief"] == pytest.approx(0.6)


def test_records_without_pmid_that_share_a_doi_are_one_article(graph: Graph, claim: Claim) -> None:
    records = [claim(name, score=0.6, record={"doi": "doi:10.1000/ABC"}) for name in ("b", "a", "10.1000/abc")]
    (article,) = rows(graph, records).values()
    assert article["work"] == article["pmid"]
    assert graph.tables["statements"][0]["belief"] == pytest.approx(0.6)


def test_pmids_that_share_a_doi_are_one_work_and_both_stay(graph: Graph, claim: Claim) -> None:
    found = rows(graph, [claim(pmid, score=0.6, record={"doi": "10.1000/abc", "year": 2020}) for pmid in ("8", "9")])
    assert {pmid: row["work"] for pmid, row in found.items()} == {"8": "9", "9": "9"}
    statement = graph.tables["statements"][0]
    assert (statement["supporting"], statement["articles"], statement["works"]) == (1, 1, 1)
    assert statement["belief"] == pytest.approx(0.6)


def test_a_doi_of_a_whole_supplement_joins_nothing(graph: Graph, claim: Claim) -> None:
    found = rows(graph, [claim(str(n), record={"doi": "10.1000/supplement"}) for n in range(1, 8)])
    assert all(row["work"] == pmid for pmid, row in found.items())


def test_articles_without_doi_are_not_joined(graph: Graph, claim: Claim) -> None:
    found = rows(graph, [claim("1"), claim("2")])
    assert [row["work"] for row in found.values()] == ["1", "2"]


def test_a_notice_that_bears_its_articles_doi_does_not_speak_for_it(graph: Graph, claim: Claim) -> None:
    doi = {"doi": "10.1000/abc"}
    erratum = claim("9", record={**doi, "year": 2024, "publication_types": ("Published Erratum",)})
    found = rows(graph, [claim("8", score=0.6, record=doi), erratum])
    assert (found["8"]["work"], found["9"]["work"]) == ("8", "9")
    assert graph.tables["statements"][0]["belief"] == pytest.approx(0.6)


# Works

PAIRS = [
    ("UpdateIn", "UpdateOf"),
    ("RepublishedIn", "RepublishedFrom"),
    ("CorrectedandRepublishedIn", "CorrectedandRepublishedFrom"),
    ("ReprintIn", "ReprintOf"),
    ("OriginalReportIn", "SummaryForPatientsIn"),
]


@pytest.mark.parametrize(("followed", "follows"), PAIRS)
@pytest.mark.parametrize("told_by", ["earlier", "later", "both"])
def test_linked_versions_are_one_work_whoever_tells(
    graph: Graph, claim: Claim, followed: str, follows: str, told_by: str
) -> None:
    earlier = {"notices": (link(followed, "2"),) if told_by != "later" else (), "year": 2024}
    later = {"notices": (link(follows, "1"),) if told_by != "earlier" else (), "year": 2020}
    first, second = claim("1", score=0.9, record=earlier), claim("2", score=0.6, negated=True, record=later)
    for order in ([first], [second]), ([second], [first]):
        found = rows(graph, *order)
        assert {row["work"] for row in found.values()} == {"2"}
        statement = graph.tables["statements"][0]
        # The earlier version neither supports nor contradicts.
        assert (statement["supporting"], statement["refuting"], statement["conflict"]) == (0, 1, False)
        assert {row["pmid"]: row["work"] for row in graph.tables["evidence"]} == {"1": "2", "2": "2"}
        assert graph.counts["other_versions"] == 1


def test_a_chain_is_one_work_and_its_end_speaks(graph: Graph, claim: Claim) -> None:
    chain = [
        claim("3", record={"notices": (link("UpdateIn", "1"),), "publication_types": ("Preprint",)}),
        claim("1", record={"notices": (link("CorrectedandRepublishedIn", "2"),)}),
        claim("2", record={"year": 2019}),
    ]
    for order in permutations(chain):
        assert {row["work"] for row in rows(graph, *([item] for item in order)).values()} == {"2"}


def test_versions_are_joined_over_an_article_that_is_not_there(graph: Graph, claim: Claim) -> None:
    first = claim("1", record={"notices": (link("UpdateIn", "5"),), "year": 2020})
    third = claim("3", record={"notices": (link("UpdateOf", "5"),), "year": 2022})
    assert {row["work"] for row in rows(graph, [first, third]).values()} == {"3"}


def test_of_a_circle_the_latest_speaks(graph: Graph, claim: Claim) -> None:
    circle = [
        claim(str(n), record={"notices": (link("UpdateIn", str(n % 3 + 1)), link("UpdateIn", str(n))), "year": year})
        for n, year in ((1, 2020), (2, 2023), (3, 2021))
    ]
    assert {row["work"] for row in rows(graph, circle).values()} == {"2"}


def test_a_preprint_does_not_speak_where_the_article_is_older_or_has_its_date(graph: Graph, claim: Claim) -> None:
    doi = {"doi": "10.1000/abc"}
    preprint = claim("9", record={**doi, "publication_types": ("Preprint",), "year": 2023})
    assert {row["work"] for row in rows(graph, [preprint, claim("8", record=doi)]).values()} == {"8"}


def test_where_the_latest_has_no_abstract_the_next_that_has_one_speaks(graph: Graph, claim: Claim) -> None:
    later = claim("2", record={"notices": (link("UpdateOf", "1"),), "abstract": ""})
    assert {row["work"] for row in rows(graph, [claim("1"), later]).values()} == {"1"}


def test_a_retracted_latest_version_takes_the_earlier_ones_with_it(graph: Graph, claim: Claim) -> None:
    later = claim("2", retracted=True, record={"notices": (link("UpdateOf", "1"),), "abstract": ""})
    assert {row["work"] for row in rows(graph, [claim("1"), later]).values()} == {"2"}
    assert graph.tables["statements"][0]["supporting"] == 0


@pytest.mark.parametrize("doi", ["", "10.1000/abc"])
def test_what_was_retracted_and_republished_speaks_in_its_new_form(graph: Graph, claim: Claim, doi: str) -> None:
    old = claim("1", score=0.9, record={"notices": (link("RetractedandRepublishedIn", "2"),), "doi": doi})
    new = claim("2", score=0.6, record={"notices": (link("RetractedandRepublishedFrom", "1"),), "doi": doi})
    found = rows(graph, [old], [new])
    assert [(row["standing"], row["work"]) for row in found.values()] == [("retracted", "2"), ("sound", "2")]
    assert graph.tables["statements"][0]["belief"] == pytest.approx(0.6)


# Standing


@pytest.mark.parametrize(
    ("kind", "text", "title", "standing"),
    [
        ("RetractionOf", "", "Retraction.", "retracted"),
        ("Retraction of", "", "Retraction.", "retracted"),
        ("RetractedandRepublishedFrom", "", "A new form.", "retracted"),
        ("RetractionOf", "", "Partial retraction: PD.", "partly retracted"),
        ("RetractionOf", "Gut. Partially retracts", "Retraction.", "partly retracted"),
        ("PartialRetractionOf", "", "Retraction.", "partly retracted"),
        ("ExpressionOfConcernFor", "", "Expression of concern: PD.", "concern"),
        ("ErratumFor", "", "Erratum.", "sound"),
        ("CommentOn", "", "Comment.", "sound"),
    ],
)
def test_a_notices_own_record_tells_of_its_article_in_any_order(
    graph: Graph, claim: Claim, kind: str, text: str, title: str, standing: str
) -> None:
    article = claim("1", score=0.6)
    notice = claim("2", record={"title": title, "notices": (link(kind, "1", text),), "version": 1})
    for order in ([article, notice],), ([notice], [article]), ([article], [notice]):
        assert rows(graph, *order)["1"]["standing"] == standing
        assert graph.tables["articles"][0]["retracted"] is (standing == "retracted")


def test_a_notice_names_its_article_by_doi(graph: Graph, claim: Claim) -> None:
    notice = claim("2", record={"notices": (link("RetractionOf", "", "Gut. 2018;1:1. doi: 10.1000/ABC."),)})
    found = rows(graph, [notice], [claim("1", record={"doi": "10.1000/abc"})])
    assert (found["1"]["standing"], found["2"]["standing"]) == ("retracted", "notice")


def test_a_notices_abstract_may_name_its_article(graph: Graph, claim: Claim) -> None:
    told = "[This retracts the article DOI: 10.1000/abc.]. Lactobacillus was altered in PD."
    found = rows(graph, [claim("2", record={"abstract": told})], [claim("1", record={"doi": "10.1000/abc"})])
    assert (found["1"]["standing"], found["2"]["standing"]) == ("retracted", "notice")


def test_a_retraction_holds_for_all_records_of_the_article(graph: Graph, claim: Claim) -> None:
    doi = {"doi": "10.1000/abc"}
    found = rows(graph, [claim("1", record=doi), claim("2", retracted=True, record=doi)])
    assert [row["standing"] for row in found.values()] == ["retracted", "retracted"]
    notice = claim("9", record={"notices": (link("RetractionOf", "PMC5"),)})
    assert rows(graph, [notice, claim("5", record={"pmcid": "PMC5"}), claim("PMC5")])["5"]["standing"] == "retracted"


def test_a_newer_record_of_pubmed_may_take_a_retraction_back(graph: Graph, claim: Claim) -> None:
    wrong = claim("1", retracted=True, record={"revised": "2020-01-01"})
    right = claim("1", record={"revised": "2021-01-01"})
    assert rows(graph, [wrong], [right])["1"]["standing"] == "sound"


def test_a_retraction_that_an_undated_record_tells_is_not_lost(graph: Graph, claim: Claim) -> None:
    told = claim("1", retracted=True, record={"year": None})
    assert rows(graph, [told], [claim("1", record={"revised": "2021-01-01"})])["1"]["standing"] == "retracted"


def test_a_deleted_notice_tells_nothing(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1"), claim("2", record={"notices": (link("RetractionOf", "1"),)})])
    graph.add([], deletions=("2",))
    assert rows(graph)["1"]["standing"] == "sound"


def test_notices_are_kept_and_count_for_nothing(graph: Graph, claim: Claim) -> None:
    found = rows(graph, [claim("1", record={"publication_types": ("Published Erratum",)})])
    assert (found["1"]["standing"], graph.counts["notices"]) == ("notice", 1)
    (evidence,) = graph.tables["evidence"]
    assert (evidence["standing"], evidence["retracted"]) == ("notice", False)
    (statement,) = graph.tables["statements"]
    assert (statement["belief"], statement["supporting"], statement["articles"], statement["direct"]) == (
        0,
        0,
        0,
        False,
    )


@pytest.mark.parametrize("kind", ["ExpressionOfConcernIn", "PartialRetractionIn"])
def test_doubtful_evidence_counts_half(graph: Graph, claim: Claim, kind: str) -> None:
    rows(graph, [claim("1", score=0.6, record={"notices": (link(kind, "9"),)})])
    (statement,) = graph.tables["statements"]
    assert statement["belief"] == pytest.approx(0.3)
    assert statement["supporting"] == 1
    assert graph.counts["doubtful"] == 1


def test_what_a_query_left_out_may_retract_what_it_found(graph: Graph, claim: Claim) -> None:
    graph.add([claim("1")])
    told = {"source": "9", "kind": "RetractionOf", "pmid": "1", "text": ""}
    graph.units[0] = replace(graph.units[0], links=(told,))
    assert rows(graph)["1"]["standing"] == "retracted"


# Titles


TITLE = "Lactobacillus was altered in PD: the Häme cohort."
REPEATED = "“Lactobacillus was altered in PD – the Hame cohort”"


@pytest.mark.parametrize(
    ("title", "standing"),
    [
        (f"Retraction: {REPEATED}", "retracted"),
        (f"Retraction Note to: {REPEATED}", "retracted"),
        (f"Notice of Retraction. {REPEATED}", "retracted"),
        (f"Partial retraction: {REPEATED}", "partly retracted"),
        (f"Expression of concern: {REPEATED}", "concern"),
        (f"Erratum: {REPEATED}", "sound"),
        ("Retraction: Lactobacillus was altered in PD: another cohort.", "sound"),
        ("Retraction notice.", "sound"),
    ],
)
def test_a_notice_without_a_link_is_of_the_article_whose_title_it_repeats(
    graph: Graph, claim: Claim, title: str, standing: str
) -> None:
    found = rows(graph, [claim("2", record={"title": title})], [claim("1", record={"title": TITLE})])
    assert (found["1"]["standing"], found["2"]["standing"]) == (standing, "notice")


def test_a_title_of_several_articles_or_a_short_one_names_none(graph: Graph, claim: Claim) -> None:
    notice = claim("3", record={"title": f"Retraction: {TITLE}"})
    same = [claim(pmid, record={"title": TITLE}) for pmid in ("1", "2")]
    assert rows(graph, [notice, *same])["1"]["standing"] == "sound"
    short = claim("3", record={"title": "Retraction: PD."})
    assert rows(graph, [short, claim("1", record={"title": "PD."})])["1"]["standing"] == "sound"


@pytest.mark.parametrize(
    ("preprint", "article", "work"),
    [
        ({"publication_types": ("Preprint",)}, {}, "1"),
        ({"journal": "bioRxiv : the preprint server for biology"}, {"journal": "Gut", "year": 2022}, "1"),
        ({"journal": "medRxiv", "authors": (Author(last="Häkkinen"),)}, {"authors": (Author(last="HAKKINEN"),)}, "1"),
        ({"journal": "medRxiv", "authors": (Author(last="Virtanen"),)}, {"authors": (Author(last="Nieminen"),)}, "2"),
        ({"journal": "medRxiv", "year": 2022}, {"year": 2020}, "2"),
        ({"journal": "medRxiv"}, {"year": 2027}, "2"),
        ({"journal": "Gut"}, {"journal": "Neurology"}, "2"),
    ],
)
def test_a_preprint_is_of_the_article_of_its_title(
    graph: Graph, claim: Claim, preprint: dict[str, Any], article: dict[str, Any], work: str
) -> None:
    records = [claim("2", record={"title": TITLE, **preprint}), claim("1", record={"title": REPEATED, **article})]
    assert rows(graph, records)["2"]["work"] == work
