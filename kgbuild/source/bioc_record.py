"""One BioC document, as the `bioc` library parsed it, to kgbuild's types."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from kgbuild.identifiers import gold_link
from kgbuild.model import (
    DIRECTIONS,
    Document,
    Link,
    Mention,
    PublicationDate,
    Range,
    Relation,
    SectionName,
    Span,
)
from kgbuild.namespaces import is_prefix
from kgbuild.source.annotated import closest_pair, mentions_by_concept, sections

if TYPE_CHECKING:
    from bioc import BioCAnnotation, BioCDocument, BioCPassage, BioCRelation

Skipped = Counter[str]
"""What a file holds that the model has no place for, and how often."""

# Infons that name an annotation's concept, in order of preference; all but the first name its vocabulary, too.
_IDENTIFIERS = ("identifier", "MESH", "NCBI Gene", "NCBI GENE", "NCBI Taxonomy", "OMIM", "CHEBI")
_ENDS = (("entity1", "entity2"), ("role1", "role2"), ("Chemical", "Disease"))
_TRUTH = {"true": True, "false": False}

Parts = tuple[Document, list[Mention], list[Relation], list[Link]]


def record_parts(source: BioCDocument, skipped: Skipped) -> Parts:
    """The document, its mentions, relations and links (none where no annotation has an identifier).

    Raises:
        KeyError, ValueError, TypeError, AttributeError, AssertionError: the record is not as BioC has it.
    """
    texts: dict[SectionName, str] = {"title": "", "abstract": ""}
    ranges: list[Range] = []
    infons = dict(source.infons)
    mentions: dict[str, Mention] = {}
    identifiers: list[tuple[str | None, str]] = []
    label, found = "", False
    for passage in source.passages:
        section, is_label = _section(passage)
        if section is None:
            skipped["passages other than title and abstract"] += 1
            skipped["annotations in them"] += sum(1 for _ in _annotations(passage))
            continue
        text = _text(passage)
        if is_label:
            label = text.strip(" :")
            continue
        base = len(texts[section]) + 1 if texts[section] else 0
        texts[section] += f" {text}" if base else text
        if label and section == "abstract":
            ranges.append(Range(section=section, start=base, end=base + len(text), label=label))
        infons |= {key: value for key, value in passage.infons.items() if section == "title" and key != "type"}
        found = True
        for annotation in _annotations(passage):
            mention = _mention(annotation, section, base - passage.offset, texts[section], skipped)
            if mention:
                mentions[_new(annotation.id, mentions)] = mention
                identifiers.append(_identifier(annotation))
    if not found:
        raise ValueError("no passage whose infon `type` is title or abstract")
    if source.annotations:
        skipped["annotations outside of passages"] += len(source.annotations)
    identified = list(zip(mentions.values(), identifiers, strict=True))
    links = [gold_link(mention, text or "", vocabulary) for mention, (text, vocabulary) in identified]
    named = mentions_by_concept((mention, text) for mention, (text, _) in identified if text)
    parts = chain.from_iterable((passage, *passage.sentences) for passage in source.passages)
    sources = chain(source.relations, *(part.relations for part in parts))
    relations = [relation for item in sources if (relation := _relation(item, mentions, named, skipped))]
    document = _document(str(source.id), texts, tuple(ranges), infons)
    return (
        document,
        list(mentions.values()),
        relations,
        links if any(text is not None for text, _ in identifiers) else [],
    )


def _section(passage: BioCPassage) -> tuple[SectionName | None, bool]:
    """The section that a passage belongs to, and whether it is only the label of what follows."""
    kind = str(passage.infons.get("type", "")).lower()
    section = str(passage.infons.get("section_type", "")).lower()
    if kind.startswith("abstract_title"):
        return "abstract", True
    if kind == "abstract" or (section == "abstract" and not kind.startswith("title")):
        return "abstract", False
    return ("title", False) if kind == "title" or (section == "title" and kind == "front") else (None, False)


def _text(passage: BioCPassage) -> str:
    from bioc import get_text

    if not isinstance(passage.offset, int):
        raise TypeError("a passage's offset is not a number")
    _, text = get_text(passage)
    if not isinstance(text, str):
        raise TypeError("a passage's text is not a text")
    return text


def _annotations(passage: BioCPassage) -> Iterator[BioCAnnotation]:
    return chain(passage.annotations, *(sentence.annotations for sentence in passage.sentences))


def _new(key: object, known: dict[str, Mention]) -> str:
    if str(key) in known:
        raise ValueError(f"two annotations have the id {key}")
    return str(key)


def _mention(
    annotation: BioCAnnotation, section: SectionName, shift: int, text: str, skipped: Skipped
) -> Mention | None:
    label = annotation.infons.get("type")
    if not isinstance(label, str) or not label:
        raise ValueError(f"annotation {annotation.id} has no infon `type`")
    if len(annotation.locations) != 1:
        skipped["annotations of several pieces or none"] += 1
        return None
    start = annotation.locations[0].offset + shift
    span = Span(section=section, start=start, end=start + annotation.locations[0].length)
    return Mention(
        span=span,
        text=text[span.start : span.end] if annotation.text is None else annotation.text,
        label=label,
        score=float(annotation.infons.get("score", 1.0)),
        source=str(annotation.infons.get("source", "")),
    )


def _identifier(annotation: BioCAnnotation) -> tuple[str | None, str]:
    """The text that names an annotation's concept, and the vocabulary that it is from where another infon tells."""
    infons = annotation.infons
    key = next((key for key in _IDENTIFIERS if key in infons), None)
    if key is None:
        return None, ""
    # PubTator names the database beside the identifier: "ncbi_gene".
    named = infons.get("database", "") if key == _IDENTIFIERS[0] else key
    return str(infons[key] or "-").strip(), str(named) if is_prefix(str(named)) else ""


