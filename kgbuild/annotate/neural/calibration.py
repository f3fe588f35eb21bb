"""From a network's logits to probabilities, and the least probabilities that are kept.

All figures are fitted on predictions for articles that the network was not trained on (`kgbuild.train.calibrate`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.entities import Floats
from kgbuild.annotate.neural.pairs import Flags, Pairs

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
        least: for each relation type the least score that is kept, shape (labels, labels, predicates).
    """

    tag_temperature: float = 1.0
    outside_bias: float = 0.0
    mention: tuple[float, float] = (1.0, 0.0)
    relation: tuple[float, ...] = (1.0, 1.0, 0.0, 0.0, 0.0)
    least: npt.NDArray[np.float32] = field(default_factory=lambda: np.full((1, 1, 1), 0.5, np.float32))

    def tag_scores(self, logits: Floats) -> Floats:
        """Log probabilities of tags, shape (words, tags)."""
        scaled = logits / np.float32(self.tag_temperature)
        scaled[:, 0] += np.float32(self.outside_bias)
        scaled -= scaled.max(axis=1, keepdims=True)
        result: Floats = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return result

    def mention_score(self, scores: Floats, label: int) -> float:
        """The probability that a mention is right, from its words' log probabilities, shape (words, tags)."""
        inside = np.logaddexp(scores[:, 1 + 2 * label], scores[:, 2 + 2 * label])
        share = float(np.clip(np.exp(inside.min()), _TINY, 1 - _TINY))
        slope, offset = self.mention
        return round(float(_logistic(slope * np.log(share / (1 - share)) + offset)), 4)

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
        result: Floats = _logistic(self.relation_inputs(holds, predicates, pairs) @ weights)
        return result

    def is_kept(self, scores: Floats, pairs: Pairs) -> Flags:
        """Which predicates of which pairs to report: the likeliest of each pair, if likely enough."""
        label = pairs.label[pairs.ends]
        least = np.broadcast_to(self.least, (*self.least.shape[:2], scores.shape[1]))
        least = least[label[:, 0] % len(least), label[:, 1] % len(least)]
        kept: Flags = (scores >= least) & (scores == scores.max(axis=1, keepdims=True))
        return kept


def _logistic(values: npt.ArrayLike) -> npt.NDArray[np.float32]:
    result: npt.NDArray[np.float32] = (1 / (1 + np.exp(-np.asarray(values, np.float32)))).astype(np.float32)
    return result


def thresholds(
    least: Mapping[tuple[str, str, str], float], default: float, labels: Sequence[str], predicates: Sequence[str]
) -> npt.NDArray[np.float32]:
    """The array `Calibration.least` from a table; types that it lacks take the default."""
    result = np.full((len(labels), len(labels), len(predicates)), default, np.float32)
    for (subject, predicate, object_), value in least.items():
        result[labels.index(subject), labels.index(object_), predicates.index(predicate)] = value
    return result
