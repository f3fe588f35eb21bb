"""The named questions in `queries/sparql/`: reading their headers, checking and binding their parameters.

A header is TOML in lines that start with `#+`: `title`, `description`, a table `parameters.NAME` for each
parameter (`type`, `description`, and a `default` unless it must be given), `columns` and an `example`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from kgbuild.errors import InputError
from kgbuild.protocols import QueryRunner
from kgbuild.query.resolve import resolve
from kgbuild.query.results import Table
from kgbuild.query.sparql import iri, value
from kgbuild.resources import asset
from kgbuild.schema import Schema, load_schema

Kind = Literal["concept", "predicate", "class", "integer", "boolean", "string"]
Default = str | int | bool
LIMIT = "limit"
NARROWER = "narrower"
_YES = ("true", "yes", "1")
_NO = ("false", "no", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What may be given to a query. `default` is None where it must be; empty where it may be left open."""

    name: str
    type: Kind
    description: str
    default: Default | None = None


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
        InputError: there is none; the remedy names them all.
    """
    found = {query.name: query for query in list_queries()}
    if name not in found:
        raise InputError(f"there is no query named {name!r}", remedy="There are: " + ", ".join(found) + ".")
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


def run_named(
    query: NamedQuery,
    values: Mapping[str, str],
    runner: QueryRunner,
    *,
    narrower: bool = False,
    schema: Schema | None = None,
) -> Table:
    """Ask a named query.

    Args:
        query: from `load_query`.
        values: parameters as a user writes them; concepts by name, CURIE or URI.
        runner: what answers.
        narrower: take narrower concepts as well, for queries that have that parameter.
        schema: of the graph, for parameters that are predicates or classes; the default one if left out.

    Raises:
        InputError: a parameter is unknown, missing, or can not be what it should be; or what `runner` raises.
    """
    names = [parameter.name for parameter in query.parameters]
    unknown = [name for name in values if name not in names]
    if unknown:
        raise InputError(
            f"query {query.name} has no parameter {unknown[0]!r}",
            remedy=f"It has: {', '.join(names)}." if names else "It has none.",
        )
    if narrower and NARROWER not in names:
        raise InputError(f"query {query.name} has no narrower concepts to include")
    given: dict[str, Default] = {**values, **({NARROWER: True} if narrower else {})}
    terms: dict[str, str] = {}
    end = ""
    for parameter in query.parameters:
        content = given.get(parameter.name, parameter.default)
        if content is None:
            raise InputError(
                f"query {query.name} needs its parameter {parameter.name}: {parameter.description}",
                remedy=f"For example --param {parameter.name}={dict(query.example).get(parameter.name, '…')!r}.",
            )
        if parameter.name == LIMIT:
            # SPARQL has no variable here; what is written is a whole number and nothing else.
            end = f"LIMIT {_whole(parameter, content)}\n"
        elif content != "":
            terms[parameter.name] = _term(parameter, content, runner, schema or load_schema())
    return runner.run(query.text + end, terms)


def _term(parameter: Parameter, content: Default, runner: QueryRunner, schema: Schema) -> str:
    text = str(content).strip()
    if parameter.type == "concept":
        return iri(resolve(runner, text))
    if parameter.type == "integer":
        return value(_whole(parameter, content))
    if parameter.type == "boolean":
        if text.lower() not in _YES + _NO:
            raise InputError(f"{text!r} is neither true nor false", record=f"parameter {parameter.name}")
        return value(text.lower() in _YES)
    if parameter.type == "string":
        return value(text)
    uris = schema.predicate_uris if parameter.type == "predicate" else schema.label_uris
    uri = next((uri for name, uri in uris.items() if text.lower() in (name.lower(), uri.lower())), None)
    if uri is None:
        raise InputError(
            f"{text!r} is no {parameter.type} of the schema",
            record=f"parameter {parameter.name}",
            remedy="There are: " + ", ".join(uris) + ".",
        )
    return iri(uri)


def _whole(parameter: Parameter, content: Default) -> int:
    try:
        number = int(content)
    except ValueError:
        number = -1
    if number < 0:
        raise InputError(f"{content!r} is not a whole number", record=f"parameter {parameter.name}")
    return number


def _kind(text: str) -> Kind:
    for kind in get_args(Kind):
        if text == kind:
            return kind  # type: ignore[no-any-return]
    raise ValueError(f"unknown type {text!r}")
