"""RIS, and PubMed's own MEDLINE form (`.nbib`, "PubMed format"): a tag and a value on each line.

    TY  - JOUR                  PMID- 71000001
    TI  - A gut                 TI  - A gut
    AB  - It is studied.        AB  - It is
    ER  -                             studied.

RIS ends a record with ER and continues a value on lines without a tag; MEDLINE ends it with an empty line and
continues with six spaces. Sources: https://en.wikipedia.org/wiki/RIS_(file_format) (tags, 2001 and 2011 versions),
https://www.nlm.nih.gov/bsd/mms/medlineelements.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kgbuild.identifiers import article_id, doi
from kgbuild.model import Annotated, Author, MeshHeading, Notice, Reject
from kgbuild.source.annotated import READ_ERRORS, damaged, text_lines
from kgbuild.source.literature import Entry, article, author, parts

RIS_START = re.compile(r"TY(?P<gap> {1,2})-(?: |\Z)")
_RIS_END = re.compile(r"ER\s*-\s*\Z")
_MEDLINE = re.compile(r"(?P<tag>[A-Z][A-Z0-9 ]{3})- ?(?P<value>.*)")
_INDENT = " " * 6
_REMEDY = "Export the record again, or correct it in the file."
_PUBMED = re.compile(r"pubmed|medline|national library of medicine|\bnlm\b", re.IGNORECASE)
_RIS_NOTES = ("N1", "M1", "M2", "U1", "U2", "U3", "U4", "U5", *(f"C{number}" for number in range(1, 9)))
_JOURNALS = ("JF", "T2", "JO", "JA", "J2", "J1", "BT")
# MEDLINE's tags of links, and PubMed XML's names for them.
_LINKS = {
    "RIN": "RetractionIn", "ROF": "RetractionOf", "PRIN": "PartialRetractionIn", "PROF": "PartialRetractionOf",
    "RPI": "RepublishedIn", "RPF": "RepublishedFrom", "RRI": "RetractedandRepublishedIn",
    "RRF": "RetractedandRepublishedFrom", "CRI": "CorrectedandRepublishedIn", "CRF": "CorrectedandRepublishedFrom",
    "EIN": "ErratumIn", "EFR": "ErratumFor", "ECI": "ExpressionOfConcernIn", "ECF": "ExpressionOfConcernFor",
    "UIN": "UpdateIn", "UOF": "UpdateOf",
}  # fmt: skip


@dataclass(slots=True)
class _Record:
    """A record's values by tag, in their order, and the line where it begins; `fault` says what is wrong with it."""

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)
    last: str = ""
    fault: str = ""

    def add(self, tag: str, value: str) -> None:
        self.values.setdefault(tag, []).append(value)
        self.last = tag

    def go_on(self, value: str) -> None:
        self.values[self.last][-1] += f"\n{value}"

    def all(self, *tags: str) -> tuple[str, ...]:
        return tuple(value for tag in tags for value in self.values.get(tag, ()) if value.strip())

    def first(self, *tags: str) -> str:
        return next(iter(self.all(*tags)), "")


def read_ris(path: Path) -> Iterator[Annotated | Reject]:
    """The articles of a RIS file (`.gz` too), streamed; UTF-8, or UTF-16 with a byte order mark.

    A record without title and abstract, or that does not end, is rejected.

    Raises:
        InputError: the file can not be opened.
    """
    return _read(path, _ris_records, _ris_entry)


def read_medline(path: Path) -> Iterator[Annotated | Reject]:
    """The articles of a file in PubMed's MEDLINE form (`.gz` too), streamed.

    A record without title and abstract, or with a line that is neither tagged nor indented, is rejected.

    Raises:
        InputError: the file can not be opened.
    """
    return _read(path, _medline_records, _medline_entry)


def _read(
    path: Path, records: Callable[[Iterator[str]], Iterator[_Record]], entry: Callable[[_Record], Entry]
) -> Iterator[Annotated | Reject]:
    count, line = 0, 0
    try:
        for record in records(text_lines(path)):
            count, line = count + 1, record.line
            name = f"record {count}, line {line}"
            if record.fault:
                yield Reject(file=str(path), record=name, cause=record.fault, remedy=_REMEDY)
            else:
                yield article(entry(record), path, name, count)
    except (*READ_ERRORS, ValueError) as error:
        yield damaged(path, f"after record {count}, line {line}" if count else "start of file", error)
    if not count:
        yield Reject(file=str(path), record="whole file", cause="no record in it", remedy="Export the list again.")


