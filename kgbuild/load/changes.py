"""What changed between two graphs: statements added, removed, and changed in belief.

Statements are told apart by their ids, which depend on subject, predicate and object alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.errors import GraphError
from kgbuild.files import replacing
from kgbuild.parquet import check, has_checksum

if TYPE_CHECKING:
    import duckdb

_COLUMNS = ("subject", "predicate", "object", "belief", "supporting", "refuting", "articles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Numbers of statements. `became_direct` and `no_longer_direct` count those of all kinds of change."""

    added: int
    removed: int
    belief_up: int
    belief_down: int
    same: int
    became_direct: int
    no_longer_direct: int


_BOTH = """
    SELECT coalesce(b.id, a.id) AS id, coalesce(b.subject, a.subject) AS subject,
        coalesce(b.predicate, a.predicate) AS predicate, coalesce(b.object, a.object) AS object,
        CASE WHEN a.id IS NULL THEN 'added' WHEN b.id IS NULL THEN 'removed'
            WHEN b.belief > a.belief THEN 'belief up' WHEN b.belief < a.belief THEN 'belief down'
            ELSE 'same' END AS change,
        a.belief AS belief_before, b.belief AS belief_after,
        a.supporting AS supporting_before, b.supporting AS supporting_after,
        a.refuting AS refuting_before, b.refuting AS refuting_after,
        a.articles AS articles_before, b.articles AS articles_after,
        coalesce(a.direct, false) AS direct_before, coalesce(b.direct, false) AS direct_after
    FROM before a FULL OUTER JOIN after b ON a.id = b.id
"""


def write_changes(before: Path, after: Path, target: Path) -> Changes:
    """Compare two statements tables and write what changed as TSV, sorted by kind of change, then by id.

    Args:
        before: the earlier graph's `statements.parquet`.
        after: the later one's.
        target: the TSV file.

    Raises:
        GraphError: a table is missing or is none of statements.
    """
    with _open(before, after) as connection, replacing(target) as temporary:
        reader = connection.execute(f"{_BOTH} WHERE change <> 'same' ORDER BY change, id").to_arrow_reader(4_000)
        with temporary.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write("\t".join(["change", *(name for name in reader.schema.names if name != "change")]) + "\n")
            for batch in reader:
                stream.writelines(_lines(batch.to_pylist()))
        counted = connection.execute(_COUNTS)
        names = [column[0] for column in counted.description or ()]
        return Changes(**dict(zip(names, counted.fetchone() or (), strict=True)))


_COUNTS = f"""
    SELECT count(*) FILTER (change = 'added') AS added, count(*) FILTER (change = 'removed') AS removed,
        count(*) FILTER (change = 'belief up') AS belief_up, count(*) FILTER (change = 'belief down') AS belief_down,
        count(*) FILTER (change = 'same') AS same,
        count(*) FILTER (direct_after AND NOT direct_before) AS became_direct,
        count(*) FILTER (direct_before AND NOT direct_after) AS no_longer_direct
    FROM ({_BOTH})
"""  # noqa: S608 - a constant


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        cells = [row.pop("change"), *row.values()]
        yield "\t".join("" if cell is None else _cell(cell) for cell in cells) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _open(before: Path, after: Path) -> duckdb.DuckDBPyConnection:
    import duckdb
    import pyarrow.dataset as ds

    connection = duckdb.connect(config={"memory_limit": "600MB", "threads": 2})
    for name, path in (("before", before), ("after", after)):
        if has_checksum(path):
            check(path, remedy="Give it as it was published.")
        try:
            data = ds.dataset(path, format="parquet", partitioning=None)
        except (OSError, ValueError) as error:
            raise GraphError(
                f"{path} is not a table: {error}", remedy="Give a release, or a graph's folder of tables."
            ) from error
        if not set(_COLUMNS) <= set(data.schema.names):
            raise GraphError(f"{path} is not a table of statements", remedy="Give a release of kgbuild.")
        connection.register(name, data)
    return connection
