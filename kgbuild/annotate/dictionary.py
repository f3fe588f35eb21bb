"""The dictionary backend: finds the names of a term index in text, with an Aho-Corasick automaton."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from ahocorasick_rs import AhoCorasick, MatchKind

from kgbuild.annotate.abbreviations import abbreviations
from kgbuild.annotate.overlap import resolve
from kgbuild.model import SECTION_NAMES, Document, Mention, SectionName, Span, TermName
from kgbuild.normalize import fold, key, spelled
from kgbuild.resources import asset
from kgbuild.schema import Schema

SOURCE = "dictionary"
_LONGEST_NAME = 120
# Letters joined by a hyphen make another word: "PD-like", "non-obese", "gut-brain".
_JOINERS = frozenset("-‐‑–")
_BREAK = re.compile(r"[,;:.!?]\s|[()\[\]\n]|\s/\s")
_BINOMIAL = re.compile(r"([A-Z])[a-z]+ ([a-z]{3,}(?: .+)?)\Z")
_ABBREVIATED = re.compile(r"[A-Z]\.? ?[a-z]")
_TAXON_LABEL, _DISORDER_LABEL, _PEOPLE_LABEL = "bacteria", "DDF", "human"
_GENUS = re.compile(r"[A-Z][a-z]{3,}\Z")
_EPITHET = re.compile(r" ([a-z]{2,}(?:us|um|is|ii|i|ae|ens|ans|ola|phila|ica|ata|osa|ella|gena|ra))(?![\w-])")
_NO_EPITHETS = frozenset(
    ["genus", "phylum", "spectrum", "analysis", "versus", "plus", "thus", "via", "this", "flora"]
)
_STRAIN = re.compile(r" (?:[A-Z]{1,5}-?\d[\w-]*|GG)(?![\w])")
_PEOPLE = re.compile(r" (?:patients|children|individuals|subjects|adults|groups?|cases)(?![\w-])")


@cache
def _stopped() -> frozenset[str]:
    """Normal forms of the names in `mappings/stopped_names.txt`."""
    lines = asset("mappings/stopped_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(key(line) for line in lines if line and not line.startswith("#"))


class Names(Protocol):
    """Where the names come from; `kgbuild.link.index.TermIndex` is one."""

    def names(self, labels: Collection[str] | None = None) -> Iterator[TermName]:
        """Every name that has one of the labels."""


@dataclass(slots=True)
class _Sense:
    """A normal form under one label: how often seen, whether preferred, and the spellings it is bound to."""

    count: int = 0
    preferred: bool = False
    any_case: bool = False
    spellings: set[str] = field(default_factory=set)


class DictionaryTagger:
    """Finds an index's names: the longest at each place, whole words, in the case that they need.

    Spellings are folded as `kgbuild.normalize` says. Short names and symbols need their exact case. A species'
    genus may be abbreviated ("L. rhamnosus"). An abbreviation that the text defines gets the label of its long
    form wherever it stands in the document; one that stands for something unknown is left alone.
    A name with several labels takes the one seen most, then the one it is preferred for, then the schema's first.

    A mention's score is the probability that it is right, in steps measured by cross-validation
    (`benchmarks/annotation.py`): names often seen in annotated text above the others, phrases and symbols above
    single words.
    """

    def __init__(self, index: Names, schema: Schema) -> None:
        self._order = {label.name: number for number, label in enumerate(schema.labels)}
        senses: dict[str, dict[str, _Sense]] = {}
        broken: set[str] = set()
        species: dict[str, dict[str, _Sense]] = {}
        for term in index.names(self._order.keys()):
            form = key(term.name)
            if not _is_usable(term.name, form):
                continue
            _add(senses.setdefault(form, {}).setdefault(term.label, _Sense()), term)
            if _BREAK.search(term.name):
                broken.add(form)
            binomial = _BINOMIAL.match(term.name)
            if binomial:
                short = key(f"{binomial[1]} {binomial[2]}")
                sense = species.setdefault(short, {}).setdefault(term.label, _Sense(any_case=True))
                sense.count += term.count
                sense.preferred |= term.preferred
        self._species = species.keys() - senses.keys()
        senses.update((form, found) for form, found in species.items() if form in self._species)
        self._forms = list(senses)
        self._senses = list(senses.values())
        self._broken = [form in broken for form in self._forms]
        # Spaces around each name let it match whole words alone.
        self._automaton = AhoCorasick([f" {form} " for form in self._forms] or [" \0 "], matchkind=MatchKind.Standard)

    def tag(self, documents: Sequence[Document]) -> list[tuple[Mention, ...]]:
        """Each document's mentions, no two overlapping, sorted by section, start and end."""
        return [self._tag(document) for document in documents]

    def _tag(self, document: Document) -> tuple[Mention, ...]:
        texts = {name: document.text(name) for name in SECTION_NAMES}
        found = [mention for name, text in texts.items() for mention in self._find(name, text)]
        defined = _defined(texts, resolve(found))
        if defined:
            found = [m for m in found if m.text.removesuffix("s") not in defined]
            found += _uses(texts, {short: m for short, m in defined.items() if m})
        return resolve(found)

    def _find(self, section: SectionName, text: str) -> Iterator[Mention]:
        """Every name in a section, overlapping ones too."""
        folded = fold(text)
        matches = self._automaton.find_matches_as_indexes(f" {folded.text} ", overlapping=True)
        for number, begin, finish in matches:
            start, end = folded.starts[begin], folded.ends[finish - 3]
            if _is_joined(text, start, end):
                continue
            start, end = _with_parenthesis(text, start, end)
            surface = text[start:end]
            form = self._forms[number]
            if form in self._species:
                if not _ABBREVIATED.match(surface):
                    continue
            elif not self._broken[number] and _BREAK.search(surface):
                continue
            best = self._best(self._senses[number], surface)
            if best:
                label, score = best
                if label == _TAXON_LABEL:
                    end = _whole_taxon(text, start, end)
                elif label == _DISORDER_LABEL:
                    people = _PEOPLE.match(text, end)
                    if people:
                        yield _mention(section, text, start, people.end(), _PEOPLE_LABEL, score * 0.8)
                yield _mention(section, text, start, end, label, score)

    def _best(self, senses: dict[str, _Sense], surface: str) -> tuple[str, float] | None:
        """The label for a surface, and its score."""
        letters = _letters(surface)
        fitting = [
            (label, sense)
            for label, sense in senses.items()
            if sense.any_case or letters in sense.spellings or letters.removesuffix("s") in sense.spellings
        ]
        if not fitting:
            return None
        label, sense = min(fitting, key=lambda pair: (-pair[1].count, not pair[1].preferred, self._order[pair[0]]))
        share = (sense.count + 1) / (sum(other.count for _, other in fitting) + len(fitting))
        return label, share * _prior(sense.count, surface)


