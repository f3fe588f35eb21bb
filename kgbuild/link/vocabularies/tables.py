"""Rows of separated values as people's programs write them: tabs, commas or semicolons, quoted as in RFC 4180.

A line that is no valid quoted line is taken as it stands, since tables written by hand do not quote. White space of
any kind around a cell does not count; names of columns are compared without case; empty lines and `#` lines are
passed over.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from kgbuild.namespaces import is_iri, misspelling, to_uri

DELIMITERS = "\t;,"
UNKNOWN_IDENTIFIER = "Write the whole URI, or a CURIE with a prefix of mappings/prefixes.json."
Test = Callable[[Collection[str]], bool]
"""Whether a table has the columns of a form."""

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
_NOT_UTF8 = re.compile(r"[\udc80-\udcff]")
_SEPARATOR_LINE = re.compile(r"sep=.\s*", re.IGNORECASE)  # Excel's own first line in a CSV file
_TEXT_FORMULA = re.compile(r'="(?P<text>[^"]*)"')
_ERROR_VALUES = frozenset({"#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"})
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = re.compile(rf"\d{{1,2}}-(?:{_MONTHS})|(?:{_MONTHS})-\d{{1,2}}", re.IGNORECASE)
_CELL_LINES = 40
"""Lines of one quoted cell at most."""


class Row(NamedTuple):
    """A row: where it stands, its cells by column (in lower case), and why it cannot be read, if so."""

    record: str
    cells: dict[str, str]
    fault: str = ""


class Header(NamedTuple):
    """The columns of a table, in lower case, and what separates them."""

    columns: tuple[str, ...]
    delimiter: str


def find_header(lines: Iterable[str], test: Test) -> tuple[Header | None, list[str]]:
    """The header among a table's first lines, if it fits, and the `#` lines before it.

    A `#` may stand before the header itself.
    """
    comments: list[str] = []
    for line in lines:
        text = line.translate(_UNSEEN).rstrip("\r\n")
        is_comment = text.startswith(("#", '"#'))
        for delimiter in DELIMITERS:
            cells = _quoted([text.lstrip("# ")], delimiter) or []
            columns = tuple(re.sub(r"\s+", "_", _clean(cell).lower()) for cell in cells)
            if test(columns):
                return Header(columns, delimiter), comments
        if is_comment:
            comments.append(text)
        elif text.strip(" \t;,") and not _SEPARATOR_LINE.fullmatch(text):
            break
    return None, comments


def read_rows(stream: Iterable[str], test: Test, comments: list[str] | None = None) -> Iterator[Row]:
    """The rows below the header that fits `test`; the `#` lines before it are put into `comments`.

    Raises:
        ValueError: there is no such header, or it names a column twice.
    """
    lines = enumerate(stream, 1)
    header, before = find_header((line for _, line in lines), test)
    if header is None:
        raise ValueError("the table has no header")
    named = [column for column in header.columns if column]
    twice = next((column for column in named if named.count(column) > 1), None)
    if twice:
        raise ValueError(f"two columns are called {twice!r}")
    if comments is not None:
        comments += before
    for number, cells in _logical_lines(lines, header.delimiter):
        row = [_clean(cell) for cell in cells]
        if not any(row) or (row[0].startswith("#") and row[0] not in _ERROR_VALUES):
            continue
        record, width = f"line {number}", len(header.columns)
        fault = not_utf8(header.delimiter.join(cells))
        if any(row[width:]):
            fault = fault or f"{len(row)} cells in a row, but {width} columns"
        padded = row[:width] + [""] * (width - len(row))
        yield Row(record, {c: v for c, v in zip(header.columns, padded, strict=True) if c}, fault)


def not_utf8(text: str) -> str:
    """Why a text that was decoded with `surrogateescape` is no UTF-8; empty where it is."""
    if not _NOT_UTF8.search(text):
        return ""
    shown = text.encode("utf-8", "surrogateescape").decode("cp1252", "replace").strip()[:60]
    return f"not UTF-8; in Windows-1252 (cp1252), which spreadsheets write, it is {shown!r}"


def value(row: Row, column: str) -> str:
    """A cell as text; empty where there is none.

    Raises:
        ValueError: it is a formula or an error value of a spreadsheet, or a date in the place of a name.
    """
    text = row.cells.get(column, "")
    if text in _ERROR_VALUES:
        raise ValueError(f"{column} is {text}, an error value of a spreadsheet")
    if text.startswith("="):
        raise ValueError(f"{column} is the formula {text!r}, not its value")
    if column == "name" and _DATE.fullmatch(text):
        raise ValueError(f"the name {text!r} is a date, which spreadsheets make of names such as SEPT2 and MARCH1")
    return text


def values(row: Row, column: str) -> list[str]:
    """The parts of a cell, which `|` separates."""
    return [part.strip() for part in value(row, column).split("|") if part.strip()]


def concept(text: str) -> str:
    """The URI of an identifier: a URI as it is spelled, since a benchmark may ask for that; a CURIE expanded.

    Raises:
        ValueError: it names no concept.
    """
    cause = misspelling(text)
    uri = text if "://" in text and is_iri(text) else to_uri(text)
    if cause or uri is None:
        raise ValueError(f"{text!r}: {cause}")
    return uri


def _clean(cell: str) -> str:
    text = " ".join(cell.translate(_UNSEEN).split())
    formula = _TEXT_FORMULA.fullmatch(text)
    return formula["text"].strip() if formula else text


def _logical_lines(lines: Iterator[tuple[int, str]], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows as cells with the number of their first line; a quoted cell may hold line breaks."""
    waiting: deque[tuple[int, str]] = deque()
    while taken := waiting.popleft() if waiting else next(lines, None):
        number, line = taken
        text = line.rstrip("\r\n")
        cells = _quoted([text], delimiter) if '"' in text else None
        if cells is None and text.count('"') % 2:
            waiting.extend(islice(lines, max(0, _CELL_LINES - len(waiting))))
            for count in range(1, len(waiting) + 1):
                following = [other for _, other in islice(waiting, count)]
                if '"' in following[-1]:
                    cells = _quoted([line, *following], delimiter)
                    break
            # A separator within the cell shows that it is the next rows that it would swallow.
            if cells is not None and not any(delimiter in cell for cell in cells if "\n" in cell):
                for _ in range(count):
                    waiting.popleft()
            else:
                cells = None
        yield number, text.split(delimiter) if cells is None else cells


def _quoted(lines: list[str], delimiter: str) -> list[str] | None:
    """The cells of one row by the rules of quoting; None where it breaks them."""
    try:
        [row] = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=delimiter != "\t")
    except (csv.Error, ValueError):
        return None
    return row
