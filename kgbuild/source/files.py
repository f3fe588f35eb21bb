"""From paths to files of articles, each in whatever format it is."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import InputError
from kgbuild.files import digest, file_digest
from kgbuild.model import Annotated, Deletion, Record, Reject
from kgbuild.protocols import SourceFile
from kgbuild.source.annotated import Flawed, head
from kgbuild.source.bioc import read_bioc
from kgbuild.source.gutbrainie import read_gutbrainie
from kgbuild.source.iob import read_iob
from kgbuild.source.jsonl import read_jsonl
from kgbuild.source.pmids import is_list, read_list
from kgbuild.source.pubmed import PubMedFile
from kgbuild.source.pubtator import read_pubtator
from kgbuild.source.tabular import columns_of, is_table, read_table
from kgbuild.source.tagged import read_medline, read_ris
from kgbuild.source.texts import Texts, describes_its_folder, read_text

Reader = Callable[[Path], Iterator[Annotated | Reject]]


def _read_pubmed(path: Path) -> Iterator[Annotated | Reject]:
    for record in PubMedFile(path).records():
        if isinstance(record, Deletion):
            cause = "PubMed has withdrawn this article"
            yield Reject(file=str(path), record=f"PMID {record.id}", cause=cause)
        else:
            yield record if isinstance(record, Reject) else Annotated(document=record)


FORMATS: dict[str, Reader] = {
    "gutbrainie": read_gutbrainie,
    "pubtator": read_pubtator,
    "bioc": read_bioc,
    "jsonl": read_jsonl,
    "iob": read_iob,
    "csv": read_table,
    "ris": read_ris,
    "medline": read_medline,
    "text": read_text,
    "pmids": read_list,
    "pubmed": _read_pubmed,
}

# What each format begins with, in the order in which they are tried.
_SIGNS = (
    (
        "pubmed",
        re.compile(rb"<(?:!DOCTYPE\s+)?(?:PubmedArticle|PubmedBookArticle|BookDocument|DeleteCitation|eFetch)"),
    ),
    ("bioc", re.compile(rb"<(?:!DOCTYPE\s+)?collection\b")),
    ("bioc", re.compile(rb'\A\s*\{\s*"(?:source|date|key|version|infons|documents|PubTator3)"\s*:')),
    ("jsonl", re.compile(rb'\A\s*\{\s*"(?:document|id|title|abstract)"\s*:')),
    # Keys are PMIDs, also with a name or as addresses; other addresses are a vocabulary's.
    ("gutbrainie", re.compile(rb'(?i)\A\s*\{\s*"(?:[^"/:]+|[^"]*(?:pmid|pubmed|europepmc)[^"]*)"\s*:\s*\{')),
    ("pubtator", re.compile(rb"\A\s*[^|\t\n]{1,60}\|t\|")),
    ("ris", re.compile(rb"\A\s*TY {1,2}-(?: |\r?\n)")),
    ("medline", re.compile(rb"\A\s*(?:PMID|OWN |STAT)- ")),
    ("iob", re.compile(rb"\A\s*(?:-DOCSTART-[^\n]*\n\s*)*[^\t\n]{1,200}\t(?:O|[BI]-[^\t\n]{1,100})\s*(?:\n|\Z)")),
)
_NAMES = re.compile(
    r"\.(?:(?P<jsonl>jsonl|ndjson)|(?P<iob>iob2?)|(?P<pubtator>pubtator(?:\.txt)?)|(?P<csv>csv|tsv)|(?P<ris>ris)"
    r"|(?P<medline>nbib)|(?P<text>txt|text))(?:\.gz)?\Z",
    re.IGNORECASE,
)
# NLM lays checksums beside its files; a hidden file is its system's, not the user's.
_COMPANION = re.compile(r"\..*|.*\.(?:md5|sha256)", re.IGNORECASE | re.DOTALL)
_REMEDY = (
    "Give PubMed XML, GutBrainIE JSON, PubTator, BioC, IOB, JSON Lines, plain text (.txt), or a list of articles as "
    f"CSV, RIS or .nbib, or name the format: {', '.join(FORMATS)}."
)


@dataclass(frozen=True, slots=True)
class AnnotatedFile:
    """A file whose articles may carry annotations; as a source it gives the articles alone.

    Where `format` is None, a folder holds this file and kgbuild does not know what it is: it stands as one
    reject, so that nobody misses it.
    """

    path: Path
    format: str | None

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
            raise InputError(error.strerror or str(error), file=self.name) from error

    def annotated(self) -> Iterator[Annotated | Reject]:
        """The articles with their annotations and the rejects, in the file's order."""
        if self.format is None:
            cause, remedy = "not a format that kgbuild reads", _REMEDY
            if describes_its_folder(self.path):
                cause, remedy = "by its name it describes its folder and is no article", "Name the file to read it."
            return iter((Reject(file=self.name, record="whole file", cause=cause, remedy=remedy),))
        return FORMATS[self.format](self.path)

    def texts(self) -> Iterator[Annotated | Reject]:
        """The articles without annotations and the rejects, in the file's order.

        An article whose annotations alone cannot be read is there for its text; one reject at the end counts them.
        """
        flaws: int = 0
        first: Flawed | None = None
        for record in self.annotated():
            if isinstance(record, Flawed):
                flaws, first = flaws + 1, first or record
                yield Annotated(document=record.document)
            else:
                yield record if isinstance(record, Reject) else Annotated(document=record.document)
        if first:
            example = f"{first.record}: {first.cause}"
            cause = f"{flaws} articles are read for their text, without their annotations (first: {example})"
            yield Reject(file=self.name, record="annotations", cause=cause, remedy=first.remedy)

    def records(self) -> Iterator[Record]:
        """The articles and the rejects, as `texts` has them."""
        for record in self.texts():
            yield record if isinstance(record, Reject) else record.document


