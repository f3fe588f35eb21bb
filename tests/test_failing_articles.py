"""Articles that a backend fails at: tried again, named, never stored as if nothing were in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from kgbuild.annotate.ensemble import Backend
from kgbuild.annotate.output import check_annotated, check_relations
from kgbuild.assemble.workspace import Workspace
from kgbuild.cli.app import app
from kgbuild.config import load_settings
from kgbuild.errors import ConfigurationError, RemoteError
from kgbuild.model import Annotated, Document, Mention, Relation, Section, Span
from kgbuild.pipeline import ingest
from kgbuild.schema import load_schema
from kgbuild.source.files import open_source
from kgbuild.stages import Stages
from kgbuild.tables import TABLES

SENTENCE = "Butyrate reduced depression in mice with gut dysbiosis, and Lactobacillus reuteri raised butyrate."
Fault = Callable[[str], None]


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve articles, in one file, that are told apart by their titles."""
    path = tmp_path_factory.mktemp("articles") / "articles.jsonl"
    rows = [{"id": str(10_000_000 + n), "title": f"Study {n}", "abstract": SENTENCE} for n in range(12)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


class Faulty:
    """A backend with a fault that can be switched on and off; else it is the dictionary's."""

    def __init__(self, whole: Backend) -> None:
        self.whole = whole
        self.fault: Fault = lambda title: None
        self.calls: list[int] = []

    def annotate(self, documents: Sequence[Document]) -> Sequence[Annotated]:
        self.calls.append(len(documents))
        for document in documents:
            self.fault(document.text("title"))
        return self.whole.annotator.annotate(documents)

    def relate(self, documents: Sequence[Annotated]) -> Sequence[tuple[Relation, ...]]:
        for document in documents:
            self.fault(document.document.text("title"))
        return self.whole.extractor.relate(documents)


@pytest.fixture(scope="module")
def whole() -> Backend:
    stages = Stages(load_settings(None, extractor="dictionary"))
    return stages.extraction.open(stages.index)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, articles: Path) -> Path:
    """The graph of a run without faults."""
    kg = tmp_path_factory.mktemp("sound") / "kg"
    build(kg, articles)
    return kg


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch, whole: Backend) -> Faulty:
    faulty = Faulty(whole)
    monkeypatch.setattr(Stages, "backend", property(lambda self: Backend(faulty, faulty)))
    return faulty


def failing(error: Exception, *titles: str) -> Fault:
    def fault(title: str) -> None:
        if not titles or title in titles:
            raise error

    return fault


def build(kg: Path, source: Path, **settings: Any) -> dict[str, Any]:
    return ingest(kg, open_source([source]), load_settings(None, extractor="dictionary", workers=1, **settings))


def rejects(kg: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (kg / "rejects.jsonl").read_text().splitlines()]


