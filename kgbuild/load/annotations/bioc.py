"""BioC XML, by the `bioc` library; offsets count characters, the abstract one after the title's end.

An annotation's infons are `type`, `identifier` and, where they say something, `score` and `source`; a
relation's nodes are its annotations, and its infons carry what the model knows of it. A link's score and
candidates have no place; mentions come back grouped by section. A character that XML can not hold becomes
U+FFFD, so that offsets hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from kgbuild.identifiers import identifier_text, links_in_order
from kgbuild.model import Annotated, Document, Mention, Relation

if TYPE_CHECKING:
    from bioc import BioCDocument, BioCPassage, BioCRelation

# XML 1.0, production 2 (Char).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_bioc(documents: Iterable[Annotated], stream: BinaryIO) -> None:
    """Write articles as a BioC collection; `kgbuild.source.bioc.read_bioc` reads it."""
    from bioc import BioCCollection
    from bioc.biocxml import BioCXMLDocumentWriter

    collection = BioCCollection()
    collection.source, collection.date, collection.key = "PubMed", "", "kgbuild"
    # The library's encoding name, "utf8", is none that XML parsers must know.
    writer = BioCXMLDocumentWriter(stream, encoding="UTF-8")
    writer.write_collection_info(collection)
    for document in documents:
        writer.write_document(_document(document))
    writer.close()


def _document(annotated: Annotated) -> BioCDocument:
    from bioc import BioCDocument

    source = annotated.document
    title, abstract = _passage("title", 0, source.text("title")), None
    result = BioCDocument()
    result.id = _xml(source.id)
    result.infons = dict(_about(source))
    result.add_passage(title)
    if source.text("abstract"):
        abstract = _passage("abstract", len(source.text("title")) + 1, source.text("abstract"))
        result.add_passage(abstract)
    links = links_in_order(annotated)
    ids: dict[Mention, str] = {}
    for number, (mention, link) in enumerate(zip(annotated.mentions, links, strict=True)):
        passage = title if mention.span.section == "title" or abstract is None else abstract
        ids.setdefault(mention, f"T{number + 1}")
        _annotate(passage, mention, f"T{number + 1}", identifier_text(link) if link else None)
    for number, relation in enumerate(annotated.relations):
        result.add_relation(_relation(relation, f"R{number + 1}", ids))
    return result


def _about(source: Document) -> Iterator[tuple[str, str]]:
    year = source.date.text if source.date.text else str(source.date.year or "")
    version = str(source.version) if source.version != 1 else ""
    pairs = (("version", version), ("journal", source.journal), ("year", year), ("doi", source.doi))
    return ((key, _xml(value)) for key, value in pairs if value)


def _passage(kind: str, offset: int, text: str) -> BioCPassage:
    from bioc import BioCPassage

    passage = BioCPassage()
    passage.infons = {"type": kind}
    passage.offset, passage.text = offset, _xml(text)
    return passage


def _annotate(passage: BioCPassage, mention: Mention, key: str, identifier: str | None) -> None:
    from bioc import BioCAnnotation, BioCLocation

    annotation = BioCAnnotation()
    annotation.id, annotation.text = key, _xml(mention.text)
    annotation.infons = {"type": _xml(mention.label)} | _trust(mention)
    if identifier is not None:
        annotation.infons["identifier"] = _xml(identifier)
    length = mention.span.end - mention.span.start
    annotation.add_location(BioCLocation(mention.span.start + passage.offset, length))
    passage.add_annotation(annotation)


def _relation(relation: Relation, key: str, ids: dict[Mention, str]) -> BioCRelation:
    from bioc import BioCNode, BioCRelation

    result = BioCRelation()
    result.id = key
    result.infons = {"type": _xml(relation.predicate)} | _trust(relation)
    for name in ("negated", "speculative"):
        if getattr(relation, name):
            result.infons[name] = "true"
    if not relation.finding:
        result.infons["finding"] = "false"
    if relation.direction != "unknown":
        result.infons["direction"] = relation.direction
    if relation.claim != "other":
        result.infons["claim"] = relation.claim
    result.add_node(BioCNode(ids[relation.subject], "subject"))
    result.add_node(BioCNode(ids[relation.object], "object"))
    return result


def _trust(item: Mention | Relation) -> dict[str, str]:
    score = {"score": repr(item.score)} if item.score != 1.0 else {}
    return score | ({"source": _xml(item.source)} if item.source else {})


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
