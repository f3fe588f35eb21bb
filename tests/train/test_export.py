"""What is exported computes what the network does: in full precision closely, in 8 bits nearly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kgbuild.annotate.neural.bundle import ENCODER
from kgbuild.annotate.neural.inputs import Batch
from kgbuild.annotate.neural.onnx_runner import OnnxRunner
from kgbuild.annotate.neural.onnx_weights import read_weights
from kgbuild.annotate.neural.torch_runner import TorchRunner
from kgbuild.train.encoders import load_base, new_network
from kgbuild.train.export import export_onnx
from tests.annotate.neural import tiny

onnx = pytest.importorskip("onnx", reason="exporting needs kgbuild[train]")


def windows(count: int, budget: int = 1) -> list[Batch]:
    """Windows of made-up texts of different lengths, each alone unless the budget allows more."""
    return tiny.windows([tiny.document(tiny.text(5 + 3 * number, number)) for number in range(count)], budget)


def test_weights_are_read_back_from_a_smoothed_graph(tmp_path: Path) -> None:
    network = tiny.network()
    export_onnx(network, tmp_path, quantised=False, samples=windows(6))
    wanted = {name: value.detach().numpy() for name, value in network.named_parameters()}
    found = read_weights(tmp_path, {name: value.shape for name, value in wanted.items()})
    for name, value in wanted.items():
        if "condition" not in name:
            np.testing.assert_allclose(found[name], value, rtol=1e-5, atol=1e-7, err_msg=name)


def test_a_padded_batch_is_read_text_by_text(tmp_path: Path) -> None:
    network = tiny.network()
    export_onnx(network, tmp_path, quantised=False)
    assert "mask" not in {item.name for item in onnx.load(tmp_path / ENCODER).graph.input}
    (batch,) = windows(5, budget=1 << 20)
    assert not batch.mask.all()
    real = batch.mask.astype(bool)
    for mine, other in zip(OnnxRunner(tmp_path).encode(batch), TorchRunner(network).encode(batch), strict=True):
        np.testing.assert_allclose(mine[real], other[real], atol=1e-3)
        assert not mine[~real].any()


@pytest.mark.parametrize(("quantised", "near"), [(False, 1e-3), (True, 0.1)])
def test_attention_with_a_bias_of_its_own_stays_as_it_is(
    tiny_t5: Path, tmp_path: Path, quantised: bool, near: float
) -> None:
    base = load_base(str(tiny_t5))
    network = new_network(base.encoder, tiny.card(), seed=0).eval()
    export_onnx(network, tmp_path, quantised=quantised)
    ids = np.array([[3, 7, 5, 9, 4, 8]], np.int64)
    nothing = np.zeros_like(ids)
    batch = Batch(ids, np.ones_like(ids), nothing, nothing, ())
    for mine, other in zip(OnnxRunner(tmp_path).encode(batch), TorchRunner(network).encode(batch), strict=True):
        np.testing.assert_allclose(mine, other, atol=near)


def test_exporting_says_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    export_onnx(tiny.network(), tmp_path)
    assert capfd.readouterr().out == ""
