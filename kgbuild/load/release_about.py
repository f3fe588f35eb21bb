"""What a release says of itself: CITATION.cff, RO-Crate metadata and a README."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kgbuild.errors import InputError

# Path: what it is, media type.
ABOUT: dict[str, tuple[str, str]] = {
    "graph.nq.gz": ("the graph as RDF: statements, evidence, articles, concepts", "application/n-quads"),
    "kgx/nodes.tsv": ("the concepts, in KGX", "text/tab-separated-values"),
    "kgx/edges.tsv": ("the statements, in KGX", "text/tab-separated-values"),
    "links.sssom.tsv": ("surface forms and the concepts they were linked to, in SSSOM", "text/tab-separated-values"),
    "tables/articles.parquet": ("the articles", "application/vnd.apache.parquet"),
    "tables/mentions.parquet": ("the entities found in the articles", "application/vnd.apache.parquet"),
    "tables/evidence.parquet": ("the relations found in the articles", "application/vnd.apache.parquet"),
    "tables/statements.parquet": ("the statements with belief and counts", "application/vnd.apache.parquet"),
    "tables/concepts.parquet": ("the concepts with names and parents", "application/vnd.apache.parquet"),
    "tables/ontology.ttl": ("the labels and predicates that the graph was built with", "text/turtle"),
    "statistics.json": ("figures of the graph", "application/json"),
    "licences.tsv": ("the vocabularies that concepts come from, and their licences", "text/tab-separated-values"),
    "sbom.cdx.json": (
        "the packages that made the release, with versions and licences, as CycloneDX",
        "application/vnd.cyclonedx+json",
    ),
    "shacl.json": ("whether the graph conforms to its shapes", "application/json"),
    "changes.tsv": ("the statements added, removed and changed in belief", "text/tab-separated-values"),
    "changes.json": ("how many changed, and since which release", "application/json"),
    "README.md": ("this page", "text/markdown"),
    "CITATION.cff": ("how to cite the release", "text/yaml"),
    "ro-crate-metadata.json": ("the same facts as RO-Crate", "application/ld+json"),
    "manifest.json": ("versions, and the SHA-256 of every other file", "application/json"),
}
_ORCID = re.compile(r"(.*?)\s*[(<](?:https://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])[)>]\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """How a release is to be cited.

    `authors` are people as "Family, Given" with an ORCID in brackets behind or none, or groups by their names.
    `license` is an SPDX identifier. An empty `version` becomes the date.
    """

    title: str = "Gut-brain axis knowledge graph"
    authors: tuple[str, ...] = ("The users of kgbuild",)
    version: str = ""
    license: str = ""


def citation_cff(about: Citation, day: date, content: str) -> str:
    """CITATION.cff 1.2.0; each value as JSON, which YAML holds."""
    fields: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this graph, please cite it as below.",
        "type": "dataset",
        "title": about.title,
        "authors": [_author(name) for name in about.authors],
        "version": about.version,
        "date-released": day.isoformat(),
        "abstract": f"Statements from PubMed with the sentences that they stand in. Content checksum: {content}.",
    }
    if about.license:
        fields["license"] = about.license
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())


def ro_crate(about: Citation, day: date, files: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """RO-Crate 1.1 metadata (https://w3id.org/ro/crate/1.1)."""
    authors = [_person(name) for name in about.authors]
    listed: list[dict[str, Any]] = [
        {
            "@id": item["path"],
            "@type": "File",
            "name": item["path"],
            "description": item["about"],
            "encodingFormat": ABOUT.get(item["path"], ("", "application/octet-stream"))[1],
            "contentSize": str(item["bytes"]),
            "sha256": item["sha256"],
        }
        for item in files
    ]
    listed.append({"@id": "manifest.json", "@type": "File", "name": "manifest.json"})
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.title,
        "description": "Statements from PubMed on the gut-brain axis, with the sentences that they stand in.",
        "version": about.version,
        "datePublished": day.isoformat(),
        "author": [{"@id": author["@id"]} for author in authors],
        "hasPart": [{"@id": item["@id"]} for item in listed],
    }
    if about.license:
        root["license"] = {"@id": f"https://spdx.org/licenses/{about.license}"}
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [descriptor, root, *authors, *(item for item in listed if item["@id"] != descriptor["@id"])],
    }


def read_me(about: Citation, *, compared: bool, checked: bool, own_ontology: bool) -> str:
    """A page on the release's files and on what may be done with them."""
    absent = ({"changes.tsv", "changes.json"} if not compared else set()) | ({"shacl.json"} if not checked else set())
    absent |= {"tables/ontology.ttl"} if not own_ontology else set()
    rows = "".join(f"| `{path}` | {what} |\n" for path, (what, _) in ABOUT.items() if path not in absent)
    return f"""# {about.title}

Each statement stands with the sentences that it was found in. They were found by a program, which errs: read the
sentence before you rely on a statement.

| file | what it is |
|---|---|
{rows}
`content` in `manifest.json` is one checksum of the graph's files; equal graphs have equal ones.

Titles, abstracts and sentences belong to their publishers and authors; the terms of PubMed's data apply to them
(https://www.nlm.nih.gov/databases/download/terms_and_conditions.html). Names of concepts are under the licences in
`licences.tsv`.
"""


def _author(name: str) -> dict[str, str]:
    found = _ORCID.match(name)
    plain = found[1] if found else name.strip()
    if not plain:
        raise InputError("an author without a name", record=name, remedy='Write "Family, Given" or a group\'s name.')
    family, comma, given = (part.strip() for part in plain.partition(","))
    author = {"family-names": family, "given-names": given} if comma else {"name": plain}
    return author | ({"orcid": f"https://orcid.org/{found[2]}"} if found else {})


def _person(name: str) -> dict[str, str]:
    author = _author(name)
    if "name" in author:
        kind, shown = "Organization", author["name"]
    else:
        kind, shown = "Person", f"{author['given-names']} {author['family-names']}"
    return {"@id": author.get("orcid", f"#{shown.replace(' ', '-')}"), "@type": kind, "name": shown}
