"""What `ingest` and `annotate` read, and what `annotate --keep-relations` judges, as a user runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CORPUS = """\
9000001|t|Naloxone and pain
9000001|a|Naloxone did not reduce pain. Clonidine may increase grief. We investigated whether clonidine eases pain.
9000001	0	8	Naloxone	Drug	MESH:D009270
9000001	13	17	pain	Complaint	MESH:D010146
9000001	18	26	Naloxone	Drug	MESH:D009270
9000001	42	46	pain	Complaint	MESH:D010146
9000001	48	57	Clonidine	Drug	MESH:D003000
9000001	71	76	grief	Complaint	MESH:D006117
9000001	EASES	MESH:D009270	MESH:D010146
9000001	CAUSES	MESH:D003000	MESH:D006117

"""
NOWHERE = ("--extractor", "onnx:no-such-model", "--only-terms", "no-such-terms.tsv")
"""Would be refused if a model or a term index were opened."""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.pubtator"
    path.write_text(CORPUS)
    return path


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_keep_relations_judges_the_relations_that_are_given(run: Callable[..., Any], corpus: Path) -> None:
    [given] = lines(run("annotate", corpus, "--keep-relations", *NOWHERE).stdout)
    kept = [(mention["text"], mention["label"]) for mention in given["mentions"]]
    assert kept == [
        *[("Naloxone", "Drug"), ("pain", "Complaint")] * 2,
        *[("Clonidine", "Drug"), ("grief", "Complaint")],
    ]
    assert {link["uri"] for link in given["links"]} == {
        f"http://id.nlm.nih.gov/mesh/{code}" for code in ("D009270", "D010146", "D003000", "D006117")
    }
    relations = {relation["predicate"]: relation for relation in given["relations"]}
    assert set(relations) == {"EASES", "CAUSES"}
    for relation in relations.values():
        assert {"negated", "speculative", "direction", "claim", "finding"} <= relation.keys()
    assert relations["CAUSES"]["speculative"]
    assert relations["CAUSES"]["direction"] == "increase"
    assert not relations["CAUSES"]["negated"]


def test_what_was_judged_before_is_judged_anew(run: Callable[..., Any], corpus: Path, tmp_path: Path) -> None:
    once = run("annotate", corpus, "--keep-relations").stdout
    wrong = once.replace('"negated":false', '"negated":true').replace(
        '"direction":"increase"', '"direction":"decrease"'
    )
    assert wrong != once
    (tmp_path / "wrong.jsonl").write_text(wrong)
    assert run("annotate", tmp_path / "wrong.jsonl", "--keep-relations").stdout == once


def test_keep_relations_writes_bioc_that_says_the_same(run: Callable[..., Any], corpus: Path, tmp_path: Path) -> None:
    once = lines(run("annotate", corpus, "--keep-relations").stdout)
    (tmp_path / "judged.xml").write_text(run("annotate", corpus, "--keep-relations", "--to", "bioc").stdout)
    again = lines(run("annotate", tmp_path / "judged.xml", "--keep-relations").stdout)
    assert again[0]["relations"] == once[0]["relations"]


def test_articles_with_faulty_annotations_are_annotated_for_their_text(
    run: Callable[..., Any], corpus: Path, tmp_path: Path
) -> None:
    corpus.write_text(CORPUS.replace("13\t17", "14\t18"))
    result = run("annotate", corpus, "--extractor", "dictionary")
    [article] = lines(result.stdout)
    assert article["document"]["id"] == "9000001"
    assert "1 articles are read for their text" in " ".join(result.stderr.split())
    refused = run("annotate", corpus, "--keep-relations")
    assert refused.stdout == ""
    assert "it stands at 13" in " ".join(refused.stderr.split())


def test_lists_and_texts_make_one_graph(run: Callable[..., Any], facts: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    sentence = "Lactobacillus was decreased in Parkinson disease."
    (folder / "a.csv").write_text(f"PMID;Title;Abstract;DOI\n71000001;A gut;{sentence};10.1000/1\n71000002;;;\n")
    (folder / "b.ris").write_text(f"TY  - JOUR\nTI  - B gut\nAB  - {sentence}\nDO  - 10.1000/2\nER  - \n")
    (folder / "c.nbib").write_text(f"PMID- 71000003\nTI  - C gut\nAB  - {sentence}\n")
    (folder / "71000004.txt").write_text(f"D gut\n\n{sentence}\n")
    (folder / "latin1.txt").write_bytes(b"caf\xe9")
    kg = tmp_path / "kg"
    read = facts("ingest", "--source", folder, "--extractor", "dictionary", "--kg", kg)["documents"]
    assert (read["stored"], read["rejected"]) == (4, 2)
    causes = [(Path(row["file"]).name, row["cause"]) for row in lines((kg / "rejects.jsonl").read_text())]
    assert set(causes) == {
        ("a.csv", "it has neither title nor abstract"),
        ("latin1.txt", "not UTF-8: byte e9 in line 1"),
    }
    shown = facts("show", "Lactobacillus", "Parkinson disease", "--kg", kg)
    evidence = {item["pmid"] for statement in shown["statements"] for item in statement["evidence"]}
    assert evidence == {"71000001", "10.1000/2", "71000003", "71000004"}
    annotated = lines(run("annotate", folder, "--extractor", "dictionary").stdout)
    assert {article["document"]["id"] for article in annotated} == evidence


def test_what_is_no_list_of_articles_is_refused(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "terms.csv").write_text("curie,name\nMESH:D1,gut\n")
    said = run("ingest", "--source", tmp_path / "terms.csv", "--kg", tmp_path / "kg", code=2).stderr
    assert "without a column Title or Abstract (its columns: curie, name)" in " ".join(said.split())
    said = run("ingest", "--pmids", "absent.txt", "--kg", tmp_path / "kg", code=2).stderr
    assert "no PMID in it" in said
