"""The commands that speak to servers, on real ones."""

# Fixtures are imported by name, and named again by the tests that use them.
# ruff: noqa: F401, F811

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from kgbuild.load.neo4j_server import Neo4jSettings
from tests.servers.neo4j.conftest import graph, programs, server
from tests.servers.neo4j.server import admin, serving
from tests.sparql_servers.conftest import Dataset, jena, memory, oxi
from tests.sparql_servers.servers import PASSWORD, free_port

# With --dist loadgroup, one worker runs all of these and starts their servers.
pytestmark = pytest.mark.xdist_group("servers and commands")
Run = Callable[..., "CompletedProcess[str]"]
Facts = Callable[..., object]
COUNT = "MATCH (n {kgbuild_graph: $graph}) RETURN count(n) AS n"
SECRET = "a very secret word"


@pytest.fixture
def neo4j(server: Neo4jSettings, monkeypatch: pytest.MonkeyPatch) -> Neo4jSettings:
    """The server, named by the environment as users name theirs."""
    monkeypatch.setenv("KGBUILD_NEO4J_URI", server.uri)
    monkeypatch.setenv("KGBUILD_NEO4J_USER", server.user)
    monkeypatch.setenv("KGBUILD_NEO4J_PASSWORD", server.password)
    return server


@pytest.fixture
def nobody() -> Iterator[str]:
    """A port on which no server listens."""
    return f"127.0.0.1:{free_port()}"


def test_a_graph_is_loaded_asked_and_removed(
    run: Run,
    facts: Facts,
    kg: Path,
    neo4j: Neo4jSettings,
    graph: str,
) -> None:
    info = facts("info", "--kg", kg)
    loaded = run("load", "neo4j", "--graph", graph, "--kg", kg).stdout
    assert f"evidence: {info['evidence']:,} created, 0 updated, 0 removed, 0 unchanged" in loaded
    again = run("load", "neo4j", "--graph", graph, "--kg", kg).stdout
    assert f"evidence: 0 created, 0 updated, 0 removed, {info['evidence']:,} unchanged" in again

    question = ["query", "microbes-changed-in-disorder", "-p", "disorder=Parkinson disease"]
    rows = facts(*question, "--store", "neo4j", "--graph", graph)
    assert rows
    assert rows == facts(*question, "--kg", kg)
    named = "MATCH (c:Concept {kgbuild_graph: $graph, uri: $c}) RETURN c.curie AS curie"
    assert facts("cypher", named, "--concept", "c=parkinson's", "--graph", graph) == [{"curie": "MONDO:0005180"}]
    nobody = run("cypher", named, "--concept", "c=nobody's disease", "--graph", graph, code=2).stderr
    assert nobody.startswith('kgbuild: concept c: no concept named "nobody\'s disease" is in this graph\nNearest: ')

    removed = run("load", "neo4j", "--graph", graph, "--remove").stdout
    assert f"evidence: 0 created, 0 updated, {info['evidence']:,} removed" in removed
    assert f"holds no graph named '{graph}'" in run(*question, "--store", "neo4j", "--graph", graph, code=5).stderr


def test_cypher_reads_a_file_or_its_input_and_never_writes(
    run: Run,
    kg: Path,
    neo4j: Neo4jSettings,
    graph: str,
    tmp_path: Path,
) -> None:
    run("load", "neo4j", "--graph", graph, "--kg", kg)
    path = tmp_path / "count.cypher"
    path.write_text(COUNT)
    ((count,),) = (row.values() for row in json.loads(run("cypher", path, "--graph", graph, "--json").stdout))
    (row,) = csv.DictReader(io.StringIO(run("cypher", "-", "--graph", graph, "-f", "csv", stdin=COUNT).stdout))
    assert int(row["n"]) == count > 0
    assert "graphs are only read" in run("cypher", "CREATE (n:X)", "--graph", graph, code=4).stderr
    assert str(path) in run("cypher", _broken(path), "--graph", graph, code=2).stderr
    slow = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(a + b)"
    late = run("cypher", "-", "--graph", graph, "--timeout", 1, stdin=slow, code=4).stderr
    assert "took too long" in late


def _broken(path: Path) -> Path:
    path.write_text("MATCH nonsense")
    return path


