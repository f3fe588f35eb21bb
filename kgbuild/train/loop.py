"""How a network learns from articles: the losses of its words' tags and of its pairs."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from kgbuild.annotate.neural.entities import OUTSIDE
from kgbuild.annotate.neural.inputs import Batch, batches, padded_pairs
from kgbuild.annotate.neural.network import Network
from kgbuild.annotate.neural.pairs import Pairs
from kgbuild.train.epochs import Losses, Schedule, Step, run_epochs
from kgbuild.train.examples import Example

_UNLIMITED = 1 << 40
_LIKELY = 0.1
"""The least share at which a pair counts as one that holds, for the choice of those that are learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSettings(Schedule):
    """How to train; `pair_dropout` None is that of the heads, `teacher` how often an article is learned from its
    teacher instead of from its annotators."""

    negatives: int = 200
    pair_weight: float = 1.0
    pair_dropout: float | None = None
    dictionary_dropout: float = 0.1
    teacher: float = 0.0
    bf16: bool = False


def fit(
    network: Network,
    examples: Sequence[Example],
    settings: FitSettings,
    *,
    tokens: tuple[int, int],
    checkpoint: Path | None = None,
    device: str = "cpu",
    told: Callable[[Step], None] = lambda _: None,
    epoch_ended: Callable[[int, Network], bool] = lambda _epoch, _network: True,
) -> None:
    """Train a network in place.

    Args:
        network: changed in place.
        examples: the articles.
        settings: rates, sizes, seed.
        tokens: the identifiers that open and close a window.
        checkpoint, device, told, epoch_ended: as for `run_epochs`.
    """
    if settings.pair_dropout is not None:
        network.pairs.dropout.p = settings.pair_dropout

    def of_batch(chosen: Sequence[Example], randomly: random.Random) -> Losses:
        entity, pair = losses(network, chosen, settings, tokens, randomly, device)
        return entity + settings.pair_weight * pair, {"entity_loss": entity, "pair_loss": pair}

    run_epochs(
        network,
        examples,
        settings,
        length=lambda example: len(example.prepared.subwords.tokens),
        losses=of_batch,
        checkpoint=checkpoint,
        device=device,
        told=told,
        epoch_ended=epoch_ended,
    )


def losses(
    network: Network,
    chosen: Sequence[Example],
    settings: FitSettings,
    tokens: tuple[int, int],
    randomly: random.Random,
    device: str,
) -> tuple[Tensor, Tensor]:
    """Mean loss of the words' tags, and of the pairs, weighed by article."""
    chosen = [_said(example, settings.teacher, randomly) for example in chosen]
    prepared = [example.prepared for example in chosen]
    states: list[list[tuple[int, Tensor]]] = [[] for _ in chosen]
    for batch in batches(prepared, opening=tokens[0], closing=tokens[1], budget=_UNLIMITED):
        hidden = encoded(network, batch, device, settings.bf16, _heard(batch, settings, randomly))
        for row, document, window, columns in batch.used():
            states[document].append((window.start, hidden[row, columns]))
    stitched = [torch.cat([part for _, part in sorted(parts, key=lambda p: p[0])]) for parts in states]
    averaged = len(network.tagger.condition.weight)
    condition = torch.tensor([averaged if e.condition is None else e.condition for e in chosen], device=device)
    weight = torch.tensor([example.weight for example in chosen], device=device)
    return _entity_loss(network, chosen, stitched, condition, weight), _pair_loss(
        network, chosen, stitched, condition, weight, settings, randomly
    )


def _said(example: Example, share: float, randomly: random.Random) -> Example:
    """What is learned from an article this time: its annotators' word, or its teacher's, who is of no habits."""
    if not example.taught or randomly.random() >= share:
        return example
    return replace(example, tags=example.taught.tags, held=example.taught.held, condition=None, unsaid=())


def _heard(batch: Batch, settings: FitSettings, randomly: random.Random) -> Any:
    """Which windows hear of the dictionary, shape (windows, 1)."""
    return np.array([[randomly.random() >= settings.dictionary_dropout] for _ in batch.tokens])


