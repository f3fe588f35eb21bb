"""Reading PubMed XML: NLM's baseline and update files, and what efetch answers, plain or gzipped."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from kgbuild.errors import InputError
from kgbuild.files import file_digest
from kgbuild.model import Deletion, Record, Reject
from kgbuild.source.pubmed_record import REMEDY, read_article, read_book_article, read_pmid
from kgbuild.source.pubmed_split import MAX_RECORD_BYTES, SETS, Piece, split

if TYPE_CHECKING:
    from lxml.etree import XMLParser, XMLSyntaxError, _Element

_AGAIN = "Download the file again and read it anew: its records replace what was read of it now."
_ARTICLES = {"PubmedArticle": read_article, "PubmedBookArticle": read_book_article}
_FIRST_PMID = re.compile(rb"<PMID[^<>]*>\s*([0-9]{1,10})\s*<")
_PREFIX = re.compile(rb"\sxmlns:[\w.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')")
_MATHML = b' xmlns:mml="http://www.w3.org/1998/Math/MathML"'
_SET_TAG = re.compile(rb"</?(?:" + SETS + rb")(?=[\s/>])")
# What may stand between two records.
_BETWEEN = re.compile(
    rb"\s+|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>"
    rb"|<(?P<close>/)?(?P<set>" + SETS + rb")(?=[\s/>])[^<>]*?(?P<empty>/)?>",
    re.DOTALL,
)


_PARSER_DETAIL = re.compile(r",? (?:try|use) XML_PARSE_HUGE(?: option)?|, line \d+, column \d+\Z")
_LINE = re.compile(r" line (\d+)")
_ENTITY_ERRORS = (26, 27)  # libxml2's XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY


@dataclass(frozen=True, slots=True)
class PubMedFile:
    """A file of PubMed XML; whether it is gzipped is seen from its content."""

    path: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def fingerprint(self) -> str:
        """The SHA-256 of the file's bytes, in hexadecimal.

        Raises:
            InputError: the file can not be read.
        """
        try:
            return file_digest(self.path)
        except OSError as error:
            raise self._unreadable(error) from error

    def records(self) -> Iterator[Record]:
        """The articles, deletions and rejects, in the file's order; see `parse_pubmed`.

        Raises:
            InputError: the file can not be opened.
        """
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise self._unreadable(error) from error
        with file:
            packed = file.peek(2)[:2] == b"\x1f\x8b"
            stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
            yield from parse_pubmed(stream, file=self.name)

    def _unreadable(self, error: OSError) -> InputError:
        return InputError(error.strerror or str(error), file=self.name, remedy="Check the path and its permissions.")


def parse_pubmed(stream: BinaryIO, *, file: str) -> Iterator[Record]:
    """The records of PubMed XML, one at a time; memory is bounded by the largest record.

    What can not be read becomes a `Reject`, and reading goes on behind it: a malformed article, one without
    PMID or text, content that is no record, the rest of a stream that breaks. Entities are never expanded,
    and nothing but the stream is read. `file` is how messages name it. Several sets may follow one another.
    """
    reader = _Reader(file)
    try:
        for piece in split(stream):
            yield from reader.read(piece)
    except InputError as error:
        yield reader.reject("whole file", error.cause, error.remedy)


class _Reader:
    """What is known from the pieces so far: how many articles, what sets are open."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._parser = _parser()
        self._articles = 0
        self._sets = 0  # seen
        self._open = 0
        self._strayed = False
        self._prefixes = _MATHML

    def reject(self, record: str, cause: str, remedy: str = REMEDY) -> Reject:
        return Reject(file=self._file, record=record, cause=cause, remedy=remedy)

    def read(self, piece: Piece) -> Iterator[Record]:
        return self._record(piece) if piece.tag else self._between(piece)

    def _record(self, piece: Piece) -> Iterator[Record]:
        read = _ARTICLES.get(piece.tag)
        if read:
            self._articles += 1
        if piece.oversized:
            cause = f"it is larger than {MAX_RECORD_BYTES // 2**20} MiB, at line {piece.line}"
            yield self.reject(self._name(piece), cause, "Correct the file: no article of PubMed is that large.")
        elif piece.last:
            why = piece.failure or "the file ends inside it"
            yield self.reject(f"{self._name(piece)}, to the end", f"{why}, from line {piece.line} on", _AGAIN)
        else:
            try:
                element = self._parse(piece)
                if read:
                    yield read(element)
                else:
                    yield from self._deletions(element)
            except InputError as error:
                yield self.reject(self._name(piece), error.cause, error.remedy)

    def _name(self, piece: Piece) -> str:
        if piece.tag not in _ARTICLES:
            return piece.tag
        pmid = _FIRST_PMID.search(piece.data)
        return f"article {self._articles}" + (f" (PMID {pmid[1].decode()})" if pmid else "")

    def _deletions(self, element: _Element) -> Iterator[Record]:
        for number, identifier in enumerate(element.iterfind("PMID"), start=1):
            try:
                yield Deletion(id=read_pmid(identifier))
            except InputError as error:
                yield self.reject(f"{element.tag}, entry {number}", error.cause, error.remedy)

    def _parse(self, piece: Piece) -> _Element:
        from lxml import etree

        try:
            try:
                return etree.fromstring(piece.data, self._parser)
            except etree.XMLSyntaxError as error:
                if getattr(error, "code", 0) != etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE:
                    raise
                # The set, not the record, declares the prefix.
                wrapped = b"<set%s>%s</set>" % (self._prefixes, piece.data)
                return etree.fromstring(wrapped, self._parser)[0]
        except etree.XMLSyntaxError as error:
            raise _malformed(error, piece.line) from error

    def _between(self, piece: Piece) -> Iterator[Record]:
        stray = self._stray(piece.data)
        place = f"after article {self._articles}" if self._articles else "before the first article"
        snippet = ascii(stray[:60].decode("utf-8", "replace"))
        line = piece.line + piece.data.count(b"\n", 0, len(piece.data) - len(stray))
        if piece.last and not (self._articles or self._sets or self._strayed):
            cause = piece.failure or _diagnosis(piece.data)
            yield self.reject("whole file", cause, "Give PubMed XML: a PubmedArticleSet, as efetch or NLM's files.")
        elif piece.last and (piece.failure or self._open):
            cause = piece.failure or "the file ends without the end of its PubmedArticleSet: it was cut"
            after = f", after {snippet}" if stray else ""
            yield self.reject(f"{place}, to the end", f"{cause} (line {line}){after}", _AGAIN)
        elif stray:
            self._strayed = True
            yield self.reject(place, f"line {line} holds what is no record: {snippet}")

    def _stray(self, data: bytes) -> bytes:
        """The first content that may not stand between records, with all that follows; counts the sets."""
        at, stray_at = 0, len(data)
        while at < len(data):
            found = _BETWEEN.match(data, at)
            if found is None:
                stray_at = min(stray_at, at)
                following = _SET_TAG.search(data, at + 1)
                at = following.start() if following else len(data)
                continue
            if found["close"]:
                if not self._open:
                    stray_at = min(stray_at, at)
                self._open = max(0, self._open - 1)
            elif found["set"]:
                self._sets += 1
                self._open += not found["empty"]
                self._prefixes = b"".join(_PREFIX.findall(found[0])) or _MATHML
            at = found.end()
        return data[stray_at:]


