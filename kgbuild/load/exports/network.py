"""CSV of concepts and statements with the headings that Gephi asks for; Cytoscape and igraph take them too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kgbuild.files import replacing
from kgbuild.load.scan import Scan

# Gephi knows Id, Label, Source, Target, Type and Weight; all else becomes an attribute.
_NODES = """
    SELECT uri AS "Id", name AS "Label", label AS class, curie, mentions, articles FROM concepts
    WHERE uri IN (SELECT subject FROM statements UNION SELECT object FROM statements) ORDER BY uri
"""
_EDGES = """
    SELECT subject AS "Source", object AS "Target", 'Directed' AS "Type", id AS "Id", predicate AS "Label",
        belief AS "Weight", supporting, refuting, articles, increase, decrease, conflict, human, first_year, last_year
    FROM statements WHERE supporting + refuting > 0 AND belief >= {least!r} ORDER BY id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkReport:
    """How many rows were written."""

    nodes: int
    edges: int


def write_network(tables: Path, folder: Path, *, min_belief: float = 0.0) -> NetworkReport:
    """Write `nodes.csv` and `edges.csv` into a folder, each replaced when both are whole.

    Statements whose evidence all counts for nothing (of retracted articles, notices, aims) are left out. An edge's
    weight is its belief.

    Raises:
        GraphError: a table is missing or damaged.
    """
    with (
        Scan(tables) as scan,
        replacing(folder / "nodes.csv", through=True) as nodes,
        replacing(folder / "edges.csv", through=True) as edges,
    ):
        return NetworkReport(
            nodes=_write(scan, _NODES, nodes), edges=_write(scan, _EDGES.format(least=float(min_belief)), edges)
        )


def _write(scan: Scan, query: str, path: Path) -> int:
    from pyarrow import csv

    answer = scan.batches(query)
    count = 0
    with csv.CSVWriter(str(path), answer.schema) as writer:
        for batch in answer:
            writer.write_batch(batch)
            count += batch.num_rows
    return count
