"""Validators that others wrote, each in an environment of its own beside kgbuild's: their pins do not agree."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kgbuild.files import file_digest
from tests import example_graph

HERE = Path(__file__).parent / "validators"
Check = Callable[..., Any]


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example graph, with the mentions that its evidence names."""
    rows = example_graph.rows()
    rows["mentions"] = list(
        {(m["pmid"], m["section"], m["start"], m["end"]): m for m in _mentions(rows["evidence"])}.values()
    )
    return example_graph.write(tmp_path_factory.mktemp("graph") / "tables", rows)


def _mentions(evidence: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in evidence:
        for end in ("subject", "object"):
            uri = row[f"{end}_uri"]
            yield {
                **{name: row[name] for name in ("pmid", "version")},
                **{name: row[f"{end}_{name}"] for name in ("section", "start", "end", "text", "label")},
                "score": 1.0,
                "source": "dictionary",
                "uri": uri,
                "canonical": uri,
                "link_score": 0.9 if uri else 0.0,
                "link_method": "exact" if uri else "",
                "link_source": "shipped" if uri else "",
                "candidates": [],
            }


@pytest.fixture(scope="session")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """`check("kgx", *arguments)`: runs `validators/check_kgx.py` and gives what it found."""

    def run(name: str, *arguments: object) -> Any:
        result = tmp_path_factory.mktemp(name) / "result.json"
        command = [_python(name), HERE / f"check_{name}.py", *arguments, result]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(result.read_text(encoding="utf-8"))

    return run


def _python(name: str) -> Path:
    """The Python of an environment with the packages of `validators/NAME.txt`, made once."""
    wanted = HERE / f"{name}.txt"
    folder = Path(sys.prefix) / "validators" / f"{name}-{file_digest(wanted)[:12]}"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            uv = shutil.which("uv", path=str(Path(sys.prefix) / "bin")) or shutil.which("uv")
            if uv is None:
                pytest.skip("uv is not there to install the validators with")
            python = folder / "bin" / "python"
            for command in (
                [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
                [uv, "pip", "install", "--quiet", "--python", str(python), "-r", str(wanted)],
            ):
                done = subprocess.run(command, capture_output=True, text=True, timeout=600)
                if done.returncode:
                    pytest.skip(f"the validators of {name} can not be installed: {done.stderr.strip()[-300:]}")
            (folder / "ready").touch()
    return folder / "bin" / "python"
