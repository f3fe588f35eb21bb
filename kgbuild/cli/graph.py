"""`kgbuild show`, `query`, `sparql`, `cypher`, `info` and `validate`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table as RichTable

from kgbuild.assemble.workspace import Workspace, read_json
from kgbuild.cli import options
from kgbuild.cli.load import Database, GraphName, Uri, User
from kgbuild.cli.output import Form, console, print_json, print_rows, print_shown
from kgbuild.errors import GraphError, InputError

if TYPE_CHECKING:
    from kgbuild.query.named import NamedQuery
    from kgbuild.query.runners import EndpointRunner, StoreRunner
    from kgbuild.query.show import ShownStatement
    from kgbuild.schema import Schema

_Endpoint = Annotated[str | None, typer.Option("--endpoint", help="Ask this SPARQL server instead of --kg.")]
_Format = Annotated[Form, typer.Option("--format", "-f", help="How to print the rows.")]
_Timeout = Annotated[float, typer.Option(min=0.1, help="Seconds that a query may take.")]


def show(
    concept: Annotated[str, typer.Argument(help="A name, CURIE or URI.")],
    other: Annotated[str | None, typer.Argument(help="A second one: show what stands between the two.")] = None,
    kg: options.Kg = options.DEFAULT_KG,
    narrower: options.Narrower = False,
    limit: Annotated[int, typer.Option(min=1, help="Most statements.")] = 20,
    evidence: Annotated[
        int | None, typer.Option(min=1, help="Most evidence for a statement, and against it; 3, between two 20.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show a concept's neighbours, or all between two concepts, with the sentences.

    A name that may mean several concepts is answered with their list and exit code 6.

    \b
    Examples:
      kgbuild show "Akkermansia muciniphila"
      kgbuild show Lactobacillus "Parkinson disease"
      kgbuild show "neurodegenerative disease" --include-narrower --json
    """
    from kgbuild.query.show import show as find

    shown = find(
        Workspace(kg).current(),
        concept,
        other,
        narrower=narrower,
        limit=limit,
        evidence=evidence or (20 if other else 3),
    )
    if as_json:
        print_json(
            {
                "concepts": [asdict(item) for item in shown.concepts],
                "total": shown.total,
                "statements": [_statement(item) for item in shown.statements],
                "note": str(shown.problem) if shown.problem else shown.note,
            }
        )
    elif shown.problem is None:
        print_shown(shown)
    if shown.problem is not None:
        raise shown.problem


def _statement(item: ShownStatement) -> dict[str, Any]:
    """A statement with its ends as plain URIs, and their names beside them."""
    value = asdict(item)
    for role in ("subject", "object"):
        end = value[role]
        value |= {role: end["uri"], f"{role}_curie": end["curie"], f"{role}_name": end["name"]}
    return value


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
            print_rows(neo4j.run_named(question, values, narrower=narrower, schema=schema), form, schema)
        return
    with _runner(kg, endpoint, timeout) as runner:
        print_rows(run_named(question, values, runner, narrower=narrower, schema=schema), form, schema)


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
    if form == "json":
        print_json([asdict(query) for query in queries])
        return
    for query in queries:
        console.print(f"[bold]{query.name}[/]  {query.title}")
        for parameter in query.parameters:
            default = "must be given" if parameter.default is None else f"default {parameter.default!r}"
            console.print(f"    {parameter.name}: {parameter.description} ({default})", style="dim", markup=False)
    console.print("\nAsk one: kgbuild query NAME --param name=value")


