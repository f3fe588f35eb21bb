"""`kgbuild export` and `kgbuild validate`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgbuild.assemble.workspace import Workspace, read_json
from kgbuild.cli import options
from kgbuild.cli.output import console, print_json

if TYPE_CHECKING:
    from kgbuild.load.rdf import RunInfo


def export(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="nquads, trig, turtle, jsonld, graphml or csv.")],
    kg: options.Kg = options.DEFAULT_KG,
    output: options.Output = None,
    reproducible: Annotated[
        bool, typer.Option("--reproducible", help="Leave out wall-clock times; equal inputs then give equal lines.")
    ] = False,
) -> None:
    """Write the graph in a format that other tools read.

    \b
    Examples:
      kgbuild export nquads --reproducible | sort > graph.nq
      kgbuild export turtle -o graph.ttl
      kgbuild export csv -o tables.zip
    """
    from kgbuild.load.exports import export as write

    folder = Workspace(kg).current()
    write(form, folder, output or sys.stdout.buffer, run=_run(folder), reproducible=reproducible)
    sys.stdout.flush()


def _run(folder: Path) -> RunInfo:
    """The run that made a graph, as its `info.json` says."""
    from kgbuild.load.rdf import RunInfo

    facts = read_json(folder / "info.json")
    return RunInfo(
        id=facts["fingerprint"],
        fingerprint=facts["fingerprint"],
        configuration=json.dumps(facts["configuration"], sort_keys=True),
        code_version=facts["versions"]["kgbuild"],
        started=datetime.fromisoformat(facts["times"]["started"]),
        ended=datetime.fromisoformat(facts["times"]["ended"]),
    )


def validate(kg: options.Kg = options.DEFAULT_KG, as_json: options.Json = False) -> None:
    """Check the graph against its SHACL shapes; exit code 5 if it does not conform.

    \b
    Examples:
      kgbuild validate
      kgbuild validate --kg my-graph --json
    """
    from dataclasses import asdict

    from kgbuild.load.oxigraph import open_store
    from kgbuild.load.validate import validate as check

    report = check(open_store(Workspace(kg).current() / "rdf"))
    if as_json:
        value: dict[str, Any] = asdict(report)
        print_json(value)
    else:
        for result in report.results:
            console.print(f"{result.severity}: {result.focus} {result.path}: {result.message}", markup=False)
        console.print("The graph conforms to its shapes." if report.conforms else "The graph does not conform.")
    if not report.conforms:
        raise typer.Exit(5)
