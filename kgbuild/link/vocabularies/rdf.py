"""OWL and SKOS in RDF/XML, Turtle or N-Triples; `pyoxigraph` parses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

import pyoxigraph as ox

from kgbuild.errors import InputError
from kgbuild.link.vocabularies.triples import Triple

FORMATS = {"rdf/xml": ox.RdfFormat.RDF_XML, "turtle": ox.RdfFormat.TURTLE}
_ENTITY = re.compile(rb"<!ENTITY\s+(\S+)\s+(?:\"([^\"]*)\"|'([^']*)'|(SYSTEM|PUBLIC))")
_LONGEST_ENTITY = 1000


def parse_rdf(stream: IO[bytes], form: str, file: str) -> Iterator[Triple]:
    """The triples between IRIs and literals.

    Raises:
        InputError: it is not RDF in this form, or its XML entities could expand without bound.
    """
    if form == "rdf/xml":
        _check_entities(stream, file)
    try:
        for quad in ox.parse(stream, format=FORMATS[form]):
            subject, value = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode | ox.Literal):
                continue
            literal = isinstance(value, ox.Literal)
            language = (value.language or "") if isinstance(value, ox.Literal) else ""
            yield Triple(subject.value, quad.predicate.value, value.value, literal, language)
    except (SyntaxError, ValueError) as error:
        raise InputError(
            f"not {form}: {error}", file=file, remedy="Check that the file is complete and well-formed."
        ) from error


def _check_entities(stream: IO[bytes], file: str) -> None:
    """OWL files abbreviate IRIs by XML entities; plain short ones are harmless, others are refused."""
    head = stream.read(1 << 20)
    stream.seek(0)
    for name, double, single, external in _ENTITY.findall(head):
        value = double or single
        if external or b"&" in value or len(value) > _LONGEST_ENTITY:
            raise InputError(
                f"XML entity {name.decode(errors='replace')} is nested, external or too long",
                file=file,
                remedy="Convert the ontology to Turtle or OBO, for example with ROBOT.",
            )
