"""Reading a finished graph's tables as batches of rows, joined and sorted out of core by DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from shlex import quote
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kgbuild.errors import GraphError
from kgbuild.parquet import check, has_checksum
from kgbuild.schema import graph_schema
from kgbuild.scratch import scratch
from kgbuild.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

# `lit` escapes a text for N-Quads; `six` writes a number to six digits without trailing zeros.
_MACROS = (
    r"CREATE TEMP MACRO lit(s) AS replace(replace(replace(replace(s, '\', '\\'), chr(34), '\' || chr(34)),"
    r" chr(10), '\n'), chr(13), '\r')",
    "CREATE TEMP MACRO six(x) AS rtrim(rtrim(format('{:.6f}', x), '0'), '.')",
)
# All evidence with its sentences cut from the text: one where both mentions stand in it, else two in reading order.
_PLACED = """
CREATE TEMP VIEW placed AS
WITH cut AS (
    SELECT e.*,
        substring(CASE subject_section WHEN 'title' THEN a.title ELSE a.abstract END,
            subject_sentence_start + 1, subject_sentence_end - subject_sentence_start) AS subject_sentence,
        substring(CASE object_section WHEN 'title' THEN a.title ELSE a.abstract END,
            object_sentence_start + 1, object_sentence_end - object_sentence_start) AS object_sentence,
        (subject_section, subject_sentence_start, subject_sentence_end)
            = (object_section, object_sentence_start, object_sentence_end) AS same,
        CASE WHEN subject_section = object_section THEN subject_sentence_start <= object_sentence_start
            ELSE subject_section = 'title' END AS subject_first
    FROM evidence e LEFT JOIN articles a USING (pmid, version)
)
SELECT * EXCLUDE (subject_sentence, object_sentence, same, subject_first),
    CASE WHEN subject_first THEN subject_sentence ELSE object_sentence END AS first_sentence,
    CASE WHEN same THEN NULL WHEN subject_first THEN object_sentence ELSE subject_sentence END AS second_sentence
FROM cut
"""
_BATCH = 4_000
_REMEDY = "Build the graph again with kgbuild ingest."
MEMORY = "256MB"
"""What DuckDB may hold unless a caller says otherwise; beyond it, it spills to disk."""


class Scan:
    """The tables of one folder as views named like them, for SQL; `placed` is evidence with its sentences.

    `schema` is the one that the graph was built with.

    What does not fit into `memory` goes into a folder for temporary files (TMPDIR) until the scan is closed.

    Raises:
        GraphError: a table is missing, is not Parquet, or has other columns than `kgbuild.tables` says.
    """

    def __init__(self, tables: Path, *, memory: str = MEMORY) -> None:
        import duckdb

        self.schema = graph_schema(tables)
        paths = [tables / f"{name}.parquet" for name in TABLES]
        if any(map(has_checksum, paths)):
            again = f"kgbuild repair --kg {quote(str(tables.parent.parent))}"
            check(*paths, remedy=f"Build it again: {again}" if tables.parent.name == "graph" else _REMEDY)
        self._open = ExitStack()
        spill = self._open.enter_context(scratch())
        self._connection = self._open.enter_context(
            duckdb.connect(config={"memory_limit": memory, "threads": 2, "temp_directory": str(spill)})
        )
        try:
            self._register(paths)
        except BaseException:
            self._open.close()
            raise

    def _register(self, paths: list[Path]) -> None:
        import pyarrow.dataset as ds

        # The files are read through pyarrow: DuckDB takes a path with brackets for a pattern.
        for (name, schema), path in zip(TABLES.items(), paths, strict=True):
            try:
                data = ds.dataset(path, format="parquet", partitioning=None)
            except (OSError, ValueError) as error:
                raise GraphError(f"{path} is not a table: {error}", remedy=_REMEDY) from error
            missing = [column for column in schema.names if column not in data.schema.names]
            if missing:
                raise GraphError(
                    f"{path} has no column {missing[0]!r}",
                    remedy="It was written by another version of kgbuild: build the graph again.",
                )
            self._connection.register(name, data)
        for definition in (*_MACROS, _PLACED):
            self._connection.execute(definition)

    def __enter__(self) -> Scan:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def batches(self, query: str) -> pa.RecordBatchReader:
        """The answer of a query as a stream of Arrow batches."""
        return self._connection.execute(query).to_arrow_reader(_BATCH)

    def rows(self, query: str) -> Iterator[list[tuple[Any, ...]]]:
        """The answer of a query in batches of rows; a boolean comes as `true` or `false`."""
        import pyarrow as pa

        for batch in self.batches(query):
            columns = (
                column.cast(pa.string()) if pa.types.is_boolean(column.type) else column for column in batch.columns
            )
            yield list(zip(*(column.to_pylist() for column in columns), strict=True))
