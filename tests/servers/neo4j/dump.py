"""All that a graph holds in Neo4j, as values that can be compared."""

from typing import Any

from kgbuild.load.neo4j_server import Neo4jSettings, connected, session

_NODES = "MATCH (n) WHERE n.kgbuild_graph = $graph RETURN labels(n) AS labels, properties(n) AS properties"
_LINKS = (
    "MATCH (a)-[r]->(b) WHERE r.kgbuild_graph = $graph"
    " RETURN type(r) AS type, properties(r) AS properties, a.id AS start, b.id AS end"
)


def dump(settings: Neo4jSettings, graph: str) -> list[str]:
    """Nodes and relationships, sorted; without the graph's name and the token of its last load."""
    with connected(settings) as driver, session(driver, settings, write=False) as opened:
        lines = [_line(record.data()) for text in (_NODES, _LINKS) for record in opened.run(text, graph=graph)]
    return sorted(lines)


def foreign(settings: Neo4jSettings) -> list[str]:
    """All nodes and relationships that belong to no graph of kgbuild."""
    with connected(settings) as driver, session(driver, settings, write=False) as opened:
        texts = (
            "MATCH (n) WHERE n.kgbuild_graph IS NULL RETURN elementId(n) AS id, labels(n) AS l, properties(n) AS p",
            "MATCH (a)-[r]->(b) WHERE r.kgbuild_graph IS NULL RETURN elementId(r) AS id, type(r) AS t,"
            " properties(r) AS p, elementId(a) AS a, elementId(b) AS b",
        )
        return sorted(repr(record.data()) for text in texts for record in opened.run(text))


def _line(record: dict[str, Any]) -> str:
    properties = record.pop("properties")
    kept = {name: properties[name] for name in sorted(properties) if name not in ("kgbuild_graph", "loader")}
    labels = sorted(record.pop("labels", ()))
    return repr((labels, sorted(record.items()), kept))
