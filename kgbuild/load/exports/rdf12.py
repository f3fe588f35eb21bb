"""RDF 1.2: the graph with each statement as a reifier of a triple term, `rdf:reifies <<( s p o )>>`.

All else is as in the N-Quads export, whose rdf:subject, rdf:predicate and rdf:object this replaces.
Source: RDF 1.2 Concepts and N-Quads 1.2 (W3C).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from kgbuild.errors import InputError
from kgbuild.load.nquads import blocks
from kgbuild.load.rdf import PREFIXES, RunInfo, expand

if TYPE_CHECKING:
    import pyoxigraph as ox

Rdf12Form = Literal["nquads", "trig", "turtle"]
FORMS: tuple[Rdf12Form, ...] = ("nquads", "trig", "turtle")
_SUBJECT = f"<{expand('rdf:subject')}>"
_STATEMENT = re.compile(
    rf"^(<[^>]*>) {re.escape(_SUBJECT)} (<[^>]*>) \.\n"
    rf"\1 <{re.escape(expand('rdf:predicate'))}> (<[^>]*>) \.\n"
    rf"\1 <{re.escape(expand('rdf:object'))}> (<[^>]*>) \.\n",
    re.MULTILINE,
)
_REIFIER = rf"\1 <{expand('rdf:reifies')}> <<( \2 \3 \4 )>> .\n"


def write_rdf12(
    tables: Path, stream: BinaryIO, *, run: RunInfo, form: Rdf12Form = "nquads", reproducible: bool = False
) -> None:
    """Write a finished graph in RDF 1.2; Turtle has no named graphs and holds the triples of all.

    Raises:
        GraphError: a table is missing or damaged.
        InputError: the form is not known, or a concept's URI can not be made an IRI.
    """
    if form not in FORMS:
        raise InputError(f"unknown form {form!r}", remedy=f"Known forms: {', '.join(FORMS)}.")
    texts = map(_reified, blocks(tables, run=run, reproducible=reproducible))
    if form == "nquads":
        for text in texts:
            stream.write(text.encode())
        return
    import pyoxigraph as ox

    statements = _triples(texts) if form == "turtle" else _quads(texts)
    kind = ox.RdfFormat.TURTLE if form == "turtle" else ox.RdfFormat.TRIG
    ox.serialize(statements, stream, format=kind, prefixes=dict(PREFIXES))


def _reified(block: str) -> str:
    return _STATEMENT.sub(_REIFIER, block) if _SUBJECT in block else block


def _quads(texts: Iterator[str]) -> Iterator[ox.Quad]:
    import pyoxigraph as ox

    for text in texts:
        yield from ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)


def _triples(texts: Iterator[str]) -> Iterator[ox.Triple]:
    return (quad.triple for quad in _quads(texts))
