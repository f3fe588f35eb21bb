"""What kind of study an article reports: on people, on animals or in vitro, and whether it is a review."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kgbuild.annotate.study_design import design_of, own_work
from kgbuild.annotate.study_facets import facets_of, models_named
from kgbuild.annotate.study_people import participants_of
from kgbuild.annotate.study_terms import lowered
from kgbuild.annotate.study_wordings import PEOPLE_ONCE
from kgbuild.model import DESIGNS, SECONDARY, Document, Mention, Study, StudyKind

_HUMAN_TYPES = ("clinical trial", "randomized controlled trial", "observational study", "case reports", "twin study")
_REVIEW_TYPES = ("review", "systematic review", "scoping review", "meta-analysis", "network meta-analysis")
_IN_VITRO_HEADINGS = ("In Vitro Techniques", "Cell Line", "Cells, Cultured", "Cell Culture Techniques")
# In lower case: matching without regard to case takes three times as long.
_WORDS: dict[StudyKind, re.Pattern[str]] = {
    "human": re.compile(
        r"\b(?:patients?|participants?|volunteers|wom[ae]n|m[ae]n|children|adults|adolescents|infants|cohort"
        # Not the origin of microbes, cells or genes.
        r"|humans|human(?! (?:gut|intestin|microb|bacteri|isolate|fa?ecal|genom|health|flora|cell|colon|host"
        r"|disease))|individuals|healthy controls|people|randomi[sz]ed controlled trial|clinical trial"
        r"|questionnaires?)\b",
    ),
    "animal": re.compile(
        r"\b(?:mice|mouse|murine|rats?|rodents?|pigs?|piglets?|zebrafish|drosophila|c\. elegans|caenorhabditis"
        r"|nematodes?|dogs?|monkeys?|macaques?|chickens?|broilers?|hamsters?|rabbits?|germ-free|gnotobiotic"
        r"|wild-type|knockout)\b",
    ),
    "in vitro": re.compile(
        r"\b(?:in[ -]vitro|cell lines?|cultured|cell cultures?|co-cultures?|organoids?|caco-2|sh-sy5y|bv-?2"
        r"|hek293|pc12|isolated strains?|fermenter|bioreactor)\b",
    ),
}
_REVIEW_TITLE = re.compile(
    r"\b(?:systematic review|scoping review|narrative review|a review|mini-?review|meta-?analys[ei]s|overview)\b",
    re.IGNORECASE,
)
_REVIEW_TEXT = re.compile(
    r"\b(?:this|our|the present|the current) (?:[\w-]+ ){0,2}(?:(?<!chart )(?<!record )(?<!records )review"
    r"(?! board| committee)|meta-analysis)\b|\bwe (?:here )?(?:review"
    r"|summari[sz]e)\b|\bhere,? we (?:review|summari[sz]e|discuss)\b",
    re.IGNORECASE,
)
_IN_TITLE = 3
# Other articles' people, samples of two populations, animals and cells.
_UNCOUNTED = (SECONDARY - {"meta-analysis", "systematic review"}) | {
    "Mendelian randomisation", "animal experiment", "in vitro", "computational",
}  # fmt: skip
_ON_PEOPLE = frozenset(DESIGNS[DESIGNS.index("Mendelian randomisation") : DESIGNS.index("observational") + 1])
_OWN_WORK = 2
_MENTION_LABELS: dict[str, StudyKind] = {"human": "human", "animal": "animal"}


def study_of(document: Document, mentions: Sequence[Mention]) -> Study:
    """What an article reports on, from its publication types, MeSH headings, words and mentions."""
    kind = study_kind(document, mentions)
    if kind == "unknown" and own_work(document.text("abstract")) >= _OWN_WORK:
        kind = _named_once(document, mentions)
    design = design_of(document, kind)
    named = design.value if design else ""
    if kind == "unknown":
        kind = "human" if named in _ON_PEOPLE else _named_once(document, mentions) if named == "protocol" else kind
    people = None
    if kind == "human" and named not in _UNCOUNTED:
        pooled = named in ("meta-analysis", "systematic review")
        people = participants_of(document, pooled=pooled, controlled=named == "case-control")
    found = [facet for facet in (design, people) if facet]
    return Study(
        kind=kind,
        design=named,
        participants=int(people.value) if people else None,
        review=is_review(document) or named in SECONDARY,
        facets=(*found, *facets_of(document, kind, named)),
    )


def _named_once(document: Document, mentions: Sequence[Mention]) -> StudyKind:
    """The kind that a report of own work names most, be it once; animal models are as good as a name."""
    counts = _named(document, mentions)
    counts["animal"] += models_named(document)
    counts["human"] += len(PEOPLE_ONCE.findall(lowered(document.text("abstract"))))
    kind, number = max(counts.items(), key=lambda item: item[1], default=("unknown", 0))
    return kind if number else "unknown"


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
    counts = _named(document, mentions)
    if headings & {"Humans", "Animals"}:
        return "animal" if counts["animal"] > counts["human"] else "human"
    if headings.intersection(_IN_VITRO_HEADINGS):
        return "in vitro"
    if counts["animal"] >= 2 and 2 * counts["animal"] >= counts["human"]:
        return "animal"
    if counts["human"] >= 2:
        return "human"
    return "in vitro" if counts["in vitro"] >= 1 and not counts["animal"] else "unknown"


def _named(document: Document, mentions: Sequence[Mention]) -> Counter[StudyKind]:
    """How often the words and mentions of an article name each kind; those of the title count for more."""
    counts: Counter[StudyKind] = Counter()
    for section in document.sections:
        weight, text = _IN_TITLE if section.name == "title" else 1, lowered(section.text)
        for kind, pattern in _WORDS.items():
            counts[kind] += weight * len(pattern.findall(text))
    for mention in mentions:
        labelled = _MENTION_LABELS.get(mention.label)
        if labelled and not _WORDS[labelled].search(mention.text.lower()):
            counts[labelled] += _IN_TITLE if mention.span.section == "title" else 1
    return counts


def is_review(document: Document) -> bool:
    """Whether an article is a review or meta-analysis, by its publication types, or else its own words."""
    if any(kind.casefold() in _REVIEW_TYPES for kind in document.publication_types):
        return True
    specific = [kind for kind in document.publication_types if kind.casefold() != "journal article"]
    if any(kind.casefold().startswith(_HUMAN_TYPES) for kind in specific):
        return False
    return bool(_REVIEW_TITLE.search(document.text("title")) or _REVIEW_TEXT.search(document.text("abstract")))
