"""The embedded store: whole or not there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.errors import GraphError
from kgbuild.files import remove_temporaries
from kgbuild.load.nquads import blocks
from kgbuild.load.oxigraph import build_store, open_store
from tests import example_graph as example


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example.write(tmp_path_factory.mktemp("graph"), example.rows())


def test_the_store_holds_the_quads_of_the_text(tables: Path, tmp_path: Path) -> None:
    report = build_store(tables, tmp_path / "rdf", example.RUN)
    store = open_store(report.path)
    text = "".join(blocks(tables, run=example.RUN, reproducible=False))
    expected = ox.Store()
    expected.load(text.encode(), format=ox.RdfFormat.N_QUADS)
    assert set(store) == set(expected)
    assert len(store) == report.quads
    assert [path.name for path in tmp_path.iterdir()] == ["rdf"]


def test_several_readers_share_a_store_and_none_writes(tables: Path, tmp_path: Path) -> None:
    build_store(tables, tmp_path / "rdf", example.RUN)
    first, second = open_store(tmp_path / "rdf"), open_store(tmp_path / "rdf")
    assert len(first) == len(second) > 0
    with pytest.raises(RuntimeError, match="read-write"):
        first.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.NamedNode("x:o")))


def test_a_finished_store_is_never_overwritten(tables: Path, tmp_path: Path) -> None:
    build_store(tables, tmp_path / "rdf", example.RUN)
    with pytest.raises(GraphError, match="exists already"):
        build_store(tables, tmp_path / "rdf", example.RUN)


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(GraphError):
        build_store(tmp_path / "nowhere", tmp_path / "rdf", example.RUN)
    assert list(tmp_path.iterdir()) == []


def test_no_store_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="holds no RDF store"):
        open_store(tmp_path / "rdf")


_BUILD = """
import sys, pathlib
sys.path.insert(0, {root!r})
from tests import example_graph as example
from kgbuild.load import oxigraph
original = oxigraph._load
def slow(store, text):
    original(store, text)
    print("loaded", flush=True)
    import time; time.sleep(60)
oxigraph._load = slow
oxigraph.build_store(pathlib.Path({tables!r}), pathlib.Path({target!r}), example.RUN)
"""


def test_a_killed_build_leaves_no_store_under_its_name(tables: Path, tmp_path: Path) -> None:
    target = tmp_path / "rdf"
    root = str(Path(__file__).resolve().parents[2])
    script = _BUILD.format(root=root, tables=str(tables), target=str(target))
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"loaded\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not target.exists()
    assert len(list(tmp_path.iterdir())) == 1
    remove_temporaries(tmp_path)
    assert list(tmp_path.iterdir()) == []
    started = time.monotonic()
    assert build_store(tables, target, example.RUN).quads == len(open_store(target))
    assert time.monotonic() - started < 60
