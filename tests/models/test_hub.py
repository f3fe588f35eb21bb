"""`kgbuild models get`, from a hub on the loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.annotate.neural import tiny
from tests.models.hub_server import COMMIT, REPOSITORY, serving


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for models, and nothing of this machine's hub."""
    monkeypatch.setenv("KGBUILD_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    for name in ("HF_HUB_OFFLINE", "HF_TOKEN", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "models"


def get(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kgbuild", "models", "get", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    return result


def test_a_model_is_fetched_at_a_pinned_commit_without_pickles_and_code(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "repository"
    tiny.without_onnx(repository)
    for name in ("pytorch_model.bin", "modeling.py", "weights.pt", "onnx/model_O4.onnx", ".gitattributes"):
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_bytes(b"not wanted")
    with serving(repository) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        facts = json.loads(get(REPOSITORY, "--json").stdout)
        assert "there already" in get(REPOSITORY, code=3).stderr
        printed = get(REPOSITORY, "--revision", COMMIT, "--name", "mine").stdout
    assert COMMIT in printed.replace("\n", "")
    assert facts["kind"] == "extractor"
    assert facts["origin"] == {"repository": REPOSITORY, "revision": "main", "commit": COMMIT}
    wanted = {"model.json", "tokenizer.json", "encoder.json", "weights.safetensors", "README.md"}
    assert set(hub.asked) == wanted
    for name in ("some-model", "mine"):
        assert {path.name for path in (mine / name).iterdir()} == {*wanted, "origin.json"}
        assert (mine / name / "weights.safetensors").read_bytes() == (repository / "weights.safetensors").read_bytes()


def test_an_encoder_needs_safetensors(mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "config.json").write_text('{"model_type": "bert", "hidden_size": 32}')
    (repository / "tokenizer.json").write_text(tiny.tokenizer().to_str())
    (repository / "pytorch_model.bin").write_bytes(b"a pickle")
    with serving(repository) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        refused = get(REPOSITORY, code=2).stderr
    assert "*.safetensors missing" in refused
    assert "refs/pr/1" in refused
    assert not [path for path in mine.rglob("*") if path.is_file()]
    (repository / "model.safetensors").write_bytes(b"weights")
    with serving(repository) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        assert json.loads(get(REPOSITORY, "--json").stdout)["kind"] == "encoder"


def test_what_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repository").mkdir()
    with serving(tmp_path / "repository") as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        assert "someone/other at main" in get("someone/other", code=2).stderr
        assert "at v9" in get(REPOSITORY, "--revision", "v9", code=2).stderr
        assert "name" in get("a/b/c", code=2).stderr
        assert "no name for a folder" in get(REPOSITORY, "--name", "../up", code=3).stderr


@pytest.mark.parametrize("revision", ["main", COMMIT])
@pytest.mark.parametrize("environment", [{"HF_ENDPOINT": "http://127.0.0.1:9"}, {"HF_HUB_OFFLINE": "1"}])
def test_offline_the_error_says_what_to_do(
    mine: Path, monkeypatch: pytest.MonkeyPatch, revision: str, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    said = get(REPOSITORY, "--revision", revision, code=4).stderr
    assert "could not be fetched" in said
    assert str(mine / "some-model") in said.replace("\n", "")
    assert "HF_ENDPOINT" in said
    assert not (mine / "some-model").exists()
