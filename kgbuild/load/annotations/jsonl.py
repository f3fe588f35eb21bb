"""kgbuild's own lossless form: one `model.Annotated` a line, fields at the model's defaults left out.

What the sentence says of a relation (JUDGED) is written at its default, too, so that each relation shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, BinaryIO

from kgbuild.model import Annotated

if TYPE_CHECKING:
    from pydantic import TypeAdapter


JUDGED = ("negated", "speculative", "direction", "claim", "finding")


@cache
def _adapter() -> TypeAdapter[Annotated]:
    from pydantic import TypeAdapter

    return TypeAdapter(Annotated)


def write_jsonl(documents: Iterable[Annotated], stream: BinaryIO) -> None:
    """Write articles as JSON Lines; `kgbuild.source.jsonl.read_jsonl` gives back equal ones."""
    for document in documents:
        line = _adapter().dump_json(document, exclude_defaults=True)
        if document.relations:
            fields = json.loads(line)
            for given, relation in zip(fields["relations"], document.relations, strict=True):
                given |= {name: getattr(relation, name) for name in JUDGED}
            line = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
        stream.write(line)
        stream.write(b"\n")
