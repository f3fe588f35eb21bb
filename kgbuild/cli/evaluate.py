"""`kgbuild evaluate`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table as RichTable
from rich.text import Text

from kgbuild.cli.options import Json
from kgbuild.cli.output import console, print_json
from kgbuild.errors import ConfigurationError

if TYPE_CHECKING:
    from kgbuild import model
    from kgbuild.evaluate.records import Article


def evaluate(
    gold: Annotated[
        Path, typer.Option("--gold", help="Gold: the challenge's JSON, PubTator, BioC, JSON Lines or IOB.")
    ],
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Predictions, in any of these forms.")
    ] = None,
    against: Annotated[Path | None, typer.Option("--against", help="Other predictions to compare with.")] = None,
    kg: Annotated[
        Path | None, typer.Option("--kg", help="Evaluate what this graph holds of gold's articles.")
    ] = None,
    submission: Annotated[
        Path | None, typer.Option("--submission", help="Also write one file a task, in both years' forms, here.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Score predictions with the GutBrainIE challenge's metrics.

    \b
    Examples:
      kgbuild evaluate --gold val.json --predictions predictions.json
      kgbuild evaluate --gold test.pubtator --predictions annotated.jsonl
      kgbuild evaluate --gold val.json --predictions new.json --against old.json
      kgbuild evaluate --gold val.json --kg kg --json
    """
    from kgbuild.evaluate.records import load_records, records_from
    from kgbuild.evaluate.report import evaluate as score
    from kgbuild.evaluate.submission import write_submission

    if (predictions is None) == (kg is None):
        raise ConfigurationError("give either --predictions or --kg", remedy="kgbuild evaluate --help shows both.")
    expected = load_records(gold, derive=True)
    if predictions is not None:
        found = load_records(predictions, derive=True)
    else:
        assert kg is not None  # noqa: S101
        found = records_from(_of_graph(kg, expected), file=str(kg))
    other = load_records(against, derive=True) if against else None
    report = score(expected, found, other)
    if submission is not None:
        write_submission(found, submission)
    if as_json:
        print_json(report)
    else:
        _print(report)


def _of_graph(kg: Path, gold: dict[str, Article]) -> Iterator[model.Annotated]:
    """What a graph holds of gold's articles."""
    from kgbuild.assemble.read import read_graph
    from kgbuild.assemble.workspace import Workspace

    return (item for item in read_graph(Workspace(kg).current()) if item.document.id in gold)


def _print(report: dict[str, Any]) -> None:
    documents = report["documents"]
    console.print(
        f"{documents['gold']} gold articles, {documents['without_prediction']} of them without predictions; "
        f"predictions for {documents['not_in_gold']} others left out"
    )
    table = RichTable("task", "precision", "recall", "F1", "95 %", "macro F1", "strict F1", header_style="bold")
    for name, task in report["tasks"].items():
        micro = task["micro"]
        low, high = micro["f1_interval"]
        figures = [*(micro[part] for part in ("precision", "recall", "f1")), task["macro"]["f1"]]
        shown = [f"{figure:.3f}" for figure in figures]
        shown.insert(3, f"{low:.3f}-{high:.3f}")
        table.add_row(name, *shown, f"{task['strict']['micro']['f1']:.3f}")
    console.print(table)
    for name, task in report["tasks"].items():
        if "against" in task:
            d = task["against"]
            console.print(f"{name}: {d['f1']:+.3f} F1 ({d['low']:+.3f} to {d['high']:+.3f}, p = {d['p']:.3f})")
    ner = report["tasks"].get("ner", {})
    for name in ("overlap", "token"):
        if name in ner:
            console.print(f"NER by {name}: F1 {ner[name]['micro']['f1']:.3f}")
    for kind, errors in report.get("errors", {}).items():
        console.print(Text.assemble((kind, "bold"), f" {errors['count']}"), end="")
        examples = [f"{e['count']}x {e['gold'] or '-'} / {e['predicted'] or '-'}" for e in errors["examples"][:3]]
        console.print("  " + "; ".join(examples))
