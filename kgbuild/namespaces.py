"""Prefixes, and turning CURIEs into URIs and back. The prefixes stand in `mappings/prefixes.json`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from kgbuild.resources import asset

if TYPE_CHECKING:
    from curies import Converter

KG = "https://w3id.org/kgbuild/vocab#"
GB = "https://w3id.org/kgbuild/gutbrain#"
ID = "https://w3id.org/kgbuild/id/"
NAME = "https://w3id.org/kgbuild/name/"

# RFC 3987, section 2.2: reserved and unreserved characters, escapes, and "ucschar"; "#" only before a fragment.
_PLANES = "".join(f"{chr(plane * 0x10000)}-{chr(plane * 0x10000 + 0xFFFD)}" for plane in range(1, 14))
_CHARACTER = (
    r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
    rf"|[\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef{_PLANES}])"
)
_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:{_CHARACTER}+(?:#{_CHARACTER}*)?\Z")
_PART = re.compile(rf"({_CHARACTER}+)|(.)", re.DOTALL)


@cache
def converter() -> Converter:
    """The converter between CURIEs and URIs that the whole program uses."""
    from curies import Converter

    return Converter.from_extended_prefix_map(asset("mappings/prefixes.json"))


def to_curie(uri: str) -> str | None:
    """`http://purl.obolibrary.org/obo/MONDO_0002009` -> `MONDO:0002009`; None where no prefix fits."""
    return converter().compress(uri)


def to_uri(curie_or_uri: str) -> str | None:
    """The URI of a CURIE; a URI comes back encoded; None where it is neither."""
    if "://" in curie_or_uri:
        return encode_iri(curie_or_uri)
    expanded = converter().expand(curie_or_uri) if ":" in curie_or_uri else None
    return encode_iri(expanded) if expanded else None


def encode_iri(uri: str) -> str:
    """Percent-encode what an IRI may not hold (spaces, quotes, braces …); valid IRIs come back unchanged."""
    if is_iri(uri):
        return uri
    before, mark, fragment = uri.partition("#")
    encoded = (_PART.sub(lambda part: part[1] or quote(part[2], safe=""), text) for text in (before, fragment))
    return mark.join(encoded)


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI that every RDF store accepts."""
    return _IRI.match(text) is not None
