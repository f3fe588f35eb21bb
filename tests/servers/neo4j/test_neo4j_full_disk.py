"""A disk that is full in the middle of a load: one message, and the next load gives the graph."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgbuild.errors import RemoteError
from kgbuild.load.neo4j import load_neo4j
from tests.servers.neo4j import made_up
from tests.servers.neo4j.dump import dump
from tests.servers.neo4j.server import serving

LEFT = 256 << 10


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, which only some may mount."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", place]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk(programs: Path, small_disk: Path, tmp_path: Path) -> None:
    old, new = (made_up.write(tmp_path / str(n), n // 5, n, seed=n) for n in (200, 2_000))
    with serving(small_disk / "home", discard=True) as server:
        load_neo4j(old, server)
        free = os.statvfs(small_disk)
        filler = small_disk / "filler"
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - LEFT)
        with pytest.raises(RemoteError) as caught:
            load_neo4j(new, server)
        assert f"{server.uri} can not write to its disk" in caught.value.message
        assert "run the command again" in caught.value.remedy
        filler.unlink()
    with serving(small_disk / "home", discard=True) as server:
        load_neo4j(new, server)
        load_neo4j(new, server, graph="undisturbed")
        assert dump(server, "kgbuild") == dump(server, "undisturbed")
