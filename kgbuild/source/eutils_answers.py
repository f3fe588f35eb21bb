"""Reads the answers of NCBI's E-utilities and recognises the many forms of their errors."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from lxml import etree

from kgbuild.errors import ConfigurationError
from kgbuild.identifiers import article_id


class TransientError(Exception):
    """An answer worth asking for again; `retry_after` is the server's own wish, in seconds."""

    def __init__(self, cause: str, *, retry_after: float = 0.0, unreachable: bool = False) -> None:
        super().__init__(cause)
        self.retry_after = retry_after
        self.unreachable = unreachable


class HistoryExpiredError(Exception):
    """The history server no longer knows the search: search again."""


class TooLargeError(Exception):
    """The answer is larger than one may be, or holds a text or a depth that its parser refuses: ask for less."""


class RejectedError(Exception):
    """The service understood the request and refuses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Where the history server keeps a search's result."""

    webenv: str
    query_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What esearch found: `count` records, of which `pmids` are listed, most recently added first."""

    count: int
    pmids: tuple[str, ...]
    history: History | None
    query_translation: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """A complete PubmedArticleSet as efetch sent it, and the PMIDs in it."""

    pmids: tuple[str, ...]
    xml: bytes


# The service reports its own passing troubles as <ERROR>, with status 200 or 400.
_PASSING = re.compile(
    r"rate limit|search backend failed|time(d )?[ -]?out|temporar|unavailable|try again|empty response"
    r"|not ready|unable to open connection|error forwarding|internal (server )?error",
    re.IGNORECASE,
)
_EXPIRED = re.compile(
    r"unable to obtain query|cannot retrieve history data|can't fetch uids from history|webenv|query_key",
    re.IGNORECASE,
)
_PERMANENT = re.compile(r"'retstart' cannot be larger|empty term", re.IGNORECASE)
_NO_RECORDS = re.compile(r"id list is empty", re.IGNORECASE)
_EMPTY_SET = b'<?xml version="1.0" ?>\n<PubmedArticleSet></PubmedArticleSet>\n'
NO_ARTICLES = Articles(pmids=(), xml=_EMPTY_SET)
# How libxml2 names its limits; it gives several of them the codes of other errors.
_TOO_LARGE = re.compile(r"too big|too long|resource limit|excessive depth|maximum entity", re.IGNORECASE)
_WARNINGS = {
    "PhraseNotFound": "phrase not found",
    "FieldNotFound": "field not found",
    "PhraseIgnored": "term ignored",
    "QuotedPhraseNotFound": "quoted phrase not found",
}


def read_search(body: bytes) -> SearchResult:
    """Read an eSearchResult document.

    Raises:
        TransientError, RejectedError: the answer is an error.
        ConfigurationError: the API key is refused.
    """
    root = _document(body, "eSearchResult")
    if errors := _errors(root):
        raise _failure(errors)
    count = root.findtext("Count", "")
    if not count.isascii() or not count.isdigit():
        raise TransientError("a search result without a count")
    pmids = tuple(article_id(part.text or "") for part in root.iterfind("IdList/Id"))
    if not all(pmid.isascii() and pmid.isdigit() for pmid in pmids):
        raise TransientError("a search result with a PMID that is none")
    webenv, key = root.findtext("WebEnv", ""), root.findtext("QueryKey", "")
    warnings = [
        f"{_WARNINGS[part.tag]}: {part.text}" if part.tag in _WARNINGS else str(part.text)
        for name in ("ErrorList", "WarningList")
        for part in root.iterfind(f"{name}/*")
        if part.text
    ]
    return SearchResult(
        count=int(count),
        pmids=pmids,
        history=History(webenv=webenv, query_key=key) if webenv and key else None,
        query_translation=root.findtext("QueryTranslation", ""),
        warnings=tuple(warnings),
    )


def read_articles(body: bytes) -> Articles:
    """Read a PubmedArticleSet document, articles and book articles alike.

    Raises:
        TransientError, HistoryExpiredError, RejectedError, TooLargeError: the answer is an error.
        ConfigurationError: the API key is refused.
    """
    root = _document(body, "PubmedArticleSet", "eFetchResult")
    if errors := _errors(root):
        if _NO_RECORDS.search(errors):
            return NO_ARTICLES
        if _EXPIRED.search(errors) and not _PASSING.search(errors) and not _PERMANENT.search(errors):
            raise HistoryExpiredError(errors)
        raise _failure(errors)
    if root.tag != "PubmedArticleSet":
        raise TransientError(f"<{root.tag}> in place of articles")
    # Where the reader takes them from.
    found = (record.findtext("MedlineCitation/PMID") or record.findtext("BookDocument/PMID") for record in root)
    return Articles(pmids=tuple(article_id(pmid) for pmid in found if pmid), xml=body)


def joined(first: Articles, second: Articles) -> Articles:
    """The articles of two answers as one."""
    if not (first.pmids and second.pmids):
        return first if first.pmids else second
    parser = _parser()
    root = etree.fromstring(first.xml, parser)
    root.extend(list(etree.fromstring(second.xml, parser)))
    xml: bytes = etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True)
    return Articles(pmids=first.pmids + second.pmids, xml=xml)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _document(body: bytes, *expected: str) -> etree._Element:
    """Parse one of the expected documents; entities stay unexpanded and nothing is fetched."""
    start = body[:2000].lstrip()
    if start.startswith(b"{"):
        raise _json_failure(body)
    if re.search(rb"<html|<!doctype html", start, re.IGNORECASE):
        raise TransientError("an HTML page in place of XML")
    try:
        root = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as error:
        if _TOO_LARGE.search(error.msg or ""):
            raise TooLargeError(error.msg) from None
        raise TransientError(f"XML that is cut or broken ({error.msg})") from None
    if root.tag not in expected:
        if errors := _errors(root):
            raise _failure(errors)
        raise TransientError(f"<{root.tag}> in place of <{expected[0]}>")
    return root


def _errors(root: etree._Element) -> str:
    return "; ".join(" ".join((part.text or "").split()) for part in root.iter("ERROR"))


def _failure(message: str) -> Exception:
    if _PASSING.search(message) and not _PERMANENT.search(message):
        return TransientError(message)
    return RejectedError(message)


def _json_failure(body: bytes) -> Exception:
    """Only the message is taken: the object also repeats the API key."""
    try:
        answer = json.loads(body)
    except ValueError:
        return TransientError("broken JSON in place of XML")
    message = str(answer.get("error", "JSON in place of XML")) if isinstance(answer, dict) else ""
    if re.search(r"api key (not valid|invalid)", message, re.IGNORECASE):
        return ConfigurationError(
            "NCBI refuses the API key", remedy="Correct or unset the environment variable NCBI_API_KEY."
        )
    return TransientError(message)
