import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kgbuild.errors import GraphError, InputError
from kgbuild.load.exports.biolink import categories, identifier, predicates, qualifiers
from kgbuild.load.exports.kgx import write_kgx
from kgbuild.namespaces import to_uri
from kgbuild.schema import load_schema
from tests import example_graph as example

# Biolink has no prefix for a vocabulary and for names without a concept, and no prefix at all fits a URI.
FOREIGN = ("OHMI:0000020", "kgname:metformin", "http://example.org/food/")


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("form", ["tsv", "jsonl"])
def test_kgx_itself_reads_it_and_finds_it_valid(tables: Path, tmp_path: Path, check: Any, form: Any) -> None:
    report = write_kgx(tables, tmp_path, form=form)
    found = check("kgx", tmp_path, form)
    assert (len(found["nodes"]), len(found["edges"])) == (report.nodes, report.edges) == (12, 14)
    assert found["wrong"] == []
    assert found["unknown_slots"] == []
    errors = found["errors"].get("ERROR", {})
    named = [place for kinds in errors.values() for places in kinds.values() for place in places]
    assert named
    assert all(any(foreign in place for foreign in FOREIGN) for place in named)
    refutations = [edge for edge in found["edges"] if edge.get("negated")]
    assert [edge["publications"] for edge in refutations] == [["PMID:102"]]


def test_each_evidence_that_stands_is_on_one_edge(tables: Path, tmp_path: Path) -> None:
    report = write_kgx(tables, tmp_path, form="jsonl")
    edges = rows(tmp_path / "edges.jsonl")
    named = [evidence for edge in edges for evidence in edge["has_evidence"]]
    table = pq.read_table(tables / "evidence.parquet").to_pylist()
    expected = [row["id"] for row in table if row["statement"] and not row["retracted"]]
    assert sorted(named) == sorted(f"kgid:evidence/{name}" for name in expected)
    assert all(edge["evidence_count"] == len(edge["has_evidence"]) for edge in edges)
    assert report.left_out == 2  # from retracted articles alone
    assert len({edge["id"] for edge in edges}) == len(edges)


def test_directions_and_refutation_are_edges_of_their_own(tables: Path, tmp_path: Path) -> None:
    write_kgx(tables, tmp_path, form="jsonl")
    edges = [
        edge
        for edge in rows(tmp_path / "edges.jsonl")
        if (to_uri(edge["subject"]), to_uri(edge["object"])) == (example.PARKINSON, example.AKKERMANSIA)
    ]
    assert [
        (edge["negated"], edge["object_direction_qualifier"], edge["object_aspect_qualifier"]) for edge in edges
    ] == [(False, "increased", "abundance"), (True, "increased", "abundance")]
    assert edges[0]["supporting_text"][0] == example.HUMAN[0]
    assert "has_confidence_score" not in edges[1]
    assert [edge["id"].rsplit("-", 2)[1:] for edge in edges] == [["association", "increase"]] * 2


def test_where_a_disorder_is_the_object_what_it_goes_with_is_more_or_less(tmp_path: Path) -> None:
    content = example.rows()
    row = next(r for r in content["evidence"] if r["predicate"] == "influence" and r["direction"] == "decrease")
    row["claim"] = "association"
    write_kgx(example.write(tmp_path / "tables", content), tmp_path, form="jsonl")
    edge = next(e for e in rows(tmp_path / "edges.jsonl") if f"kgid:evidence/{row['id']}" in e["has_evidence"])
    assert (edge["subject_aspect_qualifier"], edge["subject_direction_qualifier"]) == ("abundance", "decreased")
    assert "object_direction_qualifier" not in edge
    assert "qualified_predicate" not in edge


