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


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """As many short articles as several processes are started for."""
    path = tmp_path / "articles.jsonl"
    lines = [{"id": str(10_000 + n), "title": "Gut microbiota", "abstract": tiny.text(10, n)} for n in range(300)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_a_graph_is_built_with_a_model_by_one_process_and_by_two(
    run: Callable[..., Any], facts: Callable[..., Any], articles: Path, tmp_path: Path, model: str
) -> None:
    config = tmp_path / "kgbuild.toml"
    config.write_text(f'extractor = "onnx:{model}"\npart_size = 150\nworkers = 1\nmin_score = 0.3\n')
    command = ("ingest", "--source", articles, "--config", config)
    built = facts(*command, "--kg", tmp_path / "kg")
    assert built["documents"]["stored"] == 300
    assert built["failures"] == []
    assert built["mentions"] > 300
    mentions = pq.read_table(Workspace(tmp_path / "kg").current() / "mentions.parquet").to_pylist()
    assert {row["source"] for row in mentions} == {tiny.NAME}
    assert built["configuration"]["extractor"].startswith(f"onnx:{tiny.NAME}@")
    # How it is computed changes nothing: the folder is the same configuration's.
    again = facts(*command, "--threads", 2, "--batch-tokens", 512, "--kg", tmp_path / "kg")
    assert again | {"run": built["run"]} == built
    refused = run(*command, "--min-score", 0.5, "--kg", tmp_path / "kg", code=3)
    assert "min_score: was 0.3, now 0.5" in refused.stderr
    config.write_text(config.read_text().replace("workers = 1", "workers = 2"))
    two = facts(*command, "--kg", tmp_path / "two")
    for name in ("mentions", "linked", "relations", "statements", "evidence"):
        assert two[name] == built[name], name


def test_texts_are_annotated_with_an_ensemble(
    run: Callable[..., Any], articles: Path, tmp_path: Path, model: str
) -> None:
    out = tmp_path / "out.jsonl"
    spec = f"union(dictionary,onnx:{model})"
    run("annotate", articles, "--extractor", spec, "--min-entity-score", 0.3, "-o", out)
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