def sparql(
    query: Annotated[
        str, typer.Argument(metavar="QUERY|FILE|-", help="A SPARQL query, or a file with one; - reads it from input.")
    ],
    kg: options.Kg = options.DEFAULT_KG,
    endpoint: _Endpoint = None,
    timeout: _Timeout = 60,
    form: _Format = "table",
    as_json: options.Json = False,
) -> None:
    """Run a SPARQL query of your own, read-only. Triples of a CONSTRUCT or DESCRIBE are written as N-Triples.

    \b
    Examples:
      kgbuild sparql 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }'
      kgbuild sparql 'DESCRIBE <http://purl.obolibrary.org/obo/CHEBI_17968>' > butyrate.nt
      kgbuild sparql question.rq --format csv
      kgbuild sparql - < question.rq
    """
    from kgbuild.query.sparql import gives_rows

    text = _text(query)
    shown = _form(form, as_json)
    with _runner(kg, endpoint, timeout) as runner:
        if gives_rows(text):
            print_rows(runner.run(text), shown, _schema(kg))
        elif shown == "table":
            sys.stdout.write(runner.triples(text))
        else:
            raise InputError(
                f"triples have no form {shown!r}", remedy="Leave --format and --json away, or SELECT rows."
            )


def cypher(
    query: Annotated[
        str, typer.Argument(metavar="QUERY|FILE|-", help="A Cypher query, or a file with one; - reads it from input.")
    ],
    kg: options.Kg = options.DEFAULT_KG,
    uri: Uri = None,
    user: User = None,
    database: Database = None,
    graph: GraphName = "kgbuild",
    timeout: _Timeout = 60,
    form: _Format = "table",
    as_json: options.Json = False,
) -> None:
    """Run a Cypher query of your own in Neo4j, read-only. `$graph` is the graph's name.

    \b
    Examples:
      kgbuild cypher 'MATCH (c:Concept {kgbuild_graph: $graph}) RETURN count(c)'
      kgbuild cypher question.cypher --format csv
      kgbuild cypher - < question.cypher
    """
    from kgbuild.load.neo4j_server import settings_from
    from kgbuild.query.cypher import CypherRunner

    settings = settings_from(uri=uri, user=user, database=database)
    with CypherRunner(settings, graph=graph, timeout=timeout) as runner:
        print_rows(runner.run(_text(query), name=query), _form(form, as_json), _schema(kg))


def _text(query: str) -> str:
    """A query's text: in a file, on standard input, or given as such (what can not be opened and holds a space)."""
    try:
        return sys.stdin.read() if query == "-" else Path(query).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and len(query.split()) > 1:
            return query
        raise InputError(str(error), file=query, remedy="Give a query, or a UTF-8 file with one.") from error


def info(kg: options.Kg = options.DEFAULT_KG, as_json: options.Json = False) -> None:
    """Show what a graph holds, how it was made, and from what.

    \b
    Examples:
      kgbuild info
      kgbuild info --kg my-graph --json
    """
    facts = read_json(Workspace(kg).current() / "info.json")
    if as_json:
        print_json(facts)
        return
    table = RichTable("fact", "value", header_style="bold")
    for name, value in facts.items():
        if isinstance(value, dict):
            for inner, item in value.items():
                table.add_row(f"{name}: {inner}", _plain(item))
        elif not isinstance(value, list):
            table.add_row(name, _plain(value))
    for source in facts["sources"]:
        table.add_row("source", f"{source['name']} ({source['articles']:,} articles)")
    console.print(table)


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def validate(kg: options.Kg = options.DEFAULT_KG, as_json: options.Json = False) -> None:
    """Check the graph against its SHACL shapes; exit code 5 if it does not conform.

    \b
    Examples:
      kgbuild validate
      kgbuild validate --kg my-graph --json
    """
    from kgbuild.load.oxigraph import open_store
    from kgbuild.load.validate import validate as check
    from kgbuild.schema import graph_schema

    folder = Workspace(kg).current()
    report = check(open_store(folder / "rdf"), schema=graph_schema(folder))
    if as_json:
        print_json(asdict(report))
    else:
        for result in report.results:
            console.print(f"{result.severity}: {result.focus} {result.path}: {result.message}", markup=False)
        verdict = "conform to their shapes" if report.conforms else "do not all conform"
        console.print(f"{report.nodes:,} nodes {verdict}.")
    if not report.conforms:
        raise typer.Exit(5)
