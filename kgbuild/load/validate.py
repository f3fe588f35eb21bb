"""Checking every node of a graph against the SHACL shapes in `ontology/shapes.ttl`, with memory flat in its size.

pyshacl needs an rdflib graph in memory. So the nodes are checked in batches: each with all its own triples, and of
its neighbours just what the shapes ask for, their classes. Nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgbuild.load.rdf import expand
from kgbuild.resources import asset
from kgbuild.schema import Schema, load_schema

if TYPE_CHECKING:
    import rdflib

Node = ox.NamedNode | ox.BlankNode
_BATCH = 250  # pyshacl compares the nodes of a batch with each other
_TYPE = ox.NamedNode(expand("rdf:type"))
_STATEMENT = ox.NamedNode(expand("kg:statement"))
_DIRECT = ox.NamedNode(expand("graph:direct"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A node that is not as its shape says. `path` is the property (`^` before one that leads here), or empty."""

    focus: str
    path: str
    message: str
    severity: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationReport:
    """Whether a graph conforms, what was found wrong, and how many nodes were checked."""

    conforms: bool
    results: tuple[Violation, ...]
    nodes: int


def validate(store: ox.Store, *, schema: Schema | None = None, most: int | None = None) -> ValidationReport:
    """Check all nodes that a shape is for.

    Args:
        store: the graph, for example from `kgbuild.load.oxigraph.open_store`.
        schema: that the graph was built with; the default one if left out.
        most: stop after this many violations; None for all. `nodes` says how far it came.
    """
    from rdflib.namespace import RDF, SH

    shapes = _shapes(schema or load_schema())
    results: list[Violation] = []
    count = 0
    for shape in sorted(shapes.subjects(RDF.type, SH.NodeShape), key=str):
        targets = iter(sorted(_targets(store, shapes, shape), key=str))
        while batch := list(islice(targets, _BATCH)):
            count += len(batch)
            results += _check(_neighbourhood(store, batch), batch, shapes, str(shape))
            if most is not None and len(results) >= most:
                return ValidationReport(conforms=False, results=tuple(results[:most]), nodes=count)
    return ValidationReport(conforms=not results, results=tuple(results), nodes=count)


def _shapes(schema: Schema) -> rdflib.Graph:
    """The shapes that ship, with the ontology's own predicates and classes as the only ones."""
    import rdflib
    from rdflib.collection import Collection
    from rdflib.namespace import RDF, SH

    shapes = rdflib.Graph().parse(asset("ontology/shapes.ttl"), format="turtle")
    terms = {
        RDF.predicate: schema.predicate_uris,
        rdflib.URIRef(expand("kg:subjectClass")): schema.label_uris,
        rdflib.URIRef(expand("kg:objectClass")): schema.label_uris,
    }
    for path, uris in terms.items():
        for node in list(shapes.subjects(SH.path, path)):
            allowed = rdflib.BNode()
            Collection(shapes, allowed, [rdflib.URIRef(uri) for uri in uris.values()])
            shapes.add((node, SH["in"], allowed))
    return shapes


def _targets(store: ox.Store, shapes: rdflib.Graph, shape: rdflib.term.Node) -> set[Node]:
    """The nodes that a shape is for, by SHACL's three kinds of targets (section 2.1)."""
    from rdflib.namespace import SH

    def named(kind: rdflib.term.Node) -> list[ox.NamedNode]:
        return [ox.NamedNode(str(term)) for term in shapes.objects(shape, kind)]

    found: set[object] = set()
    for name in named(SH.targetClass):
        found.update(quad.subject for quad in store.quads_for_pattern(None, _TYPE, name, None))
    for name in named(SH.targetSubjectsOf):
        found.update(quad.subject for quad in store.quads_for_pattern(None, name, None, None))
    for name in named(SH.targetObjectsOf):
        found.update(quad.object for quad in store.quads_for_pattern(None, name, None, None))
    return {node for node in found if isinstance(node, ox.NamedNode | ox.BlankNode)}


def _neighbourhood(store: ox.Store, nodes: Sequence[Node]) -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph()
    near: set[ox.NamedNode] = set()
    for node in nodes:
        for quad in store.quads_for_pattern(node, None, None, None):
            if quad.graph_name != _DIRECT:
                graph.add((_term(node), _term(quad.predicate), _term(quad.object)))
            if isinstance(quad.object, ox.NamedNode):
                near.add(quad.object)
        # One evidence is enough to show that a statement has any.
        for quad in islice(store.quads_for_pattern(None, _STATEMENT, node, None), 1):
            graph.add((_term(quad.subject), _term(quad.predicate), _term(node)))
    for node in near.difference(nodes):
        for quad in store.quads_for_pattern(node, _TYPE, None, None):
            graph.add((_term(node), _term(_TYPE), _term(quad.object)))
    return graph


def _term(term: object) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        if term.language or kind == expand("xsd:string"):
            return rdflib.Literal(term.value, lang=term.language)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(kind))
    return rdflib.BNode(str(term)[2:])


def _check(graph: rdflib.Graph, nodes: Sequence[Node], shapes: rdflib.Graph, shape: str) -> list[Violation]:
    import pyshacl
    from rdflib.namespace import RDF, SH

    conforms, report, _ = pyshacl.validate(
        graph, shacl_graph=shapes, inplace=True, focus_nodes=[node.value for node in nodes], use_shapes=[shape]
    )
    if conforms:
        return []

    def text(result: rdflib.term.Node, name: str) -> str:
        return str(report.value(result, SH[name]) or "")

    def path(result: rdflib.term.Node) -> str:
        found = report.value(result, SH.resultPath)
        inverse = report.value(found, SH.inversePath)
        return f"^{inverse}" if inverse else str(found or "")

    return sorted(
        (
            Violation(
                focus=text(result, "focusNode"),
                path=path(result),
                message=text(result, "resultMessage"),
                severity=text(result, "resultSeverity").rsplit("#", 1)[-1],
                value=text(result, "value"),
            )
            for result in report.subjects(RDF.type, SH.ValidationResult)
        ),
        key=lambda item: (item.focus, item.path, item.message),
    )
