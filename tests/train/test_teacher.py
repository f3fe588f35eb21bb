"""A model that learns from another's shares of tags and relations."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="training needs kgbuild[train]")

from kgbuild.annotate.neural.bundle import README, open_bundle
from kgbuild.errors import ConfigurationError
from kgbuild.model import Annotated
from kgbuild.source.files import read_annotated
from kgbuild.train.run import train
from kgbuild.train.settings import TrainSettings
from tests.train.runs import PHASE, StopAt, StoppedError, annotated, assert_same_run

Make = Callable[..., TrainSettings]
Write = Callable[..., Path]
OTHER = {"bacteria": "DDF", "DDF": "bacteria"}


@pytest.fixture
def teacher(tmp_path: Path, settings: Make, corpus: Write) -> Path:
    """Knows microbes and disorders."""
    gold = corpus(tmp_path / "teachers.json", range(40))
    return train(settings(corpus=[{"path": gold}], phase=[PHASE | {"epochs": 12}]), tmp_path / "teacher").model


@pytest.fixture
def mistaken(tmp_path: Path, corpus: Write) -> Path:
    """A corpus that calls microbes disorders and the other way round, without relations."""
    path = corpus(tmp_path / "mistaken.json", range(20, 60), ("student",))
    records = json.loads(path.read_text())
    for record in records.values():
        record["entities"] = [entity | {"label": OTHER[entity["label"]]} for entity in record["entities"]]
        record["relations"] = []
    path.write_text(json.dumps(records))
    return path


def right(model: Path, gold: Path) -> float:
    """The share of annotated mentions that a model finds."""
    expected = [record for record in read_annotated(gold) if isinstance(record, Annotated)]
    found = annotated(f"torch:{model}", gold)
    hits = sum(
        len({(m.span, m.label) for m in one.mentions} & {(m.span, m.label) for m in other.mentions})
        for one, other in zip(expected, found, strict=True)
    )
    return hits / sum(len(article.mentions) for article in expected)


def test_a_model_learns_what_its_teacher_thinks(
    tmp_path: Path, settings: Make, corpus: Write, teacher: Path, mistaken: Path
) -> None:
    held = corpus(tmp_path / "held.json", range(100, 110))
    shares = {}
    for share in (0.0, 1.0):
        options: dict[str, Any] = {"teacher": str(teacher)} if share else {}
        phase = PHASE | {"epochs": 10, "teacher": share}
        chosen = settings(corpus=[{"path": mistaken}], phase=[phase], **options)
        shares[share] = right(train(chosen, tmp_path / f"run-{share}").model, held)
    assert right(teacher, held) > 0.7
    assert shares[1.0] > 0.7
    assert shares[0.0] < 0.1


def test_a_taught_run_stopped_at_any_step_ends_as_one_undisturbed(
    tmp_path: Path, settings: Make, corpus: Write, teacher: Path, mistaken: Path
) -> None:
    corpora = [{"path": corpus(tmp_path / "gold.json", range(8))}, {"path": mistaken, "tier": "silver"}]
    phases = [
        PHASE | {"tiers": ["silver"], "epochs": 1, "documents": 16, "teacher": 0.5},
        PHASE | {"tiers": ["gold"], "epochs": 1},
    ]
    chosen = settings(corpus=corpora, phase=phases, teacher=str(teacher))
    report = train(chosen, tmp_path / "whole")
    assert f"the model `extractor {open_bundle(teacher).fingerprint}` thinks" in (report.model / README).read_text()
    for step in (2, 1, 2):  # of what is left each time
        with pytest.raises(StoppedError):
            train(chosen, tmp_path / "stopped", progress=StopAt(step))
    train(chosen, tmp_path / "stopped")
    assert_same_run(tmp_path / "whole", tmp_path / "stopped")


def test_a_teacher_of_another_ontology_is_refused(tmp_path: Path, settings: Make, teacher: Path) -> None:
    card = json.loads((teacher / "model.json").read_text())
    (teacher / "model.json").write_text(json.dumps(card | {"labels": card["labels"][::-1]}))
    with pytest.raises(ConfigurationError, match="trained with another ontology"):
        train(settings(teacher=str(teacher), phase=[PHASE | {"teacher": 0.5}]), tmp_path / "run")


def test_a_teacher_with_other_subwords_teaches_all_but_other_tasks(
    tmp_path: Path, settings: Make, corpus: Write, teacher: Path, mistaken: Path, tiny_t5: Path
) -> None:
    diseases = tmp_path / "diseases.tsv"
    diseases.write_text("Patients\tO\nhad\tO\ndementia\tB-Disease\n.\tO\n\n" * 8)
    notes: list[str] = []

    class Heard(StopAt):
        def note(self, text: str, /) -> None:
            notes.append(text)

    chosen = settings(
        corpus=[{"path": mistaken}, {"path": diseases, "task": "diseases"}],
        teacher=str(teacher),
        base=str(tiny_t5),
        phase=[PHASE | {"epochs": 10, "teacher": 1.0}],
    )
    model = train(chosen, tmp_path / "run", progress=Heard(10_000)).model
    assert "1 articles are not taught: other words, pairs or tasks" in notes
    assert right(model, corpus(tmp_path / "held.json", range(100, 110))) > 0.4
