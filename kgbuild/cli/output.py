"""Printing: tables, JSON, CSV, statements with their sentences, and progress."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Literal, Self

from rich.box import SIMPLE_HEAD
from rich.table import Table as RichTable
from rich.text import Text

from kgbuild.cli.terminal import Terminal, printable
from kgbuild.namespaces import ID, NAME, to_curie

if TYPE_CHECKING:
    from rich.progress import TaskID

    from kgbuild.query.results import Table, Value
    from kgbuild.query.shown import Shown, ShownEvidence, ShownStatement
    from kgbuild.schema import Schema

Form = Literal["table", "csv", "json"]
console = Terminal()
errors = Terminal(stderr=True)
# The longest word that a table's column makes room for.
_WORD = 16
# Characters between two of them.
_GAP = 3


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def print_rows(table: Table, form: Form, schema: Schema, *, raw: bool = False) -> None:
    """Print a query's rows and notes; a table shows the names of the schema's terms.

    Beside CSV and JSON, notes go to standard error, so that programs read nothing but rows.

    Args:
        table: the rows.
        form: how to print them.
        schema: of the graph.
        raw: leave texts in CSV that a spreadsheet would compute.
    """
    if form == "json":
        print_json(table.records())
    elif form == "csv":
        from kgbuild.load.exports.spreadsheet import defused

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(table.rows if raw else map(defused, table.rows))
    elif table.rows:
        _print_table(table, schema)
    else:
        console.print("No rows.")
    for note in table.notes:
        (console if form == "table" else errors).print(note, style="dim")


def _print_table(table: Table, schema: Schema) -> None:
    """Print rows for people: names where there are any, else CURIEs, and no identifiers of kgbuild's own."""
    terms = {uri: name for names in (schema.predicate_uris, schema.label_uris) for name, uri in names.items()}
    columns = [name for name in table.columns if not name.endswith("_name") or name[:-5] not in table.columns]
    records = table.records()
    kept = [name for name in columns if not any(str(record[name]).startswith(ID) for record in records)]
    cells = []
    for record in records:
        values = (record.get(f"{name}_name") or record[name] for name in kept)
        cells.append([_cell(terms.get(str(value), value)) for value in values])
    titles = [name.replace("_", " ") for name in kept]
    widths = _widths([titles, *cells], console.width)
    if widths is None:
        # Too wide for this screen, and nothing may be cut off: each row as lines of names and values.
        for row in cells:
            console.print(_lines(titles, row, console.width))
    else:
        shown = RichTable(box=SIMPLE_HEAD, header_style="bold", row_styles=["", "dim"])
        for name, title, width in zip(kept, titles, widths, strict=True):
            numeric = all(isinstance(record[name], int | float) for record in records)
            side: Literal["left", "right"] = "right" if numeric else "left"
            shown.add_column(title, justify=side, overflow="fold", width=width)
        for row in cells:
            shown.add_row(*row)
        console.print(shown)
    console.print(f"{len(records)} row{'' if len(records) == 1 else 's'}; csv and json hold the identifiers too")


def _lines(titles: Sequence[str], cells: Sequence[str], width: int) -> Text:
    """A row's values as text, each beside its column's title; all lines but the first are indented."""
    lines = [Text()]
    for title, cell in zip(titles, cells, strict=True):
        if not cell:
            continue
        part = Text.assemble((f"{title} ", "dim"), cell)
        if lines[-1] and lines[-1].cell_len + 2 + part.cell_len > width:
            lines.append(Text())
        lines[-1].append("  " if lines[-1] or len(lines) > 1 else "").append_text(part)
    return Text("\n").join(lines)


