"""A graph's tables as DuckDB reads them for look-up: no more columns and rows than a question needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.errors import GraphError
from kgbuild.parquet import literal

if TYPE_CHECKING:
    import duckdb

Parameter = str | int | Sequence[str]
_PARAMETER = re.compile(r"\$(\w+)")


class Tables:
    """Open tables of a graph."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, query: str, **parameters: Parameter) -> list[dict[str, Any]]:
        """The rows of a query; `$name` in it stands for a parameter, `IN $names` for one of several."""
        # Not DuckDB's own parameters: for them it imports pandas, which takes longer than all else.
        text = _PARAMETER.sub(lambda match: _literal(parameters[match[1]]), query)
        answer = self._connection.execute(text)
        columns = [column[0] for column in answer.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


@contextmanager
def open_tables(folder: Path, *names: str) -> Iterator[Tables]:
    """The tables of these names, as views, for as long as the context lasts.

    Raises:
        GraphError: one is missing or damaged, or of another version of kgbuild.
    """
    import duckdb

    remedy = "Build the graph again with kgbuild ingest."
    with duckdb.connect() as connection:
        try:
            for name in names:
                path = literal(folder / f"{name}.parquet")
                connection.read_parquet(path, hive_partitioning=False).create_view(name)
            yield Tables(connection)
        except duckdb.BinderException as error:
            cause = str(error).splitlines()[0]
            raise GraphError(f"another version of kgbuild wrote {folder}: {cause}", remedy=remedy) from error
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise GraphError(f"{folder} cannot be read: {error}", remedy=remedy) from error


def _literal(value: Parameter) -> str:
    """A value as SQL writes it. In a text nothing but the quote has a meaning; no text of a graph holds U+0000."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''").replace("\0", "\N{REPLACEMENT CHARACTER}") + "'"
    return f"({', '.join(map(_literal, value)) or 'NULL'})"
