"""Gives mentions the concepts that a graph shows: by name and by what the article says, never by likeness alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from kgbuild.link.forms import Definitions, Form, clean, codes, definitions, forms, name_uri
from kgbuild.link.index import Entry, TermIndex
from kgbuild.model import Annotated, Candidate, Link, Mention
from kgbuild.namespaces import to_uri
from kgbuild.normalize import key
from kgbuild.schema import Schema

if TYPE_CHECKING:
    from kgbuild.link.linker import DictionaryLinker

_KEPT = 5
_ACRONYM = 8
_SYMBOL = 5
# A sense of an abbreviation leads if articles define it so this many times as often as the next one.
_LEAD = 4
# How alike a misspelt long form and a name are at least, in per cent.
_ALIKE = 90
# Kinds of things whose names stand for each other: annotators call one protein a gene here and a chemical there.
_KINDS = (
    frozenset({"chemical", "drug", "dietary supplement", "food", "gene"}),
    frozenset({"bacteria", "microbiome"}),
    frozenset({"human", "animal"}),
    frozenset({"biomedical technique", "statistical technique"}),
)
_KIND = {label: kind for kind in _KINDS for label in kind}


@dataclass(frozen=True, slots=True)
class _Sense:
    """A concept that a name may mean: its best entry, and how often articles use the name for it."""

    entry: Entry
    uses: int


class ConceptLinker:
    """Links a mention to the concept that has its name, or to none.

    - An abbreviation that the article defines is its long form, whatever the label.
    - exact: a concept has the mention's normal form as a name; of several, one with the mention's label, then the
      index's first source, then a preferred name.
    - form: the same for the mention without parentheses or without words that leave the thing the same.
    - abbreviation: an abbreviation that the article defines, or a genus that it spells out.
    - acronym: an abbreviation that the article does not define, where its other mentions or its MeSH headings hold
      the concept, or where one sense leads.
    - Otherwise `guess` may find a concept by alike names. What is left has no concept, and its name is a node.
    """

    def __init__(
        self, index: TermIndex, schema: Schema, *, names: bool = True, guess: DictionaryLinker | None = None
    ) -> None:
        """`schema` names the labels that count. Without `names`, names that have no concept get no node."""
        self._index = index
        self._labels = frozenset(schema.label_uris if index.has_any(schema.label_uris) else ())
        self._names = names
        self._guess = guess
        self._senses = lru_cache(maxsize=1 << 17)(self._find_senses)

    def link(self, documents: Sequence[Annotated]) -> Sequence[Annotated]:
        """The documents with one link for each mention, in the mentions' order."""
        linked = [self._linked(document) for document in documents]
        return linked if self._guess is None else self._guessed(linked, self._guess)

    def _guessed(self, linked: Sequence[Annotated], guess: DictionaryLinker) -> list[Annotated]:
        """What has no concept as alike names say; what the article defines keeps its own name."""
        found = []
        for document, other in zip(linked, guess.link(linked), strict=True):
            defined = definitions(document.document)
            pairs = zip(document.links, other.links, strict=True)
            links = tuple(b if _is_open(a, b, defined) else a for a, b in pairs)
            found.append(replace(document, links=links))
        return found

    def _linked(self, annotated: Annotated) -> Annotated:
        defined = definitions(annotated.document)
        longer = {(label, code): text for label, code, text in codes(annotated.mentions)}
        chosen: list[Link | None] = []
        open_: list[tuple[int, Mention, tuple[Form, ...]]] = []
        supported: set[str] = set()
        for number, mention in enumerate(annotated.mentions):
            written_out = longer.get((mention.label, clean(mention.text)))
            asked = replace(mention, text=written_out) if written_out else mention
            found = forms(asked, defined, self._is_usual)
            if found and found[0].kind == "text" and _is_acronym(found[0].text):
                chosen.append(None)
                open_.append((number, mention, found))
                continue
            link = self._by_name(mention, found)
            chosen.append(link)
            if link.canonical:
                supported.add(link.canonical)
        if open_:
            support = _Support(self, annotated, supported)
            for number, mention, found in open_:
                chosen[number] = self._by_context(mention, found, support)
        return replace(annotated, links=tuple(link for link in chosen if link is not None))

    def _is_usual(self, short: str, long: str) -> bool:
        """Whether the index knows an abbreviation for what a long form names."""
        return not set(self.senses(short)).isdisjoint(self.senses(long))

    def _by_name(self, mention: Mention, found: Sequence[Form]) -> Link:
        for form in found:
            senses = self._senses(form.text, self._label(mention)) or self._repaired(mention, form)
            if senses:
                method = {"text": "exact", "genus": "abbreviation"}.get(form.kind, form.kind)
                return self._chosen(mention, senses, method, form)
        return self._unlinked(mention, found)

    def _repaired(self, mention: Mention, form: Form) -> tuple[_Sense, ...]:
        """The sense of an abbreviation whose long form is cut too short or too long, or misspelt.

        Long forms are found by their letters alone, so that one may begin words before it, or within its first word.
        """
        short = clean(mention.text)
        if form.kind != "abbreviation" or " " in short:
            return ()
        long = key(form.text)
        for sense in self._senses(short, self._label(mention)):
            if any(_is_same(long, key(term.name)) for term in self._index.names_of(sense.entry.canonical)):
                return (sense,)
        return ()

    def _by_context(self, mention: Mention, found: Sequence[Form], support: _Support) -> Link:
        """The sense of an abbreviation that the article does not define."""
        senses = self._senses(found[0].text, self._label(mention))
        if not senses:
            return self._by_name(mention, found[1:]) if len(found) > 1 else self._unlinked(mention, found)
        held = [sense for sense in senses if sense.entry.canonical in support]
        if held or _leads(senses, mention, found[0].text):
            return self._chosen(mention, [*held, *(s for s in senses if s not in held)], "acronym", found[0])
        return self._unlinked(mention, found, senses)

    def _chosen(self, mention: Mention, senses: Sequence[_Sense], method: str, form: Form) -> Link:
        total = sum(sense.uses + 1 for sense in senses)
        candidates = tuple(_candidate(sense, mention.label, form, total) for sense in senses[:_KEPT])
        best = senses[0].entry
        return Link(
            mention=mention,
            uri=best.term.uri,
            canonical=best.canonical,
            score=candidates[0].score,
            method=method,
            source=self._index.sources[best.source],
            candidates=candidates,
        )

    def _unlinked(self, mention: Mention, found: Sequence[Form], senses: Sequence[_Sense] = ()) -> Link:
        written = next((form.text for form in found if form.kind in ("abbreviation", "genus")), None)
        text = written or (found[0].text if found else "")
        total = sum(sense.uses + 1 for sense in senses)
        form = found[0] if found else Form("", "text")
        return Link(
            mention=mention,
            uri=None,
            canonical=name_uri(text) if self._names else None,
            score=0.0,
            method="",
            candidates=tuple(_candidate(sense, mention.label, form, total) for sense in senses[:_KEPT]),
        )

    def _label(self, mention: Mention) -> str:
        return mention.label if mention.label in self._labels else ""

    def senses(self, text: str, label: str = "") -> tuple[str, ...]:
        """The canonical URIs of the concepts that a text may name, best first."""
        return tuple(sense.entry.canonical for sense in self._senses(text, label))

    def _find_senses(self, text: str, label: str) -> tuple[_Sense, ...]:
        """The concepts of that name, best first; those of another kind only where none of the label's kind has it."""
        entries: dict[str, list[Entry]] = {}
        for entry in self._index.entries(text):
            if _is_written(entry.term.name, text):
                entries.setdefault(entry.canonical, []).append(entry)
        senses = [
            _Sense(min(alike, key=lambda e: _preference(e, label)), max(e.term.count for e in alike))
            for alike in entries.values()
        ]
        alike = [sense for sense in senses if _is_alike(sense.entry.term.label, label)]
        if not alike:
            # A short name of another kind of thing is another name: the gene CAT is no cat.
            alike = [sense for sense in senses if _is_word(sense.entry.term.name, text)]
        return tuple(sorted(alike, key=lambda sense: (-sense.uses, *_preference(sense.entry, label))))


