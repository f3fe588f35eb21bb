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

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+\Z")
# RFC 3987: what may stand unescaped; the rest is percent-encoded, and % itself is kept.
_SAFE = "!#$%&'()*+,/:;=?@[]~"


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
    expanded = converter().expand(curie_or_uri)
    if expanded is None and "://" in curie_or_uri:
        expanded = curie_or_uri
    return encode_iri(expanded) if expanded else None


def encode_iri(uri: str) -> str:
    """Percent-encode what an IRI may not hold (spaces, quotes, braces …); valid IRIs come back unchanged."""
    return uri if is_iri(uri) else quote(uri, safe=_SAFE)


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI that every RDF store accepts."""
    return _IRI.match(text) is not None