def _widths(rows: Sequence[Sequence[str]], available: int) -> list[int] | None:
    """Columns' widths, the widest narrowed as far as their words allow; None if the screen is too narrow."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    least = [min(_WORD, max(len(word) for cell in column for word in cell.split() or [""])) for column in columns]
    while sum(widths) + (len(widths) + 1) * _GAP > available:
        place = max(range(len(widths)), key=lambda number: widths[number] - least[number])
        if widths[place] <= least[place]:
            return None
        widths[place] -= 1
    return widths


def _cell(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, str) and "://" in value:
        return to_curie(value) or value
    return "" if value is None else str(value)


def print_shown(shown: Shown) -> None:
    """Print statements with belief, counts and sentences; evidence for and against side by side."""
    for concept in shown.meant:
        console.print(Text(str(concept), style="bold"))
        if concept.uri.startswith(NAME):
            console.print(f"No concept of the term index fits {concept.name!r}: these are the articles' own words.")
    if not shown.statements:
        console.print("No statements.")
    if shown.note:
        console.print(shown.note, style="dim")
    for statement in shown.statements:
        _print_statement(statement)
    if shown.total > len(shown.statements) > 0:
        console.print(f"\n{len(shown.statements)} of {shown.total} statements; --limit shows more.")


def _print_statement(statement: ShownStatement) -> None:
    line = Text("\n")
    line.append(statement.subject.name, style="green")
    line.append(f" {statement.predicate} ", style="bold")
    line.append(statement.object.name, style="cyan")
    line.append(f"   belief {statement.belief:.2f}")
    line.append(f", {statement.supporting} for, {statement.refuting} against")
    from kgbuild.query.shown import WAYS

    told = [f"{count} say {name}" for name in WAYS if (count := getattr(statement, name))]
    line.append("".join(f", {part}" for part in told))
    if statement.asked:
        line.append(f", {statement.asked} only ask", style="dim")
    if statement.conflict:
        line.append("  CONFLICT", style="bold red")
    if statement.matching is not None:
        line.append(f"\n  of the studies asked for: {statement.matching.supporting} for")
        line.append(f", {statement.matching.refuting} against")
    console.print(line)
    against = [item for item in statement.evidence if item.negated]
    supporting = [item for item in statement.evidence if not item.negated]
    if against and supporting:
        grid = RichTable("for", "against", expand=True, show_lines=False)
        for number in range(max(len(supporting), len(against))):
            grid.add_row(
                *(evidence_text(side[number]) if number < len(side) else "" for side in (supporting, against))
            )
        console.print(grid)
    else:
        for item in statement.evidence:
            console.print(Text("  ") + evidence_text(item))
    more = statement.total_evidence - len(statement.evidence)
    if more > 0:
        console.print(f"  … {more} more; --evidence shows more", style="dim")


def way_of(claim: str, direction: str) -> str:
    """What a direction means for a kind of claim, in a word or two; the direction itself for other claims."""
    return {
        "association increase": "goes with more",
        "association decrease": "goes with less",
        "effect increase": "raises",
        "effect decrease": "lowers",
        "outcome increase": "worsens",
        "outcome decrease": "improves",
    }.get(f"{claim} {direction}", direction)


def evidence_text(item: ShownEvidence) -> Text:
    """A sentence with both ends marked, and what is known of its article."""
    # A column is as wide as what is shown in it.
    text = Text(printable(" … ".join(item.sentences)))
    for place, style in ((item.subject, "green"), (item.object, "cyan")):
        text.highlight_words([printable(place.text)], style=style)
    marks = [f"PMID {item.pmid}", *([str(item.year)] if item.year else [])]
    marks += _study(item)
    if item.direction != "unknown":
        marks.append("no change" if item.direction == "none" else way_of(item.claim, item.direction))
    marks += [name for name in ("negated", "speculative") if getattr(item, name)]
    marks += ["an aim or method"] if not item.finding else []
    marks += [item.standing] if item.standing != "sound" else []
    marks += [f"a version of {item.work}, which counts"] if item.work != item.pmid else []
    text.append(f"  [{', '.join(marks)}]", style="dim")
    return text


def _study(item: ShownEvidence) -> list[str]:
    """What is known of the study that evidence is from, in a few words each."""
    told = [item.study] if item.study not in ("unknown", item.design, item.design.removesuffix(" experiment")) else []
    told += [item.design] if item.design else []
    told += [f"{item.participants:,} people"] if item.participants is not None else []
    told += [item.species] if item.species not in ("", item.study) else []
    told += [item.site] if item.site else []
    return told + ([f"against {item.comparator}"] if item.comparator else [])


@contextmanager
def writing(path: Path | None) -> Iterator[BinaryIO]:
    """A binary stream to a file (`kgbuild.files.writing`), or to standard output."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    from kgbuild import files

    with files.writing(path) as stream:
        yield stream


# Seconds between two lines of a log, and those that a rate is measured over.
TOLD_EVERY, _SPEED_OVER = 60.0, 120.0


class Bars:
    """Progress with rate and time left, on standard error; where that is no terminal, as a line each minute."""

    def __init__(self) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=errors,
            transient=True,
            disable=not errors.is_terminal,
            speed_estimate_period=_SPEED_OVER,
        )
        self._task: TaskID | None = None
        self._unit = ""
        self._told = 0.0

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def start(self, stage: str, total: int | None, *, unit: str = "articles") -> None:
        """A stage begins."""
        self._task = self._bars.add_task(stage, total=total, rate="")
        self._unit = unit
        self._told = time.monotonic()

    def advance(self, number: int, /) -> None:
        """So many more are done."""
        if self._task is None:
            return
        self._bars.advance(self._task, number)
        task = self._bars.tasks[self._task]
        rate = f"{task.speed:,.{1 if task.speed < 10 else 0}f} {self._unit}/s" if task.speed else ""
        self._bars.update(self._task, rate=rate)
        now = time.monotonic()
        if not errors.is_terminal and now - self._told >= TOLD_EVERY:
            self._told = now
            done = f"{task.completed:,.0f}" + (f" of {task.total:,.0f}" if task.total else f" {self._unit}")
            left = f"{timedelta(seconds=round(task.time_remaining))} left" if task.time_remaining else ""
            self.note(f"{task.description}: " + ", ".join(part for part in (done, rate, left) if part))

    def note(self, text: str) -> None:
        """Print a line above the bars."""
        errors.print(Text(text, style="dim"))
