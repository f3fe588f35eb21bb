"""What a record says of its own article: whether its claims stand, and by which identifiers it is known.

A record is a notice, and so no evidence, where it is typed or titled as a retraction, erratum or expression of
concern, or links to what it retracts or corrects. A comment is one as well unless it reports a study: unless it is
typed as one (a trial, a meta-analysis, case reports …) or has an abstract with labelled parts. A record that only its
title calls a comment or reply is one where it has no abstract. Letters and editorials are articles.

An article is retracted where its type, its status, a link to the notice, or its title says so.

Sources of types and links: https://www.nlm.nih.gov/mesh/pubtypes.html,
https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html (CommentsCorrections, PublicationStatus).
"""

from __future__ import annotations

import re
from dataclasses import replace

from kgbuild.identifiers import doi, pmcid
from kgbuild.model import Document, Notice, Standing

_RETRACTED_TYPES = frozenset({"retracted publication", "retracted article", "retracted", "withdrawn publication"})
_NOTICE_TYPES = frozenset(
    {
        *("retraction of publication", "retraction notice", "retraction", "withdrawal notice", "partial retraction"),
        *("published erratum", "erratum", "corrigendum", "correction", "expression of concern"),
    }
)
_STUDY_TYPES = re.compile(
    r"(?:(?:adaptive |controlled |pragmatic )?clinical|randomi[sz]ed controlled) (?:trial|study)\b.*"
    r"|(?:observational|comparative|evaluation|multicenter|twin|validation) stud(?:y|ies)\b.*"
    r"|(?:network )?meta-analysis|systematic review|case reports"
)
RETRACTED_BY = frozenset({"retractionin", "retractedin", "withdrawnin", "retractedandrepublishedin"})
"""Links from an article to its retraction, in small letters."""
PARTLY_RETRACTED_BY = frozenset({"partialretractionin"})
CONCERN_BY = frozenset({"expressionofconcernin"})
RETRACTS = frozenset({"retractionof", "retractionfor", "withdrawalof", "retractedandrepublishedfrom"})
"""Links from a notice to the article that it retracts."""
PARTLY_RETRACTS = frozenset({"partialretractionof", "partialretractionfor"})
CONCERNS = frozenset({"expressionofconcernfor", "expressionofconcernof"})
_OF_NOTICES = (RETRACTS | PARTLY_RETRACTS | CONCERNS | {"erratumfor"}) - {"retractedandrepublishedfrom"}

_WHAT = r"(?:\s+(?:article|paper|publication|chapter|review|preprint))?"
_GONE = (
    rf"(?:(?:retracted|withdrawn|removed){_WHAT}|temporary removal|(?:article|paper) (?:retracted|withdrawn|removed))"
)
_RETRACTED_TITLE = re.compile(
    rf"\W*{_GONE}\s*(?:[:.]|\s[-–—]\s|—)|[\[(]\s*{_GONE}\b[^\])]*[\])]|.*[\[(]\s*{_GONE}\b[^\])]*[\])]\W*\Z"
    rf"|.*\s[-–—]\s*(?:retracted|withdrawn){_WHAT}\W*\Z",
    re.IGNORECASE | re.DOTALL,
)
_TO = r"(?:\s+(?:to|for|of|in|on|regarding))?"
_STOP = r"\s*(?:[:.\]]|\s[-–—]\s|(?=[“\"‘«]))"
_NOTICE_TITLE = re.compile(
    r"\W*(?:(?:author|publisher|editor)(?:ial)?['’]?s?['’]?\s+)?(?:"
    r"(?:erratum|errata|corrigend(?:um|a)|retraction (?:note|notice|statement)|withdrawal (?:note|notice)"
    r"|removal notice|(?:notice|statement) of (?:(?:partial )?retraction|withdrawal|removal|concern))\b"
    rf"|(?:(?:partial )?retraction|correction|addendum|expressions? of concern){_TO}(?:{_STOP}|\s*\Z))"
    r"|\W*(?:author|publisher) correction\b",
    re.IGNORECASE,
)
_NOTICED_TITLE = re.compile(
    r"\W*(?:(?:editor)(?:ial)?['’]?s?['’]?\s+)?(?:(?:notice|statement) of )?(?P<partial>partial )?"
    rf"(?:(?P<gone>{_GONE}|retraction|withdrawal)|(?P<concern>expressions? of concern))"
    rf"(?: note| notice| statement)?{_TO}{_STOP}\s*(?P<title>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT_TITLE = re.compile(
    r"\W*(?:re\s*:|in reply\b|(?:the )?authors?['’]?s?['’]? (?:reply|response)\b|(?:reply|response)\s*(?:[:.\]]|\Z)"
    r"|reply to\b|response to\s*[:\"“«‘']"
    r"|comments? on\b|commentary on\s*:)",
    re.IGNORECASE,
)
# How publishers begin the abstract of an article that they took back, and that of a notice.
_RETRACTED_TEXT = re.compile(
    r"\W*this (?:article|paper|chapter|manuscript|preprint|publication|review)(?: \([^)]*\))? "
    r"(?:has been|was|is being) (?:temporarily )?(?:retracted|withdrawn|removed)\b",
    re.IGNORECASE,
)
_NOTICE_TEXT = re.compile(
    r"\W*this (?:article |notice |erratum )?"
    r"(?P<verb>(?P<partial>partially )?retracts|corrects|expresses concern (?:about|over)) the article\b[^\])]*",
    re.IGNORECASE,
)
_PARTIAL = re.compile(r"\bpart(?:ial|ially|ly)?[\s-]+retract", re.IGNORECASE)
SEVERITY: tuple[Standing, ...] = ("sound", "concern", "partly retracted", "notice", "retracted")


