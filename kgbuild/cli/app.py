"""The commands put together, and how errors end them."""

from __future__ import annotations

import sys

import typer

from kgbuild import __version__
from kgbuild.cli import annotate, ask, evaluate, export, graph, ingest, interrupt, load, models, repair, terms, train
from kgbuild.cli.failing import refused_by_machine
from kgbuild.cli.terminal import guard_streams
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
    repair.repair,
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
    """Run the command line; errors that kgbuild raises, and what the machine refuses, are printed without a trace."""
    interrupt.answer_promptly()
    guard_streams(sys.argv[1:])
    try:
        app()
    except SystemExit as end:
        # Typer ends so at Ctrl-C, without a word.
        if end.code == interrupt.CODE:
            interrupt.tell()
        raise
    except KeyboardInterrupt:
        interrupt.tell()
        sys.exit(interrupt.CODE)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); let the interpreter close quietly.
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:
        if interrupt.was_interrupted(error):
            interrupt.tell()
            sys.exit(interrupt.CODE)
        shown = error if isinstance(error, KgbuildError) else refused_by_machine(error)
        if shown is None:
            raise
        print(f"kgbuild: {shown.message}", file=sys.stderr)  # noqa: T201
        if shown.remedy:
            print(shown.remedy, file=sys.stderr)  # noqa: T201
        sys.exit(shown.exit_code)
