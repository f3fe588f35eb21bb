"""One spelling for the URIs that different sources write for the same concept."""

from __future__ import annotations

import re
from functools import lru_cache

from kgbuild.namespaces import converter, encode_iri, to_uri


@lru_cache(maxsize=1 << 17)
def standard(uri: str) -> str:
    """The standard spelling of a URI or CURIE: a valid IRI where it is either, else the text encoded.

    >>> standard("https://www.ncbi.nlm.nih.gov/mesh/68010361")
    'http://id.nlm.nih.gov/mesh/D010361'
    """
    return to_uri(uri) or encode_iri(uri.strip())


def prefix(uri: str) -> str:
    """The CURIE prefix of a standard URI; the URI up to its last `/`, `#` or `_` where none is known."""
    found = converter().parse_uri(uri)
    return found.prefix if found else re.sub(r"[^/#_]*\Z", "", uri)
