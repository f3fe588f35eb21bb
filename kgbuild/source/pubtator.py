"""PubTator's text format, as BC5CDR, BioRED and PubTator's own exports have it.

    PMID|t|title
    PMID|a|abstract
    PMID <tab> start <tab> end <tab> text <tab> label <tab> identifiers
    PMID <tab> predicate <tab> identifier <tab> identifier [<tab> …]
    (an empty line ends the article)

Offsets count characters, the end excluded, over the title, one character between, and the abstract. A relation
names concepts, not mentions: it is read onto the closest pair of their mentions. Columns beyond these (the
names of a composite mention's parts, a relation's novelty) have no place in the model and are not read. The format
has none for negation, speculation, direction, claim and finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgbuild.identifiers import article_id, gold_link
from kgbuild.model import Annotated, Document, Link, Mention, Reject, Relation, Span
from kgbuild.source.annotated import (
    MAX_LINE,
    READ_ERRORS,
    checked,
    closest_pair,
    damaged,
    flawed,
    lines,
    mentions_by_concept,
    open_bytes,
    sections,
)

_TEXT = re.compile(r"([^|\t]+)\|([ta])\|(.*)\Z", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,9}\Z")
_ANNOTATION = re.compile(rb"[^|\t]+\t[^\t]*\t[^\t]*\t")


class _LineError(Exception):
    """A line that can not be read; rejects its article."""


class _AnnotationError(_LineError):
    """A line of a mention or relation that can not be read: the article's text can."""


@dataclass(slots=True)
class _Article:
    """The lines of one article, as far as they were read."""

    id: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    mentions: list[tuple[int, int, str, str, str]] = field(default_factory=list)
    relations: list[tuple[str, str, str, int]] = field(default_factory=list)


def read_pubtator(path: Path) -> Iterator[Annotated | Reject]:
    """The articles of a PubTator file (`.gz` too), streamed. One bad line rejects its article.

    Where it is a mention's or a relation's line, the reject is `Flawed` and has the article's text.
    Where no mention has an identifier column, there are no links; else there is one for each mention.

    Raises:
        InputError: the file can not be opened.
    """
    last = "start of file"
    with open_bytes(path) as stream:
        block: list[tuple[int, bytes | None]] = []
        size = 0
        try:
            for number, line in lines(stream):
                last = f"after line {number}"
                if line is None or line.strip():
                    size += MAX_LINE + 1 if line is None else len(line)
                    block.append((number, line if size <= MAX_LINE else None))
                    block = block[:1] + block[-1:] if size > MAX_LINE else block
                elif block:
                    yield _read(path, block)
                    block, size = [], 0
        except READ_ERRORS as error:
            yield damaged(path, last, error)
        if block:
            yield _read(path, block)


def _read(path: Path, block: Sequence[tuple[int, bytes | None]]) -> Annotated | Reject:
    article = _Article()
    flaw: Reject | None = None
    number = block[0][0]
    for number, line in block:
        try:
            _line(article, line, number)
        except _AnnotationError as error:
            flaw = flaw or _reject(path, article, number, error)
        except (_LineError, UnicodeDecodeError) as error:
            return _reject(path, article, number, error)
    number = block[0][0]
    if "t" not in article.texts:
        return _reject(path, article, number, _LineError("the article has no title line (PMID|t|title)"))
    if flaw:
        return flawed(flaw, _document(article))
    try:
        return _annotated(path, article, number)
    except _AnnotationError as error:
        return flawed(_reject(path, article, number, error), _document(article))


def _reject(path: Path, article: _Article, number: int, error: Exception) -> Reject:
    cause = "the line is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
    name = f"PMID {article.id}, line {number}" if article.id else f"line {number}"
    return Reject(file=str(path), record=name, cause=cause, remedy="Correct the line, or leave the article out.")


def _document(article: _Article) -> Document:
    return Document(id=article.id, sections=sections(article.texts["t"], article.texts.get("a", "")))


def _line(article: _Article, line: bytes | None, number: int) -> None:
    if line is None:
        raise _LineError(f"the article is longer than {MAX_LINE // 2**20} MiB")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        if _ANNOTATION.match(line):
            raise _AnnotationError("the line is not UTF-8") from None
        raise
    found = _TEXT.match(text)
    columns = text.split("\t")
    identifier = article_id(found[1] if found else columns[0])
    if not found and len(columns) < 4:
        # Without the article's id before it, a line may be the rest of an abstract.
        kind = _AnnotationError if len(columns) > 1 and article.id == identifier else _LineError
        raise kind("neither a title, an abstract, a mention nor a relation")
    if identifier != (article.id or identifier):
        raise _LineError(f"a line of PMID {identifier[:20]} within the article; an empty line is missing between")
    article.id = identifier
    if found:
        if found[2] in article.texts:
            raise _LineError("a second title or abstract; an empty line is missing between articles")
        article.texts[found[2]] = found[3]
    elif _NUMBER.match(columns[1]) and _NUMBER.match(columns[2]):
        if len(columns) < 5:
            raise _AnnotationError("a mention without a label")
        start, end, mention, label = int(columns[1]), int(columns[2]), columns[3], columns[4]
        article.mentions.append((start, end, mention, label.strip(), columns[5] if len(columns) > 5 else ""))
    else:
        article.relations.append((columns[1], columns[2].strip(), columns[3].strip(), number))


def _annotated(path: Path, article: _Article, number: int) -> Annotated | Reject:
    shift = len(article.texts["t"]) + 1
    mentions: list[Mention] = []
    links: list[Link] = []
    for start, end, text, label, identifiers in article.mentions:
        if start < shift:
            span = Span(section="title", start=start, end=end)
        else:
            span = Span(section="abstract", start=start - shift, end=end - shift)
        mention = Mention(span=span, text=text, label=label)
        mentions.append(mention)
        links.append(gold_link(mention, identifiers))
    named = mentions_by_concept((mention, row[4]) for mention, row in zip(mentions, article.mentions, strict=True))
    relations = []
    pairs: dict[tuple[str, str], tuple[Mention, Mention]] = {}
    for predicate, subject, object_, line in article.relations:
        for end_ in (subject, object_):
            if not end_ or end_ not in named:
                raise _AnnotationError(f"line {line}: no mention of this article is identified as {end_[:40]!r}")
        if (subject, object_) not in pairs:
            pairs[subject, object_] = closest_pair(named[subject], named[object_])
        one, other = pairs[subject, object_]
        relations.append(Relation(subject=one, predicate=predicate, object=other))
    has_links = any(identifiers for *_, identifiers in article.mentions)
    name = f"PMID {article.id}, line {number}"
    return checked(path, name, _document(article), mentions, relations, links if has_links else ())
