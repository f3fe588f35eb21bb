"""Assembling a graph's tables from the parts, out of core with DuckDB.

Belief follows Dempster's rule for simple support functions (Shafer, A Mathematical Theory of Evidence, 1976): each
article supports a statement as its best evidence does (half as much if only supposed), refutes it as its best negated
evidence does, and articles are independent. With s = 1 - prod(1 - support) and r = 1 - prod(1 - refutation), belief =
s (1 - r) / (1 - s r). Evidence from retracted articles, notices and versions in whose place another one speaks counts
for nothing, that from articles of concern or partly retracted half; see `kgbuild.assemble.works`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from kgbuild import parquet
from kgbuild.assemble import sql, works
from kgbuild.assemble.concepts import Usage, concept_rows
from kgbuild.assemble.workspace import Unit, Workspace
from kgbuild.schema import Schema
from kgbuild.tables import ARTICLES, CONCEPTS, EVIDENCE, MENTIONS, STATEMENTS, TABLES

if TYPE_CHECKING:
    from kgbuild.link.index import TermIndex

SPECULATIVE_WEIGHT = 0.5
DOUBTFUL_WEIGHT = 0.5
"""Of evidence from an article with an expression of concern, or that is retracted in part."""
# No single article proves a statement.
MOST_SUPPORT = 0.99
_REJECT = ("file", "record", "cause", "remedy")


def build_tables(
    workspace: Workspace,
    units: Sequence[Unit],
    folder: Path,
    *,
    keys: Callable[[str], tuple[str, str]],
    index: TermIndex,
    schema: Schema,
    threshold: float,
    memory: str = "500MB",
    threads: int = 2,
) -> tuple[dict[str, int], list[dict[str, str]]]:
    """Write the five tables of `kgbuild.tables` into a folder.

    Returns the counts of what they hold, and the articles that could not be annotated, with the causes.

    Args:
        workspace: the folder of parts.
        units: what was committed, in order.
        folder: an empty folder.
        keys: from a documents part's key to those of its annotations and of its links.
        index: names, equivalents and parents of the concepts.
        schema: says which relations are symmetric.
        threshold: least belief of a direct triple.
        memory: DuckDB's limit; beyond it, it spills into the folder.
        threads: DuckDB's threads.

    Raises:
        GraphError: a part is missing or damaged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": str(threads),
        "temp_directory": str(folder / "spill"),
    }
    with duckdb.connect(config=settings) as connection:
        _register(connection, workspace, units, keys, schema)
        stored = {
            stage: [Path(row[0]) for row in connection.sql(f"SELECT DISTINCT {stage} FROM part").fetchall()]  # noqa: S608
            for stage in ("documents", "annotations", "mentions", "evidence")
        }
        parquet.check(*(path for paths in stored.values() for path in paths))
        files = {stage: [parquet.literal(path) for path in paths] for stage, paths in stored.items()}
        tables = {name: folder / f"{name}.parquet" for name in TABLES}
        if files["documents"]:
            works.choose(connection, files["documents"])
            failed = connection.execute(sql.FAILURES, {"files": files["annotations"]}).fetchall()
            failures = [dict(zip(_REJECT, row, strict=True)) for row in failed]
            texts = {name: files[name] for name in ("documents", "annotations")}
            _write(connection, sql.ARTICLE_ROWS, texts, ARTICLES, tables["articles"])
            for stage, order, columns in (
                ("mentions", sql.MENTION_ORDER, MENTIONS),
                ("evidence", sql.EVIDENCE_ORDER, EVIDENCE),
            ):
                query = sql.OF_LIVE.format(columns=sql.COLUMNS[stage], stage=stage, which="true", order=order)
                _write(connection, query, {"files": files[stage]}, columns, tables[stage])
        else:
            failures = []
            for stage, columns in (("articles", ARTICLES), ("mentions", MENTIONS), ("evidence", EVIDENCE)):
                _save(columns.empty_table(), tables[stage])
        weights = {
            "most": MOST_SUPPORT,
            "speculative": SPECULATIVE_WEIGHT,
            "doubtful": DOUBTFUL_WEIGHT,
            "background": list(schema.background),
            "threshold": threshold,
        }
        paths = {name: parquet.literal(path) for name, path in tables.items()}
        evidence = {"evidence": paths["evidence"]}
        _write(connection, sql.STATEMENT_ROWS, {**evidence, **weights}, STATEMENTS, tables["statements"])
        found = {name: paths[name] for name in ("mentions", "statements")}
        rows = connection.execute(sql.USAGE, found).fetchall()
        usage = {uri: Usage(*rest) for uri, *rest in rows}
        concepts = pa.Table.from_pylist(concept_rows(usage, index), schema=CONCEPTS)
        _save(concepts, tables["concepts"])
        counted = connection.execute(sql.COUNTS, paths)
        names = [column[0] for column in counted.description or ()]
        counts = dict(zip(names, counted.fetchone() or (), strict=True))
        return counts, failures


def _register(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    units: Sequence[Unit],
    keys: Callable[[str], tuple[str, str]],
    schema: Schema,
) -> None:
    """Make the small tables that queries join with: parts, deletions, links aside, symmetric signatures."""
    parts: list[dict[str, Any]] = []
    for unit in units:
        for documents in unit.parts:
            annotations, links = keys(documents)
            names = {"documents": documents, "annotations": annotations, "mentions": links, "evidence": links}
            paths = {stage: str(workspace.part(stage, key).absolute()) for stage, key in names.items()}
            parts.append({"ordinal": len(parts), "unit": unit.number, **paths})
    deleted = [{"pmid": pmid, "unit": unit.number} for unit in units for pmid in unit.deletions]
    aside = [{**link, "unit": unit.number} for unit in units for link in unit.links]
    symmetric = [
        {"subject": s.subject, "predicate": s.predicate, "object": s.object} for s in schema.signatures if s.symmetric
    ]
    text, number = pa.string(), pa.int64()
    _table(
        connection,
        "part",
        parts,
        {
            "ordinal": number,
            "unit": number,
            "documents": text,
            "annotations": text,
            "mentions": text,
            "evidence": text,
        },
    )
    _table(connection, "deleted", deleted, {"pmid": text, "unit": number})
    _table(connection, "aside", aside, {"source": text, "kind": text, "pmid": text, "text": text, "unit": number})
    _table(connection, "swappable", symmetric, {"subject": text, "predicate": text, "object": text})


def _table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: list[dict[str, Any]],
    columns: Mapping[str, pa.DataType],
) -> None:
    connection.register("incoming", pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items()))))
    connection.execute(f"CREATE TABLE {name} AS FROM incoming")
    connection.unregister("incoming")


def _save(table: pa.Table, path: Path) -> None:
    with parquet.parquet_writer(path, table.schema) as writer:
        writer.write_table(table)


def _write(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Mapping[str, object],
    schema: pa.Schema,
    path: Path,
) -> None:
    """Stream a query's rows into a Parquet file with the declared columns, types and notes."""
    reader = connection.execute(query, dict(parameters)).to_arrow_reader(20_000)
    with parquet.parquet_writer(path, schema) as writer:
        for batch in reader:
            table = pa.Table.from_batches([batch])
            writer.write_table(table.select(schema.names).cast(schema))
