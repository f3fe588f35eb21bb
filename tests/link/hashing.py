"""An encoder for tests: no network, the same vectors in every process."""

from collections.abc import Mapping, Sequence
from zlib import crc32

import numpy as np

from kgbuild.link.encoders import Floats
from kgbuild.link.index import trigrams


class HashingEncoder:
    """The sum of a text's trigrams, each a fixed direction; texts of `meanings` have another text's vector."""

    width = 64

    def __init__(self, meanings: Mapping[str, str] | None = None, fingerprint: str = "hashing") -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []
        self._meanings = meanings or {}

    def encode(self, texts: Sequence[str]) -> Floats:
        self.asked += texts
        vectors = np.array([self._sum(self._meanings.get(text, text)) for text in texts], np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _sum(self, text: str) -> np.ndarray:
        seeds = sorted(crc32(gram.encode()) for gram in trigrams(text.casefold()))
        return np.sum([np.random.default_rng(seed).standard_normal(self.width) for seed in seeds], axis=0)
