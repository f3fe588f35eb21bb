"""UMLS Metathesaurus release files, MRCONSO.RRF and MRSTY.RRF; the licensed release is the user's.

Columns: https://www.ncbi.nlm.nih.gov/books/NBK9685/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from kgbuild.link.vocabularies.records import EXACT, PREFERRED, Entry, Item, Name, Skipped
from kgbuild.link.vocabularies.tables import not_utf8
from kgbuild.model import Reject
from kgbuild.namespaces import to_uri

_CUI = re.compile(r"C[0-9]{7}")
_CONCEPT_FIELDS, _TYPE_FIELDS = 18, 6


def is_mrconso(line: str) -> bool:
    """Whether a line is one of MRCONSO.RRF."""
    return _fields(line, _CONCEPT_FIELDS) is not None


def is_mrsty(line: str) -> bool:
    """Whether a line is one of MRSTY.RRF."""
    return _fields(line, _TYPE_FIELDS) is not None


def read_mrconso(lines: Iterable[str], file: str) -> Iterator[Item]:
    """English names that are not suppressed; one row each, so that memory stays flat."""
    beginning = _beginning()
    for number, line in enumerate(lines, 1):
        fields = _fields(line, _CONCEPT_FIELDS)
        fault = "" if line.isascii() else not_utf8(line)
        if fields is None or fault:
            yield _reject(file, number, _CONCEPT_FIELDS, fault)
        elif fields[1] != "ENG":
            yield Skipped("not English")
        elif fields[16] != "N":
            yield Skipped("suppressed")
        else:
            # TS, STT and ISPREF together mark the one preferred name of the concept.
            preferred = (fields[2], fields[4], fields[6]) == ("P", "PF", "Y")
            name = Name(fields[14], PREFERRED if preferred else EXACT)
            yield Entry(uri=beginning + fields[0], names=(name,))


def read_mrsty(lines: Iterable[str], file: str, labels: Mapping[str, str]) -> Iterator[Item]:
    """Labels by semantic type; `labels` maps types ("T047") to labels, the first in it wins for a concept."""
    order = {semantic_type: position for position, semantic_type in enumerate(labels)}
    beginning = _beginning()
    for cui, rows in groupby(enumerate(lines, 1), lambda row: row[1].partition("|")[0]):
        types = []
        for number, line in rows:
            fields = _fields(line, _TYPE_FIELDS)
            if fields is not None:
                types.append(fields[1])
            else:
                yield _reject(file, number, _TYPE_FIELDS)
        known = sorted((kind for kind in types if kind in order), key=lambda kind: order[kind])
        if known:
            yield Entry(uri=beginning + cui, label=labels[known[0]])
        elif types:
            yield Skipped("semantic type without a label")


def _fields(line: str, count: int) -> list[str] | None:
    """The fields of a row of so many; None where it is none, or does not begin with a CUI."""
    fields = line.rstrip("\r\n").split("|")
    return fields if len(fields) == count + 1 and _CUI.fullmatch(fields[0]) else None


def _beginning() -> str:
    return (to_uri("UMLS:C0000000") or "").removesuffix("C0000000")


def _reject(file: str, number: int, fields: int, fault: str = "") -> Reject:
    return Reject(
        file=file,
        record=f"line {number}",
        cause=fault or f"not a row of {fields} fields that begins with a CUI",
        remedy="Use the file as the UMLS release has it.",
    )
