"""The N-Quads text, read by parsers that are not ours."""

import io
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kgbuild.errors import GraphError, InputError
from kgbuild.load.nquads import literal, write_nquads
from kgbuild.load.rdf import PREFIXES, article_iri, evidence_iri, expand, graphs, statement_iri
from kgbuild.resources import asset
from tests import example_graph as example

KG = PREFIXES["kg"]


def written(tables: Path, *, reproducible: bool = False) -> bytes:
    stream = io.BytesIO()
    count = write_nquads(tables, stream, run=example.RUN, reproducible=reproducible)
    assert count == stream.getvalue().count(b"\n")
    return stream.getvalue()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example.write(tmp_path_factory.mktemp("graph"), example.rows())


@pytest.fixture(scope="module")
def dataset(tables: Path) -> rdflib.Dataset:
    return rdflib.Dataset(default_union=True).parse(data=written(tables), format="nquads")


def of(dataset: rdflib.Dataset, node: str) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for _, predicate, content, _ in dataset.quads((rdflib.URIRef(node), None, None, None)):
        found.setdefault(str(predicate).removeprefix(KG), []).append(content.toPython())
    return found


def test_two_parsers_read_the_same_quads_and_none_twice(tables: Path, dataset: rdflib.Dataset) -> None:
    text = written(tables)
    quads = list(ox.parse(text, ox.RdfFormat.N_QUADS))
    assert len(quads) == len(set(quads)) == len(list(dataset.quads())) == text.count(b"\n")
    nodes = [node for quad in quads for node in (quad.subject, quad.object)]
    assert not any(isinstance(node, ox.BlankNode) for node in nodes)


def test_each_linked_evidence_gives_back_its_sentences_and_mentions(dataset: rdflib.Dataset) -> None:
    content = example.rows()
    articles = {row["pmid"]: row for row in content["articles"]}
    for row in content["evidence"]:
        node = of(dataset, evidence_iri(row["id"]))
        if row["statement"] is None:
            assert not node
            continue
        texts = {"title": articles[row["pmid"]]["title"], "abstract": articles[row["pmid"]]["abstract"]}
        for role in ("subject", "object"):
            (section,), (start,), (end,) = (node[f"{role}{part}"] for part in ("Section", "Start", "End"))
            assert [texts[section][start:end]] == node[f"{role}Text"] == [row[f"{role}_text"]]
            assert node[f"{role}Text"][0] in node["firstSentence"][0] + node.get("secondSentence", [""])[0]
        ends = [
            (row[f"{role}_section"], row[f"{role}_sentence_start"], row[f"{role}_sentence_end"])
            for role in ("subject", "object")
        ]
        ends.sort(key=lambda place: (place[0] != "title", place[1]))
        sentences = [texts[section][start:end] for section, start, end in dict.fromkeys(ends)]
        assert sentences == node["firstSentence"] + node.get("secondSentence", [])
        assert node["negated"] == [row["negated"]]
        assert node["speculative"] == [row["speculative"]]
        assert node["direction"] == [row["direction"]]
        assert float(node["score"][0]) == pytest.approx(row["score"], abs=1e-6)
        assert node["article"] == [article_iri(row["pmid"])]
        assert node["statement"] == [statement_iri(row["statement"])]


def test_statements_carry_counts_and_only_some_are_direct(dataset: rdflib.Dataset) -> None:
    direct = dataset.graph(rdflib.URIRef(graphs()["direct"]))
    statements = example.rows()["statements"]
    for row in statements:
        node = of(dataset, statement_iri(row["id"]))
        assert float(node["belief"][0]) == row["belief"]
        assert node["supporting"] == [row["supporting"]]
        assert node["conflict"] == [row["conflict"]]
        assert node.get("firstYear", [None]) == [row["first_year"]]
        triple = tuple(
            rdflib.URIRef(str(node[expand(f"rdf:{role}")][0])) for role in ("subject", "predicate", "object")
        )
        assert (triple in direct) == row["direct"]
    assert len(direct) == sum(row["direct"] for row in statements)


