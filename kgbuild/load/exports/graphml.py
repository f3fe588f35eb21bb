"""GraphML, for Cytoscape, Gephi and networkx: concepts as nodes, statements as edges."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

from kgbuild.load.rdf import RunInfo, checked_iri, statement_iri
from kgbuild.load.scan import Scan

# XML can not hold these characters in any spelling.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NODES = """
SELECT uri, name, curie, label AS class, mentions, articles FROM concepts
WHERE uri IN (SELECT subject FROM statements UNION SELECT object FROM statements) ORDER BY uri
"""
_EDGES = """
SELECT subject, object, id, predicate, belief, supporting, refuting, speculative, articles, works, asked, increase,
    decrease, more, less, raises, lowers, worsens, improves, human, background,
    conflict, direct, first_year, last_year
FROM statements ORDER BY id
"""


def write_graphml(tables: Path, stream: BinaryIO, run: RunInfo, reproducible: bool) -> None:  # noqa: ARG001 - one signature for all writers
    """Write the statements as a directed multigraph; the edges' ids are the statements' IRIs.

    The whole graph is held in memory (networkx). Characters that XML can not hold become U+FFFD.
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    with Scan(tables) as scan:
        for batch in scan.batches(_NODES):
            for row in batch.to_pylist():
                graph.add_node(checked_iri(row.pop("uri")), **_attributes(row))
        for batch in scan.batches(_EDGES):
            for row in batch.to_pylist():
                subject, object_ = checked_iri(row.pop("subject")), checked_iri(row.pop("object"))
                graph.add_edge(subject, object_, key=statement_iri(row.pop("id")), **_attributes(row))
    nx.write_graphml(graph, stream)


def _attributes(row: dict[str, object]) -> dict[str, object]:
    return {
        name: _ILLEGAL.sub("\ufffd", content) if isinstance(content, str) else content
        for name, content in row.items()
        if content is not None
    }
