"""The dossier of contradictions, on a small graph written here."""

from pathlib import Path
from typing import Any

import pytest

from kgbuild.errors import InputError
from kgbuild.query.dossier import conflicts, opposing
from tests import example_graph as example

TRIAL: dict[str, Any] = {"design": "randomised trial", "participants": 120, "species": "human", "site": "faeces"}
MICE: dict[str, Any] = {"study": "animal", "design": "animal experiment", "species": "mouse", "site": "faeces"}


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Akkermansia in Parkinson disease: affirmed by a trial with more of it, denied in mice."""
    content = example.rows()
    for row in content["evidence"]:
        row |= {"101": TRIAL, "102": MICE}.get(row["pmid"], {})
    return example.write(tmp_path, content)


def test_sides_are_parted_and_weighed(tables: Path) -> None:
    (found,) = conflicts(tables, "Akkermansia", "Parkinson's disease")
    assert (found.subject.name, found.predicate) == ("Parkinson disease", "change abundance")
    affirmed, denied = found.sides
    assert (affirmed.name, affirmed.works, affirmed.evidence, affirmed.participants) == (
        "association increase",
        1,
        2,
        120,
    )
    assert (denied.name, denied.first_year, denied.facets["design"]) == ("denied", 2026, {"animal experiment": 1})
    assert [quote.pmid for quote in denied.quotes] == ["102"]
    prefix = "association increase against denied: "
    assert found.weigh == (
        prefix + "1 work on each side",
        prefix + "the strongest design is on the side of association increase: randomised trial",
        prefix + "different kind of study: human there, animal here",
        prefix + "different species: human there, mouse here",
        prefix + "same site: faeces",
        prefix + "the newest evidence says denied (2026)",
    )


def test_what_counts_for_nothing_is_on_no_side(tables: Path, tmp_path: Path) -> None:
    content = example.rows()
    for row in content["evidence"]:
        row["finding"] = not row["negated"]
    (found,) = conflicts(example.write(tmp_path / "other", content), "Akkermansia", "Parkinson's disease")
    assert [side.name for side in found.sides] == ["association increase"]
    assert found.weigh == ()


def test_a_concept_alone_and_names_that_nobody_has(tables: Path) -> None:
    assert [one.predicate for one in conflicts(tables, "Akkermansia")] == ["change abundance"]
    assert conflicts(tables, "psyllium") == ()
    with pytest.raises(InputError, match="nothing-of-the-kind"):
        conflicts(tables, "nothing-of-the-kind")


def test_which_sides_oppose_each_other() -> None:
    assert opposing(["affirmed", "effect increase", "outcome decrease"]) == []
    assert opposing(["affirmed", "denied"]) == [("affirmed", "denied")]
    assert opposing(["effect increase", "effect decrease"]) == [("effect increase", "effect decrease")]