def test_concepts_have_names_equivalents_and_ancestors_in_a_graph_of_their_own(
    dataset: rdflib.Dataset,
) -> None:
    skos = PREFIXES["skos"]
    node = of(dataset, example.DEPRESSION)
    assert node[skos + "prefLabel"] == ["depressive disorder"]
    assert sorted(node[skos + "altLabel"]) == ["Depression", "depression"]
    assert node[skos + "exactMatch"] == ["http://id.nlm.nih.gov/mesh/D003866"]
    assert node[skos + "notation"] == ["MONDO:0002050"]
    ancestors = dataset.graph(rdflib.URIRef(graphs()["broader"]))
    assert (
        rdflib.URIRef(example.PARKINSON),
        rdflib.URIRef(skos + "broader"),
        rdflib.URIRef(example.NEURODEGENERATIVE),
    ) in ancestors


def test_wall_clock_times_stand_apart_and_can_be_left_out(tables: Path) -> None:
    times = graphs()["times"].encode()
    with_times = written(tables).splitlines()
    without = written(tables, reproducible=True).splitlines()
    assert set(with_times) - set(without) == {line for line in with_times if times in line}
    assert len(with_times) == len(without) + 2
    assert written(tables, reproducible=True).splitlines() == without


def test_row_order_of_the_tables_does_not_show(tmp_path: Path, tables: Path) -> None:
    content = {name: rows[::-1] for name, rows in example.rows().items()}
    assert written(example.write(tmp_path, content)) == written(tables)


def test_an_empty_graph_has_only_its_run(tmp_path: Path) -> None:
    quads = list(ox.parse(written(example.write(tmp_path, {}), reproducible=True), ox.RdfFormat.N_QUADS))
    assert {quad.graph_name for quad in quads} == {ox.DefaultGraph()}
    assert len(quads) == 7


def test_only_possible_pmids_become_pubmed_addresses() -> None:
    assert article_iri("101") == "http://identifiers.org/pubmed/101"
    for identifier in ("990000001", "007", "x 1/é", "٣", ""):
        assert article_iri(identifier).startswith("https://w3id.org/kgbuild/id/article/")
        ox.NamedNode(article_iri(identifier))


def test_evidence_without_its_article_is_an_error_that_names_both(tmp_path: Path) -> None:
    content = example.rows()
    content["articles"] = content["articles"][1:]
    with pytest.raises(GraphError, match=r"article 101, which is not in articles\.parquet"):
        written(example.write(tmp_path, content))


def test_a_uri_that_no_encoding_saves_is_an_error(tmp_path: Path) -> None:
    content = example.rows()
    content["concepts"][0]["uri"] = "not a URI"
    with pytest.raises(InputError, match="'not a URI' is not an IRI"):
        written(example.write(tmp_path, content))


def test_a_missing_or_foreign_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match=r"articles\.parquet is not a table"):
        written(tmp_path)
    example.write(tmp_path, {})
    (tmp_path / "concepts.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(GraphError, match=r"concepts\.parquet is not a table"):
        written(tmp_path)


@pytest.mark.parametrize("text", ['"', "\\", "\n\r\t", "\x00\x1f", "🦠\u2028é", "\\u0041", ""])
def test_literals_come_back(text: str) -> None:
    (quad,) = ox.parse(f"<x:s> <x:p> {literal(text)} .", ox.RdfFormat.N_QUADS)
    assert quad.object == ox.Literal(text)


def test_every_term_of_the_graph_is_documented_and_the_other_way_round(dataset: rdflib.Dataset) -> None:
    ontology = rdflib.Graph().parse(asset("ontology/kgbuild.ttl"))
    documented = {
        str(term) for term in ontology.subjects(rdflib.RDFS.comment) if (term, rdflib.RDFS.label, None) in ontology
    }
    used = {str(t) for _, p, o, _ in dataset.quads() for t in (p, o) if str(t).startswith(KG)}
    assert used == documented
