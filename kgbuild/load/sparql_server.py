"""Loading the graph into a SPARQL 1.1 server.

The quads go into staging graphs of this load, in bounded requests; when the server holds them all, one update
puts them in their places. A server that runs an update as one transaction (the SPARQL 1.1 Update recommendation,
section 2.2; Fuseki, Oxigraph) shows its readers the old graph or the new, never a part. What a killed load leaves
is named in a graph of its own, `LOADS`, and removed by the next load. No other graph is touched.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import uuid4

from kgbuild.errors import ConfigurationError, InputError, RemoteError
from kgbuild.load.rdf import PREFIXES, graphs
from kgbuild.load.sparql_http import Server, ServerSettings
from kgbuild.namespaces import is_iri
from kgbuild.progress import SILENT, Progress
from kgbuild.remote import shown

if TYPE_CHECKING:
    from kgbuild.load.rdf import RunInfo

DEFAULT = ""
"""Names the server's default graph."""
MAIN = PREFIXES["graph"] + "main"
"""Where what stands outside named graphs goes, unless the caller names another place."""
LOADS = PREFIXES["graph"] + "loads"
_STAGING = PREFIXES["graph"] + "staging/"
_PART_OF = f"<{PREFIXES['dcterms']}isPartOf>"
_TRIPLES = "<http://rdfs.org/ns/void#triples>"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did: triples by graph (`DEFAULT` is ""), and how many stood in these graphs before.

    `query_url` is where `kgbuild.query.runners.EndpointRunner` finds this graph and no other.
    """

    triples: Mapping[str, int]
    before: int
    requests: int
    seconds: float
    query_url: str

    @property
    def quads(self) -> int:
        """All that was loaded."""
        return sum(self.triples.values())


def load_sparql(
    tables: Path,
    settings: ServerSettings,
    *,
    run: RunInfo,
    main: str = MAIN,
    progress: Progress = SILENT,
) -> LoadReport:
    """Make a server hold a finished graph, in place of what an earlier load put there.

    Args:
        tables: the folder of the graph's tables.
        settings: the server; `kgbuild.load.sparql_http.settings_from` reads credentials from the environment.
        run: the run that made the graph.
        main: the IRI of the graph for all that stands outside named graphs, or `DEFAULT` for the server's default
            graph. The named graphs have the IRIs in `loaders/rdf/graphs.json`.
        progress: is told of the quads sent.

    Raises:
        RemoteError: the server did not do as asked; what it held is unchanged.
        ConfigurationError: `main` holds triples that no load put there.
        GraphError: a table is missing or damaged.
        InputError: `main` or a concept's URI is no IRI.
    """
    named = tuple(graphs().values())
    if main != DEFAULT and (not is_iri(main) or main in (*named, LOADS) or main.startswith(_STAGING)):
        raise InputError(f"{main!r} can not name the main graph", remedy=f"Give an IRI of its own, such as {MAIN}.")
    begun = time.monotonic()
    with Server(settings) as server:
        before = {graph: _count(server, graph) for graph in (main, *named)}
        _check_own(server, main, before[main])
        _remove(server, _leftovers(server))
        token = uuid4().hex
        staging = {graph: f"{_STAGING}{token}/{number}" for number, graph in enumerate((main, *named))}
        server.update(f"INSERT DATA {{ {_registration(staging.values())} }}")
        try:
            progress.start(f"Sending quads to {shown(server.update_url)}", None, unit="quads")
            sent, requests = _send(server, _quads(tables, run, main), staging, settings.batch, progress)
            for graph, copy in staging.items():
                _check_count(server, copy, sent[graph])
            if main == DEFAULT and _count(server, DEFAULT) != before[DEFAULT]:
                raise ConfigurationError(
                    f"the default graph of {shown(server.query_url)} is the union of its named graphs",
                    remedy="Load into a named graph.",
                )
            _swap(server, staging, sent, before)
        except BaseException:
            with suppress(RemoteError):
                _remove(server, staging.values(), once=True)
            raise
    return LoadReport(
        triples=sent,
        before=sum(before.values()),
        requests=requests,
        seconds=time.monotonic() - begun,
        query_url=dataset_url(server.query_url, main),
    )


def dataset_url(query_url: str, main: str = MAIN) -> str:
    """The address at which named queries find a graph: with the dataset of SPARQL 1.1 Protocol, section 2.1.4."""
    if main == DEFAULT:
        return query_url
    dataset = [("default-graph-uri", main), *(("named-graph-uri", graph) for graph in graphs().values())]
    return f"{query_url}{'&' if '?' in query_url else '?'}{urlencode(dataset)}"


def _quads(tables: Path, run: RunInfo, main: str) -> Iterator[tuple[str, bytes]]:
    """Each quad as the graph it belongs to and a line of N-Triples."""
    from kgbuild.load.nquads import blocks

    # No line of the default graph ends so: its last term would have to be the IRI of one of these graphs.
    ends = [(f" <{graph}> .".encode(), graph) for graph in graphs().values()]
    for block in blocks(tables, run=run, reproducible=False):
        # Not splitlines, which also splits at a carriage return.
        for line in block.encode().split(b"\n")[:-1]:
            for end, graph in ends:
                if line.endswith(end):
                    yield graph, line[: -len(end)] + b" .\n"
                    break
            else:
                yield main, line + b"\n"


def _send(
    server: Server, quads: Iterator[tuple[str, bytes]], staging: Mapping[str, str], batch: int, progress: Progress
) -> tuple[dict[str, int], int]:
    """Send all quads, at most `batch` bytes at a time; the number of triples in each graph, and of requests."""
    sent, requests = dict.fromkeys(staging, 0), 0
    pending: dict[str, list[bytes]] = {graph: [] for graph in staging}
    sizes = dict.fromkeys(staging, 0)

    def flush(graph: str) -> None:
        nonlocal requests
        if lines := pending[graph]:
            server.add(staging[graph], b"".join(lines))
            sent[graph] += len(lines)
            requests += 1
            progress.advance(len(lines))
            pending[graph], sizes[graph] = [], 0

    for graph, line in quads:
        if sizes[graph] + len(line) > batch:
            flush(graph)
        pending[graph].append(line)
        sizes[graph] += len(line)
    for graph in staging:
        flush(graph)
    return sent, requests


def _swap(server: Server, staging: Mapping[str, str], sent: Mapping[str, int], before: Mapping[str, int]) -> None:
    """Make the graphs equal to their staging graphs, and drop these, in one request."""
    main = next(iter(staging))
    steps = [f"DELETE DATA {{ {_registration(staging.values())} }}"]
    for graph, copy in staging.items():
        old, new = _pattern(graph), _pattern(copy)
        # Not MOVE or COPY: over a graph that holds triples, Jena TDB2 5.6.0 loses some of them. Where most triples
        # stay, as after an update, to change only the others takes a server half the time and less memory.
        if before[graph]:
            steps.append(f"DELETE {{ {old} }} WHERE {{ {old} FILTER NOT EXISTS {{ {new} }} }}")
            steps.append(f"INSERT {{ {old} }} WHERE {{ {new} FILTER NOT EXISTS {{ {old} }} }}")
        else:
            steps.append(f"INSERT {{ {old} }} WHERE {{ {new} }}")
        # Without SILENT it fails, and all with it, where another load has dropped the graph; an empty one is none.
        steps.append(f"DROP {'' if sent[graph] else 'SILENT '}GRAPH <{copy}>")
    if main != MAIN:
        steps.append(f"DELETE WHERE {{ {_record(main, '?count')} }}")
        steps.append(f"INSERT DATA {{ {_record(main, str(sent[main]))} }}")
    request = " ;\n".join(steps)
    for attempt in server.retrying():
        with attempt:
            try:
                server.update(request, once=True)
            except RemoteError:
                # The answer may be lost after the work is done: then no staging graph is registered any more.
                if set(staging.values()) & set(_leftovers(server)):
                    raise
    for graph, count in sent.items():
        _check_count(server, graph, count)


def _check_own(server: Server, main: str, count: int) -> None:
    """See that a graph which is not kgbuild's by its name holds what an earlier load put there, or nothing."""
    if main == MAIN or not count:
        return
    found = server.rows(f"SELECT ?count {{ {_record(main, '?count')} }}")
    if [row.get("count") for row in found] != [str(count)]:
        place = "the default graph" if main == DEFAULT else main
        raise ConfigurationError(
            f"{place} of {shown(server.query_url)} holds {count:,} triples that kgbuild did not load",
            remedy="Load into a graph of its own, or empty that one first.",
        )


