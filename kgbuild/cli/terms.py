"""`kgbuild terms`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table as RichTable

from kgbuild.cli import options
from kgbuild.cli.output import console, errors, print_json

app = typer.Typer(
    help="Build and search term indexes: the names and concepts that mentions are linked to.",
    no_args_is_help=True,
)


@app.command()
def build(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="INPUT...",
            help="OBO, OWL, OBO-graph JSON, SSSOM, TSV, JSON of URIs to names, GutBrainIE JSON, or a folder with "
            "MRCONSO.RRF and MRSTY.RRF.",
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The index to write.")],
    as_json: options.Json = False,
) -> None:
    """Compile vocabularies into one index.

    \b
    Examples:
      kgbuild terms build mondo.obo mondo.sssom.tsv chebi.obo.gz -o terms.sqlite
      kgbuild terms build 2026AA/META -o umls.sqlite      (your own licensed UMLS release)
    """
    from kgbuild.link.build import build_index

    report = build_index(inputs, output)
    if as_json:
        print_json(asdict(report))
        return
    table = RichTable("input", "format", "concepts", "names", "rejected", header_style="bold")
    for item in report.inputs:
        table.add_row(escape(item.name), item.format, f"{item.concepts:,}", f"{item.names:,}", f"{item.rejected:,}")
    console.print(table)
    for reject in report.rejects:
        errors.print(f"rejected: {reject.file}, {reject.record}: {reject.cause}", markup=False)
    console.print(f"{report.concepts:,} concepts, {report.names:,} names in {output}")


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="A name, or a part of one.")],
    terms: options.Terms = None,
    limit: Annotated[int, typer.Option(min=1, help="Most concepts.")] = 20,
    as_json: options.Json = False,
) -> None:
    """Look up concepts by name.

    \b
    Examples:
      kgbuild terms search "parkinson"
      kgbuild terms search butyrate --terms terms.sqlite --json
    """
    from kgbuild.link.index import TermIndex, default_index

    index = TermIndex.open(terms or default_index())
    found = index.search(text, limit)
    if as_json:
        print_json([{**asdict(concept), "score": score} for concept, score in found])
        return
    table = RichTable("score", "CURIE", "name", "label", "other names", header_style="bold")
    for concept, score in found:
        others = ", ".join(concept.synonyms[:5])
        table.add_row(f"{score:.2f}", concept.curie, escape(concept.name), concept.label, escape(others))
    console.print(table)
