"""What evidence tells of its study: the article's, and the site and comparator of its own sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kgbuild.annotate.study import study_of
from kgbuild.assemble.evidence import evidence_rows
from kgbuild.model import Relation
from kgbuild.schema import load_schema

if TYPE_CHECKING:
    from tests.assemble.conftest import Shelf

LAST = "Plasma GABA fell in PD relative to spouses."


def rows(shelf: Shelf, title: str, abstract: str, *pairs: tuple[str, str]) -> list[dict[str, Any]]:
    """The evidence of an article in which butyrate or GABA and Parkinson's disease go together."""
    of = shelf.document("1", title, abstract)
    relations = [
        Relation(
            subject=shelf.mention(of, subject, "chemical", "abstract"),
            predicate="influence",
            object=shelf.mention(of, object_, "DDF", "abstract"),
            score=0.9,
            source="test",
        )
        for subject, object_ in pairs
    ]
    uris = {"butyrate": shelf.BUTYRATE, "GABA": shelf.GABA, "PD": shelf.PARKINSON, "Parkinson": shelf.PARKINSON}
    annotated = shelf.annotated(of, *relations, uris=uris)
    study = study_of(of, ())
    return evidence_rows(annotated, study=study, schema=load_schema(), run="test")


def test_the_article_tells_design_people_and_species(shelf: Shelf) -> None:
    text = "We compared 40 patients with PD and 38 healthy controls. Faecal butyrate was low in Parkinson disease."
    (row,) = rows(shelf, "Stool: a case-control study", text, ("butyrate", "Parkinson"))
    assert (row["study"], row["design"], row["participants"], row["species"]) == (
        "human",
        "case-control",
        78,
        "human",
    )
    assert (row["site"], row["comparator"], row["finding"]) == ("faeces", "healthy controls", True)


def test_a_sentence_tells_its_own_site_and_comparator(shelf: Shelf) -> None:
    text = f"Faecal butyrate of patients was low in Parkinson disease versus healthy controls. {LAST}"
    found = rows(shelf, "Stool and blood of patients", text, ("butyrate", "Parkinson"), ("GABA", "PD"))
    assert [(row["site"], row["comparator"]) for row in found] == [
        ("faeces", "healthy controls"),
        ("plasma", "spouses"),
    ]


def test_a_protocol_has_no_findings(shelf: Shelf) -> None:
    (row,) = rows(
        shelf, "A study protocol", "Sixty patients will be randomised. butyrate and PD.", ("butyrate", "PD")
    )
    assert (row["design"], row["finding"], row["participants"]) == ("protocol", False, 60)


def test_what_is_not_known_is_empty(shelf: Shelf) -> None:
    (row,) = rows(shelf, "Theory", "butyrate and PD.", ("butyrate", "PD"))
    assert [row[name] for name in ("design", "participants", "species", "site", "comparator")] == [
        "",
        None,
        "",
        "",
        "",
    ]
