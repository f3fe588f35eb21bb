"""Rewrites the attention of an exported encoder, so that it is faster on a processor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

CONTRIB = "com.microsoft"
"""Where ONNX Runtime's own operators are from."""


def merge_attention(model: Any, heads: int) -> bool:
    """Put ONNX Runtime's own attention in place of the standard one: unsplit heads, and nothing masked.

    It reads one text at a time, without padding. A graph whose attention has another bias than the mask (as T5's
    positions) stays as it is.

    Args:
        model: an `onnx.ModelProto`, changed in place.
        heads: of each attention.

    Returns:
        Whether the graph was rewritten, and takes no mask any more.
    """
    from onnx import helper

    graph = model.graph
    made = {name: node for node in graph.node for name in node.output}
    users: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    found = [node for node in graph.node if node.op_type == "Attention"]
    if not found or not all(_is_mask(graph, made, node.input[3]) for node in found):
        return False
    for node in found:
        splits = [[made[name], made[made[name].input[0]]] for name in node.input[:3]]
        joins = [users[node.output[0]][0]]
        joins.append(users[joins[0].output[0]][0])
        shapes = [tuple(step.op_type for step in steps) for steps in (*splits, joins)]
        if shapes != [("Transpose", "Reshape")] * 4:
            return False
        options = {a.name: a.f for a in node.attribute if a.name == "scale"}
        merged = helper.make_node(
            "MultiHeadAttention",
            [steps[1].input[0] for steps in splits],
            [joins[1].output[0]],
            name=f"{node.name}_merged",
            domain=CONTRIB,
            num_heads=heads,
            **options,
        )
        graph.node.insert(list(graph.node).index(node), merged)
        for step in (node, *joins):
            graph.node.remove(step)
    prune(graph)
    return True


def _is_mask(graph: Any, made: Mapping[str, Any], name: str) -> bool:
    """Whether a value follows from the mask alone: no weights are in it."""
    from onnx import TensorProto

    inputs = {item.name for item in graph.input}
    weights = {
        item.name for item in graph.initializer if item.data_type == TensorProto.FLOAT and np.prod(item.dims) > 1
    }
    waiting, seen = [name], set[str]()
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        if at in made:
            waiting += [item for item in made[at].input if item]
    return "mask" in seen and not seen & weights and seen & inputs <= {"mask", "tokens"}


def prune(graph: Any) -> None:
    """Remove nodes and inputs that nothing uses."""
    while True:
        used = {name for node in graph.node for name in node.input} | {item.name for item in graph.output}
        unused = [node for node in graph.node if not used.intersection(node.output)]
        if not unused:
            break
        for node in unused:
            graph.node.remove(node)
    for items in (graph.input, graph.initializer):
        for item in [item for item in items if item.name not in used]:
            items.remove(item)
