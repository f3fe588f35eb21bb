"""Asking a graph in Neo4j: named questions in Cypher, and queries of one's own, all of them read-only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kgbuild.errors import GraphError
from kgbuild.load.neo4j_server import Neo4jSettings, connected, session, statement, translated
from kgbuild.query.answers import plain, too_many
from kgbuild.query.ask import run_named
from kgbuild.query.cypher_text import check_cypher
from kgbuild.query.named import NamedQuery
from kgbuild.query.names import MOST, GraphConcept, class_name, graph_concept, older_graph, years
from kgbuild.query.results import MAX_ROWS, Table, Value
from kgbuild.query.runners import TIMEOUT
from kgbuild.query.sparql import parse_terms
from kgbuild.resources import asset
from kgbuild.schema import Schema, load_schema

if TYPE_CHECKING:
    from neo4j import Driver


class CypherRunner:
    """Asks one graph in a Neo4j database, in read transactions that the server refuses to write in.

    Args:
        settings: the server.
        graph: the graph's name; queries have it as `$graph`.
        timeout: seconds that a query may take.
        max_rows: rows that an answer may have; a longer one is an error, never cut.

    Raises (from its methods):
        RemoteError: no server, a wrong password, a query that writes or takes too long.
        GraphError: the database does not hold the graph, or only a part of it.
        InputError: the query is broken, or makes the server fetch something.
        KgbuildError: the answer has too many rows.
    """

    def __init__(
        self,
        settings: Neo4jSettings,
        *,
        graph: str = "kgbuild",
        timeout: float = TIMEOUT,
        max_rows: int = MAX_ROWS,
    ) -> None:
        self._settings = settings
        self._graph = graph
        self._timeout = timeout
        self._max_rows = max_rows
        self._open = ExitStack()
        self._driver: Driver | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to the server, if there are any."""
        self._open.close()
        self._driver = None

    def run(self, query: str, parameters: Mapping[str, Value] | None = None, *, name: str = "query") -> Table:
        """The rows of a query. Nodes, relationships, lists and maps come as JSON; `name` is for messages."""
        import neo4j

        check_cypher(query)
        driver = self._connect()
        values = {**(parameters or {}), "graph": self._graph}

        @neo4j.unit_of_work(timeout=self._timeout)
        def work(transaction: neo4j.ManagedTransaction) -> Table:
            result = transaction.run(query, values)
            rows = result.fetch(self._max_rows + 1)
            if len(rows) > self._max_rows:
                raise too_many(self._max_rows)
            return Table(tuple(result.keys()), tuple(tuple(map(_plain, row.values())) for row in rows))

        with translated(self._settings, query=name), session(driver, self._settings, write=False) as opened:
            return opened.execute_read(work)

    def run_named(
        self, query: NamedQuery, values: Mapping[str, str], *, narrower: bool = False, schema: Schema | None = None
    ) -> Table:
        """Ask a named query, as `kgbuild.query.ask.run_named` does; the rows are the same as from RDF."""
        asked = replace(query, text=cypher_text(query.name))
        facts = CypherNames(self, schema or load_schema())
        return run_named(asked, values, _Terms(self, query), narrower=narrower, schema=schema, facts=facts)

    def _connect(self) -> Driver:
        """The driver; at the first question, see that the graph is there as a whole."""
        if self._driver is not None:
            return self._driver
        driver = self._open.enter_context(connected(self._settings))
        try:
            with translated(self._settings), session(driver, self._settings, write=False) as opened:
                known = {record["graph"]: record["complete"] for record in opened.run(statement("state"))}
            if not known.get(self._graph):
                raise _missing(self._graph, known)
        except BaseException:
            self._open.close()
            raise
        self._driver = driver
        return driver


@cache
def cypher_text(name: str) -> str:
    """The Cypher of a named query, `queries/cypher/NAME.cypher`."""
    return asset(f"queries/cypher/{name}.cypher").read_text(encoding="utf-8")


