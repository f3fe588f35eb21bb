"""Weights read back from a model's ONNX graphs, for torch: the shipped model has no other copy of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.bundle import ENCODER, PAIRS
from kgbuild.errors import InputError

Weights = npt.NDArray[np.float32]
WHERE = "kgbuild.weights"
"""The entry of a graph's metadata that tells, for each parameter, its constant, whether that is transposed, and the
constant by which its rows have been divided, if any."""
_CONDITIONS = ("tagger.condition.weight", "pairs.condition.weight")


def located(graph: Any, parameters: dict[str, Weights]) -> dict[str, tuple[str, bool]]:
    """Find parameters among a graph's constants by their values.

    Args:
        graph: an `onnx.GraphProto`, not quantised.
        parameters: by name; of the conditions' tables the one row that is used.

    Returns:
        For each parameter that the graph holds: the constant's name, and whether it is transposed.
    """
    from onnx.numpy_helper import to_array

    constants = [(item.name, to_array(item)) for item in graph.initializer]
    result: dict[str, tuple[str, bool]] = {}
    for name, wanted in parameters.items():
        for constant, value in constants:
            if value.size != wanted.size or value.dtype != wanted.dtype:
                continue
            if np.array_equal(value.reshape(-1), wanted.reshape(-1)):
                result[name] = (constant, False)
                break
            if wanted.ndim == 2 and value.shape == wanted.T.shape and np.array_equal(value, wanted.T):
                result[name] = (constant, True)
                break
    return result


def read_weights(folder: Path, shapes: dict[str, tuple[int, ...]]) -> dict[str, Weights]:
    """The parameters of a network, from 8 bits to 32 where they are quantised.

    Args:
        folder: of the model.
        shapes: of the parameters that are wanted.

    Raises:
        InputError: a graph is missing or does not hold one of them.
    """
    import onnx
    from onnx.numpy_helper import to_array

    result: dict[str, Weights] = {}
    for file in (ENCODER, PAIRS):
        try:
            model = onnx.load(str(folder / file))
        except Exception as error:
            raise InputError(str(error), file=str(folder / file), remedy="Train or get the model again.") from error
        where = json.loads(next((p.value for p in model.metadata_props if p.key == WHERE), "{}"))
        constants = {item.name: item for item in model.graph.initializer}
        for name, (constant, transposed, divisor) in where.items():
            value = _full(constants, constant, to_array)
            wanted = shapes.get(name)
            if value is None or wanted is None:
                continue
            if divisor:
                value *= to_array(constants[divisor])[:, None]
            if name in _CONDITIONS:
                result[name] = np.broadcast_to(value.reshape(1, -1), wanted).copy()
            else:
                result[name] = np.ascontiguousarray(value.T if transposed else value).reshape(wanted)
    lacking = sorted(shapes.keys() - result.keys())
    if lacking:
        raise InputError(
            f"the graphs do not hold {lacking[0]}" + (f" and {len(lacking) - 1} more" if lacking[1:] else ""),
            file=str(folder),
            remedy="Export the model again with this version of kgbuild.",
        )
    return result


def _full(constants: dict[str, Any], name: str, to_array: Any) -> Weights | None:
    if name in constants:
        return np.array(to_array(constants[name]), np.float32)
    if f"{name}_quantized" not in constants:
        return None
    quantised, scale = (
        np.array(to_array(constants[f"{name}_{part}"]), np.float32) for part in ("quantized", "scale")
    )
    if f"{name}_zero_point" in constants:
        quantised -= np.asarray(to_array(constants[f"{name}_zero_point"]), np.float32)
    result: Weights = quantised * scale
    return result
