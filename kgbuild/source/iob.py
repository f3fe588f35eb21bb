"""Two-column IOB: a word and its tag on each line, an empty line after each sentence.

    Selegiline <tab> B-Chemical
    -          <tab> O
    induced    <tab> O

A mention begins at B, or at an I that follows no word of its label (IOB2 and IOB1 alike). A line whose word is
`-DOCSTART-`, or a second empty line, ends a document. The usual corpora mark no documents: where a document has
reached SENTENCES sentences, it ends too. The words are joined by single spaces into the abstract, since the format
does not keep what stood between them; there is no title, and there are no relations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kgbuild.model import Annotated, Document, Mention, Reject, Span
from kgbuild.source.annotated import MAX_LINE, READ_ERRORS, checked, damaged, flawed, lines, open_bytes, sections

SENTENCES = 8
"""Sentences of a document at most; about an abstract."""
_START = b"-DOCSTART-"
_REMEDY = "Give a word, a tab and O, B-LABEL or I-LABEL on each line."

_Line = tuple[int, bytes | None]


class _LineError(Exception):
    """A line that can not be read; rejects its document."""


class _TagError(_LineError):
    """A line whose tag can not be read; its word can."""

    def __init__(self, cause: str, word: str) -> None:
        super().__init__(cause)
        self.word = word


def read_iob(path: Path) -> Iterator[Annotated | Reject]:
    """The documents of an IOB file (`.gz` too), streamed. One bad line rejects its document.

    Where a tag alone is bad, the reject is `Flawed` and has the document's words.
    A document's id is the file's name without its ending, and the number of its first line.

    Raises:
        InputError: the file can not be opened.
    """
    last = "start of file"
    with open_bytes(path) as stream:
        block: list[_Line] = []
        sentences, size = 0, 0
        try:
            for number, line in lines(stream):
                last = f"after line {number}"
                is_blank = line is not None and not line.strip()
                starts = line is not None and line.split(b"\t")[0].strip() == _START
                if not (is_blank or starts):
                    size += MAX_LINE + 1 if line is None else len(line)
                    block = [*block[:1], (number, None)] if size > MAX_LINE else block
                    if size <= MAX_LINE:
                        block.append((number, line))
                    continue
                if is_blank and block and block[-1][1] != b"":
                    block.append((number, b""))
                    sentences += 1
                    if sentences < SENTENCES:
                        continue
                if block:
                    yield _read(path, block)
                    block, sentences, size = [], 0, 0
        except READ_ERRORS as error:
            yield damaged(path, last, error)
        if block:
            yield _read(path, block)


def _read(path: Path, block: Sequence[_Line]) -> Annotated | Reject:
    first = block[0][0]
    name = f"{path.name.split('.')[0]}-{first}"
    number = first
    words: list[str] = []
    found: list[tuple[int, int, str]] = []
    going, offset = "", 0
    flaw: Reject | None = None
    for number, line in block:
        if line == b"":
            going = ""
            continue
        try:
            word, place, label = _word(line)
        except _TagError as error:
            flaw = flaw or _reject(path, f"document {name}, line {number}", error)
            word, place, label = error.word, "O", ""
        except (_LineError, UnicodeDecodeError) as error:
            return _reject(path, f"document {name}, line {number}", error)
        end = offset + len(word)
        if place == "I" and label == going:
            found[-1] = (found[-1][0], end, label)
        elif place != "O":
            found.append((offset, end, label))
        going = label
        words.append(word)
        offset = end + 1
    text = " ".join(words)
    mentions = [
        Mention(span=Span(section="abstract", start=start, end=end), text=text[start:end], label=label)
        for start, end, label in found
    ]
    document = Document(id=name, sections=sections("", text))
    return flawed(flaw, document) if flaw else checked(path, f"document {name}", document, mentions)


def _reject(path: Path, record: str, error: Exception) -> Reject:
    cause = "the line is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
    return Reject(file=str(path), record=record, cause=cause, remedy=_REMEDY)


def _word(line: bytes | None) -> tuple[str, str, str]:
    """A line's word, its place (O, B or I), and its label."""
    if line is None:
        raise _LineError(f"the document is longer than {MAX_LINE // 2**20} MiB")
    columns = line.decode().split("\t")
    word, tag = columns[0].strip(), columns[-1].strip()
    if not word:
        raise _LineError("no word before the tag")
    if len(columns) != 2:
        raise _TagError(f"{len(columns)} columns, not 2", word)
    place, _, label = tag.partition("-")
    if tag != "O" and (place not in ("B", "I") or not label):
        raise _TagError(f"{tag[:40]!r} is no tag", word)
    return word, place, label
