"""Cutting a stream of PubMed XML into its records, so that each is parsed alone.

One parse of the whole file would end at the first malformed article, or would have to "recover", which drops
and joins text without saying so. Here a broken article costs itself alone, memory is bounded by the largest
record, and no DOCTYPE reaches the parser, so that no entity can be declared. It is no slower than iterparse.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kgbuild.errors import InputError

MAX_RECORD_BYTES = 32 * 1024 * 1024
_READ_BYTES = 256 * 1024
_HEAD_BYTES = 4096

_RECORDS = rb"PubmedArticle|PubmedBookArticle|DeleteCitation|DeleteDocument"
SETS = rb"PubmedArticleSet|PubmedBookArticleSet|BookDocumentSet"
_MARK = re.compile(
    rb"<(?:(?P<verbatim>!--|!\[CDATA\[)"
    rb"|(?P<start>" + _RECORDS + rb")(?=[\s/>])"
    rb"|/(?P<end>" + _RECORDS + rb")\s{0,8}>"
    rb"|(?P<set>/?(?:" + SETS + rb"))(?=[\s/>]))"
)
_LONGEST_MARK = 40
_CLOSERS = {b"!--": b"--", b"![CDATA[": b"]]>"}

_DECLARATION = re.compile(rb"\s*<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_MARKS_OF_ORDER = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    ("<?".encode("utf-16-le"), "utf-16-le"),
    ("<?".encode("utf-16-be"), "utf-16-be"),
)
_UNICODE_OR_ASCII = re.compile(r"utf-?(8|16|32)([-_]?[lb]e)?|ucs-?[24]|(us-)?ascii", re.IGNORECASE)
# Python knows more, such as "unicode_escape", that would alter the text.
_LEGACY = re.compile(
    r"iso[-_]?8859[-_]\d+|latin-?\d|(windows|cp)-?125\d|koi8-[ru]|gbk?|gb2312|gb18030|big5|shift[-_]jis|euc-(jp|kr)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A record (`tag` names its element), or what stands between two (`tag` is empty).

    `data` is UTF-8; `line` counts from 1. Of an `oversized` piece only the beginning is
    kept. The `last` piece ends the stream: `failure` says why, where the stream broke.
    """

    tag: str
    data: bytes
    line: int
    oversized: bool = False
    last: bool = False
    failure: str = ""


def split(stream: BinaryIO) -> Iterator[Piece]:
    """The pieces of a stream, in order; joined, they are the stream. The last one may be empty.

    Raises:
        InputError: the stream is in an encoding that is not known.
    """
    window = _Window(_utf8(stream))
    tag = ""
    skipping = False  # the rest of an oversized piece, which was told of
    while True:
        mark = window.next_mark()
        line = window.line
        if mark is None and window.full:
            if not skipping:
                yield Piece(tag=tag, data=bytes(window.buffer[:_HEAD_BYTES]), line=line, oversized=True)
            window.take(window.searched)
            tag, skipping = "", True
        elif mark is None:
            rest = b"" if skipping else window.take(len(window.buffer))
            yield Piece(tag=tag, data=rest, line=line, last=True, failure=window.failure)
            return
        elif mark["start"] or (mark["set"] and (tag or skipping)):  # also where the last record was not closed
            following = (mark["start"] or b"").decode()
            data = window.take(mark.start())
            if data and not skipping:
                yield Piece(tag=tag, data=data, line=line)
            tag, skipping = following, False
        elif mark["end"] and (skipping or mark["end"].decode() == tag):
            data = window.take(mark.end())
            if not skipping:
                yield Piece(tag=tag, data=data, line=line)
            tag, skipping = "", False


class _Window:
    """The part of a stream that is held: from the beginning of the current piece on."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._ended = False
        self._absent = dict.fromkeys(_CLOSERS.values(), 0)
        self.buffer = bytearray()
        self.searched = 0
        self.line = 1
        self.failure = ""

    @property
    def full(self) -> bool:
        """Whether the current piece is larger than a record may be."""
        return len(self.buffer) > MAX_RECORD_BYTES

    def next_mark(self) -> re.Match[bytes] | None:
        """The next tag of a record or set outside comments and CDATA; None at the end or when full."""
        while True:
            mark = _MARK.search(self.buffer, self.searched)
            if mark is None:
                self.searched = max(self.searched, len(self.buffer) - _LONGEST_MARK)
                if self.full or not self._fill():
                    return None
            elif verbatim := mark["verbatim"]:
                self.searched = self._after(_CLOSERS[verbatim], mark.end())
            else:
                self.searched = mark.end()
                return mark

    def take(self, count: int) -> bytes:
        """Remove the first bytes and return them."""
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        self.line += taken.count(b"\n")
        self.searched = max(0, self.searched - count)
        self._absent = {closer: max(0, known - count) for closer, known in self._absent.items()}
        return taken

    def _after(self, closer: bytes, start: int) -> int:
        """Where a comment ends; `start` where it never does, so that it hides no later record.

        How far the closer is known to be absent is kept: a million unclosed comments cost one search.
        """
        known = max(start, self._absent[closer])
        while (found := self.buffer.find(closer, known)) < 0:
            known = max(start, len(self.buffer) - len(closer) + 1)
            self._absent[closer] = known
            if self.full or not self._fill():
                return start
        if closer == b"--":  # XML allows it in a comment nowhere but at the end
            if len(self.buffer) == found + 2:
                self._fill()
            if self.buffer[found + 2 : found + 3] != b">":
                return start
        return found + 3

    def _fill(self) -> bool:
        if self._ended:
            return False
        try:
            data = self._read()
        except (EOFError, OSError, zlib.error, UnicodeError) as error:
            self.failure = str(error) or type(error).__name__
            data = b""
        self._ended = not data
        self.buffer += data
        return not self._ended


def _utf8(stream: BinaryIO) -> Callable[[], bytes]:
    """A function that reads on, and gives UTF-8 whatever the encoding; nothing at the end."""
    # read1 gives what was decompressed before a break; read would lose it.
    read = getattr(stream, "read1", stream.read)
    pending: Exception | None = None
    head = b""
    try:
        while len(head) < _HEAD_BYTES and (data := read(_READ_BYTES)):
            head += data
    except (EOFError, OSError, zlib.error) as error:
        pending = error

    def raw() -> bytes:
        nonlocal head, pending
        if head:
            data, head = head, b""
            return data
        if pending:
            raise pending
        return bytes(read(_READ_BYTES))

    encoding = _encoding(head)
    if encoding == "utf-8":
        return raw
    decoder = codecs.getincrementaldecoder(encoding)()

    def decoded() -> bytes:
        nonlocal pending
        while data := raw():
            state = decoder.getstate()
            try:
                text = decoder.decode(data)
            except UnicodeDecodeError as error:
                # Keep what stands before the bad bytes.
                decoder.setstate(state)
                text = decoder.decode(data[: max(0, error.start - len(state[0]))])
                pending = error
            if text:
                return text.encode()
        decoder.decode(b"", final=True)
        return b""

    return decoded


def _encoding(head: bytes) -> str:
    for mark, encoding in _MARKS_OF_ORDER:
        if head.startswith(mark):
            return encoding
    declared = _DECLARATION.match(head)
    name = declared[1].decode() if declared else "utf-8"
    if _UNICODE_OR_ASCII.fullmatch(name):  # a declaration that is readable byte by byte is not in UTF-16
        return "utf-8"
    try:
        if _LEGACY.fullmatch(name):
            return codecs.lookup(name).name
    except LookupError:
        pass
    raise InputError(f"the encoding {name!r} is not known", remedy="Convert the file to UTF-8.")
