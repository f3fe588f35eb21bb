"""Turning a store's answers into rows of plain values."""

from __future__ import annotations

from itertools import islice

import pyoxigraph as ox

from kgbuild.errors import KgbuildError
from kgbuild.query.results import Table, Value

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset(
    _XSD + name for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
)
_NUMBERS = frozenset(_XSD + name for name in ("decimal", "double", "float"))


def to_table(answer: ox.QuerySolutions | ox.QueryBoolean, max_rows: int) -> Table:
    """The rows of a SELECT, or the one value of an ASK in a column `answer`.

    Raises:
        KgbuildError: there are more than `max_rows` rows; none are returned, so that none are lost unseen.
    """
    if isinstance(answer, ox.QueryBoolean):
        return Table(("answer",), ((bool(answer),),))
    columns = tuple(variable.value for variable in answer.variables)
    rows = tuple(tuple(map(plain, solution)) for solution in islice(answer, max_rows + 1))
    if len(rows) > max_rows:
        raise too_many(max_rows)
    return Table(columns, rows)


def plain(term: object) -> Value:
    """IRIs and texts as text, numbers and truth values as such, an unbound variable as None."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return term.value
    if not isinstance(term, ox.Literal):
        return str(term)
    text, kind = term.value, term.datatype.value
    try:
        if kind in _INTEGERS:
            return int(text)
        if kind in _NUMBERS:
            return float(text)
    except ValueError:
        return text
    return text == "true" or text == "1" if kind == _XSD + "boolean" else text


def too_many(max_rows: int) -> KgbuildError:
    """The error for an answer that is too long."""
    return KgbuildError(
        f"the answer has more than {max_rows:,} rows",
        remedy="Add a LIMIT to the query, or a smaller limit parameter, or ask for less.",
    )
