"""`kgbuild export …`: the graph in the formats that other tools read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kgbuild.assemble.workspace import Workspace, read_json
from kgbuild.cli import options
from kgbuild.cli.output import Bars, errors, writing

if TYPE_CHECKING:
    from kgbuild.load.rdf import RunInfo

app = typer.Typer(help="Write the graph in a format that other tools read.", no_args_is_help=True)

Reproducible = Annotated[
    bool, typer.Option("--reproducible", help="Leave out wall-clock times; equal inputs then give equal lines.")
]
_RDF = {
    "nquads": "N-Quads, with the named graphs; one line a quad.",
    "trig": "TriG, with the named graphs.",
    "turtle": "Turtle; the named graphs are merged.",
    "jsonld": "JSON-LD, with the named graphs.",
    "graphml": "GraphML: concepts and statements, for Cytoscape, Gephi and networkx.",
}
_DOCUMENTS = {
    "pubtator": "The articles with their annotations, in PubTator's form.",
    "bioc": "The articles with their annotations, as BioC XML.",
    "jsonl": "The articles with their annotations, one JSON object a line; nothing is lost.",
    "gutbrainie": "The annotations in the GutBrainIE challenge's form.",
}


def _run_of(folder: Path) -> RunInfo:
    from kgbuild.load.rdf import run_of

    return run_of(read_json(folder / "info.json"))


def _graph_command(form: str) -> Callable[..., None]:
    def command(
        kg: options.Kg = options.DEFAULT_KG, output: options.Output = None, reproducible: Reproducible = False
    ) -> None:
        from kgbuild.load.exports import export

        folder = Workspace(kg).current()
        export(form, folder, output or sys.stdout.buffer, run=_run_of(folder), reproducible=reproducible)
        sys.stdout.flush()

    return command


def _documents_command(form: str) -> Callable[..., None]:
    def command(kg: options.Kg = options.DEFAULT_KG, output: options.Output = None) -> None:
        from kgbuild.load.exports.documents import write_documents

        with writing(output) as stream:
            write_documents(Workspace(kg).current(), stream, form=form)

    return command


for _forms, _make in ((_RDF, _graph_command), (_DOCUMENTS, _documents_command)):
    for _form, _about in _forms.items():
        _example = f"\b\nExamples:\n  kgbuild export {_form} -o graph.{_form}"
        app.command(_form, help=f"{_about}\n\n{_example}")(_make(_form))


@app.command("csv")
def csv_(kg: options.Kg = options.DEFAULT_KG, output: options.Output = None, raw: options.Raw = False) -> None:
    """nodes.csv, edges.csv and evidence.csv, in a folder or a .zip file.

    \b
    Examples:
      kgbuild export csv -o graph.csv
      kgbuild export csv -o graph.zip --raw
    """
    from kgbuild.load.exports import export

    folder = Workspace(kg).current()
    export("csv", folder, output or sys.stdout.buffer, run=_run_of(folder), raw=raw)
    sys.stdout.flush()


@app.command()
def rdf12(
    kg: options.Kg = options.DEFAULT_KG,
    output: options.Output = None,
    form: Annotated[Literal["nquads", "trig", "turtle"], typer.Option("--form", help="The syntax.")] = "nquads",
    reproducible: Reproducible = False,
) -> None:
    """RDF 1.2: statements as triple terms with reifiers.

    \b
    Examples:
      kgbuild export rdf12 --form turtle -o graph.ttl
    """
    from kgbuild.load.exports.rdf12 import write_rdf12

    folder = Workspace(kg).current()
    with writing(output) as stream:
        write_rdf12(folder, stream, run=_run_of(folder), form=form, reproducible=reproducible)


@app.command()
def kgx(
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write to.")],
    kg: options.Kg = options.DEFAULT_KG,
    form: Annotated[Literal["tsv", "jsonl"], typer.Option("--form", help="The syntax.")] = "tsv",
    source: Annotated[str, typer.Option(help="Your infores identifier.")] = "infores:kgbuild",
) -> None:
    """KGX nodes and edges, valid under Biolink.

    \b
    Examples:
      kgbuild export kgx -o kgx/
      kgbuild export kgx -o kgx/ --form jsonl --source infores:my-graph
    """
    from kgbuild.load.exports.kgx import write_kgx

    report = write_kgx(Workspace(kg).current(), output, form=form, source=source)
    errors.print(f"{report.nodes:,} nodes and {report.edges:,} edges in {output}")
    if report.left_out:
        errors.print(
            f"{report.left_out:,} statements left out: none of their evidence counts, as of retracted articles"
        )


@app.command()
def sssom(
    kg: options.Kg = options.DEFAULT_KG,
    output: options.Output = None,
    license_iri: Annotated[str, typer.Option("--license", help="IRI of the licence that you give.")] = "",
) -> None:
    """The links from wordings to concepts, as an SSSOM table.

    \b
    Examples:
      kgbuild export sssom -o links.sssom.tsv
    """
    from kgbuild.load.exports.sssom import write_sssom

    given = {"license_iri": license_iri} if license_iri else {}
    with writing(output) as stream:
        write_sssom(Workspace(kg).current(), stream, **given)


@app.command()
def nanopub(
    kg: options.Kg = options.DEFAULT_KG,
    output: options.Output = None,
    statement: Annotated[list[str] | None, typer.Option(help="A statement's id; repeatable.")] = None,
    min_belief: Annotated[float, typer.Option(min=0, max=1, help="Least belief where none is named.")] = 0.9,
    limit: Annotated[int, typer.Option(min=1, help="Most nanopublications where none is named.")] = 100,
    evidence: Annotated[int, typer.Option(min=1, help="Most sentences quoted for each, and against.")] = 20,
    creator: Annotated[str, typer.Option(help="Your ORCID's IRI.")] = "",
    license_iri: Annotated[str, typer.Option("--license", help="IRI of the licence that you give.")] = "",
    signable: Annotated[bool, typer.Option("--signable", help="For signing with `np sign`.")] = False,
    reproducible: Reproducible = False,
) -> None:
    """Nanopublications of chosen statements, in TriG.

    \b
    Examples:
      kgbuild export nanopub --min-belief 0.95 --limit 20 -o claims.trig
      kgbuild export nanopub --statement 7cc2… -o claim.trig
    """
    from kgbuild.load.exports.nanopub import write_nanopubs

    folder = Workspace(kg).current()
    with writing(output) as stream:
        number = write_nanopubs(
            folder,
            stream,
            run=_run_of(folder),
            statements=statement or (),
            min_belief=min_belief,
            limit=limit,
            evidence=evidence,
            creator=creator,
            license_iri=license_iri,
            signable=signable,
            reproducible=reproducible,
        )
    errors.print(f"{number:,} nanopublications" + ("" if number else ": no direct statement has that belief"))


@app.command("neo4j-admin")
def neo4j_admin(
    output: Annotated[Path, typer.Option("--output", "-o", help="A new folder.")],
    kg: options.Kg = options.DEFAULT_KG,
    graph: Annotated[str, typer.Option(help="The name that all of this graph carries.")] = "kgbuild",
) -> None:
    """CSV files for `neo4j-admin database import full`, for graphs too large to load into a running server.

    \b
    Examples:
      kgbuild export neo4j-admin -o import/
    """
    from kgbuild.load.neo4j_admin import export_neo4j_admin

    with Bars() as bars:
        report = export_neo4j_admin(Workspace(kg).current(), output, graph=graph, progress=bars)
    errors.print(f"{report.nodes:,} nodes and {report.relationships:,} relationships in {report.path}")


@app.command()
def network(
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write to.")],
    kg: options.Kg = options.DEFAULT_KG,
    min_belief: Annotated[float, typer.Option(min=0, max=1, help="Least belief.")] = 0.0,
) -> None:
    """Nodes and edges as CSV with the headings that Gephi and Cytoscape expect.

    \b
    Examples:
      kgbuild export network -o network/ --min-belief 0.8
    """
    from kgbuild.load.exports.network import write_network

    report = write_network(Workspace(kg).current(), output, min_belief=min_belief)
    errors.print(f"{report.nodes:,} nodes and {report.edges:,} edges in {output}")


@app.command()
def release(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    kg: options.Kg = options.DEFAULT_KG,
    previous: Annotated[Path | None, typer.Option(help="An earlier release, to compare with.")] = None,
    title: Annotated[str, typer.Option(help="The release's title.")] = "Gut-brain axis knowledge graph",
    author: Annotated[list[str] | None, typer.Option(help="'Family, Given (ORCID)', or a group; repeatable.")] = None,
    version: Annotated[str, typer.Option(help="The release's version; the date if left out.")] = "",
    license_id: Annotated[str, typer.Option("--license", help="SPDX identifier of the licence that you give.")] = "",
    date: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Today if left out.")] = None,
    check: Annotated[bool, typer.Option(help="Check the graph against its SHACL shapes.")] = True,
) -> None:
    """A citable bundle: tables, exports, checksums, licences, statistics, and what has changed.

    \b
    Examples:
      kgbuild export release release-2026-11 --author "Doe, Jane" --license CC-BY-4.0
      kgbuild export release release-2026-12 --previous release-2026-11
    """
    from kgbuild.load.release import write_release
    from kgbuild.load.release_about import Citation

    tables = Workspace(kg).current()
    authors = tuple(author) if author else Citation().authors
    report = write_release(
        tables,
        folder,
        run=_run_of(tables),
        previous=previous,
        citation=Citation(title=title, authors=authors, version=version, license=license_id),
        released=date.date() if date else None,
        check=check,
    )
    errors.print(f"{report.files} files in {report.folder}; content {report.content}")
    if report.conforms is False:
        errors.print("The graph does not conform to its shapes: see the SHACL report in the release.")
    if report.changes is not None:
        changes = report.changes
        errors.print(
            f"{changes.added:,} statements added, {changes.removed:,} removed, "
            f"{changes.belief_up:,} believed more, {changes.belief_down:,} less"
        )
