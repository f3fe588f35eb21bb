"""The Python face, on a small graph that it makes itself."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

import kgbuild
from kgbuild.errors import GraphError, InputError

TEXTS = [
    {"id": "900001", "title": "A trial", "abstract": "Lactobacillus was decreased in depression."},
    {"id": "900002", "title": "Mice", "abstract": "Butyrate improved depression. Butyrate is made by Roseburia."},
]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kgbuild.Graph:
    folder = tmp_path_factory.mktemp("api")
    source = folder / "articles.jsonl"
    source.write_text("".join(json.dumps(text) + "\n" for text in TEXTS))
    return kgbuild.ingest(folder / "kg", sources=[source], extractor="dictionary")


def test_the_public_names() -> None:
    assert kgbuild.__all__ == ["Graph", "annotate_text", "ingest", "open"]
    assert set(kgbuild.__all__) <= set(dir(kgbuild))
    public = {name for name in dir(kgbuild.Graph) if not name.startswith("_")}
    assert public == {
        "arrow", "articles", "concepts", "conflicts", "evidence", "export", "info", "mentions", "networkx", "query",
        "schema", "show", "sparql", "statements", "tables",
    }  # fmt: skip
    with pytest.raises(AttributeError, match="no attribute 'close'"):
        kgbuild.close  # type: ignore[attr-defined]  # noqa: B018


def test_importing_loads_nothing_heavy() -> None:
    heavy = ("pandas", "pyarrow", "duckdb", "torch", "rdflib")
    code = f"import sys, kgbuild; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


def test_tables_are_frames(graph: kgbuild.Graph) -> None:
    assert list(graph.articles()["pmid"]) == ["900001", "900002"]
    statements = graph.statements()
    assert {"subject_name", "object_name", "belief", "more"} <= set(statements.columns)
    assert "Lactobacillus" in set(statements["subject_name"]) | set(statements["object_name"])
    assert len(graph.statements(min_belief=0.99)) < len(statements)
    assert len(graph.evidence()) >= len(statements)
    assert set(graph.mentions()["canonical"].dropna()) <= set(graph.concepts()["uri"])
    assert graph.arrow("concepts").num_rows == len(graph.concepts())
    with pytest.raises(InputError, match="no table is called 'claims'"):
        graph.arrow("claims")


def test_questions_give_frames(graph: kgbuild.Graph) -> None:
    found = graph.query("microbes-changed-in-disorder", disorder="depression")
    assert list(found["microbe_name"]) == ["Lactobacillus"]
    counted = graph.sparql("SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/biolink/vocab/Association> }")
    assert counted["n"].iloc[0] == len(graph.statements())
    with pytest.raises(InputError):
        graph.sparql("DELETE WHERE { ?s ?p ?o }")


def test_show_and_conflicts_are_objects(graph: kgbuild.Graph) -> None:
    shown = graph.show("depression")
    assert shown.statements
    assert graph.conflicts("depression") == ()


def test_a_graph_for_networkx(graph: kgbuild.Graph) -> None:
    network = graph.networkx()
    assert network.number_of_edges() == len(graph.statements())
    assert "Lactobacillus" in {data["name"] for _, data in network.nodes(data=True)}


def test_exports(graph: kgbuild.Graph, tmp_path: Path) -> None:
    stream = io.BytesIO()
    graph.export("nquads", stream, reproducible=True)
    assert stream.getvalue().count(b"\n") > 100
    graph.export("kgx", tmp_path / "kgx")
    assert (tmp_path / "kgx" / "edges.tsv").exists()


def test_how_a_graph_shows_itself(graph: kgbuild.Graph) -> None:
    assert repr(graph) == f"Graph({str(graph.folder)!r}: 2 articles, {len(graph.statements())} statements)"
    assert "<th>statements</th>" in graph._repr_html_()


def test_one_text(graph: kgbuild.Graph) -> None:
    found = kgbuild.annotate_text("Lactobacillus was decreased in depression.", extractor="dictionary")
    [relation] = [r for r in found.relations if r.predicate == "change abundance"]
    assert (relation.object.text, relation.direction, relation.claim) == ("Lactobacillus", "decrease", "association")
    assert {link.mention.text for link in found.links if link.uri} == {"Lactobacillus", "depression"}


def test_no_graph_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="there is no graph"):
        kgbuild.open(tmp_path)
    with pytest.raises(InputError, match="nothing to read"):
        kgbuild.ingest(tmp_path)
