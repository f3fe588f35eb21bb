"""`kgbuild models`, and trained models in `ingest` and `annotate`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kgbuild.assemble.workspace import Workspace
from tests.annotate.neural import tiny


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model in the user's folder, by its name."""
    monkeypatch.setenv("KGBUILD_MODELS", str(tmp_path / "models"))
    shutil.copytree(tiny.folder(), tmp_path / "models/mine")
    return "mine"


@pytest.mark.parametrize("command", ["list", "info", "get"])
def test_each_command_explains_itself(run: Callable[..., Any], command: str) -> None:
    text = run("models", command, "--help").stdout
    assert f"kgbuild models {command}" in text.split("Examples:")[1]


def test_models_are_listed(run: Callable[..., Any], facts: Callable[..., Any], model: str) -> None:
    (found,) = [one for one in facts("models", "list") if not one["shipped"]]
    assert (found["name"], found["kind"], found["card"]["name"]) == (model, "extractor", tiny.NAME)
    assert model in run("models", "list").stdout


def test_a_card_is_shown(run: Callable[..., Any], facts: Callable[..., Any], model: str) -> None:
    shown = run("models", "info", model).stdout
    assert "Random weights." in shown
    info = facts("models", "info", tiny.folder())
    assert info["fingerprint"] == facts("models", "info", model)["fingerprint"]
    assert info["fingerprint"] in shown
    assert "no model" in run("models", "info", "absent", code=3).stderr


def test_a_graph_is_built_with_a_model_by_one_process_and_by_two(
    run: Callable[..., Any], facts: Callable[..., Any], examples: Path, tmp_path: Path, model: str
) -> None:
    config = tmp_path / "kgbuild.toml"
    config.write_text(f'extractor = "onnx:{model}"\npart_size = 20\nworkers = 1\n')
    kg = tmp_path / "kg"
    built = facts("ingest", "--source", examples, "--config", config, "--kg", kg)
    assert built["documents"]["stored"] == 78
    assert built["failures"] == []
    assert built["mentions"] > 78
    mentions = pq.read_table(Workspace(kg).current() / "mentions.parquet").to_pylist()
    assert {row["source"] for row in mentions} == {tiny.NAME}
    assert built["configuration"]["extractor"].startswith(f"onnx:{tiny.NAME}@")
    # Where it computes and how much at once changes nothing: the folder is the same configuration's.
    options = ("--threads", 2, "--batch-tokens", 512)
    assert facts("ingest", "--source", examples, "--config", config, *options, "--kg", kg) == built
    refused = run("ingest", "--source", examples, "--config", config, "--min-score", 0.5, "--kg", kg, code=3)
    assert "min_score: was 0.0, now 0.5" in refused.stderr
    config.write_text(f'extractor = "onnx:{model}"\npart_size = 1\nworkers = 2\n')
    two = facts("ingest", "--source", examples, "--config", config, "--kg", tmp_path / "two")
    for name in ("mentions", "linked", "relations", "statements", "evidence"):
        assert two[name] == pytest.approx(built[name], rel=0.02), name


def test_texts_are_annotated_with_an_ensemble(
    run: Callable[..., Any], examples: Path, tmp_path: Path, model: str
) -> None:
    out = tmp_path / "out.jsonl"
    run("annotate", examples, "--extractor", f"union(dictionary,onnx:{model})", "--min-entity-score", 0.3, "-o", out)
    sources = {mention["source"] for line in out.read_text().splitlines() for mention in json.loads(line)["mentions"]}
    assert {"dictionary", tiny.NAME} <= sources <= {"dictionary", tiny.NAME, f"dictionary+{tiny.NAME}"}


def test_a_model_that_is_not_there_ends_before_anything_is_written(
    run: Callable[..., Any], examples: Path, tmp_path: Path, model: str
) -> None:
    kg = tmp_path / "kg"
    refused = run("ingest", "--source", examples, "--extractor", "onnx:absent", "--kg", kg, code=3)
    assert model in refused.stderr
    assert not (kg / "kgbuild.json").exists()
    assert "no model" in run("annotate", examples, "--extractor", "torch:absent", code=3).stderr
