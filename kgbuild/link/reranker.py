"""Which of several candidates a mention means, or none: a small network over the features of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kgbuild.errors import InputError
from kgbuild.files import write_json
from kgbuild.resources import asset

Floats = npt.NDArray[np.float64]
WEIGHTS = "mappings/reranker.json"


@dataclass(frozen=True, eq=False)
class Reranker:
    """A linear model and one hidden layer beside it, over standardised features.

    Attributes:
        mean, scale: of each feature, shape (features,).
        inner: weights of the hidden layer, shape (features, hidden).
        bias: of the hidden layer, shape (hidden,).
        outer: from the hidden layer to the score, shape (hidden,).
        linear: from the features to the score, shape (features,).
        none: the score of no candidate's being right, shape ().
    """

    mean: Floats
    scale: Floats
    inner: Floats
    bias: Floats
    outer: Floats
    linear: Floats
    none: Floats

    def chances(self, features: Sequence[Sequence[float]]) -> list[float]:
        """The probability of each candidate; what they lack of 1 is that of none.

        Args:
            features: of all candidates of one mention, shape (candidates, features).
        """
        if not features:
            return []
        scores = np.append(self.scores(np.array(features)), self.none)
        odds = np.exp(scores - scores.max())
        result: list[float] = (odds / odds.sum())[:-1].tolist()
        return result

    def scores(self, features: Floats) -> Floats:
        """Logarithms of odds, shape (candidates,); only differences between them, and to `none`, mean something."""
        values = (features - self.mean) / self.scale
        result: Floats = np.tanh(values @ self.inner + self.bias) @ self.outer + values @ self.linear
        return result


@cache
def shipped(kind: str) -> Reranker:
    """The reranker fitted to GutBrainIE: "ngram", or "dense" with the features of meaning.

    Raises:
        InputError: the file that is installed is damaged.
    """
    path = asset(WEIGHTS)
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))[kind]
        return Reranker(**{field.name: np.array(parts[field.name], np.float64) for field in fields(Reranker)})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"not a reranker: {error!r}", file=str(path), remedy="Install kgbuild again.") from error


def save(rerankers: Mapping[str, Reranker], path: Path) -> None:
    """Write rerankers by kind; numbers are rounded to four places."""
    content = {
        kind: {field.name: np.round(getattr(one, field.name), 4).tolist() for field in fields(Reranker)}
        for kind, one in sorted(rerankers.items())
    }
    write_json(path, content)


def fit(
    features: Floats,
    sizes: npt.NDArray[np.int64],
    answers: npt.NDArray[np.int64],
    *,
    members: int = 3,
    hidden: int = 12,
    steps: int = 200,
    rate: float = 0.01,
    decay: float = 0.1,
) -> Reranker:
    """Fit a reranker: softmax over each mention's candidates and none, AdamW over all at once. The same at each call.

    Args:
        features: of the candidates of all mentions one after the other, shape (candidates, features).
        sizes: how many candidates each mention has, shape (mentions,).
        answers: which of its candidates is right, -1 where none is, shape (mentions,).
        members: networks that begin with other weights; their mean is one network with all their hidden units.
        hidden: width of a member's hidden layer.
        steps: of the optimiser.
        rate: of learning.
        decay: of weights, times `rate` at each step.
    """
    mean, scale = features.mean(axis=0), features.std(axis=0)
    # A feature that is always the same tells nothing.
    scale[scale == 0] = 1
    values = ((features - mean) / scale).astype(np.float32)
    count = values.shape[1]
    parts = []
    for seed in range(members):
        random = np.random.default_rng(seed)
        inner = random.uniform(-1, 1, (count, hidden)) / np.sqrt(count)
        outer = random.uniform(-1, 1, hidden) / np.sqrt(hidden)
        begun = (inner, np.zeros(hidden), outer, np.zeros(count), np.zeros(()))
        parts.append(_descend(begun, values, sizes, answers, steps, rate, decay))
    inners, biases, outers, linears, nones = zip(*parts, strict=True)
    return Reranker(
        mean=mean,
        scale=scale,
        inner=np.concatenate(inners, axis=1),
        bias=np.concatenate(biases),
        outer=np.concatenate(outers) / members,
        linear=np.mean(linears, axis=0),
        none=np.mean(nones, axis=0),
    )


def _descend(
    begun: Sequence[Floats],
    values: npt.NDArray[np.float32],
    sizes: npt.NDArray[np.int64],
    answers: npt.NDArray[np.int64],
    steps: int,
    rate: float,
    decay: float,
) -> list[Floats]:
    """Weights of one member, as begun with. Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019."""
    weights = [part.astype(np.float32) for part in begun]
    first = [np.zeros_like(part) for part in weights]
    second = [np.zeros_like(part) for part in weights]
    starts = np.cumsum(sizes) - sizes
    groups = np.repeat(np.arange(len(sizes)), sizes)
    none_right = answers < 0
    right = (starts + answers)[~none_right]
    for step in range(1, steps + 1):
        states = np.tanh(values @ weights[0] + weights[1])
        scores = states @ weights[2] + values @ weights[3]
        peaks = np.maximum(np.maximum.reduceat(scores, starts), weights[4])
        odds, none_odds = np.exp(scores - peaks[groups]), np.exp(weights[4] - peaks)
        totals = np.add.reduceat(odds, starts) + none_odds
        errors = odds / totals[groups]
        errors[right] -= 1
        errors /= len(sizes)
        none_error = np.mean(none_odds / totals - none_right)
        inward = np.outer(errors, weights[2]) * (1 - states**2)
        gradients = (values.T @ inward, inward.sum(axis=0), states.T @ errors, values.T @ errors, none_error)
        for number, gradient in enumerate(gradients):
            first[number] = 0.9 * first[number] + 0.1 * gradient
            second[number] = 0.999 * second[number] + 0.001 * gradient**2
            change = (first[number] / (1 - 0.9**step)) / (np.sqrt(second[number] / (1 - 0.999**step)) + 1e-8)
            weights[number] = weights[number] * (1 - rate * decay) - rate * change
    return [part.astype(np.float64) for part in weights]
