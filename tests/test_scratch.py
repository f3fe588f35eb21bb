"""Folders for what does not fit into memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from kgbuild.scratch import PREFIX, scratch


def test_folders_of_killed_processes_go_and_those_in_use_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    script = "from kgbuild.scratch import scratch\nwith scratch() as f: print(f, flush=True); input()"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env={"TMPDIR": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    folders = [Path(run.stdout.readline().strip()) for run in runs if run.stdout]
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path)
    assert all((folder.is_dir(), folder.stat().st_mode & 0o077 == 0) == (True, True) for folder in folders)
    runs[0].kill()
    runs[0].wait()
    with scratch() as own:
        assert {folder.is_dir() for folder in (own, folders[1])} == {True}
        assert not folders[0].exists()
    assert not own.exists()
    runs[1].communicate("\n")
    assert not folders[1].exists()