def _check_count(server: Server, graph: str, expected: int) -> None:
    found = _count(server, graph)
    if found != expected:
        raise RemoteError(
            f"{shown(server.query_url)} holds {found:,} of {expected:,} triples sent",
            remedy="Another load may have run at the same time, or the server refused some: load again.",
        )


def _count(server: Server, graph: str) -> int:
    rows = server.rows(f"SELECT (COUNT(*) AS ?count) {{ {_pattern(graph)} }}")
    try:
        return int(rows[0]["count"])
    except (IndexError, KeyError, ValueError) as error:
        raise RemoteError(
            f"{shown(server.query_url)} did not count its triples", remedy="Is it a SPARQL 1.1 server?"
        ) from error


def _leftovers(server: Server) -> list[str]:
    """The staging graphs of loads that have not ended."""
    rows = server.rows(f"SELECT ?copy {{ GRAPH <{LOADS}> {{ ?copy {_PART_OF} <{LOADS}> }} }}")
    # What is dropped is named by us, whatever else someone wrote into that graph.
    return [copy for row in rows if (copy := row.get("copy", "")).startswith(_STAGING) and is_iri(copy)]


def _remove(server: Server, copies: Collection[str], *, once: bool = False) -> None:
    steps = [f"DROP SILENT GRAPH <{copy}>" for copy in copies]
    if steps:
        server.update(" ;\n".join([*steps, f"DELETE DATA {{ {_registration(copies)} }}"]), once=once)


def _registration(copies: Collection[str]) -> str:
    return f"GRAPH <{LOADS}> {{ {' '.join(f'<{copy}> {_PART_OF} <{LOADS}> .' for copy in copies)} }}"


def _record(main: str, count: str) -> str:
    node = main or PREFIXES["graph"] + "default"
    return f"GRAPH <{LOADS}> {{ <{node}> {_TRIPLES} {count} }}"


def _pattern(graph: str) -> str:
    return f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