def encoded(network: Network, batch: Batch, device: str, bf16: bool, heard: Any = 1) -> Tensor:
    """States (windows, tokens, width) of a batch, in 32 bits."""
    arrays = (batch.tokens, batch.mask, batch.dictionary * heard, batch.shape)
    tensors = [torch.from_numpy(array).to(device, non_blocking=True) for array in arrays]
    with torch.autocast(device.split(":")[0], torch.bfloat16, enabled=bf16):
        return network.encode(*tensors).float()


def _entity_loss(
    network: Network, chosen: Sequence[Example], states: Sequence[Tensor], condition: Tensor, weight: Tensor
) -> Tensor:
    total = states[0].new_zeros(())
    count = states[0].new_zeros(())
    for number, example in enumerate(chosen):
        if not len(example.tags):
            continue
        first = torch.from_numpy(example.prepared.subwords.first).to(states[number].device).long()
        gold = torch.from_numpy(example.tags).to(first.device)
        logits = network.tagged(states[number][first][None], condition[number : number + 1], example.task)[0]
        total = total + weight[number] * tag_loss(logits, gold, example.unsaid)
        count = count + weight[number] * len(gold)
    return total / count.clamp(min=1)


def tag_loss(logits: Tensor, gold: Tensor, unsaid: tuple[int, ...]) -> Tensor:
    """Cross-entropy of tags (words,), or shares of tags (words, tags), summed over words.

    Where a word is outside, tags that nobody was asked for count as right too (the marginal likelihood of partial
    annotations: Greenberg et al., EMNLP 2018).
    """
    gold = gold if gold.is_floating_point() else gold.long()
    if not unsaid:
        return F.cross_entropy(logits, gold, reduction="sum")
    shares = F.log_softmax(logits, dim=1)
    open_ = torch.logsumexp(shares[:, [OUTSIDE, *unsaid]], dim=1)
    said = shares.gather(1, gold[:, None])[:, 0]
    return -torch.where(gold == OUTSIDE, open_, said).sum()


def _pair_loss(
    network: Network,
    chosen: Sequence[Example],
    states: Sequence[Tensor],
    condition: Tensor,
    weight: Tensor,
    settings: FitSettings,
    randomly: random.Random,
) -> Tensor:
    rows: list[int] = []
    taken: list[Pairs] = []
    held: list[Any] = []
    for number, example in enumerate(chosen):
        for pairs, truth in zip(example.pairs, example.held, strict=True):
            keep = _sampled(truth, settings.negatives, randomly)
            rows.append(number)
            taken.append(pairs.chosen(keep))
            held.append(truth[keep])
    if not taken:
        return states[0].new_zeros(())
    logits, predicates = judged(network, taken, [states[row] for row in rows], condition[rows])
    most = logits.shape[1]
    wanted = torch.zeros(len(taken), most, predicates.shape[2], device=logits.device)
    mask = torch.zeros(len(taken), most, device=logits.device)
    for row, values in enumerate(held):
        wanted[row, : len(values)] = torch.from_numpy(values)
        mask[row, : len(values)] = weight[rows[row]]
    holds = wanted.sum(dim=2).clamp(max=1)
    which = -(wanted * predicates).sum(dim=2) / wanted.sum(dim=2).clamp(min=1)
    loss = F.binary_cross_entropy_with_logits(logits, holds, reduction="none") + which
    result: Tensor = (loss * mask).sum() / mask.sum().clamp(min=1e-6)
    return result


def _sampled(truth: Any, negatives: int, randomly: random.Random) -> Any:
    """All pairs that hold, or may, and some that do not; indices in order."""
    does = truth.sum(axis=1) >= _LIKELY
    others = np.flatnonzero(~does)
    if len(others) > negatives:
        others = np.array(randomly.sample(others.tolist(), negatives))
    return np.sort(np.concatenate([np.flatnonzero(does), others])).astype(np.int64)


def judged(
    network: Network, pairs: Sequence[Pairs], states: Sequence[Tensor], condition: Tensor | None
) -> tuple[Tensor, Tensor]:
    """The pair head's answers for several documents, whose states are (tokens, width)."""
    device = states[0].device
    cut = [state[item.start : item.end] for state, item in zip(states, pairs, strict=True)]
    hidden = torch.nn.utils.rnn.pad_sequence(cut, batch_first=True)
    arrays = {name: torch.from_numpy(values).to(device) for name, values in padded_pairs(pairs).items()}
    answer: tuple[Tensor, Tensor] = network.pairs(hidden, **arrays, condition=condition)
    return answer
