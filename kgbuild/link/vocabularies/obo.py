"""OBO flat files (format 1.2 and 1.4), one stanza at a time; `fastobo` reads the stanza."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, TextIO

from kgbuild.link.canonical import standard
from kgbuild.link.vocabularies.records import EXACT, OBSOLETE, PREFERRED, RELATED, Entry, Item, Name
from kgbuild.model import Reject

_EXACT_MATCH = {"skos:exactMatch", "http://www.w3.org/2004/02/skos/core#exactMatch"}
_BATCH = 200
_CURIE = re.compile(r"([A-Za-z][\w.-]*):(\S+)")


def read_obo(stream: TextIO, file: str) -> Iterator[Item]:
    """The terms of an OBO file; typedefs and instances are no concepts."""
    import fastobo

    terms = ((line, stanza) for line, stanza in _stanzas(stream) if stanza.startswith("[Term]"))
    while batch := list(islice(terms, _BATCH)):
        try:
            frames = list(fastobo.loads("\n".join(stanza for _, stanza in batch)))
        except (SyntaxError, ValueError):
            frames = []
        # Parsing many at once is three times faster; where it fails, each shows whether it is at fault.
        whole = len(frames) == len(batch)
        for number, (line, stanza) in enumerate(batch):
            try:
                yield _entry(frames[number] if whole else fastobo.loads(stanza)[0])
            except (SyntaxError, ValueError) as error:
                yield Reject(
                    file=file,
                    record=f"line {line}",
                    cause=f"not an OBO term: {getattr(error, 'msg', error)}",
                    remedy="Correct the stanza; OBO 1.4 stands at https://owlcollab.github.io/oboformat/",
                )


def obo_uri(identifier: str) -> str:
    """The URI of an OBO identifier; one with an unknown prefix gets OBO's own form.

    >>> obo_uri("XAO:0000001")
    'http://purl.obolibrary.org/obo/XAO_0000001'
    """
    uri = standard(identifier)
    if "://" in uri:
        return uri
    curie = _CURIE.fullmatch(identifier)
    if curie is None:
        raise ValueError(f"{identifier!r} is neither a CURIE nor a URI")
    return standard(f"http://purl.obolibrary.org/obo/{curie[1]}_{curie[2]}")


def _stanzas(stream: TextIO) -> Iterator[tuple[int, str]]:
    """The stanzas with the line where they begin, the header left out."""
    lines: list[str] = []
    start = 1
    for number, line in enumerate(stream, 1):
        if line.startswith("["):
            yield start, "".join(lines)
            lines, start = [], number
        lines.append(line)
    yield start, "".join(lines)


def _entry(frame: Any) -> Item:
    names: list[Name] = []
    found: dict[str, list[str]] = {"is_a": [], "alt_id": [], "exact": []}
    for clause in frame:
        match clause.raw_tag():
            case "is_obsolete":
                if clause.obsolete:
                    return OBSOLETE
            case "name":
                names.insert(0, Name(clause.name, PREFERRED))
            case "synonym":
                scope = EXACT if clause.synonym.scope == "EXACT" else RELATED
                names.append(Name(clause.synonym.desc, scope))
            case "is_a":
                found["is_a"].append(obo_uri(str(clause.term)))
            case "alt_id":
                found["alt_id"].append(obo_uri(str(clause.alt_id)))
            case "property_value" if str(clause.property_value.relation) in _EXACT_MATCH:
                found["exact"].append(obo_uri(str(clause.property_value.value)))
    return Entry(
        uri=obo_uri(str(frame.id)),
        names=tuple(names),
        parents=tuple(found["is_a"]),
        aliases=tuple(found["alt_id"]),
        equivalents=tuple(found["exact"]),
    )
