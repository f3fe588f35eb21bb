"""Identifiers as corpora write them: those of articles, and those of concepts, to links and back.

An article's is its PMID, however it is spelled. A concept's is "D003866", "MESH:D003866", "672", "D1|D2": a bare
number is an NCBI Gene or NCBI Taxonomy identifier, as the mention's label says; other bare identifiers are of the
vocabulary whose pattern they fit (C and seven digits is UMLS's, C or D and six or nine digits is MeSH's). Where a
mention names several concepts (a composite mention), its link's URI is the first one's, and its candidates hold all.
An identifier of a vocabulary that kgbuild has no prefix for is kept as a candidate's name, without a URI.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from kgbuild.model import Annotated, Candidate, Link, Mention
from kgbuild.namespaces import encode_iri, fits, to_curie, to_uri

GOLD = "gold"
COMPOSITE = "composite"
UNKNOWN = "unknown vocabulary"
NO_IDENTIFIER = "-"

_NOTHING = re.compile(r"(?:-1?|NIL\d*|NA|None)?\Z")
_PART = re.compile(r"(?:[A-Za-z][\w.]*:)?[A-Za-z]{0,6}_?\d+\Z")
_SEPARATOR = re.compile(r"[|,;]")
_GENES = frozenset({"gene", "geneorgeneproduct"})
_SPECIES = frozenset({"species", "genus", "strain", "organism", "organismtaxon"})
_BARE = ("UMLS", "MESH", "DBSNP", "DRUGBANK")
"""Vocabularies whose identifiers tell by their form that they are theirs."""


_PMID = re.compile(r"0*(?P<pmid>[1-9][0-9]{0,9})(?:\.0+|v(?P<version>[1-9][0-9]{0,3}))?", re.IGNORECASE)
_PMID_NAME = re.compile(r"(?:pmid|pubmed(?:[ _]?id)?|medline)\s*[:#=]?\s*(?=[0-9])", re.IGNORECASE)
_HOSTS = r"(?:https?://)?(?:[\w-]+\.)*(?:nih\.gov|europepmc\.org|identifiers\.org|bioregistry\.io)/"
_PMCID = re.compile(
    rf"(?:pmc(?:id)?\s*[:#]\s*(?:PMC)?|pmcid\s*PMC|PMC|{_HOSTS}(?:\S*[/:])?PMC)"
    r"0*(?P<number>[1-9][0-9]{0,9})(?:\.[0-9]+)?(?:[/?#].*)?",
    re.IGNORECASE,
)
_DOI = re.compile(
    rf"(?:(?:https?://)?(?:[\w-]+\.)*doi\.org/|{_HOSTS}doi[:/]|info:doi/|(?:urn:)?doi\s*[:=]?\s*)?"
    r"(?P<doi>10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+)",
    re.IGNORECASE,
)
_PMID_HOST = re.compile(r"(?:pubmed|(?:www\.)?ncbi)\.[a-z.]+/", re.IGNORECASE)


# Small: an article's identifier is asked for several times in a row, and memory must not grow with a file.
@lru_cache(maxsize=256)
def split_pmid(text: str) -> tuple[str, int | None]:
    """An article's identifier, and the version that it names; a PMID in any spelling becomes its plain number.

    Known are names before it, its addresses, zeros before it, a spreadsheet's ".0" and a version behind it. A PMC
    identifier or a DOI comes back in its one spelling; what is none of them as it is, without white space around it.

    >>> split_pmid("PMID: 71000001"), split_pmid("71000001v2"), split_pmid("my-article-7")
    (('71000001', None), ('71000001', 2), ('my-article-7', None))
    """
    text = text.strip()
    number = _PMID_NAME.sub("", text, count=1) if _PMID_NAME.match(text) else text
    if ":" in text or "/" in text:
        uri = to_uri(f"https://{text}" if _PMID_HOST.match(text) else text) or ""
        prefix, _, local = (to_curie(uri) or "").partition(":")
        number = local if prefix == "PMID" and number == text else number
    found = _PMID.fullmatch(number)
    if found is None:
        return pmcid(text) or doi(text) or text, None
    return found["pmid"], int(found["version"]) if found["version"] else None


def article_id(text: str) -> str:
    """An article's identifier in its one spelling; see `split_pmid`."""
    return split_pmid(text)[0]


def pmcid(text: str) -> str:
    """A PMC identifier in its one spelling; empty where the text is none.

    >>> pmcid("https://pmc.ncbi.nlm.nih.gov/articles/PMC0123456/"), pmcid("pmcid: pmc123456.1"), pmcid("123456")
    ('PMC123456', 'PMC123456', '')
    """
    found = _PMCID.fullmatch(text.strip())
    return f"PMC{found['number']}" if found else ""


def doi(text: str) -> str:
    """A DOI in its one spelling, small letters without prefix or resolver; empty where the text is none.

    Source: the DOI Handbook, 2.4 (DOIs are compared without regard to the case of ASCII letters).

    >>> doi("https://dx.doi.org/10.1000/ABC"), doi("DOI: 10.1000/abc."), doi("10.1000%2Fabc"), doi("abc")
    ('10.1000/abc', '10.1000/abc', '10.1000/abc', '')
    """
    found = _DOI.fullmatch(unquote(text.strip()))
    return found["doi"].rstrip(".,;").lower() if found else ""


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
def identifier_uri(identifier: str, label: str, vocabulary: str = "") -> str | None:
    """The URI of one identifier that a corpus gives to a mention of this label; None if unknown.

    A URI keeps its spelling. `vocabulary`: the prefix that the identifier's column or key names, for bare ones.
    """
    if "://" in identifier:
        return encode_iri(identifier)
    if ":" in identifier:
        return to_uri(identifier)
    if vocabulary:
        return to_uri(f"{vocabulary}:{identifier}")
    if identifier.isascii() and identifier.isdigit():
        kind = label.lower()
        vocabulary = "NCBIGene" if kind in _GENES else "NCBITaxon" if kind in _SPECIES else ""
        return to_uri(f"{vocabulary}:{identifier}") if vocabulary else None
    vocabulary = next((prefix for prefix in _BARE if fits(prefix, identifier)), "")
    return to_uri(f"{vocabulary}:{identifier}" if vocabulary else identifier)


def gold_link(mention: Mention, text: str, vocabulary: str = "") -> Link:
    """What a corpus's identifier column says of a mention; `vocabulary` as for `identifier_uri`."""
    identifiers = split_identifiers(text)
    uris = [identifier_uri(identifier, mention.label, vocabulary) for identifier in identifiers]
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
