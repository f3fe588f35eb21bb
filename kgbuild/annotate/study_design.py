"""The design of a study: from publication types, then the title, MeSH headings, and the abstract's own words.

Precedence, the first that holds: what an article that reports on others says of itself (publication type, title,
abstract), so that a review of trials is a review and a meta-analysis of trials a meta-analysis; a protocol, which
reports nothing yet; publication types of trials and case reports; work on animals or in vitro, so that mice that are
randomly assigned make no trial; headings that name a design; the title; the abstract; what its wording implies
(patients beside controls). A design is empty where nothing says or implies one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import itemgetter

from kgbuild.annotate.study_terms import lowered
from kgbuild.annotate.study_wordings import (
    ANIMAL_NAMED,
    ANIMAL_TYPES,
    COMPUTED,
    DISCUSSION,
    GROUPS,
    HEADINGS,
    IN_VITRO_TITLE,
    NAMES,
    NEEDS,
    OBSERVED,
    PEOPLE,
    PILOT,
    RESEARCH,
    TEXT_PRIMARY,
    TEXT_SECONDARY,
    TITLE_PRIMARY,
    TITLE_SECONDARY,
    TREATED,
    TYPES,
    WIDER_HEADINGS,
    WIDER_TYPES,
)
from kgbuild.model import SECONDARY, SECTION_NAMES, Document, Facet, SectionName, StudyKind


def design_of(document: Document, kind: StudyKind) -> Facet | None:
    """What says which design an article reports; None where nothing does. The value is one of `model.DESIGNS`."""
    types = {name.casefold(): name for name in document.publication_types}
    typed = _typed(types, TYPES)
    wider = _typed(types, WIDER_TYPES)
    if typed and (typed.value in SECONDARY or typed.value == "protocol"):
        return typed
    secondary = _secondary(document)
    if typed:
        return typed if not secondary or secondary.value != "protocol" else secondary
    if wider and wider.value == "review":
        return secondary if secondary and secondary.value in _MORE_THAN_REVIEWS else wider
    if secondary and not (
        wider and wider.value in ("clinical trial", "observational") and secondary.value == "review"
    ):
        return secondary
    animal = next((types[name] for name in ANIMAL_TYPES if name in types), None)
    if animal:
        return Facet(name="design", value="animal experiment", text=animal)
    if wider is None and (discussed := _discussed(document)):
        return discussed
    return _primary(document, kind, wider) or wider or _implied(document, kind)


def _typed(types: dict[str, str], known: dict[str, str]) -> Facet | None:
    return next((Facet(name="design", value=known[name], text=types[name]) for name in known if name in types), None)


def _secondary(document: Document) -> Facet | None:
    """What an article that reports on others, or that plans a study, says of itself."""
    title = _first(document, "title", TITLE_SECONDARY)
    if title and title.value == "review" and "scoping" in _text(document, "title"):
        return title
    text = _first(document, "abstract", TEXT_SECONDARY)
    if title is None or title.value == "review":
        if TITLE_PRIMARY["Mendelian randomisation"].search(_text(document, "title")):
            return None
        own = _first(document, "title", TITLE_PRIMARY)
        if own and text and text.value == "review" and own.value != "case report":
            return None
        passing = text and text.value == "review" and "view" not in text.text.casefold()
        if title is None and passing and _reports(document) >= _MUCH:
            return None
        return text if text and (title is None or text.value != "review") else title
    return title


# An abstract of fewer characters says too little to tell.
_SHORT = 200
_MORE_THAN_REVIEWS = ("guideline", "protocol", "meta-analysis", "systematic review")
# So many signs of own work outweigh a passing word of review.
_MUCH = 3


def _reports(document: Document) -> int:
    """Signs of own work less half those of writing on others'."""
    text = _text(document, "abstract")
    return len(RESEARCH.findall(text)) - len(DISCUSSION.findall(text)) // 2


