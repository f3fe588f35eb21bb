"""Each export, read by a library that had no part in writing it."""

import io
import json
import zipfile
from pathlib import Path

import networkx as nx
import pandas as pd
import pyoxigraph as ox
import pytest
import rdflib

from kgbuild.errors import InputError
from kgbuild.load.exports import FORMATS, export
from kgbuild.load.nquads import blocks
from tests import example_graph as example


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example.write(tmp_path_factory.mktemp("graph"), example.rows())


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example.write(tmp_path_factory.mktemp("empty"), {})


def content(form: str, tables: Path, *, reproducible: bool = False) -> bytes:
    stream = io.BytesIO()
    export(form, tables, stream, run=example.RUN, reproducible=reproducible)
    return stream.getvalue()


def lines(tables: Path) -> list[str]:
    # Not splitlines: a text may hold other line separators.
    return "".join(blocks(tables, run=example.RUN, reproducible=False)).rstrip("\n").split("\n")


@pytest.mark.parametrize("form", ["nquads", "trig", "jsonld"])
@pytest.mark.parametrize("which", ["tables", "empty"])
def test_datasets_keep_every_quad(form: str, which: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(which)
    data = content(form, folder)
    names = {"nquads": "nquads", "trig": "trig", "jsonld": "json-ld"}
    read = rdflib.Dataset().parse(data=data, format=names[form])
    expected = rdflib.Dataset().parse(data="\n".join(lines(folder)), format="nquads")
    assert set(read.quads()) == set(expected.quads())
    assert len(list(read.quads())) == len(lines(folder))


def test_turtle_merges_the_graphs(tables: Path) -> None:
    graph = rdflib.Graph().parse(data=content("turtle", tables), format="turtle")
    triples = {quad.triple for quad in ox.parse("\n".join(lines(tables)), ox.RdfFormat.N_QUADS)}
    assert len(graph) == len(triples)
    assert (rdflib.URIRef(example.PARKINSON), rdflib.SKOS.broader, rdflib.URIRef(example.NEURODEGENERATIVE)) in graph


def test_graphml_has_a_node_for_each_concept_and_an_edge_for_each_statement(tables: Path) -> None:
    graph = nx.read_graphml(io.BytesIO(content("graphml", tables)), force_multigraph=True)
    statements = example.rows()["statements"]
    assert graph.number_of_edges() == len(statements)
    assert graph.number_of_nodes() == len({row[end] for row in statements for end in ("subject", "object")})
    assert graph.nodes[example.BUTYRATE]["name"] == "butyrate"
    edges = graph.get_edge_data(example.PARKINSON, example.AKKERMANSIA)
    (edge,) = edges.values()
    assert edge["predicate"] == "change abundance"
    assert edge["conflict"] is True
    assert edge["supporting"] == 2


def test_graphml_replaces_what_xml_can_not_hold(tmp_path: Path) -> None:
    rows = example.rows()
    next(row for row in rows["concepts"] if row["uri"] == example.BUTYRATE)["name"] = "a\x00b\x1f"
    graph = nx.read_graphml(io.BytesIO(content("graphml", example.write(tmp_path, rows))))
    assert graph.nodes[example.BUTYRATE]["name"] == "a\ufffdb\ufffd"


def test_csv_comes_back_with_every_row_and_text(tables: Path) -> None:
    rows = example.rows()
    with zipfile.ZipFile(io.BytesIO(content("csv", tables))) as archive:
        assert archive.testzip() is None
        nodes, edges, evidence = (
            pd.read_csv(archive.open(f"{name}.csv"), keep_default_na=False, dtype=str)
            for name in ("nodes", "edges", "evidence")
        )
    assert (len(nodes), len(edges), len(evidence)) == tuple(
        len(rows[name]) for name in ("concepts", "statements", "evidence")
    )
    by_uri = nodes.set_index("uri")
    assert json.loads(by_uri.loc[example.BUTYRATE, "synonyms"]) == ["butyric acid", "β-butyrate 🦠"]
    by_id = evidence.set_index("id")
    assert by_id.loc[f"{1:032x}", "first_sentence"] == example.HUMAN[1]
    assert by_id.loc[f"{15:032x}", "second_sentence"] == example.HUMAN[1]
    unlinked = [row["id"] for row in rows["evidence"] if row["statement"] is None]
    assert list(by_id.index[by_id["statement"] == ""]) == unlinked


def test_csv_into_a_folder_and_never_over_another(tables: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export("csv", tables, folder, run=example.RUN)
    assert sorted(path.name for path in folder.iterdir()) == ["edges.csv", "evidence.csv", "nodes.csv"]
    with pytest.raises(InputError, match="exists already"):
        export("csv", tables, folder, run=example.RUN)


@pytest.mark.parametrize("form", FORMATS)
def test_equal_tables_give_equal_bytes(form: str, tables: Path, tmp_path: Path) -> None:
    shuffled = example.write(tmp_path, {name: rows[::-1] for name, rows in example.rows().items()})
    assert content(form, tables, reproducible=True) == content(form, shuffled, reproducible=True)


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_replaced_whole(form: str, tables: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    target.write_text("old")
    export(form, tables, target, run=example.RUN)
    assert target.read_bytes() == content(form, tables)
    with pytest.raises(Exception, match="not a table"):
        export(form, tmp_path / "nowhere", target, run=example.RUN)
    assert target.read_bytes() == content(form, tables)
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]


def test_empty_graphs_have_headers_and_no_rows(empty: Path) -> None:
    assert nx.read_graphml(io.BytesIO(content("graphml", empty))).number_of_nodes() == 0
    with zipfile.ZipFile(io.BytesIO(content("csv", empty))) as archive:
        assert len(pd.read_csv(archive.open("edges.csv"))) == 0
    assert len(rdflib.Graph().parse(data=content("turtle", empty), format="turtle")) > 0


def test_an_unknown_format_names_those_there_are(tables: Path) -> None:
    with pytest.raises(InputError, match="nquads, trig, turtle"):
        content("docx", tables)
