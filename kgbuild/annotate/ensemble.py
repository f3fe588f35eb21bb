"""Several backends as one.

::

    union       all mentions, the longest where they overlap; all relations between them; the best score of equals
    vote        what more than half of the members found alike; the mean score of those that found it
    priority    the first member's; a later one adds mentions where nothing stands, and relations between two
                mentions that no earlier one relates

Mentions are alike in span and label, relations in both ends and predicate. A relation is dropped where a mention at
one of its ends is. `source` names all members that found a thing, joined by "+" in the members' order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar, cast, get_args

from kgbuild.annotate.overlap import resolve
from kgbuild.model import SECTION_NAMES, Annotated, Document, Mention, Relation, Span
from kgbuild.protocols import Annotator, RelationExtractor

Rule = Literal["union", "vote", "priority"]
RULES: tuple[Rule, ...] = get_args(Rule)

Found = TypeVar("Found", Mention, Relation)
Place = tuple[Span, str]


@dataclass(frozen=True, slots=True)
class Backend:
    """A way to find mentions and relations, and relations alone between mentions that are given."""

    annotator: Annotator
    extractor: RelationExtractor


def ensemble(rule: Rule, members: Sequence[Backend]) -> Backend:
    """One backend of several, which the order of `members` matters to."""
    together = _Ensemble(rule, tuple(members))
    return Backend(together, together)


@dataclass(frozen=True, slots=True)
class _Ensemble:
    rule: Rule
    members: tuple[Backend, ...]

    def annotate(self, documents: Sequence[Document]) -> list[Annotated]:
        """Each document as all members see it."""
        found = [member.annotator.annotate(documents) for member in self.members]
        return [self._merged(alike) for alike in zip(*found, strict=True)]

    def relate(self, documents: Sequence[Annotated]) -> list[tuple[Relation, ...]]:
        """Each document's relations between the mentions that are given."""
        found = [member.extractor.relate(documents) for member in self.members]
        return [
            merge_relations(self.rule, alike, annotated.mentions)
            for annotated, alike in zip(documents, zip(*found, strict=True), strict=True)
        ]

    def _merged(self, found: Sequence[Annotated]) -> Annotated:
        mentions = merge_mentions(self.rule, [one.mentions for one in found])
        relations = merge_relations(self.rule, [one.relations for one in found], mentions)
        return Annotated(document=found[0].document, mentions=mentions, relations=relations)


def merge_mentions(rule: Rule, found: Sequence[Sequence[Mention]]) -> tuple[Mention, ...]:
    """One document's mentions from those of each member, none of which overlap; sorted by section, start and end."""
    alike: dict[Place, list[Mention]] = {}
    for some in found:
        for mention in some:
            alike.setdefault(_place(mention), []).append(mention)
    if rule == "vote":
        return resolve(_merged(rule, group) for group in alike.values() if 2 * len(group) > len(found))
    if rule == "union":
        return resolve(_merged(rule, group) for group in alike.values())
    taken: set[tuple[str, int]] = set()
    kept = []
    # Groups stand in the order of the first member that found them.
    for (span, _), group in alike.items():
        letters = {(span.section, at) for at in range(span.start, span.end)}
        if not letters & taken:
            taken |= letters
            kept.append(_merged(rule, group))
    return resolve(kept)


def merge_relations(
    rule: Rule, found: Sequence[Sequence[Relation]], mentions: Sequence[Mention]
) -> tuple[Relation, ...]:
    """One document's relations from those of each member, between its mentions; sorted by place in the text."""
    standing = {_place(mention): mention for mention in mentions}
    alike: dict[tuple[Place, str, Place], dict[int, Relation]] = {}
    first: dict[frozenset[Place], int] = {}
    for number, some in enumerate(found):
        for relation in some:
            subject, object_ = _place(relation.subject), _place(relation.object)
            if subject in standing and object_ in standing:
                alike.setdefault((subject, relation.predicate, object_), {})[number] = relation
                first.setdefault(frozenset((subject, object_)), number)
    kept = []
    for (subject, _, object_), group in alike.items():
        if rule == "vote" and 2 * len(group) <= len(found):
            continue
        if rule == "priority" and min(group) > first[frozenset((subject, object_))]:
            continue
        merged = _merged(rule, list(group.values()))
        kept.append(replace(merged, subject=standing[subject], object=standing[object_]))
    return tuple(sorted(kept, key=_order))


def _merged(rule: Rule, alike: Sequence[Found]) -> Found:
    """One of several that differ in score and source alone."""
    scores = [one.score for one in alike]
    score = {"union": max(scores), "vote": sum(scores) / len(scores), "priority": scores[0]}[rule]
    # What is merged already (an ensemble in an ensemble) names each member once.
    names = dict.fromkeys(name for one in alike for name in one.source.split("+") if name)
    return cast(Found, replace(cast(Any, alike[0]), score=round(score, 4), source="+".join(names)))


def _place(mention: Mention) -> Place:
    return mention.span, mention.label


def _order(relation: Relation) -> tuple[tuple[int, int, int], tuple[int, int, int], str]:
    ends = (relation.subject.span, relation.object.span)
    subject, object_ = ((SECTION_NAMES.index(span.section), span.start, span.end) for span in ends)
    return subject, object_, relation.predicate
