"""Computes the matrices of an exported encoder in 8-bit integers, so that it is smaller and faster on a processor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kgbuild.train.onnx_graph import CONTRIB, prune

Values = npt.NDArray[np.float32]

_STRENGTH = 0.8
_ONE_SIDED = {"BiasGelu", "FastGelu", "Gelu", "Relu"}
"""Operators whose values are mostly above zero."""
_LARGEST = 127
"""Integer of a column's largest neighbours together, and of a token's largest value; of a one-sided one the half."""
_TINY = 1e-6
_COMMON: dict[str, npt.NDArray[Any]] = {
    "round.one": np.array(1, np.float32),
    "round.tiny": np.array(_TINY, np.float32),
    "round.channels": np.array([-1], np.int64),
    "round.half": np.array(_LARGEST, np.float32),
    "round.middle": np.array(_LARGEST + 1, np.uint8),
    "round.all": np.array(2 * _LARGEST + 1, np.float32),
    "round.bottom": np.array(0, np.uint8),
}


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
    from onnx.numpy_helper import from_array, to_array

    graph = model.graph
    constants = {item.name: item for item in graph.initializer}
    matrices = _matrices(graph)
    result = {}
    for name, peak in _peaks(model, list(matrices), samples).items():
        nodes = matrices[name]
        values = [to_array(constants[node.input[1]]) for node in nodes]
        rows = np.max([np.abs(value).max(axis=1) for value in values], axis=0)
        scale = np.maximum(rows, 1e-5) ** (1 - _STRENGTH) / np.maximum(peak, 1e-5) ** _STRENGTH
        scale = (scale / np.exp(np.log(scale).mean())).astype(np.float32)
        graph.initializer.append(from_array(scale, f"{name}_scale_even"))
        _insert(graph, nodes[0], [_node("Mul", [name, f"{name}_scale_even"], f"{name}_even")])
        for node, value in zip(nodes, values, strict=True):
            constants[node.input[1]].CopyFrom(from_array(value / scale[:, None], node.input[1]))
            node.input[0] = f"{name}_even"
            result[node.input[1]] = f"{name}_scale_even"
    return result


def _peaks(model: Any, names: Sequence[str], samples: Sequence[Mapping[str, npt.NDArray[Any]]]) -> dict[str, Values]:
    """The largest absolute value of each channel of some of a graph's values."""
    import onnxruntime as ort
    from onnx import ModelProto, TensorProto, helper

    if not names:
        return {}
    probe = ModelProto()
    probe.CopyFrom(model)
    known = {item.name for item in probe.graph.output}
    for name in names:
        if name not in known:
            probe.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    session = ort.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs = {item.name for item in session.get_inputs()}
    peaks: dict[str, Values] = {}
    for sample in samples:
        values = session.run(list(names), {name: value for name, value in sample.items() if name in inputs})
        for name, value in zip(names, values, strict=True):
            peak = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            peaks[name] = np.maximum(peaks[name], peak) if name in peaks else peak
    return peaks


def to_integers(model: Any) -> None:
    """Put integer products in place of those with a constant matrix.

    A column of the matrix has one scale; what it is multiplied with has a scale of its own at each token, found as it
    comes (token-wise quantisation: Yao et al., ZeroQuant, NeurIPS 2022), so that a large value costs no other token.

    Args:
        model: an `onnx.ModelProto` in full precision, changed in place. A matrix `w` becomes `w_quantized`, to be
            multiplied by `w_scale`.
    """
    from onnx.numpy_helper import from_array, to_array

    graph = model.graph
    constants = {item.name: to_array(item) for item in graph.initializer}
    made = {name: node for node in graph.node for name in node.output}
    graph.initializer.extend(from_array(value, name) for name, value in _COMMON.items())
    for name, nodes in _matrices(graph).items():
        origin = made.get(name)
        if origin is not None and origin.op_type == "Mul" and origin.input[1] in constants:
            origin = made.get(origin.input[0])
        one_sided = origin is not None and origin.op_type in _ONE_SIDED
        channels = len(constants[nodes[0].input[1]])
        _insert(graph, nodes[0], _from_low(name, channels) if one_sided else _from_zero(name, channels))
        for node in nodes:
            matrix = node.input[1]
            graph.initializer.extend(from_array(v, k) for k, v in _in_steps(matrix, constants[matrix]).items())
            _insert(graph, node, _product(name, matrix, node.output[0], one_sided))
            graph.node.remove(node)
    prune(graph)


