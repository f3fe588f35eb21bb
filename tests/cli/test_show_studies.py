"""`show` with filters on studies, and what it tells of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kgbuild.cli.app import app
from kgbuild.errors import InputError
from tests import example_graph as example


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = example.rows()
    for row in rows["evidence"]:
        if row["pmid"] == "101":
            row.update(species="human", site="faeces", comparator="healthy controls", participants=1200)
        if row["pmid"] == "102":
            row.update(design="animal experiment", species="mouse")
    folder = tmp_path_factory.mktemp("studies")
    example.write(folder / "graph" / "state", rows)
    (folder / "CURRENT").write_text("state\n")
    return folder


def ask(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["show", *map(str, arguments)])


def words(*arguments: object) -> str:
    return " ".join(ask(*arguments).stdout.split())


def test_each_sentence_has_what_is_known_of_its_study(kg: Path) -> None:
    said = words("Parkinson disease", "Akkermansia", "--kg", kg)
    for part in ("cross-sectional", "1,200 people", "faeces", "healthy", "experiment", "mouse"):
        assert part in said
    assert "of the studies asked for" not in said
    alone = words("butyrate", "BDNF", "--kg", kg)
    assert "unknown" not in alone
    assert "people" not in alone


def test_only_the_studies_asked_for(kg: Path) -> None:
    human = words("Parkinson disease", "Akkermansia", "--human", "--kg", kg)
    assert human == words("Parkinson disease", "Akkermansia", "--study", "human", "--kg", kg)
    assert "of the studies asked for: 2 for, 0 against" in human
    assert "PMID 101" in human
    assert "PMID 102" not in human
    large = json.loads(ask("Akkermansia", "--min-participants", 1200, "--json", "--kg", kg).stdout)
    assert {e["pmid"] for s in large["statements"] for e in s["evidence"]} == {"101"}
    evidence = large["statements"][0]["evidence"][0]
    assert {name: evidence[name] for name in ("design", "participants", "species", "site", "comparator")} == {
        "design": "cross-sectional",
        "participants": 1200,
        "species": "human",
        "site": "faeces",
        "comparator": "healthy controls",
    }
    assert {"supporting": 2, "refuting": 0} in [statement["matching"] for statement in large["statements"]]


def test_all_that_is_asked_for_must_hold(kg: Path) -> None:
    both = ("--human", "--design", "Cross-sectional")
    assert "PMID 101" in words("Akkermansia", *both, "--kg", kg)
    none = words("Akkermansia", *both, "--min-participants", 1201, "--kg", kg)
    assert "No statements." in none
    assert (
        "4 statements, none with evidence from human studies of the design cross-sectional with at least 1,201"
        " participants." in none
    )


def test_faults_are_refused(kg: Path) -> None:
    unknown = ask("Akkermansia", "--design", "RCT", "--kg", kg)
    assert isinstance(unknown.exception, InputError)
    assert "'RCT' is no design of a study" in unknown.exception.message
    assert "randomised trial" in unknown.exception.remedy
    two = ask("Akkermansia", "--human", "--study", "animal", "--kg", kg)
    assert isinstance(two.exception, InputError)
    assert ask("Akkermansia", "--study", "people", "--kg", kg).exit_code == 2
    assert ask("Akkermansia", "--min-participants", "0", "--kg", kg).exit_code == 2
