"""The named questions in `queries/sparql/` and their headers; `kgbuild.query.ask` asks them.

A header is TOML in lines that start with `#+`: `title`, `description`, a table `parameters.NAME` for each
parameter (`type`, `description`, a `default` unless it must be given, for a concept the `labels` that it may have),
`columns` and an `example`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from kgbuild.errors import InputError
from kgbuild.resources import asset

Kind = Literal["concept", "predicate", "class", "article", "year", "integer", "boolean", "study", "design"]
Default = str | int | bool
LIMIT = "limit"
NARROWER = "narrower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What may be given to a query. `default` is None where it must be; empty where it may be left open.

    `labels` are the classes that a concept may be of; any where there are none.
    """

    name: str
    type: Kind
    description: str
    default: Default | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedQuery:
    """A question that the graph is often asked. `columns` are names and meanings, `example` parameters' values."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: tuple[tuple[str, str], ...]
    example: tuple[tuple[str, str], ...]
    text: str


@cache
def list_queries() -> tuple[NamedQuery, ...]:
    """All named queries, by name."""
    return tuple(read_query(path) for path in sorted(asset("queries/sparql").glob("*.rq")))


def load_query(name: str) -> NamedQuery:
    """The query of this name.

    Raises:
        InputError: there is none; the remedy names the nearest, and all.
    """
    found = {query.name: query for query in list_queries()}
    if name not in found:
        raise InputError(f"there is no query named {name!r}", remedy=suggest(name, found, "There are:"))
    return found[name]


def read_query(path: Path) -> NamedQuery:
    """Read a query's file.

    Raises:
        InputError: its header is missing, broken or incomplete.
    """
    try:
        text = path.read_text(encoding="utf-8")
        header = "\n".join(line[2:].strip() for line in text.splitlines() if line.startswith("#+"))
        fields = tomllib.loads(header)
        return NamedQuery(
            name=path.stem,
            title=fields["title"],
            description=fields["description"],
            parameters=tuple(
                Parameter(
                    name=name,
                    type=_kind(entry["type"]),
                    description=entry["description"],
                    default=entry.get("default"),
                    labels=tuple(entry.get("labels", ())),
                )
                for name, entry in fields.get("parameters", {}).items()
            ),
            columns=tuple(fields["columns"].items()),
            example=tuple((name, str(given)) for name, given in fields["example"].items()),
            text=text,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"broken header: {error!r}", file=str(path), remedy="See docs/queries.md for its form."
        ) from error


def suggest(name: str, known: Collection[str], listed: str) -> str:
    """A remedy for a misspelt name: the nearest one, and all that there are."""
    near = get_close_matches(name.lower(), known, 1)
    return (f"Did you mean {near[0]}? " if near else "") + f"{listed} {', '.join(known)}."


def _kind(text: str) -> Kind:
    for kind in get_args(Kind):
        if text == kind:
            return kind  # type: ignore[no-any-return]
    raise ValueError(f"unknown type {text!r}")
