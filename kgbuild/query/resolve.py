"""From what a user calls a concept to the concept that the graph has for it: one rule for all commands and stores.

A URI or CURIE means its concept, or the one that has it in its clique. A name is compared in its normal form
(`kgbuild.normalize.key`: case, Greek letters, hyphens and plurals do not count) with the concepts' preferred names,
their synonyms, and the wordings of the graph's own mentions. Of several concepts, the one that most mentions of this
very wording are linked to comes first; then the one whose preferred name it is; then the one with most mentions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from kgbuild.errors import AmbiguousError, InputError, KgbuildError
from kgbuild.identifiers import identifier_uri
from kgbuild.namespaces import to_uri
from kgbuild.normalize import key
from kgbuild.query.names import COLUMNS, GraphConcept, Names

By = Literal["identifier", "wording", "name", "synonym"]
LEAD = 10
"""How many times the weight of the next the best meaning must have, to be taken without asking."""
_NEAREST = 5
_ALIKE = 70.0
# What a name is nearer by that has all words of the text.
_WHOLE = 15.0
_PART = re.compile(r"\w{3,}")
_BARE = re.compile(r"[A-Za-z]{1,2}\d{4,}")
_SHOWN = re.compile(r".*\((\S+:\S+)\)", re.DOTALL)
_UNDERSTOOD = "Names, CURIEs (MONDO:0005180) and URIs are understood."
_CHOOSE = "Give the CURIE of the one you mean."


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A concept that a text may mean, by what, and how many mentions of this very wording are linked to it."""

    uri: str
    curie: str
    name: str
    label: str
    rank: str
    mentions: int
    statements: int
    by: By
    wording_mentions: int = 0

    def __str__(self) -> str:
        """Name, CURIE, class and counts, as messages show them."""
        return describe(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a text may mean, best first; `clear` where the first is meant. `nearest` describes others if none is."""

    text: str
    meanings: tuple[Meaning, ...] = ()
    clear: bool = False
    nearest: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """The other concepts of that name, where the first is meant."""
        others = "; ".join(map(str, self.meanings[1:9]))
        return f"{self.text!r} is also: {others}. {_CHOOSE}" if self.clear and others else ""

    def error(self, record: str = "") -> KgbuildError | None:
        """Why no concept is meant; None where one is. `record` says what the text was given for."""
        if self.clear:
            return None
        place = f"{record}: " if record else ""
        if self.meanings:
            several = "".join(f"\n  {meaning}{_as_written(self.text, meaning)}" for meaning in self.meanings)
            return AmbiguousError(
                f"{place}{self.text!r} may mean several concepts of this graph:{several}", remedy=_CHOOSE
            )
        known = known_name(self.text)
        remedy = "Add articles on it: kgbuild ingest." if known else _UNDERSTOOD
        return InputError(
            f"no concept named {self.text!r} is in this graph" + (f": {known}" if known else ""),
            record=record,
            remedy=f"Nearest: {'; '.join(self.nearest)}." if self.nearest else remedy,
        )


def resolve(names: Names, text: str, *, labels: Collection[str] = ()) -> Resolution:
    """What a text means in a graph.

    Args:
        names: where to look up, such as `kgbuild.query.names.TableNames`.
        text: a name, CURIE or URI.
        labels: classes that the concept should have: where the name alone does not say which one is meant, those of
            another class are left aside.
    """
    text = text.strip()
    meanings = _by_identifier(names, text) or _by_name(names, text)
    clear = _leads(meanings)
    if labels and not clear:
        # A stable sort: those of another class come after, and are not asked about.
        meanings = sorted(meanings, key=lambda meaning: not _has(meaning, labels))
        clear = _leads([meaning for meaning in meanings if _has(meaning, labels)])
    nearest = () if meanings else _nearest(names, text)
    return Resolution(text=text, meanings=tuple(meanings), clear=clear, nearest=nearest)


def _has(meaning: Meaning, labels: Collection[str]) -> bool:
    return not meaning.label or meaning.label in labels


def _by_identifier(names: Names, text: str) -> list[Meaning]:
    """The concept of a URI or CURIE, which may stand behind its name, as messages write it."""
    shown = _SHOWN.fullmatch(text)
    for identifier in (text, *(shown.groups() if shown else ())):
        # Looked at for its form first, since reading the vocabularies' prefixes takes longer than a look-up.
        uri = to_uri(identifier) or (identifier_uri(identifier, "") if _BARE.fullmatch(identifier) else None)
        if uri and (found := names.with_uri(uri)):
            return [_meaning(min(found, key=lambda concept: concept.uri != uri), "identifier")]
    return []


def _by_name(names: Names, text: str) -> list[Meaning]:
    # What looks like an abbreviation keeps its last S, so that "pcos" and "PCOS" have two forms.
    forms = filter(None, dict.fromkeys(map(key, (text, text.upper(), text.lower()))))
    return next(filter(None, (_of_form(names, form) for form in forms)), [])


def _of_form(names: Names, form: str) -> list[Meaning]:
    found = []
    for concept in names.with_key(form):
        written = sum(mentions for wording, mentions in concept.wordings if key(wording) == form)
        # What tells two concepts of one name apart is no part of the name.
        preferred = key(concept.name.removesuffix(f" ({concept.curie})")) == form
        found.append(_meaning(concept, "name" if preferred else "wording" if written else "synonym", written))
    return sorted(found, key=lambda m: (-m.wording_mentions, m.by != "name", -m.mentions, m.uri))


def _meaning(concept: GraphConcept, by: By, written: int = 0) -> Meaning:
    known = {name: getattr(concept, name) for name in COLUMNS}
    return Meaning(**known, by=by, wording_mentions=written)


def _leads(meanings: Sequence[Meaning]) -> bool:
    """Whether the first is meant: the only one, or with ten times the weight of the second."""
    if len(meanings) < 2:
        return bool(meanings)
    first, second = meanings[:2]
    if first.wording_mentions:
        return first.wording_mentions >= LEAD * second.wording_mentions
    if first.by == "name" and second.by != "name" and (first.mentions or not second.mentions):
        return True
    return first.mentions > 0 and first.mentions >= LEAD * second.mentions


def _nearest(names: Names, text: str) -> tuple[str, ...]:
    """The mentioned concepts with the names and wordings most like the text, described."""
    form = key(text)
    words = sorted(_PART.findall(form), key=len, reverse=True)[:3]
    # A misspelt word is right at its beginning, or at its end.
    parts = [word[: max(3, len(word) * 2 // 3)] for word in words] + [
        word[-max(3, len(word) // 2) :] for word in words
    ]
    alike = {
        (-score, -concept.mentions, concept.uri, other): concept
        for part in dict.fromkeys(parts)
        for other, concept in names.like(part)
        if (score := _likeness(form, other)) >= _ALIKE
    }
    nearest: dict[str, str] = {}
    for (*_, other), concept in sorted(alike.items()):
        written = "" if other == key(concept.name) else f"{other!r}: "
        nearest.setdefault(concept.uri, written + describe(concept))
    return tuple(nearest.values())[:_NEAREST]


def _likeness(form: str, other: str) -> float:
    """How alike two normal forms are, 0 to 115."""
    from rapidfuzz import fuzz

    return fuzz.ratio(form, other) + (_WHOLE if set(form.split()) <= set(other.split()) else 0)


def describe(concept: Meaning | GraphConcept) -> str:
    """Name, CURIE, class and counts, as messages show them."""
    name = concept.name if concept.name.endswith(f"({concept.curie})") else f"{concept.name} ({concept.curie})"
    kind = f"{concept.label} ({concept.rank})" if concept.rank else concept.label
    counts = f"{count(concept.mentions, 'mention')}, {count(concept.statements, 'statement')}"
    return ", ".join(filter(None, (name, kind, counts if concept.mentions else "never mentioned")))


def no_statements(meaning: Meaning) -> str:
    """Why a concept is in no statement, as a sentence; empty where it is in one."""
    if not meaning.mentions:
        return f"No article of this graph mentions {meaning.name} itself."
    times = count(meaning.mentions, "time")
    return "" if meaning.statements else f"{meaning.name} is mentioned {times}, but stands in no statement."


def known_name(text: str) -> str:
    """What the term index that ships has of this name or identifier, for a graph that has nothing; else empty."""
    from kgbuild.link.default import default_index
    from kgbuild.link.index import TermIndex

    with suppress(KgbuildError), TermIndex.open(default_index()) as index:
        uri = to_uri(text)
        concept = index.concept(uri) if uri else None
        if concept is None:
            concept = next((index.concept(term.uri) for term in index.exact(text)), None)
        if concept is not None:
            found = f"{concept.name} ({concept.curie})"
            return f"the term index knows it as {found}, but no article of this graph mentions it"
    return ""


def count(number: int, noun: str) -> str:
    """`1 mention`, `2,000 mentions`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _as_written(text: str, meaning: Meaning) -> str:
    return f", {meaning.wording_mentions:,} of them written {text!r}" if meaning.wording_mentions else ""
