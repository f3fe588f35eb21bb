"""What a query may do, and how values get into it."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import InputError
from kgbuild.query.sparql import check_query, iri, parse_terms, value, with_values


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT"),
        ("# INSERT\nPREFIX select: <http://x/#delete> ask { ?s select:service 'SERVICE' }", "ASK"),
        ("BASE <http://x/> PREFIX : <y#>\nCONSTRUCT WHERE { :service ?p '''it's \"SERVICE\"''' }", "CONSTRUCT"),
        ("describe <http://example.org/service>", "DESCRIBE"),
        ("SELECT ?s { ?s a <http://example.org/service#> }", "SELECT"),
        ("SELECT ?s { ?s a <https://example.org/(a)service?x#Thing> FILTER(?a<?b) }", "SELECT"),
        ("SELECT ?service { ?service a <http://x/service/y> FILTER(?a<?b) }", "SELECT"),
    ],
)
def test_reading_queries_pass(text: str, form: str) -> None:
    assert check_query(text) == form


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <x:s> <x:p> <x:o> }",
        "PREFIX a: <x:> DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://example.org/>",
        "DROP ALL",
        "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "",
        "hello",
        "# SELECT",
    ],
)
def test_all_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"only read|no SPARQL"):
        check_query(text)


# The queries' last parts are accepted by Oxigraph's parser, so each would reach the network if it passed.
@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "SELECT * { ?s ?p true.SERVICE<http://127.0.0.1:1/>{?a ?b ?c} }",
        "SELECT * { ?s ?p 1.SERVICE<http://127.0.0.1:1/>{?a ?b ?c} }",
        "SELECT * { ?s ?p 1e5SERVICE<http://127.0.0.1:1/>{?a ?b ?c} }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'x\\\\' . SERVICE <http://127.0.0.1:1/> { ?a ?b '' } }",
        'SELECT * { ?s ?p """a"" """ . SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }',
        "SELECT * { FILTER(?a<?b)SERVICE?c#>\n{ ?s ?p ?o } }",
        "SELECT * { FILTER(?a<?b)SERVICE#>\n?c { ?s ?p ?o } }",
        "PREFIX a: <http://x/> PREFIX : <http://127.0.0.1:1/> SELECT * { FILTER(?a<a:b)SERVICE:x#>\n{ ?s ?p ?o } }",
        "SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
        "SELECT * { { SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_calls_to_other_servers_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="SERVICE"):
        check_query(text)


@given(st.text())
def test_any_text_binds_as_that_text(text: str) -> None:
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        return
    query = with_values("SELECT ?x { }", parse_terms({"x": value(text)}))
    (row,) = ox.Store().query(query)
    assert row["x"] == ox.Literal(text)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(5, 5), (True, True), (0.5, 0.5), ("5", "5"), ('"} UNION { ?s ?p ?o', '"} UNION { ?s ?p ?o')],
)
def test_values_keep_their_type(content: str | int | float | bool, expected: object) -> None:
    term = parse_terms({"x": value(content)})["x"]
    assert isinstance(term, ox.Literal)
    assert ox.Literal(content) == term


@pytest.mark.parametrize(
    "text",
    ["<x:a> <x:b>", "_:b", "plain", '"a" . <x:s> <x:p> "b"', "", "<not absolute>", "?x", "<<( <x:s> <x:p> <x:o> )>>"],
)
def test_what_is_no_single_term_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="parameter x"):
        parse_terms({"x": text})


@pytest.mark.parametrize("name", ["?x", "x y", "1x", "x)", "", "é"])
def test_what_is_no_variable_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="not the name of a variable"):
        parse_terms({name: value(1)})


def test_values_stand_in_the_outermost_pattern() -> None:
    query = "PREFIX a: <x:a> SELECT (EXISTS { ?s ?p '{' } AS ?e) # {\nWHERE { ?s ?p ?o }"
    bound = with_values(query, parse_terms({"s": iri("http://x/a b"), "o": value("}")}))
    assert bound.endswith('WHERE { VALUES (?s ?o) { (<http://x/a%20b> "}") }  ?s ?p ?o }')


def test_values_stand_in_a_sub_select_that_is_the_whole_pattern_too() -> None:
    bound = with_values(
        "SELECT (COUNT(*) AS ?n) { { SELECT * { ?s ?p ?o } ORDER BY ?o } }", parse_terms({"s": "<x:a>"})
    )
    block = "VALUES (?s) { (<x:a>) }"
    assert bound == f"SELECT (COUNT(*) AS ?n) {{ {block}  {{ SELECT * {{ {block}  ?s ?p ?o }} ORDER BY ?o }} }}"
    bound = with_values("SELECT * { SELECT * { ?s ?p ?o } }", parse_terms({"s": "<x:a>"}))
    assert bound == f"SELECT * {{ SELECT * {{ {block}  ?s ?p ?o }} }}"


def test_a_query_without_pattern_can_not_be_bound() -> None:
    with pytest.raises(InputError, match="no pattern"):
        with_values("DESCRIBE <x:s>", parse_terms({"s": value(1)}))
