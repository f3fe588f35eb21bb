"""The main job on the example corpus: what it builds, what accumulates, what stops it, and what a kill leaves."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from lxml import etree

from kgbuild.assemble.workspace import Workspace
from kgbuild.config import load_settings
from kgbuild.errors import ConfigurationError
from kgbuild.pipeline import FEW, ingest
from kgbuild.source.files import open_source
from kgbuild.source.search import parse_query

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples/gut-brain-examples.xml"

INGEST = (sys.executable, "-m", "kgbuild", "ingest", "--extractor", "dictionary")


def build(kg: Path, source: Path = EXAMPLES, **options: Any) -> dict[str, Any]:
    chosen = {"extractor": "dictionary", "workers": 1} | options.pop("settings", {})
    settings = load_settings(None, **chosen)
    return ingest(kg, open_source([source]), settings, **options)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kg = tmp_path_factory.mktemp("built") / "kg"
    build(kg)
    return kg


def nquads(kg: Path) -> bytes:
    """The graph as sorted lines, without wall-clock times."""
    result = subprocess.run(
        [sys.executable, "-m", "kgbuild", "export", "nquads", "--reproducible", "--kg", str(kg)],
        check=True,
        capture_output=True,
    )
    return b"".join(sorted(result.stdout.splitlines(keepends=True)))


def test_every_article_is_stored_or_rejected_with_a_reason(built: Path) -> None:
    facts = json.loads((Workspace(built).current() / "info.json").read_text())
    documents = facts["documents"]
    assert documents["read"] == documents["stored"] + documents["rejected"] + documents["superseded"]
    assert documents["stored"] == 78
    assert documents["superseded"] == 1
    assert documents["retracted"] == 1
    assert facts["statements"] > 100
    assert (built / "rejects.jsonl").read_text() == ""


def test_the_examples_cover_every_label_and_predicate(built: Path) -> None:
    tables = Workspace(built).current()
    labels = set(pq.read_table(tables / "mentions.parquet", columns=["label"])["label"].to_pylist())
    predicates = set(pq.read_table(tables / "evidence.parquet", columns=["predicate"])["predicate"].to_pylist())
    assert len(labels) == 13
    assert len(predicates) == 17


def test_a_query_takes_only_what_matches(tmp_path: Path) -> None:
    facts = build(tmp_path / "kg", query=parse_query("gut microbiota AND depression"))
    assert facts["documents"]["stored"] == 27
    assert facts["documents"]["filtered"] > 40


def test_reading_a_file_twice_changes_nothing(tmp_path: Path) -> None:
    kg = tmp_path / "kg"
    first = build(kg)
    before = nquads(kg)
    again = build(kg)
    # The whole graph's counts are the same, this run's are its own.
    assert again.pop("run") == dict.fromkeys(first.pop("run"), 0) | {
        "sources_read_before": 1,
        "failures": [],
        "unreadable": [],
    }
    assert again == first
    assert nquads(kg) == before


def test_counts_of_a_run_and_of_the_graph_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    article = json.dumps({"id": "10000001", "title": "Gut", "abstract": "Mood."})
    (folder / "1.jsonl").write_text(f"{article}\n{{\n")
    (folder / "2.dat").write_bytes(b"\0\1\2")
    (folder / "3.xml").write_text("<PubmedArticleSet><PubmedArticle>")
    first = build(tmp_path / "kg", folder)
    assert (first["run"]["taken"], first["run"]["rejected"]) == (1, first["documents"]["rejected"])
    (folder / "4.jsonl").write_text(article.replace("10000001", "10000002"))
    second = build(tmp_path / "kg", folder)
    assert (second["run"]["sources"], second["run"]["sources_read_before"]) == (1, 3)
    assert (second["run"]["taken"], second["run"]["rejected"]) == (1, 0)
    read, stored = first["documents"]["read"] + 1, first["documents"]["stored"] + 1
    assert second["documents"] == first["documents"] | {"read": read, "stored": stored}
    # What is wrong with a file does not go away by its having been read.
    for facts in (first, second):
        assert sorted(Path(item["file"]).name for item in facts["run"]["unreadable"]) == ["2.dat", "3.xml"]
        assert all(item["cause"] for item in facts["run"]["unreadable"])


def test_ingests_accumulate_by_pmid(tmp_path: Path, built: Path) -> None:
    kg = tmp_path / "kg"
    some = build(kg, query=parse_query("parkinson*"))
    assert some["documents"]["stored"] < 30
    build(kg)
    assert nquads(kg) == nquads(built)


def test_a_limit_holds_over_repeated_runs(tmp_path: Path) -> None:
    for _ in range(2):
        facts = build(tmp_path / "kg", limit=10)
        assert facts["documents"]["stored"] == 10


def test_another_configuration_stops_and_says_what_changed(tmp_path: Path) -> None:
    kg = tmp_path / "kg"
    build(kg, limit=5)
    with pytest.raises(ConfigurationError, match=r"direct_threshold: was 0\.5, now 0\.9") as caught:
        build(kg, settings={"direct_threshold": 0.9})
    assert "--rebuild" in caught.value.remedy
    build(kg, settings={"direct_threshold": 0.9}, rebuild=True)


def test_rebuilding_equals_building_anew(tmp_path: Path) -> None:
    changed, fresh = tmp_path / "changed", tmp_path / "fresh"
    build(changed)
    ingest(changed, [], load_settings(None, extractor="dictionary", workers=1, link_threshold=0.99), rebuild=True)
    build(fresh, settings={"link_threshold": 0.99})
    assert nquads(changed) == nquads(fresh)


def test_other_terms_link_again_and_do_not_annotate_again(tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text(
        "curie\tname\tlabel\nhttp://example.org/1\tgut inflammation\tDDF\nMONDO:0002050\tdepression\tDDF\n"
    )
    changed, fresh = tmp_path / "changed", tmp_path / "fresh"
    settings = {"extractor": "onnx", "only_terms": (own,)}
    before = build(changed, limit=20, settings={"extractor": "onnx"})
    assert (before["linked_before"], before["shipped_only"]) == (None, 0)
    facts = ingest(changed, [], load_settings(None, workers=1, **settings), rebuild=True)
    assert facts["linked_before"] == before["linked"] > facts["linked"] > 0
    assert facts["linked_by"] == {"own.tsv": facts["linked"]}
    # What these terms leave out, what ships would have linked by name.
    assert 0 < facts["shipped_only"] <= facts["mentions"] - facts["linked"]
    assert {stage: len(list((changed / "parts" / stage).iterdir())) for stage in ("annotations", "mentions")} == {
        "annotations": 1,
        "mentions": 2,
    }
    build(fresh, limit=20, settings=settings)
    assert nquads(changed) == nquads(fresh)


def test_names_without_a_concept_can_be_left_out(tmp_path: Path) -> None:
    kg, strict = tmp_path / "kg", {"extractor": "onnx", "link_threshold": 1.0}
    all_names = build(kg, limit=20, settings=strict)
    linked = build(kg, limit=20, settings=strict | {"linked_only": True}, rebuild=True)
    assert all_names["names"] > linked["names"] == 0
    assert all_names["linked"] == linked["linked"]
    assert all_names["statements"] > linked["statements"] > 0
    assert all_names["unlinked"] < linked["unlinked"]


def test_two_processes_do_not_write_one_folder(tmp_path: Path) -> None:
    with Workspace(tmp_path / "kg").lock(), pytest.raises(ConfigurationError, match="another kgbuild process"):
        build(tmp_path / "kg")


@pytest.fixture
def pooled(tmp_path: Path) -> list[str]:
    """A command that ingests the examples from four files, so that their parts are worked on by two processes."""
    root = etree.parse(EXAMPLES).getroot()
    (tmp_path / "articles").mkdir()
    for number in range(4):
        some = etree.Element(root.tag)
        # Later files win, as later records of a file do.
        some.extend([deepcopy(item) for item in root[20 * number : 20 * (number + 1)]])
        etree.ElementTree(some).write(tmp_path / f"articles/{number}.xml")
    assert len(root) <= 80
    size = FEW // 4
    (tmp_path / "kgbuild.toml").write_text(f"workers = 2\npart_size = {size}\n")
    return [*INGEST, "--source", str(tmp_path / "articles"), "--config", str(tmp_path / "kgbuild.toml")]


def test_workers_give_the_same_graph_as_one_process(tmp_path: Path, built: Path, pooled: list[str]) -> None:
    kg = tmp_path / "kg"
    subprocess.run([*pooled, "--kg", str(kg)], check=True, capture_output=True)
    assert len(list((kg / "parts/evidence").iterdir())) == 4
    assert nquads(kg) == nquads(built)


def kill_and_go_on(folder: Path, command: list[str], expected: bytes, kills: int, seed: int, longest: float) -> None:
    """Kill a run at random moments, each time a fresh one; after the next run the graph is as if undisturbed."""
    chance = random.Random(seed)
    for number in range(kills):
        kg = folder / f"kg{number}"
        run = [*command, "--kg", str(kg)]
        process = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(chance.uniform(0.1, longest))
        # Only the main process is killed: its workers must end by themselves.
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        subprocess.run(run, check=True, capture_output=True)
        assert nquads(kg) == expected, f"kill {number}"


@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.stress)])
def test_a_killed_run_goes_on_to_the_same_graph(tmp_path: Path, built: Path, pooled: list[str], kills: int) -> None:
    start = time.monotonic()
    subprocess.run([*pooled, "--kg", str(tmp_path / "timed")], check=True, capture_output=True)
    kill_and_go_on(tmp_path, pooled, nquads(built), kills, seed=kills, longest=time.monotonic() - start)


@pytest.mark.stress
def test_real_articles_survive_a_hundred_kills(tmp_path: Path, shared: Path) -> None:
    command = [*INGEST, "--source", str(shared / "data/pubmed")]
    start = time.monotonic()
    subprocess.run([*command, "--kg", str(tmp_path / "timed")], check=True, capture_output=True)
    longest = time.monotonic() - start
    kill_and_go_on(tmp_path, command, nquads(tmp_path / "timed"), 100, seed=1, longest=longest)
