"""`kgbuild ingest --pmids`: articles by PMID, kept in the graph's folder."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kgbuild.config import load_settings
from kgbuild.errors import RemoteError
from kgbuild.model import Document, Reject
from kgbuild.pipeline import ingest as build
from kgbuild.repair import repair
from kgbuild.source.live import fetch_pmids, search_pubmed
from kgbuild.source.pmids import Pmids, read_pmids

FIRST = 38_000_000


def numbers(count: int, start: int = 0) -> list[str]:
    return [str(FIRST + 3 * number) for number in range(start, start + count)]


def fetched(pmids: Pmids, kg: Path, settings: Any, **options: Any) -> tuple[list[str], list[Reject]]:
    records = [record for file in fetch_pmids(pmids, kg, settings=settings(), **options) for record in file.records()]
    ids = [record.id for record in records if isinstance(record, Document)]
    return ids, [record for record in records if isinstance(record, Reject)]


def asked(server: Any) -> list[int]:
    """How many PMIDs each request asked for."""
    return [len(sent["id"].split(",")) for sent in server.calls("efetch")]


def test_a_list_is_fetched_in_batches_and_kept(server: Any, settings: Any, tmp_path: Path) -> None:
    wanted = Pmids("list", tuple(numbers(450)), ())
    assert fetched(wanted, tmp_path, settings) == (numbers(450), [])
    assert asked(server) == [200, 200, 50]
    assert fetched(wanted, tmp_path, settings) == (numbers(450), [])
    assert len(asked(server)) == 3, "what was fetched is not fetched again"


def test_a_longer_list_fetches_only_what_is_new(server: Any, settings: Any, tmp_path: Path) -> None:
    fetched(Pmids("list", tuple(numbers(5)), ()), tmp_path, settings)
    both = Pmids("list", tuple(numbers(4, start=3)), ())
    assert fetched(both, tmp_path, settings) == (numbers(4, start=3), []), "only what this list names"
    assert asked(server) == [5, 2]


def test_what_pubmed_does_not_have_and_what_is_no_pmid_is_rejected(
    server: Any, settings: Any, tmp_path: Path
) -> None:
    server.withheld = {FIRST + 3}
    wanted = read_pmids([], [f"{FIRST},{FIRST + 3},{FIRST + 1},PMC9"])
    ids, rejects = fetched(wanted, tmp_path, settings)
    assert ids == [str(FIRST)]
    assert [(reject.record, reject.cause) for reject in rejects] == [
        ("line 1", "PMC9 is no PMID"),
        (f"PMID {FIRST + 3}", "PubMed has no such article, or did not send it"),
        (f"PMID {FIRST + 1}", "PubMed has no such article, or did not send it"),
    ]
    server.withheld = set()
    ids, rejects = fetched(wanted, tmp_path, settings)
    assert ids == [str(FIRST), str(FIRST + 3)]
    assert len(rejects) == 2


def test_nothing_sent_at_all_leaves_no_file(settings: Any, tmp_path: Path) -> None:
    ids, rejects = fetched(Pmids("list", ("1", "2"), ()), tmp_path, settings)
    assert (ids, len(rejects)) == ([], 2)
    assert list(tmp_path.rglob("*.xml.gz")) == []


def test_limit_takes_the_first(server: Any, settings: Any, tmp_path: Path) -> None:
    ids, _ = fetched(Pmids("list", tuple(numbers(10)), ()), tmp_path, settings, limit=3)
    assert ids == numbers(3)
    assert asked(server) == [3]


def test_a_run_that_fails_goes_on_where_it_was(server: Any, settings: Any, tmp_path: Path) -> None:
    wanted = Pmids("list", tuple(numbers(450)), ())
    server.faults = ["", "429", *["503"] * 8]
    with pytest.raises(RemoteError, match="HTTP 503"):
        fetched(wanted, tmp_path, settings)
    server.faults = []
    server.requests.clear()
    assert fetched(wanted, tmp_path, settings) == (numbers(450), [])
    assert asked(server) == [200, 50]


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"\x1f\x8b\x08"), Path.unlink])
def test_a_file_that_is_cut_or_lost_comes_again(server: Any, settings: Any, tmp_path: Path, damage: Any) -> None:
    wanted = Pmids("list", tuple(numbers(250)), ())
    fetched(wanted, tmp_path, settings)
    damage(tmp_path / "pubmed/pmids/00001.xml.gz")
    (tmp_path / "pubmed/pmids/00003.xml.gz.tmp-0123456789ab").write_bytes(b"cut")
    ids, rejects = fetched(wanted, tmp_path, settings)
    assert (sorted(ids), rejects) == (numbers(250), [])
    assert asked(server) == [200, 50, 200]
    assert not list(tmp_path.rglob("*.tmp-*"))


CHILD = """
import sys
from pathlib import Path
from kgbuild.source.eutils import EutilsSettings
from kgbuild.source.live import fetch_pmids
from kgbuild.source.pmids import read_pmids
settings = EutilsSettings(base_url=sys.argv[1], requests_per_second=1e4, backoff=0.01)
for file in fetch_pmids(read_pmids([Path(sys.argv[3])]), Path(sys.argv[2]), settings=settings):
    pass
