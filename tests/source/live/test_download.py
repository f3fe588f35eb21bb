"""Downloading all that a query finds: slices, faults on the way, kills, later runs."""

import gzip
import json
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kgbuild.errors import ConfigurationError, InputError, RemoteError
from kgbuild.model import Document
from kgbuild.source.download import download, download_folder, read_download
from kgbuild.source.eutils_answers import read_articles
from kgbuild.source.pubmed import PubMedFile


def pmids_in(files) -> list[int]:
    found = (read_articles(gzip.decompress(path.read_bytes())).pmids for path in files)
    return [int(pmid) for pmids in found for pmid in pmids]


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def plan_of(folder: Path) -> dict:
    return json.loads((folder / "plan.json").read_text())


@pytest.fixture
def folder(tmp_path) -> Path:
    return download_folder(tmp_path, "rare")


def test_a_small_query(server, settings, folder):
    progress = []
    files = list(download("rare", folder, settings=settings(), progress=lambda *numbers: progress.append(numbers)))
    assert [path.name for path in files] == ["00001-0001.xml.gz", "00001-0002.xml.gz", "00001-0003.xml.gz"]
    assert pmids_in(files) == server.find("rare", None)
    assert progress == [(0, 450), (200, 450), (400, 450), (450, 450)]
    got = read_download(folder)
    assert got.files == tuple(files)
    assert (got.query, got.query_translation, got.count) == ("rare", '"rare"[All Fields]', 450)
    assert (got.warnings, got.missing, got.complete) == ((), (), True)
    assert len(server.calls("esearch")) == 1
    assert all("WebEnv" in sent and "id" not in sent for sent in server.calls("efetch"))


def test_the_files_are_pubmed_xml(settings, folder):
    first = next(download("lone OR rare", folder, settings=settings(), limit=3))
    records = list(PubMedFile(first).records())
    assert [type(record) for record in records] == [Document] * 3
    assert records[0].text("title") == f"Made-up record {records[0].id}."


def test_a_query_larger_than_a_search(server, settings, folder):
    files = list(download("gut", folder, settings=settings()))
    pmids = pmids_in(files)
    assert len(pmids) == len(set(pmids)) == 12_600
    assert set(pmids) == set(server.articles)
    got = read_download(folder)
    assert (got.count, got.warnings, got.missing) == (12_600, (), ())
    slices = [part["slice"] for part in plan_of(folder)["parts"]]
    busy = [part for part in slices if part["first"] == part["last"] == "2024-03-15"]
    assert all("low" in part for part in busy)
    assert len(busy) >= 2, "the busy day is cut by PMID"
    assert any("low" not in part for part in slices), "the other days are cut by date alone"
    assert max(part["count"] for part in plan_of(folder)["parts"]) <= 9_999
    assert len(server.calls("esearch")) < 60


def test_limit_takes_the_most_recently_added(server, settings, folder):
    newest = server.find("gut", None)
    assert pmids_in(download("gut", folder, settings=settings(), limit=250)) == newest[:250]
    assert len(server.calls("esearch")) == 1
    more = pmids_in(download("gut", folder, settings=settings(), limit=300))
    assert more == newest[:300]
    assert read_download(folder).warnings == ()


def test_limit_larger_than_a_search(server, settings, folder):
    pmids = pmids_in(download("gut", folder, settings=settings(), limit=10_001))
    assert len(set(pmids)) == len(pmids) == 10_001
    assert {server.articles[pmid].entered for pmid in pmids} == {date(2024, 3, 15)}


def test_a_later_run_fetches_only_what_is_new(server, settings, folder):
    before = list(download("rare", folder, settings=settings()))
    del server.articles[38_000_000]
    for pmid in (50_000_001, 38_000_001):
        server.articles[pmid] = replace(server.articles[38_000_084], pmid=pmid)
    server.requests.clear()
    after = list(download("rare", folder, settings=settings()))
    assert after[: len(before)] == before
    assert pmids_in(after[len(before) :]) == [50_000_001, 38_000_001]
    assert [sent["id"] for sent in server.calls("efetch")] == ["50000001,38000001"]
    server.requests.clear()
    assert list(download("rare", folder, settings=settings())) == after
    assert server.calls("efetch") == []
    assert read_download(folder).count == 451