_GRAPH = "MATCH (c:Concept {kgbuild_graph: $graph}) WHERE c.kgbuild_hash IS NOT NULL"
_CONCEPT = (
    "c.uri AS uri, c.curie AS curie, c.name AS name, c.class AS label, c.rank AS rank, c.mentions AS mentions,"
    " c.statements AS statements"
)
_BY_URI = f"{_GRAPH} AND (c.uri = $wanted OR $wanted IN c.equivalents) RETURN {_CONCEPT} ORDER BY uri"
_BY_KEY = (
    f"{_GRAPH} AND $form IN c.nameKeys RETURN {_CONCEPT}, c.wordings AS wordings,"
    " c.wordingMentions AS wordingMentions ORDER BY uri"
)
_LIKE = (
    f"{_GRAPH} AND c.mentions > 0 UNWIND c.nameKeys AS form WITH c, form WHERE form CONTAINS $part"
    f" RETURN form, {_CONCEPT} ORDER BY mentions DESC, uri, form LIMIT {MOST}"
)
_NARROWER = (
    "MATCH (top:Concept {kgbuild_graph: $graph, uri: $top})<-[:BROADER*1.. {kgbuild_graph: $graph}]-(c:Concept)"
    f" WHERE c.statements > 0 AND c <> top RETURN DISTINCT {_CONCEPT} ORDER BY statements DESC, uri LIMIT {MOST}"
)
_ARTICLE = "MATCH (p:Article {kgbuild_graph: $graph, pmid: $pmid}) WHERE p.kgbuild_hash IS NOT NULL RETURN p.pmid"
_YEARS = "MATCH (a:Association {kgbuild_graph: $graph}) RETURN min(a.firstYear) AS first, max(a.firstYear) AS last"
_OLDER = f"{_GRAPH} WITH count(c) AS all, count(c.nameKeys) AS named RETURN all > 0 AND named = 0 AS older"


class CypherNames:
    """Look-up in Neo4j, as `kgbuild.query.names.Facts`; raises what `runner` raises."""

    def __init__(self, runner: CypherRunner, schema: Schema) -> None:
        self._runner = runner
        self._schema = schema

    def with_uri(self, uri: str) -> list[GraphConcept]:
        """As `Names.with_uri`."""
        return [self._concept(row) for row in self._rows(_BY_URI, wanted=uri)]

    def with_key(self, form: str) -> list[GraphConcept]:
        """As `Names.with_key`."""
        return [self._concept(row) for row in self._rows(_BY_KEY, form=form)]

    def like(self, part: str) -> list[tuple[str, GraphConcept]]:
        """As `Names.like`; raises GraphError where the graph has no normal forms of names."""
        rows = self._rows(_LIKE, part=part)
        if not rows and self._rows(_OLDER)[0]["older"]:
            raise older_graph()
        return [(str(row["form"]), self._concept(row)) for row in rows]

    def narrower(self, uri: str) -> list[GraphConcept]:
        """As `Names.narrower`."""
        return [self._concept(row) for row in self._rows(_NARROWER, top=uri)]

    def has_article(self, identifier: str) -> bool:
        """As `Facts.has_article`."""
        return bool(self._rows(_ARTICLE, pmid=identifier))

    def years(self) -> tuple[int, int] | None:
        """As `Facts.years`."""
        return years(self._rows(_YEARS)[0])

    def _rows(self, query: str, **parameters: Value) -> list[dict[str, Value]]:
        return self._runner.run(query, parameters, name="the look-up of a concept").records()

    def _concept(self, row: dict[str, Value]) -> GraphConcept:
        texts, counts = (json.loads(str(row.get(name) or "[]")) for name in ("wordings", "wordingMentions"))
        return graph_concept(row, class_name(self._schema, row["label"]), tuple(zip(texts, counts, strict=True)))


class _Terms:
    """A runner that takes parameters as RDF terms, for one named query."""

    def __init__(self, runner: CypherRunner, query: NamedQuery) -> None:
        self._runner = runner
        self._query = query

    def run(self, query: str, parameters: Mapping[str, str] | None = None) -> Table:
        """The rows; parameters that are left open are null."""
        open_: dict[str, Value] = {parameter.name: None for parameter in self._query.parameters}
        given = {name: plain(term) for name, term in parse_terms(parameters or {}).items()}
        return self._runner.run(query, open_ | given, name=self._query.name)


def _missing(graph: str, known: Mapping[str, bool]) -> GraphError:
    remedy = "Load it with kgbuild load neo4j."
    if graph in known:
        return GraphError(f"the graph {graph!r} is only partly loaded, or is being loaded", remedy=remedy)
    others = f" It holds: {', '.join(known)}." if known else ""
    return GraphError(f"the database holds no graph named {graph!r}", remedy=remedy + others)


def _plain(value: object) -> Value:
    if value is None or isinstance(value, str | int | float):
        return value
    return json.dumps(_jsonable(value), ensure_ascii=False, sort_keys=True)


def _jsonable(value: Any) -> Any:
    """Graph values as JSON can hold them; dates, durations and points as their text."""
    from neo4j.graph import Node, Path, Relationship

    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": _jsonable(dict(value))}
    if isinstance(value, Relationship):
        return {"type": value.type, "properties": _jsonable(dict(value))}
    if isinstance(value, Path):
        return [_jsonable(part) for pair in zip(value.nodes, value.relationships, strict=False) for part in pair] + [
            _jsonable(value.nodes[-1])
        ]
    if isinstance(value, dict):
        return {name: _jsonable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)
