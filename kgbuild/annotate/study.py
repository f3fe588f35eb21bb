"""What kind of study an article reports: on people, on animals or in vitro, and whether it is a review."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kgbuild.model import Document, Mention, Study, StudyKind

_HUMAN_TYPES = ("clinical trial", "randomized controlled trial", "observational study", "case reports", "twin study")
_REVIEW_TYPES = ("review", "systematic review", "scoping review", "meta-analysis", "network meta-analysis")
_IN_VITRO_HEADINGS = ("In Vitro Techniques", "Cell Line", "Cells, Cultured", "Cell Culture Techniques")
_WORDS: dict[StudyKind, re.Pattern[str]] = {
    "human": re.compile(
        r"\b(?:patients?|participants?|volunteers|wom[ae]n|m[ae]n|children|adults|adolescents|infants|humans?|cohort"
        r"|individuals|healthy controls|people|randomi[sz]ed controlled trial|clinical trial|questionnaires?)\b",
        re.IGNORECASE,
    ),
    "animal": re.compile(
        r"\b(?:mice|mouse|murine|rats?|rodents?|pigs?|piglets?|zebrafish|drosophila|c\. elegans|dogs?|monkeys?"
        r"|macaques?|chickens?|broilers?|hamsters?|rabbits?|germ-free|gnotobiotic|wild-type|knockout)\b",
        re.IGNORECASE,
    ),
    "in vitro": re.compile(
        r"\b(?:in[ -]vitro|cell lines?|cultured|cell cultures?|co-cultures?|organoids?|caco-2|sh-sy5y|bv-?2|hek293"
        r"|pc12|isolated strains?|fermenter|bioreactor)\b",
        re.IGNORECASE,
    ),
}
_REVIEW_TITLE = re.compile(
    r"\b(?:systematic review|scoping review|narrative review|a review|mini-?review|meta-?analys[ei]s|overview)\b",
    re.IGNORECASE,
)
_REVIEW_TEXT = re.compile(
    r"\b(?:this|our|the present|the current) (?:[\w-]+ ){0,2}(?:review|meta-analysis)\b"
    r"|\bwe (?:here )?(?:review|summari[sz]e)\b|\bhere,? we (?:review|summari[sz]e|discuss)\b",
    re.IGNORECASE,
)
_IN_TITLE = 3
_MENTION_LABELS: dict[str, StudyKind] = {"human": "human", "animal": "animal"}


def study_of(document: Document, mentions: Sequence[Mention]) -> Study:
    """What an article reports on, from its publication types, MeSH headings, words and mentions."""
    return Study(kind=study_kind(document, mentions), review=is_review(document))


def study_kind(document: Document, mentions: Sequence[Mention]) -> StudyKind:
    """The kind of study, from its publication types, then its MeSH check tags, then its words and mentions.

    Animals outweigh people where both are named, as in work on mice that opens with the patients; in vitro is said
    where neither is. In the words, a kind must be named at least twice, or once in the title.
    """
    types = {kind.casefold() for kind in document.publication_types}
    if any(kind.startswith(_HUMAN_TYPES) and "veterinary" not in kind for kind in types):
        return "human"
    headings = {heading.name for heading in document.mesh}
    if "Humans" in headings and "Animals" not in headings:
        return "human"
    if "Animals" in headings and "Humans" not in headings:
        return "animal"
    counts: Counter[StudyKind] = Counter()
    for section in document.sections:
        weight = _IN_TITLE if section.name == "title" else 1
        for kind, pattern in _WORDS.items():
            counts[kind] += weight * len(pattern.findall(section.text))
    for mention in mentions:
        labelled = _MENTION_LABELS.get(mention.label)
        if labelled and not _WORDS[labelled].search(mention.text):
            counts[labelled] += _IN_TITLE if mention.span.section == "title" else 1
    if headings & {"Humans", "Animals"}:
        return "animal" if counts["animal"] > counts["human"] else "human"
    if headings.intersection(_IN_VITRO_HEADINGS):
        return "in vitro"
    if counts["animal"] >= 2 and 2 * counts["animal"] >= counts["human"]:
        return "animal"
    if counts["human"] >= 2:
        return "human"
    return "in vitro" if counts["in vitro"] >= 1 and not counts["animal"] else "unknown"


def is_review(document: Document) -> bool:
    """Whether an article is a review or meta-analysis, by its publication types, or else its own words."""
    if any(kind.casefold() in _REVIEW_TYPES for kind in document.publication_types):
        return True
    specific = [kind for kind in document.publication_types if kind.casefold() != "journal article"]
    if any(kind.casefold().startswith(_HUMAN_TYPES) for kind in specific):
        return False
    return bool(_REVIEW_TITLE.search(document.text("title")) or _REVIEW_TEXT.search(document.text("abstract")))
