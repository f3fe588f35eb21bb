"""OWL and SKOS, as triples: from RDF/XML, Turtle and N-Triples, and from OWL's functional syntax."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kgbuild.link.canonical import standard
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
from kgbuild.namespaces import to_uri

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OIO = "http://www.geneontology.org/formats/oboInOwl#"
_CLASSES = {OWL + "Class", RDFS + "Class", _SKOS + "Concept"}
_NAMES = {
    RDFS + "label": PREFERRED,
    _SKOS + "prefLabel": PREFERRED,
    _SKOS + "altLabel": EXACT,
    _OIO + "hasExactSynonym": EXACT,
    "http://purl.obolibrary.org/obo/IAO_0000118": EXACT,
    _OIO + "hasRelatedSynonym": RELATED,
    _OIO + "hasNarrowSynonym": RELATED,
    _OIO + "hasBroadSynonym": RELATED,
}
_BROADER = {RDFS + "subClassOf", _SKOS + "broader"}
_SAME = {OWL + "equivalentClass", OWL + "sameAs", _SKOS + "exactMatch"}
_FORMER = _OIO + "hasAlternativeId"
_REPLACED_BY = "http://purl.obolibrary.org/obo/IAO_0100001"  # term replaced by


class Triple(NamedTuple):
    """A triple without blank nodes. `literal`: whether `value` is a text; `language`: in which language."""

    subject: str
    predicate: str
    value: str
    literal: bool = False
    language: str = ""


def read_triples(triples: Callable[[], Iterator[Triple]]) -> Iterator[Item]:
    """The classes of an ontology. The triples are gone through twice, so that none need be kept in memory.

    Names in other languages than English are left out. An obsolete class is a former identifier of the one class that
    replaces it.
    """
    classes: set[str] = set()
    obsolete: set[str] = set()
    replacing: dict[str, set[str]] = {}
    for triple in triples():
        if triple.predicate == RDF_TYPE and triple.value in _CLASSES:
            classes.add(triple.subject)
        elif triple.predicate == OWL + "deprecated" and triple.value in ("true", "1"):
            obsolete.add(triple.subject)
        elif triple.predicate == _REPLACED_BY and (new := to_uri(triple.value)):
            replacing.setdefault(triple.subject, set()).add(new)
    yield from (OBSOLETE for _ in classes & obsolete)
    classes -= obsolete
    for old in sorted(obsolete & replacing.keys()):
        if len(replacing[old]) == 1:
            yield Entry(uri=next(iter(replacing[old])), aliases=(standard(old),))
    for triple in triples():
        if triple.subject not in classes:
            continue
        uri = standard(triple.subject)
        if triple.literal and triple.predicate in _NAMES:
            if triple.language.partition("-")[0] in ("", "en"):
                yield Entry(uri=uri, names=(Name(triple.value, _NAMES[triple.predicate]),))
        elif not triple.literal and triple.predicate in _BROADER:
            yield Entry(uri=uri, parents=(standard(triple.value),))
        elif triple.predicate == _FORMER and (former := to_uri(triple.value)):
            yield Entry(uri=uri, aliases=(former,))
        elif triple.predicate in _SAME:
            same = to_uri(triple.value)
            yield Entry(uri=uri, equivalents=(same,)) if same else UNKNOWN_EQUIVALENT
