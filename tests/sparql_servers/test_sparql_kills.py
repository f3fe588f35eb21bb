"""A load that is killed at any moment shows the old graph or the new; the next run makes it whole."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kgbuild.load.rdf import graphs
from kgbuild.load.sparql_server import MAIN, load_sparql
from tests import example_graph as example
from tests.sparql_servers.conftest import Dataset, Graphs, expected

_ROOT = Path(__file__).parents[2]
_LOAD = """
import sys
from pathlib import Path
from kgbuild.load.sparql_http import ServerSettings
from kgbuild.load.sparql_server import load_sparql
import kgbuild.load.nquads, duckdb, httpx, pyarrow.dataset, tenacity
from tests.example_graph import RUN
print("ready", flush=True)
load_sparql(Path(sys.argv[1]), ServerSettings(url=sys.argv[2], batch=6_000), run=RUN)
"""


def _start(tables: Path, dataset: Dataset) -> subprocess.Popen:
    child = subprocess.Popen(
        [sys.executable, "-c", _LOAD, tables, dataset.url], stdout=subprocess.PIPE, text=True, cwd=_ROOT
    )
    assert child.stdout.readline() == "ready\n"
    return child


def _shown(held: Graphs) -> Graphs:
    return {name: text for name, text in held.items() if name in (MAIN, *graphs().values())}


def _check_kills(dataset: Dataset, old: Path, new: Path, before: Graphs, after: Graphs, kills: int) -> None:
    load_sparql(old, dataset.settings(), run=example.RUN)
    with _start(new, dataset) as child:
        begun = time.monotonic()
        assert child.wait() == 0
    duration = time.monotonic() - begun
    assert dataset.graphs() == after
    choose, cut = random.Random(11), 0
    for number in range(kills):
        tables, wanted = (new, after) if number % 2 else (old, before)
        with _start(tables, dataset) as child:
            time.sleep(duration * (number % 5 + choose.random()) / 5)
            child.send_signal(signal.SIGKILL)
        # What the server still does is done before this: it writes one after another.
        dataset.update("DROP SILENT GRAPH <x:none>")
        held = dataset.graphs()
        assert _shown(held) in (before, after)
        cut += held not in (before, after)
        load_sparql(tables, dataset.settings(), run=example.RUN)
        assert dataset.graphs() == wanted
    assert cut, "no kill hit a load"


def test_five_kills(disk: Dataset, old: Path, new: Path, old_store: Path, new_store: Path) -> None:
    _check_kills(disk, old, new, expected(old_store), expected(new_store), 5)


@pytest.mark.stress
def test_a_hundred_kills(disk: Dataset, old: Path, new: Path, old_store: Path, new_store: Path) -> None:
    _check_kills(disk, old, new, expected(old_store), expected(new_store), 100)
