"""Addresses of resolvers and ontology browsers, and the identifier that each carries.

These take identifiers of any vocabulary, or carry them amid other parameters: identifiers.org, the Bioregistry, N2T,
MIRIAM's URNs, BioPortal, the Ontology Lookup Service, Ontobee, pages of NCBI, NLM and KEGG. Addresses that end in an
identifier of one vocabulary stand in `mappings/prefixes.json`, as `uri_prefix_synonyms`.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

_COMPACT = re.compile(r"(?:[\w.-]+/)?(?P<prefix>[\w.-]+):(?P<local>.+)")
_PATH = re.compile(r"(?P<prefix>[\w.-]+)/(?P<local>.+)")
_OLS = re.compile(r"/ols\d?/(?:api/)?ontologies/[^/]+/(?:classes|terms|individuals|entities)/(?P<iri>.+)")
_BIOPORTAL = re.compile(r"/ontologies/(?P<prefix>[^/?]+)(?:/classes/(?P<local>[^?]+))?")
_KEGG = re.compile(r"/entry/(?:[a-z]+:)?(?P<local>[A-Za-z]+\d+)")
_CUI = re.compile(r"[/#](?P<local>C\d{7})(?![0-9])")
_PARAMETERS = ("iri", "obo_id", "short_form", "conceptid")


def resolved(address: str) -> str | None:
    """The CURIE or IRI that a resolver's address carries; None for other addresses and for pages of another kind.

    >>> resolved("https://identifiers.org/chebi/CHEBI:17968"), resolved("https://bioregistry.io/mondo:0005180")
    ('CHEBI:17968', 'mondo:0005180')
    >>> resolved("https://www.ebi.ac.uk/ols4/ontologies/efo/classes/http%253A%252F%252Fwww.ebi.ac.uk%252Fefo%252FEFO_1")
    'http://www.ebi.ac.uk/efo/EFO_1'
    """
    if address[:11].lower() == "urn:miriam:":
        return _curie(address[11:].partition(":"))
    reader = _READERS.get(_host(address))
    return reader(address) if reader else None


def names_nothing(address: str) -> bool:
    """Whether an address is one of a resolver or an ontology browser, but carries no identifier."""
    host = _host(address)
    browser = host in _BROWSERS or (host == "ebi.ac.uk" and urlsplit(address).path.startswith("/ols"))
    return browser and resolved(address) is None


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:  # brackets that enclose no IPv6 address
        return ""


def _path(address: str) -> str:
    return unquote(address.split("://", 1)[1].partition("/")[2]).removesuffix("/")


def _curie(parts: tuple[str, str, str]) -> str | None:
    prefix, _, local = parts
    return f"{prefix}:{unquote(local)}" if prefix and local else None


def _compact(address: str) -> str | None:
    """`PREFIX:LOCAL`, also behind a provider or behind the prefix once more, or `PREFIX/LOCAL`."""
    path = _path(address)
    found = _COMPACT.fullmatch(path) or _PATH.fullmatch(path)
    return f"{found['prefix']}:{found['local']}" if found else None


def _bioontology(address: str) -> str | None:
    found = _PATH.fullmatch(_path(address).removeprefix("ontology/"))
    return f"{found['prefix']}:{found['local']}" if found else None


def _bioportal(address: str) -> str | None:
    carried = _parameter(address)
    found = _BIOPORTAL.match(urlsplit(address).path)
    local = carried or (unquote(found["local"]) if found and found["local"] else None)
    if local is None or "://" in local or ":" in local or found is None:
        return local
    return f"{found['prefix']}:{local}"


def _ebi(address: str) -> str | None:
    parts = urlsplit(address)
    found = _OLS.match(parts.path)
    if found:
        return unquote(unquote(found["iri"]))  # OLS encodes the IRI twice
    return _parameter(address) if parts.path.startswith("/ols") else None


def _parameter(address: str) -> str | None:
    given = parse_qs(urlsplit(address).query)
    return next((unquote(given[name][0]) for name in _PARAMETERS if name in given), None)


def _kegg(address: str) -> str | None:
    found = _KEGG.search(address)
    return f"kegg:{found['local']}" if found else None


def _taxon(address: str) -> str | None:
    parts = urlsplit(address)
    given = parse_qs(parts.query).get("id") if parts.path.lower() == "/taxonomy/browser/wwwtax.cgi" else None
    return f"NCBITaxon:{given[0]}" if given else None


def _cui(address: str) -> str | None:
    found = _CUI.search(address)
    return f"UMLS:{found['local']}" if found else None


_READERS = {
    "identifiers.org": _compact,
    "bioregistry.io": _compact,
    "n2t.net": _compact,
    "name-to-thing.org": _compact,
    "purl.bioontology.org": _bioontology,
    "bioportal.bioontology.org": _bioportal,
    "ebi.ac.uk": _ebi,
    "ontobee.org": _parameter,
    "kegg.jp": _kegg,
    "ncbi.nlm.nih.gov": _taxon,
    "uts.nlm.nih.gov": _cui,
    "uts-ws.nlm.nih.gov": _cui,
}
_BROWSERS = frozenset(_READERS) - {"ebi.ac.uk", "ncbi.nlm.nih.gov", "kegg.jp"}
