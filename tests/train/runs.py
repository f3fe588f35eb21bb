"""What tests of training runs share: runs that are stopped, killed and compared."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="training needs kgbuild[train]")

import torch
from safetensors.torch import load_file

from kgbuild.config import load_settings
from kgbuild.model import Annotated
from kgbuild.progress import Silent
from kgbuild.source.files import read_annotated
from kgbuild.stages import Stages

PHASE = {"documents": 4, "encoder_rate": 3e-3, "head_rate": 3e-3, "averaging": 0.5}


class StoppedError(Exception):
    """Ends a run at a step, as Ctrl-C would."""


class StopAt(Silent):
    """Stops at a step of training."""

    def __init__(self, step: int) -> None:
        self.left = step
        self.is_training = False

    def start(self, stage: str, total: int | None, *, unit: str = "articles") -> None:
        self.is_training = stage.startswith("Training")

    def advance(self, number: int, /) -> None:
        self.left -= self.is_training and number > 0
        if not self.left:
            raise StoppedError


def kill_at(checkpoint: Path, command: Sequence[str]) -> None:
    """Start a run, and kill it when it has written a checkpoint."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        while not checkpoint.exists():
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


def metrics(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def weights(run: Path) -> dict[str, torch.Tensor]:
    (path,) = (run / "model").glob("*.safetensors")
    return load_file(path)


def assert_same_training(one: Path, other: Path) -> None:
    expected, found = weights(one), weights(other)
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    assert metrics(one) == metrics(other)


def assert_same_run(one: Path, other: Path) -> None:
    assert_same_training(one, other)
    assert (one / "model/model.json").read_bytes() == (other / "model/model.json").read_bytes()


def annotated(extractor: str, path: Path) -> list[Annotated]:
    """A corpus' articles as an extractor sees them."""
    articles = (record for record in read_annotated(path) if isinstance(record, Annotated))
    stages = Stages(load_settings(None, extractor=extractor, device="cpu", threads=1))
    return list(stages.stream(articles, keep_mentions=False, failed=lambda reject: pytest.fail(reject.cause)))
