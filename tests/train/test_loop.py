"""Losses."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="training needs kgbuild[train]")

import torch

from kgbuild.train.loop import tag_loss

# Tags: outside, B and I of bacteria, B and I of disorders.
OUTSIDE, BACTERIUM, DISORDER = 0, 1, 3
UNSAID = (1, 2)


def loss(believed: int, annotated: int, unsaid: tuple[int, ...]) -> float:
    """Of one word for which the network is nearly sure."""
    logits = torch.zeros(1, 5)
    logits[0, believed] = 20
    return float(tag_loss(logits, torch.tensor([annotated]), unsaid))


def test_a_word_outside_may_bear_a_tag_that_nobody_was_asked_for() -> None:
    assert loss(BACTERIUM, OUTSIDE, UNSAID) < 0.01 < 10 < loss(BACTERIUM, OUTSIDE, ())
    assert loss(DISORDER, OUTSIDE, UNSAID) > 10
    assert loss(BACTERIUM, DISORDER, UNSAID) > 10
    assert loss(DISORDER, DISORDER, UNSAID) < 0.01
