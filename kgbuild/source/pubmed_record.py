"""From one element of PubMed XML to a Document; element names are those of NLM's PubMed DTD."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kgbuild.errors import InputError
from kgbuild.identifiers import article_id, pmcid
from kgbuild.model import Author, Document, MeshHeading, Notice, PublicationDate, Range, Section
from kgbuild.source.pubmed_dates import read_date, read_iso_date
from kgbuild.source.pubmed_text import flatten
from kgbuild.source.standing import settle

if TYPE_CHECKING:
    from lxml.etree import _Element

_PMID = re.compile(r"[1-9][0-9]{0,9}")
_VERSION = re.compile(r"[1-9][0-9]{0,3}")
# NLM's placeholder where an article has no English title.
_NO_TITLE = frozenset({"", "[Not Available].", "[Not Available]"})
# Links that neither correct the article nor lead to another version of it: references, comments, data.
_NOT_NOTICES = frozenset(
    {
        "Cites",
        "CommentIn",
        "CommentOn",
        "AssociatedDataset",
        "AssociatedPublication",
    }
)
_RETRACTED_STATUS = frozenset({"retracted", "withdrawn"})
_SUMMARY = "plain-language-summary"
_ENGLISH = frozenset({"eng", "en"})
_NO_CATEGORY = frozenset({"", "UNASSIGNED", "UNLABELLED"})
_NAME_PARTS = frozenset({"LastName", "ForeName", "Initials", "Suffix", "CollectiveName"})
REMEDY = "Download the record again, or correct it in the file."


def read_article(element: _Element) -> Document:
    """The document of a PubmedArticle.

    Raises:
        InputError: no PMID, a PMID or version that is no number, or neither title nor abstract.
    """
    citation = _child(element, "MedlineCitation")
    pmid, version = _identity(citation)
    article = _child(citation, "Article")
    other, abstract_from = _abstract(article, citation)
    sections, ranges = _sections(article, flatten(article.find("ArticleTitle")), other)
    data = element.find("PubmedData")
    document = Document(
        id=pmid,
        version=version,
        sections=sections,
        ranges=ranges,
        abstract_from=abstract_from,
        electronic_date=_electronic(article),
        revised=read_iso_date(citation.find("DateRevised")),
        date=_first_date(article.find("Journal/JournalIssue/PubDate"), article.find("ArticleDate")),
        journal=flatten(article.find("Journal/Title")) or flatten(article.find("Journal/ISOAbbreviation")),
        authors=_authors(article.find("AuthorList")),
        mesh=tuple(_heading(heading) for heading in citation.iterfind("MeshHeadingList/MeshHeading")),
        keywords=_texts(citation, "KeywordList/Keyword"),
        language=_texts(article, "Language"),
        publication_types=_texts(article, "PublicationTypeList/PublicationType"),
        notices=tuple(_notices(citation)),
        retracted=_has_retracted_status(data),
        doi=_doi(element.find("PubmedData/ArticleIdList"), article),
        pmcid=_pmcid(element.find("PubmedData/ArticleIdList"), citation),
    )
    return settle(document)


def read_book_article(element: _Element) -> Document:
    """The document of a PubmedBookArticle: a chapter, whose `journal` is its book, or a whole book.

    Raises:
        InputError: as `read_article`.
    """
    entry = _child(element, "BookDocument")
    pmid, version = _identity(entry)
    book = _child(entry, "Book")
    book_title = flatten(book.find("BookTitle"))
    other, abstract_from = _abstract(entry, entry)
    sections, ranges = _sections(entry, flatten(entry.find("ArticleTitle")), other, book_title)
    data = element.find("PubmedBookData")
    document = Document(
        id=pmid,
        version=version,
        sections=sections,
        ranges=ranges,
        abstract_from=abstract_from,
        revised=read_iso_date(entry.find("DateRevised")),
        date=_first_date(book.find("PubDate"), entry.find("ContributionDate"), book.find("BeginningDate")),
        journal="" if sections[0].text == book_title else book_title,
        authors=_authors(entry.find("AuthorList")) or _authors(book.find("AuthorList")),
        keywords=_texts(entry, "KeywordList/Keyword"),
        language=_texts(entry, "Language"),
        publication_types=_texts(entry, "PublicationType"),
        retracted=_has_retracted_status(data),
        doi=_doi(entry.find("ArticleIdList"), book) or _doi(element.find("PubmedBookData/ArticleIdList"), book),
    )
    return settle(document)


def read_pmid(element: _Element) -> str:
    """The number in a PMID element.

    Raises:
        InputError: it holds none.
    """
    text = flatten(element)
    pmid = article_id(text)
    if not _PMID.fullmatch(pmid):
        raise InputError(f"the PMID {text[:40]!r} is not a number", remedy=REMEDY)
    return pmid


def _identity(parent: _Element) -> tuple[str, int]:
    identifier = _child(parent, "PMID")
    version = identifier.get("Version") or "1"
    if not _VERSION.fullmatch(version):
        raise InputError(f"the version {version[:40]!r} of its PMID is not a number from 1", remedy=REMEDY)
    return read_pmid(identifier), int(version)


def _child(parent: _Element, name: str) -> _Element:
    child = parent.find(name)
    if child is None:
        raise InputError(f"it has no {name}", remedy=REMEDY)
    return child


def _texts(parent: _Element, path: str) -> tuple[str, ...]:
    return tuple(text for element in parent.iterfind(path) if (text := flatten(element)))


def _abstract(article: _Element, record: _Element) -> tuple[_Element | None, str]:
    """The abstract's element, and what it is where it is not PubMed's own.

    Where no Abstract has text, an OtherAbstract stands for it: one in English before others, one that is written for
    specialists before a plain-language summary.
    """
    own = article.find("Abstract")
    if any(flatten(text) for text in article.iterfind("Abstract/AbstractText")):
        return own, ""
    others = [
        other for other in record.iterfind("OtherAbstract") if any(map(flatten, other.iterfind("AbstractText")))
    ]
    if not others:
        return own, ""

    def rank(other: _Element) -> tuple[bool, bool]:
        return _language(other) not in _ENGLISH, other.get("Type") == _SUMMARY

    best = min(others, key=rank)
    kind = f" ({_SUMMARY})" if best.get("Type") == _SUMMARY else ""
    return best, f"OtherAbstract{kind}, {_language(best)}"


def _language(abstract: _Element) -> str:
    # The DTD's default.
    return (abstract.get("Language") or "eng").strip().lower()


def _sections(
    parent: _Element, title: str, abstract: _Element | None, book_title: str = ""
) -> tuple[tuple[Section, ...], tuple[Range, ...]]:
    if title in _NO_TITLE:
        title = flatten(parent.find("VernacularTitle")) or book_title or title
    parts: list[str] = []
    ranges: list[Range] = []
    start = 0
    for element in () if abstract is None else abstract.iterfind("AbstractText"):
        text = flatten(element)
        if not text:
            continue
        end = start + len(text)
        if label := _label(element):
            ranges.append(Range(section="abstract", start=start, end=end, label=label))
        parts.append(text)
        start = end + 1
    if not title and not parts:
        raise InputError("it has neither title nor abstract", remedy=REMEDY)
    sections = (Section(name="title", text=title), Section(name="abstract", text=" ".join(parts)))
    return sections, tuple(ranges)


def _label(element: _Element) -> str:
    label = " ".join(element.get("Label", "").split())
    category = element.get("NlmCategory", "")
    return label or ("" if category in _NO_CATEGORY else category)


def _first_date(*elements: _Element | None) -> PublicationDate:
    return next((date for element in elements if (date := read_date(element)).text), PublicationDate())


def _electronic(article: _Element) -> str:
    dates = (read_iso_date(date) for date in article.iterfind("ArticleDate"))
    return next(filter(None, dates), "")


def _has_retracted_status(data: _Element | None) -> bool:
    if data is None:
        return False
    history = (date.get("PubStatus", "") for date in data.iterfind("History/PubMedPubDate"))
    return any(status.lower() in _RETRACTED_STATUS for status in (*_texts(data, "PublicationStatus"), *history))


def _authors(parent: _Element | None) -> tuple[Author, ...]:
    if parent is None:
        return ()
    return tuple(
        author
        # ValidYN="N" marks a misspelt name, whose correction stands beside it.
        for element in parent.iterfind("Author")
        if element.get("ValidYN") != "N" and (author := _author(element)) != Author()
    )


def _author(element: _Element) -> Author:
    found = {str(child.tag): flatten(child) for child in element if child.tag in _NAME_PARTS}
    # PubMed's own form of an author: "King ML Jr".
    initials = " ".join(part for part in (found.get("Initials"), found.get("Suffix")) if part)
    return Author(
        last=found.get("LastName", ""),
        fore=found.get("ForeName", ""),
        initials=initials,
        collective=found.get("CollectiveName", ""),
    )


def _heading(element: _Element) -> MeshHeading:
    ui = name = ""
    major = False
    qualifiers = []
    for part in element:
        # A heading is a main topic also where only a qualifier is starred.
        major = major or part.get("MajorTopicYN") == "Y"
        if part.tag == "DescriptorName":
            ui, name = part.get("UI", ""), flatten(part)
        else:
            qualifiers.append(flatten(part))
    return MeshHeading(ui=ui, name=name, major=major, qualifiers=tuple(qualifiers))


def _notices(citation: _Element) -> Iterator[Notice]:
    for link in citation.iterfind("CommentsCorrectionsList/CommentsCorrections"):
        kind = link.get("RefType", "")
        if kind not in _NOT_NOTICES:
            words = (flatten(link.find("RefSource")), flatten(link.find("Note")))
            yield Notice(kind=kind, pmid=article_id(flatten(link.find("PMID"))), text=" ".join(filter(None, words)))


def _pmcid(identifiers: _Element | None, citation: _Element) -> str:
    given = [] if identifiers is None else identifiers.findall("ArticleId[@IdType='pmc']")
    # "PMC123456 [Available on 01/01/20]"
    others = [*given, *citation.iterfind("OtherID[@Source='NLM']")]
    return next((found for element in others if (found := pmcid(flatten(element).partition(" ")[0]))), "")


def _doi(identifiers: _Element | None, locations: _Element) -> str:
    given = [] if identifiers is None else identifiers.findall("ArticleId[@IdType='doi']")
    located = (
        element for element in locations.iterfind("ELocationID[@EIdType='doi']") if element.get("ValidYN") != "N"
    )
    return next((doi for element in (*given, *located) if (doi := flatten(element))), "")