"""


def test_killed_runs_go_on(server: Any, settings: Any, tmp_path: Path) -> None:
    pmids = numbers(3000)
    (tmp_path / "list.txt").write_text("\n".join(pmids))
    chance = random.Random(3)
    killed = 0
    for _ in range(3):
        reached = len(server.requests) + chance.randint(1, 4)
        child = subprocess.Popen([sys.executable, "-c", CHILD, server.url, str(tmp_path), str(tmp_path / "list.txt")])
        while child.poll() is None and len(server.requests) < reached:
            time.sleep(0.002)
        time.sleep(chance.random() * 0.02)
        child.kill()
        killed += child.wait() == -signal.SIGKILL
    before = len(server.requests)
    ids, rejects = fetched(read_pmids([tmp_path / "list.txt"]), tmp_path, settings)
    assert killed == 3
    assert (sorted(ids), rejects) == (pmids, [])
    assert len(server.requests) - before < 15, "what killed runs fetched was kept"


def ingest(server: Any, kg: Path, *options: object) -> dict[str, Any]:
    result = subprocess.run(
        [sys.executable, "-m", "kgbuild", "ingest", "--kg", str(kg), "--extractor", "dictionary", "--json"]
        + [str(option) for option in options],
        env={**os.environ, "KGBUILD_EUTILS_URL": server.url},
        capture_output=True,
        text=True,
        check=True,
    )
    facts: dict[str, Any] = json.loads(result.stdout)
    return facts


def test_a_graph_of_pmids_from_options_and_files(server: Any, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"PMID:{FIRST}\n{FIRST + 6}\nPMC9\n")
    (tmp_path / "a.jsonl").write_text('{"id": "7", "title": "A gut"}')
    kg = tmp_path / "kg"
    facts = ingest(server, kg, "--pmids", f"{FIRST + 3},1", "--source", tmp_path / "list.txt")
    assert facts["documents"]["stored"] == 3
    rejects = [json.loads(line)["record"] for line in (kg / "rejects.jsonl").read_text().splitlines()]
    assert rejects == ["line 3", "PMID 1"]
    requests = len(server.requests)
    again = ingest(server, kg, "--pmids", tmp_path / "list.txt", "--source", tmp_path / "a.jsonl")
    assert again["documents"]["stored"] == 4
    assert len(server.requests) == requests
    filtered = ingest(server, tmp_path / "other", "--pmids", f"{FIRST},{FIRST + 3}", "--query", "rare[tiab]")
    assert (filtered["documents"]["stored"], filtered["documents"]["filtered"]) == (1, 1)


def test_annotate_fetches_a_list(server: Any, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{FIRST}\n1\n")
    result = subprocess.run(
        [sys.executable, "-m", "kgbuild", "annotate", str(tmp_path / "list.txt"), "--extractor", "dictionary"],
        env={**os.environ, "KGBUILD_EUTILS_URL": server.url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [json.loads(line)["document"]["id"] for line in result.stdout.splitlines()] == [str(FIRST)]
    assert "PubMed has no such article" in " ".join(result.stderr.split())


@pytest.mark.parametrize("kind", ["list", "search"])
def test_articles_that_a_graph_lost_are_read_again_from_what_was_fetched(
    kind: str, server: Any, settings: Any, tmp_path: Path
) -> None:
    wanted = Pmids("list", tuple(numbers(5)), ())
    found = (
        fetch_pmids(wanted, tmp_path / "kg", settings=settings())
        if kind == "list"
        else search_pubmed("gut", tmp_path / "kg", settings=settings(), limit=5)
    )
    build(tmp_path / "kg", found, load_settings(None, extractor="dictionary"))
    (part,) = (tmp_path / "kg/parts/documents").iterdir()
    former, calls = part.read_bytes(), len(server.calls("efetch"))
    part.unlink()
    repair(tmp_path / "kg")
    assert part.read_bytes() == former
    assert len(server.calls("efetch")) == calls
