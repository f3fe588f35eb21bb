"""No cell of an exported CSV file is a formula, unless that is asked for; numbers stay numbers."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from kgbuild.load.exports import export
from kgbuild.load.exports.spreadsheet import defused, defused_batch
from tests import example_graph as example

FORMULAS = [
    "=1+1",
    "+cmd|'/C calc'!A0",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    '=HYPERLINK("http://x")',
    "-",
]
TEXTS = ["", "butyrate", "1-propanol", "(+)-catechin", "a=b", "-1", "+1.5e-3", "-.5", " =1", "β-alanine"]


@pytest.mark.parametrize("value", FORMULAS)
def test_formulas_become_texts(value: str) -> None:
    assert defused([value]) == [f"'{value}"]
    assert defused_batch(pa.record_batch({"x": [value]})).to_pylist() == [{"x": f"'{value}"}]


@pytest.mark.parametrize("value", [*TEXTS, -1, -0.5, None, True])
def test_numbers_and_other_texts_stay(value: object) -> None:
    assert defused([value]) == [value]
    assert defused_batch(pa.record_batch({"x": [value]})).to_pylist() == [{"x": value}]


def test_a_column_keeps_its_empty_cells() -> None:
    batch = pa.record_batch({"x": ["=1", None, "y"], "n": [-1, None, 2]})
    assert defused_batch(batch).to_pylist() == [{"x": "'=1", "n": -1}, {"x": None, "n": None}, {"x": "y", "n": 2}]


@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize("raw", [False, True])
def test_the_export(tmp_path: Path, form: str, raw: bool) -> None:
    rows = example.rows()
    for concept in rows["concepts"]:
        concept["name"] = f"={concept['name']}"
    tables = example.write(tmp_path / "graph", rows)
    target = tmp_path / ("out" if form == "folder" else "out.zip")
    export("csv", tables, target, run=example.RUN, raw=raw)
    if form == "folder":
        text = (target / "nodes.csv").read_text()
    else:
        with zipfile.ZipFile(target) as archive:
            text = archive.read("nodes.csv").decode()
    names = [row["name"] for row in csv.DictReader(io.StringIO(text))]
    assert names
    assert all(name.startswith("=" if raw else "'=") for name in names)
