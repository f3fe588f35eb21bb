"""The headers of the named queries."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.errors import InputError
from kgbuild.load.rdf import PREFIXES, graphs
from kgbuild.query.document import page
from kgbuild.query.named import NamedQuery, list_queries, load_query, read_query
from kgbuild.schema import load_schema

QUERIES = list_queries()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_header_describes_the_query(query: NamedQuery) -> None:
    parsed = ox.Store().query(query.text)
    assert isinstance(parsed, ox.QuerySolutions)
    assert [variable.value for variable in parsed.variables] == [name for name, _ in query.columns]
    assert query.title
    assert query.description
    assert all(meaning for _, meaning in query.columns)
    names = {parameter.name for parameter in query.parameters}
    assert set(dict(query.example)) <= names
    assert {p.name for p in query.parameters if p.default is None} <= set(dict(query.example))
    assert "limit" in names
    for parameter in query.parameters:
        assert parameter.description
        assert set(parameter.labels) <= set(load_schema().label_uris)
        assert parameter.name == "limit" or f"?{parameter.name}" in query.text


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_query_follows_the_graph_model(query: NamedQuery) -> None:
    assert set(re.findall(r"GRAPH graph:(\w+)", query.text)) <= set(graphs())
    prefixes = dict(re.findall(r"PREFIX (\w+): <([^>]+)>", query.text))
    assert prefixes.items() <= PREFIXES.items()
    # Joining the direct triple with its statement is many times slower than starting from one of them.
    assert not ("graph:direct" in query.text and "rdf:predicate" in query.text)


def test_an_unknown_query_names_the_nearest_and_all() -> None:
    with pytest.raises(InputError, match=r"Did you mean neighbours\? There are: best-supported, "):
        load_query("neighbors")


@pytest.mark.parametrize("header", ["", "#+ title = 5 5\n", '#+ title = "x"\n'])
def test_a_broken_header_names_the_file(header: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(header + "SELECT * { ?s ?p ?o }")
    with pytest.raises(InputError, match=r"mine\.rq"):
        read_query(path)


def test_the_page_on_the_queries_is_up_to_date() -> None:
    shown = (Path(__file__).resolve().parents[2] / "docs/queries.md").read_text(encoding="utf-8")
    assert shown == page(), "run: python -m kgbuild.query.document > docs/queries.md"
