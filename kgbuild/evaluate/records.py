"""Gold and predicted records of the challenge: JSON as it is given, nothing of it checked against a text, and other
formats as annotated articles, whose records follow from them.

Forms: https://hereditary.dei.unipd.it/challenges/gutbrainie/2025/ and .../2026/. Offsets are end-inclusive.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from kgbuild.errors import InputError
from kgbuild.identifiers import article_id
from kgbuild.load.annotations import writer
from kgbuild.model import Annotated, Reject
from kgbuild.source.annotated import READ_ERRORS, open_bytes
from kgbuild.source.files import format_of, read_annotated

Task = Literal["ner", "nerd", "binary", "tag", "mention", "concept"]
TASKS: tuple[Task, ...] = ("ner", "nerd", "binary", "tag", "mention", "concept")


class Entity(NamedTuple):
    """A mention as the challenge writes it; `end` is the last character."""

    start: int
    end: int
    location: str
    text: str
    label: str


# A record of a task, and the class that it counts under: a label, a pair or a triple of labels.
Item = tuple[Any, ...]
Class = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article's records. `items` holds, for each task that the file has fields for, its distinct records."""

    items: Mapping[Task, tuple[Item, ...]]
    texts: Mapping[str, str] = field(default_factory=dict)


PAIR_FIELDS = ("subject_label", "object_label")
TRIPLE_FIELDS = ("subject_label", "predicate", "object_label")
MENTION_FIELDS = ("subject_text_span", "subject_label", "predicate", "object_text_span", "object_label")
CONCEPT_FIELDS = ("subject_uri", "subject_label", "predicate", "object_uri", "object_label")
# The fields of each relation task: the names of its list in either year, and of its records' values.
_RELATIONS: Mapping[Task, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "binary": (("binary_tag_based_relations",), PAIR_FIELDS),
    "tag": (("ternary_tag_based_relations",), TRIPLE_FIELDS),
    "mention": (("mention_level_relations", "ternary_mention_based_relations"), MENTION_FIELDS),
    "concept": (("concept_level_relations",), CONCEPT_FIELDS),
}


def class_of(task: Task, item: Item) -> Class:
    """What a record counts under in the macro scores."""
    if task in ("ner", "nerd"):
        return str(item[4])
    if task in ("binary", "tag"):
        return item
    return (item[1], item[2], item[4])


def load_records(path: Path, *, derive: bool = False) -> dict[str, Article]:
    """Read a file of gold or predicted records, by PMID.

    Args:
        path: a JSON object `{pmid: {...}}`, or annotated articles: PubTator, BioC, JSON Lines or IOB, or a folder.
        derive: make the relation tasks' records from a `relations` list where their own fields are missing, as
            gold files need.

    Raises:
        InputError: it is none of these, an article stands twice, or a record cannot be read; names PMID and record.
    """
    if path.is_dir() or format_of(path) not in (None, "gutbrainie"):
        return records_from(_articles(path), file=str(path))
    with open_bytes(path) as stream:
        try:
            content = json.load(stream)
        except (ValueError, RecursionError, *READ_ERRORS) as error:
            raise InputError(str(error), file=str(path), remedy="Give a JSON object {pmid: {…}}.") from error
    return records_of(content, file=str(path), derive=derive)


def _articles(path: Path) -> Iterator[Annotated]:
    for record in read_annotated(path):
        if isinstance(record, Reject):
            raise InputError(record.cause, file=record.file, record=record.record, remedy=record.remedy)
        yield record


def records_from(articles: Iterable[Annotated], *, file: str) -> dict[str, Article]:
    """The records of annotated articles; where none has a concept, there are none of the tasks that ask for them.

    Raises:
        InputError: two articles have the same id.
    """
    found = list(articles)
    stream = io.BytesIO()
    writer("gutbrainie")(found, stream)
    records = records_of(json.loads(stream.getvalue()), file=file)
    linked = any(link.uri for article in found for link in article.links)
    result = {}
    for article in found:
        items = records[article.document.id].items
        kept = items if linked else {task: rows for task, rows in items.items() if task not in ("nerd", "concept")}
        texts: dict[str, str] = {section.name: section.text for section in article.document.sections}
        result[article.document.id] = replace(records[article.document.id], items=kept, texts=texts)
    return result


