"""How likely a piece of evidence is right: the weight with which belief counts it.

An extractor's score is turned into the share of its relations that are right at the level of concepts, by a logistic
function of the score's log odds and of the logarithm of how many relations the sentence gives: a list of eleven names
that gives 35 relations says less of each. `mappings/belief.tsv` holds the three numbers of each extractor;
`benchmarks.belief` fits them and shows how well they hold. The score of any other extractor is taken as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from math import exp, log
from typing import NamedTuple

from kgbuild.resources import asset

_LEAST = 1e-6


class Calibration(NamedTuple):
    """The numbers of one extractor."""

    intercept: float
    slope: float
    crowd: float


@cache
def calibrations() -> Mapping[str, Calibration]:
    """The calibration of each extractor that has one, by the name that it gives as its relations' source."""
    with asset("mappings/belief.tsv").open(encoding="utf-8", newline="") as stream:
        return {
            row["source"]: Calibration(float(row["intercept"]), float(row["slope"]), float(row["crowd"]))
            for row in csv.DictReader(stream, delimiter="\t")
        }


def weight(score: float, relations: int, source: str) -> float:
    """How likely a relation is right, 0 to 1, to six digits.

    Args:
        score: the extractor's, 0 to 1.
        relations: how many its sentence gives, itself included.
        source: the extractor.
    """
    known = calibrations().get(source)
    if known is None:
        return score
    share = min(max(score, _LEAST), 1 - _LEAST)
    odds = known.intercept + known.slope * log(share / (1 - share)) + known.crowd * log(max(relations, 1))
    return round(1 / (1 + exp(-odds)), 6)
