"""What a query gives back: rows of plain values, whatever store answered."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | float | bool | None
MAX_ROWS = 100_000
"""Rows that an answer may have unless a caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and their rows. IRIs and literals are plain values; an unbound variable is None.

    `notes` are sentences for people: what else a name may mean, or why there are no rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()

    def records(self) -> list[dict[str, Value]]:
        """The rows as dictionaries, in order."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]
