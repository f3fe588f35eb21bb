"""A graph of the example corpus, and a way to run commands on it as a user does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples/gut-brain-examples.xml"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def kgbuild(*arguments: object, code: int = 0, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, and check its exit code."""
    result = subprocess.run(
        [sys.executable, "-m", "kgbuild", *map(str, arguments)], capture_output=True, text=True, input=stdin
    )
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    return result


@pytest.fixture(scope="session")
def run() -> Run:
    return kgbuild


@pytest.fixture(scope="session")
def facts() -> Callable[..., Any]:
    """The JSON that a command prints."""

    def call(*arguments: object) -> Any:
        return json.loads(kgbuild(*arguments, "--json").stdout)

    return call


@pytest.fixture(scope="session")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands") / "kg"
    kgbuild("ingest", "--source", EXAMPLES, "--extractor", "dictionary", "--kg", folder)
    return folder


@pytest.fixture
def examples() -> Path:
    return EXAMPLES
