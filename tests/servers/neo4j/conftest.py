"""The Neo4j server of the tests: one that runs already, or one of their own, started once in a test session."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from kgbuild.load.neo4j import remove_neo4j
from kgbuild.load.neo4j_server import Neo4jSettings
from tests.servers.maven import or_skip
from tests.servers.neo4j.server import jars, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # With --dist loadgroup, one worker runs all of these and starts one server.
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("neo4j"))


@pytest.fixture(scope="session")
def programs() -> Path:
    """The server's own programs; tests are skipped where they can not be had, or fail if servers are required."""
    return or_skip(jars)


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jSettings]:
    """A running server with room for tests; of one that is not their own they change nothing but their graphs."""
    uri = os.environ.get("KGBUILD_TEST_NEO4J_URI")
    if uri:
        yield Neo4jSettings(
            uri=uri,
            user=os.environ.get("KGBUILD_TEST_NEO4J_USER", "neo4j"),
            password=os.environ.get("KGBUILD_TEST_NEO4J_PASSWORD", "neo4j"),
        )
        return
    request.getfixturevalue("programs")
    with serving(tmp_path_factory.mktemp("neo4j"), discard=True) as settings:
        yield settings


@pytest.fixture
def graph(server: Neo4jSettings) -> Iterator[str]:
    """The name of a graph that is removed after the test."""
    name = f"test-{uuid4().hex[:12]}"
    yield name
    remove_neo4j(server, graph=name)
