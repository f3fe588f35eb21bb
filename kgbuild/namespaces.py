"""Identifiers in any spelling to URIs, and back to CURIEs. The prefixes stand in `mappings/prefixes.json`.

A prefix is known in any case, by its synonyms, and with or without marks within it (`chebi`, `KEGG_COMPOUND`). Where
a vocabulary's identifiers have a pattern, what does not fit it is read as other programs write it: with the prefix
repeated (`CHEBI:CHEBI:17968`, `NCBITaxon:txid9606`), in another case, with a version or the rest of an address behind
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from kgbuild.resolvers import names_nothing, resolved
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

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_MARKS = str.maketrans("", "", "_-./ ")
_CURIE = re.compile(r"(?P<prefix>[A-Za-z][\w. -]*):\s*(?P<local>[^\s|]+)")
_UNDERSCORE = re.compile(r"(?P<prefix>[A-Za-z][A-Za-z.]*)_(?P<local>\w*\d\w*)")
_TAXON = re.compile(r"(?:ncbi[:_ ]?)?ta?xid[:_ ]?(?P<local>\d+)", re.IGNORECASE | re.ASCII)
_PURL = re.compile(r"https?://(?:www\.)?purl\.obolibrary\.org/obo/(?P<prefix>[A-Za-z]+)[_:](?P<local>[\w:]+)/?")
_SPLIT = re.compile(r"(.*[/#_=:])([A-Za-z0-9]+)", re.DOTALL)
_URN = re.compile(r"(?:urn|info|tag|did):", re.IGNORECASE)
_OUTER = frozenset({"obo", "ncbi", "rrid", "miriam"})
"""Prefixes that others put before a whole CURIE: `obo:MONDO_0005180`, `NCBI:txid853`, `RRID:CVCL_0030`."""
_FAMILIES = {
    "kegg": ("KEGG.COMPOUND", "KEGG.DRUG", "KEGG.DISEASE", "KEGG.PATHWAY", "KEGG.ORTHOLOGY"),
    "omim": ("OMIM", "OMIMPS"),
    "mim": ("OMIM", "OMIMPS"),
}
"""Prefixes that mean several vocabularies, told apart by the pattern."""
_YEAR, _VERSION = re.compile(r"\A(?:19|20)\d\d/(?=[A-Z])"), re.compile(r"(?:\.|v)\d{1,2}\Z")
_REST = re.compile(r"[/?#&\[].*|\.(?:html?|json(?:ld)?|xml|rdf|ttl|nt|owl)\Z", re.DOTALL)
_NUMBERED = re.compile(r"\w*\d\w*")
_SEVERAL = re.compile(r"[\s|,;]")
# NCBI's Entrez numbers its MeSH records 68 + the six digits of D-, 67 + those of C-identifiers.
_ENTREZ_MESH = re.compile(r"6([78])(\d{6})")
_ENTREZ_LETTER = {"8": "D", "7": "C"}


class _Vocabulary(NamedTuple):
    """A record of the prefixes; `repeated` is its prefix before a local part, however spelled and often."""

    prefix: str
    beginning: str
    pattern: re.Pattern[str] | None
    repeated: re.Pattern[str]


@cache
def converter() -> Converter:
    """The converter between CURIEs and URIs that the whole program uses."""
    from curies import Converter

    return Converter.from_extended_prefix_map(asset("mappings/prefixes.json"))


def to_curie(uri: str) -> str | None:
    """`http://purl.obolibrary.org/obo/MONDO_0002009` -> `MONDO:0002009`; None where no prefix fits."""
    return converter().compress(uri)


def to_uri(text: str) -> str | None:
    """The standard URI of a CURIE, an address or a URI in any spelling; None where it is none of these.

    A URI of no known vocabulary comes back encoded.

    >>> to_uri("chebi:30089"), to_uri("https://identifiers.org/mesh:D003866"), to_uri("no such thing")
    ('http://purl.obolibrary.org/obo/CHEBI_30089', 'http://id.nlm.nih.gov/mesh/D003866', None)
    """
    text = _seen(text)
    if "://" in text or _URN.match(text):
        return _from_address(text)
    return _from_curie(text)


def is_prefix(text: str) -> bool:
    """Whether a text is a known prefix, in any spelling."""
    return _known(text) is not None


def fits(prefix: str, local: str) -> bool:
    """Whether a local part has the form of a vocabulary's identifiers; False where that form is not known."""
    vocabulary = _known(prefix)
    return vocabulary is not None and vocabulary.pattern is not None and bool(vocabulary.pattern.fullmatch(local))


def misspelling(text: str) -> str:
    """Why a text names no concept, for messages; empty where it may name one.

    >>> misspelling("nosuch:1"), misspelling("MONDO:0005180")
    ("the prefix 'nosuch' is not known", '')
    """
    text = _seen(text)
    if "://" in text or _URN.match(text):
        if names_nothing(text):
            return "the address of a page that names no concept"
        return "" if is_iri(_from_address(text)) else "not a URI"
    if _from_curie(text):
        return ""
    prefix, colon, local = text.partition(":")
    if not colon:
        return "neither a CURIE nor a URI"
    if not local.strip():
        return "a prefix without an identifier"
    if _SEVERAL.search(local.strip()):
        return "several identifiers, or one with a space within"
    return f"the prefix {prefix.strip()!r} is not known"


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


def _seen(text: str) -> str:
    """The text without characters that are not seen, and without angle brackets around it."""
    return text.translate(_UNSEEN).strip().removeprefix("<").removesuffix(">")


