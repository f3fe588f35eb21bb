"""How long work reports on itself; the library is silent unless it is given something to report to."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told of stages one after another."""

    def start(self, stage: str, total: int | None, *, unit: str = "articles") -> None:
        """A stage begins; `total` counts what `unit` names, None if that is not known."""

    def advance(self, number: int, /) -> None:
        """So many more are done."""

    def note(self, text: str) -> None:
        """Something that the user should know."""


class Silent:
    """Reports nothing."""

    def start(self, stage: str, total: int | None, *, unit: str = "articles") -> None:
        """Do nothing."""

    def advance(self, number: int, /) -> None:
        """Do nothing."""

    def note(self, text: str) -> None:
        """Do nothing."""


SILENT: Progress = Silent()
