"""No module comes from the current folder, and no library calls home."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kgbuild import isolation

SCRIPT = Path(sys.executable).with_name("kgbuild")
ROOT = Path(__file__).resolve().parents[1]
# What `python -m` itself imports to find the package, before any code of the package runs; `python -P -m` does not.
_STARTED = set(
    subprocess.run(
        [sys.executable, "-c", "import runpy, pkgutil, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
)


ARTICLE = (
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>70000001</PMID><Article><Journal><JournalIssue><PubDate>"
    "<Year>2020</Year></PubDate></JournalIssue></Journal><ArticleTitle>Butyrate and Parkinson disease.</ArticleTitle>"
    "<Abstract><AbstractText>Butyrate reduced depression in mice.</AbstractText></Abstract></Article>"
    "</MedlineCitation></PubmedArticle></PubmedArticleSet>"
)
POOL = """
import multiprocessing, os
from concurrent.futures import ProcessPoolExecutor
from kgbuild.workers import sharing_cores
with sharing_cores(1), ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
    assert pool.submit(os.getppid).result() == os.getpid()
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder with a module of every name that python or kgbuild may import; each leaves a trace and fails."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    installed = {name for name in importlib.metadata.packages_distributions() if name.isidentifier()}
    for name in (set(sys.stdlib_module_names) | installed) - _STARTED - {"kgbuild"}:
        code = f"open({str(tmp_path / 'trace')!r}, 'a').write({name!r} + ' ')\nraise SystemExit('hostile')\n"
        (folder / f"{name}.py").write_text(code)
    return folder


def _ran(tmp_path: Path) -> str:
    trace = tmp_path / "trace"
    return trace.read_text() if trace.exists() else ""


@pytest.mark.parametrize("path", [None, "", os.pathsep, f"{os.pathsep}/nowhere"])
@pytest.mark.parametrize("start", [[str(SCRIPT)], [sys.executable, "-m", "kgbuild"]], ids=["kgbuild", "python -m"])
def test_modules_of_the_current_folder_are_not_imported(
    hostile: Path, tmp_path: Path, start: list[str], path: str | None
) -> None:
    if path and len(start) == 1:
        pytest.skip("the script that an installer writes imports re itself, before kgbuild runs")
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    if path is not None:
        environment["PYTHONPATH"] = path
    done = subprocess.run([*start, "--version"], cwd=hostile, env=environment, capture_output=True, text=True)
    assert (done.returncode, _ran(tmp_path)) == (0, ""), done.stderr


def test_neither_do_worker_processes(hostile: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    command = [sys.executable, "-P", "-c", POOL]
    done = subprocess.run(command, cwd=hostile, env=environment, capture_output=True, text=True)
    assert (done.returncode, _ran(tmp_path)) == (0, ""), done.stderr


def test_a_program_that_imports_kgbuild_keeps_its_path(tmp_path: Path) -> None:
    path = [str(tmp_path), "/elsewhere"]
    isolation.leave_current_folder(["script.py"], ["python", "script.py"], path)
    isolation.leave_current_folder(["-m"], ["python", "-m", "notebook"], path)
    assert path == [str(tmp_path), "/elsewhere"]


def test_an_ingest_imports_nothing_from_here_and_calls_nobody(hostile: Path, tmp_path: Path) -> None:
    """An ingest with the model and two queries, in an empty network namespace where the system lets us make one.

    What they ask the system for is read with strace where there is one: no socket of the internet is opened.
    """
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    environment |= {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment |= dict.fromkeys(isolation.QUIET, "0")
    calls, kg, source = tmp_path / "calls", tmp_path / "kg", tmp_path / "articles.xml"
    source.write_text(ARTICLE)
    # Containers may have it and forbid tracing.
    traced = _works("strace", "-o", str(calls), "true")
    before = ["strace", "-f", "-e", "trace=%network", "-o", str(calls), "-A"] if traced else []
    isolated = next((way for way in (["unshare", "-n"], ["unshare", "-rn"]) if _works(*way, "true")), [])
    for command in (["ingest", "--source", str(source)], ["sparql", "ASK { ?s ?p ?o }"]):
        done = subprocess.run(
            [*isolated, *before, sys.executable, "-m", "kgbuild", *command, "--kg", str(kg)],
            cwd=hostile,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert (done.returncode, _ran(tmp_path)) == (0, ""), done.stderr
    assert "gutbrain-minilm" in next(kg.rglob("info.json")).read_text()
    # ONNX Runtime keeps an identifier of the machine and what it could not send in the user's folders.
    assert [path for path in tmp_path.rglob("*") if path.name in ("Microsoft", "onnxruntime.db")] == []
    if traced:
        assert [line for line in calls.read_text().splitlines() if "AF_INET" in line] == []
    elif not isolated:
        pytest.skip("neither strace nor a network namespace here: only the files were looked at")


def _works(*command: str) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0
