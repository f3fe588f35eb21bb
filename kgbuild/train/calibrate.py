"""Probabilities and thresholds from predictions for articles that the network was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.annotator import Runner, decoded
from kgbuild.annotate.neural.bundle import Scales
from kgbuild.annotate.neural.calibration import RELATION_INPUTS, Calibration, Offsets, logistic
from kgbuild.annotate.neural.entities import Floats, gold_tags
from kgbuild.annotate.neural.inputs import Prepared, padded_pairs
from kgbuild.annotate.neural.pairs import candidates
from kgbuild.annotate.neural.subwords import Flags
from kgbuild.annotate.overlap import resolve
from kgbuild.model import Annotated, Mention
from kgbuild.train.examples import held

_TEMPERATURES = np.geomspace(0.5, 4, 31)
_BIASES = np.arange(-2.0, 1.01, 0.25)
_LEAST = np.arange(0.10, 0.71, 0.02)
# How many articles' worth of evidence a type's own offset needs: a ridge on the offsets.
_RIDGE = 4.0


@dataclass(frozen=True, eq=False, kw_only=True)
class HeldOut:
    """An article with what a network that did not see it says of its tokens.

    Attributes:
        article: as annotated.
        prepared: its inputs.
        hidden: token states, shape (tokens, width).
        tags: tag logits of its words, shape (words, tags).
        runner: judges its pairs.
    """

    article: Annotated
    prepared: Prepared
    hidden: Floats
    tags: Floats
    runner: Runner


@dataclass(frozen=True, eq=False, kw_only=True)
class Judged:
    """The candidate relations of all held-out articles, one row for each pair with its likeliest predicate.

    Attributes:
        inputs: of the regression, shape (rows, inputs).
        kind: relation type, shape (rows, 3): subject label, object label, predicate.
        holds: whether it was annotated, shape (rows,).
        gold: annotated relations of all articles, found as candidates or not.
    """

    inputs: Floats
    kind: npt.NDArray[np.int32]
    holds: Flags
    gold: int


def fit_scales(
    held_out: Sequence[HeldOut], labels: Sequence[str], predicates: Sequence[str], legal: Flags
) -> tuple[Scales, dict[str, float]]:
    """Fit temperature, biases, the two logistic functions and the thresholds, each for the best micro F1.

    The threshold of relations is one for all types, as is best for micro F1 when scores are probabilities (Lipton,
    Elkan and Naryanaswamy, ECML 2014); types differ by an offset, which a ridge holds near 0 where they are rare.

    Returns:
        The scales, and the out-of-fold figures that they reach.
    """
    base = Calibration(tag_temperature=_temperature(held_out, labels))
    bias = _outside_bias(held_out, base, labels)
    base = replace(base, outside_bias=bias)
    slope, offset = _mention_scale(held_out, base, labels)
    base = replace(base, mention=(slope, offset))
    least_mention, entity_f1 = _least_mention(held_out, base, labels)
    base = replace(base, least_mention=least_mention)
    mentions = Scales(
        tag_temperature=round(base.tag_temperature, 4),
        outside_bias=round(bias, 4),
        mention=(round(slope, 4), round(offset, 4)),
        least_mention=round(least_mention, 4),
    )
    judged = judge(held_out, base, labels, predicates, legal)
    if not judged.holds.any():
        return mentions, {"ner": entity_f1}
    weights, offsets = fit_relations(judged, len(labels), len(predicates))
    scores = logistic(judged.inputs @ weights + offsets[tuple(judged.kind.T)])
    least, relation_f1 = _best_least(scores, judged.holds, judged.gold)
    table = tuple(
        ((labels[s], predicates[p], labels[o]), round(float(offsets[s, o, p]), 3))
        for s, o, p in np.argwhere(np.abs(offsets) > 5e-4).tolist()
    )
    relation = tuple(round(float(weight), 4) for weight in weights)
    relations = {"relation": relation, "offsets": table, "least": round(least, 4)}
    return mentions.model_copy(update=relations), {"ner": entity_f1, "mention": relation_f1}


def _temperature(held_out: Sequence[HeldOut], labels: Sequence[str]) -> float:
    """The temperature under which the annotated tags are likeliest (Guo et al., ICML 2017)."""
    logits = np.concatenate([item.tags for item in held_out])
    gold = np.concatenate(
        [gold_tags(item.prepared.subwords, resolve(item.article.mentions), labels) for item in held_out]
    )
    rows = np.arange(len(gold))
    losses = [-Calibration(tag_temperature=t).tag_scores(logits)[rows, gold].mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def mentions_of(item: HeldOut, calibration: Calibration, labels: Sequence[str]) -> tuple[Mention, ...]:
    """What the network that did not see the article finds in it."""
    (found,) = decoded([(item.prepared.subwords, item.tags)], calibration, labels, "")
    return found


def _outside_bias(held_out: Sequence[HeldOut], calibration: Calibration, labels: Sequence[str]) -> float:
    best = (0.0, -1.0)
    for bias in _BIASES.tolist():
        _, right, gold = _mention_rows(held_out, replace(calibration, outside_bias=bias), labels)
        score = 2 * int(right.sum()) / max(1, len(right) + gold)
        if score > best[1]:
            best = (bias, score)
    return best[0]


def _mention_rows(
    held_out: Sequence[HeldOut], calibration: Calibration, labels: Sequence[str]
) -> tuple[npt.NDArray[np.float64], Flags, int]:
    """Scores of all decoded mentions, whether each is right, and how many were annotated."""
    scores: list[float] = []
    right: list[bool] = []
    gold = 0
    for item in held_out:
        expected = {(mention.span, mention.label) for mention in item.article.mentions}
        gold += len(expected)
        for mention in mentions_of(item, calibration, labels):
            scores.append(mention.score)
            right.append((mention.span, mention.label) in expected)
    return np.array(scores), np.array(right, np.bool_), gold


def _mention_scale(
    held_out: Sequence[HeldOut], calibration: Calibration, labels: Sequence[str]
) -> tuple[float, float]:
    scores, right, _ = _mention_rows(held_out, calibration, labels)
    if right.all() or not right.any():
        return 1.0, 0.0
    clipped = np.clip(scores, 1e-4, 1 - 1e-4)
    inputs = np.stack([np.log(clipped / (1 - clipped)), np.ones(len(scores))], axis=1)
    slope, offset = logistic_regression(inputs, right, np.full(2, 1e-3))
    return float(slope), float(offset)


def _least_mention(
    held_out: Sequence[HeldOut], calibration: Calibration, labels: Sequence[str]
) -> tuple[float, float]:
    return _best_least(*_mention_rows(held_out, calibration, labels))


def _best_least(scores: npt.NDArray[np.floating], right: Flags, gold: int) -> tuple[float, float]:
    """The least score that gives the best micro F1, and that F1."""
    f1 = []
    for least in _LEAST:
        kept = scores >= least
        f1.append(2 * int((right & kept).sum()) / max(1, int(kept.sum()) + gold))
    best = int(np.argmax(f1))
    return float(_LEAST[best]), float(f1[best])


def judge(
    held_out: Sequence[HeldOut],
    calibration: Calibration,
    labels: Sequence[str],
    predicates: Sequence[str],
    legal: Flags,
) -> Judged:
    """Judge the pairs of the mentions that were found."""
    inputs = [np.zeros((0, len(RELATION_INPUTS)), np.float32)]
    kinds, holds = [np.zeros((0, 3), np.int32)], [np.zeros(0, np.bool_)]
    gold = 0
    for item in held_out:
        gold += len(
            {
                (r.subject.text, r.subject.label, r.predicate, r.object.text, r.object.label)
                for r in item.article.relations
            }
        )
        mentions = mentions_of(item, calibration, labels)
        for pairs in candidates(item.prepared.subwords, mentions, labels, legal):
            hold, share = item.runner.judge(item.hidden[None, pairs.start : pairs.end], padded_pairs([pairs]))
            best = share[0].argmax(axis=1)
            rows = np.arange(len(best))
            inputs.append(calibration.relation_inputs(hold[0], share[0], pairs)[rows, best])
            kinds.append(np.column_stack([pairs.label[pairs.ends], best]).astype(np.int32))
            holds.append(held(pairs, item.article, predicates)[rows, best] > 0)
    return Judged(
        inputs=np.concatenate(inputs),
        kind=np.concatenate(kinds),
        holds=np.concatenate(holds),
        gold=gold,
    )


def fit_relations(judged: Judged, labels: int, predicates: int) -> tuple[npt.NDArray[np.float64], Offsets]:
    """Weights of the regression, and each type's offset, shape (labels, labels, predicates)."""
    kinds, which = np.unique(judged.kind, axis=0, return_inverse=True)
    wide = np.zeros((len(judged.inputs), judged.inputs.shape[1] + len(kinds)))
    wide[:, : judged.inputs.shape[1]] = judged.inputs
    wide[np.arange(len(which)), judged.inputs.shape[1] + which.ravel()] = 1
    ridge = np.r_[np.full(judged.inputs.shape[1], 1e-2), np.full(len(kinds), _RIDGE)]
    found = logistic_regression(wide, judged.holds, ridge)
    offsets = np.zeros((labels, labels, predicates), np.float32)
    offsets[tuple(kinds.T)] = found[judged.inputs.shape[1] :]
    return found[: judged.inputs.shape[1]], offsets


def logistic_regression(
    inputs: npt.NDArray[np.floating], holds: Flags, ridge: npt.NDArray[np.float64], *, rounds: int = 50
) -> npt.NDArray[np.float64]:
    """Weights by Newton's method, with a ridge on each.

    Args:
        inputs: shape (rows, inputs).
        holds: shape (rows,).
        ridge: shape (inputs,).
        rounds: at most.
    """
    weights = np.zeros(inputs.shape[1])
    x = inputs.astype(np.float64)
    for _ in range(rounds):
        share = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (share - holds) + ridge * weights
        curvature = (x * (share * (1 - share) + 1e-9)[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        weights -= np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-6:
            break
    return weights
