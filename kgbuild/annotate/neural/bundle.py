"""A trained model's folder: what it holds, and how it is opened.

::

    model.json          what it finds, how it was made, its thresholds (`ModelCard`)
    tokenizer.json      of the `tokenizers` library
    encoder.onnx        encoder and tagger, for ONNX Runtime
    pairs.onnx          the pair head
    README.md           the card for people: data, scores, limits
    encoder.json        the encoder's configuration, for torch
    weights.safetensors full weights, for torch; where they are missing, as in the shipped model, torch reads those
                        of the graphs
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from kgbuild.annotate.neural.calibration import Calibration, offsets_from
from kgbuild.annotate.neural.pairs import legal_pairs
from kgbuild.annotate.neural.subwords import Flags
from kgbuild.errors import InputError
from kgbuild.files import digest, file_digest

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CARD, TOKENIZER, ENCODER, PAIRS = "model.json", "tokenizer.json", "encoder.onnx", "pairs.onnx"
WEIGHTS, ENCODER_CONFIG, README = "weights.safetensors", "encoder.json", "README.md"

Type = tuple[str, str, str]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Heads(_Part):
    """Sizes of the heads, as `kgbuild.annotate.neural.network.HeadSizes`."""

    width: int = 256
    context_heads: int = 4
    context_width: int = 64
    dropout: float = 0.1


class Scales(_Part):
    """What `Calibration` is made of; relation types that `offsets` lacks take 0."""

    tag_temperature: float = 1.0
    outside_bias: float = 0.0
    mention: tuple[float, float] = (1.0, 0.0)
    relation: tuple[float, ...] = (1.0, 1.0, 0.0, 0.0, 0.0)
    offsets: tuple[tuple[Type, float], ...] = ()
    least_mention: float = 0.0
    least: float = 0.5


class ModelCard(_Part):
    """What a model finds and how; `model.json`."""

    format: Literal[1] = 1
    name: str
    base: str
    licence: str = ""
    labels: tuple[str, ...]
    predicates: tuple[str, ...]
    legal: tuple[Type, ...]
    symmetric: tuple[Type, ...] = ()
    conditions: tuple[str, ...]
    averaged: tuple[str, ...]
    heads: Heads = Heads()
    dictionary: bool = True
    scales: Scales = Scales()
    trained_on: dict[str, int] = {}
    scores: dict[str, float] = {}
    training: dict[str, object] = {}

    def legal_array(self) -> Flags:
        """Which predicates are legal, shape (labels, labels, predicates)."""
        return legal_pairs(self.legal, self.labels, self.predicates)

    def calibration(self) -> Calibration:
        """Scales and thresholds as arrays."""
        scales = self.scales
        return Calibration(
            tag_temperature=scales.tag_temperature,
            outside_bias=scales.outside_bias,
            mention=scales.mention,
            relation=scales.relation,
            offsets=offsets_from(dict(scales.offsets), self.labels, self.predicates),
            least_mention=scales.least_mention,
            least=scales.least,
        )


@dataclass(frozen=True)
class Bundle:
    """A model's folder that was read and found whole."""

    folder: Path
    card: ModelCard

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that its answers depend on."""
        files = [self.folder / name for name in (CARD, TOKENIZER, ENCODER, PAIRS, WEIGHTS)]
        return digest(*(file_digest(path) for path in files if path.exists()), length=16)

    def tokenizer(self) -> Tokenizer:
        """The tokenizer, without truncation and padding."""
        from tokenizers import Tokenizer

        tokenizer: Tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def open_bundle(folder: Path) -> Bundle:
    """Read a model's folder.

    Raises:
        InputError: it is no such folder, a file is missing, or model.json is damaged.
    """
    path = folder / CARD
    if not path.is_file():
        raise InputError(
            "no trained model here",
            file=str(folder),
            remedy=f"Name a folder that holds {CARD}; see kgbuild models list.",
        )
    try:
        card = ModelCard.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(str(error), file=str(path), remedy="Train or get the model again.") from error
    if not (folder / TOKENIZER).is_file() or not ((folder / ENCODER).is_file() or (folder / WEIGHTS).is_file()):
        raise InputError(
            f"{TOKENIZER}, or both {ENCODER} and {WEIGHTS}, are missing",
            file=str(folder),
            remedy="Train or get the model again.",
        )
    return Bundle(folder, card)
