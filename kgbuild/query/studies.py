"""Filters on the studies that evidence comes from, and the names of their designs as users write them."""

from __future__ import annotations

from dataclasses import dataclass

from kgbuild.errors import InputError
from kgbuild.model import DESIGNS, STUDY_KINDS, StudyKind
from kgbuild.normalize import key
from kgbuild.query.named import suggest
from kgbuild.query.tables import Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFilter:
    """Which evidence is asked for; all of it where nothing is given."""

    kind: StudyKind | None = None
    design: str | None = None
    min_participants: int | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in (self.kind, self.design, self.min_participants))

    def __str__(self) -> str:
        """As in "from human studies of the design cohort with at least 100 participants"."""
        words = "from studies" if self.kind is None else f"from {_KINDS[self.kind]} studies"
        words += f" of the design {self.design}" if self.design else ""
        return words + (f" with at least {self.min_participants:,} participants" if self.min_participants else "")

    @property
    def condition(self) -> str:
        """The SQL condition on rows of evidence, with the names of `parameters`."""
        conditions = {"kind": "study = $kind", "design": "design = $design", "least": "participants >= $least"}
        return " AND ".join(conditions[name] for name in self.parameters) or "true"

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The values that the condition needs."""
        values = {"kind": self.kind, "design": self.design, "least": self.min_participants}
        return {name: value for name, value in values.items() if value is not None}


_KINDS = {"human": "human", "animal": "animal", "in vitro": "in-vitro", "unknown": "unspecified"}


def design_named(text: str, record: str) -> str:
    """The design of a name in any case and spelling ("Randomized trial").

    Raises:
        InputError: there is none of this name; the remedy lists them. `record` says where the name was given.
    """
    return _named(text, DESIGNS, "design of a study", record)


def kind_named(text: str, record: str) -> str:
    """The kind of study of this name; raises as `design_named` does."""
    return _named(text, STUDY_KINDS, "kind of study", record)


def _named(text: str, known: tuple[str, ...], what: str, record: str) -> str:
    form = _form(text)
    found = next((name for name in known if form == _form(name)), None)
    if found is None:
        raise InputError(f"{text!r} is no {what}", record=record, remedy=suggest(text, known, "There are:"))
    return found


def _form(text: str) -> str:
    return key(text).replace("randomiz", "randomis").replace("in-vitro", "in vitro")
