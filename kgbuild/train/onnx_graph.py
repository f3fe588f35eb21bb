"""Rewrites the graph of an exported encoder, so that it is faster on a processor and loses less in 8 bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

CONTRIB = "com.microsoft"
"""Where ONNX Runtime's own operators are from."""
_STRENGTH = 0.8


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
    _prune(graph)
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


def _prune(graph: Any) -> None:
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


def smooth(model: Any, samples: Sequence[Mapping[str, npt.NDArray[Any]]]) -> dict[str, str]:
    """Even out the channels of the matrices' inputs, so that one large one does not take all 8 bits.

    Each input is multiplied by a scale a channel, and the matrix' row divided by it (SmoothQuant, Xiao et al., ICML
    2023): the scale is the matrix' peak to the power 0.2 over the input's to the power 0.8.

    Args:
        model: an `onnx.ModelProto` in full precision, changed in place.
        samples: inputs of the graph, on which the peaks are seen.

    Returns:
        For each matrix the constant that holds its scale.
    """
    from onnx import helper
    from onnx.numpy_helper import from_array, to_array

    graph = model.graph
    constants = {item.name: item for item in graph.initializer}
    matrices: dict[str, list[Any]] = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in constants:
            matrices.setdefault(node.input[0], []).append(node)
    result = {}
    for name, peak in _peaks(model, list(matrices), samples).items():
        nodes = matrices[name]
        values = [to_array(constants[node.input[1]]) for node in nodes]
        rows = np.max([np.abs(value).max(axis=1) for value in values], axis=0)
        scale = np.maximum(rows, 1e-5) ** (1 - _STRENGTH) / np.maximum(peak, 1e-5) ** _STRENGTH
        scale = (scale / np.exp(np.log(scale).mean())).astype(np.float32)
        graph.initializer.append(from_array(scale, f"{name}_scale_even"))
        evened = helper.make_node("Mul", [name, f"{name}_scale_even"], [f"{name}_even"], name=f"{name}_even")
        graph.node.insert(min(list(graph.node).index(node) for node in nodes), evened)
        for node, value in zip(nodes, values, strict=True):
            constants[node.input[1]].CopyFrom(from_array(value / scale[:, None], node.input[1]))
            node.input[0] = f"{name}_even"
            result[node.input[1]] = f"{name}_scale_even"
    return result


def _peaks(
    model: Any, names: Sequence[str], samples: Sequence[Mapping[str, npt.NDArray[Any]]]
) -> dict[str, npt.NDArray[np.float32]]:
    """The largest absolute value of each channel of some of a graph's values."""
    import onnxruntime as ort
    from onnx import ModelProto, TensorProto, helper

    probe = ModelProto()
    probe.CopyFrom(model)
    known = {item.name for item in probe.graph.output}
    for name in names:
        if name not in known:
            probe.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    session = ort.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs = {item.name for item in session.get_inputs()}
    peaks: dict[str, npt.NDArray[np.float32]] = {}
    for sample in samples:
        values = session.run(list(names), {name: value for name, value in sample.items() if name in inputs})
        for name, value in zip(names, values, strict=True):
            peak = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            peaks[name] = np.maximum(peaks[name], peak) if name in peaks else peak
    return peaks
