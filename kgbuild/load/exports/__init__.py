"""Writing a finished graph in the formats that other tools read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal

from kgbuild.errors import InputError
from kgbuild.load.rdf import RunInfo

Format = Literal["nquads", "trig", "turtle", "jsonld", "graphml", "csv"]
FORMATS: tuple[Format, ...] = ("nquads", "trig", "turtle", "jsonld", "graphml", "csv")


def export(
    form: str,
    tables: Path,
    output: BinaryIO | Path,
    *,
    run: RunInfo,
    reproducible: bool = False,
    raw: bool = False,
) -> None:
    """Write a finished graph's tables in a format.

    Args:
        form: one of `FORMATS`. `nquads`, `trig` and `jsonld` keep the named graphs; `turtle` merges them.
            `graphml` has the concepts that stand in statements, and the statements as edges. `csv` has `nodes.csv`,
            `edges.csv` and `evidence.csv`: in a folder where `output` is a path that does not end in `.zip`,
            else in a ZIP file.
        tables: the folder of the tables.
        output: a stream, or a path, which is replaced only when all is written.
        run: the run as the graph records it.
        reproducible: leave out wall-clock times; then equal tables give equal bytes.
        raw: leave texts in CSV that a spreadsheet would compute (`kgbuild.load.exports.spreadsheet`).

    Raises:
        InputError: the format is unknown, or a concept's URI can not be made an IRI.
        GraphError: a table is missing or damaged.
    """
    from kgbuild.files import remove, replacing, writing

    if form not in FORMATS:
        raise InputError(f"no format is called {form!r}", remedy=f"There are: {', '.join(FORMATS)}.")
    if not isinstance(output, Path):
        _writer(form, raw)(tables, output, run, reproducible)
        return
    if form == "csv" and output.suffix != ".zip":
        from kgbuild.load.exports.tabular import write_folder

        if output.exists() and not (output.is_dir() and not any(output.iterdir())):
            raise InputError("exists already", file=str(output), remedy="Name a new folder, or a .zip file.")
        with replacing(output, through=True) as fresh:
            write_folder(tables, fresh, raw=raw)
            remove(output.resolve())
        return
    with writing(output) as stream:
        _writer(form, raw)(tables, stream, run, reproducible)


def _writer(form: str, raw: bool) -> Callable[[Path, BinaryIO, RunInfo, bool], None]:
    if form == "csv":
        from kgbuild.load.exports.tabular import write_zip

        return lambda tables, stream, run, reproducible: write_zip(tables, stream, raw=raw)  # noqa: ARG005
    if form == "graphml":
        from kgbuild.load.exports.graphml import write_graphml

        return write_graphml
    from kgbuild.load.exports import rdf_syntaxes

    return rdf_syntaxes.WRITERS[form]
