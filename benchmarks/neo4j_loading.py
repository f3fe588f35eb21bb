"""Measures loading into a real Neo4j beside one row a transaction and beside neo4j-admin, on one made-up graph.

    python -m benchmarks.neo4j_loading                       10,000 statements, 50,000 evidence
    python -m benchmarks.neo4j_loading --evidence 1000000    another size; there are five evidence a statement

It starts a server of its own (Java 17 and Maven; see tests/servers/neo4j). Rows a transaction are measured on a
sample, with the same constraints and the same Cypher for one row.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, LiteralString

import pyarrow.parquet as pq
from neo4j import ManagedTransaction

from kgbuild.load.neo4j import load_neo4j, parameter, remove_neo4j
from kgbuild.load.neo4j_admin import export_neo4j_admin
from kgbuild.load.neo4j_rows import EVIDENCE, STATEMENTS, Kind
from kgbuild.load.neo4j_server import Neo4jSettings, connected, session, settings_from, statement
from kgbuild.load.scan import Scan
from kgbuild.tables import TABLES
from tests.servers.neo4j import made_up
from tests.servers.neo4j.server import admin, serving

OPTIONS = ("-Xmx2g",)
WARM_UP = 200
ROUNDS = 3


class Clock:
    """Takes the time of each stage of a load, as its progress."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage = ""
        self._begun = 0.0

    def start(self, stage: str, total: int | None, *, unit: str = "articles") -> None:  # noqa: ARG002
        """A stage begins."""
        self.stop()
        self._stage, self._begun = stage.removeprefix("Loading "), time.perf_counter()

    def advance(self, number: int, /) -> None:
        """Rows are not looked at one by one."""

    def note(self, text: str) -> None:
        """Nothing to say."""

    def stop(self) -> None:
        """The last stage ends."""
        if self._stage:
            self.seconds[self._stage] = time.perf_counter() - self._begun


def one_row_each(
    settings: Neo4jSettings, tables: Path, kind: Kind, sample: int, graph: str, *, managed: bool = True
) -> float:
    """Rows of a kind merged in a second, each in a transaction of its own, after some that are not counted.

    Transactions are managed ones, as those of batches are, or single queries that commit by themselves.
    """
    text = statement(f"merge_{kind.file}")
    with connected(settings) as driver, session(driver, settings, write=True) as opened, Scan(tables) as scan:
        begun = 0.0
        for number, row in enumerate(islice(kind.rows(scan), WARM_UP + sample)):
            if number == WARM_UP:
                begun = time.perf_counter()
            values = parameter(kind, row)
            if managed:
                opened.execute_write(_merge, text, values, graph)
            else:
                opened.run(text, graph=graph, rows=[values]).consume()
        return sample / (time.perf_counter() - begun)


def _merge(transaction: ManagedTransaction, text: LiteralString, values: dict[str, Any], graph: str) -> None:
    transaction.run(text, graph=graph, rows=[values]).consume()


def loading(folder: Path, tables: Path, sample: int) -> Iterator[tuple[str, float]]:
    """Rows a second, and seconds, of each way; medians of rounds in which all take turns on one server."""
    found: dict[str, list[float]] = {}
    without_evidence = _without(tables, folder / "no-evidence", "evidence")
    concepts = _without(tables, folder / "no-statements", "evidence", "statements")
    with serving(folder / "neo4j", discard=True, options=OPTIONS) as settings:
        for number in range(ROUNDS + 1):
            figures = dict(_batches(settings, tables, f"batches-{number}"))
            # What single rows refer to is there; they themselves are not.
            load_neo4j(without_evidence, settings, graph=f"evidence-{number}")
            load_neo4j(concepts, settings, graph=f"statements-{number}")
            for kind in (EVIDENCE, STATEMENTS):
                graph = f"{kind.name}-{number}"
                figures[f"one row each: {kind.name}/s"] = one_row_each(settings, tables, kind, sample, graph)
            load_neo4j(without_evidence, settings, graph="plain")
            figures["one row each, not managed: evidence/s"] = one_row_each(
                settings, tables, EVIDENCE, sample, "plain", managed=False
            )
            remove_neo4j(settings, graph="plain")
            # The first round is for the server to compile its code.
            for name, value in figures.items() if number else ():
                found.setdefault(name, []).append(value)
    yield from ((name, median(values)) for name, values in found.items())
    begun = time.perf_counter()
    files = export_neo4j_admin(tables, folder / "export")
    yield "neo4j-admin: seconds to write the files", time.perf_counter() - begun
    begun = time.perf_counter()
    admin(folder / "import", ["database", "import", "full", "neo4j", "@import.txt"], cwd=files.path)
    yield "neo4j-admin: seconds to import them", time.perf_counter() - begun
    yield "nodes and relationships", files.nodes + files.relationships


