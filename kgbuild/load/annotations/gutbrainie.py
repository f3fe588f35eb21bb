"""GutBrainIE's form of predictions: one file that each task of the challenges of 2025 and 2026 can be scored from.

Offsets include the end. `uri` is spelled as the term index spells it. The challenge marks no negation: a
relation that the text denies is written as any other. Concept-level relations need both ends linked.

Source: https://hereditary.dei.unipd.it/challenges/gutbrainie/2026/ (the submission formats).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from kgbuild.errors import InputError
from kgbuild.identifiers import links_in_order
from kgbuild.model import Annotated, Mention, Relation

_Item = dict[str, Any]


def write_gutbrainie(documents: Iterable[Annotated], stream: BinaryIO) -> None:
    """Write `{pmid: {entities, binary_tag_based_relations, …}}`, an article a line; lists sorted, without repeats.

    Raises:
        InputError: two articles have the same id, which a JSON object can not hold.
    """
    seen: set[str] = set()
    stream.write(b"{")
    for document in documents:
        pmid = document.document.id
        if pmid in seen:
            remedy = "Keep one version of each article in the input."
            raise InputError("the article occurs twice", record=f"PMID {pmid}", remedy=remedy)
        entry = json.dumps(_entry(document), ensure_ascii=False)
        stream.write(f"{',' if seen else ''}\n{json.dumps(pmid, ensure_ascii=False)}: {entry}".encode())
        seen.add(pmid)
    stream.write(b"\n}\n")


def _entry(document: Annotated) -> dict[str, list[_Item]]:
    links = links_in_order(document)
    uris = {link.mention: link.uri for link in reversed(links) if link}
    relations = document.relations
    linked = [r for r in relations if uris.get(r.subject) is not None and uris.get(r.object) is not None]
    return {
        "entities": _distinct(
            _entity(mention, link.uri if link else None)
            for mention, link in zip(document.mentions, links, strict=True)
        ),
        "binary_tag_based_relations": _distinct(_labels(r) for r in relations),
        "ternary_tag_based_relations": _distinct(_tags(r) for r in relations),
        "mention_level_relations": _distinct(
            {"subject_text_span": r.subject.text, **_tags(r), "object_text_span": r.object.text} for r in relations
        ),
        "concept_level_relations": _distinct(
            {"subject_uri": uris[r.subject], **_tags(r), "object_uri": uris[r.object]} for r in linked
        ),
    }


def _entity(mention: Mention, uri: str | None) -> _Item:
    return {
        "start_idx": mention.span.start,
        "end_idx": mention.span.end - 1,
        "location": mention.span.section,
        "text_span": mention.text,
        "label": mention.label,
        "uri": uri,
    }


def _labels(relation: Relation) -> _Item:
    return {"subject_label": relation.subject.label, "object_label": relation.object.label}


def _tags(relation: Relation) -> _Item:
    labels = _labels(relation)
    return {
        "subject_label": labels["subject_label"],
        "predicate": relation.predicate,
        "object_label": labels["object_label"],
    }


def _distinct(items: Iterable[_Item]) -> list[_Item]:
    """Titles before abstracts, by offset; relations by their fields."""
    found = {tuple(item.items()): item for item in items}
    return sorted(found.values(), key=_order)


def _order(item: _Item) -> tuple[Any, ...]:
    if "start_idx" in item:
        start = (item["location"] != "title", item["start_idx"], item["end_idx"])
        return (*start, item["label"], item["uri"] or "")
    return tuple(item.values())
