"""Each command as a user runs it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest

from kgbuild.assemble.workspace import Workspace

COMMANDS = ["ingest", "annotate", "evaluate", "show", "query", "sparql", "cypher", "info", "validate"]
COMMANDS += ["terms build", "terms search", "load neo4j", "load sparql", "train"]
COMMANDS += ["models list", "models info", "models get"]
FORMATS = ["nquads", "trig", "turtle", "jsonld", "graphml", "csv", "rdf12", "kgx", "sssom", "nanopub", "network"]
FORMATS += ["neo4j-admin", "release", "pubtator", "bioc", "jsonl", "gutbrainie"]
COMMANDS += [f"export {form}" for form in FORMATS]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(run: Callable[..., Any], command: str) -> None:
    text = run(*command.split(), "--help").stdout
    assert f"kgbuild {command}" in text.split("Examples:")[1]


def test_info_counts_what_the_graph_holds(facts: Callable[..., Any], kg: Path) -> None:
    info = facts("info", "--kg", kg)
    assert info["documents"]["stored"] == 78
    for name in ("mentions", "linked", "relations", "unlinked", "statements", "evidence", "quads"):
        assert isinstance(info[name], int)
    assert info["relations"] >= info["evidence"] > info["statements"] > 0
    assert info["fingerprint"]
    assert info["versions"]["kgbuild"]


def test_show_gives_statements_whose_evidence_is_in_the_stored_text(facts: Callable[..., Any], kg: Path) -> None:
    shown = facts("show", "Akkermansia muciniphila", "--kg", kg)
    articles = pq.read_table(Workspace(kg).current() / "articles.parquet").to_pylist()
    texts = {row["pmid"]: row for row in articles}
    assert shown["statements"]
    for statement in shown["statements"]:
        assert {"id", "subject", "predicate", "object", "belief", "evidence"} <= statement.keys()
        for evidence in statement["evidence"]:
            for role in ("subject", "object"):
                place = evidence[role]
                text = texts[evidence["pmid"]][place["section"]]
                assert text[place["start"] : place["end"]] == place["text"]
                assert any(place["text"] in sentence for sentence in evidence["sentences"])


def test_show_between_two_finds_both_directions(facts: Callable[..., Any], kg: Path) -> None:
    one = facts("show", "Lactobacillus", "Parkinson disease", "--kg", kg)
    other = facts("show", "MONDO:0005180", "Lactobacillus", "--kg", kg)
    assert [s["id"] for s in one["statements"]] == [s["id"] for s in other["statements"]]
    assert any(statement["conflict"] for statement in one["statements"])


def test_a_name_that_the_index_does_not_know_is_shown_as_the_articles_own(
    run: Callable[..., Any], tmp_path: Path, examples: Path
) -> None:
    run("ingest", "--source", examples, "--query", "duloxetine", "--kg", tmp_path / "kg")
    shown = run("show", "Duloxetine", "--kg", tmp_path / "kg").stdout
    assert "(kgname:duloxetine)" in shown
    assert "No concept of the term index fits" in shown
    run("ingest", "--rebuild", "--linked-only", "--kg", tmp_path / "kg")
    run("show", "duloxetine", "--kg", tmp_path / "kg", code=2)


def test_show_with_narrower_concepts_finds_more(facts: Callable[..., Any], kg: Path) -> None:
    narrow = facts("show", "neurodegenerative disease", "--kg", kg)
    broad = facts("show", "neurodegenerative disease", "--include-narrower", "--kg", kg)
    assert broad["total"] > narrow["total"]


def test_an_unknown_concept_is_answered_with_similar_ones(run: Callable[..., Any], kg: Path) -> None:
    assert "Lactobacillus" in run("show", "Lactobacilus", "--kg", kg, code=2).stderr


def test_a_named_query_prints_a_table_csv_or_json(run: Callable[..., Any], kg: Path) -> None:
    question = ["query", "microbes-changed-in-disorder", "--param", "disorder=Parkinson disease", "--kg", kg]
    rows = json.loads(run(*question, "--json").stdout)
    assert rows
    assert len(list(csv.DictReader(io.StringIO(run(*question, "--format", "csv").stdout)))) == len(rows)
    assert f"{len(rows)} rows" in run(*question).stdout


def test_queries_are_listed_and_unknown_ones_refused(run: Callable[..., Any], facts: Callable[..., Any]) -> None:
    assert len(facts("query")) >= 12
    assert "there is no query" in run("query", "nonsense", code=2).stderr


def test_sparql_takes_a_query_itself_or_a_file_and_never_writes(
    run: Callable[..., Any], kg: Path, tmp_path: Path
) -> None:
    text = "SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    path = tmp_path / "count.rq"
    path.write_text(text)
    answers = [
        json.loads(run("sparql", path, "--kg", kg, "--json").stdout),
        json.loads(run("sparql", "-", "--kg", kg, "--json", stdin=text).stdout),
        json.loads(run("sparql", text, "--kg", kg, "--json").stdout),
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0]["n"] == json.loads(run("info", "--kg", kg, "--json").stdout)["quads"]
    run("sparql", "-", "--kg", kg, stdin="DELETE WHERE { ?s ?p ?o }", code=2)
    run("sparql", "-", "--kg", kg, stdin="SELECT nonsense", code=2)
    assert "Give a query, or a UTF-8 file" in run("sparql", tmp_path / "none.rq", "--kg", kg, code=2).stderr


def test_sparql_writes_triples_as_lines_that_rdf_tools_read(run: Callable[..., Any], kg: Path) -> None:
    text = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 5"
    quads = list(ox.parse(run("sparql", text, "--kg", kg).stdout.encode(), ox.RdfFormat.N_TRIPLES))
    assert len(quads) == 5
    assert "Leave --format" in run("sparql", text, "--kg", kg, "--json", code=2).stderr


def test_a_runaway_query_is_stopped(run: Callable[..., Any], kg: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c . ?d ?e ?f . ?g1 ?h ?i . ?j ?k ?l } }"
    assert "took more than" in run("sparql", "-", "--kg", kg, "--timeout", 1, stdin=text, code=1).stderr


def test_nquads_go_to_standard_output_and_load_strictly(run: Callable[..., Any], kg: Path) -> None:
    text = run("export", "nquads", "--reproducible", "--kg", kg).stdout
    store = ox.Store()
    store.bulk_load(text.encode(), format=ox.RdfFormat.N_QUADS)
    assert len(store) == len(set(text.splitlines()))


def test_the_graph_conforms_to_its_shapes(facts: Callable[..., Any], kg: Path) -> None:
    assert facts("validate", "--kg", kg)["conforms"]


def test_terms_are_built_and_searched(run: Callable[..., Any], facts: Callable[..., Any], tmp_path: Path) -> None:
    source = tmp_path / "mine.tsv"
    source.write_text(
        "curie\tname\tlabel\tsynonyms\tparents\tsource\nMONDO:0005180\tParkinson disease\tDDF\tPD\t\tme\n"
    )
    report = facts("terms", "build", source, "-o", tmp_path / "terms.sqlite")
    assert report["concepts"] == 1
    found = facts("terms", "search", "parkinson", "--terms", tmp_path / "terms.sqlite")
    assert found[0]["curie"] == "MONDO:0005180"
    assert facts("terms", "search", "butyrate")


def test_annotate_writes_what_evaluate_scores(
    run: Callable[..., Any], facts: Callable[..., Any], kg: Path, examples: Path, tmp_path: Path
) -> None:
    predictions = tmp_path / "predictions.json"
    run("annotate", examples, "--extractor", "dictionary", "--to", "gutbrainie", "-o", predictions)
    report = facts("evaluate", "--gold", predictions, "--predictions", predictions)
    assert set(report["tasks"]) == {"ner", "nerd", "binary", "tag", "mention", "concept"}
    assert all(task["micro"]["f1"] == 1 for task in report["tasks"].values())
    stored = facts("evaluate", "--gold", predictions, "--kg", kg)
    # The graph holds the second version of one article, the predictions the first.
    assert 0.98 < stored["tasks"]["ner"]["micro"]["f1"] < 1


def test_keep_entities_takes_the_mentions_that_are_given(
    run: Callable[..., Any], shared: Path, tmp_path: Path
) -> None:
    gold = json.loads((shared / "data/gutbrainie/platinum.json").read_text())
    some = dict(list(gold.items())[:5])
    (tmp_path / "some.json").write_text(json.dumps(some))
    out = tmp_path / "out.json"
    run("annotate", tmp_path / "some.json", "--keep-entities", "--to", "gutbrainie", "-o", out)
    fields = ("start_idx", "end_idx", "location", "label")
    for pmid, article in json.loads(out.read_text()).items():
        kept = {tuple(entity[name] for name in fields) for entity in article["entities"]}
        assert kept == {tuple(entity[name] for name in fields) for entity in some[pmid]["entities"]}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ingest", "--kg", "{tmp}/kg"], 2, "nothing to read"),
        (["ingest", "--source", "{tmp}/absent.xml", "--kg", "{tmp}/kg"], 2, "absent.xml"),
        (["ingest", "--source", "{tmp}", "--query", "x[zz]", "--kg", "{tmp}/kg"], 2, "[zz]"),
        (["ingest", "--source", "{tmp}", "--extractor", "magic", "--kg", "{tmp}/kg"], 3, "magic"),
        (["info", "--kg", "{tmp}/none"], 5, "no graph"),
        (["evaluate", "--gold", "{tmp}/absent.json", "--predictions", "{tmp}/absent.json"], 2, "absent.json"),
        (["export", "papyrus"], 2, "papyrus"),
        (["annotate", "{tmp}/absent.xml"], 2, "absent.xml"),
    ],
)
def test_errors_say_what_is_wrong_and_end_with_their_code(
    run: Callable[..., Any], kg: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    filled = [text.format(tmp=tmp_path, kg=kg) for text in arguments]
    (tmp_path / "a.xml").write_text("<PubmedArticleSet></PubmedArticleSet>")
    assert said in run(*filled, code=code).stderr