def test_expired_history_is_searched_again(server, settings, folder):
    files = []
    for path in download("rare", folder, settings=settings()):
        files.append(path)
        server.expire_history()
    assert pmids_in(files) == server.find("rare", None)
    assert len(server.calls("esearch")) == 3


def test_history_that_never_holds_is_done_without(server, settings, folder):
    server.faults = ["", *["expired", ""] * 2, "expired"]
    assert pmids_in(download("rare", folder, settings=settings(), limit=200)) == server.find("rare", None)[:200]
    assert "id" in server.calls("efetch")[-1]


def test_records_that_come_while_history_expires_wait_for_the_next_run(server, settings, folder):
    listed = server.find("rare", None)
    run = download("rare", folder, settings=settings())
    files = [next(run)]
    server.expire_history()
    server.articles[38_000_001] = replace(server.articles[38_000_000], pmid=38_000_001)
    files += run
    assert pmids_in(files) == listed
    assert pmids_in(list(download("rare", folder, settings=settings()))[3:]) == [38_000_001]


def test_every_passing_fault_in_one_run(server, settings, folder):
    kinds = ["429", "500", "502", "503", "timeout", "reset", "cut", "cut connection", "html", "json", "backend"]
    server.faults = [fault for kind in kinds for fault in (kind, "")]
    files = list(download("gut", folder, settings=settings(read_timeout=0.5)))
    assert server.faults == []
    assert set(pmids_in(files)) == set(server.articles)


def test_records_that_pubmed_does_not_send_are_recorded(server, settings, folder):
    server.withheld = {38_000_084, 38_000_168}
    files = list(download("rare", folder, settings=settings()))
    assert set(pmids_in(files)) == set(server.find("rare", None)) - server.withheld
    missing = read_download(folder).missing
    assert [reject.record for reject in missing] == ["PMID 38000084", "PMID 38000168"]
    assert missing[0].cause == "PubMed lists it but did not send it"
    server.withheld = set()
    again = list(download("rare", folder, settings=settings()))
    assert pmids_in(again[3:]) == [38_000_168, 38_000_084]
    assert read_download(folder).missing == ()


def test_a_batch_of_which_nothing_is_sent_is_an_empty_file(server, settings, folder):
    server.withheld = {38_021_000}
    (empty,) = download("lone", folder, settings=settings())
    assert list(PubMedFile(empty).records()) == []
    assert [reject.record for reject in read_download(folder).missing] == ["PMID 38021000"]


def test_records_without_entry_date_are_noticed(server, settings, folder):
    for pmid in list(server.articles)[-5:]:
        server.articles[pmid] = replace(server.articles[pmid], entered=None)
    files = list(download("gut", folder, settings=settings()))
    assert len(pmids_in(files)) == 12_595
    (warning,) = read_download(folder).warnings
    assert warning.startswith("PubMed counted 12600 records, but its searches listed 12595: ")


def test_nothing_found(settings, folder):
    assert list(download("abcxyz", folder, settings=settings())) == []
    got = read_download(folder)
    assert (got.count, got.files, got.complete) == (0, (), True)
    assert got.warnings == ("phrase not found: abcxyz", "No items found.")


def test_a_failed_run_takes_up_where_it_was(server, settings, folder):
    run = download("rare", folder, settings=settings(attempts=2))
    first = next(run)
    server.faults = ["503", "503"]
    with pytest.raises(RemoteError, match="HTTP 503"):
        next(run)
    assert not read_download(folder).complete
    assert read_download(folder).files == (first,)
    server.requests.clear()
    assert pmids_in(download("rare", folder, settings=settings())) == server.find("rare", None)
    assert [sent["retstart"] for sent in server.calls("efetch")] == ["200", "400"]


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"\x1f\x8b\x08")])
def test_files_that_are_lost_or_cut_in_an_unfinished_part_come_again(server, settings, folder, damage):
    whole = list(download("rare", folder, settings=settings()))
    expected = content(folder)
    plan = plan_of(folder)
    plan["parts"][0]["done"] = False
    (folder / "plan.json").write_text(json.dumps(plan))
    damage(whole[1])
    server.requests.clear()
    assert list(download("rare", folder, settings=settings())) == whole
    assert content(folder) == expected
    assert len(server.calls("efetch")) == 1


