"""Lists of PMIDs.

A list holds one PMID a line in any spelling (`kgbuild.identifiers.article_id`), or several between commas, semicolons
or spaces; a first line that names the column, empty lines and what follows `#` are passed over. Of a table that names
its columns, as PubMed's CSV, the column PMID is read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import InputError
from kgbuild.identifiers import article_id
from kgbuild.model import Annotated, Reject
from kgbuild.source.annotated import READ_ERRORS, text_lines

_HEADINGS = frozenset({"pmid", "pmids", "pubmed id", "pubmed ids", "pubmedid"})
_SEPARATORS = (r"[,;\t|]", r"[,;\t|\s]")
_LONGEST = 80
"""Characters of an entry of a list at most; an address of PubMed has 45."""
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_REMEDY = "Give PMIDs, one a line, or between commas: 71000001, or https://pubmed.ncbi.nlm.nih.gov/71000001/."


@dataclass(frozen=True, slots=True)
class Pmids:
    """PMIDs in their one spelling, each once, in the list's order; and the entries that are none."""

    name: str
    pmids: tuple[str, ...]
    rejects: tuple[Reject, ...]


def read_pmids(paths: Sequence[Path], texts: Sequence[str] = ()) -> Pmids:
    """The PMIDs of files and of texts; of a text that names a file, those of the file.

    Raises:
        InputError: a file can not be read, or a file or text holds no PMID at all.
    """
    pmids: dict[str, None] = {}
    rejects: list[Reject] = []
    named = [Path(text) for text in texts if _is_file(text)]
    for path in (*paths, *named):
        _take(str(path), _lines(path), pmids, rejects)
    for text in texts:
        if Path(text) not in named:
            _take("--pmids", text.splitlines(), pmids, rejects)
    return Pmids("PMIDs", tuple(pmids), tuple(rejects))


def is_list(start: str) -> bool:
    """Whether a text begins as a list of PMIDs: a first line of them or a heading, and at least half of all entries.

    A table of numbers is none: its first line names columns, or it has as many entries on each line.
    """
    lines = start.splitlines()
    if len(start) > 4000:
        lines = lines[:-1]  # may be cut within a number
    rows = [row for number, line in enumerate(lines, 1) if (row := _entries(line, number))]
    entries = [entry for row in rows for entry in row]
    found = [bool(_NUMBER.fullmatch(article_id(entry))) for entry in entries]
    if not rows or not all(found[: len(rows[0])]) or max(map(len, entries)) > _LONGEST:
        return False
    is_matrix = len(rows) > 1 and len(rows[0]) > 1 and {len(row) for row in rows} == {len(rows[0])}
    return 2 * sum(found) >= len(found) and not is_matrix


def read_list(path: Path) -> Iterator[Annotated | Reject]:
    """A reject: a list alone holds no articles, and only `kgbuild ingest` fetches them."""
    cause = "a list of PMIDs, whose articles must be fetched"
    remedy = f"kgbuild ingest --pmids {path} fetches them; `kgbuild export jsonl` then writes them."
    yield Reject(file=str(path), record="whole file", cause=cause, remedy=remedy)


def _lines(path: Path) -> Iterator[str]:
    """The lines of a list, or the cells of a table's column PMID."""
    lines = text_lines(path)
    try:
        first = next(lines, "")
        separator = max("\t;,", key=first.count)
        names = [_heading(cell) for cell in next(csv.reader([first], delimiter=separator), [])]
        column = next((number for number, name in enumerate(names) if name in _HEADINGS), 0)
        if len(names) > 1 and names[column] in _HEADINGS:
            yield ""
            for row in csv.reader(lines, delimiter=separator):
                yield row[column] if len(row) > column else ""
        else:
            yield first
            yield from lines
    except csv.Error as error:
        raise InputError(f"the quotes of the table do not pair: {error}", file=str(path), remedy=_REMEDY) from error
    except (*READ_ERRORS, ValueError) as error:
        raise InputError(f"can not be read: {error}", file=str(path), remedy=_REMEDY) from error


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or no name at all
        return False


def _take(name: str, lines: Iterable[str], pmids: dict[str, None], rejects: list[Reject]) -> None:
    found = False
    wrong: list[Reject] = []
    for number, line in enumerate(lines, 1):
        for entry in _entries(line, number):
            pmid = article_id(entry)
            if _NUMBER.fullmatch(pmid):
                found = True
                pmids[pmid] = None
            else:
                shown = ascii(entry[:60]).strip("'")
                cause = f"{shown} is no PMID"
                wrong.append(Reject(file=name, record=f"line {number}", cause=cause, remedy=_REMEDY))
    if not found:
        shown = f": {wrong[0].cause}" if wrong else ""
        hint = " (no file of this name)" if wrong and name == "--pmids" else ""
        raise InputError(f"no PMID in it{shown}{hint}", file=name, remedy=_REMEDY)
    rejects += wrong


def _entries(line: str, number: int) -> list[str]:
    """The entries of a line: the whole where that is a PMID, else its parts."""
    line = line.strip().lstrip("\ufeff")
    line = "" if line.startswith("#") else re.split(r"\s#", line)[0].strip()
    if number == 1 and _heading(line) in _HEADINGS:
        return []
    for separator in (None, *_SEPARATORS):
        parts = [line] if separator is None else re.split(separator, line)
        entries = [entry for part in parts if (entry := part.strip().strip("\"'").strip())]
        if all(map(_NUMBER.fullmatch, map(article_id, entries))):
            return entries
    return [entry for part in re.split(_SEPARATORS[0], line) if (entry := part.strip().strip("\"'").strip())]


def _heading(cell: str) -> str:
    return " ".join(cell.strip("\"'\ufeff ").lower().replace("_", " ").split())
