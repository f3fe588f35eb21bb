"""A real Neo4j community server on loopback, from Maven Central's artefacts; it needs Java 17 or newer and Maven."""

import logging
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import neo4j

from kgbuild.load.neo4j_server import Neo4jSettings
from tests.servers.maven import fetched

HERE = Path(__file__).parent
PASSWORD = secrets.token_hex(8)
# For a life of seconds, the quick compiler alone is faster than both.
QUICK = ("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def jars() -> Path:
    """The folder with the server's programs; raises as `fetched` does."""
    return fetched("neo4j", HERE / "pom.xml")


@contextmanager
def serving(
    home: Path, *, read_only: bool = False, discard: bool = False, options: Sequence[str] = QUICK
) -> Iterator[Neo4jSettings]:
    """A server over a data folder from its first answer on; with `discard`, the folder is not used again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home.mkdir(parents=True, exist_ok=True)
    program = ["-cp", f"{jars()}/*", HERE / "Server.java", home, str(port), str(read_only).lower()]
    with (home / "output.log").open("w") as output:
        process = subprocess.Popen(
            ["java", *options, *program],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        settings = Neo4jSettings(uri=f"bolt://127.0.0.1:{port}", password=PASSWORD)
        _wait(settings, process, home / "output.log")
        yield settings
    finally:
        if discard:
            process.kill()
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdin.close()


def admin(home: Path, arguments: Sequence[str | Path], *, cwd: Path | None = None) -> str:
    """Run neo4j-admin on a data folder whose server does not run, and return what it prints."""
    (home / "conf").mkdir(parents=True, exist_ok=True)
    (home / "conf" / "neo4j.conf").touch()
    done = subprocess.run(
        ["java", *QUICK, "-cp", f"{jars()}/*", "org.neo4j.cli.AdminTool", *arguments],
        env={**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _wait(settings: Neo4jSettings, process: subprocess.Popen, log: Path) -> None:
    """Wait for an answer to a question, the first password changed."""
    logging.getLogger("neo4j").setLevel(logging.ERROR)
    deadline = time.monotonic() + 120
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"Neo4j did not start:\n{log.read_text()}")
        try:
            _first_password(settings)
            with neo4j.GraphDatabase.driver(settings.uri, auth=(settings.user, settings.password)) as driver:
                driver.execute_query("RETURN 1")
            return
        except (neo4j.exceptions.ServiceUnavailable, neo4j.exceptions.TransientError):
            time.sleep(0.2)


def _first_password(settings: Neo4jSettings) -> None:
    """Change it where it still is the one that every server starts with."""
    with neo4j.GraphDatabase.driver(settings.uri, auth=("neo4j", settings.password)) as driver:
        try:
            driver.verify_connectivity()
            return
        except neo4j.exceptions.AuthError:
            pass
    with (
        neo4j.GraphDatabase.driver(settings.uri, auth=("neo4j", "neo4j")) as driver,
        driver.session(database="system") as session,
    ):
        session.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", new=settings.password).consume()
