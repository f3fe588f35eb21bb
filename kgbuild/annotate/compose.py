"""One annotator of a tagger and a relation extractor, and the context of relations, whoever found them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kgbuild.annotate.context import Span, is_negated, is_speculative
from kgbuild.annotate.direction import direction
from kgbuild.annotate.sentences import sentence_of, sentences
from kgbuild.model import Annotated, Document, Mention, Relation, SectionName
from kgbuild.protocols import Annotator, RelationExtractor, Tagger


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


def with_context(annotated: Annotated) -> Annotated:
    """The same document, its relations with negation, speculation and direction by the rules of this package."""
    if not annotated.relations:
        return annotated
    spans = {
        section.name: sentences(section.text) if section.name == "abstract" else [(0, len(section.text))]
        for section in annotated.document.sections
    }
    return replace(annotated, relations=tuple(_in_context(annotated.document, spans, r) for r in annotated.relations))


def _in_context(document: Document, spans: dict[SectionName, list[Span]], relation: Relation) -> Relation:
    """Judge a relation by the sentence of its object; a subject elsewhere stands for that sentence's opening."""
    section = relation.object.span.section
    sentence = spans[section][sentence_of(spans[section], relation.object.span.start)]
    # A mention may run past the sentence that it opens in.
    end = max(sentence[1], relation.object.span.end)
    if relation.subject.span.section == section and sentence[0] <= relation.subject.span.start < end:
        end = max(end, relation.subject.span.end)
        subject = _within(relation.subject, sentence[0])
    else:
        subject = (0, 0)
    text = document.text(section)[sentence[0] : end]
    object_ = _within(relation.object, sentence[0])
    first, second = sorted((subject, object_))
    negated = is_negated(text, relation.predicate, first, second)
    return replace(
        relation,
        negated=negated,
        speculative=is_speculative(text, relation.predicate, first, second),
        direction=direction(text, relation.predicate, subject, object_, negated=negated),
    )


def _within(mention: Mention, start: int) -> Span:
    return mention.span.start - start, mention.span.end - start
