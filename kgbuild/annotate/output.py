"""What backends give, checked in one place, and the articles that a backend fails at.

A failure is the article's own where the same article would fail anywhere: its text leads into a fault of the code, or
the output breaks the rules below. All else (memory, files, a network, a library's run-time errors) may be gone at the
next try.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kgbuild.errors import ConfigurationError
from kgbuild.model import Annotated, Document, Mention, Relation
from kgbuild.schema import Schema

Given = TypeVar("Given")
Got = TypeVar("Got")
_OWN = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError, RecursionError)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one article could not be worked on; `own` says whether the article itself is the cause."""

    cause: str
    own: bool


def attempt(work: Callable[[Sequence[Given]], Sequence[Got]], items: Sequence[Given]) -> list[Got | Failure]:
    """The results of `work` for items, in their order; where it fails for all together, each is tried alone.

    Raises:
        ConfigurationError: by `work`; what stands against the settings is no item's fault.
    """
    if not items:
        return []
    try:
        return list(work(items))
    except ConfigurationError:
        raise
    except Exception as error:
        if len(items) == 1:
            # An empty message (MemoryError has none) leaves the kind alone.
            text = " ".join(str(error).split())
            return [Failure(f"{type(error).__name__}: {text}".rstrip(": "), isinstance(error, _OWN))]
    return [result for item in items for result in attempt(work, [item])]


def check_annotated(found: Sequence[Annotated], documents: Sequence[Document], schema: Schema) -> Sequence[Annotated]:
    """The same, found to be a backend's results for documents.

    Raises:
        ValueError: they are not one for each document in their order, a label is not the schema's, a span is not its
            mention's, a score is no probability, or as `check_relations`.
    """
    _check_number(found, documents)
    for annotated, document in zip(found, documents, strict=True):
        if annotated.document != document:
            raise ValueError(f"the backend gave document {annotated.document.id!r} for {document.id!r}")
        for mention in annotated.mentions:
            if mention.label not in schema.label_uris:
                raise ValueError(f"the backend gave the label {mention.label!r}, which the ontology does not have")
            _check_score(mention)
    check_relations([annotated.relations for annotated in found], found, schema)
    return found


def check_relations(
    found: Sequence[tuple[Relation, ...]], documents: Sequence[Annotated], schema: Schema
) -> Sequence[tuple[Relation, ...]]:
    """The same, found to be a backend's relations between the mentions of documents.

    Raises:
        ValueError: they are not of each document, an end is none of its mentions, the ontology does not allow the
            predicate between their labels, or a score is no probability.
    """
    _check_number(found, documents)
    for relations, annotated in zip(found, documents, strict=True):
        known = set(annotated.mentions) if relations else ()
        for relation in relations:
            for end in (relation.subject, relation.object):
                if end not in known:
                    raise ValueError(
                        f"the backend gave a relation whose end {end.text!r} is no mention of the article"
                    )
            _check_predicate(relation, schema)
            _check_score(relation)
    return found


def _check_number(found: Sequence[object], documents: Sequence[object]) -> None:
    if len(found) != len(documents):
        raise ValueError(f"the backend gave {len(found)} results for {len(documents)} articles")


def _check_predicate(relation: Relation, schema: Schema) -> None:
    subject, predicate, object_ = relation.subject.label, relation.predicate, relation.object.label
    if all(signature.predicate != predicate for signature in schema.legal(subject, object_)):
        raise ValueError(f"the backend gave {subject!r} {predicate!r} {object_!r}, which the ontology does not allow")


def _check_score(found: Mention | Relation) -> None:
    # Written so that NaN fails.
    if not 0 <= found.score <= 1:
        raise ValueError(f"the backend gave the score {found.score!r}, which is no probability")
