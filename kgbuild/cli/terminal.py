"""What reaches a terminal: text alone, whatever names, sentences, paths and servers' answers hold.

A control character may write elsewhere on the screen or give the terminal orders, a bidirectional one may show text
in another order than it has (https://trojansource.codes). Each is shown as its code instead.
"""

from __future__ import annotations

import codecs
import io
import re
import sys
from collections.abc import Iterable
from typing import IO, Any, BinaryIO, TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

# C0 but tab and line feed, DEL and C1; line separators; bidirectional marks, embeddings, overrides and isolates;
# interlinear marks; lone surrogates, which no terminal takes; tags, which nothing shows.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    r"""A text with its control and bidirectional characters as their codes, such as \u202e.

    Lines of JSON and N-Triples mean the same after it.
    """
    return _UNSAFE.sub(_code, text)


def _code(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


class Terminal(Console):
    """A console of which every string is text: no markup, no emoji codes, no control characters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    @property
    def file(self) -> IO[str]:
        """Where it writes: past a guard, since it lets through its own colours alone."""
        found: IO[str] = Console.file.fget(self)  # type: ignore[attr-defined]
        return found.stream if isinstance(found, Guard) else found

    @file.setter
    def file(self, new: IO[str]) -> None:
        Console.file.fset(self, new)  # type: ignore[attr-defined]

    def render_str(self, text: str, **options: Any) -> Text:
        """Text from a string; what it is wide is known from here on."""
        return super().render_str(printable(text), **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces of text that something is made of."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else printable(text), style, control)


class Guard:
    """A stream of text before another one, which gets printable text alone; all else is the other's.

    It is no terminal to those who ask, so that they send no colours, which it would show as codes.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.buffer = cast(BinaryIO, io.BufferedWriter(_Bytes(stream)))

    def write(self, text: str, /) -> int:
        """Write a text."""
        self.stream.write(printable(text))
        return len(text)

    def writelines(self, lines: Iterable[str], /) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write what is waiting."""
        self.buffer.flush()
        self.stream.flush()

    def isatty(self) -> bool:
        """Say no."""
        return False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class _Bytes(io.RawIOBase):
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._stream.write(printable(self._decoder.decode(bytes(data))))
        return len(data)

    def flush(self) -> None:
        if not self.closed and not self._stream.closed:
            self._stream.flush()


def guard_streams(arguments: list[str]) -> None:
    """Let nothing but printable text reach a terminal by standard output, and any reader by standard error.

    What is piped or redirected stays as it is, for programs. A help page, which holds kgbuild's own words alone,
    keeps its colours.

    Args:
        arguments: of the command line.
    """
    if arguments and arguments[-1] in ("-h", "--help"):
        return
    sys.stderr = cast(TextIO, Guard(sys.stderr))
    if sys.stdout.isatty():
        sys.stdout = cast(TextIO, Guard(sys.stdout))
