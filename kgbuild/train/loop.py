"""The training loop: batches by length, two losses, averaged weights, checkpoints that outlive a kill."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from kgbuild.annotate.neural.inputs import Batch, batches, padded_pairs
from kgbuild.annotate.neural.network import Network
from kgbuild.annotate.neural.pairs import Pairs
from kgbuild.files import replacing
from kgbuild.train.examples import Example

_POOL = 64
_UNLIMITED = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSettings:
    """How to train. Rates are the peaks of a linear warm-up and decline; `pair_dropout` None is that of the heads."""

    epochs: int = 8
    documents: int = 8
    encoder_rate: float = 2e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0
    negatives: int = 200
    pair_weight: float = 1.0
    pair_dropout: float | None = None
    dictionary_dropout: float = 0.1
    averaging: float = 0.99
    seed: int = 0
    bf16: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step measured: its number, the number of all, and the mean losses."""

    number: int
    steps: int
    entity_loss: float
    pair_loss: float


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
    """Train a network in place, and leave in it the exponentially averaged weights.

    Args:
        network: changed in place.
        examples: the articles.
        settings: rates, sizes, seed.
        tokens: the identifiers that open and close a window.
        checkpoint: written at the end of each epoch, and gone on from when it is there.
        device: "cpu" or "cuda".
        told: hears of each step.
        epoch_ended: hears of each epoch's end with the averaged weights in place; False stops training.
    """
    network.to(device)
    if settings.pair_dropout is not None:
        network.pairs.dropout.p = settings.pair_dropout
    groups = [
        {"params": list(network.encoder.parameters()), "lr": settings.encoder_rate},
        {
            "params": [p for part in (network.inputs, network.tagger, network.pairs) for p in part.parameters()],
            "lr": settings.head_rate,
        },
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=settings.weight_decay, fused=True)
    steps = settings.epochs * -(-len(examples) // settings.documents)
    warm = max(1, int(steps * settings.warm_up))
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda at: min((at + 1) / warm, max(0.0, (steps - at) / max(1, steps - warm)))
    )
    average = {name: value.detach().clone() for name, value in network.state_dict().items()}
    first, number = 0, 0
    if checkpoint is not None and checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        scheduler.load_state_dict(saved["scheduler"])
        average, first, number = saved["average"], saved["epoch"], saved["step"]
    for epoch in range(first, settings.epochs):
        # Each epoch's order and dropout follow from its own seed, so that one gone on with is as one undisturbed.
        torch.manual_seed(settings.seed * 1000 + epoch)
        randomly = random.Random(settings.seed * 1000 + epoch)  # noqa: S311
        network.train()
        for chosen in _shuffled(examples, settings.documents, randomly):
            entity, pair = losses(network, chosen, settings, tokens, randomly, device)
            loss = entity + settings.pair_weight * pair
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad(set_to_none=True)
            number += 1
            decay = min(settings.averaging, (1 + number) / (10 + number))
            with torch.no_grad():
                for name, value in network.state_dict().items():
                    if value.is_floating_point():
                        average[name].lerp_(value, 1 - decay)
            told(Step(number=number, steps=steps, entity_loss=entity.item(), pair_loss=pair.item()))
        if checkpoint is not None:
            state = {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "scheduler": scheduler.state_dict(),
                "average": average,
                "epoch": epoch + 1,
                "step": number,
            }
            with replacing(checkpoint) as path:
                torch.save(state, path)
        kept = {name: value.detach().clone() for name, value in network.state_dict().items()}
        network.load_state_dict(average)
        goes_on = epoch_ended(epoch + 1, network)
        if not goes_on:
            return
        if epoch + 1 < settings.epochs:
            network.load_state_dict(kept)
    network.load_state_dict(average)


def _shuffled(examples: Sequence[Example], size: int, randomly: random.Random) -> Iterator[list[Example]]:
    """Batches of about equally long articles, in random order."""
    order = list(examples)
    randomly.shuffle(order)
    pool = _POOL * size
    ready = []
    for start in range(0, len(order), pool):
        part = sorted(order[start : start + pool], key=lambda e: len(e.prepared.subwords.tokens))
        ready += [part[begin : begin + size] for begin in range(0, len(part), size)]
    randomly.shuffle(ready)
    yield from ready


def losses(
    network: Network,
    chosen: Sequence[Example],
    settings: FitSettings,
    tokens: tuple[int, int],
    randomly: random.Random,
    device: str,
) -> tuple[Tensor, Tensor]:
    """Mean loss of the words' tags, and of the pairs, weighed by article."""
    prepared = [example.prepared for example in chosen]
    states: list[list[tuple[int, Tensor]]] = [[] for _ in chosen]
    for batch in batches(prepared, opening=tokens[0], closing=tokens[1], budget=_UNLIMITED):
        hidden = encoded(network, batch, device, settings.bf16, _heard(batch, settings, randomly))
        for row, document, window, columns in batch.used():
            states[document].append((window.start, hidden[row, columns]))
    stitched = [torch.cat([part for _, part in sorted(parts, key=lambda p: p[0])]) for parts in states]
    condition = torch.tensor([example.condition for example in chosen], device=device)
    weight = torch.tensor([example.weight for example in chosen], device=device)
    return _entity_loss(network, chosen, stitched, condition, weight), _pair_loss(
        network, chosen, stitched, condition, weight, settings, randomly
    )


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
        gold = torch.from_numpy(example.tags).to(first.device).long()
        logits = network.tagger(states[number][first][None], condition[number : number + 1])[0]
        total = total + weight[number] * F.cross_entropy(logits, gold, reduction="sum")
        count = count + weight[number] * len(gold)
    return total / count.clamp(min=1)


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
    holds = wanted.amax(dim=2)
    which = -(wanted * predicates).sum(dim=2) / wanted.sum(dim=2).clamp(min=1)
    loss = F.binary_cross_entropy_with_logits(logits, holds, reduction="none") + which
    result: Tensor = (loss * mask).sum() / mask.sum().clamp(min=1e-6)
    return result


def _sampled(truth: Any, negatives: int, randomly: random.Random) -> Any:
    """All pairs that hold, and some that do not; indices in order."""
    does = truth.any(axis=1)
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
