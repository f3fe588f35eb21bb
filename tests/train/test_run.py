"""Training runs: what they learn, what they leave, and how they go on after a kill."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs kgbuild[train]")

import torch
from safetensors.torch import load_file

from kgbuild.annotate.neural.bundle import README, open_bundle
from kgbuild.errors import ConfigurationError, InputError
from kgbuild.load.annotations import writer
from kgbuild.model import Annotated, Span
from kgbuild.train.encoders import open_network
from kgbuild.train.folder import RunFolder
from kgbuild.train.run import train
from kgbuild.train.settings import TrainSettings, to_toml
from tests.train.runs import PHASE, StopAt, StoppedError, annotated, assert_same_run, kill_at, metrics, weights

Make = Callable[..., TrainSettings]


def places(articles: list[Annotated]) -> set[tuple[str, Span, str]]:
    return {(article.document.id, m.span, m.label) for article in articles for m in article.mentions}


def test_training_lowers_both_losses_and_leaves_a_model_that_opens(tmp_path: Path, settings: Make) -> None:
    report = train(settings(phase=[PHASE | {"epochs": 12}]), tmp_path / "run")
    steps = [row for row in metrics(tmp_path / "run") if "step" in row]
    for name in ("entity_loss", "pair_loss"):
        assert sum(row[name] for row in steps[-3:]) < 0.7 * sum(row[name] for row in steps[:3])
    bundle = open_bundle(report.model)
    assert bundle.card.conditions == bundle.card.averaged == ("expert_1", "expert_2")
    assert bundle.card.trained_on == {"gold": 12}
    assert "kgbuild train" in (report.model / README).read_text()
    assert (tmp_path / "run/curves.png").read_bytes().startswith(b"\x89PNG")
    network = open_network(bundle)
    assert torch.equal(network.tagger.tags.weight, weights(tmp_path / "run")["tagger.tags.weight"])


def test_folds_give_scores_thresholds_and_the_number_of_epochs(
    tmp_path: Path, settings: Make, corpus: Callable[..., Path]
) -> None:
    chosen = settings(
        corpus=[{"path": corpus(tmp_path / "more.json", range(24))}],
        folds=2,
        patience=9,
        phase=[PHASE | {"epochs": 16}],
    )
    report = train(chosen, tmp_path / "run")
    card = open_bundle(report.model).card
    rows = [row for row in metrics(tmp_path / "run") if "epoch" in row]
    best = [
        max((r for r in rows if r["stage"] == fold), key=lambda r: r["f1"])["epoch"] for fold in ("fold-1", "fold-2")
    ]
    assert report.epochs == max(1, round(sum(best) / 2))
    steps = [row["step"] for row in metrics(tmp_path / "run") if row["stage"] == "final"]
    assert max(steps) == 6 * report.epochs
    assert card.scales.tag_temperature != 1.0
    assert card.scores["mention bacteria"] > 0
    text = (report.model / README).read_text()
    assert "score ≥ 0.5" in text
    assert (tmp_path / "run/reliability.png").exists()


def two_phases(tmp_path: Path, settings: Make, corpus: Callable[..., Path]) -> TrainSettings:
    """3 steps of the first phase, then 2 folds of 2 epochs of 2 steps, with early stopping, and the final 2 to 4."""
    corpora = [
        {"path": corpus(tmp_path / "gold.json", range(8))},
        {"path": corpus(tmp_path / "silver.json", range(20, 32), ("student",)), "tier": "silver", "weight": 0.5},
    ]
    phases = [PHASE | {"tiers": ["silver"], "epochs": 1}, PHASE | {"tiers": ["gold"], "documents": 2, "epochs": 2}]
    return settings(corpus=corpora, phase=phases, folds=2, patience=1)


def test_a_run_stopped_at_any_step_ends_as_one_undisturbed(
    tmp_path: Path, settings: Make, corpus: Callable[..., Path]
) -> None:
    chosen = two_phases(tmp_path, settings, corpus)
    train(chosen, tmp_path / "whole")
    for step in (2, 1, 3, 4, 2, 3):  # of what is left each time
        with pytest.raises(StoppedError):
            train(chosen, tmp_path / "stopped", progress=StopAt(step))
    train(chosen, tmp_path / "stopped")
    assert_same_run(tmp_path / "whole", tmp_path / "stopped")


def test_a_killed_run_ends_as_one_undisturbed(tmp_path: Path, settings: Make) -> None:
    chosen = settings(phase=[PHASE | {"epochs": 40}])
    train(chosen, tmp_path / "whole")
    config = tmp_path / "config.toml"
    config.write_text(to_toml(chosen), encoding="utf-8")
    run = tmp_path / "killed"
    command = [sys.executable, "-m", "kgbuild", "train", "--config", str(config), "-o", str(run)]
    kill_at(RunFolder(run).state("final.checkpoint"), command)
    assert not (run / "model").exists()
    with (run / "metrics.jsonl").open("a") as stream:
        stream.write('{"stage": "final", "st')  # as a kill within a write leaves it
    train(chosen, run)
    assert weights(run).keys() == weights(tmp_path / "whole").keys()
    torch.testing.assert_close(weights(run), weights(tmp_path / "whole"), rtol=0, atol=0)
    assert metrics(run) == metrics(tmp_path / "whole")


def test_a_finished_run_is_not_trained_again(tmp_path: Path, settings: Make) -> None:
    chosen = settings(phase=[PHASE | {"epochs": 1}])
    first = train(chosen, tmp_path / "run")
    assert train(chosen, tmp_path / "run", progress=StopAt(1)) == first


def test_a_model_can_be_trained_further(tmp_path: Path, settings: Make) -> None:
    first = train(settings(phase=[PHASE | {"epochs": 2}]), tmp_path / "first")
    second = train(settings(phase=[PHASE | {"epochs": 1}], base=str(first.model)), tmp_path / "second")
    name = "encoder.embeddings.word_embeddings.weight"
    moved = (weights(tmp_path / "second")[name] - weights(tmp_path / "first")[name]).abs().max()
    assert 0 < moved < 0.1
    assert open_bundle(second.model).tokenizer().to_str() == open_bundle(first.model).tokenizer().to_str()


def test_another_run_in_the_same_folder_is_refused(tmp_path: Path, settings: Make) -> None:
    train(settings(phase=[PHASE | {"epochs": 1}]), tmp_path / "run")
    with pytest.raises(ConfigurationError, match="seed: was 0, now 1"):
        train(settings(phase=[PHASE | {"epochs": 1}], seed=1), tmp_path / "run")
    with RunFolder(tmp_path / "run").lock(), pytest.raises(ConfigurationError, match="another kgbuild process"):
        train(settings(phase=[PHASE | {"epochs": 1}]), tmp_path / "run")


def test_too_few_articles_for_the_folds(tmp_path: Path, settings: Make) -> None:
    with pytest.raises(InputError, match="12 articles of the target tiers are too few for 7 folds"):
        train(settings(folds=7), tmp_path / "run")


def test_adapters_train_a_small_part_and_are_merged(tmp_path: Path, settings: Make, tiny_bert: Path) -> None:
    train(settings(lora={"rank": 2}, phase=[PHASE | {"epochs": 2}]), tmp_path / "run")
    found, before = weights(tmp_path / "run"), load_file(tiny_bert / "model.safetensors")
    assert not [name for name in found if "lora" in name]
    same = {name for name, value in before.items() if torch.equal(value, found.get(f"encoder.{name}", value))}
    changed = {name for name in before if name not in same}
    assert changed
    assert all(
        ".dense.weight" in name or ".query." in name or ".key." in name or ".value." in name for name in changed
    )


def test_labels_and_relations_that_are_not_trained_on_are_told(
    tmp_path: Path, settings: Make, corpus: Callable[..., Path]
) -> None:
    path = corpus(tmp_path / "gold.json", range(8))
    records = json.loads(path.read_text())
    records["0"] = json.loads(json.dumps(records["0"]).replace("DDF", "mood"))
    records["1"]["relations"][0]["predicate"] = "cures"
    path.write_text(json.dumps(records))
    report = train(settings(corpus=[{"path": path}], phase=[PHASE | {"epochs": 1}]), tmp_path / "run")
    [found] = report.corpora
    assert sum(found.unknown_labels.values()) == found.unknown_labels["mood"] == 2
    assert any("label that the ontology lacks (mood 2)" in note for note in report.notes)
    assert any("relations are not legal" in note for note in report.notes)
    assert "mood (2)" in (report.model / README).read_text()


def test_a_task_trains_the_encoder_and_is_not_in_the_model(
    tmp_path: Path, settings: Make, corpus: Callable[..., Path]
) -> None:
    diseases = tmp_path / "diseases.tsv"
    lines = ["Patients\tO", "had\tO", "dementia\tB-Disease", ".\tO", ""]
    diseases.write_text("\n".join(lines * 8 * 12))
    corpora = [
        {"path": corpus(tmp_path / "gold.json", range(8))},
        {"path": diseases, "task": "diseases"},
    ]
    chosen = settings(corpus=corpora, folds=2, phase=[PHASE | {"epochs": 2}])
    report = train(chosen, tmp_path / "run")
    card = open_bundle(report.model).card
    assert card.trained_on == {"gold": 8, "diseases": 12}
    assert "Disease" not in card.labels
    assert card.conditions == card.averaged == ("expert_1", "expert_2")
    assert not [name for name in weights(tmp_path / "run") if name.startswith("tasks.")]
    head = load_file(tmp_path / "run/state/final.safetensors")["tasks.0.weight"]
    assert head.shape == (3, 32)
    steps = [row["stage"] for row in metrics(tmp_path / "run") if "step" in row]
    assert (steps.count("fold-1"), steps.count("final")) == (2 * 4, 2 * 5)
    assert "Corpora for diseases trained the encoder" in (report.model / README).read_text()
    assert any("diseases: its mentions train a head for diseases" in note for note in report.notes)
    for step in (3, 4, 2, 5):
        with pytest.raises(StoppedError):
            train(chosen, tmp_path / "stopped", progress=StopAt(step))
    train(chosen, tmp_path / "stopped")
    assert_same_run(tmp_path / "run", tmp_path / "stopped")


def test_what_an_annotator_did_not_mark_is_not_outside(
    tmp_path: Path, settings: Make, corpus: Callable[..., Path]
) -> None:
    """A large corpus of disorders alone hides no microbe, if it says that it has these alone."""
    gold = corpus(tmp_path / "gold.json", range(10))
    few = corpus(tmp_path / "few.json", range(100, 160), ())
    records = json.loads(few.read_text())
    for record in records.values():
        record["entities"] = [entity for entity in record["entities"] if entity["label"] == "DDF"]
        record["relations"] = []
    few.write_text(json.dumps(records))
    count = {}
    for name, labels in (("said", ["DDF"]), ("unsaid", [])):
        corpora = [{"path": gold}, {"path": few, "tier": "silver", "labels": labels}]
        report = train(settings(corpus=corpora, target=["gold"], phase=[PHASE | {"epochs": 6}]), tmp_path / name)
        articles = annotated(f"torch:{report.model}", gold)
        count[name] = sum(mention.label == "bacteria" for article in articles for mention in article.mentions)
    assert count["said"] > 10 > count["unsaid"]


def test_what_two_models_find_alike_is_trained_on(
    tmp_path: Path, settings: Make, corpus: Callable[..., Path]
) -> None:
    """Distant supervision: two models annotate articles, and what both found makes a corpus."""
    models = [
        train(settings(phase=[PHASE | {"epochs": epochs}], seed=epochs), tmp_path / str(epochs)).model
        for epochs in (5, 8)
    ]
    new = corpus(tmp_path / "new.json", range(20, 30))
    bronze = tmp_path / "bronze.jsonl"
    found = annotated(f"vote({','.join(f'torch:{model}' for model in models)})", new)
    with bronze.open("wb") as stream:
        writer("jsonl")(found, stream)
    one, other = (places(annotated(f"torch:{model}", new)) for model in models)
    corpora = [{"path": corpus(tmp_path / "gold.json", range(8))}, {"path": bronze, "tier": "bronze"}]
    phases = [PHASE | {"tiers": ["bronze"], "epochs": 1}, PHASE | {"tiers": ["gold"], "epochs": 1}]
    report = train(settings(corpus=corpora, phase=phases), tmp_path / "run")
    assert 0 < len(one & other) < len(one | other)
    assert report.corpora[1].mentions == len(one & other)
