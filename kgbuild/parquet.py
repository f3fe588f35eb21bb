"""Parquet files with a checksum of all their bytes, and the one way in which DuckDB is given their paths.

The checksum stands in the file's own footer, as the value of `kgbuild.sha256`: the SHA-256 of all bytes of the file
with this value's 64 digits put to "0". Parquet's own checksums are of pages alone, not of the footer, and DuckDB
does not look at them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kgbuild.errors import GraphError, InputError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

CHECKSUM = "kgbuild.sha256"
_BLANK = b"0" * 64
# The key, then Thrift's marks of the next field and of a text of 64 bytes.
_SIGN = CHECKSUM.encode() + b"\x18\x40"
_END = b"PAR1"
_CHUNK = 1 << 20
# So many files are checked in this thread: starting others hangs where there is no memory left.
_FEW = 8
_SPECIAL = re.compile(r"[*?\[]")


@contextmanager
def parquet_writer(path: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A writer of a file that gets its checksum when all is written."""
    import pyarrow.parquet as pq

    # What is remembered of another file's checksum is none of this one's.
    known = {key: value for key, value in (schema.metadata or {}).items() if key != CHECKSUM.encode()}
    with pq.ParquetWriter(path, schema.with_metadata(known or None), compression="zstd") as writer:
        yield writer
        writer.add_key_value_metadata({CHECKSUM: _BLANK.decode()})
    with path.open("r+b") as stream:
        place = _place(stream)
        found = _digest(stream, place)
        stream.seek(place)
        stream.write(found)


def is_whole(path: Path) -> bool:
    """Whether a file is there and its checksum fits its bytes.

    Raises:
        OSError: it can not be read, for another cause than that it is not there.
    """
    try:
        with path.open("rb") as stream:
            place = _place(stream)
            stream.seek(place)
            return stream.read(len(_BLANK)) == _digest(stream, place)
    except (FileNotFoundError, IsADirectoryError, ValueError):
        return False


def has_checksum(path: Path) -> bool:
    """Whether a file is there and has a checksum, right or wrong."""
    try:
        with path.open("rb") as stream:
            return _place(stream) > 0
    except (OSError, ValueError):
        return False


def damaged(paths: Iterable[Path]) -> Iterator[Path]:
    """Those of many files that are missing or whose checksums do not fit, in order."""
    waiting = iter(paths)
    some = list(islice(waiting, _FEW))
    yield from (path for path in some if not is_whole(path))
    if len(some) < _FEW:
        return
    with ThreadPoolExecutor(2) as pool:
        while some := list(islice(waiting, 1_000)):
            yield from (path for path, whole in zip(some, pool.map(is_whole, some), strict=True) if not whole)


def check(*paths: Path, remedy: str = "Run the same command again: what is damaged is made again.") -> None:
    """Check files before they are read; `remedy` says what helps where one is damaged.

    Raises:
        GraphError: one is missing, or its checksum does not fit.
    """
    for path in damaged(paths):
        state = "is damaged: its checksum does not fit" if path.exists() else "is missing"
        raise GraphError(f"{path} {state}", remedy=remedy)


def literal(path: Path) -> str:
    """A path as DuckDB's `read_parquet` takes it literally, whatever its folders are called.

    Raises:
        InputError: DuckDB has no way to spell it, or it is not UTF-8.
    """
    text = str(path.absolute())
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError("the name is not UTF-8", file=ascii(text), remedy="Rename the folder.") from None
    if not _SPECIAL.search(text):
        return text
    if "\\" in text:
        raise InputError("holds a backslash beside * ? or [", file=text, remedy="Rename the folder.")
    return _SPECIAL.sub(lambda match: f"[{match[0]}]", text)


def _place(stream: BinaryIO) -> int:
    """Where the checksum stands; ValueError where the file has none."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 8))
    tail = stream.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != _END or length > size - 8:
        raise ValueError("no Parquet")
    start = size - 8 - length
    stream.seek(start)
    place = stream.read(length).rfind(_SIGN)
    if place < 0 or place + len(_SIGN) + len(_BLANK) > length:
        raise ValueError("no checksum")
    return start + place + len(_SIGN)


def _digest(stream: BinaryIO, place: int) -> bytes:
    """The checksum of a file whose checksum stands at `place`."""
    state = hashlib.sha256()
    stream.seek(0)
    left = place
    while left:
        chunk = stream.read(min(_CHUNK, left))
        if not chunk:
            raise ValueError("cut short")
        state.update(chunk)
        left -= len(chunk)
    state.update(_BLANK)
    stream.seek(place + len(_BLANK))
    while chunk := stream.read(_CHUNK):
        state.update(chunk)
    return state.hexdigest().encode()
