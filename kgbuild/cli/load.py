"""`kgbuild load …`: the graph into servers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from kgbuild.assemble.workspace import Workspace, read_json
from kgbuild.cli import options
from kgbuild.cli.output import Bars, console
from kgbuild.errors import InputError

app = typer.Typer(help="Put the graph into a server that you run.", no_args_is_help=True)

_ADDRESS = "Address; else KGBUILD_NEO4J_URI, else bolt://127.0.0.1:7687."
Uri = Annotated[str | None, typer.Option("--uri", help=_ADDRESS)]
User = Annotated[str | None, typer.Option("--user", help="User; else KGBUILD_NEO4J_USER, else neo4j.")]
Database = Annotated[str | None, typer.Option("--database", help="Database; else KGBUILD_NEO4J_DATABASE.")]
GraphName = Annotated[str, typer.Option("--graph", help="The name that all of this graph carries in the database.")]


@app.command()
def neo4j(
    kg: options.Kg = options.DEFAULT_KG,
    uri: Uri = None,
    user: User = None,
    database: Database = None,
    graph: GraphName = "kgbuild",
    remove: Annotated[bool, typer.Option("--remove", help="Remove the graph from the database instead.")] = False,
) -> None:
    """Make a graph in a Neo4j database equal to this one; other data there is never touched.

    The password is read from KGBUILD_NEO4J_PASSWORD.

    \b
    Examples:
      KGBUILD_NEO4J_PASSWORD=… kgbuild load neo4j --uri bolt://127.0.0.1:7687
      kgbuild load neo4j --graph depression --kg depression-kg
      kgbuild load neo4j --graph depression --remove
    """
    from kgbuild.load.neo4j import load_neo4j, remove_neo4j
    from kgbuild.load.neo4j_server import settings_from

    settings = settings_from(uri=uri, user=user, database=database)
    with Bars() as bars:
        if remove:
            report = remove_neo4j(settings, graph=graph, progress=bars)
        else:
            report = load_neo4j(Workspace(kg).current(), settings, graph=graph, progress=bars)
    for kind, counts in report.kinds.items():
        console.print(
            f"{kind}: {counts.created:,} created, {counts.updated:,} updated, {counts.removed:,} removed, "
            f"{counts.unchanged:,} unchanged" + (f", {counts.kept:,} kept for other data" if counts.kept else "")
        )


@app.command()
def sparql(
    url: Annotated[str, typer.Argument(metavar="URL", help="The dataset, such as http://127.0.0.1:3030/kg.")],
    kg: options.Kg = options.DEFAULT_KG,
    kind: Annotated[
        Literal["auto", "fuseki", "oxigraph", "generic"], typer.Option(help="What the server is.")
    ] = "auto",
    query_url: Annotated[str, typer.Option(help="Where it takes queries, if that does not follow from URL.")] = "",
    update_url: Annotated[str, typer.Option(help="Where it takes updates, likewise.")] = "",
    store_url: Annotated[str, typer.Option(help="Where it speaks the Graph Store Protocol, likewise.")] = "",
    main: Annotated[str | None, typer.Option(help="IRI of the graph for what stands outside named graphs.")] = None,
    default_graph: Annotated[
        bool, typer.Option("--default-graph", help="Put that into the server's default graph instead.")
    ] = False,
    batch_size: Annotated[int, typer.Option(min=1, help="Most bytes of triples in one request.")] = 4 << 20,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one request may take.")] = 600,
) -> None:
    """Make a SPARQL server hold this graph, in place of what an earlier load put there.

    Credentials are read from KGBUILD_SPARQL_USER and KGBUILD_SPARQL_PASSWORD, or KGBUILD_SPARQL_TOKEN.

    \b
    Examples:
      kgbuild load sparql http://127.0.0.1:3030/kg
      kgbuild load sparql http://127.0.0.1:7878 --kind oxigraph
      kgbuild load sparql http://127.0.0.1:3030/kg --default-graph
    """
    from kgbuild.load.rdf import run_of
    from kgbuild.load.sparql_http import settings_from
    from kgbuild.load.sparql_server import DEFAULT, MAIN, load_sparql

    if default_graph and main:
        raise InputError("--main names a graph, --default-graph wants none", remedy="Give one of the two.")
    folder: Path = Workspace(kg).current()
    with Bars() as bars:
        settings = settings_from(
            url,
            kind,
            query_url=query_url,
            update_url=update_url,
            store_url=store_url,
            timeout=timeout,
            batch=batch_size,
        )
        report = load_sparql(
            folder,
            settings,
            run=run_of(read_json(folder / "info.json")),
            main=DEFAULT if default_graph else main or MAIN,
            progress=bars,
        )
    console.print(f"{report.quads:,} quads in {url}; ask it with --endpoint '{report.query_url}'", soft_wrap=True)