def _primary(document: Document, kind: StudyKind, wider: Facet | None) -> Facet | None:
    title, text = _text(document, "title"), _text(document, "abstract")
    named = _first(document, "title", TITLE_PRIMARY)
    if named and named.value == "Mendelian randomisation":
        return named
    cells = IN_VITRO_TITLE.search(title)
    if cells and not named and not ANIMAL_NAMED.search(title) and "in vivo" not in title:
        return _facet(document, "in vitro", "title", cells)
    if kind == "animal" and not (
        named and not ANIMAL_NAMED.search(title) and PEOPLE.search(title + text) and named.value != "clinical trial"
    ):
        return _animal(document)
    if kind == "in vitro":
        return None
    heading = next((h.name for h in document.mesh if h.name in HEADINGS), None)
    if named and named.value in ("randomised trial", "case report"):
        return named
    stated = _first(document, "abstract", TEXT_PRIMARY)
    pilot = PILOT.search(title)
    if (
        named is None
        and pilot
        and TREATED.search(title + " " + text)
        and (stated is None or stated.value != "randomised trial")
    ):
        return _facet(document, "clinical trial", "title", pilot)
    if stated and stated.value in ("Mendelian randomisation", "randomised trial"):
        return stated
    if heading:
        return Facet(name="design", value=HEADINGS[heading], text=heading)
    if wider and wider.value == "clinical trial":
        return wider
    weak = next((h.name for h in document.mesh if h.name in WIDER_HEADINGS), None)
    last = Facet(name="design", value=WIDER_HEADINGS[weak], text=weak) if weak else None
    return named or stated or last


def _discussed(document: Document) -> Facet | None:
    """A review that does not call itself one: it tells of no work of its own, and weighs that of others."""
    text = _text(document, "abstract")
    reports, discusses = own_work(text), len(DISCUSSION.findall(text))
    title = _text(document, "title")
    named = IN_VITRO_TITLE.search(title) or _first(document, "title", TITLE_PRIMARY)
    if named or len(text) < _SHORT or reports > 1 or (reports and discusses < 3):
        return None
    return _found(document, "review", DISCUSSION)


@lru_cache(maxsize=2)
def own_work(text: str) -> int:
    """How many words of an abstract tell of work of its authors' own."""
    return len(RESEARCH.findall(lowered(text)))


def _animal(document: Document) -> Facet:
    return _found(document, "animal experiment", ANIMAL_NAMED)


def _implied(document: Document, kind: StudyKind) -> Facet | None:
    """What the kind of a study and its wording imply where no design is named."""
    reports = own_work(_text(document, "abstract"))
    if kind == "in vitro":
        return _found(document, "in vitro", IN_VITRO_TITLE)
    if not reports:
        return None
    if match := COMPUTED.search(_text(document, "title")):
        return _facet(document, "computational", "title", match)
    if kind == "human":
        for name in ("case-control", "observational"):
            facet = _found(document, name, GROUPS if name == "case-control" else PEOPLE)
            if facet.text:
                return facet
        return None
    computed = _found(document, "computational", COMPUTED)
    return computed if computed.text and kind == "unknown" else None


def _found(document: Document, value: str, pattern: re.Pattern[str]) -> Facet:
    """A design with the first words of a pattern, if there are any."""
    for section in SECTION_NAMES:
        if match := pattern.search(_text(document, section)):
            return _facet(document, value, section, match)
    return Facet(name="design", value=value)


def _first(document: Document, section: SectionName, patterns: dict[str, re.Pattern[str]]) -> Facet | None:
    """The first design whose words stand in a section; of designs of observation, the one that is named first."""
    text = _text(document, section)
    found: list[tuple[bool, int, Facet]] = []
    for name, pattern in patterns.items():
        if name in NEEDS and not any(part in text for part in NEEDS[name]):
            continue
        match = pattern.search(text)
        if match is None:
            continue
        facet = _facet(document, NAMES.get(name, name), section, match)
        if name not in OBSERVED:
            return facet if not found else min(found, key=itemgetter(0, 1))[2]
        # "A prospective case-control study", "a cross-sectional cohort study": the more special word is meant.
        wide = name == "cohort" and ("cohort" not in match[0] or "sectional" in match[0])
        found.append((wide, match.start(), facet))
    return min(found, key=itemgetter(0, 1))[2] if found else None


def _facet(document: Document, value: str, section: SectionName, match: re.Match[str]) -> Facet:
    start, end = match.span()
    words = document.text(section)[start:end]
    return Facet(name="design", value=value, section=section, start=start, end=end, text=words)


def _text(document: Document, section: SectionName) -> str:
    """A section in lower case, as the patterns take it."""
    return lowered(document.text(section))
