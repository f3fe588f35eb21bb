"""`kgbuild models`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table as RichTable
from rich.text import Text

from kgbuild.cli import options
from kgbuild.cli.output import console, print_json

if TYPE_CHECKING:
    from kgbuild.models.registry import ModelInfo

app = typer.Typer(
    help="List, describe and fetch trained models: what `--extractor onnx` and `torch` run.", no_args_is_help=True
)


@app.command("list")
def list_(as_json: options.Json = False) -> None:
    """List the model that ships and those in your models folder.

    \b
    Examples:
      kgbuild models list
      kgbuild models list --json
    """
    from kgbuild.models.registry import models, models_folder

    found = list(models())
    if as_json:
        print_json([info.facts() for info in found])
        return
    table = RichTable("name", "kind", "MB", "labels", "scores", box=SIMPLE_HEAD, header_style="bold")
    for info in found:
        labels = str(len(info.card.labels)) if info.card else ""
        kind = f"{info.kind}, shipped" if info.shipped else info.kind
        table.add_row(info.name, kind, f"{info.size / 1e6:.1f}", labels, _scores(info) or info.error)
    if found:
        console.print(table)
    console.print(f"{len(found)} models; yours lie in {models_folder()}")


@app.command("info")
def info_(
    model: Annotated[str, typer.Argument(metavar="NAME|PATH", help="A model's name or folder.")],
    as_json: options.Json = False,
) -> None:
    """Show a model's card: what it was trained on, its scores and its limits.

    \b
    Examples:
      kgbuild models info gutbrain-minilm
      kgbuild models info runs/mine/model --json
    """
    from kgbuild.errors import InputError
    from kgbuild.models.registry import describe, find

    info = describe(find(model), "" if Path(model).is_dir() else model)
    if info.error:
        raise InputError(info.error, remedy="kgbuild models list shows what can be used.")
    if as_json:
        print_json({**info.facts(), "readme": info.readme})
        return
    rows = {"name": info.name, "kind": info.kind, "folder": str(info.folder), "size": f"{info.size / 1e6:.1f} MB"}
    if info.origin:
        rows["from"] = f"{info.origin['repository']} at {info.origin['commit']}"
    if info.card:
        rows |= {
            "fingerprint": info.fingerprint,
            "base": info.card.base,
            "licence": info.card.licence,
            "labels": ", ".join(info.card.labels),
            "predicates": ", ".join(info.card.predicates),
            "trained on": ", ".join(f"{number:,} {name}" for name, number in info.card.trained_on.items()),
            "scores": _scores(info),
        }
    elif info.encoder:
        rows["encoder"] = ", ".join(
            f"{name} {info.encoder[name]}"
            for name in ("model_type", "num_hidden_layers", "hidden_size", "vocab_size")
            if name in info.encoder
        )
    for name, value in rows.items():
        if value:
            console.print(Text.assemble((name, "bold"), f" {value}"))
    if info.readme:
        console.print()
        console.print(info.readme)


@app.command("get")
def get_(
    repository: Annotated[str, typer.Argument(metavar="HF_ID", help="Owner and name on the Hugging Face hub.")],
    revision: Annotated[
        str, typer.Option("--revision", help="A commit; of a branch or tag the present commit is taken and noted.")
    ] = "main",
    name: Annotated[str, typer.Option("--name", help="What to call it; the repository's name if left out.")] = "",
    as_json: options.Json = False,
) -> None:
    """Fetch a trained model, or an encoder to train from: safetensors and ONNX alone, and no code.

    \b
    Examples:
      kgbuild models get sentence-transformers/all-MiniLM-L6-v2
      kgbuild models get OWNER/MODEL --revision 0123456789abcdef0123456789abcdef01234567 --name mine
    """
    from kgbuild.models.hub import get

    info = get(repository, revision, name)
    if as_json:
        print_json(info.facts())
        return
    commit = (info.origin or {}).get("commit", "")
    console.print(f"{info.name} ({info.kind}, {info.size / 1e6:.1f} MB) at commit {commit} in {info.folder}")


def _scores(info: ModelInfo) -> str:
    """The scores over all labels; those of one label have longer names and stand in the card."""
    scores = info.card.scores if info.card else {}
    return ", ".join(f"{name} {value:.3f}" for name, value in scores.items() if " " not in name)
