"""Faults at random moments of every stage: the result is that of an undisturbed run, or a message says how to get it.

A draw that fails is made again by `python -m tests.faults.draws FOLDER SEED NUMBER 1`, with the seed and the number
that the test prints.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.draws import STAGES

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="faults are made as Linux allows")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: what is tested is what is written, not how fast disks are."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


def draws(folder: Path, seed: str, number: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.faults.draws", str(folder), seed, "0", str(number)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert not result.returncode, result.stderr[-3000:]
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("number", [60, pytest.param(500, marks=pytest.mark.stress)])
def test_after_any_fault_the_result_is_that_of_an_undisturbed_run(folder: Path, number: int) -> None:
    seed = os.environ.get("KGBUILD_FAULTS_SEED") or secrets.token_hex(4)
    sys.stdout.write(f"seed {seed}; KGBUILD_FAULTS_SEED={seed} makes the same draws\n")
    found = draws(folder, seed, number)
    assert len(found) == number
    wrong = [
        f"{draw['number']} ({draw['stage']}, {draw['kind']}, {draw['what']}): {draw['wrong']}"
        for draw in found
        if draw["wrong"]
    ]
    assert not wrong, "\n\n".join(wrong)
    for reason in sorted({draw["skipped"] for draw in found if draw["skipped"]}):
        sys.stdout.write(f"left out: {sum(draw['skipped'] == reason for draw in found)} draws, {reason}\n")
    if number >= 500:
        assert {draw["stage"] for draw in found} == STAGES.keys()
        assert {draw["kind"] for draw in found} == {kind for kinds in STAGES.values() for kind in kinds}
