"""The shapes accept what kgbuild builds, and each refuses a graph that is broken in its own way."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.load.nquads import blocks
from kgbuild.load.rdf import article_iri, evidence_iri, expand, run_iri, statement_iri
from kgbuild.load.validate import validate
from tests import example_graph as example

_STATEMENT = statement_iri(example.rows()["statements"][0]["id"])
_EVIDENCE = evidence_iri(f"{0:032x}")
_ARTICLE = article_iri("101")
_RUN = run_iri("run1")
_SOFTWARE = "https://w3id.org/kgbuild/id/software/kgbuild-0.1.0"


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    tables = example.write(tmp_path_factory.mktemp("graph"), example.rows())
    return "".join(blocks(tables, run=example.RUN, reproducible=False)).encode()


@pytest.fixture
def store(text: bytes) -> ox.Store:
    store = ox.Store()
    store.load(text, format=ox.RdfFormat.N_QUADS)
    return store


def change(store: ox.Store, node: str, path: str, *content: ox.NamedNode | ox.Literal) -> None:
    """Put other values in a property's place."""
    subject, predicate = ox.NamedNode(node), ox.NamedNode(expand(path))
    for quad in list(store.quads_for_pattern(subject, predicate, None, None)):
        store.remove(quad)
    for value in content:
        store.add(ox.Quad(subject, predicate, value))


def test_a_built_graph_conforms_and_every_node_is_checked(store: ox.Store) -> None:
    report = validate(store)
    assert report.results == ()
    assert report.conforms
    rows = example.rows()
    linked = sum(row["statement"] is not None for row in rows["evidence"])
    others = sum(len(rows[name]) for name in ("articles", "statements", "concepts"))
    assert report.nodes == linked + others + 2


def test_an_empty_graph_conforms(tmp_path: Path) -> None:
    tables = example.write(tmp_path, {})
    store = ox.Store()
    store.load("".join(blocks(tables, run=example.RUN, reproducible=True)).encode(), format=ox.RdfFormat.N_QUADS)
    assert validate(store).conforms


def number(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(expand(f"xsd:{kind}")))


_NOWHERE = ox.NamedNode("http://example.org/nowhere")
_BROKEN: list[tuple[str, str, tuple[ox.NamedNode | ox.Literal, ...]]] = [
    (_STATEMENT, "kg:belief", (number("1.5", "decimal"),)),
    (_STATEMENT, "kg:belief", ()),
    (_STATEMENT, "kg:belief", (ox.Literal("0.5"),)),
    (_STATEMENT, "rdf:predicate", (_NOWHERE,)),
    (_STATEMENT, "rdf:subject", (_NOWHERE,)),
    (_STATEMENT, "kg:human", (number("99", "integer"),)),
    (_STATEMENT, "kg:firstYear", (number("2030", "integer"),)),
    (_STATEMENT, "kg:extra", (ox.Literal("x"),)),
    (_EVIDENCE, "kg:firstSentence", ()),
    (_EVIDENCE, "kg:firstSentence", (ox.Literal("one"), ox.Literal("two"))),
    (_EVIDENCE, "kg:statement", (_NOWHERE,)),
    (_EVIDENCE, "kg:article", (ox.NamedNode(example.DEPRESSION),)),
    (_EVIDENCE, "kg:subjectEnd", (number("0", "integer"),)),
    (_EVIDENCE, "kg:direction", (ox.Literal("sideways"),)),
    (_EVIDENCE, "kg:negated", (ox.Literal("no"),)),
    (_EVIDENCE, "prov:wasGeneratedBy", (_NOWHERE,)),
    (_ARTICLE, "kg:pmid", ()),
    (_ARTICLE, "kg:year", (number("20240", "integer"),)),
    (_ARTICLE, "kg:study", (ox.Literal("plant"),)),
    (example.DEPRESSION, "skos:prefLabel", ()),
    (example.DEPRESSION, "rdfs:label", (ox.Literal("other"),)),
    (example.DEPRESSION, "skos:altLabel", (ox.Literal("depressive disorder"),)),
    (example.DEPRESSION, "skos:broader", (_NOWHERE,)),
    (example.DEPRESSION, "kg:articles", (number("1000", "integer"),)),
    (_RUN, "prov:wasAssociatedWith", (_NOWHERE,)),
    (_RUN, "prov:endedAtTime", (number("2001-01-01T00:00:00Z", "dateTime"),)),
    (_SOFTWARE, "kg:codeVersion", ()),
]


@pytest.mark.parametrize(("node", "path", "content"), _BROKEN)
def test_a_broken_property_is_found(
    store: ox.Store, node: str, path: str, content: tuple[ox.NamedNode | ox.Literal, ...]
) -> None:
    change(store, node, path, *content)
    report = validate(store)
    assert not report.conforms
    found = {(result.focus, result.path) for result in report.results}
    on_both_sides = {"prov:endedAtTime": "prov:startedAtTime", "kg:subjectEnd": "kg:subjectStart"}
    named = {expand(path), expand(on_both_sides.get(path, path))}
    assert any(focus == node and place in named for focus, place in found), found
    assert all(result.message and result.severity == "Violation" for result in report.results)


@pytest.mark.parametrize("node", [_STATEMENT, _EVIDENCE, _ARTICLE, example.DEPRESSION, _RUN, _SOFTWARE])
def test_a_node_that_lost_its_class_is_found(store: ox.Store, node: str) -> None:
    change(store, node, "rdf:type")
    assert node in {result.focus for result in validate(store).results}


def test_a_statement_without_evidence_is_found(store: ox.Store) -> None:
    statement = ox.NamedNode(_STATEMENT)
    for quad in list(store.quads_for_pattern(None, ox.NamedNode(expand("kg:statement")), statement, None)):
        store.remove(quad)
    paths = {(result.focus, result.path) for result in validate(store).results}
    assert (_STATEMENT, "^" + expand("kg:statement")) in paths


def test_checking_can_stop_early(store: ox.Store) -> None:
    for row in example.rows()["statements"]:
        change(store, statement_iri(row["id"]), "kg:belief")
    assert len(validate(store, most=2).results) == 2
    assert len(validate(store).results) == len(example.rows()["statements"])
