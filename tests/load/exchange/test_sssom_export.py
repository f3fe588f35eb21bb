import csv
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from kgbuild.load.exports.sssom import write_sssom
from kgbuild.namespaces import encode_iri
from tests import example_graph as example


def test_the_sssom_package_reads_it_and_finds_it_valid(tables: Path, tmp_path: Path, check: Any) -> None:
    path = tmp_path / "links.sssom.tsv"
    with path.open("wb") as stream:
        count = write_sssom(tables, stream, license_iri="https://spdx.org/licenses/CC0-1.0")
    found = check("sssom", path)
    assert found["errors"] == []
    assert len(found["rows"]) == count
    assert found["metadata"]["license"] == "https://spdx.org/licenses/CC0-1.0"

    mentions = [row for row in pq.read_table(tables / "mentions.parquet").to_pylist() if row["uri"]]
    expected = Counter((row["text"], row["label"], row["canonical"]) for row in mentions)
    # The package knows extension slots, but keeps none.
    with path.open(encoding="utf-8", newline="") as file:
        counts = [
            int(row["ext_mentions"])
            for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        ]
    read = {
        (row["subject_label"], row["subject_category"], uri): number
        for row, uri, number in zip(found["rows"], found["uris"], counts, strict=True)
    }
    beta = {example.PSYLLIUM: encode_iri(example.PSYLLIUM).replace("β", "%CE%B2")}  # SSSOM takes ASCII alone
    assert read == {(text, label, beta.get(uri, uri)): number for (text, label, uri), number in expected.items()}


def test_each_method_has_its_justification_and_its_predicate(tmp_path: Path, check: Any) -> None:
    content = example.rows()
    model = {
        "pmid": "101", "version": 1, "section": "title", "start": 0, "label": "DDF", "score": 1.0, "source": "x",
        "uri": example.DEPRESSION, "canonical": example.DEPRESSION, "link_score": 0.5, "link_source": "shipped",
        "candidates": [],
    }  # fmt: skip
    texts = {"exact": 'a "b"', "form": "the a", "abbreviation": "c\td", "acronym": "CD", "ngram": "e|f", "dense": "f"}
    texts |= {"gold": "#g", "other": "h"}
    content["mentions"] = [
        model | {"text": text, "end": len(text), "link_method": method} for method, text in texts.items()
    ]
    path = tmp_path / "links.sssom.tsv"
    with path.open("wb") as stream:
        write_sssom(example.write(tmp_path / "tables", content), stream)
    found = check("sssom", path)
    assert found["errors"] == []
    said = {row["subject_label"]: (row["predicate_id"], row["mapping_justification"]) for row in found["rows"]}
    assert said == {
        'a "b"': ("skos:exactMatch", "semapv:LexicalMatching"),
        "the a": ("skos:closeMatch", "semapv:LexicalMatching"),
        "c\td": ("skos:closeMatch", "semapv:LexicalMatching"),
        "CD": ("skos:closeMatch", "semapv:LexicalMatching"),
        "e|f": ("skos:closeMatch", "semapv:LexicalSimilarityThresholdMatching"),
        "f": ("skos:closeMatch", "semapv:SemanticSimilarityThresholdMatching"),
        "#g": ("skos:exactMatch", "semapv:ManualMappingCuration"),
        "h": ("skos:closeMatch", "semapv:UnspecifiedMatching"),
    }


def test_the_stream_stays_open(tables: Path) -> None:
    stream = BytesIO()
    write_sssom(tables, stream)
    assert not stream.closed
