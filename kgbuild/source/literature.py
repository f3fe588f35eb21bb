"""What lists of literature (CSV, RIS, PubMed's MEDLINE form) say of an article, to kgbuild's types.

An article's id is its PMID, else its PMC identifier, else its DOI, else the key that the list gives it (Zotero's key,
Scopus's EID), else the file's name and the place in it. Texts are cleaned as those of PubMed are: markup and doubly
escaped characters are read (`kgbuild.source.markup`), and every run of white space is one space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from kgbuild.identifiers import article_id, doi, pmcid, split_pmid
from kgbuild.model import Annotated, Author, Document, MeshHeading, Notice, Reject
from kgbuild.source.annotated import checked, sections
from kgbuild.source.markup import plain
from kgbuild.source.pubmed_dates import parse_date
from kgbuild.source.standing import settle

_PLACEHOLDER = re.compile(r"\[?\s*no (?:abstract|title)(?: (?:text|is))?(?: available)?\s*\.?\]?\.?", re.IGNORECASE)
_NOTED = re.compile(r"^[^\S\n]*(?:PMID|PubMed ID)\s*[:=]?\s*([0-9]{1,10})\s*[;.]?\s*$", re.IGNORECASE | re.MULTILINE)
_NOTED_PMC = re.compile(
    r"^[^\S\n]*(?:PMCID|PMC)\s*[:=]?\s*(PMC[0-9]{1,10})\s*[;.]?\s*$", re.IGNORECASE | re.MULTILINE
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_INITIALS = r"[A-Z][A-Za-z.-]{0,7}"
_PUBMED_NAMES = re.compile(rf"[^,;]+ {_INITIALS}(?:, [^,;]+ {_INITIALS})+\.?")
_SCOPUS_NAMES = re.compile(r"(?<=\.),\s+")
# Scopus's, behind full names.
_AUTHOR_ID = re.compile(r"\([0-9]{5,}\)\s*\Z")
NOT_UTF8 = "the text is not UTF-8"
SAVE = "Save the file as UTF-8, for example in a spreadsheet as CSV UTF-8."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article in a list of literature, as it is written there.

    In `pmids` a bare number is a PMID. `notes` and `addresses` are looked through for a PMID or PMC identifier that
    is named as such. `key` is the list's own.
    """

    title: str = ""
    abstract: str = ""
    abstract_from: str = ""
    pmids: tuple[str, ...] = ()
    pmcids: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    electronic_date: str = ""
    revised: str = ""
    journal: str = ""
    authors: tuple[Author, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    language: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    key: str = ""


def article(entry: Entry, path: Path, record: str, place: int) -> Annotated | Reject:
    """The article of an entry; a reject where it has neither title nor abstract, or its text is not UTF-8.

    Args:
        entry: what the list says.
        path: the list's file.
        record: how messages name the entry.
        place: the entry's place in the file, for an article without any identifier.
    """
    if any(_SURROGATE.search(text) for text in _texts(entry)):
        return Reject(file=str(path), record=record, cause=NOT_UTF8, remedy=SAVE)
    pmids = (*entry.pmids, *_found(_NOTED, entry.notes), *map(article_id, entry.addresses))
    pmid = next((text for text in pmids if article_id(text).isdecimal()), "")
    pmc = next(filter(None, map(pmcid, (*entry.pmcids, *entry.pmids, *_found(_NOTED_PMC, entry.notes)))), "")
    pmc = pmc or next(filter(None, map(pmcid, entry.addresses)), "")
    name = next(filter(None, map(doi, (*entry.dois, *entry.addresses))), "")
    dates = [parse_date(text) for text in entry.dates if text]
    document = Document(
        id=article_id(pmid) or pmc or name or own_key(path, entry.key or str(place)),
        version=split_pmid(pmid)[1] or 1,
        sections=sections(cleaned(entry.title), cleaned(entry.abstract)),
        date=next((date for date in dates if date.year), *(dates[:1] or [parse_date("")])),
        journal=cleaned(entry.journal),
        authors=entry.authors,
        mesh=entry.mesh,
        keywords=tuple(dict.fromkeys(filter(None, map(cleaned, entry.keywords)))),
        language=entry.language,
        publication_types=tuple(dict.fromkeys(filter(None, map(cleaned, entry.types)))),
        notices=entry.notices,
        doi=name,
        pmcid=pmc,
        electronic_date=entry.electronic_date,
        revised=entry.revised,
        abstract_from=entry.abstract_from,
    )
    return checked(path, record, settle(document), ())


def own_key(path: Path, key: str) -> str:
    """An identifier of the file's own: a bare number, which would be a PMID, gets the file's name before it."""
    stem = path.name.split(".")[0] or path.name
    return f"{stem}-{key}" if article_id(key).isdecimal() else key


def cleaned(text: str) -> str:
    """A text without markup, in one line; empty where it only says that there is none."""
    line = " ".join(plain(text).split())
    return "" if _PLACEHOLDER.fullmatch(line) else line


def _texts(entry: Entry) -> Iterator[str]:
    for field in fields(entry):
        value = getattr(entry, field.name)
        yield from (value,) if isinstance(value, str) else filter(lambda part: isinstance(part, str), value)
    yield from (f"{author.last}{author.fore}{author.collective}" for author in entry.authors)


def _found(pattern: re.Pattern[str], texts: Iterable[str]) -> Iterator[str]:
    return (found[1] for text in texts for found in pattern.finditer(text))


def parts(text: str) -> tuple[str, ...]:
    """The entries of a cell that lists several: between semicolons, bars or line ends, else commas."""
    separator = r"[;|\n]" if re.search(r"[;|\n]", text) else ","
    return tuple(part for part in map(str.strip, re.split(separator, text)) if part)


def authors(text: str) -> tuple[Author, ...]:
    """A cell's authors: "Smith J, Doe A" (PubMed), "Smith, Jane; Doe, A." (Zotero), "Smith J.; Doe A." (Scopus)."""
    text = text.strip()
    if ";" in text or "\n" in text:
        names: Iterable[str] = re.split(r"[;\n]", text)
    elif _PUBMED_NAMES.fullmatch(text):
        names = text.rstrip(".").split(",")
    else:
        names = _SCOPUS_NAMES.split(text)
    plain_names = (_AUTHOR_ID.sub("", part).strip() for part in names)
    return tuple(author(name) for name in plain_names if name and "no author name" not in name.lower())


def author(name: str) -> Author:
    """One author: "Smith, Jane A.", "Smith JA", "Smith J.A." or "Jane Smith"; one word alone is a group's name.

    >>> author("de Souza, Ana M."), author("Smith J.A.")  # doctest: +NORMALIZE_WHITESPACE
    (Author(last='de Souza', fore='Ana M.', initials='AM', collective=''),
     Author(last='Smith', fore='', initials='JA', collective=''))
    """
    name = " ".join(name.split())
    last, comma, fore = (part.strip() for part in name.partition(","))
    if comma and last:
        return Author(last=last, fore=fore, initials=_initials(fore))
    head, _, tail = name.rpartition(" ")
    if not head:
        return Author(collective=name)
    if re.fullmatch(r"(?:[A-Z]\.?-?){1,4}", tail):
        return Author(last=head, initials=re.sub(r"[^A-Z]", "", tail))
    return Author(last=tail, fore=head, initials=_initials(head))


def _initials(fore: str) -> str:
    if re.fullmatch(r"[A-Z]{1,4}", fore):
        return fore
    return "".join(part[0].upper() for part in re.split(r"[\s.-]+", fore) if part)