@dataclass(frozen=True, slots=True)
class Refused:
    """What a folder holds and nobody can read as a file, as a source of one reject."""

    name: str
    cause: str
    remedy: str

    def fingerprint(self) -> str:
        """A hash of what is told."""
        return digest(self.name, self.cause)

    def records(self) -> Iterator[Record]:
        """The reject."""
        yield Reject(file=self.name, record="whole file", cause=self.cause, remedy=self.remedy)


@dataclass(frozen=True, slots=True)
class TextFiles(AnnotatedFile):
    """The plain texts below a folder, `path`, as one source."""

    texts_below: Texts

    def fingerprint(self) -> str:
        """The SHA-256 of the files' names and contents, in hexadecimal.

        Raises:
            InputError: a file can not be read.
        """
        try:
            return self.texts_below.fingerprint()
        except OSError as error:
            raise InputError(error.strerror or str(error), file=str(error.filename or self.path)) from error

    def annotated(self) -> Iterator[Annotated | Reject]:
        """The articles and the rejects, in the files' order."""
        return self.texts_below.articles()


def open_source(paths: Sequence[Path], format: str | None = None) -> list[SourceFile]:  # noqa: A002
    """The files that paths name, folders with all below them, in natural order ("part2" before "part10").

    The format is seen from each file's content (its name, where there is none yet) unless it is given. Hidden
    files and checksums in a folder are passed over; each other file there that is of no known format stands
    in the list as one reject. A file named twice is taken once.

    Raises:
        InputError: a path does not exist or can not be read, the format is not known, a folder holds nothing
            that can be read, or a file that is named itself is of no known format.
    """
    files: dict[Path, SourceFile] = {}
    for path in paths:
        if not path.is_dir():
            files.setdefault(path.resolve(), _file(path, format, in_folder=False))
            continue
        found = [_file(below, format, in_folder=True) for below in _walk(path)]
        if all(
            isinstance(file, Refused) or (isinstance(file, AnnotatedFile) and file.format is None) for file in found
        ):
            for refused in (file for file in found if isinstance(file, Refused)):
                raise InputError(refused.cause, file=refused.name, remedy=refused.remedy)
            raise InputError("no file of articles in this folder", file=str(path), remedy=_REMEDY)
        for file in _joined(path, found):
            files.setdefault(Path(file.name).resolve(), file)
    return list(files.values())


