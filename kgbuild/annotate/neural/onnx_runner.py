"""Runs a network with ONNX Runtime, on the processor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kgbuild.annotate.neural.bundle import ENCODER, PAIRS
from kgbuild.annotate.neural.entities import Floats
from kgbuild.annotate.neural.inputs import Array, Batch
from kgbuild.errors import InputError


class OnnxRunner:
    """Runs a model's two graphs, one window at a time on one thread; several threads may call it at once.

    A window alone has no padding to compute, its arrays stay in the cache, and its 8 bits do not depend on others.

    Args:
        folder: of the model.
        threads: how many windows are encoded at once.

    Raises:
        InputError: a graph is damaged or missing.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self.threads = threads
        self._encoder = open_session(folder / ENCODER)
        self._pairs = open_session(folder / PAIRS)
        self._inputs = {item.name for item in self._encoder.get_inputs()}

    def encode(self, batch: Batch) -> tuple[Floats, Floats]:
        """States (windows, tokens, width) and tag logits (windows, tokens, tags); 0 where a window is padded."""
        arrays = {name: values for name, values in batch.arrays().items() if name in self._inputs}
        found = [
            self._encoder.run(
                ["hidden", "tags"], {name: values[row : row + 1, :length] for name, values in arrays.items()}
            )
            for row, length in enumerate(batch.mask.sum(axis=1).tolist())
        ]
        if len(found) == 1:
            return found[0][0], found[0][1]
        hidden, tags = (np.zeros((*batch.mask.shape, part.shape[-1]), np.float32) for part in found[0])
        for row, (some_hidden, some_tags) in enumerate(found):
            hidden[row, : some_hidden.shape[1]] = some_hidden[0]
            tags[row, : some_tags.shape[1]] = some_tags[0]
        return hidden, tags

    def judge(self, hidden: Floats, pairs: Mapping[str, Array]) -> tuple[Floats, Floats]:
        """Logits that pairs hold (documents, pairs), log shares of predicates (documents, pairs, predicates)."""
        holds, predicates = self._pairs.run(["holds", "predicates"], {"hidden": hidden, **pairs})
        return holds, predicates


def open_session(path: Path) -> Any:
    """An `onnxruntime.InferenceSession` on one thread.

    Raises:
        InputError: the graph is damaged or missing.
    """
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    try:
        # On the processor the fused operator is several times slower than the two that it stands for.
        return ort.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
    except Exception as error:
        raise InputError(
            f"ONNX Runtime can not read it: {error}", file=str(path), remedy="Train or get the model again."
        ) from error
