"""N-Quads, TriG, Turtle and JSON-LD, all streamed from the N-Quads text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import pyoxigraph as ox

from kgbuild.load.nquads import write_nquads
from kgbuild.load.rdf import PREFIXES, RunInfo, expand, graphs


def _nquads(tables: Path, stream: BinaryIO, run: RunInfo, reproducible: bool) -> None:
    write_nquads(tables, stream, run=run, reproducible=reproducible)


def _trig(tables: Path, stream: BinaryIO, run: RunInfo, reproducible: bool) -> None:
    with _quads(tables, run, reproducible) as quads:
        ox.serialize(quads, stream, ox.RdfFormat.TRIG, prefixes=dict(PREFIXES))


def _jsonld(tables: Path, stream: BinaryIO, run: RunInfo, reproducible: bool) -> None:
    with _quads(tables, run, reproducible) as quads:
        ox.serialize(quads, stream, ox.RdfFormat.JSON_LD)


def _turtle(tables: Path, stream: BinaryIO, run: RunInfo, reproducible: bool) -> None:
    with _quads(tables, run, reproducible) as quads:
        ox.serialize(_merged(quads), stream, ox.RdfFormat.TURTLE, prefixes=dict(PREFIXES))


def _merged(quads: Iterator[ox.Quad]) -> Iterator[ox.Triple]:
    """The triples of all graphs, each once: only the declarations of concepts stand in two."""
    kind, broader = ox.NamedNode(expand("rdf:type")), ox.NamedNode(graphs()["broader"])
    return (quad.triple for quad in quads if not (quad.predicate == kind and quad.graph_name == broader))


@contextmanager
def _quads(tables: Path, run: RunInfo, reproducible: bool) -> Iterator[Iterator[ox.Quad]]:
    with TemporaryFile() as file:
        write_nquads(tables, file, run=run, reproducible=reproducible)
        file.seek(0)
        yield ox.parse(file, ox.RdfFormat.N_QUADS)


WRITERS: Mapping[str, Callable[[Path, BinaryIO, RunInfo, bool], None]] = {
    "nquads": _nquads,
    "trig": _trig,
    "turtle": _turtle,
    "jsonld": _jsonld,
}
