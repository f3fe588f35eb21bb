"""What linking costs: the linker of graphs beside the one that links as annotators do, and rapidfuzz.

All link the gold mentions of GutBrainIE's articles outside its validation split, with the MeSH headings and keywords
that PubMed has for them: with the terms that ship, and with these joined with a generated release of the UMLS
(`benchmarks.umls`). Each measurement has a process of its own, so that nothing is remembered. rapidfuzz looks for the
most similar of all names, each form once; every form takes it the same time, so that a sample is timed.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TypeVar
from unittest.mock import patch

from rapidfuzz import fuzz, process

from benchmarks import articles
from benchmarks.gutbrainie import BENCHMARK, corpus
from benchmarks.measure import Usage, table, watch
from benchmarks.umls import NAMES, write_release
from kgbuild.link.concepts import ConceptLinker
from kgbuild.link.default import default_index, index_of
from kgbuild.link.index import TermIndex
from kgbuild.link.linker import DictionaryLinker
from kgbuild.model import Annotated
from kgbuild.namespaces import to_uri
from kgbuild.normalize import key
from kgbuild.protocols import Linker
from kgbuild.schema import load_schema

Result = TypeVar("Result")
SAMPLE = 100
INGESTED = 100
_ALL_ARTICLES = 1_000_000
_LINKERS: dict[str, Callable[[TermIndex], Linker]] = {
    "graphs": lambda index: ConceptLinker(index, load_schema()),
    "annotators": lambda index: DictionaryLinker(index, load_schema()),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """Processor time in milliseconds an article, milliseconds to open the index, and the share of mentions linked."""

    cost: float
    opening: float
    linked: float


def report(repeats: int) -> str:
    """Each way with both indexes, then what it takes to build, join and use the larger one."""
    if not BENCHMARK.is_dir():
        return f"Skipped: {BENCHMARK} is absent (KGBUILD_SHARED names the folder above its `data`).\n"
    with (
        tempfile.TemporaryDirectory() as temporary,
        patch.dict(os.environ, KGBUILD_CACHE=str(Path(temporary) / "cache")),
    ):
        folder, umls = Path(temporary), Path(temporary) / "umls.sqlite"
        write_release(folder / "umls", NAMES)
        default = default_index()
        used = {
            "`terms build` of the release": _kgbuild("terms", "build", str(folder / "umls"), "-o", str(umls)),
            "first use: joining it with what ships": _kgbuild("terms", "search", "PD", "--terms", str(umls)),
            "next use": _kgbuild("terms", "search", "PD", "--terms", str(umls)),
            f"`ingest` of {INGESTED} articles with what ships": _ingest(folder / "alone"),
            f"`ingest` of {INGESTED} articles with both": _ingest(folder / "both", "--terms", str(umls)),
        }
        gold = _gold()
        indexes = {"what ships": default, "joined with the release": index_of([umls])}
        return "\n".join((_costs(indexes, gold, repeats), _usages(used), _linked(used)))


def _costs(indexes: dict[str, Path], gold: Sequence[Annotated], repeats: int) -> str:
    """The ways in turn, each with both indexes, so that a busy spell meets all."""
    asked = [(way, path) for path in indexes.values() for way in _LINKERS]
    rounds = [[_alone(_measure, way, path, gold) for way, path in asked] for _ in range(repeats)]
    measured = dict(zip(asked, zip(*rounds, strict=True), strict=True))
    cost = {one: median(measure.cost for measure in measures) for one, measures in measured.items()}
    rows = []
    for name, path in indexes.items():
        graphs, (first, *_) = cost["graphs", path], measured["graphs", path]
        others = (cost["annotators", path], median(_alone(_brute_force, path, gold) for _ in range(repeats)))
        with TermIndex.open(path) as index:
            names = index.counts()["names"]
        rows.append(
            (
                f"{name}: {names:,} names",
                f"{median(measure.opening for measure in measured['graphs', path]):.1f}",
                f"{graphs:.2f}",
                f"{first.linked:.1%}",
                *(text for other in others for text in (f"{other:,.1f}", f"{other / graphs:,.0f}")),
            )
        )
    header = (
        "index", "opened in ms", "graphs, ms an article", "mentions linked", "as annotators", "times", "rapidfuzz",
        "times",
    )  # fmt: skip
    small, large = (cost["graphs", path] for path in indexes.values())
    mentions = sum(len(article.mentions) for article in gold)
    return (
        f"{len(gold)} articles, {mentions:,} gold mentions; processor time. The linker of graphs takes "
        f"{large / small:.1f} times as long with the larger index.\n\n{table(header, rows)}"
    )


def _usages(used: dict[str, Usage]) -> str:
    rows = ((what, f"{u.seconds:.1f}", f"{u.cpu:.1f}", f"{u.peak:,.0f}") for what, u in used.items())
    return table((f"{NAMES:,} names", "seconds", "processor seconds", "peak MB, all processes"), rows)


def _linked(used: dict[str, Usage]) -> str:
    """What the summaries of the two graphs say."""
    alone, both = (json.loads(usage.output)["linked"] for usage in list(used.values())[-2:])
    return f"Mentions linked in these {INGESTED} articles: {alone:,} with what ships, {both:,} with both.\n"


def _gold() -> list[Annotated]:
    """The gold articles with what PubMed's records say of their topics."""
    records = {document.id: document for document in articles.documents(_ALL_ARTICLES)}
    gold = []
    for article in (article for fold in corpus().folds for article in fold):
        record = records.get(article.document.id, article.document)
        document = replace(article.document, mesh=record.mesh, keywords=record.keywords)
        gold.append(replace(article, document=document, links=()))
    return gold


def _alone(work: Callable[..., Result], *arguments: object) -> Result:
    """Do some work in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _measure(way: str, path: Path, gold: Sequence[Annotated]) -> Measured:
    # Any command loads these once, a seventh of a second for the prefixes.
    load_schema()
    to_uri("MESH:D000001")
    begun = time.perf_counter()
    index = TermIndex.open(path)
    opened = time.perf_counter() - begun
    linker = _LINKERS[way](index)
    begun = time.process_time()
    links = [link for article in linker.link(gold) for link in article.links]
    cost = (time.process_time() - begun) / len(gold)
    return Measured(cost * 1000, opened * 1000, sum(link.uri is not None for link in links) / len(links))


def _brute_force(path: Path, gold: Sequence[Annotated]) -> float:
    """Milliseconds of processor time an article by rapidfuzz, which is given the normal forms of all names."""
    with TermIndex.open(path) as index:
        choices = list(index.forms(range(1, index.counts()["terms"] + 1)).values())
    forms = list(dict.fromkeys(key(mention.text) for article in gold for mention in article.mentions))
    sample = forms[:: max(1, len(forms) // SAMPLE)]
    begun = time.process_time()
    for form in sample:
        process.extractOne(form, choices, scorer=fuzz.ratio)
    return (time.process_time() - begun) / len(sample) * len(forms) / len(gold) * 1000


def _ingest(kg: Path, *more: str) -> Usage:
    sources = [word for path in articles.files() for word in ("--source", str(path))]
    return _kgbuild("ingest", *sources, "--limit", str(INGESTED), "--json", "--kg", str(kg), *more)


def _kgbuild(*arguments: str) -> Usage:
    return watch([sys.executable, "-m", "kgbuild", *arguments])
