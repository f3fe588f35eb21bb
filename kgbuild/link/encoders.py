"""Sentence encoders: a model of kgbuild with ONNX Runtime, or a Hugging Face folder with torch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.bundle import CARD, ENCODER, open_bundle
from kgbuild.annotate.neural.inputs import Batch
from kgbuild.annotate.neural.subwords import MAX_TOKENS, ends
from kgbuild.config import cores
from kgbuild.errors import ConfigurationError, InputError
from kgbuild.files import digest, file_digest
from kgbuild.models.registry import find

Floats = npt.NDArray[np.float32]
_BATCH = 64


class Encoder(Protocol):
    """Gives texts vectors whose dot products say how alike their meanings are."""

    @property
    def fingerprint(self) -> str:
        """A hash of all that the vectors depend on."""

    @property
    def width(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors of norm 1, shape (texts, width). Only the first 510 subwords of a text are looked at."""


def open_encoder(name: str = "", *, threads: int = 0) -> Encoder:
    """The encoder in a folder: a model of kgbuild, or a Hugging Face model as safetensors.

    Args:
        name: of a folder or of a model as `kgbuild.models.registry.find` takes it; the shipped one if empty.
        threads: of a model of kgbuild; 0 takes all cores. torch's are set for the whole process.

    Raises:
        ConfigurationError: there is none of that name, or torch is missing for it.
        InputError: the folder holds neither, or is damaged.
    """
    folder = find(name)
    if (folder / CARD).is_file():
        return OnnxEncoder(folder, threads=threads)
    if (folder / "config.json").is_file():
        return TorchEncoder(folder)
    raise InputError(
        "no encoder here",
        file=str(folder),
        remedy=f"Name a folder with {CARD} and {ENCODER}, or a Hugging Face one with config.json.",
    )


class OnnxEncoder:
    """The encoder of a model of kgbuild: the mean of its states over a text's subwords."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        from kgbuild.annotate.neural.onnx_runner import OnnxRunner

        bundle = open_bundle(folder)
        self._runner = OnnxRunner(folder, threads=threads or cores())
        self._tokenizer = bundle.tokenizer()
        self._opening, self._closing = ends(self._tokenizer)
        self.fingerprint = digest("onnx", bundle.fingerprint)
        self.width = len(self._state([]))

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors of norm 1, shape (texts, width)."""
        result = np.zeros((len(texts), self.width), np.float32)
        tokens = [one.ids[:MAX_TOKENS] for one in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        # Each alone: 8-bit activations are scaled by batch, and a vector must hang on no other text.
        with ThreadPoolExecutor(self._runner.threads) as pool:
            for row, state in enumerate(pool.map(self._state, tokens)):
                result[row] = state
        return result

    def _state(self, tokens: Sequence[int]) -> Floats:
        ids = np.array([[self._opening, *tokens, self._closing]], np.int64)
        # Neither the dictionary nor the case of words is told: names stand alone.
        nothing = np.zeros_like(ids)
        hidden, _ = self._runner.encode(Batch(ids, np.ones_like(ids), nothing, nothing, ()))
        return _unit(hidden[0].mean(axis=0, dtype=np.float32))


class TorchEncoder:
    """A Hugging Face encoder: pooled as its `1_Pooling/config.json` says, else the first token as SapBERT's is.

    Liu et al., Self-Alignment Pretraining for Biomedical Entity Representations, NAACL 2021.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import torch
            from transformers import AutoModel, AutoTokenizer
        except ImportError as error:
            raise ConfigurationError(
                f"this encoder needs torch and transformers: {error}",
                remedy="pip install 'kgbuild[gpu]', or give a model with ONNX graphs.",
            ) from error
        options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder, **options)
            model = AutoModel.from_pretrained(folder, use_safetensors=True, dtype=torch.float32, **options)
            self._mean = _is_mean(folder / "1_Pooling" / "config.json")
            files = sorted([*folder.glob("*.json"), *folder.glob("*.safetensors"), *folder.glob("vocab.txt")])
            self.fingerprint = digest("torch", str(self._mean), *(file_digest(path) for path in files))
        except (OSError, ValueError, KeyError) as error:
            raise InputError(
                f"not an encoder that can be read: {error}",
                file=str(folder),
                remedy="Give a whole Hugging Face folder with safetensors and a tokenizer.",
            ) from error
        self._model = model.eval()
        self.width = int(model.config.hidden_size)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors of norm 1, shape (texts, width)."""
        import torch

        result = np.zeros((len(texts), self.width), np.float32)
        for rows in _batches(texts):
            inputs = self._tokenizer(
                [texts[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=MAX_TOKENS + 2,
                return_tensors="pt",
            )
            with torch.inference_mode():
                hidden = self._model(**inputs).last_hidden_state
                mask = inputs["attention_mask"][..., None]
                result[rows] = _unit(((hidden * mask).sum(1) if self._mean else hidden[:, 0]).numpy())
        return result


def _is_mean(path: Path) -> bool:
    if not path.is_file():
        return False
    return not json.loads(path.read_text(encoding="utf-8")).get("pooling_mode_cls_token", False)


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Numbers of texts in batches, short ones first, so that little is padded."""
    order = sorted(range(len(texts)), key=lambda number: (len(texts[number]), texts[number]))
    for at in range(0, len(order), _BATCH):
        yield order[at : at + _BATCH]


def _unit(vectors: Floats) -> Floats:
    norms = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    result: Floats = np.divide(vectors, norms, dtype=np.float32)
    return result