def settle(document: Document) -> Document:
    """The document with the standing that its record gives, and its DOI and PMC identifier in their one spelling.

    Where a notice's abstract alone names its article ("[This retracts the article DOI: …]"), it gets the link.
    """
    document = _linked(document)
    own = standing(document)
    settled = replace(
        document,
        doi=doi(document.doi) or document.doi.strip() or doi(document.id),
        pmcid=pmcid(document.pmcid) or document.pmcid.strip() or pmcid(document.id),
        standing=own,
        retracted=own == "retracted",
    )
    return document if settled == document else settled


def _linked(document: Document) -> Document:
    told = _NOTICE_TEXT.match(document.text("abstract"))
    if told is None or any(link_kind(notice.kind) in _OF_NOTICES for notice in document.notices):
        return document
    verb = told["verb"].lower()
    kind = "ErratumFor" if verb == "corrects" else "ExpressionOfConcernFor" if "concern" in verb else "RetractionOf"
    if told["partial"]:
        kind = "PartialRetractionOf"
    return replace(document, notices=(*document.notices, Notice(kind=kind, text=told[0].strip("[ "))))


def standing(document: Document) -> Standing:
    """Whether the article's claims stand, as far as its own record tells; never better than `document.standing`."""
    return max((document.standing, *_told(document)), key=SEVERITY.index)


def link_kind(kind: str) -> str:
    """The kind of a link as it is compared: "Retraction In" is "RetractionIn"."""
    return re.sub("[^a-z]", "", kind.lower())


def noticed_title(title: str) -> tuple[str, str] | None:
    """Of a notice's title the kind of link that it stands for, and the title of the article that it repeats.

    >>> noticed_title("Retraction Note to: Blautia in anxiety"), noticed_title("Erratum: Blautia in anxiety")
    (('retractionof', 'Blautia in anxiety'), None)
    """
    found = _NOTICED_TITLE.match(title)
    if found is None:
        return None
    kind = (
        "expressionofconcernfor"
        if found["concern"]
        else "partialretractionof"
        if found["partial"]
        else "retractionof"
    )
    return kind, found["title"].strip("[]“”\"' ")


def is_partial(words: str) -> bool:
    """Whether a notice's words say that an article is retracted in part."""
    return bool(_PARTIAL.search(words))


def _told(document: Document) -> list[Standing]:
    types = {" ".join(kind.lower().split()) for kind in document.publication_types}
    links = [(link_kind(notice.kind), notice.text) for notice in document.notices]
    title = document.text("title")
    told: list[Standing] = []
    if document.retracted or types & _RETRACTED_TYPES:
        told.append("retracted")
    for kind, words in links:
        if kind in PARTLY_RETRACTED_BY or (kind in RETRACTED_BY and is_partial(words)):
            told.append("partly retracted")
        elif kind in RETRACTED_BY:
            told.append("retracted")
        elif kind in CONCERN_BY:
            told.append("concern")
        elif kind in _OF_NOTICES:
            told.append("notice")
    if types & _NOTICE_TYPES:
        told.append("notice")
    elif _RETRACTED_TITLE.match(title) and "notice" not in told:
        # A notice, too, may be titled "Retracted: …"; its type or link tells it from the article.
        told.append("retracted")
    elif _NOTICE_TITLE.match(title):
        told.append("notice")
    elif _RETRACTED_TEXT.match(document.text("abstract")) and "notice" not in told:
        told.append("retracted")
    if _is_comment(document, types):
        told.append("notice")
    return told


def _is_comment(document: Document, types: set[str]) -> bool:
    if "comment" in types:
        reports = any(_STUDY_TYPES.fullmatch(kind) for kind in types)
        return not reports and sum(part.section == "abstract" for part in document.ranges) < 2
    return not document.text("abstract") and bool(_COMMENT_TITLE.match(document.text("title")))