@cache
def _vocabularies() -> Mapping[str, _Vocabulary]:
    """The vocabularies by each spelling of their prefixes, in lower case and without marks."""
    found: dict[str, _Vocabulary] = {}
    for record in converter().records:
        names = (record.prefix, *record.prefix_synonyms)
        spelled = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        vocabulary = _Vocabulary(
            prefix=record.prefix,
            beginning=record.uri_prefix,
            pattern=re.compile(record.pattern, re.ASCII) if record.pattern else None,
            repeated=re.compile(rf"\A(?:(?:{spelled}|obo|ncbi)(?:[:_# ]+|(?=\d)))+", re.IGNORECASE),
        )
        found |= {name.translate(_MARKS).lower(): vocabulary for name in names}
    return found


@cache
def _beginnings() -> Mapping[str, _Vocabulary]:
    return {vocabulary.beginning: vocabulary for vocabulary in _vocabularies().values()}


def _known(prefix: str) -> _Vocabulary | None:
    return _vocabularies().get(prefix.lower().removeprefix("obo.").translate(_MARKS))


def _from_curie(text: str) -> str | None:
    taxon = _TAXON.fullmatch(text)
    if taxon:
        return f"{_vocabularies()['ncbitaxon'].beginning}{taxon['local']}"
    found = _CURIE.fullmatch(text)
    if found is None:
        return _from_underscored(text)
    prefix, local = found["prefix"].strip(), found["local"]
    inner = _from_curie(local) if prefix.lower() in _OUTER else None
    if inner:
        return inner
    for member in map(_known, _FAMILIES.get(prefix.lower(), ())):
        if member and (fitting := _local(member, local)):
            return member.beginning + fitting
    vocabulary = _known(prefix)
    fitting = _local(vocabulary, local) if vocabulary else None
    if vocabulary is None or (fitting is None and _SEVERAL.search(unquote(local))):
        return None
    return encode_iri(vocabulary.beginning + (fitting or _unrepeated(vocabulary, local)))


def _from_underscored(text: str) -> str | None:
    """`MONDO_0005180`, as OBO's URIs end; names such as "IL_6" are none."""
    found = _UNDERSCORE.fullmatch(text)
    vocabulary = _known(found["prefix"]) if found else None
    if found is None or vocabulary is None or vocabulary.pattern is None:
        return None
    local = _local(vocabulary, found["local"]) or (found["local"] if found["local"].isdecimal() else None)
    return encode_iri(vocabulary.beginning + local) if local else None


def _from_address(text: str) -> str:
    parts = _SPLIT.fullmatch(text)
    plain = _beginnings().get(parts[1]) if parts else None
    if parts and plain and (plain.pattern is None or plain.pattern.fullmatch(parts[2])):
        return text
    carried = resolved(text) or _purl(text)
    uri = to_uri(carried) if carried else None
    if uri:
        return uri
    for spelled in _schemes(text):
        found = converter().parse_uri(spelled)
        vocabulary = _known(found.prefix) if found else None
        if found and vocabulary:
            local = _local(vocabulary, found.identifier)
            if local:
                return encode_iri(vocabulary.beginning + local)
            # A page of the same site ("gene/?term=BDNF") is no identifier.
            if spelled.startswith(vocabulary.beginning) or _NUMBERED.fullmatch(found.identifier):
                return encode_iri(vocabulary.beginning + _unrepeated(vocabulary, found.identifier))
    return encode_iri(text)


def _purl(text: str) -> str | None:
    """The CURIE in an OBO PURL with another case or mark (`obo/chebi_30089`, `obo/MONDO:0005180`)."""
    found = _PURL.fullmatch(text)
    return f"{found['prefix']}:{found['local']}" if found and _known(found["prefix"]) else None


def _schemes(text: str) -> Iterator[str]:
    """The address under http and https, with and without `www.`, its own spelling first."""
    scheme, rest = text.split("://", 1) if "://" in text else ("", "")
    yield text
    if scheme in ("http", "https"):
        other = {"http": "https", "https": "http"}[scheme]
        host = rest.removeprefix("www.") if rest.startswith("www.") else f"www.{rest}"
        yield from (f"{other}://{rest}", f"{scheme}://{host}", f"{other}://{host}")


def _local(vocabulary: _Vocabulary, text: str) -> str | None:
    """The local part as the vocabulary's pattern has it; None where no reading of the text fits."""
    if vocabulary.pattern is None:
        return text
    return next((form for form in _forms(vocabulary, text) if vocabulary.pattern.fullmatch(form)), None)


def _forms(vocabulary: _Vocabulary, text: str) -> Iterator[str]:
    """What a local part may be meant as: as it stands, without what surrounds it, in capitals, without a version."""
    yield text
    yield (text := _REST.sub("", _YEAR.sub("", unquote(text).strip())))
    yield (text := _unrepeated(vocabulary, text))
    yield text.upper()
    yield (text := _VERSION.sub("", text))
    yield text.upper()
    entrez = _ENTREZ_MESH.fullmatch(text)
    if entrez and vocabulary.prefix == "MESH":
        yield _ENTREZ_LETTER[entrez[1]] + entrez[2]


def _unrepeated(vocabulary: _Vocabulary, text: str) -> str:
    """The local part without the vocabulary's own prefix before it."""
    return vocabulary.repeated.sub("", text, count=1) if vocabulary.pattern else text
