"""What stands in a Neo4j graph: the tables' rows as nodes and relationships, the same for loading and for CSV files.

Everything has an `id` of 32 hexadecimal digits: statements and evidence their own, concepts, articles and broader
relationships an MD5 of their keys, so that every store sorts them alike.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from kgbuild.errors import ConfigurationError, GraphError
from kgbuild.load.rdf import article_iri, checked_iri, evidence_iri, statement_iri
from kgbuild.load.scan import Scan
from kgbuild.schema import Schema, load_schema

HASH = "kgbuild_hash"
GRAPH = "kgbuild_graph"
# Raised when the same tables come to be written in another way, so that loaded graphs are written again.
_MODEL = "2"
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z", re.ASCII)
_RESERVED = frozenset({"BROADER", "SUBJECT", "OBJECT", "EVIDENCE_OF", "FROM_ARTICLE"})


class Row(NamedTuple):
    """A node or relationship: `ends` are ids and names beside its properties that place it in the graph."""

    id: str
    hash: str
    properties: dict[str, Any]
    ends: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of rows.

    `name` is for reports, `file` ends the names of its Cypher files, `label` is its node label or relationship type;
    `query` and `ids` are SQL for records and for ids alone, by id; `make` turns a record into properties and ends.
    """

    name: str
    file: str
    label: str
    query: str
    ids: str
    make: Callable[[dict[str, Any], Schema], tuple[dict[str, Any], dict[str, str]]]

    def count(self, scan: Scan) -> int:
        """How many rows there are."""
        return int(next(scan.rows(f"SELECT count(*) FROM ({self.ids})"))[0][0])  # noqa: S608 - SQL of this module

    def identifiers(self, scan: Scan) -> Iterator[Row]:
        """All rows, by id, without content."""
        for batch in scan.batches(self.ids):
            for identifier in batch.column(0).to_pylist():
                yield Row(identifier, "", {}, {})

    def rows(self, scan: Scan) -> Iterator[Row]:
        """All rows, by id."""
        for batch in scan.batches(self.query):
            for record in batch.to_pylist():
                identifier = record.pop("id")
                properties, ends = self.make(record, scan.schema)
                properties = {name: None if value == [] else value for name, value in properties.items()}
                yield Row(identifier, _hash(properties, ends), properties, ends)


@cache
def predicate_types(schema: Schema | None = None) -> Mapping[str, str]:
    """Relationship type of each predicate of the ontology: "is linked to" -> IS_LINKED_TO.

    Raises:
        ConfigurationError: two predicates would share one, or one can not be a type.
    """
    types: dict[str, str] = {}
    for name in (schema or load_schema()).predicate_uris:
        types[name] = _identifier(re.sub(r"\W+", "_", name).upper(), name)
    _distinct(types, _RESERVED)
    return types


@cache
def class_labels(schema: Schema | None = None) -> Mapping[str, str]:
    """Node label of each class of the ontology: "dietary supplement" -> DietarySupplement; raises as above."""
    uris = (schema or load_schema()).label_uris
    labels = {name: _identifier(re.split(r"[#/]", uri)[-1], name) for name, uri in uris.items()}
    _distinct(labels, frozenset({"Concept", "Association", "Evidence", "Article", "KgbuildGraph"}))
    return labels


def _identifier(text: str, name: str) -> str:
    if not _IDENTIFIER.match(text):
        raise ConfigurationError(
            f"the ontology's term {name!r} can not be named in Neo4j", remedy="Use letters, digits and spaces."
        )
    return text


def _distinct(names: Mapping[str, str], reserved: frozenset[str]) -> None:
    seen = dict.fromkeys(reserved, "kgbuild itself")
    for name, identifier in names.items():
        if identifier in seen:
            raise ConfigurationError(
                f"the ontology's term {name!r} and {seen[identifier]} would both be {identifier} in Neo4j",
                remedy="Rename the term.",
            )
        seen[identifier] = repr(name)