class _Support:
    """What an article says beside an abbreviation: its other concepts, its MeSH headings, names in its text."""

    def __init__(self, linker: ConceptLinker, annotated: Annotated, concepts: Iterable[str]) -> None:
        self._linker = linker
        self._annotated = annotated
        self._concepts = set(concepts)
        self._mesh: set[str] | None = None

    def __contains__(self, canonical: str) -> bool:
        return canonical in self._concepts or canonical in self._headings()

    def _headings(self) -> set[str]:
        if self._mesh is None:
            index, document = self._linker._index, self._annotated.document
            uris = (to_uri(f"MESH:{heading.ui}") for heading in document.mesh if heading.ui)
            self._mesh = {index.canonical(uri) for uri in uris if uri}
            for name in (*(heading.name for heading in document.mesh), *document.keywords):
                if not _is_acronym(name):
                    self._mesh.update(self._linker.senses(name))
        return self._mesh


def _leads(senses: Sequence[_Sense], mention: Mention, text: str) -> bool:
    """Whether the first sense is meant where the article tells nothing: most articles mean it, or none other."""
    first, *others = senses
    if others and first.uses + 1 < _LEAD * (others[0].uses + 1):
        return False
    if first.entry.term.label and not _is_alike(first.entry.term.label, mention.label):
        return False
    return first.uses > 1 or len(key(text).replace(" ", "")) > 2


