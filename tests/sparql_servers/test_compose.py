"""loaders/compose.yaml: what it exposes, what it pins, and that its Fuseki starts; Docker itself is not needed."""

import re
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from kgbuild.errors import RemoteError
from kgbuild.load.sparql_http import ServerSettings
from kgbuild.load.sparql_server import load_sparql
from kgbuild.resources import asset
from tests import example_graph as example
from tests.sparql_servers.servers import PASSWORD, free_port, jar, jar_or_skip, running

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
TESTS = Path(__file__).parents[1]
CONTENT: dict[str, Any] = yaml.safe_load(asset("loaders/compose.yaml").read_text())
SERVICES: dict[str, Any] = CONTENT["services"]


def version_in(pom: Path, artifact: str) -> str:
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    root = ElementTree.parse(pom).getroot()
    found = root.find(f".//m:dependency[m:artifactId='{artifact}']/m:version", space).text
    named = re.fullmatch(r"\$\{(.+)\}", found)
    return root.find(f"m:properties/m:{named[1]}", space).text if named else found


@pytest.mark.parametrize("name", SERVICES)
def test_services_listen_on_loopback_and_keep_their_data(name: str) -> None:
    service = SERVICES[name]
    assert service["ports"]
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in service["ports"])
    assert "network_mode" not in service
    assert {volume.split(":")[0] for volume in service["volumes"]} <= set(CONTENT["volumes"])
    assert service["healthcheck"]["test"][0] == "CMD"


def test_versions_are_those_that_are_tested() -> None:
    neo4j = version_in(TESTS / "servers/neo4j/pom.xml", "neo4j")
    assert SERVICES["neo4j"]["image"] == f"neo4j:{neo4j}-community"
    jena = version_in(TESTS / "sparql_servers/pom.xml", "jena-fuseki-server")
    recipe = SERVICES["fuseki"]["build"]["dockerfile_inline"]
    assert SERVICES["fuseki"]["image"] == f"kgbuild-fuseki:{jena}"
    assert f"/{jena}/jena-fuseki-server-{jena}.jar" in recipe
    assert re.search(r"^FROM eclipse-temurin:\d+\.\d+\.\d+_\d+-jre$", recipe, re.MULTILINE)
    jar_or_skip()
    assert f"sha256:{sha256(jar().read_bytes()).hexdigest()}" in recipe


def test_passwords_come_from_the_environment_alone() -> None:
    variables = re.findall(r"\$\{(\w+)(:.)", asset("loaders/compose.yaml").read_text())
    assert {name for name, _ in variables} == {
        "KGBUILD_NEO4J_PASSWORD",
        "KGBUILD_SPARQL_USER",
        "KGBUILD_SPARQL_PASSWORD",
    }
    # ":?" is an error where the variable is not set.
    assert {default for _, default in variables} == {":?"}
    assert SERVICES["neo4j"]["environment"]["NEO4J_AUTH"].startswith("neo4j/${")


def test_its_fuseki_starts_answers_its_check_and_wants_the_password(tmp_path: Path, new: Path) -> None:
    port = free_port()
    places = {"/opt/fuseki.jar": str(jar_or_skip()), "/data/kg": "kg", "/run/passwd": "passwd", "3030": str(port)}

    def here(text: str) -> str:
        for place, replacement in places.items():
            text = text.replace(place, replacement)
        return text

    (tmp_path / "kg").mkdir()
    line = CONTENT["configs"]["passwd"]["content"]
    (tmp_path / "passwd").write_text(
        re.sub(r"\$\{(\w+):.*?\}", lambda m: {"KGBUILD_SPARQL_USER": "me"}.get(m[1], PASSWORD), line)
    )
    settings = ServerSettings(url=f"http://127.0.0.1:{port}/kg", user="me", password=PASSWORD)
    command = [*map(here, SERVICES["fuseki"]["command"]), "--localhost"]
    # The last word names the dataset.
    command[-2:] = reversed(command[-2:])
    with running(command, tmp_path, f"{settings.url}/query", status=401):
        assert httpx.get(settings.url).status_code == 401
        check = [here(word) for word in SERVICES["fuseki"]["healthcheck"]["test"][1:]]
        assert subprocess.run(check, timeout=10).returncode == 0
        assert load_sparql(new, settings, run=example.RUN).quads
        with pytest.raises(RemoteError, match="wants credentials"):
            load_sparql(new, ServerSettings(url=settings.url), run=example.RUN)
