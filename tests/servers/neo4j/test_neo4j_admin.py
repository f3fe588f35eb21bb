"""The import tool's files, read by the real tool: the graph is the one that loading gives."""

from pathlib import Path

import pytest

from kgbuild.errors import InputError, RemoteError
from kgbuild.load.neo4j import load_neo4j
from kgbuild.load.neo4j_admin import export_neo4j_admin
from kgbuild.load.neo4j_server import Neo4jSettings
from kgbuild.query.cypher import CypherRunner
from tests import example_graph as example
from tests.servers.neo4j.dump import dump
from tests.servers.neo4j.server import admin, serving


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = example.rows()
    content["concepts"][0]["synonyms"] += ["semi;colon", 'quote"', ""]
    return example.write(tmp_path_factory.mktemp("tables"), content)


@pytest.fixture(scope="module")
def home(programs: Path, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a server, with the graph `imported` in it."""
    folder = tmp_path_factory.mktemp("imported")
    report = export_neo4j_admin(tables, folder / "export", graph="imported")
    output = admin(folder / "home", ["database", "import", "full", "neo4j", "@import.txt"], cwd=report.path)
    assert f"{report.nodes} nodes" in output
    assert f"{report.relationships} relationships" in output
    return folder / "home"


def test_the_imported_graph_is_the_loaded_one(server: Neo4jSettings, graph: str, tables: Path, home: Path) -> None:
    load_neo4j(tables, server, graph=graph)
    loaded = dump(server, graph)
    with serving(home) as settings:
        assert dump(settings, "imported") == loaded
        with CypherRunner(settings, graph="imported") as runner:
            assert runner.run("MATCH (c:Concept:Bacteria) RETURN count(c)").rows == ((3,),)
        assert not load_neo4j(tables, settings, graph="imported").changed


def test_a_read_only_database_stays_as_it_is(home: Path, tmp_path: Path) -> None:
    with serving(home, read_only=True) as settings:
        before = dump(settings, "imported")
        with pytest.raises(RemoteError, match="is read-only; nothing was changed"):
            load_neo4j(example.write(tmp_path / "empty", {}), settings, graph="imported")
        assert dump(settings, "imported") == before != []


def test_a_folder_that_exists_is_not_overwritten(tables: Path) -> None:
    with pytest.raises(InputError, match="exists already"):
        export_neo4j_admin(tables, tables)


def test_a_text_with_the_separator_is_refused(tmp_path: Path) -> None:
    content = example.rows()
    content["concepts"][0]["synonyms"] = ["a\x1fb"]
    tables = example.write(tmp_path / "tables", content)
    with pytest.raises(InputError, match=r"U\+001F"):
        export_neo4j_admin(tables, tmp_path / "export")
    assert not (tmp_path / "export").exists()
