"""Real SPARQL servers on loopback: Apache Jena Fuseki (Java 17 or newer, Maven) and Oxigraph."""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from platformdirs import user_cache_path

HERE = Path(__file__).parent
PASSWORD = secrets.token_hex(8)
"""Of user `reader` of Fuseki's dataset `closed`."""


class UnavailableError(Exception):
    """Why there can be no server here."""


def jar() -> Path:
    """Fuseki's program, fetched once for each content of pom.xml.

    Raises:
        UnavailableError: Java or Maven is missing, or Maven could not fetch it.
    """
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise UnavailableError(f"no Fuseki server: {program} is not installed")
    pom = HERE / "pom.xml"
    cache = user_cache_path("kgbuild-tests", ensure_exists=True)
    folder = cache / f"fuseki-{sha256(pom.read_bytes()).hexdigest()[:12]}"
    with (cache / "fuseki.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=cache) as temporary:
                fresh = Path(temporary) / "lib"
                goal = ["dependency:copy-dependencies", "-DincludeTransitive=false", f"-DoutputDirectory={fresh}"]
                done = subprocess.run(
                    ["mvn", "-q", "-B", "-f", pom, *goal], stdin=subprocess.DEVNULL, capture_output=True, text=True
                )
                if done.returncode:
                    raise UnavailableError(f"no Fuseki server: Maven could not fetch it: {done.stdout[-500:]}")
                fresh.rename(folder)
    (found,) = folder.glob("*.jar")
    return found


def jar_or_skip() -> Path:
    """Fuseki's program; without it the tests skip, or fail where KGBUILD_REQUIRE_SERVERS is 1."""
    try:
        return jar()
    except UnavailableError as reason:
        if os.environ.get("KGBUILD_REQUIRE_SERVERS") == "1":
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@contextmanager
def fuseki(home: Path) -> Iterator[str]:
    """The address of a Fuseki server with the datasets of fuseki.ttl, from its first answer on."""
    (home / "data").mkdir()
    (home / "passwd").write_text(f"reader: {PASSWORD}\n")
    shutil.copy(HERE / "fuseki.ttl", home)
    # For a life of seconds, the quick compiler alone is faster than both.
    java = ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(jar())]
    port = free_port()
    command = [*java, f"--port={port}", "--localhost", "--config=fuseki.ttl"]
    url = f"http://127.0.0.1:{port}"
    with running(command, home, f"{url}/memory/query"):
        yield url


@contextmanager
def oxigraph(home: Path, *options: str, command: str = "serve", full: bool = False) -> Iterator[str]:
    """The address of an Oxigraph server over a data folder, from its first answer on.

    With `full`, it can not write more than 150 kB to a file, as if the disk were full.
    """
    program = Path(sys.executable).with_name("oxigraph")
    port = free_port()
    arguments = [program, command, "--location", home / "data", "--bind", f"127.0.0.1:{port}", *options]
    limit = ["sh", "-c", 'trap "" XFSZ; ulimit -f 300; exec "$@"', "sh"] if full else []
    url = f"http://127.0.0.1:{port}"
    with running([*limit, *map(str, arguments)], home, f"{url}/query"):
        yield url


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], home: Path, query_url: str, *, status: int = 200) -> Iterator[None]:
    """A process that serves from a folder, from the first answer of this status on."""
    log = home / "output.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=home,
            env={**os.environ, "FUSEKI_BASE": str(home / "base")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 120
        while True:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{command[0]} did not start:\n{log.read_text()}")
            with suppress(httpx.TransportError):
                if httpx.get(query_url, params={"query": "ASK {}"}, trust_env=False).status_code == status:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
