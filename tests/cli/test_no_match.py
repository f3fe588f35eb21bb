"""A query that no article matches says so, and proposes nothing that would find nothing."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import EXAMPLES, kgbuild


def test_no_article_matches(tmp_path: Path) -> None:
    command = ["ingest", "--source", EXAMPLES, "--query", "zebrafish[ti]", "--extractor", "dictionary"]
    for _ in range(2):
        said = kgbuild(*command, "--kg", tmp_path / "[bold]kg").stdout
        assert "No article matches the query 'zebrafish[ti]'" in said
        assert "kgbuild show" not in said
        assert "[bold]kg" in said
