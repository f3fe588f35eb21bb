"""NCBI's taxonomy dump (https://ftp.ncbi.nlm.nih.gov/pub/taxonomy/taxdump_readme.txt): a folder, a tar or a zip file.

Read row by row: names of then and now (`names.dmp`), parents and ranks (`nodes.dmp`), and where they are there the
identifiers that were merged into others (`merged.dmp`) or deleted (`delnodes.dmp`).
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import IO

from kgbuild.link.vocabularies.opening import head
from kgbuild.link.vocabularies.records import EXACT, PREFERRED, RELATED, Entry, Item, Name, Skipped
from kgbuild.link.vocabularies.tables import not_utf8
from kgbuild.model import Reject
from kgbuild.namespaces import to_uri

_NAMES, _NODES, _MERGED, _DELETED = "names.dmp", "nodes.dmp", "merged.dmp", "delnodes.dmp"
_SCIENTIFIC = "scientific name"
# Names that the taxon shares with others, or that are no names of it alone, are merely related.
_SCOPES = {
    _SCIENTIFIC: PREFERRED,
    **dict.fromkeys(("synonym", "equivalent name", "genbank synonym", "anamorph", "teleomorph"), EXACT),
    **dict.fromkeys(("common name", "genbank common name", "genbank anamorph"), EXACT),
    **dict.fromkeys(("blast name", "acronym", "genbank acronym", "includes", "in-part"), RELATED),
    **dict.fromkeys(("misspelling", "misnomer"), RELATED),
}
_NO_RANK = "no rank"
_PROKARYOTES = "0"
"""NCBI's division of bacteria and archaea."""
_TAR, _ZIP = slice(257, 262), b"PK\x03\x04"


def is_taxdump(path: Path) -> bool:
    """Whether a folder, a tar file (compressed or not) or a zip file is a taxonomy dump.

    Raises:
        OSError, tarfile.TarError, zipfile.BadZipFile: it cannot be read.
    """
    wanted = {_NAMES, _NODES}
    if path.is_dir():
        return all((path / name).is_file() for name in wanted)
    start = head(path)
    if start.startswith(_ZIP):
        with zipfile.ZipFile(path) as archive:
            return wanted <= {PurePath(name).name for name in archive.namelist()}
    if start[_TAR] != b"ustar":
        return False
    with tarfile.open(path, "r:*") as tar:
        for member in tar:
            wanted.discard(PurePath(member.name).name)
            if not wanted:
                return True
    return False


def read_taxdump(path: Path) -> Iterator[Item]:
    """The taxa of a dump; several entries make up one taxon.

    Of homonyms ("Bacillus", bacteria and stick insects) the prokaryote is preferred under the plain name, and each
    other one under NCBI's name that is its alone ("Bacillus <walking sticks>"); the plain name is a synonym of it.
    """
    beginning = (to_uri("NCBITaxon:1") or "")[:-1]
    homonyms: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    for cells in _rows(path, _NAMES, 4, 1):
        if isinstance(cells, Reject):
            yield cells
            continue
        number, text, unique, kind, *_ = cells
        if kind == _SCIENTIFIC and unique:
            homonyms[number] = text, unique
        elif kind in _SCOPES:
            yield Entry(uri=beginning + number, names=(Name(text, _SCOPES[kind]),))
        else:
            yield Skipped(f"name class {kind[:40]}")
    for cells in _rows(path, _NODES, 3, 2):
        if isinstance(cells, Reject):
            yield cells
            continue
        number, parent, rank = cells[:3]
        names: tuple[Name, ...] = ()
        if number in homonyms:
            text, unique = homonyms.pop(number)
            plain = cells[4:5] == [_PROKARYOTES] and text not in taken
            names = (Name(text, PREFERRED),) if plain else (Name(unique, PREFERRED), Name(text))
            taken.add(text if plain else unique)
        yield Entry(
            uri=beginning + number,
            names=names,
            parents=(beginning + parent,) if parent != number else (),  # the root is its own
            rank="" if rank == _NO_RANK else rank,
        )
    for number, (text, unique) in homonyms.items():
        yield Entry(uri=beginning + number, names=(Name(unique, PREFERRED), Name(text)))
    for cells in _rows(path, _MERGED, 2, 2):
        yield cells if isinstance(cells, Reject) else Entry(uri=beginning + cells[1], aliases=(beginning + cells[0],))
    for cells in _rows(path, _DELETED, 1, 1):
        yield cells if isinstance(cells, Reject) else Skipped("deleted by NCBI")


def _rows(path: Path, name: str, fields: int, numbers: int) -> Iterator[list[str] | Reject]:
    """The rows of one file as at least so many fields, of which the first `numbers` are numbers; others rejected."""
    for number, line in enumerate(_lines(path, name), 1):
        cells = line.rstrip("\r\n").removesuffix("\t|").split("\t|\t")
        fault = "" if line.isascii() else not_utf8(line)
        if len(cells) < fields or not all(cell.isascii() and cell.isdigit() for cell in cells[:numbers]):
            fault = fault or f"not a row of {fields} fields or more, which tab, bar and tab separate"
        if fault:
            remedy = "Use the dump as NCBI has it."
            yield Reject(file=str(path), record=f"{name} line {number}", cause=fault, remedy=remedy)
        else:
            yield cells


def _lines(path: Path, name: str) -> Iterator[str]:
    """The lines of one file of the dump; none where it is not there."""
    if path.is_dir():
        if (path / name).is_file():
            with (path / name).open("rb") as stream:
                yield from _text(stream)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            member = next((found for found in archive.namelist() if PurePath(found).name == name), None)
            if member:
                with archive.open(member) as stream:
                    yield from _text(stream)
    else:
        with tarfile.open(path, "r:*") as tar:
            found = next((tar.extractfile(entry) for entry in tar if PurePath(entry.name).name == name), None)
            if found:
                yield from _text(found)


def _text(stream: IO[bytes]) -> Iterator[str]:
    with io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape") as text:
        yield from text
