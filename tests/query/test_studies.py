"""Filters on studies: their names, and `show` and named queries that use them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kgbuild.errors import InputError
from kgbuild.load.oxigraph import build_store
from kgbuild.model import DESIGNS
from kgbuild.query.ask import run_named
from kgbuild.query.named import load_query
from kgbuild.query.runners import StoreRunner
from kgbuild.query.show import show
from kgbuild.query.studies import StudyFilter, design_named, kind_named
from tests import example_graph as example

NONE = StudyFilter()
FACETS = {"species": "human", "site": "faeces", "comparator": "healthy controls"}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example graph, with more that is known of two of its studies."""
    rows = example.rows()
    known: dict[str, dict[str, Any]] = {
        "101": {"design": "cross-sectional", "participants": 120},
        "102": {"design": "animal experiment", "participants": None},
        "103": {"design": "randomised trial", "participants": 40, "study": "human"},
    }
    for article in rows["articles"]:
        article.update(known.get(article["pmid"], {}))
    for evidence in rows["evidence"]:
        evidence.update(known.get(evidence["pmid"], {}))
        if evidence["pmid"] == "101":
            evidence.update(FACETS)
    return example.write(tmp_path_factory.mktemp("studies"), rows)


@pytest.fixture(scope="module")
def runner(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreRunner]:
    path = build_store(tables, tmp_path_factory.mktemp("store") / "rdf", example.RUN).path
    with StoreRunner(path) as opened:
        yield opened


@pytest.mark.parametrize("text", ["randomised trial", "Randomised Trial", "randomized trial", " RANDOMIZED  trial "])
def test_a_design_in_any_spelling(text: str) -> None:
    assert design_named(text, "--design") == "randomised trial"


def test_every_design_and_kind_has_its_own_name() -> None:
    assert [design_named(design, "") for design in DESIGNS] == list(DESIGNS)
    assert kind_named("In-Vitro", "") == "in vitro"


@pytest.mark.parametrize("text", ["", "trial", "RCT", "cohorts of mice", "' OR true --"])
def test_an_unknown_design_is_refused_with_the_list(text: str) -> None:
    with pytest.raises(InputError, match="is no design of a study") as error:
        design_named(text, "--design")
    assert error.value.message.startswith("--design: ")
    assert "There are: guideline, protocol, meta-analysis" in error.value.remedy


def test_a_misspelt_design_gives_the_nearest() -> None:
    with pytest.raises(InputError) as error:
        design_named("case-controll", "--design")
    assert "Did you mean case-control?" in error.value.remedy


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (StudyFilter(kind="human"), "from human studies"),
        (StudyFilter(kind="in vitro"), "from in-vitro studies"),
        (StudyFilter(design="cohort"), "from studies of the design cohort"),
        (StudyFilter(min_participants=1000), "from studies with at least 1,000 participants"),
        (
            StudyFilter(kind="human", design="cohort", min_participants=9),
            "from human studies of the design cohort with at least 9 participants",
        ),
    ],
)
def test_a_filter_in_words(asked: StudyFilter, words: str) -> None:
    assert asked
    assert str(asked) == words
    assert not NONE


def test_show_tells_of_each_evidence_what_is_known_of_its_study(tables: Path) -> None:
    (statement,) = (s for s in show(tables, "Parkinson disease", "Akkermansia").statements if s.supporting == 2)
    (evidence,) = {e.pmid: e for e in statement.evidence if e.pmid == "101"}.values()
    assert (evidence.design, evidence.participants) == ("cross-sectional", 120)
    assert {name: getattr(evidence, name) for name in FACETS} == FACETS
    assert statement.matching is None


def test_show_gives_statements_and_evidence_of_the_studies_asked_for(tables: Path) -> None:
    everything = show(tables, "Akkermansia")
    assert {e.pmid for s in everything.statements for e in s.evidence} == {"101", "102", "103", "104"}
    for asked, pmids in (
        (StudyFilter(kind="human"), {"101", "103"}),
        (StudyFilter(kind="animal"), {"102"}),
        (StudyFilter(design="cross-sectional"), {"101"}),
        (StudyFilter(kind="human", design="randomised trial"), {"103"}),
        (StudyFilter(min_participants=40), {"101", "103"}),
        (StudyFilter(min_participants=41), {"101"}),
    ):
        shown = show(tables, "Akkermansia", studies=asked)
        assert {e.pmid for s in shown.statements for e in s.evidence} == pmids
        assert shown.total == len(shown.statements) < everything.total
        assert all(s.total_evidence == len(s.evidence) for s in shown.statements)


