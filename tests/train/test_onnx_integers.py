"""8-bit products are near the full ones, token by token and on any processor; evened channels lose less in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="exporting needs kgbuild[train]")

import onnx
from onnx import TensorProto, helper
from onnx.numpy_helper import from_array

from kgbuild.annotate.neural.onnx_runner import open_session
from kgbuild.train.onnx_integers import smooth, to_integers

RANDOM = np.random.default_rng(5)
MATRIX = RANDOM.normal(size=(32, 16)).astype(np.float32)
INPUTS = RANDOM.normal(size=(8, 32)).astype(np.float32)
# As in trained encoders: one channel is far larger than all others.
OUTLYING = INPUTS * np.where(np.arange(32) == 3, 40, 1).astype(np.float32)


def product(matrix: Any = MATRIX, *, activation: str = "") -> Any:
    """A graph that multiplies by a matrix, after an activation if one is named."""
    rows, columns = matrix.shape
    sides = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["tokens", size])
        for name, size in (("x", rows), ("y", columns))
    ]
    nodes = [helper.make_node(activation, ["x"], ["active"])] if activation else []
    nodes.append(helper.make_node("MatMul", ["active" if activation else "x", "w"], ["y"], name="product"))
    return model_of(nodes, sides[:1], sides[1:], matrix)


def model_of(nodes: list[Any], inputs: list[Any], outputs: list[Any], matrix: Any) -> Any:
    graph = helper.make_graph(nodes, "test", inputs, outputs, [from_array(matrix, "w")])
    opsets = [helper.make_opsetid("", 23), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=11)


def answer(model: Any, folder: Path, inputs: Any) -> Any:
    """As the package runs a graph."""
    onnx.save(model, folder / "graph.onnx")
    return open_session(folder / "graph.onnx").run(["y"], {"x": inputs})[0]


def test_a_smoothed_graph_computes_the_same(tmp_path: Path) -> None:
    model = product()
    assert smooth(model, [{"x": OUTLYING}]) == {"w": "x_scale_even"}
    np.testing.assert_allclose(answer(model, tmp_path, OUTLYING), OUTLYING @ MATRIX, rtol=1e-4, atol=1e-4)


def test_a_matrix_that_layers_share_stays_as_it_is(tmp_path: Path) -> None:
    square = RANDOM.normal(size=(32, 32)).astype(np.float32)
    sides = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["tokens", 32]) for name in "xy"]
    nodes = [helper.make_node("MatMul", [a, "w"], [b]) for a, b in (("x", "middle"), ("middle", "y"))]
    model = model_of(nodes, sides[:1], sides[1:], square)
    assert smooth(model, [{"x": INPUTS}]) == {}
    to_integers(model)
    np.testing.assert_allclose(answer(model, tmp_path, INPUTS), INPUTS @ square @ square, rtol=1e-4, atol=1e-4)


def test_a_large_channel_costs_the_others_less(tmp_path: Path) -> None:
    plain, smoothed = product(), product()
    smooth(smoothed, [{"x": OUTLYING}])
    for model in (plain, smoothed):
        to_integers(model)
    wanted = OUTLYING @ MATRIX
    lost = np.abs(answer(plain, tmp_path, OUTLYING) - wanted).mean()
    assert np.abs(answer(smoothed, tmp_path, OUTLYING) - wanted).mean() < 0.5 * lost


@pytest.mark.parametrize("activation", ["", "Relu"])
def test_a_token_is_rounded_by_itself(tmp_path: Path, activation: str) -> None:
    model = product(activation=activation)
    to_integers(model)
    loud = INPUTS.copy()
    loud[5] *= 1000
    together, alone = answer(model, tmp_path, loud), answer(model, tmp_path, INPUTS[:5])
    np.testing.assert_array_equal(together[:5], alone)
    wanted = (np.maximum(INPUTS, 0) if activation else INPUTS)[:5] @ MATRIX
    assert np.abs(alone - wanted).mean() < 0.01 * np.abs(wanted).mean()


def test_what_is_mostly_above_zero_has_finer_steps(tmp_path: Path) -> None:
    positive = np.abs(INPUTS)
    wanted = positive @ MATRIX
    lost = []
    for activation in ("Relu", "Identity"):
        model = product(activation=activation)
        to_integers(model)
        lost.append(np.abs(answer(model, tmp_path, positive) - wanted).mean())
    assert lost[0] < 0.9 * lost[1]


@pytest.mark.parametrize("activation", ["", "Relu"])
def test_large_sums_do_not_saturate(tmp_path: Path, activation: str) -> None:
    matrix = np.repeat(np.tile([[64], [63]], (32, 1)), 16, axis=1).astype(np.float32)
    model = product(matrix, activation=activation)
    to_integers(model)
    ones = np.ones((3, 64), np.float32)
    ones[:, 0] = 0
    np.testing.assert_allclose(answer(model, tmp_path, ones), ones @ matrix, rtol=1e-6)


@pytest.mark.parametrize("activation", ["", "Relu"])
def test_nothing_but_zeros_gives_zeros(tmp_path: Path, activation: str) -> None:
    model = product(activation=activation)
    to_integers(model)
    assert not answer(model, tmp_path, np.zeros((2, 32), np.float32)).any()
