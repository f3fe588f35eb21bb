"""Reading an answer of the E-utilities within limits of time and size, and its wish for a pause."""

from __future__ import annotations

import time
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from kgbuild.source.eutils_answers import TooLargeError, TransientError

if TYPE_CHECKING:
    import httpx


def retry_after(value: str) -> float:
    """Seconds from now, from a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def read_body(response: httpx.Response, most: int, deadline: float) -> bytes:
    """An answer's body, unpacked while it comes.

    Raises:
        TransientError: it is not complete by the deadline (of `time.monotonic`), or damaged.
        TooLargeError: it is larger than so many bytes, unpacked.
        httpx.RequestError: the connection broke.
    """
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip"):
        raise TransientError(f"an answer packed as {packing[:40]!r}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=31) if packing == "gzip" else None
    body = bytearray()
    for piece in response.iter_raw():
        if time.monotonic() > deadline:
            raise TransientError("an answer that does not end")
        try:
            body += unpacker.decompress(piece, most + 1 - len(body)) if unpacker else piece
        except zlib.error as error:
            raise TransientError(f"an answer that cannot be unpacked ({error})") from None
        if len(body) > most:
            raise TooLargeError(f"an answer of more than {most:,} bytes")
    if unpacker and not unpacker.eof:
        raise TransientError("an answer that was cut")
    return bytes(body)
