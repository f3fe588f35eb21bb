"""Gives mentions their concepts from a term index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from kgbuild.link.candidates import CandidateRanker, Scored
from kgbuild.link.forms import name_uri
from kgbuild.link.index import Entry, TermIndex
from kgbuild.link.reranker import Reranker
from kgbuild.link.variants import Variant, definitions, variants
from kgbuild.model import Annotated, Candidate, Link, Mention
from kgbuild.normalize import key
from kgbuild.schema import Schema

if TYPE_CHECKING:
    from kgbuild.link.dense import DenseNames, Near

# Costs less than a point of accuracy, and spares two of five wrong links by likeness, in cross-validation outside the
# validation split: `python -m benchmarks.linking --threshold --names shipped`.
THRESHOLD = 0.2
_KEPT = 5
_CACHED = 200_000

# A label, and the forms of a mention.
_Question = tuple[str, tuple[Variant, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """A link but for its mention."""

    uri: str | None
    canonical: str | None
    score: float
    method: str
    source: str
    candidates: tuple[Candidate, ...]


class DictionaryLinker:
    """Links as annotators of a corpus do: by normalised exact match, then by abbreviation, then by n-gram candidates.

    - exact: concepts that have the mention's normal form as a name, ranked by how often annotated text has the
      name for them (in the mention's spelling first), then label agreement, order of inputs, preferred names,
      use of the vocabulary;
    - abbreviation: the same for the long form that the document defines, or the genus that it spells out;
    - ngram: `CandidateRanker`, with the names that `dense` finds too (then the method is "dense"); below
      `threshold` a mention stays without a concept (NIL), and its name stands for itself.
    """

    def __init__(
        self,
        index: TermIndex,
        schema: Schema,
        *,
        threshold: float = THRESHOLD,
        dense: DenseNames | None = None,
        reranker: Reranker | None = None,
        names: bool = True,
    ) -> None:
        """`schema` names the labels that count; a mention with another is linked without regard to labels, and so are
        all where the index knows none of them. Where it gives every name a label that the schema lacks, names must be
        the same: alike ones are mostly wrong with no labels to compare ("JNK", "monk").

        `dense` holds the names of the same index. `reranker` is by default the one that ships. Without `names`, those
        that have no concept do not stand for themselves.
        """
        self._index = index
        self._labels = frozenset(schema.label_uris if index.has_any(schema.label_uris) else ())
        self._threshold = threshold if index.has_any({*schema.label_uris, ""}) else inf
        self._ranker = CandidateRanker(index, dense, reranker)
        self._ranked_method = "dense" if dense else "ngram"
        self._usage = index.usage()
        self._names = names
        self._answers: dict[_Question, _Answer] = {}

    def link(self, documents: Sequence[Annotated]) -> Sequence[Annotated]:
        """The documents with one link for each mention, in the mentions' order."""
        asked = [self._asked(document) for document in documents]
        if len(self._answers) >= _CACHED:
            self._answers.clear()
        undecided: list[_Question] = []
        for question in dict.fromkeys(question for questions in asked for question in questions):
            if question not in self._answers:
                answer = self._by_name(*question)
                if answer is None:
                    undecided.append(question)
                else:
                    self._answers[question] = answer
        near = self._ranker.near(forms for _, forms in undecided)
        for question in undecided:
            self._answers[question] = self._by_likeness(*question, near)
        return [
            replace(document, links=tuple(map(self._link, document.mentions, questions)))
            for document, questions in zip(documents, asked, strict=True)
        ]

    def _asked(self, annotated: Annotated) -> list[_Question]:
        defined = definitions(annotated.document)
        return [
            (mention.label if mention.label in self._labels else "", variants(mention.text, defined))
            for mention in annotated.mentions
        ]

    def _link(self, mention: Mention, question: _Question) -> Link:
        answer = self._answers[question]
        return Link(
            mention=mention,
            uri=answer.uri,
            canonical=answer.canonical,
            score=answer.score,
            method=answer.method,
            source=answer.source,
            candidates=answer.candidates,
        )

    def _by_name(self, label: str, forms: tuple[Variant, ...]) -> _Answer | None:
        """The answer where a name is the same, or where there is nothing to compare; else None."""
        text, *others = forms
        if not key(text.text):
            return self._unlinked(forms)
        named = self._named(text, label)
        of_other_label = bool(named) and named[0][0].term.label not in ("", label)
        defined = bool(others) and others[0].kind == "abbreviation"
        # The document's own long form wins over a name that has another label.
        if named and not (defined and of_other_label):
            return self._chosen(named, "exact")
        for variant in others:
            longer = self._named(variant, label) if variant.kind != "abbreviation within" else []
            if longer:
                return self._chosen(longer, "abbreviation")
        return self._chosen(named, "exact") if named else None

    def _by_likeness(self, label: str, forms: tuple[Variant, ...], near: Mapping[str, Near]) -> _Answer:
        ranked = self._ranker.rank(forms, label, near)
        best = [(scored.entry, _candidate(score, scored, label)) for score, scored in ranked[:_KEPT]]
        if not ranked or ranked[0][0] < self._threshold:
            return self._unlinked(forms, tuple(candidate for _, candidate in best))
        return self._chosen(best, self._ranked_method)

    def _unlinked(self, forms: tuple[Variant, ...], candidates: tuple[Candidate, ...] = ()) -> _Answer:
        written_out = next((form for form in forms if form.kind in ("abbreviation", "genus")), forms[-1])
        name = name_uri(written_out.text) if self._names else None
        return _Answer(uri=None, canonical=name, score=0.0, method="", source="", candidates=candidates)

    def _chosen(self, ranked: list[tuple[Entry, Candidate]], method: str) -> _Answer:
        entry, first = ranked[0]
        return _Answer(
            uri=first.uri,
            canonical=entry.canonical,
            score=first.score,
            method=method,
            source=self._index.sources[entry.source],
            candidates=tuple(candidate for _, candidate in ranked[:_KEPT]),
        )

    def _named(self, variant: Variant, label: str) -> list[tuple[Entry, Candidate]]:
        """The concepts of that name, best first."""
        best: dict[str, Entry] = {}
        seen: dict[str, int] = {}
        literal: dict[str, int] = {}
        by_clique: dict[str, int] = {}
        spelled = variant.text.casefold()
        for entry in self._index.entries(variant.text):
            uri = entry.term.uri
            seen[uri] = seen.get(uri, 0) + entry.term.count
            if entry.term.name.casefold() == spelled:
                literal[uri] = literal.get(uri, 0) + entry.term.count
            by_clique[entry.canonical] = by_clique.get(entry.canonical, 0) + entry.term.count
            if uri not in best or self._preference(entry, label) < self._preference(best[uri], label):
                best[uri] = entry
        ranked = sorted(
            best.values(),
            key=lambda e: (-literal.get(e.term.uri, 0), -seen[e.term.uri], *self._preference(e, label)),
        )
        # How sure it is which concept is meant: the share of uses, each clique being given one more.
        total = sum(by_clique.values()) + len(by_clique)
        found = []
        for entry in ranked:
            score = round((by_clique[entry.canonical] + 1) / total, 4)
            reasons = [f"same normal form as {variant.kind} {variant.text!r}"]
            if seen[entry.term.uri]:
                reasons.append(f"seen {seen[entry.term.uri]} times")
            reasons += _reasons(entry, label)
            term = entry.term
            found.append((entry, Candidate(uri=term.uri, name=term.name, score=score, reasons=tuple(reasons))))
        return found

    def _preference(self, entry: Entry, label: str) -> tuple[object, ...]:
        term = entry.term
        return (
            bool(label and term.label) and term.label != label,
            term.label != label,
            entry.source,
            entry.scope,
            -self._usage.get((label, entry.prefix), 0),
            term.uri,
            term.name,
        )


def _candidate(score: float, scored: Scored, label: str) -> Candidate:
    term = scored.entry.term
    reasons = [f"similarity {scored.similarity:.2f} to {scored.variant.kind} {scored.variant.text!r}"]
    if scored.likeness is not None:
        reasons.append(f"meaning {scored.likeness:.2f}")
    if term.count:
        reasons.append(f"seen {term.count} times")
    reasons += _reasons(scored.entry, label)
    return Candidate(uri=term.uri, name=term.name, score=round(score, 4), reasons=tuple(reasons))


def _reasons(entry: Entry, label: str) -> list[str]:
    label_of = entry.term.label
    reasons = [f"label {label_of}" + (" agrees" if label_of == label else "")] if label_of else []
    return reasons + (["preferred name"] if entry.scope == 0 else [])