def test_files_for_neo4j_admin_hold_the_graph(
    run: Run,
    kg: Path,
    programs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = run("export", "neo4j-admin", "--kg", kg, "-o", tmp_path / "files").stderr
    assert "relationships in" in said
    assert "exists already" in run("export", "neo4j-admin", "--kg", kg, "-o", tmp_path / "files", code=2).stderr
    admin(tmp_path / "home", ["database", "import", "full", "neo4j", "@import.txt"], cwd=tmp_path / "files")
    with serving(tmp_path / "home", discard=True) as imported:
        monkeypatch.setenv("KGBUILD_NEO4J_PASSWORD", imported.password)
        answer = run("cypher", "-", "--uri", imported.uri, "--json", stdin=COUNT).stdout
        assert f"{json.loads(answer)[0]['n']:,} nodes" in said
        report = run("load", "neo4j", "--uri", imported.uri, "--kg", kg).stdout
    assert report.count(" 0 created, 0 updated, 0 removed") == len(report.splitlines())


@pytest.mark.parametrize("command", ["load neo4j --kg {kg}", "query most-studied --store neo4j", "cypher -"])
def test_a_wrong_password_and_no_server_are_said(
    run: Run, kg: Path, neo4j: Neo4jSettings, nobody: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = command.format(kg=kg).split()
    monkeypatch.setenv("KGBUILD_NEO4J_PASSWORD", SECRET)
    refused = run(*arguments, stdin=COUNT, code=4).stderr
    assert f"{neo4j.uri} refused user 'neo4j'" in refused
    assert "KGBUILD_NEO4J_PASSWORD" in refused
    monkeypatch.setenv("KGBUILD_NEO4J_URI", f"bolt://{nobody}")
    absent = run(*arguments, stdin=COUNT, code=4).stderr
    assert f"no Neo4j server answers at bolt://{nobody}" in absent
    assert SECRET not in refused + absent


@pytest.mark.parametrize("options", [[], ["--default-graph"], ["--batch-size", 20_000, "--timeout", 300]])
def test_a_sparql_server_holds_the_graph_and_answers(
    run: Run,
    facts: Facts,
    kg: Path,
    memory: Dataset,
    options: list[object],
) -> None:
    said = run("load", "sparql", memory.url, "--kg", kg, *options).stdout
    assert f"{facts('info', '--kg', kg)['quads']:,} quads in {memory.url}" in said
    endpoint = said.split("'")[1]
    assert ("default-graph-uri" in endpoint) == ("--default-graph" not in options)
    question = ["query", "microbes-changed-in-disorder", "-p", "disorder=Parkinson disease"]
    assert facts(*question, "--endpoint", endpoint) == facts(*question, "--kg", kg)


def test_addresses_may_be_given_one_by_one(run: Run, kg: Path, memory: Dataset) -> None:
    url = memory.url
    addresses = ["--query-url", f"{url}/query", "--update-url", f"{url}/update", "--store-url", f"{url}/data"]
    assert f"'{url}/query?" in run("load", "sparql", url, "--kind", "generic", *addresses, "--kg", kg).stdout


def test_what_a_sparql_server_refuses_is_said(
    run: Run,
    kg: Path,
    jena: str,
    nobody: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load = ["load", "sparql", "--kg", kg]
    assert f"{nobody}/kg can not be reached" in run(*load, f"http://{nobody}/kg", code=4).stderr
    assert "takes no updates" in run(*load, f"{jena}/readonly", code=4).stderr
    both = run(*load, f"{jena}/memory", "--main", "http://example.org/g", "--default-graph", code=2).stderr
    assert "Give one of the two" in both
    assert "can not name the main graph" in run(*load, f"{jena}/memory", "--main", "mine", code=2).stderr
    monkeypatch.setenv("KGBUILD_SPARQL_USER", "reader")
    monkeypatch.setenv("KGBUILD_SPARQL_PASSWORD", SECRET)
    refused = run(*load, f"{jena}/closed", code=4).stderr
    assert "refuses the credentials" in refused
    assert SECRET not in refused
    monkeypatch.setenv("KGBUILD_SPARQL_PASSWORD", PASSWORD)
    assert "quads in" in run(*load, f"{jena}/closed").stdout
