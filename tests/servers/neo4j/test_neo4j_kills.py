"""A load that is killed at any moment, then run again, gives the graph of an undisturbed one."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kgbuild.load.neo4j import load_neo4j, remove_neo4j
from kgbuild.load.neo4j_server import Neo4jSettings
from tests.servers.neo4j import made_up
from tests.servers.neo4j.dump import dump

_LOAD = """
import sys
from pathlib import Path
from kgbuild.load.neo4j import load_neo4j
from kgbuild.load.neo4j_server import settings_from
import kgbuild.load.scan, neo4j, duckdb, pyarrow.dataset
print("ready", flush=True)
load_neo4j(Path(sys.argv[1]), settings_from(), graph=sys.argv[2], batch=20)
"""


def _start(tables: Path, server: Neo4jSettings, graph: str) -> subprocess.Popen:
    environment = {
        "KGBUILD_NEO4J_URI": server.uri,
        "KGBUILD_NEO4J_USER": server.user,
        "KGBUILD_NEO4J_PASSWORD": server.password,
        "PATH": "/usr/bin:/bin",
    }
    child = subprocess.Popen(
        [sys.executable, "-c", _LOAD, tables, graph], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "ready\n"
    return child


def _check_kills(tmp_path: Path, server: Neo4jSettings, graph: str, kills: int) -> None:
    """Updates of an older graph are killed, so that creations, changes and removals are all cut off."""
    old = made_up.write(tmp_path / "old", 120, 400, seed=1)
    new = made_up.write(tmp_path / "new", 160, 500, seed=2)
    load_neo4j(old, server, graph=graph)
    before = dump(server, graph)
    begun = time.monotonic()
    with _start(new, server, graph) as child:
        assert child.wait() == 0
    duration = time.monotonic() - begun
    after = dump(server, graph)
    choose, cut = random.Random(7), 0
    for number in range(kills):
        load_neo4j(old, server, graph=graph)
        with _start(new, server, graph) as child:
            time.sleep(duration * (number % 5 + choose.random()) / 6)
            child.send_signal(signal.SIGKILL)
        cut += dump(server, graph) not in (before, after)
        if number % 2:
            # The next run need not be of the same tables.
            load_neo4j(old, server, graph=graph)
            assert dump(server, graph) == before
        load_neo4j(new, server, graph=graph)
        assert dump(server, graph) == after
    assert cut, "no kill hit a load"
    remove_neo4j(server, graph=graph)


def test_five_kills(tmp_path: Path, server: Neo4jSettings, graph: str) -> None:
    _check_kills(tmp_path, server, graph, 5)


@pytest.mark.stress
def test_a_hundred_kills(tmp_path: Path, server: Neo4jSettings, graph: str) -> None:
    _check_kills(tmp_path, server, graph, 100)
