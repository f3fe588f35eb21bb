"""CSV and TSV lists of articles, as PubMed, Zotero, Scopus and spreadsheets write them.

The first line names the columns; they are known by their usual names in any case (`COLUMNS`), others are not read.
Commas, semicolons or tabs separate; quotes are those of CSV (RFC 4180). PubMed's own CSV has no abstracts.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from kgbuild.errors import InputError
from kgbuild.model import Annotated, Reject
from kgbuild.source.annotated import READ_ERRORS, damaged, text_lines
from kgbuild.source.literature import Entry, article, authors, parts

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "article title", "document title", "primary title"),
    "abstract": ("abstract", "abstract note", "abstract text"),
    "pmid": ("pmid", "pubmed id", "pubmedid", "pubmed", "pubmed pmid"),
    "pmcid": ("pmcid", "pmc id", "pmc", "pubmed central id"),
    "doi": ("doi", "digital object identifier"),
    "authors": ("authors", "author", "author s", "author names", "author full names"),
    "year": ("publication year", "year", "pub year", "year of publication"),
    "date": ("date", "publication date", "date published"),
    "journal": (
        *("journal book", "journal", "publication title", "source title", "journal title"),
        *("journal name", "publication name", "secondary title"),
    ),
    "keywords": ("keywords", "keyword", "author keywords", "manual tags"),
    "indexed": ("index keywords", "automatic tags", "mesh terms", "tags"),
    "types": ("document type", "publication type", "publication types", "article type"),
    "notes": ("extra", "notes", "note"),
    "url": ("url", "urls", "link", "links"),
    "key": ("key", "eid", "citation key", "record id", "article id", "id"),
}
"""The columns that are read, by what they hold; of several that hold the same the first that is filled counts."""

_REMEDY = "Give a first line that names the columns, one of them Title or Abstract, with commas, semicolons or tabs."
_SEPARATORS = ",;\t"


def read_table(path: Path) -> Iterator[Annotated | Reject]:
    """The articles of a CSV or TSV file (`.gz` too), streamed; UTF-8, or UTF-16 with a byte order mark.

    A row is rejected where it has neither title nor abstract, more cells than there are columns, or quotes that do
    not pair.

    Raises:
        InputError: the file can not be opened.
    """
    try:
        names, separator, skipped = columns_of(path)
    except InputError as error:
        yield Reject(file=str(path), record="whole file", cause=error.cause, remedy=error.remedy)
        return
    lines = text_lines(path)
    for _ in range(skipped):
        next(lines)
    rows = csv.reader(lines, delimiter=separator, strict=True)
    number = skipped
    while True:
        first = rows.line_num + skipped + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            last = rows.line_num + skipped
            where = f"line {first}" if last <= first else f"lines {first} to {last}"
            cause = f"the quotes do not pair: {error}"
            yield Reject(
                file=str(path), record=where, cause=cause, remedy="Double each quotation mark within a cell."
            )
            continue
        except (*READ_ERRORS, ValueError) as error:
            yield damaged(path, f"after line {rows.line_num + skipped}", error)
            return
        number += 1
        if any(cell.strip() for cell in cells):
            yield _row(path, names, cells, first)


def _row(path: Path, names: list[str], cells: list[str], line: int) -> Annotated | Reject:
    record = f"line {line}"
    if any(cell.strip() for cell in cells[len(names) :]):
        cause = f"{len(cells)} cells in a table of {len(names)} columns"
        remedy = "Put texts that hold the separator in quotation marks."
        return Reject(file=str(path), record=record, cause=cause, remedy=remedy)
    row: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if cell.strip():
            row.setdefault(name, cell)

    def of(kind: str) -> str:
        return next((row[name] for name in COLUMNS[kind] if name in row), "")

    entry = Entry(
        title=of("title"),
        abstract=of("abstract"),
        pmids=(of("pmid"),),
        pmcids=(of("pmcid"),),
        dois=(of("doi"),),
        notes=(of("notes"),),
        addresses=parts(of("url")),
        dates=(of("date"), of("year")),
        journal=of("journal"),
        authors=authors(of("authors")),
        keywords=(*parts(of("keywords")), *parts(of("indexed"))),
        types=parts(of("types")),
        key=of("key").strip(),
    )
    return article(entry, path, record, line)


def columns_of(path: Path) -> tuple[list[str], str, int]:
    """The names of a table's columns in small letters, what separates them, and how many lines they take.

    Raises:
        InputError: the file can not be read, or no column is of titles or abstracts; says which there are.
    """
    separator, skipped, names = ",", 0, [""]
    try:
        for line in text_lines(path):
            skipped += 1
            # Excel's own line that names the separator.
            if line.strip() and not re.fullmatch(r"\"?sep=.\"?", line.strip()):
                names, separator = _columns(line)
                break
    except (*READ_ERRORS, ValueError) as error:
        remedy = "Get the file again, or save it as CSV in UTF-8."
        raise InputError(f"can not be read: {error}", file=str(path), remedy=remedy) from error
    if not is_list_of_articles(names):
        shown = ", ".join(name for name in names[:12] if name)[:200]
        cause = "not a format that kgbuild reads: a table without a column Title or Abstract"
        raise InputError(cause + (f" (its columns: {shown})" if shown else ""), file=str(path), remedy=_REMEDY)
    return names, separator, skipped


def is_table(start: str) -> bool:
    """Whether a text begins as a list of articles: a first line that names at least two columns."""
    lines = (line for line in start.splitlines() if line.strip() and not line.lower().startswith("sep="))
    names, _ = _columns(next(lines, ""))
    return len(names) > 1 and is_list_of_articles(names)


def is_list_of_articles(names: list[str]) -> bool:
    """Whether columns of these names hold articles' texts."""
    return any(name in names for kind in ("title", "abstract") for name in COLUMNS[kind])


def _columns(line: str) -> tuple[list[str], str]:
    found = [(_names(line, separator), separator) for separator in _SEPARATORS]
    known = {name for names in COLUMNS.values() for name in names}
    return max(found, key=lambda pair: (sum(name in known for name in pair[0]), len(pair[0])))


def _names(line: str, separator: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a field longer than the library's limit
        return []
    return [" ".join(re.sub(r"[\W_]+", " ", cell.lower()).split()) for cell in cells]
