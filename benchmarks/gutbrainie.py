"""The GutBrainIE benchmark as other benchmarks divide it: `val`, and the folds of cross-validation."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path

from kgbuild.model import Annotated, Reject
from kgbuild.source.gutbrainie import read_gutbrainie

FOLDS = 5
DATA = Path(os.environ.get("KGBUILD_SHARED", Path(__file__).resolve().parents[1] / "../shared")) / "data"
BENCHMARK = DATA / "gutbrainie"
ANNOTATED = (BENCHMARK / "platinum.json", BENCHMARK / "gold.json")


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of `val` and the others, those in folds."""

    val: list[Annotated]
    folds: list[list[Annotated]]


def corpus() -> Corpus:
    """The documents of platinum and gold, split as the data's README says; the folds are fixed."""
    val: list[Annotated] = []
    rest: list[Annotated] = []
    for path, remainders in zip(ANNOTATED, ({0, 3}, {1}), strict=True):
        for article in read_gutbrainie(path):
            if isinstance(article, Reject):
                raise SystemExit(f"{article.record}: {article.cause}")
            (val if int(article.document.id) % 7 in remainders else rest).append(article)
    rest.sort(key=lambda article: article.document.id)
    random.Random(1).shuffle(rest)
    return Corpus(val, [rest[number::FOLDS] for number in range(FOLDS)])
