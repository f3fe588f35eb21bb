"""From a network's logits to probabilities, and the least probabilities that are kept.

All figures are fitted on predictions for articles that the network was not trained on (`kgbuild.train.calibrate`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.entities import Floats
from kgbuild.annotate.neural.pairs import Pairs
from kgbuild.annotate.neural.subwords import Flags

Offsets = npt.NDArray[np.float32]
_TINY = 1e-6
RELATION_INPUTS = ("holds", "predicate", "subject", "object", "bias")


@dataclass(frozen=True, eq=False, kw_only=True)
class Calibration:
    """Scales and thresholds.

    Attributes:
        tag_temperature: tag logits are divided by it (Guo et al., ICML 2017).
        outside_bias: added to the logit of O; negative finds more mentions.
        mention: slope and offset of a logistic function of the log odds of a mention's least certain word
            (Platt 1999).
        relation: weights of a logistic regression, in the order of RELATION_INPUTS: the logit that a pair holds, the
            log probability of the predicate, the log scores of the best subject and object mention, and 1.
        offsets: added to a relation's log odds by type, shape (labels, labels, predicates).
        least_mention: the least score of a mention that is kept.
        least: the least score of a relation that is kept.
    """

    tag_temperature: float = 1.0
    outside_bias: float = 0.0
    mention: tuple[float, float] = (1.0, 0.0)
    relation: tuple[float, ...] = (1.0, 1.0, 0.0, 0.0, 0.0)
    offsets: Offsets = field(default_factory=lambda: np.zeros((1, 1, 1), np.float32))
    least_mention: float = 0.0
    least: float = 0.5

    def tag_scores(self, logits: Floats) -> Floats:
        """Log probabilities of tags, shape (words, tags)."""
        scaled = logits / np.float32(self.tag_temperature)
        scaled[:, 0] += np.float32(self.outside_bias)
        scaled -= scaled.max(axis=1, keepdims=True)
        result: Floats = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return result

    def mention_scores(self, scores: Floats, spans: Iterable[tuple[int, int, int]]) -> list[float]:
        """The probability that each mention of a document is right.

        Args:
            scores: log probabilities of tags, shape (words, tags).
            spans: begin, end (exclusive) and label number of each mention.
        """
        inside = np.logaddexp(scores[:, 1::2], scores[:, 2::2])
        least = np.array([inside[begin:end, label].min() for begin, end, label in spans], np.float32)
        share = np.exp(least).clip(_TINY, 1 - _TINY).astype(np.float64)
        slope, offset = self.mention
        found = logistic(slope * np.log(share / (1 - share)) + offset)
        return [round(score, 4) for score in found.tolist()]

    def relation_inputs(self, holds: Floats, predicates: Floats, pairs: Pairs) -> Floats:
        """The regression's inputs, shape (pairs, predicates, inputs)."""
        certain = np.array([mention.score for mention in pairs.mentions], np.float32).clip(_TINY, 1)
        name = np.log((pairs.member * certain).max(axis=1))
        result = np.empty((*predicates.shape, len(RELATION_INPUTS)), np.float32)
        result[..., 0] = holds[:, None]
        result[..., 1] = predicates
        result[..., 2] = name[pairs.ends[:, 0], None]
        result[..., 3] = name[pairs.ends[:, 1], None]
        result[..., 4] = 1
        return result

    def relation_scores(self, holds: Floats, predicates: Floats, pairs: Pairs) -> Floats:
        """The probability of each predicate, shape (pairs, predicates)."""
        weights = np.array(self.relation, np.float32)
        label = pairs.label[pairs.ends] % len(self.offsets)
        offsets = self.offsets[label[:, 0], label[:, 1]]
        result: Floats = logistic(self.relation_inputs(holds, predicates, pairs) @ weights + offsets)
        return result

    def is_kept(self, scores: Floats) -> Flags:
        """Which predicates of which pairs to report: the likeliest of each pair, if likely enough."""
        kept: Flags = np.zeros(scores.shape, np.bool_)
        rows, best = np.arange(len(scores)), scores.argmax(axis=1)
        kept[rows, best] = scores[rows, best] >= self.least
        return kept


def logistic(values: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Probabilities from log odds."""
    clipped = np.clip(np.asarray(values, np.float32), -30, 30)
    result: npt.NDArray[np.float32] = (1 / (1 + np.exp(-clipped))).astype(np.float32)
    return result


def offsets_from(
    table: Mapping[tuple[str, str, str], float], labels: Sequence[str], predicates: Sequence[str]
) -> Offsets:
    """The array `Calibration.offsets` from a table; types that it lacks take 0."""
    result = np.zeros((len(labels), len(labels), len(predicates)), np.float32)
    for (subject, predicate, object_), value in table.items():
        result[labels.index(subject), labels.index(object_), predicates.index(predicate)] = value
    return result