def _ris_records(lines: Iterator[str]) -> Iterator[_Record]:
    record: _Record | None = None
    tagged = re.compile("")
    for number, text in enumerate(lines, 1):
        line = text.rstrip()
        if start := RIS_START.match(line):
            if record:
                yield record
            record = _Record(number)
            # Text may hold "IL - 6" at a line's start: a tag is spaced as this record's first.
            tagged = re.compile(rf"(?P<tag>[A-Z][A-Z0-9]){start['gap']}-(?: (?P<value>.*)|\Z)")
        if record and _RIS_END.match(line):
            yield record
            record = None
        elif record and (found := tagged.match(line)):
            record.add(found["tag"], (found["value"] or "").strip())
        elif record and record.last:
            record.go_on(line.strip())
        elif line.strip():
            yield _Record(number, fault=f"neither the start of a record (TY) nor within one: {line.strip()[:60]!r}")
    if record:
        record.fault = "the file ends inside it: it has no line ER"
        yield record


def _medline_records(lines: Iterator[str]) -> Iterator[_Record]:
    record: _Record | None = None
    for number, text in enumerate(lines, 1):
        line = text.rstrip()
        found = _MEDLINE.match(line)
        tag = found["tag"].strip() if found else ""
        if record and (not line or (tag == "PMID" and "PMID" in record.values)):
            yield record
            record = None
        if found:
            record = record or _Record(number)
            record.add(tag, found["value"].strip())
        elif line.startswith(_INDENT) and record and record.last:
            record.go_on(line.strip())
        elif line:
            record = record or _Record(number)
            record.fault = record.fault or f"line {number} has no tag: {line.strip()[:60]!r}"
    if record:
        yield record


def _ris_entry(record: _Record) -> Entry:
    database = " ".join(record.all("DB", "DP"))
    accession = record.all("AN") if _PUBMED.search(database) else ()
    # Scopus writes the PMID as C2; other programs write a PMC identifier there.
    accession += record.all("C2") if _PUBMED.search(database) or "scopus" in database.lower() else ()
    works = record.all("M3")
    return Entry(
        title=record.first("TI", "T1", "CT", "ST"),
        abstract=record.first("AB", "N2"),
        pmids=(*(text for text in record.all("AN", "ID") if not text.strip().isdecimal()), *accession),
        pmcids=record.all("C2", "AN", "ID"),
        dois=(*record.all("DO"), *works, *record.all("L3")),
        notes=record.all(*_RIS_NOTES),
        addresses=tuple(address for text in record.all("UR", "L1", "L2", "LK") for address in text.split()),
        dates=record.all("DA", "PY", "Y1"),
        journal=record.first(*_JOURNALS),
        authors=tuple(author(name) for text in record.all("AU", "A1") for name in text.split("\n") if name.strip()),
        keywords=tuple(word for text in record.all("KW") for word in _keywords(text)),
        types=tuple(text for text in works if not doi(text)),
        key=record.first("ID"),
    )


def _keywords(text: str) -> tuple[str, ...]:
    return parts(text) if re.search(r"[;|\n]", text) else (text,)


def _medline_entry(record: _Record) -> Entry:
    title = record.first("TI")
    if title.strip(" .") in ("", "[Not Available]"):
        title = record.first("TT", "BTI") or title
    abstract, abstract_from = record.first("AB"), ""
    if not abstract and (abstract := record.first("OAB")):
        abstract_from = f"OtherAbstract, {record.first('OABL') or 'eng'}"
    located = (text.rpartition(" [")[0] for text in record.all("LID", "AID") if text.endswith("[doi]"))
    return Entry(
        title=title,
        abstract=abstract,
        abstract_from=abstract_from,
        pmids=record.all("PMID"),
        pmcids=tuple(text.split()[0] for text in record.all("PMC")),
        dois=tuple(located),
        dates=record.all("DP"),
        electronic_date=_iso(record.first("DEP")),
        revised=_iso(record.first("LR")),
        journal=record.first("JT", "TA"),
        authors=(
            *(author(" ".join(name.split())) for name in record.all("FAU") or record.all("AU")),
            *(Author(collective=" ".join(name.split())) for name in record.all("CN")),
        ),
        keywords=tuple(text.lstrip("*") for text in record.all("OT")),
        mesh=tuple(_heading(" ".join(text.split())) for text in record.all("MH")),
        language=record.all("LA"),
        types=record.all("PT"),
        notices=tuple(_notice(_LINKS[tag], text) for tag in _LINKS for text in record.all(tag)),
    )


def _iso(text: str) -> str:
    """A date of MEDLINE, 20210315, in ISO 8601."""
    found = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text.strip())
    return "-".join(found.groups()) if found else ""


def _heading(text: str) -> MeshHeading:
    name, *qualifiers = text.split("/")
    return MeshHeading(
        ui="", name=name.lstrip("*"), major="*" in text, qualifiers=tuple(part.lstrip("*") for part in qualifiers)
    )


def _notice(kind: str, text: str) -> Notice:
    """A link: "J Gut. 2020;1:2. doi: 10.1000/1. PMID: 71000002"."""
    text = " ".join(text.split())
    found = re.search(r"\bPMID:\s*([0-9]+)", text)
    return Notice(kind=kind, pmid=article_id(found[1]) if found else "", text=text)
