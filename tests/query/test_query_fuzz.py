"""Any text as SPARQL, as a search, or as a parameter: an answer or an error that kgbuild raises on purpose."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbuild.errors import KgbuildError
from kgbuild.query.named import list_queries
from kgbuild.query.names import SparqlNames
from kgbuild.query.parameters import bind
from kgbuild.query.runners import StoreRunner
from kgbuild.query.sparql import check_query, parse_terms, with_values
from kgbuild.schema import load_schema
from kgbuild.source.search import parse_query
from tests.guard import bounded

WORDS = (
    *(
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "INSERT DATA",
        "DELETE WHERE",
        "LOAD",
        "SERVICE",
        "PREFIX a: <http://a/>",
    ),
    *(
        "WHERE",
        "{",
        "}",
        "(",
        ")",
        "?s",
        "?p ?o",
        "*",
        ".",
        ";",
        ",",
        "FILTER",
        "OPTIONAL",
        "UNION",
        "BIND",
        "AS",
        "VALUES",
    ),
    *(
        "<http://a/b>",
        "<",
        ">",
        "a:b",
        "'x'",
        '"y"',
        "'''",
        '"""',
        "\\",
        "\\u0053",
        "#",
        "\n",
        "@en",
        "^^",
        "1e5",
        "true",
    ),
    *(
        "LIMIT 1",
        "OFFSET",
        "GROUP BY",
        "HAVING",
        "COUNT(*)",
        "REGEX(?s, '(a+)+$')",
        "EXISTS",
        "MINUS",
        "GRAPH ?g",
        "<< >>",
    ),
    *("AND", "OR", "NOT", "[tiab]", "[mh]", "2020:2026[dp]", "gut*", '"gut brain"', "brain[", "]", ":", "~3"),
)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=40).map(" ".join),
    st.tuples(st.sampled_from(WORDS), st.integers(1, 2_000)).map(lambda pair: pair[0] * pair[1]),
)
FEW, MANY = 60, 10_000
SETTINGS = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def each(number: int, check: Callable[[str], None]) -> None:
    @settings(max_examples=number, **SETTINGS)
    @given(TEXTS)
    def once(text: str) -> None:
        with bounded():
            check(text)

    once()


@pytest.fixture(params=[FEW, pytest.param(MANY, marks=pytest.mark.stress)])
def number(request: pytest.FixtureRequest) -> int:
    return request.param


def test_any_text_as_sparql_is_answered_or_refused(number: int) -> None:
    store = ox.Store()

    def check(text: str) -> None:
        with suppress(KgbuildError, SyntaxError, ValueError, OSError):
            check_query(text)
            store.query(text)

    each(number, check)


def test_any_text_as_a_value_stays_one(number: int) -> None:
    def check(text: str) -> None:
        try:
            query = with_values("SELECT ?x { }", parse_terms({"x": text}))
        except KgbuildError:
            return
        assert len(list(ox.Store().query(query))) == 1

    each(number, check)


def test_any_text_as_a_parameter_is_taken_or_refused(number: int, embedded: StoreRunner) -> None:
    schema = load_schema()
    facts = SparqlNames(embedded, schema)
    places = [(query, parameter.name) for query in list_queries() for parameter in query.parameters]

    def check(text: str) -> None:
        # A stable choice, which hypothesis can repeat.
        query, name = places[sum(map(ord, text)) % len(places)]
        with suppress(KgbuildError):
            bind(query, {**dict(query.example), name: text}, facts, schema)

    each(number, check)


def test_any_text_as_a_search_is_read_or_refused(number: int) -> None:
    def check(text: str) -> None:
        with suppress(KgbuildError):
            parse_query(text)

    each(number, check)
