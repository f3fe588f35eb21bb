"""Masked-language-model training: what is hidden, what is learned, and how a run goes on after a kill."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs kgbuild[train]")

from kgbuild.errors import ConfigurationError, InputError
from kgbuild.progress import SILENT
from kgbuild.source.files import open_source
from kgbuild.train import mlm
from kgbuild.train.encoders import load_base
from kgbuild.train.folder import RunFolder
from kgbuild.train.mlm import MlmSettings, train_mlm
from kgbuild.train.run import train
from kgbuild.train.settings import TrainSettings
from kgbuild.train.texts import Text, mask_token, masked, read_texts
from tests.train.runs import StopAt, StoppedError, assert_same_training, kill_at, metrics

MASK, VOCABULARY = 4, 1000


@pytest.fixture
def articles(tmp_path: Path, corpus: Callable[..., Path]) -> Path:
    return corpus(tmp_path / "articles.json", range(40))


@pytest.fixture
def settings(articles: Path, tiny_bert: Path) -> Callable[..., MlmSettings]:
    def make(**options: Any) -> MlmSettings:
        values: dict[str, Any] = {"base": str(tiny_bert), "rate": 3e-3, "device": "cpu", "threads": 1, "held": 0.2}
        return MlmSettings(sources=(articles,), **(values | options))

    return make


def test_words_are_hidden_whole_and_as_often_as_in_bert() -> None:
    # 400 words of 1, 2 and 3 tokens in turn, in 5 texts.
    words = np.repeat(np.arange(400), np.arange(400) % 3 + 1)
    texts = [Text(np.r_[2, 10 + words, 3].astype(np.int32), np.r_[-1, words, -1].astype(np.int32))] * 5
    tokens, present, hidden, wanted = masked(texts, MASK, VOCABULARY, np.random.default_rng(0))
    assert present.all()
    assert not hidden[:, [0, -1]].any()
    assert (wanted == np.concatenate([10 + words[row[1:-1]] for row in hidden])).all()
    for row in hidden:
        of_word = np.split(row[1:-1], np.flatnonzero(np.diff(words)) + 1)
        assert {part.all() == part.any() for part in of_word} == {True}
    shown = tokens[hidden]
    assert abs(hidden.mean() - 0.15) < 0.03
    assert abs((shown == MASK).mean() - 0.8) < 0.06
    assert abs((shown == wanted).mean() - 0.1) < 0.06
    assert (tokens[~hidden] == np.tile(texts[0].tokens, (5, 1))[~hidden]).all()


def test_training_lowers_the_held_out_loss_and_gives_an_encoder_to_train(
    tmp_path: Path, settings: Callable[..., MlmSettings], corpus: Callable[..., Path]
) -> None:
    report = train_mlm(settings(epochs=25), tmp_path / "run")
    assert report.loss_after < 0.7 * report.loss_before
    assert (report.articles, report.held) == (32, 8)
    assert [row["loss"] for row in metrics(tmp_path / "run") if "epoch" in row][::25] == [
        report.loss_before,
        report.loss_after,
    ]
    assert {path.name for path in report.model.iterdir()} == {"config.json", "tokenizer.json", "model.safetensors"}
    chosen = {"base": str(report.model), "corpus": [{"path": corpus(tmp_path / "gold.json", range(8))}]}
    few = {"folds": 0, "onnx": False, "device": "cpu", "phase": [{"epochs": 1}], "dictionary": False}
    trained = train(TrainSettings.model_validate(chosen | few), tmp_path / "annotator")
    assert trained.model.exists()
    again = train_mlm(settings(epochs=25), tmp_path / "run")
    assert again == report


def test_a_run_stopped_at_any_step_ends_as_one_undisturbed(
    tmp_path: Path, settings: Callable[..., MlmSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mlm, "_EVERY", 3)
    chosen = settings(epochs=2, documents=4)  # 2 epochs of 8 steps
    train_mlm(chosen, tmp_path / "whole")
    for step in (2, 5, 4, 4, 4, 3):  # of what is left each time
        with pytest.raises(StoppedError):
            train_mlm(chosen, tmp_path / "stopped", progress=StopAt(step))
    train_mlm(chosen, tmp_path / "stopped")
    assert_same_training(tmp_path / "whole", tmp_path / "stopped")


def test_a_killed_run_ends_as_one_undisturbed(tmp_path: Path, articles: Path, tiny_bert: Path) -> None:
    def command(run: str) -> list[str]:
        options = ["--source", str(articles), "--base", str(tiny_bert), "--epochs", "12", "--threads", "1"]
        return [
            sys.executable,
            "-m",
            "kgbuild",
            "train",
            "mlm",
            *options,
            "--device",
            "cpu",
            "-o",
            str(tmp_path / run),
        ]

    subprocess.run(command("whole"), check=True, capture_output=True)
    kill_at(RunFolder(tmp_path / "killed").state("mlm.checkpoint"), command("killed"))
    assert not (tmp_path / "killed/model").exists()
    subprocess.run(command("killed"), check=True, capture_output=True)
    assert_same_training(tmp_path / "whole", tmp_path / "killed")


def test_another_run_in_the_same_folder_is_refused(tmp_path: Path, settings: Callable[..., MlmSettings]) -> None:
    train_mlm(settings(), tmp_path / "run")
    with pytest.raises(ConfigurationError, match="seed: was 0, now 1"):
        train_mlm(settings(seed=1), tmp_path / "run")


def test_what_is_not_read_is_counted(tmp_path: Path, corpus: Callable[..., Path], tiny_bert: Path) -> None:
    path = corpus(tmp_path / "one.json", range(5))
    records = json.loads(path.read_text())
    del records["0"]["metadata"]["title"]
    path.write_text(json.dumps(records))
    files = open_source([path, corpus(tmp_path / "two.json", range(4, 7))])
    read = read_texts(files, frozenset({"6"}), load_base(str(tiny_bert)).tokenizer, SILENT)
    assert sorted(read.articles) == ["1", "2", "3", "4", "5"]
    assert (len(read.rejects), read.excluded, read.repeated) == (1, 1, 1)


def test_long_articles_are_read_to_their_end(tmp_path: Path, tiny_bert: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_text(json.dumps({"id": "1", "title": "Mice", "abstract": "We saw mice. " * 400}) + "\n")
    read = read_texts(open_source([path]), frozenset(), load_base(str(tiny_bert)).tokenizer, SILENT)
    [texts] = read.articles.values()
    assert len(texts) > 1
    assert max(len(text.tokens) for text in texts) == 512
    assert texts[-1].words[-2] == 1600


def test_too_few_articles(tmp_path: Path, settings: Callable[..., MlmSettings], corpus: Callable[..., Path]) -> None:
    one = corpus(tmp_path / "one.json", range(1))
    with pytest.raises(InputError, match="1 articles with text are too few"):
        train_mlm(MlmSettings(sources=(one,), base=settings().base, device="cpu"), tmp_path / "run")


def test_an_encoder_without_a_mask_is_refused(tiny_t5: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no \[MASK\] or <mask>"):
        mask_token(load_base(str(tiny_t5)).tokenizer)
