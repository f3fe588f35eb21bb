"""How many mentions each index linked, and what a choice of terms leaves out."""

from __future__ import annotations

from pathlib import Path

from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.parquet import literal


def shipped_only(mentions: Path) -> int:
    """How many mentions have no concept although the terms that ship have their name.

    Args:
        mentions: the table of a graph that was linked with `--only-terms`.
    """
    import duckdb

    with duckdb.connect() as connection:
        table = connection.read_parquet(literal(mentions), hive_partitioning=False)
        rows = table.filter("uri IS NULL").aggregate("text, count(*) AS n").fetchall()
    with TermIndex.open(default_index()) as index:
        return sum(count for text, count in rows if index.entries(text))