def test_matching_evidence_is_counted_beside_all(tables: Path) -> None:
    (all_of_it,) = (s for s in show(tables, "Parkinson disease", "Akkermansia").statements if s.refuting)
    human = show(tables, "Parkinson disease", "Akkermansia", studies=StudyFilter(kind="human")).statements[0]
    animal = show(tables, "Parkinson disease", "Akkermansia", studies=StudyFilter(kind="animal")).statements[0]
    assert human.id == animal.id == all_of_it.id
    for shown, counts in ((human, (2, 0)), (animal, (0, 1))):
        assert (shown.supporting, shown.refuting, shown.belief) == (2, 1, all_of_it.belief)
        assert shown.matching is not None
        assert (shown.matching.supporting, shown.matching.refuting) == counts


def test_retracted_articles_are_shown_but_not_counted(tables: Path) -> None:
    (statement,) = show(tables, "Alzheimer disease", "Lactobacillus", studies=StudyFilter(kind="unknown")).statements
    assert statement.total_evidence == 1
    assert statement.evidence[0].retracted
    assert statement.matching is not None
    assert (statement.matching.supporting, statement.matching.refuting) == (0, 0)


def test_an_empty_answer_says_that_the_studies_are_missing(tables: Path) -> None:
    shown = show(tables, "Akkermansia", studies=StudyFilter(kind="in vitro"))
    assert (shown.total, shown.statements) == (0, ())
    assert shown.note == "4 statements, none with evidence from in-vitro studies."
    nothing = show(tables, "neurodegenerative disease", studies=StudyFilter(kind="human"))
    assert "No article of this graph mentions neurodegenerative disease itself." in nothing.note
    assert "With narrower concepts there are 3" in nothing.note
    one = show(tables, "BDNF", studies=StudyFilter(kind="animal"))
    assert one.note == "1 statement, none with evidence from animal studies."


def test_named_queries_take_studies(runner: StoreRunner) -> None:
    def ask(name: str, **values: str) -> list[dict[str, Any]]:
        return run_named(load_query(name), values, runner).records()

    studies = {("101", "cross-sectional", 120), ("103", "randomised trial", 40)}
    for values, pmids in (
        ({}, {"101", "103"}),
        ({"design": "Cross-Sectional"}, {"101"}),
        ({"design": "cohort"}, set()),
        ({"min_participants": "40"}, {"101", "103"}),
        ({"min_participants": "41"}, {"101"}),
        ({"design": "randomized trial", "min_participants": "41"}, set()),
    ):
        found = ask("human-evidence", concept="Akkermansia", **values)
        assert {(row["pmid"], row["study_design"], row["participants"]) for row in found} == {
            study for study in studies if study[0] in pmids
        }

    pair = {"first": "Parkinson disease", "second": "Akkermansia"}
    everything = ask("evidence-for-pair", **pair)
    assert {row["pmid"] for row in everything} == {"101", "102"}
    assert {row["pmid"] for row in ask("evidence-for-pair", **pair, studies="animal")} == {"102"}
    assert {row["pmid"] for row in ask("evidence-for-pair", **pair, design="animal experiment")} == {"102"}
    assert {row["pmid"] for row in ask("evidence-for-pair", **pair, min_participants="1")} == {"101"}
    (claim, *_) = ask("claims-of-article", pmid="101")
    assert (claim["study"], claim["study_design"], claim["participants"]) == ("human", "cross-sectional", 120)


def test_an_empty_answer_of_a_query_names_the_filters(runner: StoreRunner) -> None:
    values = {"concept": "Akkermansia", "design": "cohort", "min_participants": "20"}
    table = run_named(load_query("human-evidence"), values, runner)
    assert table.rows == ()
    assert table.notes[-1] == (
        "Only evidence with design = cohort, min_participants = 20 was asked for; leave that out to see all."
    )
    plain = run_named(load_query("human-evidence"), {"concept": "BDNF"}, runner)
    assert not any("was asked for" in note for note in plain.notes)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"design": "RCT"}, "parameter design: 'RCT' is no design of a study(?s:.)*There are: guideline"),
        (
            {"studies": "people"},
            "parameter studies: 'people' is no kind of study(?s:.)*human, animal, in vitro, unknown",
        ),
        ({"min_participants": "many"}, "parameter min_participants: 'many' is not a whole number"),
        ({"min_participants": "-5"}, "is not a whole number"),
        ({"min_participants": "1e3"}, "is not a whole number"),
        ({"design": ""}, "parameter design is empty(?s:.)*Leave it out"),
    ],
)
def test_wrong_filters_are_refused(values: dict[str, str], message: str, runner: StoreRunner) -> None:
    query = load_query("evidence-for-pair")
    with pytest.raises(InputError, match=message):
        run_named(query, {"first": "Parkinson disease", "second": "Akkermansia", **values}, runner)
