"""`-o` writes to what is there, folders of others are refused, and what goes wrong is one message."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

KGBUILD = (sys.executable, "-m", "kgbuild")


def device(path: Path, minor: int) -> Path:
    """A device of the test's own: 3 takes all and 7 is full, as the system's null and full."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, minor))
        with path.open("wb"):
            pass
    except OSError as error:
        pytest.skip(f"no device can be made here: {error}")
    return path


def test_exports_go_through_links_and_into_fifos(run: Run, kg: Path, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "graph.nq").write_text("old")
    (tmp_path / "link").symlink_to("far/graph.nq")
    run("export", "nquads", "--reproducible", "--kg", kg, "-o", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    os.mkfifo(tmp_path / "fifo")
    with (tmp_path / "copy").open("wb") as copy:
        reader = subprocess.Popen(["cat", tmp_path / "fifo"], stdout=copy)
        run("export", "nquads", "--reproducible", "--kg", kg, "-o", tmp_path / "fifo")
        reader.wait(20)
    assert stat.S_ISFIFO((tmp_path / "fifo").lstat().st_mode)
    assert (tmp_path / "copy").read_bytes() == (tmp_path / "far" / "graph.nq").read_bytes() != b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "far", "fifo", "link"]


def test_devices_stay(run: Run, kg: Path, examples: Path, tmp_path: Path) -> None:
    path = device(tmp_path / "null", 3)
    run("export", "sssom", "--kg", kg, "-o", path)
    run("export", "csv", "--kg", kg, "-o", path, code=2)
    run("annotate", examples, "--extractor", "dictionary", "-o", path)
    assert stat.S_ISCHR(path.lstat().st_mode)


def test_a_full_disk_is_one_message(run: Run, kg: Path, tmp_path: Path) -> None:
    path = device(tmp_path / "full", 7)
    err = run("export", "nquads", "--kg", kg, "-o", path, code=1).stderr
    assert "No space left on device" in err
    assert "Make room there" in err
    assert len(err.splitlines()) == 2


def test_a_folder_of_others_is_refused(examples: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    (tmp_path / "draft.tmp-0123456789ab").write_text("more of it")
    command = [*KGBUILD, "ingest", "--extractor", "dictionary", "--source", str(examples), "--kg", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "kgbuild: . holds files and no graph of kgbuild",
        "Give a new or an empty folder with --kg.",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["draft.tmp-0123456789ab", "thesis.docx"]


@pytest.mark.parametrize("name", ["x" * 300, "file/kg", os.fsdecode(b"caf\xe9")])
def test_names_that_cannot_be_are_one_message(run: Run, kg: Path, examples: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    for command in (
        ("ingest", "--extractor", "dictionary", "--source", examples, "--kg", tmp_path / name),
        ("export", "sssom", "--kg", kg, "-o", tmp_path / name),
    )[: 1 if name.startswith("caf") else 2]:
        err = run(*command, code=2).stderr
        assert 1 <= len(err.splitlines()) <= 3
        assert err.startswith("kgbuild: ")
