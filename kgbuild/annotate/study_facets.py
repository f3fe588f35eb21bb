"""Species, models, sites and comparators of a study, each with the words that name it and their place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from kgbuild.annotate.study_terms import (
    ADJECTIVE,
    ALONE,
    BESIDE,
    CELL_PATTERN,
    COMPARED,
    ENDS,
    FOLLOWS,
    GROUP,
    HUMAN_PATTERN,
    IN_TITLE,
    KNOWN_COMPARATORS,
    MODEL_PATTERN,
    NO_COMPARATOR,
    NO_SITE,
    NO_SITE_BEFORE,
    OF_CELLS,
    PHRASE,
    PRECEDES,
    SITE_PATTERN,
    SPECIES_HEADINGS,
    SPECIES_PATTERN,
    lowered,
)
from kgbuild.model import SECONDARY, SECTION_NAMES, Document, Facet, StudyKind


def facets_of(document: Document, kind: StudyKind, design: str) -> tuple[Facet, ...]:
    """Species, models, sites and comparators, of each name the most often named first.

    Articles that report on others are asked for species alone: their text names the models, sites and comparators of
    several studies.
    """
    found = list(_species(document, kind, design))
    if design in SECONDARY or not design:
        return tuple(found)
    if kind in ("animal", "in vitro") or design in ("animal experiment", "in vitro"):
        found += _ranked(document, "model", MODEL_PATTERN if kind == "animal" else CELL_PATTERN)
    if design in ("Mendelian randomisation", "computational", "protocol"):
        return tuple(found)
    found += _ranked(document, "site", SITE_PATTERN, weigh=_measured)
    found += comparators(document)
    return tuple(found)


def models_named(document: Document) -> int:
    """How many words of an article name a model that only animals have."""
    pattern, terms = MODEL_PATTERN
    found = (
        terms[m.lastgroup or ""]
        for section in SECTION_NAMES
        for m in pattern.finditer(lowered(document.text(section)))
    )
    return sum(term not in OF_CELLS for term in found)


def _species(document: Document, kind: StudyKind, design: str) -> Iterator[Facet]:
    headings = [h.name for h in document.mesh if h.name in SPECIES_HEADINGS]
    known = [Facet(name="species", value=SPECIES_HEADINGS[name], text=name) for name in headings]
    named: list[Facet] = []
    if kind == "human":
        named = _ranked(document, "species", HUMAN_PATTERN)[:1]
    elif kind == "animal":
        named = _ranked(document, "species", SPECIES_PATTERN, least=2)[:2]
    if design in SECONDARY and kind != "human":
        named = [facet for facet in named if facet.section == "title"]
    order = [facet.value for facet in named]
    seen = set()
    for facet in sorted(known, key=lambda item: order.index(item.value) if item.value in order else len(order)):
        if facet.value not in seen:
            seen.add(facet.value)
            yield facet
    yield from (facet for facet in named if facet.value not in seen)


def _ranked(
    document: Document,
    name: str,
    pattern: tuple[re.Pattern[str], dict[str, str]],
    least: int = 1,
    weigh: Callable[[str, re.Match[str]], int] | None = None,
) -> list[Facet]:
    """The terms of a pattern that an article names, the most often named first; the title counts for more."""
    compiled, terms = pattern
    counts: Counter[str] = Counter()
    first: dict[str, Facet] = {}
    for section in SECTION_NAMES:
        text = document.text(section)
        for match in compiled.finditer(lowered(text)):
            weight = weigh(text, match) if weigh else 1
            if not weight:
                continue
            term = terms[match.lastgroup or ""]
            counts[term] += weight * (IN_TITLE if section == "title" else 1)
            if term not in first:
                start, end = match.span()
                words = text[start:end]
                first[term] = Facet(name=name, value=term, section=section, start=start, end=end, text=words)
    top = max(counts.values(), default=0)
    return [first[term] for term, number in counts.most_common() if number >= min(least, top)]


def _measured(text: str, match: re.Match[str]) -> int:
    """How sure it is that something is measured at a place that a text names: 0, 1 (in it), 2 (a sample of it)."""
    after, before = text[match.end() : match.end() + 60], text[max(0, match.start() - 25) : match.start()]
    if NO_SITE.match(after) or NO_SITE_BEFORE.search(before):
        return 0
    if ADJECTIVE.match(match[0]) and after[:1] == " " and after[1:2].isalpha():
        return 2
    return 2 if ALONE.match(match[0]) or FOLLOWS.match(after) else int(bool(PRECEDES.search(before)))


def comparators(document: Document) -> list[Facet]:
    """What findings are compared with: the words after "compared with", "versus", "relative to", "than"."""
    counts: Counter[str] = Counter()
    first: dict[str, Facet] = {}
    for section in SECTION_NAMES:
        for facet in comparators_in(document.text(section), section):
            counts[facet.value] += 1
            first.setdefault(facet.value, facet)
    return [first[value] for value, _ in counts.most_common()]


def comparators_in(text: str, section: str) -> Iterator[Facet]:
    """The comparators that a text names, in its order."""
    for match in COMPARED.finditer(text):
        # "More than half" compares with nothing.
        vague = text[: match.start()].endswith(("more ", "less "))
        if (end := _comparator(text, match.end(), vague=vague)) is not None:
            value, stop = end
            yield Facet(
                name="comparator",
                value=value,
                section=section,
                start=match.start(),
                end=stop,
                text=text[match.start() : stop],
            )
    for match in BESIDE.finditer(text):
        yield Facet(
            name="comparator",
            value="healthy controls",
            section=section,
            start=match.start(),
            end=match.end(),
            text=match[0],
        )


@lru_cache(maxsize=64)
def said_of(sentence: str) -> Mapping[str, str]:
    """The site and the comparator that a sentence itself names, the first of each; a name is missing if none is."""
    compiled, terms = SITE_PATTERN
    compared = (facet.value for facet in comparators_in(sentence, ""))
    sites = (terms[m.lastgroup or ""] for m in compiled.finditer(lowered(sentence)) if _measured(sentence, m))
    found = {"site": next(sites, ""), "comparator": next(compared, "")}
    return {name: value for name, value in found.items() if value}


def _comparator(text: str, at: int, *, vague: bool) -> tuple[str, int] | None:
    """What stands at a place of a text, as a usual comparator or, unless `vague`, in its own words; where it ends."""
    rest = text[at : at + 80]
    for value, pattern in KNOWN_COMPARATORS.items():
        if match := pattern.match(rest):
            return value, at + match.end()
    phrase = PHRASE.match(rest)
    if vague or phrase is None or NO_COMPARATOR.match(rest):
        return None
    words = ENDS.sub("", " " + phrase[0]).strip()
    return (words, at + len(words)) if GROUP.search(words) else None
