"""Opening vocabularies: gzip is seen through, and the encoding is told from the first bytes."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from kgbuild.errors import InputError

READ_ERRORS = (OSError, EOFError, zlib.error, UnicodeDecodeError, tarfile.TarError, zipfile.BadZipFile)
UTF8 = "utf-8-sig"
_HEAD = 1 << 18
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_EXCEL = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04")
_SAVE = "Save it as text in UTF-8, for example in a spreadsheet as CSV UTF-8, or as tab-separated Unicode text."


def open_bytes(path: Path) -> IO[bytes]:
    """The content of a file, unpacked if it is gzip whatever its name."""
    raw = path.open("rb")
    if raw.peek(2)[:2] != b"\x1f\x8b":
        return raw
    raw.close()
    return cast(IO[bytes], gzip.open(path, "rb"))


def head(path: Path) -> bytes:
    """The first 256 KiB of a file's content."""
    with open_bytes(path) as stream:
        return stream.read(_HEAD)


def encoding_of(start: bytes, file: str) -> str:
    """The encoding of a text that begins so: UTF-16 and UTF-32 by their mark, else UTF-8.

    Raises:
        InputError: it is no text, or UTF-16 without a mark.
    """
    if start.startswith(_EXCEL) or start[257:262] == b"ustar":
        raise InputError("a spreadsheet or an archive that is no taxonomy dump, not text", file=file, remedy=_SAVE)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
    if marked:
        return marked
    if b"\x00" in start[:1000]:
        even, odd = start[:1000:2].count(0), start[1:1000:2].count(0)
        cause = "UTF-16 without a byte order mark" if max(even, odd) > 4 * min(even, odd) + 4 else "binary, not text"
        raise InputError(f"it is {cause}", file=file, remedy=_SAVE)
    return UTF8


def open_text(path: Path) -> Iterator[str]:
    """The lines of a text. Bytes that are no UTF-8 become lone surrogates, so that they cost their line alone."""
    encoding = encoding_of(head(path), str(path))
    errors = "surrogateescape" if encoding == UTF8 else "strict"
    with open_bytes(path) as stream, io.TextIOWrapper(stream, encoding=encoding, errors=errors) as text:
        yield from text


def whole_text(path: Path) -> str:
    """A whole text."""
    with open_bytes(path) as stream:
        content = stream.read()
    return content.decode(encoding_of(content[:_HEAD], str(path)))


def damaged(path: Path, error: Exception) -> InputError:
    """The error for a file that cannot be read to its end."""
    if isinstance(error, UnicodeDecodeError):
        name = "UTF-8" if error.encoding == "utf-8" else error.encoding.upper()
        byte = error.object[error.start : error.start + 1]
        line = error.object.count(b"\n", 0, error.start) + 1
        shown = byte.decode("cp1252", "replace")
        cause = f"not {name}: byte {byte.hex()} in line {line}, which in Windows-1252 (cp1252) is {shown!r}"
        return InputError(cause, file=str(path), remedy=_SAVE)
    cause = getattr(error, "strerror", None) or str(error)
    return InputError(cause, file=str(path), remedy="Check that the file exists and is complete.")
