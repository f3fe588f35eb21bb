"""The commands put together, and how errors end them."""

from __future__ import annotations

import sys

import typer

from kgbuild import __version__
from kgbuild.cli import annotate, ask, evaluate, export, graph, ingest, load, models, terms, train
from kgbuild.errors import KgbuildError

app = typer.Typer(
    name="kgbuild",
    help="Read PubMed on the gut-brain axis into a knowledge graph in which every edge shows its sentence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 failed, 2 input, 3 configuration, 4 a server, 5 the graph, 6 an ambiguous name.",
)
for command in (
    ingest.ingest,
    annotate.annotate,
    evaluate.evaluate,
    graph.show,
    ask.query,
    ask.sparql,
    ask.cypher,
    graph.info,
    graph.validate,
):
    app.command()(command)
app.add_typer(export.app, name="export")
app.add_typer(load.app, name="load")
app.add_typer(models.app, name="models")
app.add_typer(terms.app, name="terms")
app.add_typer(train.app, name="train")


@app.callback(invoke_without_command=True)
def _version(version: bool = typer.Option(False, "--version", help="Print the version and end.")) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line; errors that kgbuild raises are printed without a trace."""
    try:
        app()
    except KgbuildError as error:
        print(f"kgbuild: {error.message}", file=sys.stderr)  # noqa: T201
        if error.remedy:
            print(error.remedy, file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("kgbuild: stopped; run the same command again to go on", file=sys.stderr)  # noqa: T201
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); let the interpreter close quietly.
        sys.stderr.close()
        sys.exit(141)
