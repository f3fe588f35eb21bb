"""The names of a term index that mean most nearly the same as a text, by a sentence encoder."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kgbuild.errors import InputError
from kgbuild.files import digest, replacing
from kgbuild.link.cache import cached
from kgbuild.link.encoders import Encoder, Floats
from kgbuild.link.index import TermIndex

_FORMAT = "2"
_NAMES = 4096
_ROWS = 16_384
_TEXTS = 256


@dataclass(frozen=True, eq=False, slots=True)
class Near:
    """A text's vector, shape (width,), and the normal forms of the nearest names, nearest first."""

    vector: Floats
    forms: tuple[str, ...]


class DenseNames:
    """The vectors of an index's names, one for each normal form, embedded once and kept in the user's cache.

    The file holds float16 numbers, shape (normal forms, width), and is mapped into memory.

    Raises:
        InputError: no folder can be written.
    """

    def __init__(self, index: TermIndex, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self._shape = (index.counts()["terms"], encoder.width)
        name = f"names-{digest(_FORMAT, index.fingerprint, encoder.fingerprint, length=16)}.npy"
        self._vectors = self._load(cached(name, self._load, self._embed))
        self._usual = _usual(self._vectors)

    def look_up(self, texts: Collection[str], count: int = 20) -> dict[str, Near]:
        """The nearest `count` names of each text; each distinct text is embedded once.

        Memory holds the vectors of the texts and one block of names.
        """
        distinct = sorted(set(texts))
        found: dict[str, Near] = {}
        for at in range(0, len(distinct), _TEXTS):
            part = distinct[at : at + _TEXTS]
            vectors = self._encoder.encode(part)
            numbers = self._nearest(vectors, count)
            forms = self._index.forms(np.unique(numbers).tolist())
            for text, vector, row in zip(part, vectors, numbers.tolist(), strict=True):
                found[text] = Near(vector, tuple(forms[number] for number in row))
        return found

    def likeness(self, near: Near, forms: Collection[str]) -> dict[str, float]:
        """How alike a text and names are in meaning: 1 the same, 0 as two names taken at random, below that less.

        The scale makes encoders comparable, whose cosines of unrelated texts differ.
        """
        numbers = self._index.numbers(forms)
        rows = self._vectors[np.fromiter(numbers.values(), np.int64, len(numbers)) - 1].astype(np.float32)
        alike = (rows @ near.vector - self._usual) / (1 - self._usual)
        # Rounded, since the last digits depend on how many rows are multiplied at once.
        return dict(zip(numbers, np.round(alike, 4).tolist(), strict=True))

    def _nearest(self, vectors: Floats, count: int) -> npt.NDArray[np.int64]:
        """The numbers of the nearest names, shape (texts, count or all names), nearest first."""
        best = np.zeros((len(vectors), 0), np.float32)
        numbers = np.zeros((len(vectors), 0), np.int64)
        for start in range(0, self._shape[0], _ROWS):
            block = self._vectors[start : start + _ROWS].astype(np.float32)
            best = np.concatenate([best, np.round(vectors @ block.T, 4)], axis=1)
            new = np.arange(start + 1, start + 1 + len(block))
            numbers = np.concatenate([numbers, np.broadcast_to(new, (len(vectors), len(block)))], axis=1)
            if best.shape[1] > count:
                kept = np.argpartition(-best, count - 1, axis=1)[:, :count]
                best, numbers = np.take_along_axis(best, kept, axis=1), np.take_along_axis(numbers, kept, axis=1)
        order = np.lexsort((numbers, -best), axis=1)
        return np.take_along_axis(numbers, order, axis=1)

    def _embed(self, path: Path) -> None:
        with replacing(path) as temporary:
            vectors = np.lib.format.open_memmap(temporary, mode="w+", dtype=np.float16, shape=self._shape)
            for block in _blocks(self._index.spellings()):
                start = block[0][0] - 1
                vectors[start : start + len(block)] = self._encoder.encode([name for _, name in block])
            vectors.flush()
            del vectors

    def _load(self, path: Path) -> npt.NDArray[np.float16]:
        try:
            vectors: npt.NDArray[np.float16] = np.load(path, mmap_mode="r")
        except (OSError, ValueError, EOFError) as error:
            raise InputError(str(error), file=str(path), remedy="Remove the file; it is made again.") from error
        if vectors.shape != self._shape or vectors.dtype != np.float16:
            raise InputError("vectors of another form", file=str(path), remedy="Remove the file; it is made again.")
        return vectors


def _blocks(names: Iterator[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    while block := list(islice(names, _NAMES)):
        yield block


def _usual(vectors: npt.NDArray[np.float16]) -> float:
    """The mean cosine of names that have nothing to do with each other: 1,000 pairs, half the index apart."""
    half = len(vectors) // 2
    if not half:
        return 0.0
    places = np.linspace(0, half - 1, min(half, 1000)).astype(np.int64)
    pairs = vectors[places].astype(np.float32) * vectors[places + half].astype(np.float32)
    return min(float(pairs.sum(axis=1).mean()), 0.9)
