"""Loading into a real Neo4j: what is written, what a second load finds, and what is left alone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kgbuild.errors import GraphError, RemoteError
from kgbuild.load import neo4j as loader
from kgbuild.load.neo4j import Counts, load_neo4j, remove_neo4j
from kgbuild.load.neo4j_server import Neo4jSettings, connected
from kgbuild.resources import asset
from tests import example_graph as example
from tests.servers.neo4j import made_up
from tests.servers.neo4j.dump import dump, foreign

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(server: Neo4jSettings, graph: str) -> Iterator[Ask]:
    with connected(server) as driver:
        yield lambda text, **values: driver.execute_query(text, graph=graph, **values, result_transformer_=_data)


def _data(result: Any) -> list[dict[str, Any]]:
    return result.data()


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return example.write(tmp_path / "tables", example.rows())


def test_a_load_reports_what_it_created(server: Neo4jSettings, graph: str, tables: Path) -> None:
    report = load_neo4j(tables, server, graph=graph)
    content = example.rows()
    assert report.changed
    assert {name: counts.created for name, counts in report.kinds.items()} == {
        "concepts": len(content["concepts"]),
        "broader relationships": sum(len(c["parents"]) for c in content["concepts"]),
        "articles": len(content["articles"]),
        "statements": len(content["statements"]),
        "evidence": sum(e["statement"] is not None for e in content["evidence"]),
    }


def test_the_second_load_changes_nothing(server: Neo4jSettings, graph: str, tables: Path) -> None:
    first = load_neo4j(tables, server, graph=graph)
    before = dump(server, graph)
    second = load_neo4j(tables, server, graph=graph)
    assert not second.changed
    assert {n: c.unchanged for n, c in second.kinds.items()} == {n: c.created for n, c in first.kinds.items()}
    assert dump(server, graph) == before


def test_concepts_carry_their_class_and_encoded_uri(
    server: Neo4jSettings, graph: str, tables: Path, ask: Ask
) -> None:
    load_neo4j(tables, server, graph=graph)
    (psyllium,) = ask("MATCH (c:Concept:Food {kgbuild_graph: $graph}) RETURN c.uri AS uri, c.name AS name")
    assert psyllium == {"uri": "http://example.org/food/psyllium%20husk%20%7Bβ%7D%20%22x%22", "name": "psyllium"}
    (ancestor,) = ask(
        "MATCH (:DDF {kgbuild_graph: $graph, name: 'Parkinson disease'})-[:BROADER]->(c)"
        " RETURN c.curie AS curie, labels(c) AS labels, c.synonyms AS synonyms"
    )
    assert ancestor == {"curie": "MONDO:0005559", "labels": ["Concept"], "synonyms": None}


def test_a_statement_is_a_relationship_and_an_association_with_its_evidence(
    server: Neo4jSettings, graph: str, tables: Path, ask: Ask
) -> None:
    load_neo4j(tables, server, graph=graph)
    (direct,) = ask(
        "MATCH (:Concept {name: 'Parkinson disease', kgbuild_graph: $graph})-[r:CHANGE_ABUNDANCE]->"
        "(:Bacteria {name: 'Akkermansia muciniphila'}) RETURN properties(r) AS r"
    )
    statement = next(s for s in example.rows()["statements"] if s["id"] == direct["r"]["id"])
    assert (direct["r"]["belief"], direct["r"]["refuting"]) == (statement["belief"], 1)
    found = ask(
        "MATCH (a:Association {kgbuild_graph: $graph, id: $id})<-[:EVIDENCE_OF]-(e)-[:FROM_ARTICLE]->(p:Article)"
        " RETURN e.firstSentence AS sentence, e.negated AS negated, p.pmid AS pmid ORDER BY e.id",
        id=statement["id"],
    )
    assert found[0] == {"sentence": example.HUMAN[0], "negated": False, "pmid": "101"}
    assert found[1] == {"sentence": example.MOUSE[0], "negated": True, "pmid": "102"}
    # Only refuted or retracted: an Association without a relationship between its concepts.
    hidden = [s["id"] for s in example.rows()["statements"] if not s["direct"]]
    assert hidden
    assert ask(
        "MATCH (a:Association {kgbuild_graph: $graph}) WHERE a.id IN $ids RETURN count(a) AS n", ids=hidden
    ) == [{"n": len(hidden)}]
    assert ask("MATCH ()-[r {kgbuild_graph: $graph}]->() WHERE r.id IN $ids RETURN r", ids=hidden) == []


def test_an_update_changes_what_changed_and_removes_what_is_gone(
    server: Neo4jSettings, graph: str, tmp_path: Path
) -> None:
    content = example.rows()
    load_neo4j(example.write(tmp_path / "old", content), server, graph=graph)
    gone = content["evidence"].pop(7)
    content["statements"] = [s for s in content["statements"] if s["id"] != gone["statement"]]
    content["articles"] = [a for a in content["articles"] if a["pmid"] != "990000001"]
    content["concepts"] = [c for c in content["concepts"] if c["uri"] != example.NEURODEGENERATIVE]
    for concept in content["concepts"]:
        concept["parents"] = [uri for uri in concept["parents"] if uri != example.NEURODEGENERATIVE]
    content["statements"][0] |= {"belief": 0.123456, "direct": False}
    content["concepts"][0] |= {"label": "food", "name": "low mood"}
    # Another linker: the evidence stands, and supports another statement.
    content["evidence"][0]["statement"] = content["statements"][1]["id"]
    new = example.write(tmp_path / "new", content)

    report = load_neo4j(new, server, graph=graph).kinds

    assert (report["concepts"].updated, report["concepts"].removed) == (1, 1)
    assert report["broader relationships"].removed == 2
    assert report["articles"].removed == 1
    assert (report["statements"].updated, report["statements"].removed) == (1, 1)
    assert (report["evidence"].updated, report["evidence"].removed) == (1, 1)
    updated = dump(server, graph)
    assert not load_neo4j(new, server, graph=graph).changed
    remove_neo4j(server, graph=graph)
    load_neo4j(new, server, graph=graph)
    assert dump(server, graph) == updated


def test_batches_of_any_size_give_the_same_graph(server: Neo4jSettings, graph: str, tmp_path: Path) -> None:
    tables = made_up.write(tmp_path / "tables", 120, 300)
    load_neo4j(tables, server, graph=graph)
    whole = dump(server, graph)
    other = example.write(tmp_path / "other", example.rows())
    load_neo4j(other, server, graph=graph, batch=30)
    load_neo4j(tables, server, graph=graph, batch=30)
    assert dump(server, graph) == whole


def test_pages_of_any_size_find_what_stands(
    server: Neo4jSettings, graph: str, tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_neo4j(tables, server, graph=graph)
    for size in (1, 3, 6):
        monkeypatch.setattr(loader, "_PAGE", size)
        assert not load_neo4j(tables, server, graph=graph).changed


def test_a_graph_is_removed_alone(server: Neo4jSettings, graph: str, tables: Path) -> None:
    other = f"{graph}-other"
    load_neo4j(tables, server, graph=graph)
    load_neo4j(tables, server, graph=other)
    whole = dump(server, graph)
    remove_neo4j(server, graph=other)
    assert dump(server, other) == []
    assert dump(server, graph) == whole
    assert not remove_neo4j(server, graph=other).changed


def test_other_peoples_data_is_never_touched(server: Neo4jSettings, graph: str, tables: Path, ask: Ask) -> None:
    # It looks like ours in everything but the graph's name, and holds on to one of our nodes.
    load_neo4j(tables, server, graph=graph)
    ask(
        "CREATE (c:Concept:Bacteria {id: '1', uri: $uri, theirs: $graph}),"
        " (a:Association {id: '1', theirs: $graph})-[:SUBJECT {id: '1'}]->(c), (c)-[:CHANGE_ABUNDANCE {id: '1'}]->(c)"
        " WITH c MATCH (ours:Concept {kgbuild_graph: $graph, uri: $uri}) CREATE (c)-[:SAME_AS {by: 'hand'}]->(ours)",
        uri=example.AKKERMANSIA,
    )
    try:
        before = foreign(server)
        assert not load_neo4j(tables, server, graph=graph).changed
        report = remove_neo4j(server, graph=graph)
        assert report.kinds["concepts"] == Counts(removed=len(example.rows()["concepts"]) - 1, kept=1)
        assert foreign(server) == before
        again = load_neo4j(tables, server, graph=graph)
        assert again.kinds["concepts"].updated == 1
        assert foreign(server) == before
    finally:
        ask("MATCH (n {theirs: $graph}) DETACH DELETE n")


def test_properties_that_users_add_to_our_nodes_stay(
    server: Neo4jSettings, graph: str, tmp_path: Path, ask: Ask
) -> None:
    content = example.rows()
    load_neo4j(example.write(tmp_path / "old", content), server, graph=graph)
    ask("MATCH (c:Concept {kgbuild_graph: $graph, uri: $uri}) SET c.note = 'mine'", uri=example.BUTYRATE)
    for concept in content["concepts"]:
        concept["mentions"] += 1
    load_neo4j(example.write(tmp_path / "new", content), server, graph=graph)
    found = ask("MATCH (c:Concept {kgbuild_graph: $graph}) WHERE c.note = 'mine' RETURN c.mentions AS n")
    assert found == [{"n": 9}]


def test_rows_that_refer_to_nothing_are_refused(server: Neo4jSettings, graph: str, tmp_path: Path) -> None:
    content = example.rows()
    content["concepts"] = [c for c in content["concepts"] if c["uri"] != example.BDNF]
    with pytest.raises(GraphError, match="1 of 14 statements refer to a concept"):
        load_neo4j(example.write(tmp_path / "tables", content), server, graph=graph)


def test_a_second_load_takes_the_graph_over_from_one_that_runs(
    server: Neo4jSettings, graph: str, tmp_path: Path
) -> None:
    tables = made_up.write(tmp_path / "tables", 50, 100)

    class Intruder:
        done = False

        def start(self, stage: str, total: int | None, *, unit: str = "articles") -> None:
            if stage == "Loading evidence" and not self.done:
                self.done = True
                load_neo4j(tables, server, graph=graph)
                remove_neo4j(server, graph=graph)

        def advance(self, number: int, /) -> None: ...

        def note(self, text: str) -> None: ...

    with pytest.raises(RemoteError, match="another load of graph"):
        load_neo4j(tables, server, graph=graph, progress=Intruder())
    load_neo4j(tables, server, graph=graph)
    assert not load_neo4j(tables, server, graph=graph).changed


def test_a_load_that_has_not_written_yet_leaves_a_later_one_alone(
    server: Neo4jSettings, graph: str, tmp_path: Path
) -> None:
    old, new, more = (made_up.write(tmp_path / str(seed), 50, 100, seed=seed) for seed in (1, 2, 3))
    load_neo4j(old, server, graph=graph)

    class Intruder:
        done = False

        def start(self, stage: str, total: int | None, *, unit: str = "articles") -> None:
            if not self.done:
                self.done = True
                load_neo4j(new, server, graph=graph)

        def advance(self, number: int, /) -> None: ...

        def note(self, text: str) -> None: ...

    # It finds its own state, and what it would add is there before it writes.
    with pytest.raises(RemoteError, match="another load of graph"):
        load_neo4j(more, server, graph=graph, progress=Intruder())
    assert not load_neo4j(new, server, graph=graph).changed


def test_a_graph_brings_its_own_predicates(server: Neo4jSettings, graph: str, tmp_path: Path, ask: Ask) -> None:
    rows = example.rows()
    rows["statements"][0] |= {"predicate": "sways", "direct": True}
    tables = example.write(tmp_path / "tables", rows)
    own = '\ngb:sways a owl:ObjectProperty ; rdfs:label "sways" .\n'
    ontology = asset("ontology/gutbrain.ttl").read_text(encoding="utf-8") + own
    (tables / "ontology.ttl").write_text(ontology, encoding="utf-8")
    load_neo4j(tables, server, graph=graph)
    found = ask("MATCH ()-[r:SWAYS {kgbuild_graph: $graph}]->() RETURN r.id AS id")
    assert found == [{"id": rows["statements"][0]["id"]}]
    constraints = ask("SHOW CONSTRAINTS YIELD name WHERE name = 'kgbuild_SWAYS' RETURN name")
    assert constraints == [{"name": "kgbuild_SWAYS"}]
