"""JSON Lines: one article a line, in kgbuild's own lossless form or as `{"id", "title", "abstract"}`.

The lossless form is `model.Annotated` field by field: `{"document": {...}, "mentions": [...], "relations": [...],
"links": [...]}`; what is left out has the model's default. Relations and links repeat the mentions they name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Annotated as Constrained

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from kgbuild.model import Annotated, Document, Link, Mention, Reject, Relation
from kgbuild.source.annotated import MAX_LINE, READ_ERRORS, checked, damaged, flawed, lines, open_bytes, sections

if TYPE_CHECKING:
    from pydantic import TypeAdapter


_Whole = Constrained[float, Field(multiple_of=1, allow_inf_nan=False)]
"""A PMID that went through a spreadsheet: 71000001.0."""


class Full(BaseModel):
    """A line in the lossless form. The configuration holds for the model's types within as well."""

    model_config = ConfigDict(extra="forbid", strict=True)

    document: Document
    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    links: tuple[Link, ...] = ()


class Plain(BaseModel):
    """A line that gives the text alone."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str | int | _Whole
    title: str = ""
    abstract: str = ""


@cache
def _adapter() -> TypeAdapter[Full | Plain]:
    from typing import Annotated as Tagged

    from pydantic import Discriminator, Tag, TypeAdapter

    def form(value: object) -> str:
        return "full" if isinstance(value, dict) and "document" in value else "plain"

    return TypeAdapter(Tagged[Tagged[Full, Tag("full")] | Tagged[Plain, Tag("plain")], Discriminator(form)])


def read_jsonl(path: Path) -> Iterator[Annotated | Reject]:
    """The articles of a JSON Lines file (`.gz` too), streamed; empty lines are passed over.

    A line is rejected where it is not JSON, has an unknown or missing field, or an offset that does not give
    back its text. Where its document can be read all the same, the reject is `Flawed` and has it.

    Raises:
        InputError: the file can not be opened.
    """
    number = 0
    with open_bytes(path) as stream:
        try:
            for number, line in lines(stream):
                if line is None or line.strip():
                    yield _read(path, number, line)
        except READ_ERRORS as error:
            yield damaged(path, f"after line {number}", error)


def _read(path: Path, number: int, line: bytes | None) -> Annotated | Reject:
    name, remedy = f"line {number}", 'Give {"id": …, "title": …, "abstract": …}, or what `kgbuild annotate` writes.'
    if line is None:
        cause = f"longer than {MAX_LINE // 2**20} MiB"
        return Reject(file=str(path), record=name, cause=cause, remedy="Give one article a line.")
    try:
        record = _adapter().validate_json(line)
    except ValidationError as error:
        first, more = error.errors(include_input=False)[0], error.error_count() - 1
        field = ".".join(map(str, first["loc"][1:]))
        cause = f"{f'{field}: ' if field else ''}{first['msg']}" + (f" (and {more} more)" if more else "")
        reject = Reject(file=str(path), record=name, cause=cause, remedy=remedy)
        document = _text(line)
        return flawed(reject, document) if document else reject
    if isinstance(record, Plain):
        return checked(path, name, _plain(record), ())
    ends = (end for relation in record.relations for end in (relation.subject, relation.object))
    named = (*record.mentions, *ends, *(link.mention for link in record.links))
    for_offsets = checked(path, name, record.document, named)
    if isinstance(for_offsets, Reject):
        return for_offsets
    return checked(path, name, record.document, record.mentions, record.relations, record.links)


def _plain(record: Plain) -> Document:
    identifier = f"{record.id:.0f}" if isinstance(record.id, float) else str(record.id)
    return Document(id=identifier, sections=sections(record.title, record.abstract))


def _text(line: bytes) -> Document | None:
    """The document of a line whose other fields are not as they should be."""
    try:
        value = from_json(line)
        if isinstance(value, dict) and "document" in value:
            return Full.model_validate_json(json.dumps({"document": value["document"]})).document
        if isinstance(value, dict):
            return _plain(Plain.model_validate({key: value[key] for key in Plain.model_fields if key in value}))
    except ValueError:  # ValidationError is one
        pass
    return None
