"""What the readers of annotated formats share."""

from __future__ import annotations

import gzip
import io
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, cast

from kgbuild.errors import InputError
from kgbuild.identifiers import article_id, split_identifiers, split_pmid
from kgbuild.model import Annotated, Document, Link, Mention, Reject, Relation, Section

READ_ERRORS = (OSError, EOFError, zlib.error)
MAX_LINE = 16 * 2**20
"""Bytes of a line, or of a record of lines; no article comes near."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flawed(Reject):
    """An article whose text can be read and whose annotations cannot.

    Who needs the annotations treats it as the reject that it is; who reads articles for their text takes `document`.
    """

    document: Document


def open_bytes(path: Path) -> BinaryIO:
    """A file's bytes from the start, unpacked if it is gzip whatever its name, without a byte order mark.

    Raises:
        InputError: it can not be opened.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        stream = cast(BinaryIO, gzip.open(path) if packed else path.open("rb"))  # noqa: SIM115
    except OSError as error:
        raise InputError(error.strerror or str(error), file=str(path), remedy="Name a readable file.") from error
    try:
        if stream.read(3) != _BOM:
            stream.seek(0)
    except READ_ERRORS:  # met again, and reported, by whoever reads on
        stream.seek(0)
    return stream


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines without their ends; None for a line longer than MAX_LINE, which is passed over."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE + 1)
            yield number, None
        else:
            yield number, line.removesuffix(b"\n").removesuffix(b"\r")


def text_lines(path: Path) -> Iterator[str]:
    """The lines of a text in UTF-8, or UTF-16 with a byte order mark, with their ends as line feeds.

    Bytes that are no UTF-8 become lone surrogates, so that they cost their record alone.

    Raises:
        InputError: it can not be opened.
        OSError, EOFError, zlib.error, ValueError: it can not be read on, or a line is longer than MAX_LINE.
    """
    wide = head(path, 2) in (b"\xff\xfe", b"\xfe\xff")
    encoding, errors = ("utf-16", "strict") if wide else ("utf-8", "surrogateescape")
    with open_bytes(path) as stream, io.TextIOWrapper(stream, encoding=encoding, errors=errors) as text:
        while line := text.readline(MAX_LINE + 1):
            if len(line) > MAX_LINE:
                raise ValueError(f"a line is longer than {MAX_LINE // 2**20} MiB")
            yield line


def damaged(path: Path, after: str, error: BaseException) -> Reject:
    """The report that nothing more can be read from a file."""
    detail = " ".join(str(error).split())[:300] or type(error).__name__
    return Reject(
        file=str(path),
        record=after,
        cause=f"the rest of the file can not be read: {detail}",
        remedy="Get the file again; the records before this point were read.",
    )


def sections(title: str, abstract: str) -> tuple[Section, Section]:
    """The two sections of an article; the abstract is empty where there is none."""
    return Section(name="title", text=title), Section(name="abstract", text=abstract)


def identified(document: Document) -> Document:
    """The document with its own PMID, and those of its notices, in their one spelling (`kgbuild.identifiers`)."""
    identifier, version = split_pmid(document.id)
    notices = tuple(
        notice if notice.pmid == article_id(notice.pmid) else replace(notice, pmid=article_id(notice.pmid))
        for notice in document.notices
    )
    if (identifier, version, notices) == (document.id, None, document.notices):
        return document
    return replace(document, id=identifier, version=version or document.version, notices=notices)


def checked(
    path: Path,
    record: str,
    document: Document,
    mentions: Sequence[Mention],
    relations: Sequence[Relation] = (),
    links: Sequence[Link] = (),
) -> Annotated | Reject:
    """The record; `Flawed` where a mention's offsets do not give back its text, a reject where there is no text.

    Such offsets are not repaired: they mean that the text or the unit is another one, and a guess could move
    a mention to a wrong place. The cause says where the text would be found. A PMID gets its one spelling.
    """
    document = identified(document)
    if not any(part.text for part in document.sections):
        remedy = "Give a title or an abstract, or leave the article out."
        return Reject(file=str(path), record=record, cause="it has neither title nor abstract", remedy=remedy)
    try:
        return Annotated(document=document, mentions=tuple(mentions), relations=tuple(relations), links=tuple(links))
    except ValueError as error:
        return Flawed(
            file=str(path),
            record=record,
            cause=f"{error}{_misplaced(document, mentions)}",
            remedy="Give offsets in characters (not bytes or UTF-16 units) of the text in this very file.",
            document=document,
        )


def flawed(reject: Reject, document: Document) -> Reject:
    """The reject of an article whose annotations cannot be read, with its document if that has an id and text."""
    document = identified(document)
    if not document.id or not any(part.text for part in document.sections):
        return reject
    return Flawed(file=reject.file, record=reject.record, cause=reject.cause, remedy=reject.remedy, document=document)


def elsewhere(text: str, mention: Mention) -> str:
    """Where in a section's text a misplaced mention's text stands, if it stands anywhere, as the end of a message."""
    start = mention.span.start
    if not mention.text or mention.text not in text:
        return ""
    places = (text.rfind(mention.text, 0, start + len(mention.text)), text.find(mention.text, start))
    return f"; it stands at {min(places, key=lambda at: (at < 0, abs(at - start)))}"


def _misplaced(document: Document, mentions: Sequence[Mention]) -> str:
    """Where the text of the first misplaced mention stands, if it stands anywhere."""
    for mention in mentions:
        text, span = document.text(mention.span.section), mention.span
        if text[span.start : span.end] != mention.text and (place := elsewhere(text, mention)):
            return place
    return ""


def mentions_by_concept(identified: Iterable[tuple[Mention, str]]) -> dict[str, list[Mention]]:
    """The mentions of each concept, from mentions with their identifier columns.

    One that names several ("breast and lung cancer") counts only for those that no other mention names alone.
    """
    alone: dict[str, list[Mention]] = {}
    shared: dict[str, list[Mention]] = {}
    for mention, text in identified:
        parts = split_identifiers(text)
        for part in {text.strip(), *parts}:
            (alone if len(parts) < 2 or part == text.strip() else shared).setdefault(part, []).append(mention)
    return shared | alone


def closest_pair(subjects: Sequence[Mention], objects: Sequence[Mention]) -> tuple[Mention, Mention]:
    """The two mentions that a document-level relation is anchored at: in one section if possible, starts closest.

    Both sequences must hold a mention. Only where nothing else is there do both ends name one mention.
    """
    best: tuple[int, int, int] | None = None
    pair = (subjects[0], next((other for other in objects if other != subjects[0]), objects[0]))
    for section, group in groupby(_sorted(objects), key=lambda mention: mention.span.section):
        others = list(group)
        starts = [other.span.start for other in others]
        for subject in _sorted(subjects):
            start = subject.span.start
            at = bisect_left(starts, start)
            near = [i for i in (at - 1, at, at + 1) if 0 <= i < len(others) and others[i] != subject]
            for i in near if subject.span.section == section else ():
                rank = (abs(starts[i] - start), start, starts[i])
                if best is None or rank < best:
                    best, pair = rank, (subject, others[i])
    return pair


def _sorted(mentions: Sequence[Mention]) -> list[Mention]:
    return sorted(mentions, key=lambda m: (m.span.section != "title", m.span.start, m.span.end))


def head(path: Path, size: int = 4096) -> bytes:
    """The first bytes of a file, unpacked and without a byte order mark; what can be read of a damaged one.

    Raises:
        InputError: it can not be opened.
    """
    with open_bytes(path) as stream:
        try:
            return stream.read(size)
        except READ_ERRORS:
            return b""
