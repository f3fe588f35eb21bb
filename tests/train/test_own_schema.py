"""Another domain is data: an ontology and a corpus of one's own, from training to the graph's exports."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="training needs kgbuild[train]")

from kgbuild.assemble.workspace import Workspace, read_json
from kgbuild.config import load_settings
from kgbuild.errors import ConfigurationError, InputError
from kgbuild.link.build import build_index
from kgbuild.load.exports.kgx import write_kgx
from kgbuild.load.neo4j_rows import CONCEPTS, STATEMENTS, class_labels
from kgbuild.load.nquads import write_nquads
from kgbuild.load.oxigraph import open_store
from kgbuild.load.rdf import run_of
from kgbuild.load.release import verify_release, write_release
from kgbuild.load.scan import Scan
from kgbuild.load.validate import validate
from kgbuild.model import Annotated, Relation
from kgbuild.pipeline import ingest
from kgbuild.query.ask import run_named
from kgbuild.query.named import load_query
from kgbuild.query.runners import StoreRunner
from kgbuild.schema import graph_schema, load_schema
from kgbuild.source.files import open_source
from kgbuild.train.corpora import read_corpora
from kgbuild.train.run import train
from kgbuild.train.settings import Corpus, TrainSettings
from tests.train.conftest import DISORDERS, MICROBES, article

ONTOLOGY = """
@prefix biolink: <https://w3id.org/biolink/vocab/> .
@prefix my: <https://example.org/my#> .
@prefix kg: <https://w3id.org/kgbuild/vocab#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
my:Microbe a owl:Class ; rdfs:label "Microbe" .
my:Mood a owl:Class ; rdfs:label "Mood" ; skos:exactMatch biolink:Behavior .
my:sways a owl:ObjectProperty ; rdfs:label "sways" .
my:resembles a owl:ObjectProperty ; rdfs:label "resembles" .
my:s1 a kg:Signature ; kg:subject my:Microbe ; kg:predicate my:sways ; kg:object my:Mood ; kg:symmetric true .
my:s2 a kg:Signature ; kg:subject my:Mood ; kg:predicate my:resembles ; kg:object my:Mood ; kg:symmetric true .
"""
IDS = {name: f"D{number:06}" for number, name in enumerate([*MICROBES, *DISORDERS], 1)}
MY = "https://example.org/my#"


def pubtator(number: int) -> str:
    """An article of `conftest` with labels of its own, the mood before the microbe in its relation."""
    record = article(number)
    title, abstract = (record["metadata"][part] for part in ("title", "abstract"))
    lines = [f"{number}|t|{title}", f"{number}|a|{abstract}"]
    for entity in record["entities"]:
        start = entity["start_idx"] + (len(title) + 1 if entity["location"] == "abstract" else 0)
        name = entity["text_span"]
        label = "Mood" if name in DISORDERS else "Microbe"
        lines.append("\t".join([str(number), str(start), str(start + len(name)), name, label, IDS[name]]))
    microbe, mood = (record["entities"][place]["text_span"] for place in (0, 1))
    return "\n".join([*lines, f"{number}\tsways\t{IDS[mood]}\t{IDS[microbe]}\tNovel"]) + "\n\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ontology, a corpus, a vocabulary's index."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "my.ttl").write_text(ONTOLOGY)
    (folder / "train.pubtator").write_text("".join(map(pubtator, range(24))))
    rows = [
        f"MESH:{IDS[name]}\t{name}\t{'Mood' if name in DISORDERS else 'Microbe'}\t\t\tmine\n"
        for name in [*MICROBES, *DISORDERS]
    ]
    (folder / "names.tsv").write_text("curie\tname\tlabel\tsynonyms\tparents\tsource\n" + "".join(rows))
    report = build_index([folder / "names.tsv"], folder / "names.sqlite", schema=load_schema(folder / "my.ttl"))
    assert (report.concepts, report.inputs[0].rejected) == (9, 0)
    return folder


@pytest.fixture(scope="module")
def model(folder: Path, tiny_bert: Path) -> Path:
    settings = TrainSettings.model_validate(
        {
            "name": "mine",
            "base": str(tiny_bert),
            "ontology": folder / "my.ttl",
            "corpus": [{"path": folder / "train.pubtator"}],
            "phase": [{"epochs": 30, "documents": 4, "encoder_rate": 3e-3, "head_rate": 3e-3, "averaging": 0.5}],
            "heads": {"width": 16, "context_heads": 2, "context_width": 8},
            "folds": 0,
            "device": "cpu",
            "threads": 1,
            "bf16": False,
            "onnx": False,
        }
    )
    return train(settings, folder / "run").model


@pytest.fixture(scope="module")
def kg(folder: Path, model: Path) -> Path:
    facts = ingest(folder / "kg", open_source([folder / "train.pubtator"]), settings_of(folder, model))
    assert facts["statements"] > 0
    assert facts["failures"] == []
    return folder / "kg"


def settings_of(folder: Path, model: Path, **options: Any) -> Any:
    chosen = {"extractor": f"torch:{model}", "ontology": folder / "my.ttl", "only_terms": (folder / "names.sqlite",)}
    return load_settings(None, device="cpu", threads=1, workers=1, **{**chosen, **options})


def test_a_model_without_its_ontology_is_refused_with_the_remedy(folder: Path, model: Path) -> None:
    settings = settings_of(folder, model, ontology=None)
    with pytest.raises(
        ConfigurationError, match="finds Microbe, Mood, resembles, sways, which the ontology"
    ) as error:
        ingest(folder / "other", open_source([folder / "train.pubtator"]), settings)
    assert "--ontology" in error.value.remedy


def test_the_graph_keeps_its_ontology(folder: Path, kg: Path) -> None:
    tables = Workspace(kg).current()
    assert (tables / "ontology.ttl").read_text() == ONTOLOGY
    schema = graph_schema(tables)
    assert [term.name for term in schema.labels] == ["Microbe", "Mood"]
    validated = validate(open_store(tables / "rdf"), schema=schema)
    assert validated.conforms, validated.results[:3]
    # What its ontology lacks does not conform.
    paths = {result.path for result in validate(open_store(tables / "rdf")).results}
    assert {path.rsplit("#", 1)[-1] for path in paths} == {"predicate", "subjectClass", "objectClass"}


def test_another_ontology_is_another_configuration(folder: Path, model: Path, kg: Path) -> None:
    changed = folder / "changed.ttl"
    changed.write_text(ONTOLOGY + "# changed\n")
    with pytest.raises(ConfigurationError, match="ontology: was"):
        ingest(kg, open_source([folder / "train.pubtator"]), settings_of(folder, model, ontology=changed))


def test_every_export_names_its_terms(kg: Path, tmp_path: Path) -> None:
    tables = Workspace(kg).current()
    stream = io.BytesIO()
    write_nquads(tables, stream, run=run_of(read_json(tables / "info.json")), reproducible=True)
    assert f"<{MY}sways>" in stream.getvalue().decode()
    assert "kgbuild/gutbrain#" not in stream.getvalue().decode()
    write_kgx(tables, tmp_path / "kgx", form="jsonl")
    [nodes, edges] = (
        [json.loads(line) for line in (tmp_path / f"kgx/{name}.jsonl").read_text().splitlines()]
        for name in ("nodes", "edges")
    )
    # What the ontology matches with no Biolink term has the most general one.
    categories = {category for node in nodes for category in node["category"]}
    assert categories == {"biolink:NamedThing", "biolink:Behavior"}
    assert {edge["predicate"] for edge in edges} == {"biolink:related_to"}
    assert f"{MY}sways" in {edge["original_predicate"] for edge in edges}
    with Scan(tables) as scan:
        statements = list(STATEMENTS.rows(scan))
        assert "SWAYS" in {row.ends["type"] for row in statements}
        assert {row.properties["subjectClass"] for row in statements} <= {f"{MY}Microbe", f"{MY}Mood"}
        assert {row.ends["class"] for row in CONCEPTS.rows(scan)} <= set(class_labels(scan.schema).values())


def test_a_release_carries_it(kg: Path, tmp_path: Path) -> None:
    tables = Workspace(kg).current()
    report = write_release(tables, tmp_path / "release", run=run_of(read_json(tables / "info.json")))
    assert report.conforms
    assert graph_schema(tmp_path / "release/tables").fingerprint == graph_schema(tables).fingerprint
    assert "`tables/ontology.ttl`" in (tmp_path / "release/README.md").read_text()
    assert verify_release(tmp_path / "release") == []


def test_named_queries_know_its_predicates(kg: Path) -> None:
    tables = Workspace(kg).current()
    query = load_query("best-supported")
    with StoreRunner(tables / "rdf", 60) as runner:
        table = run_named(query, {"predicate": "sways"}, runner, schema=graph_schema(tables))
        assert {record["predicate"] for record in table.records()} == {f"{MY}sways"}
        moods = run_named(load_query("most-studied"), {"class": "mood"}, runner, schema=graph_schema(tables))
        assert moods.records()
        assert {record["name"] for record in moods.records()} <= set(DISORDERS)
        with pytest.raises(InputError, match="'sways' is no predicate"):
            run_named(query, {"predicate": "sways"}, runner)


def ends(relation: Relation) -> tuple[str, str, str]:
    return relation.subject.text, relation.predicate, relation.object.text


def test_a_relation_between_concepts_holds_between_all_their_names(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "names.pubtator"
    path.write_text(
        "7|t|Gloom and woe\n7|a|Roseburia is low in sadness. Gloom is like joy.\n"
        "7\t0\t5\tGloom\tMood\tD000001\n7\t10\t13\twoe\tMood\tD000001|D000002\n"
        "7\t14\t23\tRoseburia\tMicrobe\tD000003\n7\t34\t41\tsadness\tMood\tD000001\n"
        "7\t43\t48\tGloom\tMood\tD000001\n7\t57\t60\tjoy\tMood\tD000004\n"
        "7\tsways\tD000001\tD000003\n7\tresembles\tD000004\tD000001\n7\tresembles\tD000003\tD000004\n"
    )
    [found], [report] = read_corpora([Corpus(path=path)], load_schema(folder / "my.ttl"))
    assert isinstance(found.annotated, Annotated)
    # Ends in the ontology's order; of one label, in the text's.
    assert [ends(relation) for relation in found.annotated.relations] == [
        ("Roseburia", "sways", "Gloom"),
        ("Roseburia", "sways", "sadness"),
        ("Gloom", "resembles", "joy"),
        ("sadness", "resembles", "joy"),
    ]
    assert report.unknown_relations == {"Microbe resembles Mood": 1}


def test_a_shipped_ontology_goes_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = load_settings(None, ontology=Path("biored")).ontology
    assert shipped is not None
    assert len(load_schema(shipped).labels) == 6
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/kgbuild.toml").write_text('ontology = "my.ttl"\n')
    (tmp_path / "conf/my.ttl").write_text(ONTOLOGY)
    assert load_settings(tmp_path / "conf/kgbuild.toml").ontology == tmp_path / "conf/my.ttl"
    with pytest.raises(InputError, match=r"nowhere\.ttl"):
        load_schema(load_settings(None, ontology=Path("nowhere.ttl")).ontology)


def test_biored_trains_by_its_recipe(shared: Path) -> None:
    from kgbuild.train.settings import load_settings as load_recipe

    settings = load_recipe("biored", data=shared / "data/biored")
    _, reports = read_corpora(settings.corpus, load_schema(settings.ontology))
    assert [report.articles for report in reports] == [360, 40]
    assert sum(report.mentions for report in reports) == 13351
    assert all((r.unknown_labels, r.rejects, r.overlapping) == ({}, (), 0) for r in reports)
    # Of the corpus' 4,178 relations, one is between labels that BioRED does not relate.
    illegal = [name for report in reports for name in report.unknown_relations]
    assert illegal == ["SequenceVariant Association GeneOrGeneProduct"]
