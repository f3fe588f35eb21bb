"""One spelling for the URIs that different sources write for the same concept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from kgbuild.namespaces import converter, encode_iri

# NCBI's Entrez numbers its MeSH records 68 + the six digits of D-, 67 + those of C-identifiers.
_ENTREZ_MESH = re.compile(r"(http://id\.nlm\.nih\.gov/mesh/)6([78])(\d{6})")
_RESOLVER = re.compile(r"https?://(?:identifiers\.org|bioregistry\.io)/([^/:]+)[/:](.+)")
_ENTREZ_LETTER = {"8": "D", "7": "C"}


@lru_cache(maxsize=1 << 17)
def standard(uri: str) -> str:
    """The standard spelling of a URI or CURIE: a valid IRI where it is either, else the text encoded.

    >>> standard("https://www.ncbi.nlm.nih.gov/mesh/68010361")
    'http://id.nlm.nih.gov/mesh/D010361'
    """
    text = uri.strip()
    spelled = encode_iri(_known(text) or text)
    entrez = _ENTREZ_MESH.fullmatch(spelled)
    return f"{entrez[1]}{_ENTREZ_LETTER[entrez[2]]}{entrez[3]}" if entrez else spelled


def prefix(uri: str) -> str:
    """The CURIE prefix of a standard URI; the URI up to its last `/`, `#` or `_` where none is known."""
    found = converter().parse_uri(uri)
    return found.prefix if found else re.sub(r"[^/#_]*\Z", "", uri)


def _known(text: str) -> str | None:
    """The standard URI of a text that a prefix fits, also under the other of http and https."""
    if "://" not in text:
        return _expand(*text.split(":", 1)) if ":" in text else None
    resolver = _RESOLVER.fullmatch(text)
    if resolver:
        return _expand(resolver[1], resolver[2])
    scheme, rest = text.split("://", 1)
    other = {"http": "https", "https": "http"}.get(scheme, scheme)
    return converter().standardize_uri(text) or converter().standardize_uri(f"{other}://{rest}")


@cache
def _beginnings() -> Mapping[str, str]:
    # `Converter.expand` makes this map anew at each call.
    return dict(converter().prefix_map)


def _expand(name: str, local: str) -> str | None:
    beginning = _beginnings().get(name)
    return beginning + local if beginning else None
