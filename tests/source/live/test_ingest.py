"""`kgbuild ingest --query` asks PubMed itself; a stopped run goes on, and a later one adds what is new."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def ingest(server: Any, kg: Path, *options: str) -> dict[str, Any]:
    result = subprocess.run(
        [sys.executable, "-m", "kgbuild", "ingest", "--kg", str(kg), "--json", *options],
        env={**os.environ, "KGBUILD_EUTILS_URL": server.url, "NCBI_API_KEY": "secret-key"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "secret-key" not in result.stderr
    assert "PubMed read the query as" in result.stderr
    facts: dict[str, Any] = json.loads(result.stdout)
    return facts


def test_a_query_builds_a_graph_and_records_how_pubmed_read_it(server: Any, tmp_path: Path) -> None:
    kg = tmp_path / "kg"
    facts = ingest(server, kg, "--query", "rare AND gut", "--limit", "30")
    assert facts["documents"]["stored"] == 30
    assert facts["searches"][0]["query"] == "rare AND gut"
    assert facts["searches"][0]["translation"]
    requests = len(server.calls("efetch"))
    assert ingest(server, kg, "--query", "rare AND gut", "--limit", "30")["documents"]["stored"] == 30
    assert len(server.calls("efetch")) == requests, "what was fetched is not fetched again"
    assert b"secret-key" not in b"".join(path.read_bytes() for path in kg.rglob("*") if path.is_file())


def test_nothing_found_is_an_empty_graph_and_no_error(server: Any, tmp_path: Path) -> None:
    facts = ingest(server, tmp_path / "kg", "--query", "gut AND nothingatall")
    assert facts["documents"]["stored"] == facts["statements"] == 0
