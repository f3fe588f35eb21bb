"""GutBrainIE's JSON: annotations `{pmid: {metadata, entities, relations}}`, or articles `{pmid: {title, abstract}}`.

Offsets count characters within the title or the abstract and include the end. A mention's `source` is the
annotator that the metadata name. The lists that the organisers derive from `relations` are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated as Constrained
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kgbuild.identifiers import GOLD
from kgbuild.model import (
    Annotated,
    Author,
    Document,
    Link,
    Mention,
    PublicationDate,
    Reject,
    Relation,
    SectionName,
    Span,
)
from kgbuild.namespaces import to_uri
from kgbuild.source.annotated import READ_ERRORS, checked, damaged, flawed, open_bytes, sections
from kgbuild.source.json_stream import members

_Index = Constrained[int, Field(strict=True, ge=0)]
_NO_URI = frozenset({"", "NA"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Entity(_Part):
    start_idx: _Index
    end_idx: _Index
    location: SectionName
    text_span: str
    label: str
    uri: str | None = None


class _Relation(_Part):
    subject_start_idx: _Index
    subject_end_idx: _Index
    subject_location: SectionName
    subject_text_span: str
    subject_label: str
    predicate: str
    object_start_idx: _Index
    object_end_idx: _Index
    object_location: SectionName
    object_text_span: str
    object_label: str


class _Article(_Part):
    title: str
    abstract: str | None = None
    author: str | None = None
    journal: str | None = None
    year: str | int | None = None
    annotator: str | None = None


class _Record(_Part):
    metadata: _Article
    entities: tuple[_Entity, ...] = ()
    relations: tuple[_Relation, ...] = ()


def read_gutbrainie(path: Path) -> Iterator[Annotated | Reject]:
    """The articles of a GutBrainIE file (`.gz` too), streamed.

    Relations are the mention-level ones, each end a mention of the record. A record is rejected where it lacks
    a field, where an offset does not give back its text, or where a relation's end is no mention of it; where its
    title and abstract can be read all the same, the reject is `Flawed` and has them. Where no entity has a URI,
    there are no links; else there is one for each mention.

    Raises:
        InputError: the file can not be opened.
    """
    import ijson

    stream = open_bytes(path)
    place = "start of file"
    with stream:
        try:
            for pmid, value in members(stream):
                place = f"after PMID {pmid}"
                yield _record(path, pmid, value)
        except (*READ_ERRORS, ijson.JSONError) as error:
            yield damaged(path, place, error)


def _record(path: Path, pmid: str, value: Any) -> Annotated | Reject:
    name = f"PMID {pmid}"
    if isinstance(value, dict) and "metadata" not in value:
        value = {**value, "metadata": value}
    try:
        record = _Record.model_validate(value)
    except ValidationError as error:
        first, more = error.errors()[0], error.error_count() - 1
        field = ".".join(map(str, first["loc"])) or "the record"
        cause = f"{field}: {first['msg']}" + (f" (and {more} more)" if more else "")
        remedy = "Give it as GutBrainIE does; a file of predictions alone has no text to read."
        reject = Reject(file=str(path), record=name, cause=cause, remedy=remedy)
        text = _text(value)
        return flawed(reject, _document(pmid, text)) if text else reject
    annotator = record.metadata.annotator or ""
    mentions = [
        _mention(e.location, e.start_idx, e.end_idx, e.text_span, e.label, annotator) for e in record.entities
    ]
    known = set(mentions)
    relations = []
    for index, relation in enumerate(record.relations):
        ends = [_end(relation, "subject", annotator), _end(relation, "object", annotator)]
        unknown = [end for end in ends if end not in known]
        if unknown:
            reject = Reject(
                file=str(path),
                record=f"{name}, relation {index + 1}",
                cause=f"no entity is {unknown[0].label} {unknown[0].text!r} at {unknown[0].span.start}",
                remedy="List both ends of each relation in `entities`, with the same offsets, text and label.",
            )
            return flawed(reject, _document(pmid, record.metadata))
        relations.append(Relation(subject=ends[0], predicate=relation.predicate, object=ends[1], source=annotator))
    uris = [_uri(entity.uri) for entity in record.entities]
    links = [
        Link(mention=mention, uri=uri, score=1.0 if uri else 0.0, method=GOLD)
        for mention, uri in zip(mentions, uris, strict=True)
    ]
    return checked(path, name, _document(pmid, record.metadata), mentions, relations, links if any(uris) else ())


def _text(value: Any) -> _Article | None:
    """The title and abstract of a record that is else not as it should be, with those of its fields that are."""
    given = value.get("metadata") if isinstance(value, dict) else None
    if not isinstance(given, dict):
        return None
    try:
        return _Article.model_validate(given)
    except ValidationError as error:
        wrong = {name for detail in error.errors() for name in detail["loc"][:1]}
    if wrong & {"title", "abstract"}:
        return None
    return _Article.model_validate({key: part for key, part in given.items() if key not in wrong})


def _uri(text: str | None) -> str | None:
    """A URI as it is spelled, since the benchmark compares spellings; a CURIE expanded."""
    return None if text is None or text in _NO_URI else text if "://" in text else to_uri(text) or text


def _mention(location: SectionName, start: int, end: int, text: str, label: str, source: str) -> Mention:
    span = Span(section=location, start=start, end=end + 1)
    return Mention(span=span, text=text, label=label, source=source)


def _end(relation: _Relation, role: Literal["subject", "object"], source: str) -> Mention:
    if role == "subject":
        start, end = relation.subject_start_idx, relation.subject_end_idx
        text, label = relation.subject_text_span, relation.subject_label
        return _mention(relation.subject_location, start, end, text, label, source)
    start, end = relation.object_start_idx, relation.object_end_idx
    text, label = relation.object_text_span, relation.object_label
    return _mention(relation.object_location, start, end, text, label, source)


def _document(pmid: str, article: _Article) -> Document:
    year = str(article.year or "")
    found = re.match(r"[0-9]{4}", year)
    return Document(
        id=pmid,
        sections=sections(article.title, article.abstract or ""),
        date=PublicationDate(year=int(found[0]) if found else None, text=year),
        journal=article.journal or "",
        authors=tuple(_author(name.strip()) for name in (article.author or "").split(";") if name.strip()),
    )


def _author(name: str) -> Author:
    """ "Martha F Hoopes": the last word is the last name; one word alone is a group's."""
    fore, _, last = name.rpartition(" ")
    if not fore:
        return Author(collective=name)
    initials = "".join(part[0].upper() for part in re.split(r"[\s-]+", fore) if part)
    return Author(last=last, fore=fore, initials=initials)