def _mention(section: SectionName, text: str, start: int, end: int, label: str, score: float) -> Mention:
    span = Span(section=section, start=start, end=end)
    return Mention(span=span, text=text[start:end], label=label, score=round(score, 4), source=SOURCE)


def _whole_taxon(text: str, start: int, end: int) -> int:
    """Where a taxon ends that goes on after a genus with an epithet, and after a species with a strain's code."""
    if _GENUS.match(text[start:end]):
        epithet = _EPITHET.match(text, end)
        if epithet and epithet[1] not in _NO_EPITHETS:
            end = epithet.end()
    if " " in text[start:end]:
        strain = _STRAIN.match(text, end)
        if strain:
            end = strain.end()
    return end


def _prior(count: int, surface: str) -> float:
    """The share of such matches that are annotated, by cross-validation (`benchmarks/annotation.py`)."""
    is_phrase = " " in surface
    is_symbol = sum(c.isupper() for c in surface) > 1
    if not count:
        return 0.45 if is_phrase or is_symbol else 0.3
    if count < 9:
        return 0.6 if is_symbol or (is_phrase and count > 2) else 0.5
    return 0.85 if is_phrase else 0.8 if is_symbol else 0.55


def _add(sense: _Sense, term: TermName) -> None:
    sense.count += term.count
    sense.preferred |= term.preferred
    letters = _letters(term.name)
    capitals = sum(c.isupper() for c in letters)
    if len(letters) > 8 or (len(letters) > 4 and (capitals < 2 or " " in term.name)):
        sense.any_case = True
    elif capitals < 2 and letters[1:].islower() and letters.isalpha():
        sense.spellings |= {letters.lower(), letters.capitalize()}
    else:
        sense.spellings |= {letters, letters.removesuffix("s")}


def _letters(name: str) -> str:
    """The letters and digits of a name, their case kept."""
    return "".join([c for c in spelled(name) if c.isalnum()])


def _is_usable(name: str, form: str) -> bool:
    return (
        1 < len(form) <= _LONGEST_NAME
        and not form.replace(" ", "").isdigit()
        and (form not in _stopped() or name.isupper())
    )


def _is_joined(text: str, start: int, end: int) -> bool:
    """Whether a stretch is only a part of a word or of a compound written with a hyphen."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalnum() or after.isalnum():
        return True
    return (before in _JOINERS and text[max(start - 2, 0) : start - 1].isalnum()) or (
        after in _JOINERS and text[end + 1 : end + 2].isalnum()
    )


def _with_parenthesis(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the parenthesis at the edge that one inside calls for: "(R)-ketamine", "gastrointestinal (GI)"."""
    surface = text[start:end]
    if surface.count(")") > surface.count("(") and text[max(start - 1, 0) : start] == "(":
        return start - 1, end
    if surface.count("(") > surface.count(")") and text[end : end + 1] == ")":
        return start, end + 1
    return start, end


def _defined(texts: dict[SectionName, str], mentions: Sequence[Mention]) -> dict[str, Mention | None]:
    """Short forms that the document defines, each with the mention that its long form is or ends in."""
    ends = {(m.span.section, m.span.end): m for m in mentions}
    meanings: dict[str, Mention | None] = {}
    for section, text in texts.items():
        for (start, end), (_, long_end) in abbreviations(text):
            meaning = ends.get((section, long_end))
            short = text[start:end].removesuffix("s")
            meanings[short] = meanings.get(short) or meaning
    return meanings


def _uses(texts: dict[SectionName, str], meanings: dict[str, Mention]) -> Iterator[Mention]:
    """Every place where a defined short form stands, also in the plural."""
    if not meanings:
        return
    pattern = re.compile("|".join(map(re.escape, sorted(meanings, key=len, reverse=True))))
    for section, text in texts.items():
        for match in pattern.finditer(text):
            start, end = match.span()
            end += text.startswith("s", end)
            if _is_joined(text, start, end):
                continue
            meaning = meanings[match[0]]
            yield _mention(section, text, start, end, meaning.label, meaning.score)
