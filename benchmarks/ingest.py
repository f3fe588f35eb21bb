"""The whole of `kgbuild ingest`: time, processor time and memory of all its processes.

With the model that ships, and with the dictionary, whose time is mostly that of the other stages. Larger sets repeat
the articles under new PMIDs, and are read with the dictionary: evidence grows with them, names and concepts do not.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks import articles
from benchmarks.measure import Usage, alternate, table, watch
from kgbuild.config import DEFAULT_EXTRACTOR

HEADER = (
    "articles", "extractor", "processes", "articles/s", "seconds", "processor seconds", "peak MB, all processes",
    "evidence",
)  # fmt: skip


def report(repeats: int, sizes: Sequence[int]) -> str:
    """For each extractor one process beside one a core on all articles; then each size once."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        alone = folder / "one.toml"
        alone.write_text("workers = 1\n")
        runs = (folder / f"kg-{number}" for number in count())
        sources = articles.files()
        rows, faster = [], []
        for extractor in (DEFAULT_EXTRACTOR, "dictionary"):
            many, one = _compared(extractor, sources, runs, alone, repeats)
            rows += [_row(extractor, "one a core", many), _row(extractor, "one", one)]
            times = median(usage.seconds for usage in one) / median(usage.seconds for usage in many)
            faster.append(f"{times:.2g} times as fast with `{extractor}`")
        for size in sizes:
            made = articles.repeated(sources, size, folder / str(size))
            rows.append(_row("dictionary", "one a core", [_ingest("dictionary", made, next(runs))]))
        return (
            f"First four lines: {articles.origin(sources)}; one process a core is {', '.join(faster)} as one "
            f"process.\n\n{table(HEADER, rows)}"
        )


def _compared(
    extractor: str, sources: Sequence[Path], runs: Iterator[Path], alone: Path, repeats: int
) -> tuple[tuple[Usage, ...], tuple[Usage, ...]]:
    pairs = alternate(
        lambda: _ingest(extractor, sources, next(runs)),
        lambda: _ingest(extractor, sources, next(runs), "--config", str(alone)),
        repeats,
    )
    many, one = zip(*pairs, strict=True)
    return many, one


def _ingest(extractor: str, sources: Sequence[Path], kg: Path, *more: str) -> Usage:
    named = [word for path in sources for word in ("--source", str(path))]
    command = [sys.executable, "-m", "kgbuild", "ingest", "--extractor", extractor, "--json", "--kg", str(kg)]
    return watch([*command, *named, *more])


def _row(extractor: str, processes: str, usages: Sequence[Usage]) -> tuple[str, ...]:
    facts = json.loads(usages[0].output)
    read, evidence = facts["documents"]["read"], facts["evidence"]
    seconds, cpu, peak = (
        median(values) for values in zip(*((u.seconds, u.cpu, u.peak) for u in usages), strict=True)
    )
    return (
        f"{read:,}",
        extractor,
        processes,
        f"{read / seconds:,.1f}",
        f"{seconds:.1f}",
        f"{cpu:.1f}",
        f"{peak:,.0f}",
        f"{evidence:,}",
    )
