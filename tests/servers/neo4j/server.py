"""A real Neo4j community server on loopback, from Maven Central's artefacts; it needs Java 17 or newer and Maven."""

import fcntl
import logging
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import neo4j
from platformdirs import user_cache_path

from kgbuild.load.neo4j_server import Neo4jSettings

HERE = Path(__file__).parent
PASSWORD = secrets.token_hex(8)
# For a life of seconds, the quick compiler alone is faster than both.
QUICK = ("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class UnavailableError(Exception):
    """Why there can be no server here."""


def jars() -> Path:
    """The folder with the server's programs, fetched once for each content of pom.xml.

    Raises:
        UnavailableError: Java or Maven is missing, or Maven could not fetch them.
    """
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise UnavailableError(f"no Neo4j server: {program} is not installed")
    pom = HERE / "pom.xml"
    cache = user_cache_path("kgbuild-tests")
    folder = cache / f"neo4j-{sha256(pom.read_bytes()).hexdigest()[:12]}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "neo4j.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=cache) as temporary:
                fresh = Path(temporary) / "lib"
                done = subprocess.run(
                    ["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={fresh}"],
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                )
                if done.returncode:
                    raise UnavailableError(f"no Neo4j server: Maven could not fetch it: {done.stdout[-500:]}")
                fresh.rename(folder)
    return folder


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
