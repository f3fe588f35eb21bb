"""`kgbuild terms`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table as RichTable

from kgbuild.cli import options
from kgbuild.cli.output import console, errors, print_json
from kgbuild.namespaces import to_uri

if TYPE_CHECKING:
    from kgbuild.link.build import InputReport

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
            help="OBO, OWL, OBO-graph JSON, SSSOM, TSV or CSV, JSON of URIs to names, GutBrainIE JSON, a folder with "
            "MRCONSO.RRF and MRSTY.RRF, NCBI's taxonomy dump, or a term index.",
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The index to write.")],
    ontology: options.Ontology = None,
    as_json: options.Json = False,
) -> None:
    """Compile vocabularies into one index.

    \b
    Examples:
      kgbuild terms build mondo.obo mondo.sssom.tsv chebi.obo.gz -o terms.sqlite
      kgbuild terms build 2026AA/META -o umls.sqlite      (your own licensed UMLS release)
    """
    from kgbuild.link.build import build_index
    from kgbuild.schema import find_ontology, load_schema

    schema = load_schema(find_ontology(ontology)) if ontology else None
    report = build_index(inputs, output, schema=schema)
    if as_json:
        print_json({**asdict(report), "output": str(report.output), "inputs": [_input(i) for i in report.inputs]})
        return
    table = RichTable("input", "format", "records", "names", "skipped", "rejected", header_style="bold")
    for item in report.inputs:
        skipped = ", ".join(f"{number:,} {reason}" for reason, number in item.skipped.items())
        figures = (f"{item.records:,}", f"{item.names:,}", skipped, f"{item.rejected:,}")
        table.add_row(str(item.path), item.format, *figures)
    console.print(table)
    for reject in (reject for item in report.inputs for reject in item.rejects):
        errors.print(f"rejected: {reject.file}, {reject.record}: {reject.cause}")
    console.print(f"{report.concepts:,} concepts, {report.names:,} names in {output}")


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="A name, CURIE or URI.")],
    terms: options.Terms = None,
    only_terms: options.OnlyTerms = None,
    limit: Annotated[int, typer.Option(min=1, help="Most concepts.")] = 10,
    as_json: options.Json = False,
) -> None:
    """Look up concepts by name, CURIE or URI.

    Names are compared as `kgbuild show` compares them: case, hyphens and plurals do not count, and Greek letters are
    named. Names that are alike come after those that are equal.

    \b
    Examples:
      kgbuild terms search "parkinson"
      kgbuild terms search butyrate --terms mine.obo --json
    """
    from kgbuild.link.default import index_of
    from kgbuild.link.index import TermIndex

    uri = to_uri(text)
    with TermIndex.open(index_of(terms or (), only_terms or ())) as index:
        found = index.search(uri, 1) if uri and index.concept(uri) else index.search(text, limit)
    if not found or found[0].score < 1:
        alike = "; these are alike." if found else ", and none is alike."
        errors.print(f"No name {text!r} is in the term index{alike}")
    if as_json:
        print_json([{**asdict(item.concept), "matched": item.name, "score": item.score} for item in found])
        return
    table = RichTable("score", "CURIE", "name", "label", "other names", box=SIMPLE_HEAD, header_style="bold")
    for item in found:
        concept = item.concept
        others = ", ".join(concept.synonyms[:5])
        table.add_row(f"{item.score:.2f}", concept.curie, concept.name, concept.label, others)
    if found:
        console.print(table)


def _input(report: InputReport) -> dict[str, Any]:
    return {**asdict(report), "path": str(report.path)}
