"""Reading a term index as a vocabulary, so that indexes can be joined."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from kgbuild.link.index import TermIndex
from kgbuild.link.index_schema import APPLICATION_ID
from kgbuild.link.vocabularies.records import SEEN, Entry, Name


def is_index(path: Path) -> bool:
    """Whether a file is a term index, by its first bytes."""
    try:
        with path.open("rb") as stream:
            header = stream.read(72)
    except OSError:
        return False
    return header.startswith(b"SQLite format 3\0") and header[68:72] == APPLICATION_ID.to_bytes(4, "big")


def read_index(path: Path) -> Iterator[Entry]:
    """What a term index holds, so that compiling it again gives the same index.

    Raises:
        InputError: it is damaged, or was written by another version.
    """
    with TermIndex.open(path) as index:
        connection = index.connection
        yield from _nodes(connection)
        labelled = connection.execute(
            "SELECT concept.uri, concept.label, concept.source, name.name, name.scope, name.label, name.count, "
            "name.source FROM concept LEFT JOIN name ON name.concept = concept.id ORDER BY concept.id, name.rowid"
        )
        last = ""
        for uri, label, source, name, scope, given, count, name_source in labelled:
            if uri != last:
                yield Entry(uri=uri, label=label, source=source)
                last = uri
            if name is not None:
                # A name of a vocabulary has its concept's label; annotated text gives names labels of their own.
                named = Name(name, scope, given if scope == SEEN else "", count)
                yield Entry(uri=uri, names=(named,), source=name_source)


def _nodes(connection: sqlite3.Connection) -> Iterator[Entry]:
    for uri, rank in connection.execute("SELECT uri, rank FROM node WHERE rank <> '' ORDER BY id"):
        yield Entry(uri=uri, rank=rank)
    for uri, member, alias in connection.execute(
        "SELECT node.uri, member.uri, alias FROM member JOIN node ON node.id = member.node ORDER BY member.uri"
    ):
        yield Entry(uri=uri, aliases=(member,)) if alias else Entry(uri=uri, equivalents=(member,))
    for child, parent in connection.execute(
        "SELECT c.uri, p.uri FROM parent JOIN node AS c ON c.id = child JOIN node AS p ON p.id = parent ORDER BY 1, 2"
    ):
        yield Entry(uri=child, parents=(parent,))
