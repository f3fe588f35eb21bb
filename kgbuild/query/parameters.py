"""Parameters of named queries: from what a user writes to terms of RDF, or why it cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kgbuild.errors import InputError
from kgbuild.identifiers import article_id
from kgbuild.normalize import key
from kgbuild.query.named import LIMIT, Default, NamedQuery, Parameter, list_queries, suggest
from kgbuild.query.names import Facts
from kgbuild.query.resolve import Meaning, Resolution, resolve
from kgbuild.query.results import MAX_ROWS
from kgbuild.query.sparql import iri, value
from kgbuild.query.studies import design_named, kind_named
from kgbuild.schema import Schema

_YES = ("true", "yes", "1")
_NO = ("false", "no", "0")
# The shapes of articles say the same.
_YEARS = range(1500, 2201)


@dataclass(slots=True)
class Bound:
    """Parameters as terms in N-Triples syntax, `limit` apart, and what those that are concepts mean."""

    terms: dict[str, str] = field(default_factory=dict)
    limit: int = MAX_ROWS
    concepts: dict[str, Resolution] = field(default_factory=dict)


def bind(query: NamedQuery, values: Mapping[str, Default], facts: Facts, schema: Schema) -> Bound:
    """Check what is given for a query's parameters, and look up its concepts.

    Raises:
        InputError: a parameter is unknown, missing, empty, or not what it must be.
        AmbiguousError: a name may mean several concepts.
    """
    names = [parameter.name for parameter in query.parameters]
    for name in values:
        if name not in names:
            raise InputError(f"query {query.name} has no parameter {name!r}", remedy=suggest(name, names, "It has:"))
    bound = Bound()
    for parameter in query.parameters:
        content = values.get(parameter.name, parameter.default)
        such_as = f"For example --param {parameter.name}={dict(query.example).get(parameter.name, '…')!r}."
        if content is None:
            raise InputError(
                f"query {query.name} needs its parameter {parameter.name}: {parameter.description}", remedy=such_as
            )
        text = str(content).strip()
        if not text and parameter.name in values:
            remedy = such_as if parameter.default is None else "Leave it out."
            raise InputError(f"parameter {parameter.name} is empty", remedy=remedy)
        if parameter.name == LIMIT:
            bound.limit = _limit(text)
        elif text:
            bound.terms[parameter.name] = _term(parameter, text, bound, facts, schema)
    return bound


def _term(parameter: Parameter, text: str, bound: Bound, facts: Facts, schema: Schema) -> str:
    record = f"parameter {parameter.name}"
    match parameter.type:
        case "concept":
            bound.concepts[parameter.name] = resolution = _resolved(parameter, text, facts, schema)
            return iri(resolution.meanings[0].uri)
        case "article":
            return value(article_id(text))
        case "year":
            if not re.fullmatch(r"[0-9]{4}", text) or int(text) not in _YEARS:
                raise InputError(f"{text!r} is not a year", record=record, remedy="Give four digits, such as 2024.")
            return value(int(text))
        case "integer":
            if not re.fullmatch(r"[0-9]{1,9}", text):
                raise InputError(f"{text!r} is not a whole number", record=record, remedy="Give digits, such as 100.")
            return value(int(text))
        case "study":
            return value(kind_named(text, record))
        case "design":
            return value(design_named(text, record))
        case "boolean":
            if text.lower() not in _YES + _NO:
                raise InputError(f"{text!r} is neither true nor false", record=record, remedy="Give true or false.")
            return value(text.lower() in _YES)
        case _:
            uris = schema.predicate_uris if parameter.type == "predicate" else schema.label_uris
            form = key(text)
            uri = next((uri for name, uri in uris.items() if text.lower() == uri.lower() or form == key(name)), None)
            if uri is None:
                remedy = suggest(text, uris, "There are:")
                raise InputError(f"{text!r} is no {parameter.type} of the schema", record=record, remedy=remedy)
            return iri(uri)


def _limit(text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
    if not 1 <= number <= MAX_ROWS:
        raise InputError(
            f"{text!r} is not a whole number from 1 to {MAX_ROWS:,}",
            record=f"parameter {LIMIT}",
            remedy="For all that there is, use kgbuild export csv.",
        )
    return number


def _resolved(parameter: Parameter, text: str, facts: Facts, schema: Schema) -> Resolution:
    """What a name means; where it may mean several, one of a class that the parameter takes."""
    resolution = resolve(facts, text, labels=_labels(parameter, schema))
    error = resolution.error(f"parameter {parameter.name}")
    if error:
        raise error
    return resolution


def wrong_class(parameter: Parameter, resolution: Resolution, facts: Facts, schema: Schema) -> InputError | None:
    """The error for a concept of a class that the parameter does not take; None where it takes it.

    A concept that is never mentioned has the classes of the narrower ones.
    """
    meaning, *others = resolution.meanings
    labels = _labels(parameter, schema)
    classes = {meaning.label} if meaning.label else {concept.label for concept in facts.narrower(meaning.uri)}
    if not labels or not classes or classes & set(labels):
        return None
    fitting = "".join(f" Of this name there is also {other}." for other in others if other.label in labels)
    is_of, takes = (" or ".join(sorted(names)) for names in (classes, labels))
    return InputError(
        f"{meaning.name} ({meaning.curie}) is of class {is_of}, and this parameter takes {takes}",
        record=f"parameter {parameter.name}",
        remedy=_elsewhere(meaning, classes) + fitting,
    )


def _labels(parameter: Parameter, schema: Schema) -> list[str]:
    # A graph of another ontology has other classes, of which the header says nothing.
    return [label for label in parameter.labels if label in schema.label_uris]


def _elsewhere(meaning: Meaning, classes: set[str]) -> str:
    """Which query takes a concept of these classes; the one that takes fewest others."""
    takes = [
        (len(parameter.labels) or 99, query.name, parameter.name)
        for query in list_queries()
        for parameter in query.parameters
        if parameter.type == "concept" and classes & set(parameter.labels)
    ]
    _, query, parameter = min(takes, default=(0, "neighbours", "concept"))
    return f"Ask: kgbuild query {query} --param {parameter}={meaning.curie}"
