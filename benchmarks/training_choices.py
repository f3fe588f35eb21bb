"""Measures choices of training, each with and without, on articles that no network saw.

    python -m benchmarks.training_choices -o RUNS                       all, one after another; hours
    python -m benchmarks.training_choices -o RUNS --arms base,tasks --seeds 1
    python -m benchmarks.training_choices -o RUNS --threads 2            a folder goes on with those it began with

Of the platinum and gold articles outside `val`, every third is held out and scored, the others train:

    base      from all-MiniLM-L6-v2
    longer    the same for half as many epochs more, since tasks and distant take more steps
    mlm       from the same after masked-language-model training on the first file of articles, without those held out
              and `val`
    tasks     with documents of NCBI-disease, BC5CDR-chem and linnaeus as tasks of their own
    distant   first with articles that two networks of `base`, with other seeds, annotated alike
    lora      adapters of rank 16 and the heads alone, at ten times the encoder's rate; it is made for encoders larger
              than this one

A second call goes on where the first was stopped. The data is found through KGBUILD_SHARED (default ../shared).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.articles import files
from benchmarks.gutbrainie import ANNOTATED, BENCHMARK, DATA, corpus
from benchmarks.measure import table
from benchmarks.quality import kgbuild
from kgbuild.annotate.neural.bundle import open_bundle
from kgbuild.files import write_json
from kgbuild.load.annotations import writer
from kgbuild.model import Annotated, Reject
from kgbuild.source.files import read_annotated
from kgbuild.train.loop import FitSettings
from kgbuild.train.measure import epoch_scores
from kgbuild.train.run import train
from kgbuild.train.settings import MINILM, settings_from

ARMS = ("base", "longer", "mlm", "tasks", "distant", "lora")
TASKS = {"diseases": "NCBI-disease", "chemicals": "BC5CDR-chem", "species": "linnaeus"}
EPOCHS = 4
ENCODER_RATE = FitSettings().encoder_rate
MLM_EPOCHS = 1
TASK_SENTENCES = 400  # of each corpus; eight make a document
BRONZE = 200


@dataclass(frozen=True, eq=False, kw_only=True)
class Split:
    """The articles that train, as a file; those that are held out; and the ids that no text may be read of."""

    train: Path
    held: Sequence[Annotated]
    unseen: Path


@dataclass(frozen=True, eq=False, kw_only=True)
class Bench:
    """Trains and scores in a folder, one folder for each arm and seed."""

    folder: Path
    threads: int
    split: Split

    def scores(self, arm: str, seed: int) -> dict[str, float]:
        """F1 of an arm on the held-out articles, and the minutes that it took; read where it is done."""
        path = self.folder / f"{arm}-{seed}.json"
        if not path.exists():
            begun = time.perf_counter()
            found = epoch_scores(self.split.held, self._annotated(self._model(arm, seed)))
            write_json(path, {**found, "minutes": (time.perf_counter() - begun) / 60})
        result: dict[str, float] = json.loads(path.read_bytes())
        return result

    def _model(self, arm: str, seed: int) -> Path:
        if arm == "mlm":
            return self._trained(arm, seed, base=str(self._encoder()))
        if arm == "tasks":
            return self._trained(arm, seed, more=[self._task(*task) for task in TASKS.items()])
        if arm == "distant":
            bronze = {"path": self._bronze(seed), "tier": "bronze"}
            first = {"tiers": ["bronze"], "epochs": EPOCHS // 2, "documents": 4}
            return self._trained(arm, seed, more=[bronze], before=[first])
        if arm == "lora":
            return self._trained(arm, seed, encoder_rate=10 * ENCODER_RATE, rank=16)
        return self._trained(arm, seed, epochs=EPOCHS * 3 // 2 if arm == "longer" else EPOCHS)

    def _trained(
        self,
        arm: str,
        seed: int,
        *,
        base: str = MINILM,
        epochs: int = EPOCHS,
        more: Sequence[dict[str, Any]] = (),
        before: Sequence[dict[str, Any]] = (),
        encoder_rate: float = ENCODER_RATE,
        rank: int = 0,
    ) -> Path:
        last = {"tiers": ["gold"], "epochs": epochs, "documents": 4, "encoder_rate": encoder_rate}
        values = {"corpus": [{"path": self.split.train}, *more], "phase": [*before, last]}
        options = {
            "base": base,
            "seed": seed,
            "threads": self.threads,
            "device": "cpu",
            "folds": 0,
            "onnx": False,
            "lora": {"rank": rank},
        }
        settings = settings_from(values | options)
        return train(settings, self.folder / f"{arm}-{seed}").model

    def _encoder(self) -> Path:
        run = self.folder / "encoder"
        options = ("--source", files()[0], "--exclude", self.split.unseen, "--epochs", MLM_EPOCHS, "--device", "cpu")
        kgbuild("train", "mlm", *options, "--threads", self.threads, "-o", run)
        return run / "model"

    def _task(self, task: str, name: str) -> dict[str, Any]:
        path = self.folder / f"{name}.tsv"
        sentences = (DATA / "ner" / name / "train.tsv").read_text(encoding="utf-8").split("\n\n")
        path.write_text("\n\n".join(sentences[:TASK_SENTENCES]) + "\n", encoding="utf-8")
        return {"path": path, "task": task}

    def _bronze(self, seed: int) -> Path:
        """Articles that neither train nor are held out, with what two networks find alike."""
        output = self.folder / f"bronze-{seed}.jsonl"
        if not output.exists():
            expert = {id_ for name in ANNOTATED for id_ in json.loads(name.read_bytes())}
            final = {id_ for name in ("dev", "test") for id_ in json.loads(_articles(name).read_bytes())}
            new = (a for a in _read(DATA / "pubmed") if a.document.id not in expert | final)
            articles = self.folder / "new.jsonl"
            with articles.open("wb") as stream:
                writer("jsonl")(islice(new, BRONZE), stream)
            models = ",".join(f"torch:{self._trained('base', number)}" for number in (seed, seed + 1))
            options = ("--extractor", f"vote({models})", "--device", "cpu", "--threads", self.threads)
            kgbuild("annotate", articles, *options, "-o", output)
        return output

    def _annotated(self, model: Path) -> list[Annotated]:
        """The held-out articles as a model sees them, with all relations that any threshold may keep."""
        from kgbuild.annotate.dictionary import DictionaryTagger
        from kgbuild.annotate.hints import shipped_hints
        from kgbuild.annotate.neural.annotator import NeuralAnnotator
        from kgbuild.annotate.neural.calibration import Calibration
        from kgbuild.annotate.neural.torch_runner import TorchRunner
        from kgbuild.schema import load_schema
        from kgbuild.train.encoders import open_network

        bundle = open_bundle(model)
        annotator = NeuralAnnotator.of_card(
            bundle.card,
            runner=TorchRunner(open_network(bundle)),
            tokenizer=bundle.tokenizer(),
            dictionary=DictionaryTagger(shipped_hints(), load_schema()),
            calibration=Calibration(least=0.02),
        )
        return annotator.annotate([article.document for article in self.split.held])


def _articles(name: str) -> Path:
    return BENCHMARK / f"articles_{name}.json"


def _read(path: Path) -> list[Annotated]:
    return [record for record in read_annotated(path) if not isinstance(record, Reject)]


def split(folder: Path) -> Split:
    """Divide the benchmark's expert articles outside `val`."""
    data = corpus()
    rest = sorted((a for fold in data.folds for a in fold), key=lambda article: article.document.id)
    held = rest[::3]
    left_out = {article.document.id for article in (*held, *data.val)}
    records = {id_: record for path in ANNOTATED for id_, record in json.loads(path.read_bytes()).items()}
    write_json(folder / "gold.json", {id_: record for id_, record in records.items() if id_ not in left_out})
    unseen = folder / "unseen.txt"
    unseen.write_text("".join(f"{id_}\n" for id_ in sorted(left_out)), encoding="utf-8")
    return Split(train=folder / "gold.json", held=held, unseen=unseen)


def main() -> None:
    """Train, score and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", type=Path, dest="folder", required=True)
    parser.add_argument("--arms", default=",".join(ARMS))
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(folder=folder, threads=options.threads, split=split(folder))
    rows = []
    for arm in options.arms.split(","):
        found = [bench.scores(arm, seed) for seed in range(options.seeds)]
        rows.append([arm, *(_shown([item[name] for item in found]) for name in ("ner_f1", "relation_f1"))])
        print(" ".join(rows[-1]), flush=True)
    print("\n" + table(("arm", "entities", "relations between mentions"), rows))


def _shown(values: Sequence[float]) -> str:
    each = ", ".join(f"{value:.3f}" for value in values)
    return f"{mean(values):.3f} ({each})" if len(values) > 1 else each


if __name__ == "__main__":
    main()
