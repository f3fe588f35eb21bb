"""The names that trained models take hints from: those of the lexicon that they were trained with.

The lexicon that mentions are linked with grows apart from them, since a model trusts hints as it learned to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from kgbuild.errors import InputError
from kgbuild.files import file_digest
from kgbuild.model import TermName
from kgbuild.resources import asset

HINTS = "mappings/hints.tsv"
_COLUMNS = ["name", "label", "preferred"]


@dataclass(frozen=True)
class Hints:
    """Names with their labels, and a hash of them."""

    terms: tuple[TermName, ...]
    fingerprint: str

    def names(self, labels: Collection[str] | None = None) -> Iterator[TermName]:
        """Every name that has one of the labels (None: any label)."""
        return (term for term in self.terms if labels is None or term.label in labels)


@cache
def shipped_hints() -> Hints:
    """The names that the shipped models were trained with.

    Raises:
        InputError: the table that is installed is damaged.
    """
    path = asset(HINTS)
    header, *rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    if header != _COLUMNS or any(len(row) != len(_COLUMNS) for row in rows):
        raise InputError("not a table of hints", file=str(path), remedy="Install kgbuild again.")
    terms = tuple(
        TermName(name=name, uri="", label=label, preferred=preferred == "yes") for name, label, preferred in rows
    )
    return Hints(terms, file_digest(path))
