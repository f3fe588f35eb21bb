"""A query is taken as it is written: from a file, from input or given; a byte order mark is no part of it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kgbuild.cli.ask import _text
from kgbuild.query.sparql import check_query

QUERY = "SELECT ?s { ?s a <http://example.org/service#> }"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("way", ["file", "input", "given"])
def test_a_byte_order_mark_is_no_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, mark: str
) -> None:
    path = tmp_path / "query.rq"
    path.write_text(mark + QUERY, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(mark + QUERY))
    text = _text({"file": str(path), "input": "-", "given": mark + QUERY}[way])
    assert text == QUERY
    assert check_query(text) == "SELECT"
