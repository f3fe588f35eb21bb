"""Reading tables out of core."""

from pathlib import Path

import pytest

from kgbuild.load.scan import Scan
from tests import example_graph as example
from tests.servers.neo4j import made_up


def test_what_does_not_fit_is_spilled_to_a_folder_that_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tables = made_up.write(tmp_path / "tables", 200, 1000)
    with Scan(tables, memory="64MB") as scan:
        # Far more than fits: each evidence 3,000 times, sorted by its sentence.
        many = "SELECT first_sentence || n AS text FROM placed, range(3000) AS r(n) ORDER BY text"
        count = 0
        spilled = False
        for batch in scan.batches(many):
            count += batch.num_rows
            spilled = spilled or any(tmp_path.glob("kgbuild-*/*"))
        assert count == 3_000_000
        assert spilled
    assert list(tmp_path.iterdir()) == [tables]


def test_a_graph_can_be_read_with_little_memory(tmp_path: Path) -> None:
    tables = example.write(tmp_path / "tables", example.rows())
    with Scan(tables, memory="20MB") as scan:
        assert sum(map(len, scan.rows("SELECT id FROM placed"))) == len(example.rows()["evidence"])
