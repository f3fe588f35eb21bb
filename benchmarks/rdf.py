"""RDF: writing N-Quads, loading a store and asking it, beside rdflib on the same quads.

kgbuild's times start from the tables: they hold reading Parquet, joining and cutting sentences, and, for loading,
syncing the store to disk. rdflib's start from quads in memory and from the N-Quads text, and its store stays in
memory. kgbuild's queries are answered by a process of their own, whose start is not counted.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from functools import partial
from itertools import count
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib import XSD, Literal, URIRef

from benchmarks import articles
from benchmarks.measure import Comparison, compare, compared, table
from kgbuild.assemble.workspace import Workspace
from kgbuild.config import Settings
from kgbuild.load.nquads import write_nquads
from kgbuild.load.oxigraph import build_store
from kgbuild.load.rdf import RunInfo
from kgbuild.pipeline import ingest
from kgbuild.query.ask import run_named
from kgbuild.query.named import load_query
from kgbuild.query.results import Table
from kgbuild.query.runners import StoreRunner
from kgbuild.query.sparql import parse_terms, with_values
from kgbuild.source.pubmed import PubMedFile

# rdflib takes minutes for more.
ARTICLES = 200
QUERIES: Mapping[str, Mapping[str, str]] = {
    "best-supported": {},
    "microbes-changed-in-disorder": {"disorder": "Parkinson disease", "narrower": "true"},
    "most-studied": {},
}
RUN = RunInfo(id="benchmark", fingerprint="benchmark")


def report(repeats: int) -> str:
    """The comparisons on the graph of the first articles."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sources = [PubMedFile(path) for path in articles.files()]
        facts = ingest(folder / "kg", sources, Settings(), limit=ARTICLES)
        tables = Workspace(folder / "kg").current()
        pairs = (_writing(tables, facts["evidence"], repeats), _loading(tables, folder, repeats))
        return compared(pairs) + "\n" + _asking(tables, repeats)


def _writing(tables: Path, evidence: int, repeats: int) -> Comparison:
    quads = list(ox.parse(_text(tables), ox.RdfFormat.N_QUADS))

    def ours() -> int:
        write_nquads(tables, io.BytesIO(), run=RUN)
        return evidence

    def theirs() -> int:
        data = rdflib.Dataset()
        named = {
            name: data.graph(URIRef(name.value)) if isinstance(name, ox.NamedNode) else data.default_graph
            for name in {q.graph_name for q in quads}
        }
        data.addN((_term(q.subject), _term(q.predicate), _term(q.object), named[q.graph_name]) for q in quads)
        data.serialize(format="nquads", encoding="utf-8")
        return evidence

    what = f"writing N-Quads: {evidence:,} evidence, {len(quads):,} quads, {articles.origin(articles.files())}"
    return compare(what, "evidence/s", ours, "rdflib", theirs, repeats)


def _loading(tables: Path, folder: Path, repeats: int) -> Comparison:
    text = _text(tables)
    numbers = count()

    def ours() -> int:
        return build_store(tables, folder / f"store-{next(numbers)}", RUN).quads

    def theirs() -> int:
        return len(rdflib.Dataset().parse(data=text, format="nquads"))

    return compare("loading", "quads/s", ours, "rdflib", theirs, repeats)


def _asking(tables: Path, repeats: int) -> str:
    data = rdflib.Dataset().parse(data=_text(tables), format="nquads")
    rows = []
    with StoreRunner(tables / "rdf") as store:
        for name, values in QUERIES.items():
            asked = _Recorder(store)
            answer = run_named(load_query(name), values, asked)
            query = with_values(asked.query, parse_terms(asked.parameters))
            if len(data.query(query)) != len(answer.rows):
                raise SystemExit(f"rdflib answers {name} with another number of rows")
            pair = compare(
                name, "queries/s", partial(_answer, asked), "rdflib", partial(_of_rdflib, data, query), repeats
            )
            times = (f"{1000 / rate:,.1f} ms" for rate in (pair.rate, pair.other_rate))
            rows.append((name, f"{len(answer.rows)}", *times, f"{pair.times:.2g}"))
    return table(("query", "rows", "kgbuild", "rdflib", "times faster"), rows)


def _answer(asked: _Recorder) -> int:
    asked.run(asked.query, asked.parameters)
    return 1


def _of_rdflib(data: rdflib.Dataset, query: str) -> int:
    list(data.query(query))
    return 1


class _Recorder:
    """Passes queries on and keeps the last, which is the named one after those that find its concepts."""

    def __init__(self, runner: StoreRunner) -> None:
        self._runner = runner
        self.query = ""
        self.parameters: Mapping[str, str] = {}

    def run(self, query: str, parameters: Mapping[str, str] | None = None) -> Table:
        self.query, self.parameters = query, parameters or {}
        return self._runner.run(query, parameters)


def _text(tables: Path) -> bytes:
    stream = io.BytesIO()
    write_nquads(tables, stream, run=RUN)
    return stream.getvalue()


def _term(term: ox.NamedNode | ox.Literal) -> URIRef | Literal:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    kind = term.datatype.value
    return Literal(term.value, datatype=None if kind == str(XSD.string) else URIRef(kind))
