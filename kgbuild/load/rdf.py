"""Names in the RDF view: the IRIs of nodes and graphs, prefixes, and what is recorded of a run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kgbuild.errors import InputError
from kgbuild.namespaces import GB, ID, KG, encode_iri
from kgbuild.resources import asset

PREFIXES: Mapping[str, str] = {
    "biolink": "https://w3id.org/biolink/vocab/",
    "dcterms": "http://purl.org/dc/terms/",
    "gb": GB,
    "graph": "https://w3id.org/kgbuild/graph/",
    "kg": KG,
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_PUBMED = "http://identifiers.org/pubmed/"
# Real PMIDs have up to eight digits; longer numbers are identifiers of synthetic articles, in no one's register.
_PMID = re.compile(r"[1-9][0-9]{0,7}\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """A run as the graph records it: `configuration` is JSON; the wall-clock times may be unknown."""

    id: str
    fingerprint: str
    configuration: str = "{}"
    code_version: str = ""
    started: datetime | None = None
    ended: datetime | None = None


def run_of(facts: Mapping[str, Any]) -> RunInfo:
    """The run that made a graph, from the facts of its `info.json`."""
    return RunInfo(
        id=facts["fingerprint"],
        fingerprint=facts["fingerprint"],
        configuration=json.dumps(facts["configuration"], sort_keys=True),
        code_version=facts["versions"]["kgbuild"],
        started=datetime.fromisoformat(facts["times"]["started"]),
        ended=datetime.fromisoformat(facts["times"]["ended"]),
    )


@cache
def graphs() -> Mapping[str, str]:
    """Short name to IRI of each named graph, from `loaders/rdf/graphs.json`; the rest is the default graph."""
    names: dict[str, str] = json.loads(asset("loaders/rdf/graphs.json").read_text(encoding="utf-8"))
    return names


def expand(name: str) -> str:
    """`kg:belief` -> its IRI; only for the prefixes that stand in `PREFIXES`."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


@lru_cache(maxsize=1 << 15)
def checked_iri(uri: str) -> str:
    """The URI percent-encoded, checked by the store's own strict parser.

    Raises:
        InputError: no encoding makes it an absolute IRI.
    """
    encoded = encode_iri(uri)
    try:
        ox.NamedNode(encoded)
    except ValueError as error:
        raise InputError(
            f"{uri!r} is not an IRI: {error}", remedy="Correct it in the vocabulary that it comes from."
        ) from error
    return encoded


def article_iri(pmid: str) -> str:
    """The IRI of an article: PubMed's where the identifier can be a PMID, else one of kgbuild's own."""
    if _PMID.match(pmid):
        return _PUBMED + pmid
    return f"{ID}article/{quote(pmid, safe='')}"


def statement_iri(identifier: str) -> str:
    """The IRI of a statement (its Association node)."""
    return f"{ID}statement/{quote(identifier, safe='')}"


def evidence_iri(identifier: str) -> str:
    """The IRI of an evidence."""
    return f"{ID}evidence/{quote(identifier, safe='')}"


def run_iri(identifier: str) -> str:
    """The IRI of a run."""
    return f"{ID}run/{quote(identifier, safe='')}"


def software_iri(version: str) -> str:
    """The IRI of a version of kgbuild."""
    return f"{ID}software/kgbuild-{quote(version, safe='')}"