def _hash(properties: dict[str, Any], ends: dict[str, str]) -> str:
    text = json.dumps([_MODEL, properties, ends], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _concept(record: dict[str, Any], schema: Schema) -> tuple[dict[str, Any], dict[str, str]]:
    label = record.pop("label")
    name = record["name"]
    record["uri"] = checked_iri(record["uri"])
    record["class"] = schema.label_uris[label] if label else None
    record["synonyms"] = [text for text in dict.fromkeys(record["synonyms"]) if text != name]
    # Two lists of one order, since a property holds no maps.
    wordings = record.pop("wordings")
    record["wordings"] = [wording["text"] for wording in wordings]
    record["wordingMentions"] = [wording["mentions"] for wording in wordings]
    record["equivalents"] = list(dict.fromkeys(map(checked_iri, record["equivalents"])))
    return record, {"class": class_labels(schema)[label]} if label else {}


def _article(record: dict[str, Any], _schema: Schema) -> tuple[dict[str, Any], dict[str, str]]:
    record["uri"] = article_iri(record["pmid"])
    record["publicationTypes"] = list(dict.fromkeys(record["publicationTypes"]))
    return record, {}


def _broader(record: dict[str, Any], _schema: Schema) -> tuple[dict[str, Any], dict[str, str]]:
    return {}, record


def _statement(record: dict[str, Any], schema: Schema) -> tuple[dict[str, Any], dict[str, str]]:
    name = record.pop("name")
    ends = {"subject": record.pop("subject"), "object": record.pop("object"), "type": predicate_types(schema)[name]}
    properties = {
        "uri": statement_iri(record.pop("key")),
        "name": name,
        "predicate": schema.predicate_uris[name],
        "subjectClass": schema.label_uris[record.pop("subject_label")],
        "objectClass": schema.label_uris[record.pop("object_label")],
        **record,
    }
    return properties, ends


DIRECT_PROPERTIES = (
    *("name", "predicate", "belief", "supporting", "refuting", "speculating", "articles"),
    *("works", "asked", "increase", "decrease", "more", "less", "raises", "lowers", "worsens", "improves"),
    *("human", "background", "conflict", "firstYear", "lastYear"),
)


def direct_properties(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Of a statement's properties, those that its direct relationship carries too."""
    return {name: properties[name] for name in DIRECT_PROPERTIES}


def _evidence(record: dict[str, Any], _schema: Schema) -> tuple[dict[str, Any], dict[str, str]]:
    if record["firstSentence"] is None:
        raise GraphError(
            f"evidence {record['key']} stands in article {record['pmid']}, which is not in articles.parquet",
            remedy="Build the graph again from its sources.",
        )
    ends = {"statement": record.pop("statement"), "article": record.pop("article")}
    properties = {"uri": evidence_iri(record.pop("key")), **record}
    del properties["pmid"]
    for role in ("subjectUri", "objectUri"):
        properties[role] = checked_iri(properties[role])
    return properties, ends


_STATEMENTS = """
    SELECT id, id AS key, md5(subject) AS subject, md5(object) AS object, predicate AS name,
        subject_label, object_label, CAST(six(belief) AS DOUBLE) AS belief,
        supporting, refuting, speculative AS speculating, articles, works, asked, increase, decrease,
        more, less, raises, lowers, worsens, improves, human,
        background, conflict, direct, first_year AS "firstYear", last_year AS "lastYear"
    FROM statements ORDER BY id
"""
_EVIDENCE = """
    SELECT id, id AS key, statement, md5(pmid) AS article, pmid,
        subject_uri AS "subjectUri", subject_section AS "subjectSection", subject_start AS "subjectStart",
        subject_end AS "subjectEnd", subject_text AS "subjectText",
        object_uri AS "objectUri", object_section AS "objectSection", object_start AS "objectStart",
        object_end AS "objectEnd", object_text AS "objectText",
        CAST(six(score) AS DOUBLE) AS score, negated, speculative, direction, claim, finding,
        study, review, run,
        first_sentence AS "firstSentence", second_sentence AS "secondSentence"
    FROM placed WHERE statement IS NOT NULL ORDER BY id
"""
_ARTICLES = """
    SELECT md5(pmid) AS id, pmid, title, retracted, study, year, nullif(journal, '') AS journal,
        nullif(doi, '') AS doi, nullif(pmcid, '') AS pmcid, standing, work,
        nullif(design, '') AS design, participants,
        list_transform(facets, x -> x.name || ': ' || x.value) AS "studyFacets",
        publication_types AS "publicationTypes"
    FROM articles ORDER BY id
"""
_PAIRS = (
    "SELECT DISTINCT md5(uri || ' ' || parent) AS id, md5(uri) AS child, md5(parent) AS parent"
    " FROM (SELECT uri, unnest(parents) AS parent FROM concepts) ORDER BY id"
)
CONCEPTS = Kind(
    name="concepts",
    file="concepts",
    label="Concept",
    query="SELECT md5(uri) AS id, uri, curie, name, label, nullif(rank, '') AS rank, synonyms, wordings,"
    ' keys AS "nameKeys", equivalents, mentions, articles, statements FROM concepts ORDER BY id',
    ids="SELECT md5(uri) AS id FROM concepts ORDER BY id",
    make=_concept,
)
BROADER = Kind(
    name="broader relationships",
    file="broader",
    label="BROADER",
    query=_PAIRS,
    ids=f"SELECT id FROM ({_PAIRS}) ORDER BY id",  # noqa: S608 - the SQL above
    make=_broader,
)
ARTICLES = Kind(
    name="articles",
    file="articles",
    label="Article",
    query=_ARTICLES,
    ids="SELECT md5(pmid) AS id FROM articles ORDER BY id",
    make=_article,
)
STATEMENTS = Kind(
    name="statements",
    file="statements",
    label="Association",
    query=_STATEMENTS,
    ids="SELECT id FROM statements ORDER BY id",
    make=_statement,
)
EVIDENCE = Kind(
    name="evidence",
    file="evidence",
    label="Evidence",
    query=_EVIDENCE,
    ids="SELECT id FROM evidence WHERE statement IS NOT NULL ORDER BY id",
    make=_evidence,
)
KINDS = (CONCEPTS, BROADER, ARTICLES, STATEMENTS, EVIDENCE)
