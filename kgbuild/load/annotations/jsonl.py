"""kgbuild's own lossless form: one `model.Annotated` a line, fields at the model's defaults left out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, BinaryIO

from kgbuild.model import Annotated

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@cache
def _adapter() -> TypeAdapter[Annotated]:
    from pydantic import TypeAdapter

    return TypeAdapter(Annotated)


def write_jsonl(documents: Iterable[Annotated], stream: BinaryIO) -> None:
    """Write articles as JSON Lines; `kgbuild.source.jsonl.read_jsonl` gives back equal ones."""
    for document in documents:
        stream.write(_adapter().dump_json(document, exclude_defaults=True))
        stream.write(b"\n")
