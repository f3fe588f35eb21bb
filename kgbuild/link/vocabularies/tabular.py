"""The project's own tables: lexicons and learned names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TextIO

from kgbuild.errors import InputError
from kgbuild.link.canonical import standard
from kgbuild.link.learned import COLUMNS
from kgbuild.link.vocabularies.records import EXACT, PREFERRED, SEEN, Entry, Item, Name
from kgbuild.link.vocabularies.tables import UNKNOWN_IDENTIFIER, Row, concept, read_rows, value, values
from kgbuild.model import Reject


def is_lexicon(columns: Collection[str]) -> bool:
    """Whether a table is a lexicon: it has `name`, and `curie` or `uri`."""
    return "name" in columns and ("curie" in columns or "uri" in columns)


def is_learned(columns: Collection[str]) -> bool:
    """Whether a table is one of learned names."""
    return set(columns) >= set(COLUMNS)


def read_lexicon(stream: TextIO, file: str, labels: Collection[str]) -> Iterator[Item]:
    """A lexicon: `name` and `curie` or `uri`; `label`, `synonyms`, `parents` (split at `|`), `rank` if given.

    A parent that is no identifier is a reject of its own; the row is used without it.
    """
    for row in read_rows(stream, is_lexicon):
        try:
            name, label, identifier = (_cell(row, column) for column in ("name", "label", "uri"))
            if not name:
                raise ValueError("the name is empty")
            if label and label not in labels:
                raise ValueError(f"label {label!r} is not one of the schema's: {', '.join(sorted(labels))}")
            uri = concept(identifier or _cell(row, "curie"))
            parents: list[str] = []
            for parent in values(row, "parents"):
                try:
                    parents.append(standard(concept(parent)))
                except ValueError as error:
                    yield _reject(file, row, f"parent {error}", UNKNOWN_IDENTIFIER)
            synonyms = (Name(text, EXACT) for text in values(row, "synonyms"))
            yield Entry(
                uri=uri,
                names=(Name(name, PREFERRED), *synonyms),
                label=label,
                parents=tuple(parents),
                rank=_cell(row, "rank").lower(),
            )
        except ValueError as error:
            yield _reject(file, row, str(error), f"Give a name and an identifier in each row. {UNKNOWN_IDENTIFIER}")


def read_learned(stream: TextIO, file: str, labels: Collection[str]) -> Iterator[Item]:
    """What articles call concepts, how often (`kgbuild.link.learned`); a name may have no label."""
    for row in read_rows(stream, is_learned):
        try:
            surface, label, count = (_cell(row, column) for column in ("surface", "label", "count"))
            if (
                (label and label not in labels)
                or not (count.isascii() and count.isdigit() and int(count))
                or not surface
            ):
                raise ValueError("an unknown label, an empty surface form or a count below 1")
            yield Entry(uri=concept(_cell(row, "uri")), names=(Name(surface, SEEN, label, int(count)),))
        except ValueError as error:
            yield _reject(file, row, str(error), "Give label, uri, surface and count in each row.")


def _cell(row: Row, column: str) -> str:
    if row.fault:
        raise ValueError(row.fault)
    return value(row, column)


def _reject(file: str, row: Row, cause: str, remedy: str) -> Reject:
    return Reject(file=file, record=row.record, cause=cause, remedy=remedy)


def unreadable_table(file: str, first: str) -> InputError:
    """The error for a table with other columns; `first` is the line where its header should stand."""
    return InputError(
        "a table without the columns of a lexicon (curie or uri, name), of learned names (label, uri, surface, "
        f"count) or of SSSOM (subject_id, predicate_id, object_id): its first line is {first[:100]!r}",
        file=file,
        remedy="Name the columns in the first line, separated by tabs, commas or semicolons.",
    )
