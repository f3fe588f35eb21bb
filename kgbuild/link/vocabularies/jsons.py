"""JSON: OBO graphs and names by URI; and telling GutBrainIE's articles from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kgbuild.link.canonical import standard
from kgbuild.link.vocabularies.records import EXACT, OBSOLETE, PREFERRED, RELATED, Entry, Item, Name
from kgbuild.model import Reject
from kgbuild.namespaces import is_iri

_EXACT_MATCH = "http://www.w3.org/2004/02/skos/core#exactMatch"
Reader = Callable[[dict[str, Any], str], Iterator[Item]]


def is_annotated(content: object) -> bool:
    """Whether it is GutBrainIE's form: articles with entities."""
    first = next(iter(content.values()), None) if isinstance(content, dict) else None
    return isinstance(first, dict) and "entities" in first


def reader_of(content: object) -> tuple[str, Reader] | None:
    """The name of a JSON file's form and its reader; None where it is none of them."""
    if not isinstance(content, dict) or not content:
        return None
    if isinstance(content.get("graphs"), list):
        return "OBO graph", read_graphs
    first = next(iter(content.values()))
    if isinstance(first, list) or (isinstance(first, dict) and "names" in first):
        return "names by URI", read_names
    return None


def read_graphs(content: dict[str, Any], file: str) -> Iterator[Item]:
    """The classes of OBO graphs (https://github.com/geneontology/obographs), with is_a edges."""
    for graph in content["graphs"]:
        obsolete = set()
        classes = set()
        for node in graph.get("nodes", ()):
            if node.get("type", "CLASS") != "CLASS":
                continue
            try:
                entry = _node(node)
            except (KeyError, TypeError, AttributeError) as error:
                yield _reject(file, f"node {node.get('id')}", f"not an OBO graph node: {error!r}")
                continue
            if node.get("meta", {}).get("deprecated"):
                obsolete.add(node["id"])
                yield OBSOLETE
            else:
                classes.add(node["id"])
                yield entry
        for edge in graph.get("edges", ()):
            if edge.get("pred") == "is_a" and edge["sub"] in classes and edge["obj"] not in obsolete:
                yield Entry(uri=standard(edge["sub"]), parents=(standard(edge["obj"]),))
        for group in graph.get("equivalentNodesSets", ()):
            first, *others = sorted(set(group.get("nodeIds", ())) & classes) or [""]
            if others:
                yield Entry(uri=standard(first), equivalents=tuple(standard(other) for other in others))


def read_names(content: dict[str, Any], file: str) -> Iterator[Item]:
    """Names by URI: `{uri: [name, ...]}` or `{uri: {"names": [...]}}`; the first name is preferred."""
    for uri, value in content.items():
        names = value.get("names") if isinstance(value, dict) else value
        if not is_iri(uri.strip()):
            yield _reject(file, uri, "not a URI")
        elif not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            yield _reject(file, uri, "its names are not a list of texts")
        else:
            scopes = [PREFERRED] + [EXACT] * len(names)
            yield Entry(uri=uri.strip(), names=tuple(map(Name, names, scopes)))


def _node(node: dict[str, Any]) -> Entry:
    meta = node.get("meta") or {}
    names = [Name(node["lbl"], PREFERRED)] if node.get("lbl") else []
    names += (
        Name(synonym["val"], EXACT if synonym.get("pred") == "hasExactSynonym" else RELATED)
        for synonym in meta.get("synonyms", ())
    )
    same = [
        standard(value["val"])
        for value in meta.get("basicPropertyValues", ())
        if value.get("pred") in (_EXACT_MATCH, "skos:exactMatch")
    ]
    return Entry(uri=standard(node["id"]), names=tuple(names), equivalents=tuple(same))


def _reject(file: str, record: str, cause: str) -> Reject:
    return Reject(file=file, record=record, cause=cause, remedy="Correct the record; the others are used.")
