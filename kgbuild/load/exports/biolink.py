"""The schema's labels and predicates in Biolink's terms, read from `mappings/` or from the schema's own ontology."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from kgbuild.namespaces import to_curie, to_uri
from kgbuild.resources import asset
from kgbuild.schema import Schema, Term

NAMED_THING, RELATED_TO = "biolink:NamedThing", "biolink:related_to"
"""For labels and predicates of other ontologies that nothing maps."""
# A broader term keeps a statement true; one that is merely close may not.
_PREFERENCE = ("skos:exactMatch", "skos:broadMatch", "skos:closeMatch")
# What Biolink calls a vocabulary where kgbuild's first choice is another; `mappings/prefixes.json` has both.
_PREFIXES = {"SCTID": "SNOMEDCT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualifiers:
    """How Biolink says what of the object changes; empty where it says nothing."""

    predicate: str
    aspect: str


@cache
def categories(schema: Schema | None = None) -> Mapping[str, str]:
    """The Biolink class of each label: as `mappings/` says, or the schema's own ontology."""
    return _matches("labels") | _declared(schema.labels if schema else ())


@cache
def predicates(schema: Schema | None = None) -> Mapping[str, str]:
    """The Biolink predicate of each predicate, likewise."""
    return _matches("predicates") | _declared(schema.predicates if schema else ())


@cache
def qualifiers() -> Mapping[str, Qualifiers]:
    """The qualifiers of each predicate that says a change of its object, and so may have a direction."""
    return {
        row["subject_label"]: Qualifiers(predicate=row["qualified_predicate"], aspect=row["object_aspect_qualifier"])
        for row in _rows("mappings/biolink_qualifiers.tsv")
    }


@lru_cache(100_000)
def identifier(uri: str) -> str:
    """A CURIE with Biolink's prefix where it stands for exactly this URI, else the URI."""
    curie = to_curie(uri)
    if curie is None or to_uri(curie) != uri:
        return uri
    prefix, _, local = curie.partition(":")
    return f"{_PREFIXES.get(prefix, prefix)}:{local}"


def _matches(name: str) -> dict[str, str]:
    best: dict[str, tuple[int, str]] = {}
    for row in _rows(f"mappings/{name}.sssom.tsv"):
        if row["object_id"].startswith("biolink:"):
            found = (_PREFERENCE.index(row["predicate_id"]), row["object_id"])
            best[row["subject_label"]] = min(found, best.get(row["subject_label"], found))
    return {label: term for label, (_, term) in best.items()}


def _declared(terms: Sequence[Term]) -> dict[str, str]:
    return {term.name: term.biolink for term in terms if term.biolink}


def _rows(relative: str) -> Iterator[dict[str, str]]:
    with asset(relative).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader((line for line in stream if not line.startswith("#")), delimiter="\t")
