"""Identifiers as annotated corpora write them ("D003866", "MESH:D003866", "672", "D1|D2"), to links and back.

A bare number is an NCBI Gene or NCBI Taxonomy identifier, as the mention's label says; a bare D or C number
is MeSH's. Where a mention names several concepts (a composite mention), its link's URI is the first one's, and
its candidates hold all. An identifier of a vocabulary that kgbuild has no prefix for is kept as a candidate's
name, without a URI.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kgbuild.model import Annotated, Candidate, Link, Mention
from kgbuild.namespaces import to_curie, to_uri

GOLD = "gold"
COMPOSITE = "composite"
UNKNOWN = "unknown vocabulary"
NO_IDENTIFIER = "-"

_NOTHING = re.compile(r"(?:-1?|NIL\d*|NA|None)?\Z")
_PART = re.compile(r"(?:[A-Za-z][\w.]*:)?[A-Za-z]{0,6}_?\d+\Z")
_SEPARATOR = re.compile(r"[|,;]")
_MESH = re.compile(r"[CD]\d{6,9}\Z")
_GENES = frozenset({"gene", "geneorgeneproduct"})
_SPECIES = frozenset({"species", "organismtaxon"})


def split_identifiers(text: str) -> tuple[str, ...]:
    """The identifiers in a corpus's identifier column; none for "-", "-1", "NIL1" …

    >>> split_identifiers("D014786|D006311"), split_identifiers("p|SUB|R|79|C"), split_identifiers("-1")
    (('D014786', 'D006311'), ('p|SUB|R|79|C',), ())
    """
    parts = [part.strip() for part in _SEPARATOR.split(text)]
    if all(_PART.match(part) or _NOTHING.match(part) for part in parts):
        return tuple(part for part in parts if not _NOTHING.match(part))
    return (text.strip(),)


@lru_cache(maxsize=100_000)
def identifier_uri(identifier: str, label: str) -> str | None:
    """The URI of one identifier that a corpus gives to a mention of this label; None if unknown."""
    if _MESH.match(identifier):
        return to_uri(f"MESH:{identifier}")
    if identifier.isascii() and identifier.isdigit():
        kind = label.lower()
        prefix = "NCBIGene" if kind in _GENES else "NCBITaxon" if kind in _SPECIES else ""
        return to_uri(f"{prefix}:{identifier}") if prefix else None
    return to_uri(identifier) if ":" in identifier else None


def gold_link(mention: Mention, text: str) -> Link:
    """What a corpus's identifier column says of a mention."""
    identifiers = split_identifiers(text)
    uris = [identifier_uri(identifier, mention.label) for identifier in identifiers]
    known = next((uri for uri in uris if uri), None)
    candidates: tuple[Candidate, ...] = ()
    if len(identifiers) > 1 or (identifiers and not known):
        reason = COMPOSITE if len(identifiers) > 1 else UNKNOWN
        candidates = tuple(
            Candidate(uri=uri or "", name=identifier, score=1.0, reasons=(reason,))
            for identifier, uri in zip(identifiers, uris, strict=True)
        )
    return Link(mention=mention, uri=known, score=1.0, method=GOLD, candidates=candidates)


def identifier_text(link: Link | None) -> str:
    """The identifier column of a link; `gold_link` reads it back. "-" where there is no concept.

    A URI is shortened to a CURIE only where that expands to the same spelling.
    """
    if link is None:
        return NO_IDENTIFIER
    named = [c.name for c in link.candidates if c.reasons in ((COMPOSITE,), (UNKNOWN,))]
    if link.method == GOLD and named:
        return "|".join(named)
    if link.uri is None:
        return NO_IDENTIFIER
    return _short(link.uri)


@lru_cache(maxsize=100_000)
def _short(uri: str) -> str:
    curie = to_curie(uri)
    return curie if curie and to_uri(curie) == uri else uri


def links_in_order(document: Annotated) -> list[Link | None]:
    """Each mention's link, in the mentions' order; None for a mention without one.

    A corpus may annotate one stretch twice, so that links are told apart by their place where they stand in
    the mentions' order, as linkers and readers give them.
    """
    if len(document.links) == len(document.mentions) and all(
        link.mention == mention for link, mention in zip(document.links, document.mentions, strict=True)
    ):
        return list(document.links)
    found = {link.mention: link for link in reversed(document.links)}
    return [found.get(mention) for mention in document.mentions]
