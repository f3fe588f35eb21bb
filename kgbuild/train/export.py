"""Writes a trained network as two ONNX graphs, in full precision or quantised to 8 bits."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from kgbuild.annotate.neural.bundle import ENCODER, PAIRS
from kgbuild.annotate.neural.inputs import PAIR_INPUTS
from kgbuild.annotate.neural.network import Network
from kgbuild.annotate.neural.onnx_weights import WHERE, Weights, located
from kgbuild.annotate.neural.pairs import FEATURES
from kgbuild.files import replacing

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


def export_onnx(network: Network, folder: Path, *, quantised: bool = True) -> None:
    """Write `encoder.onnx` and `pairs.onnx`.

    Args:
        network: in evaluation mode afterwards, on the processor.
        folder: of the model.
        quantised: the encoder's matrices as 8-bit integers per channel, activations scaled as they come (Zafrir
            et al., Q8BERT, 2019), its embeddings in 8 bits too. The pair head is small and stays as it is.
    """
    network = network.cpu().eval()
    # Each a tensor of its own: torch.export takes one tensor given twice for one input.
    example = tuple(torch.ones(2, 7, dtype=torch.long) for _ in range(4))
    axes = {0: torch.export.Dim("windows"), 1: torch.export.Dim("tokens")}
    with tempfile.TemporaryDirectory() as temporary:
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
                _finished(plain / name, path, network, quantised=quantised)


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


def _finished(source: Path, target: Path, network: Network, *, quantised: bool) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer

    fused = source
    if source.name == ENCODER:
        config = network.encoder.config
        heads, width = config.num_attention_heads, config.hidden_size
        model = optimizer.optimize_model(str(source), "bert", num_heads=heads, hidden_size=width, opt_level=0)
        fused = source.with_suffix(".fused.onnx")
        model.save_model_to_file(str(fused))
    where = located(onnx.load(str(fused)).graph, _parameters(network))
    if quantised and source.name == ENCODER:
        quantize_dynamic(
            str(fused),
            str(target),
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
        )
        fused = target
    graph = onnx.load(str(fused))
    # Names of Python files and lines, which the exporter notes for each node, are nobody's business.
    for node in graph.graph.node:
        del node.metadata_props[:]
    graph.metadata_props.add(key=WHERE, value=json.dumps(where))
    onnx.save(graph, str(target))


def _parameters(network: Network) -> dict[str, Weights]:
    """All parameters; of the conditions the mean that is used."""
    result = {name: value.detach().numpy() for name, value in network.named_parameters()}
    for part, head in (("tagger", network.tagger), ("pairs", network.pairs)):
        table = result[f"{part}.condition.weight"]
        result[f"{part}.condition.weight"] = torch.from_numpy(table)[list(head.averaged)].mean(dim=0).numpy()
    return result