def read_annotated(
    path: Path,
    format: str | None = None,  # noqa: A002
    *,
    text_only: bool = False,
) -> Iterator[Annotated | Reject]:
    """The articles of a file or folder with the annotations it has; PubMed XML has none.

    An article whose annotations cannot be read is a `Reject`; with `text_only`, it is there for its text, as for
    `AnnotatedFile.records`. An article that PubMed XML lists as withdrawn is a `Reject`.

    Raises:
        InputError: as `open_source` does.
    """
    for file in open_source([path], format):
        if isinstance(file, Refused):
            yield Reject(file=file.name, record="whole file", cause=file.cause, remedy=file.remedy)
        elif not isinstance(file, AnnotatedFile):
            yield from _read_pubmed(Path(file.name))
        else:
            yield from file.texts() if text_only else file.annotated()


def _joined(folder: Path, files: Sequence[SourceFile]) -> Iterator[SourceFile]:
    """The files, all plain texts among them as one source in the first one's place."""
    texts = tuple(Path(file.name) for file in files if isinstance(file, AnnotatedFile) and file.format == "text")
    for file in files:
        if not texts or Path(file.name) not in texts:
            yield file
        elif Path(file.name) == texts[0]:
            yield TextFiles(folder, "text", Texts(folder, texts))


def _file(path: Path, name: str | None, *, in_folder: bool) -> SourceFile:
    if name is not None and name not in FORMATS:
        raise InputError(f"unknown format {name!r}", remedy=f"Known formats: {', '.join(FORMATS)}.")
    if (refused := _refused(path)) is not None:
        if in_folder:
            return refused
        raise InputError(refused.cause, file=refused.name, remedy=refused.remedy)
    found = name or format_of(path)
    if found == "text" and in_folder and describes_its_folder(path):
        found = None
    if found is None and not in_folder:
        raise InputError("not a format that kgbuild reads", file=str(path), remedy=_REMEDY)
    if found == "csv" and not in_folder:
        columns_of(path)
    head(path, 1)  # a file that can not be opened is told at once, not in the middle of a run
    return PubMedFile(path) if found == "pubmed" else AnnotatedFile(path, found)


def _refused(path: Path) -> Refused | None:
    """Why a path cannot be read as a file of articles, whatever it holds; None for most."""
    try:
        shown = str(path)
        shown.encode()
    except UnicodeEncodeError:
        return Refused(ascii(shown), "its name is not UTF-8", "Rename it.")
    try:
        mode = path.stat().st_mode
    except OSError:
        return None  # who opens it says why
    if not stat.S_ISREG(mode):
        return Refused(
            shown, "it is no plain file but a FIFO, device or socket", "Save what it gives as a file first."
        )
    return None


def format_of(path: Path) -> str | None:
    """The format that a file's content, or where there is none yet its name, tells; None where neither does.

    Raises:
        InputError: the file can not be read.
    """
    start = head(path)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", "ignore").encode()
    for name, sign in _SIGNS:
        if sign.search(start):
            return name
    text = start.decode(errors="replace")
    if is_list(text):
        return "pmids"
    if is_table(text):
        return "csv"
    by_name = _NAMES.search(path.name)
    return by_name.lastgroup if by_name else None


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder, links to other folders not followed."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted((name for name in folders if not name.startswith(".")), key=_natural)
        for name in sorted(names, key=_natural):
            if not _COMPANION.fullmatch(name):
                yield Path(parent) / name


def _natural(name: str) -> list[tuple[int, str]]:
    """Compares runs of digits as numbers."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name)]
