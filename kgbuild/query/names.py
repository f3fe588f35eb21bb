"""Looking up concepts by URI and by the normal form of a name, in a graph's tables and in RDF.

`kgbuild.query.cypher` has the same for Neo4j; `kgbuild.query.resolve` ranks what is found, whatever the store.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from kgbuild.errors import GraphError
from kgbuild.namespaces import encode_iri
from kgbuild.protocols import QueryRunner
from kgbuild.query.results import Value
from kgbuild.query.sparql import iri, value
from kgbuild.query.tables import Tables
from kgbuild.schema import Schema

MOST = 1_000
"""Most concepts that `like` and `narrower` give; the most mentioned ones, or those in most statements."""
COLUMNS = ("uri", "curie", "name", "label", "rank", "mentions", "statements")
_SELECT = f"SELECT {', '.join(COLUMNS)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphConcept:
    """A concept as a graph has it; `label` and `rank` may be empty. `wordings` are spellings and their mentions."""

    uri: str
    curie: str
    name: str
    label: str
    rank: str
    mentions: int
    statements: int
    wordings: tuple[tuple[str, int], ...] = ()


class Names(Protocol):
    """Where a graph's concepts are looked up."""

    def with_uri(self, uri: str) -> list[GraphConcept]:
        """The concepts that a URI stands for, as their own or as one of their clique's."""

    def with_key(self, form: str) -> list[GraphConcept]:
        """The concepts with a name or wording of this normal form, and their wordings."""

    def like(self, part: str) -> list[tuple[str, GraphConcept]]:
        """Normal forms of names that hold a text, and the mentioned concepts that have them; at most `MOST`."""

    def narrower(self, uri: str) -> list[GraphConcept]:
        """The narrower concepts, on all levels, that stand in statements; at most `MOST`."""


class Facts(Names, Protocol):
    """What tells why a question has no answer."""

    def has_article(self, identifier: str) -> bool:
        """Whether the graph has the article of this PMID, or other identifier."""

    def years(self) -> tuple[int, int] | None:
        """The years of the earliest and of the latest first article of a statement; None where none is known."""


class TableNames:
    """Look-up in `concepts.parquet`; `tables` has it open, as `kgbuild.query.tables.open_tables` does."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def with_uri(self, uri: str) -> list[GraphConcept]:
        """As `Names.with_uri`."""
        which = "uri IN ($raw, $encoded) OR list_contains(equivalents, $encoded)"
        rows = self._tables.rows(
            f"{_SELECT} FROM concepts WHERE {which} ORDER BY uri", raw=uri, encoded=encode_iri(uri)
        )
        return [GraphConcept(**row) for row in rows]

    def with_key(self, form: str) -> list[GraphConcept]:
        """As `Names.with_key`."""
        which = "list_contains(keys, $form)"
        rows = self._tables.rows(f"{_SELECT}, wordings FROM concepts WHERE {which} ORDER BY uri", form=form)
        return [
            GraphConcept(**row | {"wordings": tuple((text["text"], text["mentions"]) for text in row["wordings"])})
            for row in rows
        ]

    def like(self, part: str) -> list[tuple[str, GraphConcept]]:
        """As `Names.like`."""
        query = f"""
        {_SELECT}, form FROM (SELECT *, unnest(keys) AS form FROM concepts WHERE mentions > 0)
        WHERE contains(form, $part) ORDER BY mentions DESC, uri, form LIMIT {MOST}
        """  # noqa: S608 - this module's own columns
        return [(row.pop("form"), GraphConcept(**row)) for row in self._tables.rows(query, part=part)]

    def narrower(self, uri: str) -> list[GraphConcept]:
        """As `Names.narrower`."""
        query = f"""
        {_SELECT} FROM concepts WHERE statements > 0 AND uri <> $uri AND uri IN $below
        ORDER BY statements DESC, uri LIMIT {MOST}
        """
        return [GraphConcept(**row) for row in self._tables.rows(query, uri=uri, below=self.below(uri))]

    def below(self, uri: str) -> list[str]:
        """The URIs of a concept and of all narrower ones."""
        query = """
        WITH RECURSIVE below(uri) AS (
            SELECT $uri
            UNION
            SELECT c.uri FROM (SELECT uri, unnest(parents) AS parent FROM concepts) AS c
            JOIN below ON c.parent = below.uri
        )
        SELECT uri FROM below
        """
        return [row["uri"] for row in self._tables.rows(query, uri=uri)]


_PREFIXES = """\
PREFIX graph: <https://w3id.org/kgbuild/graph/>
PREFIX kg: <https://w3id.org/kgbuild/vocab#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_VARIABLES = "?uri ?curie ?name ?label ?rank ?mentions ?statements"
_CONCEPT = """
  ?uri skos:notation ?curie ; skos:prefLabel ?name ; kg:mentions ?mentions ; kg:statements ?statements .
  %s
  OPTIONAL { ?uri a ?label FILTER (?label != skos:Concept) }
  OPTIONAL { ?uri kg:rank ?rank }
"""
_BY_URI = f"SELECT DISTINCT {_VARIABLES} {{ ?uri skos:exactMatch? ?wanted . {_CONCEPT % ''} }} ORDER BY ?uri"
_BY_KEY = f"""SELECT {_VARIABLES} ?wordings {{
  ?uri kg:nameKey ?form . {_CONCEPT % ""} OPTIONAL {{ ?uri kg:wordings ?wordings }} }} ORDER BY ?uri"""
