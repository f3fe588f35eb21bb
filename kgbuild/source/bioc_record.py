"""One BioC document, as the `bioc` library parsed it, to kgbuild's types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from kgbuild.identifiers import gold_link, pmcid
from kgbuild.model import (
    CLAIM_KINDS,
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
from kgbuild.source.annotated import closest_pair, elsewhere, mentions_by_concept, sections
from kgbuild.source.bioc_parts import Skipped

if TYPE_CHECKING:
    from bioc import BioCAnnotation, BioCDocument, BioCPassage, BioCRelation

# Infons that name an annotation's concept, in order of preference; all but the first name its vocabulary, too.
_IDENTIFIERS = ("identifier", "MESH", "NCBI Gene", "NCBI GENE", "NCBI Taxonomy", "OMIM", "CHEBI")
_ENDS = (("entity1", "entity2"), ("role1", "role2"), ("Chemical", "Disease"))
_TRUTH = {"true": True, "false": False}
_UNFIT_MENTION = "annotations that do not fit"
_UNFIT_RELATION = "relations that do not fit"
_PART_ERRORS = (KeyError, ValueError, TypeError, AttributeError)

Parts = tuple[Document, list[Mention], list[Relation], list[Link]]


def record_parts(source: BioCDocument, skipped: Skipped) -> Parts:
    """The document, its mentions, relations and links (none where no annotation has an identifier).

    An annotation or relation that does not fit is counted in `skipped`.

    Raises:
        KeyError, ValueError, TypeError, AttributeError, AssertionError: the text can not be read.
    """
    texts: dict[SectionName, str] = {"title": "", "abstract": ""}
    ranges: list[Range] = []
    infons = dict(source.infons)
    given: list[tuple[BioCAnnotation, SectionName, int]] = []
    label, found = "", False
    for passage in source.passages:
        section, is_label = _section(passage)
        if section is None:
            skipped.add("passages other than title and abstract")
            skipped.add("annotations in them", sum(1 for _ in _annotations(passage)))
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
        given += ((annotation, section, base - passage.offset) for annotation in _annotations(passage))
    if not found:
        raise ValueError("no passage whose infon `type` is title or abstract")
    skipped.add("annotations outside of passages", len(source.annotations))
    document = _document(str(source.id), texts, tuple(ranges), infons)
    identified, mentions = _mentions(document, given, skipped)
    links = [gold_link(mention, text or "", vocabulary) for mention, (text, vocabulary) in identified]
    named = mentions_by_concept((mention, text) for mention, (text, _) in identified if text)
    parts = chain.from_iterable((passage, *passage.sentences) for passage in source.passages)
    relations = []
    for item in chain(source.relations, *(part.relations for part in parts)):
        try:
            relation = _relation(item, mentions, named, skipped)
        except _PART_ERRORS as error:
            skipped.add(_UNFIT_RELATION, example=f"PMID {source.id}, {item.id}: {error}")
            continue
        relations += [relation] if relation else []
    has_links = any(text is not None for _, (text, _) in identified)
    return document, [mention for mention, _ in identified], relations, links if has_links else []


def _mentions(
    document: Document, given: list[tuple[BioCAnnotation, SectionName, int]], skipped: Skipped
) -> tuple[list[tuple[Mention, tuple[str | None, str]]], dict[str, Mention | None]]:
    """The mentions that fit, with their identifiers; and by their id, None where several have one id."""
    identified: list[tuple[Mention, tuple[str | None, str]]] = []
    mentions: dict[str, Mention | None] = {}
    for annotation, section, shift in given:
        try:
            mention = _mention(annotation, section, shift, document.text(section), skipped)
            if mention is None:
                continue
            pair = mention, _identifier(annotation)
        except _PART_ERRORS as error:
            skipped.add(_UNFIT_MENTION, example=f"PMID {document.id}, {annotation.id}: {error}")
            continue
        identified.append(pair)
        key = str(annotation.id)
        mentions[key] = None if key in mentions else mention
    return identified, mentions


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


def _mention(
    annotation: BioCAnnotation, section: SectionName, shift: int, text: str, skipped: Skipped
) -> Mention | None:
    label = annotation.infons.get("type")
    if not isinstance(label, str) or not label:
        raise ValueError("it has no infon `type`")
    if len(annotation.locations) != 1:
        skipped.add("annotations of several pieces or none")
        return None
    start = annotation.locations[0].offset + shift
    span = Span(section=section, start=start, end=start + annotation.locations[0].length)
    covered = text[span.start : span.end] if 0 <= span.start < span.end else ""
    mention = Mention(
        span=span,
        text=covered if annotation.text is None else annotation.text,
        label=label,
        score=float(annotation.infons.get("score", 1.0)),
        source=str(annotation.infons.get("source", "")),
    )
    if not covered or covered != mention.text:
        place = elsewhere(text, mention)
        raise ValueError(f"{section} {span.start}-{span.end} holds {covered!r}, not {mention.text!r}{place}")
    return mention


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
    relation: BioCRelation, mentions: Mapping[str, Mention | None], named: dict[str, list[Mention]], skipped: Skipped
) -> Relation | None:
    infons = relation.infons
    predicate = infons.get("type") or infons.get("relation")
    if not isinstance(predicate, str):
        raise ValueError("it has no infon `type` or `relation`")
    keys = next((keys for keys in _ENDS if all(key in infons for key in keys)), None)
    if keys:
        ends = [_concept(infons[key]) for key in keys]
        missing = next((end for end in ends if end not in named), None)
        if missing is not None:
            raise ValueError(f"no mention is identified as {missing[:40]!r}")
        subject, object_ = closest_pair(named[ends[0]], named[ends[1]])
    else:
        nodes = sorted(relation.nodes, key=lambda node: str(node.role).lower() == "object")
        found = [mentions.get(str(node.refid)) for node in nodes]
        if len(found) != 2 or None in found:
            skipped.add("relations of other than two ends that were read")
            return None
        subject, object_ = cast("list[Mention]", found)
    direction, claim = str(infons.get("direction", "unknown")), str(infons.get("claim", "other"))
    if direction not in DIRECTIONS:
        raise ValueError(f"the direction {direction!r} is none of {', '.join(DIRECTIONS)}")
    if claim not in CLAIM_KINDS:
        raise ValueError(f"the claim {claim!r} is none of {', '.join(CLAIM_KINDS)}")
    return Relation(
        subject=subject,
        predicate=predicate,
        object=object_,
        score=float(infons.get("score", 1.0)),
        source=str(infons.get("source", "")),
        negated=_TRUTH.get(str(infons.get("negated")).lower(), False),
        speculative=_TRUTH.get(str(infons.get("speculative")).lower(), False),
        direction=direction,
        claim=claim,
        finding=_TRUTH.get(str(infons.get("finding")).lower(), True),
    )


def _concept(end: Any) -> str:
    return str(end["identifier"] if isinstance(end, dict) else end).strip()


def _document(
    identifier: str, texts: dict[SectionName, str], ranges: tuple[Range, ...], infons: dict[str, Any]
) -> Document:
    year = str(infons.get("year") or "")
    found = re.match(r"[0-9]{4}", year)
    version = re.fullmatch(r"[1-9][0-9]{0,3}", str(infons.get("version") or 1))
    number = str(infons.get("article-id_pmc") or "")
    return Document(
        id=identifier,
        version=int(version[0]) if version else 1,
        sections=sections(texts["title"], texts["abstract"]),
        ranges=ranges,
        date=PublicationDate(year=int(found[0]) if found else None, text=year),
        journal=str(infons.get("journal") or ""),
        doi=str(infons.get("doi") or infons.get("article-id_doi") or ""),
        pmcid=pmcid(f"PMC{number}" if number.isdigit() else number),
    )
