"""Runs a network with ONNX Runtime, on the processor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kgbuild.annotate.neural.bundle import ENCODER, PAIRS
from kgbuild.annotate.neural.entities import Floats
from kgbuild.annotate.neural.inputs import Array, Batch
from kgbuild.errors import InputError


class OnnxRunner:
    """Runs a model's two graphs.

    Args:
        folder: of the model.
        threads: of each graph; 0 takes all cores.

    Raises:
        InputError: a graph is damaged or missing.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self._encoder = _session(folder / ENCODER, threads)
        self._pairs = _session(folder / PAIRS, threads)

    def encode(self, batch: Batch) -> tuple[Floats, Floats]:
        """States (windows, tokens, width) and tag logits (windows, tokens, tags)."""
        inputs = {"tokens": batch.tokens, "mask": batch.mask, "dictionary": batch.dictionary, "shape": batch.shape}
        hidden, tags = self._encoder.run(["hidden", "tags"], inputs)
        return hidden, tags

    def judge(self, hidden: Floats, pairs: Mapping[str, Array]) -> tuple[Floats, Floats]:
        """Logits that pairs hold (documents, pairs), log shares of predicates (documents, pairs, predicates)."""
        holds, predicates = self._pairs.run(["holds", "predicates"], {"hidden": hidden, **pairs})
        return holds, predicates


def _session(path: Path, threads: int) -> Any:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise InputError(
            f"ONNX Runtime can not read it: {error}", file=str(path), remedy="Train or get the model again."
        ) from error
