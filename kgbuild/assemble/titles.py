"""Links between articles that no record gives, found by titles that are the same word by word.

A notice without a link is of the article whose title it repeats ("Retraction: TITLE"); a preprint is of the article
of the same title that is published within five years and shares an author, as far as authors are known. Letters'
case, accents and punctuation do not count. Short titles and those of several articles give no link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from kgbuild.source.standing import noticed_title

if TYPE_CHECKING:
    import duckdb

LEAST_LETTERS = 25
"""Shorter titles ("Gut microbiota.") are of many articles."""

_FOLD = r"""
CREATE TEMP MACRO folded(text) AS trim(regexp_replace(strip_accents(lower(text)), '[^\p{L}\p{N}]+', ' ', 'g'))
"""
_NOTICES = (
    "SELECT key, notice_title FROM telling WHERE place = 1 AND standing = 'notice' AND len(links) = 0 ORDER BY key"
)
_FOUND = f"""
WITH titled AS (
    SELECT folded(d.title) AS title, live.key, live.preprint, live.year,
           list_transform(d.authors, x -> folded(x.last || x.collective)) AS authors
    FROM read_parquet($documents, filename = true, hive_partitioning = false) AS d
    JOIN part ON part.documents = d.filename
    JOIN live ON live.described = part.ordinal AND live.pmid = d.pmid AND live.version = d.version
    WHERE live.standing <> 'notice' AND length(title) >= {LEAST_LETTERS}
)
SELECT n.source, n.kind, t.key FROM named AS n JOIN titled AS t ON t.title = folded(n.title)
UNION
SELECT p.key, 'ispreprintof', a.key FROM titled AS p JOIN titled AS a USING (title)
WHERE p.preprint AND NOT a.preprint AND coalesce(a.year - p.year BETWEEN 0 AND 5, true)
  AND (len(p.authors) = 0 OR len(a.authors) = 0 OR list_has_any(p.authors, a.authors))
ORDER BY ALL
"""  # noqa: S608 - a number


def links_by_title(connection: duckdb.DuckDBPyConnection, documents: Sequence[str]) -> list[tuple[str, str, str]]:
    """The identifier that links, the kind of link, and the identifier that is meant."""
    named = [
        (key, *told)
        for key, title in connection.execute(_NOTICES).fetchall()
        if (told := noticed_title(title)) is not None
    ]
    if not named and not connection.execute("SELECT count(*) FROM live WHERE preprint").fetchall()[0][0]:
        return []
    columns = ("source", "kind", "title")
    connection.register(
        "named",
        pa.table(
            {name: [row[n] for row in named] for n, name in enumerate(columns)},
            schema=pa.schema([(name, pa.string()) for name in columns]),
        ),
    )
    connection.execute(_FOLD)
    meant: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, kind, key in connection.execute(_FOUND, {"documents": list(documents)}).fetchall():
        meant[source, kind].append(key)
    connection.unregister("named")
    return [(source, kind, keys[0]) for (source, kind), keys in meant.items() if len(keys) == 1]
