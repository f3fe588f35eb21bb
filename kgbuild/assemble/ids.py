"""Stable identifiers: equal content has an equal id on every machine and in every release."""

from __future__ import annotations

from kgbuild.files import digest
from kgbuild.model import Mention, Relation


def evidence_id(pmid: str, version: int, relation: Relation) -> str:
    """Hash of what was claimed and where; scores, links and runs are no part of it."""
    return digest(pmid, str(version), *_end(relation.subject), relation.predicate, *_end(relation.object))


def statement_id(subject: str, predicate_uri: str, object_: str, *, symmetric: bool) -> str:
    """Hash of a statement's three URIs, the ends sorted where they may be swapped."""
    if symmetric and object_ < subject:
        subject, object_ = object_, subject
    return digest(subject, predicate_uri, object_)


def _end(mention: Mention) -> tuple[str, ...]:
    span = mention.span
    return (span.section, str(span.start), str(span.end), mention.label)