# Inside first: what has no such name is not looked at any further.
_LIKE = f"""SELECT ?form {_VARIABLES} {{
  {{ SELECT ?uri ?form {{ ?uri kg:nameKey ?form . FILTER (CONTAINS(?form, ?part)) }} }}
  {_CONCEPT % "FILTER (?mentions > 0)"} }}
ORDER BY DESC(?mentions) ?uri ?form LIMIT {MOST}"""
_NARROWER = f"""SELECT {_VARIABLES} {{
  GRAPH graph:broader {{ ?uri skos:broader+ ?top }} {_CONCEPT % "FILTER (?statements > 0 && ?uri != ?top)"} }}
ORDER BY DESC(?statements) ?uri LIMIT {MOST}"""
_ARTICLE = "ASK { ?article kg:pmid ?pmid }"
_YEARS = "SELECT (MIN(?year) AS ?first) (MAX(?year) AS ?last) { ?statement kg:firstYear ?year }"
_OLDER = "ASK { ?concept a skos:Concept FILTER NOT EXISTS { ?other kg:nameKey ?form } }"


class SparqlNames:
    """Look-up in RDF, in the embedded store or on a server; raises what `runner` raises.

    Args:
        runner: what answers.
        schema: that the graph was built with, for the names of classes.
    """

    def __init__(self, runner: QueryRunner, schema: Schema) -> None:
        self._runner = runner
        self._schema = schema

    def with_uri(self, uri: str) -> list[GraphConcept]:
        """As `Names.with_uri`."""
        return [self._concept(row) for row in self._rows(_BY_URI, wanted=iri(uri))]

    def with_key(self, form: str) -> list[GraphConcept]:
        """As `Names.with_key`."""
        return [self._concept(row) for row in self._rows(_BY_KEY, form=value(form))]

    def like(self, part: str) -> list[tuple[str, GraphConcept]]:
        """As `Names.like`.

        Raises:
            GraphError: the graph has no normal forms of names.
        """
        rows = self._rows(_LIKE, part=value(part))
        if not rows and self._rows(_OLDER)[0]["answer"]:
            raise older_graph()
        return [(str(row["form"]), self._concept(row)) for row in rows]

    def narrower(self, uri: str) -> list[GraphConcept]:
        """As `Names.narrower`."""
        return [self._concept(row) for row in self._rows(_NARROWER, top=iri(uri))]

    def has_article(self, identifier: str) -> bool:
        """As `Facts.has_article`."""
        return bool(self._rows(_ARTICLE, pmid=value(identifier))[0]["answer"])

    def years(self) -> tuple[int, int] | None:
        """As `Facts.years`."""
        return years(self._rows(_YEARS)[0])

    def _rows(self, query: str, **terms: str) -> list[dict[str, Value]]:
        return self._runner.run(_PREFIXES + query, terms).records()

    def _concept(self, row: Mapping[str, Value]) -> GraphConcept:
        texts = json.loads(str(row.get("wordings") or "{}"))
        return graph_concept(row, class_name(self._schema, row["label"]), tuple(texts.items()))


def graph_concept(row: Mapping[str, Any], label: str, wordings: tuple[tuple[str, int], ...] = ()) -> GraphConcept:
    """A concept from a store's row with `COLUMNS`, where empty texts are None."""
    return GraphConcept(
        **{name: row[name] for name in COLUMNS} | {"rank": row["rank"] or "", "label": label}, wordings=wordings
    )


def class_name(schema: Schema, uri: object) -> str:
    """The label that a class's IRI has in the schema; the end of the IRI where it has none."""
    names = {known: name for name, known in schema.label_uris.items()}
    return names.get(str(uri), re.split(r"[#/]", str(uri))[-1]) if uri else ""


def years(row: Mapping[str, Any]) -> tuple[int, int] | None:
    """`first` and `last` of a row, or None where they are not known."""
    return None if row["first"] is None else (int(row["first"]), int(row["last"]))


def older_graph() -> GraphError:
    """The error for a store whose concepts have no normal forms of names."""
    return GraphError(
        "concepts of this graph cannot be looked up by name: an older version of kgbuild wrote it",
        remedy="Build the graph again (kgbuild ingest) and load it again.",
    )