def records_of(content: object, *, file: str, derive: bool = False) -> dict[str, Article]:
    """The records of a parsed JSON object; see `load_records`."""
    if not isinstance(content, dict):
        raise InputError("it is no JSON object", file=file, remedy="Give a JSON object {pmid: {…}}.")
    articles = {}
    for pmid, value in content.items():
        identifier = article_id(str(pmid))
        if identifier in articles:
            raise InputError(
                "the article stands twice", file=file, record=f"PMID {identifier}", remedy="Leave one of the two out."
            )
        try:
            articles[identifier] = _article(value, derive)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            cause = f"a record lacks the field {error}" if isinstance(error, KeyError) else str(error)
            raise InputError(
                cause, file=file, record=f"PMID {pmid}", remedy="See docs/evaluation.md for the form."
            ) from error
    return articles


def _article(value: Mapping[str, Any], derive: bool) -> Article:
    items: dict[Task, tuple[Item, ...]] = {}
    entities = value.get("entities")
    if entities is not None:
        found = [(_entity(entity), entity.get("uri")) for entity in entities]
        items["ner"] = _distinct(entity for entity, _ in found)
        if any("uri" in entity for entity in entities) or not entities:
            items["nerd"] = _distinct((*entity, uri) for entity, uri in found)
    for task, (names, fields) in _RELATIONS.items():
        rows = next((value[name] for name in names if name in value), None)
        if rows is not None:
            items[task] = _distinct(tuple(str(row[name]) for name in fields) for row in rows)
    if derive and "relations" in value:
        items = {**_derived(value["relations"], entities or ()), **items}
    metadata = value.get("metadata", value)
    texts = {name: metadata[name] for name in ("title", "abstract") if isinstance(metadata.get(name), str)}
    return Article(items=items, texts=texts)


def _entity(row: Mapping[str, Any]) -> Entity:
    return Entity(
        start=int(row["start_idx"]),
        end=int(row["end_idx"]),
        location=str(row["location"]),
        text=str(row["text_span"]),
        label=str(row["label"]),
    )


def _derived(
    relations: Sequence[Mapping[str, Any]], entities: Sequence[Mapping[str, Any]]
) -> dict[Task, tuple[Item, ...]]:
    """The records that follow from relations between mentions; an end's concept is that of its entity."""
    uris = {(*_entity(row)[:3], row["label"]): row.get("uri") for row in entities}
    items: dict[Task, tuple[Item, ...]] = {}
    for task in ("binary", "tag", "mention"):
        fields = _RELATIONS[task][1]
        items[task] = _distinct(tuple(str(row[name]) for name in fields) for row in relations)
    if any("uri" in row for row in entities):
        rows = []
        for row in relations:
            subject, object_ = (uris.get(_place(row, role)) for role in ("subject", "object"))
            if subject and object_:
                rows.append((subject, row["subject_label"], row["predicate"], object_, row["object_label"]))
        items["concept"] = _distinct(rows)
    return items


def _place(row: Mapping[str, Any], role: str) -> tuple[int, int, str, str]:
    names = ("start_idx", "end_idx", "location")
    start, end, location = (row[f"{role}_{name}"] for name in names)
    return int(start), int(end), str(location), str(row[f"{role}_label"])


def _distinct(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(items))


def longest(entities: Sequence[Item]) -> tuple[Item, ...]:
    """Of entities that overlap in one section, the longest; of equally long ones the first."""
    kept: list[Item] = []
    for item in sorted(entities, key=lambda e: (e[0] - e[1], e[0])):
        if all(item[2] != other[2] or item[1] < other[0] or other[1] < item[0] for other in kept):
            kept.append(item)
    return tuple(item for item in entities if item in set(kept))
