from io import BytesIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kgbuild.errors import InputError
from kgbuild.load.exports.rdf12 import write_rdf12
from kgbuild.load.nquads import write_nquads
from kgbuild.load.rdf import expand
from tests import example_graph as example

FORMATS = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "turtle": ox.RdfFormat.TURTLE}


def read(tables: Path, form: Any) -> set[ox.Quad]:
    stream = BytesIO()
    write_rdf12(tables, stream, run=example.RUN, form=form)
    return set(ox.parse(stream.getvalue(), format=FORMATS[form]))


def plain(quad: ox.Quad) -> list[ox.Quad]:
    """A reifier's triple term as the three triples of the RDF 1.1 view."""
    if not isinstance(quad.object, ox.Triple):
        return [quad]
    parts = zip(("subject", "predicate", "object"), quad.object, strict=True)
    return [ox.Quad(quad.subject, ox.NamedNode(expand(f"rdf:{name}")), part) for name, part in parts]


@pytest.mark.parametrize("form", ["nquads", "trig"])
def test_it_holds_all_of_the_graph(tables: Path, form: str) -> None:
    stream = BytesIO()
    write_nquads(tables, stream, run=example.RUN)
    graph = set(ox.parse(stream.getvalue(), format=ox.RdfFormat.N_QUADS))
    assert {part for quad in read(tables, form) for part in plain(quad)} == graph


def test_turtle_holds_the_triples(tables: Path) -> None:
    assert {quad.triple for quad in read(tables, "turtle")} == {quad.triple for quad in read(tables, "nquads")}


def test_statements_are_asked_for_by_their_triple(tables: Path) -> None:
    store = ox.Store()
    store.extend(read(tables, "nquads"))
    triple = f"<<( <{example.PARKINSON}> ?p <{example.AKKERMANSIA}> )>>"
    answer = store.query(
        f"SELECT ?belief {{ ?s <{expand('rdf:reifies')}> {triple} ; <{expand('kg:belief')}> ?belief }}"
    )
    assert [row["belief"].value for row in answer] == ["0.533333"]
    assert not list(store.quads_for_pattern(None, ox.NamedNode(expand("rdf:subject")), None))


def test_an_unknown_form_is_refused(tables: Path) -> None:
    with pytest.raises(InputError, match="unknown form"):
        write_rdf12(tables, BytesIO(), run=example.RUN, form="xml")  # type: ignore[arg-type]
