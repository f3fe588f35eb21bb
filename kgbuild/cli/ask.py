"""`kgbuild query`, `sparql` and `cypher`: named questions, and queries of one's own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.text import Text

from kgbuild.assemble.workspace import Workspace
from kgbuild.cli import options
from kgbuild.cli.load import Database, GraphName, Uri, User
from kgbuild.cli.output import Form, console, errors, print_json, print_rows
from kgbuild.errors import GraphError, InputError

if TYPE_CHECKING:
    from kgbuild.query.named import NamedQuery
    from kgbuild.query.names import Names
    from kgbuild.query.runners import EndpointRunner, StoreRunner
    from kgbuild.schema import Schema

_Endpoint = Annotated[str | None, typer.Option("--endpoint", help="Ask this SPARQL server instead of --kg.")]
_Format = Annotated[Form, typer.Option("--format", "-f", help="How to print the rows.")]
_Concepts = Annotated[
    list[str] | None,
    typer.Option("--concept", "-c", help="A concept, as name=TEXT: the query has its URI as ?name, in Cypher $name."),
]
_Timeout = Annotated[float, typer.Option(min=0.1, help="Seconds that a query may take.")]


def query(
    name: Annotated[str | None, typer.Argument(help="A named query; all are listed if left out.")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", "-p", help="A parameter, as name=value.")] = None,
    kg: options.Kg = options.DEFAULT_KG,
    endpoint: _Endpoint = None,
    store: Annotated[
        Literal["rdf", "neo4j"], typer.Option(help="Ask the embedded RDF store, or Neo4j (KGBUILD_NEO4J_…).")
    ] = "rdf",
    graph: GraphName = "kgbuild",
    narrower: options.Narrower = False,
    timeout: _Timeout = 60,
    form: _Format = "table",
    raw: options.Raw = False,
    as_json: options.Json = False,
) -> None:
    """Ask a named question.

    \b
    Examples:
      kgbuild query
      kgbuild query microbes-changed-in-disorder --param disorder="Parkinson disease"
      kgbuild query best-supported --param limit=50 --format csv > best.csv
      kgbuild query most-studied --store neo4j
    """
    from kgbuild.query.ask import run_named
    from kgbuild.query.named import list_queries, load_query

    form = _form(form, as_json)
    if endpoint and store == "neo4j":
        raise InputError(
            "--endpoint is the address of a SPARQL server, not of Neo4j", remedy="Leave one of them out."
        )
    if name is None:
        _list(list_queries(), form)
        return
    question = load_query(name)
    values = _values(param or ())
    schema = _schema(kg)
    if store == "neo4j":
        from kgbuild.load.neo4j_server import settings_from
        from kgbuild.query.cypher import CypherRunner

        with CypherRunner(settings_from(), graph=graph, timeout=timeout) as neo4j:
            print_rows(neo4j.run_named(question, values, narrower=narrower, schema=schema), form, schema, raw=raw)
        return
    with _runner(kg, endpoint, timeout) as runner:
        print_rows(run_named(question, values, runner, narrower=narrower, schema=schema), form, schema, raw=raw)


def _runner(kg: Path, endpoint: str | None, timeout: float) -> StoreRunner | EndpointRunner:
    from kgbuild.query.runners import EndpointRunner, StoreRunner

    if endpoint:
        return EndpointRunner(endpoint, timeout)
    return StoreRunner(Workspace(kg).current() / "rdf", timeout)


def _schema(kg: Path) -> Schema:
    """That of the graph in a folder; the default one where there is none, as when a server is asked."""
    from kgbuild.schema import graph_schema, load_schema

    try:
        return graph_schema(Workspace(kg).current())
    except GraphError:
        return load_schema()


def _form(form: Form, as_json: bool) -> Form:
    if as_json and form == "csv":
        raise InputError("--json and --format csv are two forms", remedy="Leave one of them out.")
    return "json" if as_json else form


def _values(parameters: Sequence[str]) -> dict[str, str]:
    """Parameters by name, as they are given."""
    values: dict[str, str] = {}
    for text in parameters:
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign or not name:
            raise InputError(f"{text!r} is no parameter", remedy="Write it as name=value.")
        if name in values:
            raise InputError(
                f"parameter {name} is given twice: {values[name]!r} and {value!r}", remedy="Ask once for each."
            )
        values[name] = value
    return values


def _list(queries: Sequence[NamedQuery], form: Form) -> None:
    from kgbuild.query.results import Table
    from kgbuild.schema import load_schema

    if form == "json":
        print_json([asdict(query) for query in queries])
        return
    if form == "csv":
        names = [(query.name, query.title, " ".join(p.name for p in query.parameters)) for query in queries]
        print_rows(Table(("query", "title", "parameters"), tuple(names)), form, load_schema())
        return
    for query in queries:
        console.print(Text.assemble((query.name, "bold"), f"  {query.title}"))
        for parameter in query.parameters:
            default = "must be given" if parameter.default is None else f"default {parameter.default!r}"
            console.print(f"    {parameter.name}: {parameter.description} ({default})", style="dim")
    console.print("\nAsk one: kgbuild query NAME --param name=value")


def sparql(
    query: Annotated[
        str, typer.Argument(metavar="QUERY|FILE|-", help="A SPARQL query, or a file with one; - reads it from input.")
    ],
    concept: _Concepts = None,
    kg: options.Kg = options.DEFAULT_KG,
    endpoint: _Endpoint = None,
    timeout: _Timeout = 60,
    form: _Format = "table",
    raw: options.Raw = False,
    as_json: options.Json = False,
) -> None:
    """Run a SPARQL query of your own, read-only. Triples of a CONSTRUCT or DESCRIBE are written as N-Triples.

    \b
    Examples:
      kgbuild sparql 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }'
      kgbuild sparql 'DESCRIBE <http://purl.obolibrary.org/obo/CHEBI_17968>' > butyrate.nt
      kgbuild sparql 'SELECT ?p (COUNT(*) AS ?n) { ?c ?p ?o } GROUP BY ?p' --concept c=PD
      kgbuild sparql question.rq --format csv
      kgbuild sparql - < question.rq
    """
    from kgbuild.query.names import SparqlNames
    from kgbuild.query.sparql import gives_rows, iri

    text = _text(query)
    shown = _form(form, as_json)
    schema = _schema(kg)
    with _runner(kg, endpoint, timeout) as runner:
        uris = _concept_uris(SparqlNames(runner, schema), concept)
        parameters = {name: iri(uri) for name, uri in uris.items()}
        if gives_rows(text):
            print_rows(runner.run(text, parameters), shown, schema, raw=raw)
        elif shown == "table":
            sys.stdout.write(runner.triples(text, parameters))
        else:
            raise InputError(
                f"triples have no form {shown!r}", remedy="Leave --format and --json away, or SELECT rows."
            )


def cypher(
    query: Annotated[
        str, typer.Argument(metavar="QUERY|FILE|-", help="A Cypher query, or a file with one; - reads it from input.")
    ],
    concept: _Concepts = None,
    kg: options.Kg = options.DEFAULT_KG,
    uri: Uri = None,
    user: User = None,
    database: Database = None,
    graph: GraphName = "kgbuild",
    timeout: _Timeout = 60,
    form: _Format = "table",
    raw: options.Raw = False,
    as_json: options.Json = False,
) -> None:
    """Run a Cypher query of your own in Neo4j, read-only. `$graph` is the graph's name.

    \b
    Examples:
      kgbuild cypher 'MATCH (c:Concept {kgbuild_graph: $graph}) RETURN count(c)'
      kgbuild cypher 'MATCH (c:Concept {uri: $c, kgbuild_graph: $graph})-[r]-(d) RETURN type(r), d.name' -c c=PD
      kgbuild cypher question.cypher --format csv
      kgbuild cypher - < question.cypher
    """
    from kgbuild.load.neo4j_server import settings_from
    from kgbuild.query.cypher import CypherNames, CypherRunner
    from kgbuild.query.cypher_text import check_cypher

    text = _text(query)
    check_cypher(text)
    settings = settings_from(uri=uri, user=user, database=database)
    schema = _schema(kg)
    with CypherRunner(settings, graph=graph, timeout=timeout) as runner:
        parameters = _concept_uris(CypherNames(runner, schema), concept)
        print_rows(runner.run(text, parameters, name=query), _form(form, as_json), schema, raw=raw)


def _concept_uris(names: Names, given: Sequence[str] | None) -> dict[str, str]:
    """The URIs of the concepts that are given as name=TEXT, by name."""
    from kgbuild.query.resolve import resolve

    uris = {}
    for name, text in _values(given or ()).items():
        resolution = resolve(names, text)
        if error := resolution.error(f"concept {name}"):
            raise error
        if resolution.note:
            errors.print(resolution.note, style="dim")
        uris[name] = resolution.meanings[0].uri
    return uris


def _text(query: str) -> str:
    """A query's text: in a file, on standard input, or given as such (what can not be opened and holds a space)."""
    try:
        text = sys.stdin.read() if query == "-" else Path(query).read_text(encoding="utf-8")
        return text.removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and len(query.split()) > 1:
            return query.removeprefix("\ufeff")
        raise InputError(str(error), file=query, remedy="Give a query, or a UTF-8 file with one.") from error
