"""From a linked document to rows of the `mentions` and `evidence` tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from kgbuild.annotate.sentences import sentences_of
from kgbuild.annotate.study_facets import said_of
from kgbuild.assemble.ids import evidence_id, statement_id
from kgbuild.assemble.parts import mention_row
from kgbuild.assemble.weight import weight
from kgbuild.model import Annotated, Document, Link, Mention, SectionName, Span, Study
from kgbuild.schema import Schema


def mention_rows(annotated: Annotated) -> list[dict[str, Any]]:
    """One row of `tables.MENTIONS` for each mention."""
    return [
        {
            "pmid": annotated.document.id,
            "version": annotated.document.version,
            **mention_row(link.mention),
            "uri": link.uri,
            "canonical": link.canonical,
            "link_score": link.score,
            "link_method": link.method,
            "link_source": link.source,
            "candidates": [
                {"uri": c.uri, "name": c.name, "score": c.score, "reasons": list(c.reasons)} for c in link.candidates
            ],
        }
        for link in annotated.links
    ]


def evidence_rows(annotated: Annotated, *, study: Study, schema: Schema, run: str) -> list[dict[str, Any]]:
    """One row of `parts.FOUND` for each relation.

    A relation with an end that stands for no concept, or of a concept with itself, keeps its row and is in no
    statement. Of several that say the same of one statement in the same sentences, the best is kept.
    """
    document = annotated.document
    links = {link.mention: link for link in annotated.links}
    bounds = sentences_of(document)
    crowd = Counter(_place(relation.subject, bounds) for relation in annotated.relations)
    rows: dict[str, dict[str, Any]] = {}
    for relation in annotated.relations:
        subject, object_ = (_canonical(links, end) for end in (relation.subject, relation.object))
        statement = None
        if subject and object_ and subject != object_:
            symmetric = schema.is_symmetric(relation.subject.label, relation.predicate, relation.object.label)
            uri = schema.predicate_uris[relation.predicate]
            statement = statement_id(subject, uri, object_, symmetric=symmetric)
        key = evidence_id(document.id, document.version, relation)
        if key in rows and rows[key]["score"] >= relation.score:
            continue
        rows[key] = {
            "id": key,
            "statement": statement,
            "pmid": document.id,
            "version": document.version,
            "predicate": relation.predicate,
            **_end("subject", relation.subject, subject, bounds),
            **_end("object", relation.object, object_, bounds),
            "score": relation.score,
            "source": relation.source,
            "weight": weight(relation.score, crowd[_place(relation.subject, bounds)], relation.source),
            "negated": relation.negated,
            "speculative": relation.speculative,
            "direction": relation.direction,
            "claim": relation.claim,
            "finding": relation.finding and study.design != "protocol",
            "study": study.kind,
            "design": study.design,
            "participants": study.participants,
            "species": study.words("species"),
            **_compared(study, document, relation.object.span, bounds),
            "review": study.review,
            "year": document.date.year,
            "retracted": document.retracted,
            "run": run,
        }
    return _once(rows.values())


def _once(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The best of the rows that say the same of one statement in the same sentences: "Parkinson's disease (PD)"."""
    best: dict[object, dict[str, Any]] = {}
    for row in rows:
        places = frozenset((row[f"{role}_section"], row[f"{role}_sentence_start"]) for role in ("subject", "object"))
        same = (row["statement"], places, row["negated"]) if row["statement"] else row["id"]
        if same not in best or best[same]["score"] < row["score"]:
            best[same] = row
    return list(best.values())


def _canonical(links: dict[Mention, Link], mention: Mention) -> str | None:
    link = links.get(mention)
    return link.canonical if link else None


def _end(
    role: str, mention: Mention, uri: str | None, bounds: dict[SectionName, list[tuple[int, int]]]
) -> dict[str, Any]:
    start, end = _sentence(mention.span, bounds[mention.span.section])
    return {
        f"{role}_section": mention.span.section,
        f"{role}_start": mention.span.start,
        f"{role}_end": mention.span.end,
        f"{role}_text": mention.text,
        f"{role}_label": mention.label,
        f"{role}_uri": uri,
        f"{role}_sentence_start": start,
        f"{role}_sentence_end": end,
    }


def _compared(
    study: Study, document: Document, span: Span, bounds: dict[SectionName, list[tuple[int, int]]]
) -> dict[str, str]:
    """Site and comparator: those that the object's sentence names, else the article's."""
    start, end = _sentence(span, bounds[span.section])
    said = said_of(document.text(span.section)[start:end])
    return {name: said.get(name) or study.words(name) for name in ("site", "comparator")}


def _place(mention: Mention, bounds: dict[SectionName, list[tuple[int, int]]]) -> tuple[str, int]:
    return mention.span.section, _sentence(mention.span, bounds[mention.span.section])[0]


def _sentence(span: Span, bounds: list[tuple[int, int]]) -> tuple[int, int]:
    """The sentence that holds a span; where a span crosses a boundary, the sentences together."""
    touched = [(start, end) for start, end in bounds if start < span.end and span.start < end]
    if not touched:
        return span.start, span.end
    return min(span.start, touched[0][0]), max(span.end, touched[-1][1])
