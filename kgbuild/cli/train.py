"""`kgbuild train …`: a model of one's own."""

from __future__ import annotations

import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table as RichTable

from kgbuild.cli import options
from kgbuild.cli.output import Bars, console, errors, print_json
from kgbuild.errors import ConfigurationError

if TYPE_CHECKING:
    from kgbuild.train.mlm import MlmReport
    from kgbuild.train.run import TrainReport

app = typer.Typer()


@app.callback(invoke_without_command=True)
def train(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The run's folder; needed.")] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", help="Settings in a TOML file, or a recipe's name: gutbrain-teacher, gutbrain, biored."
        ),
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="The folder that the corpora's paths in --config start from.")
    ] = None,
    corpus: Annotated[
        list[str] | None,
        typer.Option("--corpus", help="[TIER=]PATH: GutBrainIE JSON, PubTator, BioC or IOB; instead of --config's."),
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", help="Encoder: a folder, a Hugging Face id, or a model trained before.")
    ] = None,
    teacher: Annotated[
        str | None, typer.Option("--teacher", help="A trained model that the settings' phases learn from too.")
    ] = None,
    ontology: Annotated[
        Path | None, typer.Option("--ontology", help="Labels, predicates and legal pairs, in Turtle.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Of the model.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs of the last phase.")] = None,
    folds: Annotated[int | None, typer.Option(min=0, help="Folds that calibrate; 0 for none.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same model.")] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda or cuda:N.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Of a CPU; all cores by default.")] = None,
    as_json: options.Json = False,
) -> None:
    """Train a model that finds entities and relations.

    Needs `pip install 'kgbuild\\[train]'`. A stopped run goes on where it was with the same command. The tiers are
    platinum, gold, silver and bronze; a corpus without one is gold.

    \b
    Examples:
      kgbuild train --corpus train.json -o run
      kgbuild train --corpus gold=train.pubtator --ontology biored.ttl --base ./encoder --epochs 10 -o run
      kgbuild train --config gutbrain-teacher --data gutbrainie -o teacher
      kgbuild train --config gutbrain --data gutbrainie --teacher teacher/model -o run
      kgbuild train --config mine.toml --device cuda -o run --json
    """
    if context.invoked_subcommand is not None:
        return
    from kgbuild.schema import find_ontology
    from kgbuild.train.encoders import need_torch
    from kgbuild.train.settings import load_settings, settings_from

    if output is None:
        raise ConfigurationError("no folder for the run", remedy="Give one with -o.")
    if config is None and not corpus:
        raise ConfigurationError("nothing to train on", remedy="Give --corpus or --config; --help shows both.")
    need_torch()
    chosen: dict[str, Any] = {
        "corpus": [_corpus(text) for text in corpus] if corpus else None,
        "base": _base(base),
        "teacher": _base(teacher),
        "ontology": find_ontology(ontology) if ontology else None,
        "name": name,
        "epochs": epochs,
        "folds": folds,
        "seed": seed,
        "device": device,
        "threads": threads,
    }
    settings = load_settings(config, data=data, **chosen) if config else settings_from({}, **chosen)
    from kgbuild.train.run import train as run

    with Bars() as bars:
        report = run(settings, output, command=shlex.join(["kgbuild", *sys.argv[1:]]), progress=bars)
    if as_json:
        print_json(asdict(report) | {"folder": str(report.folder), "model": str(report.model)})
    else:
        _print(report)


@app.command()
def mlm(
    output: Annotated[Path, typer.Option("--output", "-o", help="The run's folder.")],
    source: Annotated[
        list[Path],
        typer.Option("--source", "-s", help="Files or folders of articles, as `ingest` reads; repeatable."),
    ],
    source_format: Annotated[
        str | None,
        typer.Option("--from", help="pubmed, gutbrainie, pubtator, bioc or jsonl; seen from the file if left out."),
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", help="Encoder: a folder, a Hugging Face id, or a model trained before.")
    ] = None,
    revision: Annotated[str | None, typer.Option(help="Of a Hugging Face id.")] = None,
    exclude: Annotated[
        Path | None, typer.Option("--exclude", help="A file of ids, one a line, of articles that are not read.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Times that each article is read.")] = 1,
    rate: Annotated[float, typer.Option(min=0.0, help="The peak of the encoder's learning rate.")] = 1e-4,
    documents: Annotated[int, typer.Option(min=1, help="Texts a step.")] = 8,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same encoder.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
    threads: Annotated[int | None, typer.Option(min=1, help="Of a CPU; all cores by default.")] = None,
    as_json: options.Json = False,
) -> None:
    """Train an encoder further on unannotated articles, by guessing hidden words.

    What comes of it stands in the folder `model` of the run, for `kgbuild train --base RUN/model`. A stopped run goes
    on with the same command.

    \b
    Examples:
      kgbuild train mlm --source articles/ -o encoder
      kgbuild train mlm --source pubmed26n0001.xml.gz --base ./encoder --exclude held-out.txt --epochs 2 -o further
    """
    from kgbuild.train.encoders import need_torch

    need_torch()
    from kgbuild.train.mlm import MlmSettings, train_mlm
    from kgbuild.train.settings import MINILM

    settings = MlmSettings(
        sources=tuple(source),
        base=_base(base) or MINILM,
        revision=revision,
        format=source_format,
        exclude=exclude,
        epochs=epochs,
        rate=rate,
        documents=documents,
        seed=seed,
        device=device,
        threads=threads,
    )
    with Bars() as bars:
        report = train_mlm(settings, output, progress=bars)
    if as_json:
        print_json(asdict(report) | {"folder": str(report.folder), "model": str(report.model)})
    else:
        _print_mlm(report)


def _print_mlm(report: MlmReport) -> None:
    for reject in report.rejects:
        errors.print(f"rejected: {reject.file}, {reject.record}: {reject.cause}")
    console.print(
        f"{report.articles:,} articles, {report.tokens:,} tokens ({report.excluded:,} left out, "
        f"{report.repeated:,} repeated, {len(report.rejects):,} rejected)"
    )
    console.print(
        f"loss of hidden tokens in {report.held:,} held-out articles: "
        f"{report.loss_before:.3f} before, {report.loss_after:.3f} after"
    )
    console.print(f"{report.model}: kgbuild train --base {report.model}", soft_wrap=True)


def _base(base: str | None) -> str | None:
    """A folder's place however the run is called from elsewhere; other names as they are."""
    return str(Path(base).resolve()) if base and Path(base).is_dir() else base


def _corpus(text: str) -> dict[str, object]:
    from kgbuild.train.settings import TIERS

    tier, separator, path = text.partition("=")
    if separator and tier in TIERS:
        return {"tier": tier, "path": Path(path).resolve()}
    return {"path": Path(text).resolve()}


def _print(report: TrainReport) -> None:
    table = RichTable(
        "corpus", "tier", "articles", "mentions", "relations", "left out", "rejected", header_style="bold"
    )
    for item in report.corpora:
        counts = (item.articles, item.mentions, item.relations, item.excluded, len(item.rejects))
        table.add_row(item.name, item.tier, *(f"{count:,}" for count in counts))
    console.print(table)
    for reject in (reject for item in report.corpora for reject in item.rejects):
        errors.print(f"rejected: {reject.file}, {reject.record}: {reject.cause}")
    for note in report.notes:
        console.print(note)
    if report.scores:
        table = RichTable("out of fold", "", header_style="bold")
        for name, value in report.scores.items():
            table.add_row(name, f"{value:.3f}")
        console.print(table)
    console.print(f"{report.name}, {report.epochs} epochs: {report.model}", soft_wrap=True)
