"""Cypher that makes the server read files or addresses is refused before a server is asked."""

import pytest

from kgbuild.errors import InputError
from kgbuild.load.neo4j_server import Neo4jSettings
from kgbuild.query.cypher import CypherRunner, cypher_text
from kgbuild.query.cypher_text import check_cypher
from kgbuild.query.named import list_queries


@pytest.mark.parametrize(
    "query",
    [
        "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
        "load  csv with headers from $url as line return line",
        "MATCH (n) WITH n LOAD /* it's */ CSV FROM 'https://x' AS l RETURN l",
        "LOAD // a comment\nCSV FROM 'http://169.254.169.254/' AS l RETURN l",
        "\\u004cOAD CSV FROM 'file:/x' AS l RETURN l",
        "LOAD\\u0020CSV FROM 'file:/x' AS l RETURN l",
        "L\\uu004fAD CSV FROM 'x' AS l RETURN l",
        "CALL { LOAD CSV FROM 'x' AS l RETURN l } RETURN l",
        "RETURN 'it\\'s' AS a UNION LOAD CSV FROM 'x' AS a RETURN a",
        "RETURN `a``b` AS x LIMIT 1 UNION LOAD CSV FROM 'x' AS x RETURN x",
        "EXPLAIN LOAD CSV FROM 'x' AS l RETURN l",
        "/* unclosed \" */ LOAD CSV FROM 'x' AS l RETURN l",
        "CALL apoc.load.json('https://x') YIELD value RETURN value",
        "CALL `apoc`.`load`.json('x') YIELD value RETURN value",
        "CALL apoc . load /* */ . xml('x') YIELD value RETURN value",
        "RETURN apoc.cypher.runFirstColumnSingle('LOAD CSV FROM \"x\" AS l RETURN l', {})",
        "CALL apoc.export.csv.all('out.csv', {})",
        "CALL n10s.rdf.fetch('https://x', 'Turtle')",
        "CALL my.reader('file:///etc/passwd') YIELD x RETURN x",
        'CALL my.reader({url: " FILE:/etc/passwd"}) YIELD x RETURN x',
    ],
)
def test_what_makes_the_server_fetch_is_refused(query: str) -> None:
    with pytest.raises(InputError, match="which kgbuild does not let a query do"):
        check_cypher(query)
    nobody = Neo4jSettings(uri="bolt://127.0.0.1:1", password="x")
    with CypherRunner(nobody) as runner, pytest.raises(InputError):
        runner.run(query)


@pytest.mark.parametrize(
    "query",
    [
        "// LOAD CSV FROM 'file:///x'\nMATCH (n) RETURN n",
        "/* LOAD CSV */ MATCH (n) RETURN n",
        "MATCH (n {name: 'LOAD CSV FROM x'}) RETURN n.`LOAD CSV`, \"it's LOAD CSV\"",
        "MATCH (load:Csv) WHERE load.uri STARTS WITH 'file:///' RETURN load, load.csv",
        "MATCH (c) WHERE c.apoc = 'apoc.load.json' RETURN c.load AS `apoc.load`",
        "MATCH (n) RETURN apoc.text.join(collect(n.name), 'file:')",
        "CALL db.labels() YIELD label RETURN label, 'file:///x'",
        "CALL (n) { MATCH (n)--(m) WHERE m.uri <> 'file:/x' RETURN m } RETURN m",
        "WITH $load AS csv RETURN csv.n10s, csv.ai",
    ],
)
def test_words_in_comments_texts_and_names_are_not(query: str) -> None:
    check_cypher(query)


def test_neither_are_the_named_queries() -> None:
    for query in list_queries():
        check_cypher(cypher_text(query.name))
