"""SSSOM: which concept each surface form was linked to, how, how surely and how often.

A surface form has no identifier, so that each row is a literal mapping of SSSOM 1.1
(https://mapping-commons.github.io/sssom/spec-model/#literal-mappings).
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from kgbuild import __version__
from kgbuild.errors import GraphError
from kgbuild.load.scan import Scan
from kgbuild.namespaces import KG, converter, encode_iri, to_curie, to_uri

_COLUMNS = (
    *("subject_label", "subject_type", "subject_category", "predicate_id", "object_id", "object_label"),
    *("mapping_justification", "confidence", "mapping_tool", "mapping_tool_version", "ext_mentions", "ext_articles"),
)
# How sure each of the linker's methods lets one be, and what SSSOM calls it.
_METHODS = {
    "exact": ("skos:exactMatch", "semapv:LexicalMatching"),
    "gold": ("skos:exactMatch", "semapv:ManualMappingCuration"),
    "form": ("skos:closeMatch", "semapv:LexicalMatching"),
    "abbreviation": ("skos:closeMatch", "semapv:LexicalMatching"),
    "acronym": ("skos:closeMatch", "semapv:LexicalMatching"),
    "ngram": ("skos:closeMatch", "semapv:LexicalSimilarityThresholdMatching"),
    "dense": ("skos:closeMatch", "semapv:SemanticSimilarityThresholdMatching"),
}
_OTHER = ("skos:closeMatch", "semapv:UnspecifiedMatching")
_ALWAYS = {
    "kg": KG,
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_NAMESPACE = re.compile(r"(.*[/#])([^/#]+)\Z")


def write_sssom(
    tables: Path,
    stream: BinaryIO,
    *,
    mapping_set: str = "https://w3id.org/kgbuild/mappings/links",
    license_iri: str = "https://w3id.org/sssom/license/unspecified",
) -> int:
    """Write one row for each surface form, label, concept and method; return the number of rows.

    `confidence` is the mean of the links' scores. `ext_mentions` and `ext_articles` count them. Mentions without
    a concept are not written.

    Args:
        tables: a finished graph's tables.
        stream: takes SSSOM/TSV in UTF-8.
        mapping_set: the IRI that the set is known by.
        license_iri: the licence that you give the set.

    Raises:
        GraphError: a table is missing or damaged, or a concept's URI has no namespace.
    """
    count = 0
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    try:
        with Scan(tables) as scan:
            prefixes = _prefixes(scan)
            text.writelines(f"#{line}\n" for line in _header(prefixes, mapping_set, license_iri))
            writer = csv.writer(text, delimiter="\t", lineterminator="\n")
            writer.writerow(_COLUMNS)
            names = {space: prefix for prefix, space in prefixes.items()}
            for rows in scan.rows(_QUERY):
                for surface, label, uri, name, method, score, mentions, articles in rows:
                    predicate, justification = _METHODS.get(method, _OTHER)
                    mapped = (surface, "rdfs literal", label, predicate, _object(uri, names), name)
                    made = (justification, score, "kgbuild", __version__)
                    writer.writerow((*mapped, *made, mentions, articles))
                    count += 1
    finally:
        text.detach()
    return count


# Sums of integers, since sums of floats depend on the order in which threads add them.
_QUERY = """
    SELECT m.text, m.label, m.canonical, c.name, link_method,
        six(sum(CAST(round(link_score * 1e6) AS BIGINT)) / count(*) / 1e6), count(*), count(DISTINCT pmid)
    FROM mentions m LEFT JOIN concepts c ON c.uri = m.canonical
    WHERE m.uri IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


def _prefixes(scan: Scan) -> dict[str, str]:
    """The prefixes of all linked concepts; those of vocabularies that kgbuild does not know are numbered."""
    known, unknown = {}, set()
    for rows in scan.rows("SELECT DISTINCT canonical FROM mentions WHERE uri IS NOT NULL"):
        for (uri,) in rows:
            curie = _curie(uri)
            if curie:
                prefix = curie.partition(":")[0]
                known[prefix] = converter().bimap[prefix]
            else:
                unknown.add(_split(uri)[0])
    numbered = {f"ns{number}": space for number, space in enumerate(sorted(unknown), 1)}
    return {**_ALWAYS, **numbered, **known}


def _curie(uri: str) -> str | None:
    curie = to_curie(uri)
    return curie if curie and to_uri(curie) == uri else None


def _object(uri: str, names: dict[str, str]) -> str:
    curie = _curie(uri)
    if curie:
        return curie
    space, local = _split(uri)
    return f"{names[space]}:{local}"


def _split(uri: str) -> tuple[str, str]:
    """A URI's namespace and local name, in ASCII; "|", which separates values, is encoded too."""
    found = _NAMESPACE.match(quote(encode_iri(uri), safe="%:/?#[]@!$&'()*+,;=~"))
    if found is None:
        raise GraphError(f"{uri!r} has no namespace", remedy="Correct it in the vocabulary that it comes from.")
    return found[1], found[2]


def _header(prefixes: dict[str, str], mapping_set: str, license_iri: str) -> list[str]:
    lines = ["sssom_version: '1.1'", "curie_map:"]
    lines += (f"  {prefix}: {space}" for prefix, space in sorted(prefixes.items()))
    lines += [f"mapping_set_id: {mapping_set}", f"license: {license_iri}"]
    lines += ["mapping_set_title: Surface forms and the concepts that they were linked to"]
    lines += ["extension_definitions:"]
    for slot in ("mentions", "articles"):
        lines += [f"- slot_name: ext_{slot}", f"  property: kg:{slot}", "  type_hint: xsd:integer"]
    return lines
