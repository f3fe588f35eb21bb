"""OWL and SKOS in RDF/XML, Turtle or N-Triples; `pyoxigraph` parses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, cast

import pyoxigraph as ox

from kgbuild.errors import InputError
from kgbuild.link.vocabularies.triples import Triple

FORMATS = {"rdf/xml": ox.RdfFormat.RDF_XML, "turtle": ox.RdfFormat.TURTLE}
_START = b"<!ENTITY"
# The only form that the parser reads, so that what it does not match is refused.
_ENTITY = re.compile(rb"<!ENTITY\s+([\w.:-]+)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>")
_LONGEST_ENTITY = 1000
_LONGEST_DECLARATION = 2 * _LONGEST_ENTITY
_MOST_ENTITIES = 1000
_READ_BYTES = 1 << 20
# Names of an OWL file's namespaces make six bytes of one; texts that multiply are another thing.
_FREELY, _FACTOR = 64 << 20, 20


def parse_rdf(stream: IO[bytes], form: str, file: str) -> Iterator[Triple]:
    """The triples between IRIs and literals.

    Raises:
        InputError: it is not RDF in this form, or its XML entities could expand without bound.
    """
    source = cast(IO[bytes], _Checked(stream, file)) if form == "rdf/xml" else stream
    try:
        for quad in ox.parse(source, format=FORMATS[form]):
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


class _Checked:
    """A stream of RDF/XML that is looked at before the parser gets it.

    OWL files abbreviate IRIs by XML entities; plain short ones are harmless. Those that are nested, external or long,
    or that together make far more text than the file holds, are refused wherever they are declared: the parser reads
    declarations behind the first element too.
    """

    def __init__(self, stream: IO[bytes], file: str) -> None:
        self._stream = stream
        self._file = file
        self._ready = bytearray()
        self._read = self._expanded = 0
        self._lengths: dict[bytes, int] = {}

    def read(self, size: int = -1) -> bytes:
        """The next bytes; raises InputError in place of bytes with an entity that is refused."""
        while (size < 0 or len(self._ready) < size) and self._fill():
            pass
        end = len(self._ready) if size < 0 else size
        taken = bytes(self._ready[:end])
        del self._ready[:end]
        return taken

    def _fill(self) -> bool:
        data = self._stream.read(_READ_BYTES)
        # A declaration, or its beginning, that the end of a piece cuts is read on.
        while (
            data and (at := data.rfind(b"<", max(0, len(data) - _LONGEST_DECLARATION))) >= 0 and b">" not in data[at:]
        ):
            more = self._stream.read(_LONGEST_DECLARATION)
            data += more
            if not more or len(data) > _READ_BYTES + 2 * _LONGEST_DECLARATION:
                break
        self._check(data)
        self._ready += data
        return bool(data)

    def _check(self, data: bytes) -> None:
        at = data.find(_START)
        while at >= 0:
            found = _ENTITY.match(data, at)
            value = (found[2] or found[3] or b"") if found else b""
            if found is None or b"&" in value or len(value) > _LONGEST_ENTITY or len(self._lengths) == _MOST_ENTITIES:
                name = data[at + len(_START) :].split(maxsplit=1)[:1] or [b""]
                raise self._refused(
                    f"XML entity {name[0][:40].decode(errors='replace')} is nested, external or too long"
                )
            self._lengths[found[1]] = max(len(value), self._lengths.get(found[1], 0))
            at = data.find(_START, found.end())
        self._read += len(data)
        self._expanded += sum(data.count(b"&%s;" % name) * length for name, length in self._lengths.items())
        if self._expanded > _FREELY + _FACTOR * self._read:
            raise self._refused("its XML entities make far more text than the file holds")

    def _refused(self, cause: str) -> InputError:
        return InputError(
            cause, file=self._file, remedy="Convert the ontology to Turtle or OBO, for example with ROBOT."
        )