def test_a_file_that_was_removed_comes_again(settings, folder):
    whole = list(download("rare", folder, settings=settings()))
    expected = content(folder)
    whole[2].unlink()
    assert list(download("rare", folder, settings=settings())) == whole
    assert content(folder) == expected


def test_misuse_is_refused(settings, folder):
    for query, limit, cause in [(" ", None, "query is empty"), ("rare", 0, "limit is 0")]:
        with pytest.raises(InputError, match=cause):
            download(query, folder, settings=settings(), limit=limit)
    list(download("rare", folder, settings=settings(), limit=1))
    with pytest.raises(ConfigurationError, match="another query: rare"):
        download("lone", folder, settings=settings())


@pytest.mark.parametrize(
    ("name", "damaged"),
    [
        ("plan.json", b'{"query": "rare"'),
        ("plan.json", b'{"version": 2, "query": "rare"}'),
        ("plan.json", b"\xff"),
        ("00001.pmids.txt", b"38000000\n"),
        ("00001.pmids.txt", b"\xff"),
    ],
)
def test_a_damaged_folder_is_refused(settings, folder, name, damaged):
    list(download("rare", folder, settings=settings()))
    (folder / name).write_bytes(damaged)
    with pytest.raises(InputError, match=name) as caught:
        list(download("rare", folder, settings=settings()))
    assert f"Remove the folder {folder}" in caught.value.remedy


def test_the_key_is_in_no_file(settings, folder):
    list(download("rare", folder, settings=settings(api_key="s3cret")))
    for path in folder.iterdir():
        stored = path.read_bytes()
        assert b"s3cret" not in (gzip.decompress(stored) if path.suffix == ".gz" else stored)


def test_folders_of_queries(tmp_path):
    folder = download_folder(tmp_path, "gut AND brain")
    assert folder.parent == tmp_path / "pubmed"
    assert folder == download_folder(tmp_path, " gut  AND brain ")
    assert folder != download_folder(tmp_path, "gut AND Brain")


CHILD = """
import sys
from pathlib import Path
from kgbuild.source.download import download
from kgbuild.source.eutils import EutilsSettings
settings = EutilsSettings(base_url=sys.argv[1], requests_per_second=1e4, backoff=0.01)
for path in download("gut", Path(sys.argv[2]), settings=settings):
    pass
"""


def _kill_and_resume(server, settings, tmp_path: Path, times: int, seed: int) -> None:
    """SIGKILL at random moments, all within one download; then the folder equals an undisturbed run's."""
    whole, folder = tmp_path / "whole", tmp_path / "killed"
    list(download("gut", whole, settings=settings()))
    requests = len(server.requests)
    rng = random.Random(seed)
    killed = 0
    for _ in range(times):
        reached = len(server.requests) + rng.randint(1, requests // times)
        child = subprocess.Popen([sys.executable, "-c", CHILD, server.url, str(folder)])
        while child.poll() is None and len(server.requests) < reached:
            time.sleep(0.002)
        time.sleep(rng.random() * 0.02)
        child.kill()
        killed += child.wait() == -signal.SIGKILL
    files = list(download("gut", folder, settings=settings()))
    assert killed == times
    assert content(folder) == content(whole)
    pmids = pmids_in(files)
    assert len(pmids) == len(set(pmids)) == 12_600


def test_killed_runs_resume(server, settings, tmp_path):
    _kill_and_resume(server, settings, tmp_path, times=5, seed=5)


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(20))
def test_many_killed_runs_resume(server, settings, tmp_path, seed):
    _kill_and_resume(server, settings, tmp_path, times=5, seed=seed)