def _relation(
    relation: BioCRelation, mentions: dict[str, Mention], named: dict[str, list[Mention]], skipped: Skipped
) -> Relation | None:
    infons = relation.infons
    predicate = infons.get("type") or infons.get("relation")
    if not isinstance(predicate, str):
        raise ValueError(f"relation {relation.id} has no infon `type` or `relation`")
    keys = next((keys for keys in _ENDS if all(key in infons for key in keys)), None)
    if keys:
        ends = [_concept(infons[key]) for key in keys]
        missing = next((end for end in ends if end not in named), None)
        if missing is not None:
            raise ValueError(f"relation {relation.id}: no mention is identified as {missing[:40]!r}")
        subject, object_ = closest_pair(named[ends[0]], named[ends[1]])
    else:
        nodes = sorted(relation.nodes, key=lambda node: str(node.role).lower() == "object")
        found = [mentions.get(str(node.refid)) for node in nodes]
        if len(found) != 2 or None in found:
            skipped["relations of other than two ends that were read"] += 1
            return None
        subject, object_ = cast("list[Mention]", found)
    direction = str(infons.get("direction", "unknown"))
    if direction not in DIRECTIONS:
        raise ValueError(f"relation {relation.id}: the direction {direction!r} is none of {', '.join(DIRECTIONS)}")
    return Relation(
        subject=subject,
        predicate=predicate,
        object=object_,
        score=float(infons.get("score", 1.0)),
        source=str(infons.get("source", "")),
        negated=_TRUTH.get(str(infons.get("negated")).lower(), False),
        speculative=_TRUTH.get(str(infons.get("speculative")).lower(), False),
        direction=direction,
    )


def _concept(end: Any) -> str:
    return str(end["identifier"] if isinstance(end, dict) else end).strip()


def _document(
    identifier: str, texts: dict[SectionName, str], ranges: tuple[Range, ...], infons: dict[str, Any]
) -> Document:
    year = str(infons.get("year") or "")
    found = re.match(r"[0-9]{4}", year)
    return Document(
        id=identifier,
        version=int(infons.get("version") or 1),
        sections=sections(texts["title"], texts["abstract"]),
        ranges=ranges,
        date=PublicationDate(year=int(found[0]) if found else None, text=year),
        journal=str(infons.get("journal") or ""),
        doi=str(infons.get("doi") or infons.get("article-id_doi") or ""),
    )
