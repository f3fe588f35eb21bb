"""`kgbuild show`, `info` and `validate`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table as RichTable

from kgbuild.assemble.workspace import Workspace, read_json
from kgbuild.cli import options
from kgbuild.cli.output import console, print_json, print_shown
from kgbuild.errors import InputError

if TYPE_CHECKING:
    from kgbuild.query.shown import ShownStatement


def show(
    concept: Annotated[str, typer.Argument(help="A name, CURIE or URI.")],
    other: Annotated[str | None, typer.Argument(help="A second one: show what stands between the two.")] = None,
    kg: options.Kg = options.DEFAULT_KG,
    narrower: options.Narrower = False,
    limit: Annotated[int, typer.Option(min=1, help="Most statements.")] = 20,
    evidence: Annotated[
        int | None, typer.Option(min=1, help="Most evidence for a statement, and against it; 3, between two 20.")
    ] = None,
    study: Annotated[
        Literal["human", "animal", "in vitro", "unknown"] | None,
        typer.Option(help="Only evidence from this kind of study.", show_default=False),
    ] = None,
    human: Annotated[bool, typer.Option("--human", help="The same as --study human.")] = False,
    design: Annotated[
        str | None,
        typer.Option(
            help='Only evidence from studies of this design, such as "randomised trial".', show_default=False
        ),
    ] = None,
    min_participants: Annotated[
        int | None,
        typer.Option(min=1, help="Only evidence from studies known to have so many people.", show_default=False),
    ] = None,
    conflicting: Annotated[
        bool, typer.Option("--conflicts", help="Only what contradicts itself, each side with its studies.")
    ] = False,
    by_belief: Annotated[
        bool,
        typer.Option("--by-belief", help="Rank what sentences take for granted (located in …) among the findings."),
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Show a concept's neighbours, or all between two concepts, with the sentences.

    A name that may mean several concepts is answered with their list and exit code 6.

    \b
    Examples:
      kgbuild show "Akkermansia muciniphila"
      kgbuild show Lactobacillus "Parkinson disease"
      kgbuild show "neurodegenerative disease" --include-narrower --json
      kgbuild show "Parkinson disease" Akkermansia --conflicts
      kgbuild show "Parkinson disease" --human --design "randomised trial" --min-participants 50
    """
    from kgbuild.query.show import show as find
    from kgbuild.query.studies import StudyFilter, design_named

    if conflicting:
        _show_conflicts(Workspace(kg).current(), concept, other, limit, evidence or 3, as_json=as_json)
        return
    if human and study not in (None, "human"):
        raise InputError(f"--human and --study {study} ask for different studies", remedy="Leave one of them out.")
    studies = StudyFilter(
        kind="human" if human else study,
        design=None if design is None else design_named(design, "--design"),
        min_participants=min_participants,
    )
    shown = find(
        Workspace(kg).current(),
        concept,
        other,
        narrower=narrower,
        limit=limit,
        evidence=evidence or (20 if other else 3),
        studies=studies,
        by_belief=by_belief,
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


def _show_conflicts(tables: Path, concept: str, other: str | None, limit: int, quotes: int, *, as_json: bool) -> None:
    from kgbuild.cli.conflicts import print_conflicts
    from kgbuild.query.dossier import conflicts

    found = conflicts(tables, concept, other, limit=limit, quotes=quotes)
    if as_json:
        print_json({"conflicts": [asdict(item) for item in found]})
        return
    print_conflicts(found, " and ".join(filter(None, (concept, other))))


def _statement(item: ShownStatement) -> dict[str, Any]:
    """A statement with its ends as plain URIs, and their names beside them."""
    value = asdict(item)
    for role in ("subject", "object"):
        end = value[role]
        value |= {role: end["uri"], f"{role}_curie": end["curie"], f"{role}_name": end["name"]}
    return value


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
            console.print(f"{result.severity}: {result.focus} {result.path}: {result.message}")
        verdict = "conform to their shapes" if report.conforms else "do not all conform"
        console.print(f"{report.nodes:,} nodes {verdict}.")
    if not report.conforms:
        raise typer.Exit(5)