def content(kg: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of all tables, of which the RDF is made."""
    folder = Workspace(kg).current()
    return {name: pq.read_table(folder / f"{name}.parquet").to_pylist() for name in TABLES}


def parts(kg: Path) -> list[str]:
    return sorted(f"{path.parent.name}/{path.name}" for path in (kg / "parts").rglob("*.*"))


ONE, ALL = ("Study 5",), ()
TRANSIENT = [
    (MemoryError(), ONE),
    (MemoryError(), ALL),
    (OSError(28, "No space left on device"), ONE),
    (RemoteError("timed out"), ALL),
    (RuntimeError("CUDA error"), ONE),
]


@pytest.mark.parametrize(("error", "titles"), TRANSIENT, ids=repr)
def test_what_failed_is_named_and_tried_again(
    tmp_path: Path, articles: Path, sound: Path, backend: Faulty, error: Exception, titles: tuple[str, ...]
) -> None:
    kg = tmp_path / "kg"
    backend.fault = failing(error, *titles)
    for _ in range(2):
        facts = build(kg, articles)
        assert facts["run"]["failed"] == len(facts["failures"]) == (1 if titles else 12)
        assert type(error).__name__ in facts["run"]["failures"][0]
        assert "again" in rejects(kg)[0]["remedy"]
        if titles:
            assert [reject["record"] for reject in rejects(kg)] == ["PMID 10000005"]
            assert facts["mentions"] > 0
    backend.fault, backend.calls = failing(error, "none"), []
    facts = build(kg, articles)
    # What had been annotated is not annotated again.
    assert backend.calls == [1 if titles else 12]
    assert (facts["run"]["failed"], facts["failures"], rejects(kg)) == (0, [], [])
    assert content(kg) == content(sound)
    assert parts(kg) == parts(sound)


def test_an_article_that_is_to_blame_itself_stays_a_reject(tmp_path: Path, articles: Path, backend: Faulty) -> None:
    kg = tmp_path / "kg"
    backend.fault = failing(ValueError("a strange letter"), "Study 5")
    for tried in (1, 1, 0):
        facts = build(kg, articles)
        assert facts["run"]["failed"] == tried
        assert [reject["cause"] for reject in rejects(kg)] == ["ValueError: a strange letter"]
    assert rejects(kg)[0]["remedy"] == ""
    backend.fault = failing(ValueError("a strange letter"), "Study 5", "Study 12")
    more = tmp_path / "more.jsonl"
    more.write_text(json.dumps({"id": "10000012", "title": "Study 12", "abstract": SENTENCE}) + "\n")
    assert build(kg, more)["run"] == {
        "sources": 1,
        "sources_read_before": 0,
        "read": 1,
        "taken": 1,
        "rejected": 0,
        "filtered": 0,
        "annotated": 1,
        "failed": 1,
        "unreadable": [],
        "failures": ["PMID 10000012: ValueError: a strange letter"],
    }


def test_where_most_articles_fail_none_is_to_blame(tmp_path: Path, articles: Path, backend: Faulty) -> None:
    backend.fault = failing(ValueError("a broken library"))
    for _ in range(3):
        assert build(tmp_path / "kg", articles)["run"]["failed"] == 12


def test_one_fault_and_then_another_settle_nothing(tmp_path: Path, articles: Path, backend: Faulty) -> None:
    for error in (ValueError("one"), MemoryError(), ValueError("two"), OSError("three")):
        backend.fault = failing(error, "Study 5")
        assert build(tmp_path / "kg", articles)["run"]["failed"] == 1


def test_other_links_do_not_bring_back_what_lacked(
    tmp_path: Path, articles: Path, sound: Path, backend: Faulty
) -> None:
    kg = tmp_path / "kg"
    backend.fault = failing(MemoryError(), "Study 5")
    build(kg, articles)
    backend.fault = failing(MemoryError(), "none")
    settings = load_settings(None, extractor="dictionary", workers=1, direct_threshold=0.9)
    ingest(kg, [], settings, rebuild=True)
    ingest(kg, [], load_settings(None, extractor="dictionary", workers=1), rebuild=True)
    assert content(kg) == content(sound)


def test_settings_that_do_not_fit_stop_the_run(tmp_path: Path, articles: Path, backend: Faulty) -> None:
    backend.fault = failing(ConfigurationError("no such device"))
    with pytest.raises(ConfigurationError, match="no such device"):
        build(tmp_path / "kg", articles)


def test_damaged_notes_on_failures_are_made_anew(
    tmp_path: Path, articles: Path, sound: Path, backend: Faulty
) -> None:
    kg = tmp_path / "kg"
    backend.fault = failing(MemoryError(), "Study 5")
    build(kg, articles)
    [path] = (kg / "parts/failures").iterdir()
    path.write_text('{"failed": [{"pmid"')
    backend.fault = failing(MemoryError(), "none")
    build(kg, articles)
    assert content(kg) == content(sound)


@pytest.mark.parametrize(
    ("titles", "code"), [(("Study 5",), 0), (("Study 5", "Study 6"), 1), ((), 1)], ids=["few", "many", "all"]
)
@pytest.mark.parametrize("command", ["ingest", "annotate", "annotate --keep-entities"])
def test_many_failures_fail_the_command(
    tmp_path: Path, articles: Path, backend: Faulty, titles: tuple[str, ...], code: int, command: str
) -> None:
    backend.fault = failing(MemoryError(), *titles)
    words = [*command.split(), "--extractor", "dictionary"]
    if command == "ingest":
        words += ["--source", str(articles), "--kg", str(tmp_path / "kg")]
    else:
        words += [str(articles), "-o", str(tmp_path / "out.jsonl")]
    result = CliRunner().invoke(app, words)
    said = result.output + str(result.exception or "")
    assert "could not be annotated" in said or (command != "ingest" and not code)
    assert "MemoryError" in said
    assert getattr(result.exception, "exit_code", 0) == code
    if command != "ingest":
        assert len((tmp_path / "out.jsonl").read_text().splitlines()) == (12 - len(titles) if titles else 0)


# What no backend may give.

TEXT = "gut, mood"
DOCUMENT = Document(id="7", sections=(Section(name="title", text=TEXT),))
GUT = Mention(span=Span(section="title", start=0, end=3), text="gut", label="anatomical location")
MOOD = Mention(span=Span(section="title", start=5, end=9), text="mood", label="DDF")
STRIKE = Relation(subject=MOOD, predicate="strike", object=GUT)
SOUND = Annotated(document=DOCUMENT, mentions=(GUT, MOOD), relations=(STRIKE,))


def test_sound_output_passes() -> None:
    assert check_annotated([SOUND], [DOCUMENT], load_schema()) == [SOUND]


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        ([], "0 results for 1 articles"),
        ([SOUND, SOUND], "2 results for 1 articles"),
        ([replace(SOUND, document=replace(DOCUMENT, id="8"))], "gave document '8' for '7'"),
        ([replace(SOUND, mentions=(replace(GUT, label="organ"), MOOD))], "label 'organ'"),
        ([replace(SOUND, mentions=(replace(GUT, label=""), MOOD))], "label ''"),
        ([replace(SOUND, mentions=(replace(GUT, score=float("nan")), MOOD))], "score nan"),
        ([replace(SOUND, mentions=(GUT, replace(MOOD, score=1.5)))], r"score 1\.5"),
        ([replace(SOUND, mentions=(MOOD,))], "end 'gut' is no mention"),
        ([replace(SOUND, relations=(replace(STRIKE, predicate="cures"),))], "'DDF' 'cures' 'anatomical location'"),
        ([replace(SOUND, relations=(replace(STRIKE, subject=GUT, object=MOOD),))], "does not allow"),
        ([replace(SOUND, relations=(replace(STRIKE, score=-0.1),))], r"score -0\.1"),
    ],
)
def test_output_that_breaks_a_rule_is_refused(found: list[Annotated], cause: str) -> None:
    with pytest.raises(ValueError, match=cause):
        check_annotated(found, [DOCUMENT], load_schema())


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 4), (-3, 3), (3, 0), (100, 103), (0, 0)],
    ids=["text", "negative", "turned", "past", "empty"],
)
def test_a_mention_outside_its_text_cannot_be_made(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="holds"):
        replace(SOUND, mentions=(replace(GUT, span=Span(section="title", start=start, end=end)),), relations=())


def test_relations_alone_are_checked_too() -> None:
    bare = replace(SOUND, relations=())
    assert check_relations([(STRIKE,)], [bare], load_schema()) == [(STRIKE,)]
    with pytest.raises(ValueError, match="no mention of the article"):
        check_relations([(replace(STRIKE, subject=replace(MOOD, text="mode")),)], [bare], load_schema())


def test_illegal_output_is_a_failure_of_its_article(
    tmp_path: Path, articles: Path, backend: Faulty, whole: Backend
) -> None:
    class Illegal:
        def annotate(self, documents: Sequence[Document]) -> Sequence[Annotated]:
            return [
                replace(one, mentions=(replace(one.mentions[0], label="organ"), *one.mentions[1:]), relations=())
                if one.document.text("title") == "Study 5"
                else one
                for one in whole.annotator.annotate(documents)
            ]

    backend.whole = replace(whole, annotator=Illegal())
    facts = build(tmp_path / "kg", articles)
    assert [item["record"] for item in facts["failures"]] == ["PMID 10000005"]
    assert "label 'organ'" in facts["failures"][0]["cause"]
    stored = json.loads((Workspace(tmp_path / "kg").current() / "info.json").read_text())
    assert "run" not in stored
    assert stored["documents"]["stored"] == 12
