"""The examples in the page on the graph answer."""

import re
from pathlib import Path

import pytest

from kgbuild.query.runners import StoreRunner
from tests import example_graph as example


def test_the_example_queries_answer(embedded: StoreRunner) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/graph.md").read_text(encoding="utf-8")
    evidence, name = re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)
    assert {row["sentence"] for row in embedded.run(evidence).records()} == {example.HUMAN[0], example.MOUSE[0]}
    assert {row["concept"] for row in embedded.run(name).records()} == {example.PARKINSON, example.RHAMNOSUS}


def test_the_example_in_python_answers(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/graph.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(code.replace("α-synuclein", "AKKERMANSIA"), {"folder": tables})
    assert capsys.readouterr().out.startswith("True\nAkkermansia muciniphila (NCBITaxon:239935), bacteria")
