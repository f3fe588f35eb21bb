"""One annotator of a tagger and a relation extractor, and the context of relations, whoever found them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kgbuild.annotate.changes import is_lost
from kgbuild.annotate.clauses import End, Sentence
from kgbuild.annotate.context import TAKEN_FOR_GRANTED, is_negated, is_speculative
from kgbuild.annotate.direction import direction
from kgbuild.annotate.findings import is_finding, part_of
from kgbuild.annotate.sentences import sentence_of, sentences_of
from kgbuild.model import Annotated, Document, Mention, Relation, SectionName
from kgbuild.protocols import Annotator, RelationExtractor, Tagger

_FAILS = re.compile(r"\b(?:fail\w*|unable|inability)\s+to\b", re.IGNORECASE)
_OPENING = re.compile(
    r"(?:It|They|This|These|Both|Such (?:a )?\w+|The (?:treatment|intervention|supplementation|supplement|diet|drug"
    r"|compound|probiotic|strain|extract)s?|(?:This|These) [\w-]+)(?=\s)"
)
# "They" is seldom the patients, a disorder or a community.
_NEVER_MEANT = frozenset(["human", "animal", "DDF", "microbiome", "anatomical location"])


def compose(tagger: Tagger, extractor: RelationExtractor) -> Annotator:
    """An annotator that tags and relates, and marks each relation's negation, speculation and direction."""
    return _Composed(tagger, extractor)


@dataclass(frozen=True, slots=True)
class _Composed:
    tagger: Tagger
    extractor: RelationExtractor

    def annotate(self, documents: Sequence[Document]) -> list[Annotated]:
        """One result for each document."""
        tagged = [
            Annotated(document=document, mentions=mentions)
            for document, mentions in zip(documents, self.tagger.tag(documents), strict=True)
        ]
        related = self.extractor.relate(tagged)
        return [
            with_context(replace(annotated, relations=relations))
            for annotated, relations in zip(tagged, related, strict=True)
        ]


def with_context(annotated: Annotated, *, given: bool = False) -> Annotated:
    """The same document, its relations judged by the rules of this package.

    Each gets negation, speculation, direction, the kind of its claim, and whether a finding is reported. Where the
    relations are `given` by annotators and not found, a direction is looked for more eagerly.
    """
    if not annotated.relations:
        return annotated
    judge = _Judge(annotated, given=given)
    return replace(annotated, relations=tuple(map(judge.judged, annotated.relations)))


class _Judge:
    """Judges a document's relations by the sentence of their object, with the subject's where that stands in it.

    Of a subject elsewhere, a pronoun or "the treatment" at the opening of the sentence may speak.
    """

    def __init__(self, annotated: Annotated, *, given: bool) -> None:
        self._given = given
        self._document = annotated.document
        self._spans = sentences_of(annotated.document)
        named = (*annotated.mentions, *(end for r in annotated.relations for end in (r.subject, r.object)))
        self._mentions = sorted(dict.fromkeys(named), key=lambda m: (m.span.section, m.span.start, m.span.end))
        self._known: dict[tuple[SectionName, int, int], Sentence] = {}

    def judged(self, relation: Relation) -> Relation:
        section = relation.object.span.section
        spans = self._spans[section]
        start, end = spans[sentence_of(spans, relation.object.span.start)]
        # A mention may run past the sentence that it opens in.
        end = max(end, relation.object.span.end)
        is_here = relation.subject.span.section == section and start <= relation.subject.span.start < end
        if is_here:
            end = max(end, relation.subject.span.end)
        sentence = self._sentence(section, start, end)
        object_ = _end(relation.object, start)
        subject = _end(relation.subject, start) if is_here else _stand_in(sentence, relation.subject)
        first, second = sorted((subject.span, object_.span))
        negated = subject.is_here and is_negated(sentence, relation.predicate, first, second)
        if negated and is_lost(sentence, subject) and _FAILS.search(sentence.text):
            # "Less A fails to lower B": A lowers it.
            negated = False
        way, claim = direction(sentence, relation.predicate, subject, object_, negated=negated, given=self._given)
        # "No change in A" denies that B changes it.
        negated = negated or (way == "none" and subject.is_here)
        part = part_of(self._document.ranges, section, start)
        return replace(
            relation,
            negated=negated,
            speculative=is_speculative(sentence, relation.predicate, first, second),
            direction=way,
            claim=claim,
            finding=relation.predicate in TAKEN_FOR_GRANTED or is_finding(sentence.text, first, second, part=part),
        )

    def _sentence(self, section: SectionName, start: int, end: int) -> Sentence:
        key = (section, start, end)
        if key not in self._known:
            inside = (m for m in self._mentions if m.span.section == section)
            ends = [_end(m, start) for m in inside if start <= m.span.start and m.span.end <= end]
            self._known[key] = Sentence(self._document.text(section)[start:end], ends)
        return self._known[key]


def _end(mention: Mention, start: int) -> End:
    return End(mention.span.start - start, mention.span.end - start, mention.label, mention.text)


def _stand_in(sentence: Sentence, subject: Mention) -> End:
    """The same name in the object's sentence, or an opening pronoun or noun; else an end that is not here."""
    for end in sentence.mentions:
        if end.label == subject.label and end.text.casefold() == subject.text.casefold():
            return end
    found = _OPENING.match(sentence.text) if subject.label not in _NEVER_MEANT else None
    return End(0, found.end() if found else 0, subject.label, subject.text)