def _parser() -> XMLParser:
    from lxml import etree

    # Without huge_tree, libxml2 refuses texts beyond 10 MB and more than 256 levels.
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _malformed(error: XMLSyntaxError, first_line: int) -> InputError:
    line, column = error.position
    what = _PARSER_DETAIL.sub("", error.msg or "")
    what = _LINE.sub(lambda found: f" line {first_line + int(found[1]) - 1}", what)
    if getattr(error, "code", 0) in _ENTITY_ERRORS:
        what += "; entities are not expanded, but for &amp; and the like"
        remedy = "Write the character itself in place of the entity."
    else:
        remedy = REMEDY
    return InputError(f"malformed XML at line {first_line + line - 1}, column {column}: {what}", remedy=remedy)


def _diagnosis(data: bytes) -> str:
    """What a file without a record or set is."""
    text = data[:100_000].decode("utf-8", "replace").strip("\ufeff \t\r\n")
    if not text:
        return "the file is empty"
    if told := re.search(r"<ERROR>(.{1,200}?)</ERROR>", text, re.DOTALL | re.IGNORECASE):
        return f"it holds no article but a server's error: {' '.join(told[1].split())}"
    if re.search(r"<!doctype html|<html", text[:2000], re.IGNORECASE):
        return "it is an HTML page, not PubMed XML"
    if root := re.search(r"<([A-Za-z_][\w:.-]{0,60})", text):
        return f"it holds no PubMed article; its root element is {root[1]}"
    return f"it is not XML; it begins with {text[:40]!a}"
