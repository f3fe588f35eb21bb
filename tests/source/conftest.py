"""The fuzz helper that the readers' tests share."""

import random
import re
from collections.abc import Callable

import pytest

Mutate = Callable[[bytes, int], bytes]

_DELIMITER = re.compile(rb"</?[A-Za-z][^<>]*>|[\"{}\[\]|\t\n<>&;]")
_NESTED = (b"<i>", b"<AbstractText>", b'{"a":', b"[", b"<passage>", b"<!--", b"&amp")
_BAD_BYTES = (b"\xff", b"\x00", b"\xc3\x28", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xf4\x90\x80\x80", b"\x1b")
_REFERENCES = (
    b"&nbsp;",
    b"&lol;",
    b"&#0;",
    b"&#xD800;",
    b"\\ud800",
    b"\\u0000",
    b"]]>",
    b"<![CDATA[",
    b"<?x",
)


def _cut(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[at:] if chance.random() < 0.2 else data[:at]


def _misencode(data: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return _insert(data, chance.choice(_BAD_BYTES), chance)
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(["latin-1", "utf-16", "utf-32", "cp1252", "shift_jis"]), "replace")


def _insert(data: bytes, piece: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + piece + data[at:]


def _nest(data: bytes, chance: random.Random) -> bytes:
    return _insert(data, chance.choice(_NESTED) * chance.choice([10, 300, 5_000]), chance)


def _swell(data: bytes, chance: random.Random) -> bytes:
    filler = chance.choice([b"A", b"9", b" ", b"\xce\xb1", b"word "])
    return _insert(data, filler * chance.choice([1_000, 50_000, 200_000]), chance)


def _swap(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 3, 30])):
        one, other = chance.randrange(len(data)), chance.randrange(len(data))
        changed[one], changed[other] = changed[other], changed[one]
        changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed)


def _drop(data: bytes, chance: random.Random) -> bytes:
    found = list(_DELIMITER.finditer(data))
    for match in sorted(chance.sample(found, min(len(found), chance.choice([1, 5]))), key=lambda m: -m.start()):
        data = data[: match.start()] + data[match.end() :]
    return data


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(data)), chance.randrange(len(data))))
    return data[:end] + data[start:end] + data[end:]


def _refer(data: bytes, chance: random.Random) -> bytes:
    return _insert(data, chance.choice(_REFERENCES), chance)


_KINDS = (_cut, _misencode, _nest, _swell, _swap, _drop, _repeat, _refer)


def _mutate(data: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        if data:
            data = chance.choice(_KINDS)(data, chance)
    return data


@pytest.fixture(scope="session")
def mutate() -> Mutate:
    """`mutate(data, seed)` damages a file, the same way for the same seed.

    It cuts, mis-encodes, nests deeply, makes huge fields, swaps bytes, drops tags and delimiters, repeats
    stretches and puts in bad references.
    """
    return _mutate
