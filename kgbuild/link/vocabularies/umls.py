"""UMLS Metathesaurus release files, MRCONSO.RRF and MRSTY.RRF; the licensed release is the user's.

Columns: https://www.ncbi.nlm.nih.gov/books/NBK9685/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TextIO

from kgbuild.link.canonical import standard
from kgbuild.link.vocabularies.records import EXACT, PREFERRED, Entry, Item, Name, Skipped
from kgbuild.model import Reject

_CUI = re.compile(r"C\d{7}")
_CONCEPT_FIELDS, _TYPE_FIELDS = 18, 6


def is_mrconso(line: str) -> bool:
    """Whether a line is one of MRCONSO.RRF."""
    fields = line.rstrip("\r\n").split("|")
    return len(fields) == _CONCEPT_FIELDS + 1 and _CUI.fullmatch(fields[0]) is not None


def is_mrsty(line: str) -> bool:
    """Whether a line is one of MRSTY.RRF."""
    fields = line.rstrip("\r\n").split("|")
    return len(fields) == _TYPE_FIELDS + 1 and _CUI.fullmatch(fields[0]) is not None


def read_mrconso(stream: TextIO, file: str) -> Iterator[Item]:
    """English names that are not suppressed; one row each, so that memory stays flat."""
    for number, line in enumerate(stream, 1):
        fields = line.rstrip("\r\n").split("|")
        if not is_mrconso(line):
            yield _reject(file, number, _CONCEPT_FIELDS)
        elif fields[1] != "ENG":
            yield Skipped("not English")
        elif fields[16] != "N":
            yield Skipped("suppressed")
        else:
            # TS, STT and ISPREF together mark the one preferred name of the concept.
            preferred = (fields[2], fields[4], fields[6]) == ("P", "PF", "Y")
            name = Name(fields[14], PREFERRED if preferred else EXACT)
            yield Entry(uri=standard(f"UMLS:{fields[0]}"), names=(name,))


def read_mrsty(stream: TextIO, file: str, labels: Mapping[str, str]) -> Iterator[Item]:
    """Labels by semantic type; `labels` maps types ("T047") to labels, the first in it wins for a concept."""
    order = {semantic_type: position for position, semantic_type in enumerate(labels)}
    for cui, rows in groupby(enumerate(stream, 1), lambda row: row[1].partition("|")[0]):
        types = []
        for number, line in rows:
            if is_mrsty(line):
                types.append(line.split("|")[1])
            else:
                yield _reject(file, number, _TYPE_FIELDS)
        known = sorted((kind for kind in types if kind in order), key=lambda kind: order[kind])
        if known:
            yield Entry(uri=standard(f"UMLS:{cui}"), label=labels[known[0]])
        elif types:
            yield Skipped("semantic type without a label")


def _reject(file: str, number: int, fields: int) -> Reject:
    return Reject(
        file=file,
        record=f"line {number}",
        cause=f"not a row of {fields} fields that begins with a CUI",
        remedy="Use the file as the UMLS release has it.",
    )
