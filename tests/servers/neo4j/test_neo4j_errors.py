"""What goes wrong with a server is said in one message, which never holds the password."""

from dataclasses import replace
from pathlib import Path

import pytest

from kgbuild.errors import ConfigurationError, KgbuildError, RemoteError
from kgbuild.load import neo4j_server
from kgbuild.load.neo4j import load_neo4j
from kgbuild.load.neo4j_server import Neo4jSettings, check_version, settings_from
from tests import example_graph as example

SECRET = "a very secret word"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return example.write(tmp_path / "tables", example.rows())


def _refused(tables: Path, settings: Neo4jSettings) -> KgbuildError:
    with pytest.raises(RemoteError) as caught:
        load_neo4j(tables, settings, graph="refused")
    assert SECRET not in str(caught.value)
    assert caught.value.remedy
    return caught.value


def test_settings_come_from_the_environment() -> None:
    variables = {"KGBUILD_NEO4J_URI": "neo4j+s://example.org", "KGBUILD_NEO4J_PASSWORD": SECRET}
    settings = settings_from(user="me", environment=variables)
    assert settings == Neo4jSettings(uri="neo4j+s://example.org", user="me", password=SECRET)
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("uri", ["http://localhost:7474", "localhost", f"bolt://me:{SECRET}@localhost"])
def test_addresses_that_are_none(uri: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_from(uri)
    assert SECRET not in str(caught.value)


def test_no_server(tables: Path) -> None:
    error = _refused(tables, Neo4jSettings(uri="bolt://127.0.0.1:1", password=SECRET))
    assert "no Neo4j server answers at bolt://127.0.0.1:1" in error.message


def test_wrong_password(server: Neo4jSettings, tables: Path) -> None:
    error = _refused(tables, replace(server, password=SECRET))
    assert "refused user 'neo4j'" in error.message


def test_unknown_database(server: Neo4jSettings, tables: Path) -> None:
    assert "has no database 'elsewhere'" in _refused(tables, replace(server, database="elsewhere")).message


def test_old_server(server: Neo4jSettings, tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neo4j_server, "MINIMUM", (9999, 1))
    assert "kgbuild needs Neo4j 9999.1 or newer" in _refused(tables, server).message


@pytest.mark.parametrize("version", ["5.26.0", "5.27-aura", "2025.01.0", "2026.10.1"])
def test_versions_that_do(version: str) -> None:
    check_version({"Neo4j Kernel": [version], "Cypher": ["5"]}, "bolt://x")


@pytest.mark.parametrize(
    ("components", "message"),
    [
        ({"Neo4j Kernel": ["5.25.1"]}, "is Neo4j 5.25.1; kgbuild needs Neo4j 5.26"),
        ({"Neo4j Kernel": ["4.4.38"]}, "is Neo4j 4.4.38"),
        ({"Memgraph": ["3.1"]}, "is not Neo4j but Memgraph"),
        ({}, "is not Neo4j but another program"),
    ],
)
def test_versions_that_do_not(components: dict[str, list[str]], message: str) -> None:
    with pytest.raises(RemoteError, match=message):
        check_version(components, "bolt://x")