def _batches(settings: Neo4jSettings, tables: Path, graph: str) -> Iterator[tuple[str, float]]:
    clock = Clock()
    begun = time.perf_counter()
    report = load_neo4j(tables, settings, graph=graph, progress=clock)
    clock.stop()
    yield "batches: seconds", time.perf_counter() - begun
    for kind in (STATEMENTS, EVIDENCE):
        yield f"batches: {kind.name}/s", report.kinds[kind.name].created / clock.seconds[kind.name]
    begun = time.perf_counter()
    load_neo4j(tables, settings, graph=graph)
    yield "batches, nothing changed: seconds", time.perf_counter() - begun


def _without(tables: Path, folder: Path, *names: str) -> Path:
    """A copy of tables, some of them emptied."""
    folder.mkdir()
    for name, columns in TABLES.items():
        if name in names:
            pq.write_table(columns.empty_table(), folder / f"{name}.parquet")
        else:
            (folder / f"{name}.parquet").hardlink_to(tables / f"{name}.parquet")
    return folder


def memory(settings: Neo4jSettings, tables: Path) -> float:
    """Megabytes that a process needs at most to load a graph."""
    environment = {**os.environ, "KGBUILD_NEO4J_URI": settings.uri, "KGBUILD_NEO4J_PASSWORD": settings.password}
    command = [sys.executable, "-m", "benchmarks.neo4j_loading", "--child", str(tables)]
    return float(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evidence", type=int, default=50_000)
    parser.add_argument("--sample", type=int, default=1_000, help="rows that are loaded one by one")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        load_neo4j(options.child, settings_from(), graph=options.child.name)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        tables = made_up.write(folder / "tables", options.evidence // 5, options.evidence)
        found = {}
        for name, value in loading(folder, tables, options.sample):
            found[name] = value
            print(f"{name:45} {value:12,.1f}", flush=True)
        rows = {STATEMENTS.name: options.evidence // 5, EVIDENCE.name: options.evidence}
        for names in ([STATEMENTS.name], [EVIDENCE.name], list(rows)):
            each, batches = (
                sum(rows[name] / found[f"{way}: {name}/s"] for name in names) for way in ("one row each", "batches")
            )
            title = " and ".join(names) + ": batches beside one row each"
            print(f"{title:45} {each / batches:12.1f} times")
        for way, seconds in (
            ("batches", found["batches: seconds"]),
            ("neo4j-admin", sum(value for name, value in found.items() if name.startswith("neo4j-admin"))),
        ):
            print(f"{f'{way}: nodes and relationships/s':45} {found['nodes and relationships'] / seconds:12,.0f}")
        with serving(folder / "memory", discard=True, options=OPTIONS) as settings:
            for size in (options.evidence // 10, options.evidence):
                graph = made_up.write(folder / f"of-{size}", size // 5, size)
                print(f"{f'loader at {size:,} evidence: MB at most':45} {memory(settings, graph):12,.0f}")


if __name__ == "__main__":
    main()
