"""Concepts of several vocabularies that have the same preferred name and label are one."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from kgbuild.link.canonical import prefix, standard
from kgbuild.link.cliques import Cliques
from kgbuild.link.labels import LabelRules

_DEEPEST = 50
_SHARED = """
SELECT key, uri FROM stage.name
WHERE scope = 0 AND key IN (SELECT key FROM stage.name WHERE scope = 0 GROUP BY key HAVING count(DISTINCT uri) > 1)
GROUP BY key, uri ORDER BY key, min(source), uri
"""


def join_by_name(connection: sqlite3.Connection, cliques: Cliques, rules: LabelRules) -> None:
    """Join staged concepts that have the same preferred name and label.

    A name that a vocabulary has for two concepts of one label joins none of them, since it tells them not apart. A
    pair is refused, as any equivalence is, where its cliques hold two concepts of one vocabulary.
    """
    connection.execute("CREATE INDEX stage.label_of ON label (std)")
    connection.execute("CREATE INDEX stage.parents_of ON parent (child)")
    for _, rows in groupby(connection.execute(_SHARED).fetchall(), key=lambda row: row[0]):
        by_label: dict[str, list[str]] = {}
        for uri in dict.fromkeys(standard(uri) for _, uri in rows):
            by_label.setdefault(_label(connection, uri, rules), []).append(uri)
        by_label.pop("", None)
        for uris in by_label.values():
            for first, other in _pairs(uris):
                cliques.same(first, other)


def _pairs(uris: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The first URI with each other one, those left out that share their vocabulary."""
    times = Counter(map(prefix, uris))
    alone = [uri for uri in uris if times[prefix(uri)] == 1]
    yield from ((alone[0], other) for other in alone[1:])


def _label(connection: sqlite3.Connection, uri: str, rules: LabelRules) -> str:
    """The label that an input gives, else that of the nearest root above, else that of the vocabulary."""
    given = connection.execute("SELECT label FROM stage.label WHERE std = ? ORDER BY source, rowid LIMIT 1", (uri,))
    for (label,) in given:
        return str(label)
    level, seen = [uri], {uri}
    for _ in range(_DEEPEST):
        for one in level:
            if one in rules.roots:
                return rules.roots[one]
        rows = [connection.execute("SELECT parent FROM stage.parent WHERE child = ?", (one,)) for one in level]
        level = [parent for found in rows for (parent,) in found if parent not in seen]
        seen.update(level)
        if not level:
            break
    return rules.by_beginning(uri)
