"""Epochs over articles: batches by length, two rates, averaged weights, checkpoints that outlive a kill."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from kgbuild.files import replacing

_POOL = 64

Item = TypeVar("Item")
Losses = tuple[Tensor, Mapping[str, Tensor]]
"""The loss that is lowered, and the parts of it that are told."""
Network = TypeVar("Network", bound=nn.Module)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and how fast to train. Rates are the peaks of a linear warm-up and decline."""

    epochs: int = 8
    documents: int = 8
    encoder_rate: float = 2e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0
    averaging: float = 0.99
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step measured: its number, the number of all, and the mean losses by name."""

    number: int
    steps: int
    losses: dict[str, float]


def run_epochs(
    network: Network,
    items: Sequence[Item],
    schedule: Schedule,
    *,
    length: Callable[[Item], int],
    losses: Callable[[Sequence[Item], random.Random], Losses],
    checkpoint: Path | None = None,
    every: int | None = None,
    device: str = "cpu",
    told: Callable[[Step], None] = lambda _: None,
    epoch_ended: Callable[[int, Network], bool] = lambda _epoch, _network: True,
) -> None:
    """Train a network in place, and leave in it the exponentially averaged weights.

    Args:
        network: changed in place; the parameters of its `encoder` take one rate, all others the other.
        items: what is learned from.
        schedule: rates, sizes, seed.
        length: items of about one length are read together.
        losses: of a batch; what is random in it comes from the generator, or from torch's own.
        checkpoint: written at the end of each epoch, and gone on from when it is there.
        every: so many steps of an epoch after which it is written too.
        device: "cpu" or "cuda".
        told: hears of each step.
        epoch_ended: hears of each epoch's end with the averaged weights in place; False stops training.
    """
    network.to(device)
    encoder: Any = network.encoder
    heads = [value for name, value in network.named_parameters() if not name.startswith("encoder.")]
    groups = [
        {"params": list(encoder.parameters()), "lr": schedule.encoder_rate},
        {"params": heads, "lr": schedule.head_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=schedule.weight_decay, fused=True)
    steps = schedule.epochs * -(-len(items) // schedule.documents)
    warm = max(1, int(steps * schedule.warm_up))
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda at: min((at + 1) / warm, max(0.0, (steps - at) / max(1, steps - warm)))
    )
    average = {name: value.detach().clone() for name, value in network.state_dict().items()}
    first, done, number = 0, 0, 0
    if checkpoint is not None and checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        scheduler.load_state_dict(saved["scheduler"])
        average, first, done, number = saved["average"], saved["epoch"], saved["batch"], saved["step"]

    def save(epoch: int, batch: int) -> None:
        if checkpoint is None:
            return
        state = {
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "average": average,
            "epoch": epoch,
            "batch": batch,
            "step": number,
        }
        with replacing(checkpoint) as path:
            torch.save(state, path)

    for epoch in range(first, schedule.epochs):
        # Order and dropout follow from the epoch's own seed, so that one gone on with is as one undisturbed.
        randomly = _seeded(schedule.seed * 1000 + epoch)
        network.train()
        ready = list(_shuffled(items, schedule.documents, length, randomly))
        for batch in range(done, len(ready)):
            if every and batch and batch % every == 0:
                if batch > done:
                    save(epoch, batch)
                randomly = _seeded((schedule.seed * 1000 + epoch) * len(ready) + batch)
            loss, parts = losses(ready[batch], randomly)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), schedule.clip)
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad(set_to_none=True)
            number += 1
            decay = min(schedule.averaging, (1 + number) / (10 + number))
            with torch.no_grad():
                for name, value in network.state_dict().items():
                    if value.is_floating_point():
                        average[name].lerp_(value, 1 - decay)
            told(Step(number=number, steps=steps, losses={name: part.item() for name, part in parts.items()}))
        done = 0
        save(epoch + 1, 0)
        kept = {name: value.detach().clone() for name, value in network.state_dict().items()}
        network.load_state_dict(average)
        goes_on = epoch_ended(epoch + 1, network)
        if not goes_on:
            return
        if epoch + 1 < schedule.epochs:
            network.load_state_dict(kept)
    network.load_state_dict(average)


def _seeded(seed: int) -> random.Random:
    torch.manual_seed(seed)
    return random.Random(seed)  # noqa: S311


def _shuffled(
    items: Sequence[Item], size: int, length: Callable[[Item], int], randomly: random.Random
) -> Iterator[list[Item]]:
    """Batches of about equally long items, in random order."""
    order = list(items)
    randomly.shuffle(order)
    pool = _POOL * size
    ready = []
    for start in range(0, len(order), pool):
        part = sorted(order[start : start + pool], key=length)
        ready += [part[begin : begin + size] for begin in range(0, len(part), size)]
    randomly.shuffle(ready)
    yield from ready
