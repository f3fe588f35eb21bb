"""How well each stage of a training run does on `val`: the weights that it left, with torch in 32 bits.

    python -m benchmarks.stages RUN...     folders of finished `kgbuild train`, with their state/

Entities with the model's calibration; relations at the threshold, in brackets, that suits each stage and level best,
since thresholds are fitted for the whole run alone. About a quarter of a minute a stage on two threads.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from safetensors.torch import load_model

from benchmarks.gutbrainie import corpus
from benchmarks.rounding import LEVELS, Rounding, overlap
from kgbuild.annotate.neural.torch_runner import TorchRunner
from kgbuild.model import Annotated
from kgbuild.train.encoders import open_network

LEAST = np.arange(0.05, 0.6, 0.01).round(2).tolist()


def compared(run: Path) -> Iterator[tuple[str, list[Annotated], list[Annotated]]]:
    """Stage, annotated articles, and predictions with all relations that any threshold may keep."""
    rounding = Rounding(run)
    gold = corpus().val
    calibration = replace(rounding.annotator.calibration, least=LEAST[0])
    for weights in sorted((run / "state").glob("*.safetensors")):
        network = open_network(rounding.bundle)
        load_model(network, str(weights))
        annotator = replace(rounding.annotator, runner=TorchRunner(network), calibration=calibration, budget=2048)
        yield weights.stem, gold, annotator.annotate([article.document for article in gold])


def f1(gold: Sequence[Annotated], found: Sequence[Annotated], level: str, least: float) -> float:
    """Micro F1 of what scores at least so much."""
    kept = [replace(item, relations=tuple(r for r in item.relations if r.score >= least)) for item in found]
    right, both = overlap(gold, kept, level)
    return right / max(1, both)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+")
    print("| run, stage | " + " | ".join(LEVELS) + " |\n" + "|---" * (1 + len(LEVELS)) + "|")
    for run in parser.parse_args().runs:
        for stage, gold, found in compared(run):
            cells = [f"{f1(gold, found, LEVELS[0], 0):.3f}"]
            for level in LEVELS[1:]:
                best = max((f1(gold, found, level, least), least) for least in LEAST)
                cells.append(f"{best[0]:.3f} ({best[1]:.2f})")
            print(f"| {run.name}, {stage} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
