"""Channels that are evened out lose less in 8 bits, and nothing in full precision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="exporting needs kgbuild[train]")

import onnx
import onnxruntime as ort
from onnx import TensorProto, helper
from onnx.numpy_helper import from_array
from onnxruntime.quantization import QuantType, quantize_dynamic

from kgbuild.train.onnx_graph import smooth

RANDOM = np.random.default_rng(5)
MATRIX = RANDOM.normal(size=(32, 16)).astype(np.float32)
INPUTS = RANDOM.normal(size=(8, 32)).astype(np.float32)
# As in trained encoders: one channel is far larger than all others.
INPUTS[:, 3] *= 40


def product() -> Any:
    """A graph that multiplies by a matrix."""
    sides = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", size])
        for name, size in (("x", 32), ("y", 16))
    ]
    node = helper.make_node("MatMul", ["x", "w"], ["y"], name="product")
    graph = helper.make_graph([node], "test", sides[:1], sides[1:], [from_array(MATRIX, "w")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def answer(model: Any) -> Any:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(["y"], {"x": INPUTS})[0]


def in_eight_bits(model: Any, folder: Path) -> Any:
    onnx.save(model, folder / "full.onnx")
    quantize_dynamic(folder / "full.onnx", folder / "quantised.onnx", per_channel=True, weight_type=QuantType.QInt8)
    return answer(onnx.load(folder / "quantised.onnx"))


def test_a_smoothed_graph_computes_the_same() -> None:
    model = product()
    assert smooth(model, [{"x": INPUTS}]) == {"w": "x_scale_even"}
    np.testing.assert_allclose(answer(model), INPUTS @ MATRIX, rtol=1e-4, atol=1e-4)


def test_a_large_channel_costs_the_others_less(tmp_path: Path) -> None:
    plain, smoothed = product(), product()
    smooth(smoothed, [{"x": INPUTS}])
    wanted = INPUTS @ MATRIX
    lost = np.abs(in_eight_bits(plain, tmp_path) - wanted).mean()
    assert np.abs(in_eight_bits(smoothed, tmp_path) - wanted).mean() < 0.5 * lost