def _preference(entry: Entry, label: str) -> tuple[object, ...]:
    term = entry.term
    differs = 0 if term.label == label else 1 if not term.label or not label else 2
    return differs, entry.source, entry.scope, term.uri, term.name


def _is_alike(one: str, other: str) -> bool:
    """Whether two labels are of one kind; an unknown label is of any."""
    return not one or not other or one == other or one in _KIND.get(other, ())


def _is_acronym(text: str) -> bool:
    """Whether a text is written as abbreviations are: short, in one word, with two capitals."""
    return len(text) <= _ACRONYM and " " not in text and sum(map(str.isupper, text)) > 1


def _is_written(name: str, text: str) -> bool:
    """Whether a text may be that name for its capitals: "AIDS" is no plural of "aid"."""
    if len(name) > _SYMBOL or len(text) > _SYMBOL + 1:
        return True
    return (sum(map(str.isupper, name)) > 1) == (sum(map(str.isupper, text)) > 1)


def _is_word(name: str, text: str) -> bool:
    """Whether a name is no symbol: long, or written small in both places."""
    return (len(text) > _SYMBOL and not _is_acronym(name)) or (name.islower() and text.islower())


def _is_same(long: str, name: str) -> bool:
    """Whether a long form is a name, but for words before either or a slip of the pen."""
    if min(len(long), len(name)) <= _SYMBOL:
        return False
    return long.endswith(f" {name}") or name.endswith(f" {long}") or fuzz.ratio(long, name) >= _ALIKE


def _is_open(link: Link, other: Link, defined: Definitions) -> bool:
    return link.uri is None and other.uri is not None and not defined.long_form(clean(link.mention.text))


def _candidate(sense: _Sense, label: str, form: Form, total: int) -> Candidate:
    term = sense.entry.term
    reasons = [f"same normal form as {form.kind} {form.text!r}"]
    if sense.uses:
        reasons.append(f"defined so in {sense.uses} articles")
    if term.label:
        reasons.append(f"label {term.label}" + (" agrees" if term.label == label else ""))
    if sense.entry.scope == 0:
        reasons.append("preferred name")
    score = round((sense.uses + 1) / total, 4)
    return Candidate(uri=term.uri, name=term.name, score=score, reasons=tuple(reasons))
