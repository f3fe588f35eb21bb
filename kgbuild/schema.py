"""Labels, predicates and legal pairs, read from an ontology file (by default `ontology/gutbrain.ttl`).

A graph built with another ontology keeps a copy beside its tables, which loaders, exports and queries read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kgbuild.errors import InputError, KgbuildError
from kgbuild.namespaces import KG
from kgbuild.resources import asset

_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RDFS_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_BIOLINK = "https://w3id.org/biolink/vocab/"
_COPY = "ontology.ttl"
_DISORDER = re.compile(
    r"ddf|disease|disorder|symptom|phenotyp|syndrome|condition|cancer|illness|injury", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A label or a predicate: its name in data, its IRI, what it means, and the concept that it equals."""

    name: str
    uri: str
    definition: str = ""
    exact_match: str = ""
    biolink: str = ""
    """The Biolink term ("biolink:Gene") that the ontology itself matches it with."""
    background: bool = False
    """Whether sentences take such a relation for granted on the way to what they report (`kg:background`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A pair of labels between which a predicate is legal."""

    subject: str
    predicate: str
    object: str
    symmetric: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Schema:
    """What may be found, and between what. Names are the data's own spelling ("DDF", "is linked to")."""

    labels: tuple[Term, ...]
    predicates: tuple[Term, ...]
    signatures: tuple[Signature, ...]
    fingerprint: str
    turtle: bytes = field(default=b"", repr=False)
    """The ontology file's content."""

    @cached_property
    def label_uris(self) -> Mapping[str, str]:
        """Label name to class IRI."""
        return {term.name: term.uri for term in self.labels}

    @cached_property
    def predicate_uris(self) -> Mapping[str, str]:
        """Predicate name to property IRI."""
        return {term.name: term.uri for term in self.predicates}

    @cached_property
    def background(self) -> tuple[str, ...]:
        """The names of the predicates that sentences take for granted."""
        return tuple(term.name for term in self.predicates if term.background)

    @cached_property
    def _by_pair(self) -> Mapping[tuple[str, str], tuple[Signature, ...]]:
        pairs: dict[tuple[str, str], list[Signature]] = {}
        for signature in self.signatures:
            pairs.setdefault((signature.subject, signature.object), []).append(signature)
        return {pair: tuple(found) for pair, found in pairs.items()}

    def legal(self, subject_label: str, object_label: str) -> tuple[Signature, ...]:
        """The signatures between two labels, in the ontology's order; empty where no relation is legal."""
        return self._by_pair.get((subject_label, object_label), ())

    def is_symmetric(self, subject_label: str, predicate: str, object_label: str) -> bool:
        """Whether the ends of this relation may be swapped."""
        return any(
            signature.symmetric
            for signature in self.legal(subject_label, object_label)
            if signature.predicate == predicate
        )


def is_disorder(label: str) -> bool:
    """Whether a label, of this schema or another, is one of disorders, symptoms and the like.

    >>> is_disorder("DDF"), is_disorder("DiseaseOrPhenotypicFeature"), is_disorder("bacteria")
    (True, True, False)
    """
    return bool(_DISORDER.search(label))


def find_ontology(name: Path, folder: Path = Path()) -> Path:
    """An ontology's file: one in `folder`, or where that is none, the one of this name that ships ("biored")."""
    path = (folder / name).resolve()
    try:
        return path if path.is_file() or len(name.parts) > 1 else asset(f"ontology/{name.stem}.ttl")
    except KgbuildError:
        return path


def write_schema(schema: Schema, folder: Path) -> bool:
    """Lay a copy of the ontology beside a graph's tables, unless it is the default one; returns whether it did."""
    if schema.fingerprint == load_schema().fingerprint:
        return False
    (folder / _COPY).write_bytes(schema.turtle)
    return True


def graph_schema(folder: Path) -> Schema:
    """The schema that the graph in a folder of tables was built with.

    Raises:
        InputError: its copy of the ontology is damaged.
    """
    path = folder / _COPY
    return load_schema(path if path.is_file() else None)


@cache
def load_schema(path: Path | None = None) -> Schema:
    """Read a schema from a Turtle file.

    Raises:
        InputError: the file is not Turtle, names no label, or a signature names an unknown term.
    """
    path = path or asset("ontology/gutbrain.ttl")
    try:
        content = path.read_bytes()
        store = ox.Store()
        store.load(content, format=ox.RdfFormat.TURTLE)
    except (OSError, SyntaxError) as error:
        raise InputError(str(error), file=str(path), remedy="Give a Turtle ontology.") from error

    def value(subject: ox.NamedNode, predicate: ox.NamedNode) -> str:
        found = next(store.quads_for_pattern(subject, predicate, None), None)
        return found.object.value if found and not isinstance(found.object, ox.Triple) else ""

    def instances(kind: str) -> list[ox.NamedNode]:
        quads = store.quads_for_pattern(None, _RDF_TYPE, ox.NamedNode(kind))
        return sorted((q.subject for q in quads if isinstance(q.subject, ox.NamedNode)), key=lambda n: n.value)

    def biolink(subject: ox.NamedNode) -> str:
        matches = ("exactMatch", "broadMatch", "closeMatch")
        quads = (q for name in matches for q in store.quads_for_pattern(subject, ox.NamedNode(_SKOS + name), None))
        uris = (q.object.value for q in quads if isinstance(q.object, ox.NamedNode))
        return next((f"biolink:{uri.removeprefix(_BIOLINK)}" for uri in uris if uri.startswith(_BIOLINK)), "")

    def terms(kind: str) -> tuple[Term, ...]:
        return tuple(
            Term(
                name=value(node, _RDFS_LABEL),
                uri=node.value,
                definition=value(node, ox.NamedNode(_SKOS + "definition")),
                exact_match=value(node, ox.NamedNode(_SKOS + "exactMatch")),
                biolink=biolink(node),
                background=value(node, ox.NamedNode(KG + "background")) == "true",
            )
            for node in instances(kind)
            if not node.value.startswith(KG)
        )

    labels = terms(_OWL + "Class")
    predicates = terms(_OWL + "ObjectProperty")
    names = {term.uri: term.name for term in labels + predicates}
    signatures = []
    for node in instances(KG + "Signature"):
        ends = [value(node, ox.NamedNode(KG + role)) for role in ("subject", "predicate", "object")]
        unknown = [uri for uri in ends if uri not in names]
        if unknown:
            raise InputError(
                f"unknown term {unknown[0] or '(none)'}",
                file=str(path),
                record=node.value,
                remedy="Declare it as owl:Class or owl:ObjectProperty with an rdfs:label.",
            )
        subject, predicate, object_ = (names[uri] for uri in ends)
        symmetric = value(node, ox.NamedNode(KG + "symmetric")) == "true"
        signatures.append(Signature(subject=subject, predicate=predicate, object=object_, symmetric=symmetric))
    if not labels:
        raise InputError("no owl:Class with an rdfs:label", file=str(path), remedy="Declare the labels.")
    return Schema(
        labels=labels,
        predicates=predicates,
        signatures=tuple(signatures),
        fingerprint=sha256(content).hexdigest()[:16],
        turtle=content,
    )
