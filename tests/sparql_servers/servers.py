"""Real SPARQL servers on loopback: Apache Jena Fuseki (Java 17 or newer, Maven) and Oxigraph."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.servers.maven import fetched, or_skip

HERE = Path(__file__).parent
PASSWORD = secrets.token_hex(8)
"""Of user `reader` of Fuseki's dataset `closed`."""


def jar() -> Path:
    """Fuseki's program; raises as `fetched` does."""
    (found,) = fetched("fuseki", HERE / "pom.xml", "-DincludeTransitive=false").glob("*.jar")
    return found


def jar_or_skip() -> Path:
    """Fuseki's program; without it the tests skip, or fail where servers are required."""
    return or_skip(jar)


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
