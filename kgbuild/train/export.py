"""Writes a trained network as two ONNX graphs, in full precision or quantised to 8 bits."""

from __future__ import annotations

import io
import json
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from kgbuild.annotate.neural.bundle import ENCODER, PAIRS
from kgbuild.annotate.neural.inputs import PAIR_INPUTS, Batch
from kgbuild.annotate.neural.network import Network
from kgbuild.annotate.neural.onnx_weights import WHERE, Weights, located
from kgbuild.annotate.neural.pairs import FEATURES
from kgbuild.files import replacing
from kgbuild.train.onnx_graph import CONTRIB, merge_attention
from kgbuild.train.onnx_integers import smooth, to_integers

OPSET = 23


class _Encoder(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, tokens: Tensor, mask: Tensor, dictionary: Tensor, shape: Tensor) -> tuple[Tensor, Tensor]:
        # Added to the attention's scores; transformers leaves out a mask that hides nothing in the example.
        hides = ((1 - mask)[:, None, None, :].to(torch.float32) * -1e4).expand(-1, -1, mask.shape[1], -1)
        hidden = self.network.encode(tokens, hides, dictionary, shape)
        return hidden, self.network.tagger(hidden)


class _Pairs(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.pairs = network.pairs

    def forward(self, hidden: Tensor, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        answer: tuple[Tensor, Tensor] = self.pairs(hidden, *inputs)
        return answer


def export_onnx(network: Network, folder: Path, *, quantised: bool = True, samples: Sequence[Batch] = ()) -> None:
    """Write `encoder.onnx` and `pairs.onnx`.

    Args:
        network: in evaluation mode afterwards, on the processor.
        folder: of the model.
        quantised: the encoder's matrices and embeddings as 8-bit integers; see `onnx_integers`. The pair head is
            small and stays as it is.
        samples: single windows of usual texts, on which the ranges of what is multiplied are seen.
    """
    network = network.cpu().eval()
    # Each a tensor of its own: torch.export takes one tensor given twice for one input.
    example = tuple(torch.ones(2, 7, dtype=torch.long) for _ in range(4))
    axes = {0: torch.export.Dim("windows"), 1: torch.export.Dim("tokens")}
    with tempfile.TemporaryDirectory() as temporary, _quiet():
        plain = Path(temporary)
        _export(
            _Encoder(network),
            example,
            plain / ENCODER,
            names=(["tokens", "mask", "dictionary", "shape"], ["hidden", "tags"]),
            dynamic=(axes, axes, axes, axes),
        )
        inputs, dynamic = _pair_example(network.encoder.config.hidden_size)
        _export(
            _Pairs(network),
            inputs,
            plain / PAIRS,
            names=(["hidden", *PAIR_INPUTS], ["holds", "predicates"]),
            dynamic=dynamic,
        )
        for name in (ENCODER, PAIRS):
            with replacing(folder / name) as path:
                _finished(plain / name, path, network, samples if name == ENCODER else (), quantised)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the exporters say of themselves, one of them on the standard output."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(before)


def _pair_example(width: int) -> tuple[tuple[Tensor, ...], tuple[Any, ...]]:
    """Inputs of the pair head, and which of their sizes vary."""
    documents, tokens, mentions, names, pairs = 2, 9, 5, 4, 6
    sizes = {
        "length": (documents,),
        "first": (documents, mentions),
        "last": (documents, mentions),
        "member": (documents, names, mentions),
        "label": (documents, names),
        "ends": (documents, pairs, 2),
        "nearest": (documents, pairs, 2),
        "ranges": (documents, pairs, 4),
        "features": (documents, pairs, FEATURES),
    }
    dims = {
        size: torch.export.Dim(name)
        for size, name in zip(
            (documents, tokens, mentions, names, pairs),
            ("documents", "tokens", "mentions", "names", "pairs"),
            strict=True,
        )
    }
    floats = ("member", "features")
    inputs = [torch.rand(documents, tokens, width)]
    inputs += [torch.ones(sizes[name], dtype=torch.float if name in floats else torch.long) for name in PAIR_INPUTS]
    varying = [{0: dims[documents], 1: dims[tokens]}]
    for name in PAIR_INPUTS:
        fixed = 2 if name in ("ends", "nearest", "ranges", "features") else 3
        varying.append({axis: dims[size] for axis, size in enumerate(sizes[name]) if axis < fixed})
    return tuple(inputs), (varying[0], tuple(varying[1:]))


def _export(
    module: nn.Module, inputs: tuple[Tensor, ...], path: Path, *, names: tuple[list[str], list[str]], dynamic: Any
) -> None:
    with torch.no_grad():
        torch.onnx.export(
            module.eval(),
            inputs,
            str(path),
            input_names=names[0],
            output_names=names[1],
            dynamic_shapes=dynamic,
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _finished(source: Path, target: Path, network: Network, samples: Sequence[Batch], quantised: bool) -> None:
    import onnx
    from onnxruntime.quantization import quantize_dynamic
    from onnxruntime.transformers import optimizer

    model = onnx.load(str(source))
    if source.name == ENCODER:
        config = network.encoder.config
        heads, width = config.num_attention_heads, config.hidden_size
        model = optimizer.optimize_model(str(source), "bert", num_heads=heads, hidden_size=width, opt_level=0).model
        merge_attention(model, heads)
        if all(item.domain != CONTRIB for item in model.opset_import):
            model.opset_import.append(onnx.helper.make_opsetid(CONTRIB, 1))
    where = located(model.graph, _parameters(network))
    evened = smooth(model, [batch.arrays() for batch in samples]) if samples else {}
    if quantised and source.name == ENCODER:
        to_integers(model)
        onnx.save(model, str(source))
        quantize_dynamic(str(source), str(target), op_types_to_quantize=["Gather"])
        model = onnx.load(str(target))
    # Names of Python files and lines, which the exporter notes for each node, are nobody's business.
    for node in model.graph.node:
        del node.metadata_props[:]
    model.metadata_props.add(
        key=WHERE, value=json.dumps({n: (*at, evened.get(at[0], "")) for n, at in where.items()})
    )
    onnx.save(model, str(target))


def _parameters(network: Network) -> dict[str, Weights]:
    """All parameters; of the conditions the mean that is used."""
    result = {name: value.detach().numpy() for name, value in network.named_parameters()}
    for part, head in (("tagger", network.tagger), ("pairs", network.pairs)):
        table = result[f"{part}.condition.weight"]
        result[f"{part}.condition.weight"] = torch.from_numpy(table)[list(head.averaged)].mean(dim=0).numpy()
    return result
