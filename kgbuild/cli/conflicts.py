"""Printing a dossier of contradictions."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from kgbuild.cli.output import console, evidence_text, way_of
from kgbuild.query.dossier import Conflict, Side


def print_conflicts(found: Sequence[Conflict], asked: str) -> None:
    """Print each statement with its sides beside each other, what a reader would weigh, and sentences."""
    if not found:
        console.print(f"Nothing about {asked} contradicts itself: no statement is denied, or has two directions.")
        return
    for conflict in found:
        title = Text("\n")
        title.append(conflict.subject.name, style="green").append(f" {conflict.predicate} ", style="bold")
        title.append(conflict.object.name, style="cyan").append(f"   belief {conflict.belief:.2f}")
        console.print(title)
        table = Table("", *(_name(side) for side in conflict.sides), header_style="bold")
        for label, cells in _rows(conflict.sides):
            table.add_row(label, *cells)
        console.print(table)
        for note in conflict.weigh:
            console.print(Text(f"  • {note}"))
        for side in conflict.sides:
            console.print(Text(f"  {_name(side)}:", style="bold"))
            for quote in side.quotes:
                console.print(Text("    ") + evidence_text(quote))


def _name(side: Side) -> str:
    claim, _, direction = side.name.partition(" ")
    return way_of(claim, direction) if direction else side.name


def _rows(sides: Sequence[Side]) -> list[tuple[str, list[str]]]:
    rows = [
        ("works", [str(side.works) for side in sides]),
        ("evidence", [str(side.evidence) for side in sides]),
        ("people", [f"{side.participants:,}" if side.participants else "" for side in sides]),
        ("years", [_years(side) for side in sides]),
    ]
    for facet in ("study", "design", "species", "site", "comparator"):
        cells = [", ".join(f"{value} ({count})" for value, count in side.facets[facet].items()) for side in sides]
        rows.append((facet, cells))
    return [(label, cells) for label, cells in rows if any(cells)]


def _years(side: Side) -> str:
    if side.first_year is None or side.first_year == side.last_year:
        return str(side.first_year or "")
    return f"{side.first_year}–{side.last_year}"
