"""JSON: OBO graphs and names by URI; and telling GutBrainIE's articles from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from kgbuild.link.canonical import standard
from kgbuild.link.vocabularies.obo import SAME
from kgbuild.link.vocabularies.records import (
    EXACT,
    OBSOLETE,
    PREFERRED,
    RELATED,
    UNKNOWN_EQUIVALENT,
    Entry,
    Item,
    Name,
)
from kgbuild.link.vocabularies.sssom import read_sssom_json
from kgbuild.link.vocabularies.tables import UNKNOWN_IDENTIFIER, concept
from kgbuild.model import Reject
from kgbuild.namespaces import to_uri

_LOCAL = re.compile(r"[:#/]")
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
    if isinstance(content.get("mappings"), list):
        return "SSSOM (JSON)", read_sssom_json
    first = next(iter(content.values()))
    if isinstance(first, list) or (isinstance(first, dict) and "names" in first):
        return "names by URI", read_names
    return None


def read_graphs(content: dict[str, Any], file: str) -> Iterator[Item]:
    """The classes of OBO graphs (https://github.com/geneontology/obographs), with is_a edges."""
    for number, graph in enumerate(content["graphs"]):
        obsolete: set[str] = set()
        classes: set[str] = set()
        parts = (("nodes", _node), ("edges", _edge), ("equivalentNodesSets", _equivalents))
        for part, read in parts:
            records = graph.get(part) or [] if isinstance(graph, dict) else None
            if not isinstance(records, list):
                yield _reject(file, f"graph {number}", f"its {part} are not a list")
                continue
            for record in records:
                try:
                    yield from list(read(record, classes, obsolete))
                except (KeyError, TypeError, AttributeError, ValueError) as error:
                    name = record.get("id", "") if isinstance(record, dict) else ""
                    yield _reject(file, f"graph {number} {part} {name}", f"a record out of form: {error!r}")


def read_names(content: dict[str, Any], file: str) -> Iterator[Item]:
    """Names by URI: `{uri: [name, ...]}` or `{uri: {"names": [...]}}`; the first name is preferred."""
    for uri, value in content.items():
        names = value.get("names") if isinstance(value, dict) else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            yield _reject(file, uri, "its names are not a list of texts")
            continue
        try:
            scopes = [PREFERRED] + [EXACT] * len(names)
            yield Entry(uri=concept(uri.strip()), names=tuple(map(Name, names, scopes)))
        except ValueError as error:
            yield Reject(file=file, record=uri, cause=str(error), remedy=UNKNOWN_IDENTIFIER)


def _node(node: dict[str, Any], classes: set[str], obsolete: set[str]) -> Iterator[Item]:
    if node.get("type", "CLASS") != "CLASS":
        return
    meta = node.get("meta") or {}
    said = meta.get("basicPropertyValues") or ()

    def stated(predicate: str) -> list[str | None]:
        """The URIs that a property, known by its local name, has as values; None for those of no known vocabulary."""
        return [to_uri(str(value["val"])) for value in said if _LOCAL.split(str(value.get("pred")))[-1] == predicate]

    if meta.get("deprecated"):
        obsolete.add(node["id"])
        yield OBSOLETE
        replacing = set(filter(None, stated("IAO_0100001")))
        if len(replacing) == 1:
            yield Entry(uri=replacing.pop(), aliases=(standard(node["id"]),))
        return
    classes.add(node["id"])
    names = [Name(str(node["lbl"]), PREFERRED)] if node.get("lbl") else []
    names += (
        Name(str(synonym["val"]), EXACT if synonym.get("pred") == "hasExactSynonym" else RELATED)
        for synonym in meta.get("synonyms", ())
    )
    same = [uri for predicate in sorted(SAME) for uri in stated(predicate)]
    yield from (UNKNOWN_EQUIVALENT for uri in same if uri is None)
    yield Entry(
        uri=standard(node["id"]),
        names=tuple(names),
        aliases=tuple(filter(None, stated("hasAlternativeId"))),
        equivalents=tuple(filter(None, same)),
    )


def _edge(edge: dict[str, Any], classes: set[str], obsolete: set[str]) -> Iterator[Item]:
    if edge.get("pred") == "is_a" and edge["sub"] in classes and edge["obj"] not in obsolete:
        yield Entry(uri=standard(edge["sub"]), parents=(standard(edge["obj"]),))


def _equivalents(group: dict[str, Any], classes: set[str], _: set[str]) -> Iterator[Item]:
    first, *others = sorted(set(group["nodeIds"]) & classes) or [""]
    if others:
        yield Entry(uri=standard(first), equivalents=tuple(map(standard, others)))


def _reject(file: str, record: str, cause: str) -> Reject:
    return Reject(file=file, record=record, cause=cause, remedy="Correct the record; the others are used.")
