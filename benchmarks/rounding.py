"""What rounding to 8 bits changes, out of fold: the networks of a run's folds on the articles that they did not see.

    python -m benchmarks.rounding RUN     the folder of a finished `kgbuild train`, with its state/

Each fold's network is run with torch in 32 bits and exported twice, with and without evened channels; thresholds and
calibration are the model's own. A few minutes on one thread.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from safetensors.torch import load_model

from kgbuild.annotate.dictionary import DictionaryTagger
from kgbuild.annotate.hints import shipped_hints
from kgbuild.annotate.neural.annotator import NeuralAnnotator, Runner
from kgbuild.annotate.neural.bundle import open_bundle
from kgbuild.annotate.neural.inputs import Batch, batches
from kgbuild.annotate.neural.onnx_runner import OnnxRunner
from kgbuild.annotate.neural.subwords import ends
from kgbuild.annotate.neural.torch_runner import TorchRunner
from kgbuild.model import Annotated
from kgbuild.schema import load_schema
from kgbuild.train.corpora import read_corpora
from kgbuild.train.encoders import open_network
from kgbuild.train.export import export_onnx
from kgbuild.train.run import folds_of
from kgbuild.train.settings import load_settings

SAMPLES = 64
LEVELS = ("entities", "mentions", "labels and predicate", "pairs of labels")


class Rounding:
    """A run's model and its articles."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.bundle = open_bundle(run / "model")
        settings = load_settings(run / "config.toml")
        self.schema = load_schema(settings.ontology)
        self.articles, _ = read_corpora(settings.corpus, self.schema)
        self.folds = folds_of(settings, self.articles)
        self.annotator = NeuralAnnotator.of_card(
            self.bundle.card,
            runner=TorchRunner(open_network(self.bundle)),
            tokenizer=self.bundle.tokenizer(),
            dictionary=DictionaryTagger(shipped_hints(), self.schema),
            budget=1,
        )
        self.targets = [a.annotated.document for a in self.articles if settings.is_target(a)]

    @cached_property
    def samples(self) -> list[Batch]:
        """Single windows of articles of the target tiers, as a run's export sees them."""
        opening, closing = ends(self.annotator.tokenizer)
        prepared = self.annotator.prepared(self.targets[:SAMPLES])
        return list(batches(prepared, opening=opening, closing=closing, budget=1))

    def compared(self) -> Iterator[tuple[str, list[Annotated], list[Annotated]]]:
        """Arithmetic, annotated articles and predictions, for each fold."""
        for number, ids in enumerate(self.folds, 1):
            network = open_network(self.bundle)
            load_model(network, str(self.run / f"state/fold-{number}.safetensors"))
            held = [a.annotated for a in self.articles if a.annotated.document.id in ids]
            yield "32 bits", held, self._annotated(TorchRunner(network), held)
            for name, samples in (("8 bits", ()), ("8 bits, channels evened out", self.samples)):
                with tempfile.TemporaryDirectory() as temporary:
                    export_onnx(network, Path(temporary), samples=samples)
                    yield name, held, self._annotated(OnnxRunner(Path(temporary)), held)

    def _annotated(self, runner: Runner, held: Sequence[Annotated]) -> list[Annotated]:
        return replace(self.annotator, runner=runner).annotate([item.document for item in held])


def items(article: Annotated, level: str) -> set[tuple[object, ...]]:
    """What is compared at a level."""
    if level == "entities":
        return {(mention.span, mention.label) for mention in article.mentions}
    found: set[tuple[object, ...]] = set()
    for relation in article.relations:
        ends = relation.subject, relation.object
        labels = tuple(end.label for end in ends)
        if level == "mentions":
            found.add((*labels, *(end.text for end in ends), relation.predicate))
        else:
            found.add(labels if level == "pairs of labels" else (*labels, relation.predicate))
    return found


def overlap(gold: Sequence[Annotated], found: Sequence[Annotated], level: str) -> tuple[int, int]:
    """Twice the number of what is in both, and of all in either: their quotient is micro F1."""
    pairs = [(items(one, level), items(other, level)) for one, other in zip(gold, found, strict=True)]
    return 2 * sum(len(one & other) for one, other in pairs), sum(len(one) + len(other) for one, other in pairs)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    counts: dict[str, dict[str, list[int]]] = {}
    for name, gold, predicted in Rounding(parser.parse_args().run).compared():
        for level in LEVELS:
            cell = counts.setdefault(name, {}).setdefault(level, [0, 0])
            right, both = overlap(gold, predicted, level)
            cell[0] += right
            cell[1] += both
    print("| arithmetic | " + " | ".join(LEVELS) + " |\n" + "|---" * (1 + len(LEVELS)) + "|")
    for name, cells in counts.items():
        print(f"| {name} | " + " | ".join(f"{right / max(1, both):.3f}" for right, both in cells.values()) + " |")


if __name__ == "__main__":
    main()