def test_jsonl_gives_back_statements_and_concepts(tables: Path, tmp_path: Path) -> None:
    write_kgx(tables, tmp_path, form="jsonl")
    names = {uri: name for name, uri in load_schema().predicate_uris.items()}

    def uri(name: str) -> str:
        return to_uri(name) or ""

    edges = {
        (uri(edge["subject"]), names[uri(edge["original_predicate"])], uri(edge["object"]))
        for edge in rows(tmp_path / "edges.jsonl")
    }
    statements = pq.read_table(tables / "statements.parquet").to_pylist()
    live = [row for row in statements if row["supporting"] + row["refuting"]]
    assert edges == {(to_uri(row["subject"]), row["predicate"], to_uri(row["object"])) for row in live}
    nodes = {node["iri"]: (node["name"], node.get("synonym", [])) for node in rows(tmp_path / "nodes.jsonl")}
    concepts = pq.read_table(tables / "concepts.parquet").to_pylist()
    assert nodes == {to_uri(row["uri"]): (row["name"], row["synonyms"]) for row in concepts}


def test_every_legal_pair_is_legal_in_biolink(tmp_path: Path, check: Any) -> None:
    schema = load_schema()
    content = example.rows()
    model, statement = content["evidence"][0], content["statements"][0]
    content["evidence"], content["statements"] = [], []
    for number, signature in enumerate(schema.signatures):
        key = f"{number:032x}"
        ends = {
            "subject": f"{example.OBO}MONDO_{number:07}",
            "object": f"{example.OBO}CHEBI_{number + 1}",
        }
        labels = {"subject_label": signature.subject, "object_label": signature.object}
        content["statements"].append(statement | ends | labels | {"id": key, "predicate": signature.predicate})
        uris = {f"{end}_uri": uri for end, uri in ends.items()}
        said = {"id": key, "statement": key, "predicate": signature.predicate, "direction": "increase"}
        content["evidence"].append(model | uris | labels | said)
        for end, uri in ends.items():
            concept = content["concepts"][0] | {"uri": uri, "label": labels[f"{end}_label"], "equivalents": []}
            content["concepts"].append(concept)
    tables = example.write(tmp_path / "tables", content)
    write_kgx(tables, tmp_path, form="jsonl")
    found = check("kgx", tmp_path, "jsonl")
    assert len(found["edges"]) == len(schema.signatures)
    assert found["wrong"] == []


def test_all_of_the_schema_is_mapped() -> None:
    schema = load_schema()
    assert set(categories()) == set(schema.label_uris)
    assert set(predicates()) == set(schema.predicate_uris)
    assert set(qualifiers()) <= set(schema.predicate_uris)
    assert predicates()["administered"] == "biolink:related_to"  # not the one that is merely close


def test_an_identifier_stands_for_exactly_its_uri() -> None:
    assert identifier("http://snomed.info/id/67261001") == "SNOMEDCT:67261001"
    assert to_uri("SNOMEDCT:67261001") == "http://snomed.info/id/67261001"
    assert identifier("https://www.ncbi.nlm.nih.gov/mesh/68019587") == "https://www.ncbi.nlm.nih.gov/mesh/68019587"


def test_what_would_break_a_cell_is_replaced(tmp_path: Path) -> None:
    content = example.rows()
    content["concepts"][0]["synonyms"] = ["a|b", "c\td\ne"]
    write_kgx(example.write(tmp_path / "tables", content), tmp_path)
    lines = (tmp_path / "nodes.tsv").read_text(encoding="utf-8").splitlines()
    assert {line.count("\t") for line in lines} == {6}
    row = next(line for line in lines if line.startswith("MONDO:0002050"))
    assert row.split("\t")[4] == "a¦b|c d e"


def test_a_failed_export_leaves_the_last_one(tables: Path, tmp_path: Path) -> None:
    write_kgx(tables, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    content = example.rows()
    content["articles"] = content["articles"][1:]
    broken = example.write(tmp_path / "tables", content)
    with pytest.raises(GraphError, match=r"article 101, which is not in articles\.parquet"):
        write_kgx(broken, tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    with pytest.raises(InputError, match="unknown form"):
        write_kgx(tables, tmp_path / "out", form="xml")  # type: ignore[arg-type]