def _from_zero(name: str, channels: int) -> list[Any]:
    """Steps to either side of zero, the largest value at a token 127 of them."""
    return [
        _node("ReduceMax", [name, "round.channels"], f"{name}_high", keepdims=1),
        _node("ReduceMin", [name, "round.channels"], f"{name}_low", keepdims=1),
        _node("Neg", [f"{name}_low"], f"{name}_depth"),
        _node("Max", [f"{name}_high", f"{name}_depth", "round.tiny"], f"{name}_peak"),
        _node("Div", [f"{name}_peak", "round.half"], f"{name}_step"),
        *_rounded(name, name, "round.middle", channels),
    ]


def _from_low(name: str, channels: int) -> list[Any]:
    """Steps from the least value at a token, the largest 255 of them."""
    return [
        _node("ReduceMax", [name, "round.channels"], f"{name}_high", keepdims=1),
        _node("ReduceMin", [name, "round.channels"], f"{name}_low", keepdims=1),
        _node("Sub", [f"{name}_high", f"{name}_low"], f"{name}_range"),
        _node("Max", [f"{name}_range", "round.tiny"], f"{name}_peak"),
        _node("Div", [f"{name}_peak", "round.all"], f"{name}_step"),
        _node("Sub", [name, f"{name}_low"], f"{name}_above"),
        *_rounded(name, f"{name}_above", "round.bottom", channels),
    ]


def _rounded(name: str, value: str, zero: str, channels: int) -> list[Any]:
    """A value in whole steps, of a size a token: the channels are one block."""
    return [
        _node("Shape", [f"{name}_step"], f"{name}_tokens"),
        _node("Expand", [zero, f"{name}_tokens"], f"{name}_zeros"),
        _node(
            "QuantizeLinear",
            [value, f"{name}_step", f"{name}_zeros"],
            f"{name}_whole",
            axis=-1,
            block_size=channels,
        ),
    ]


def _product(name: str, matrix: str, answer: str, one_sided: bool) -> list[Any]:
    zero = "round.bottom" if one_sided else "round.middle"
    factors = [f"{name}_whole", f"{matrix}_quantized", "round.one", f"{matrix}_scale", zero]
    product = _node("MatMulIntegerToFloat", factors, f"{answer}_in_steps", domain=CONTRIB)
    if not one_sided:
        return [product, _node("Mul", [f"{answer}_in_steps", f"{name}_step"], answer)]
    return [
        product,
        _node("Mul", [f"{answer}_in_steps", f"{name}_step"], f"{answer}_above"),
        _node("Mul", [f"{name}_low", f"{matrix}_sums"], f"{answer}_low"),
        _node("Add", [f"{answer}_above", f"{answer}_low"], answer),
    ]


def _in_steps(name: str, value: Values) -> dict[str, npt.NDArray[Any]]:
    """A matrix' integers, and for each column the scale and the sum of what they stand for.

    Processors without VNNI add the products with two neighbouring rows in 16 bits (`vpmaddubsw`), where 255 times 128
    fits; so the scale is that of neighbours together, and sums are exact everywhere.
    """
    rows = np.pad(value, ((0, len(value) % 2), (0, 0)))
    neighbours = [np.maximum(side[::2], 0) + np.maximum(side[1::2], 0) for side in (rows, -rows)]
    scale = (np.maximum(np.max(neighbours, axis=(0, 1)), _TINY) / _LARGEST).astype(np.float32)
    whole = np.round(value / scale).astype(np.int8)
    return {f"{name}_quantized": whole, f"{name}_scale": scale, f"{name}_sums": (whole * scale).sum(axis=0)}


def _matrices(graph: Any) -> dict[str, list[Any]]:
    """The products with a constant matrix, by what is multiplied with it; not of those that layers share (ALBERT).

    Those would need other rows for each scale.
    """
    constants = {item.name for item in graph.initializer if len(item.dims) == 2}
    used = Counter(name for node in graph.node for name in node.input)
    result: dict[str, list[Any]] = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in constants and used[node.input[1]] == 1:
            result.setdefault(node.input[0], []).append(node)
    return result


def _node(operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> Any:
    from onnx import helper

    return helper.make_node(operator, inputs, [output], name=output, **attributes)


def _insert(graph: Any, before: Any, nodes: Sequence[Any]) -> None:
    place = list(graph.node).index(before)
    for at, node in enumerate(nodes):
        graph.node.insert(place + at, node)
