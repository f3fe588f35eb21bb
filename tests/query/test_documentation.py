"""The example in the page on the graph answers."""

import re
from pathlib import Path

from kgbuild.query.runners import StoreRunner
from tests import example_graph as example


def test_the_example_query_answers(embedded: StoreRunner) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/graph.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)
    assert {row["sentence"] for row in embedded.run(query).records()} == {example.HUMAN[0], example.MOUSE[0]}
