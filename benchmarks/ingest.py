"""The whole of `kgbuild ingest --extractor dictionary`: time, processor time and memory of all its processes.

Larger sets repeat the articles under new PMIDs: evidence grows with them, names and concepts do not.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks import articles
from benchmarks.measure import Usage, alternate, table, watch

HEADER = ("articles", "processes", "articles/s", "seconds", "processor seconds", "peak MB, all processes", "evidence")


def report(repeats: int, sizes: Sequence[int]) -> str:
    """One process beside one a core on all articles, then each size once."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        alone = folder / "one.toml"
        alone.write_text("workers = 1\n")
        runs = (folder / f"kg-{number}" for number in count())
        sources = articles.files()
        pairs = alternate(
            lambda: _ingest(sources, next(runs)),
            lambda: _ingest(sources, next(runs), "--config", str(alone)),
            repeats,
        )
        many, one = zip(*pairs, strict=True)
        rows = [_row("one a core", many), _row("one", one)]
        for size in sizes:
            made = articles.repeated(sources, size, folder / str(size))
            rows.append(_row("one a core", [_ingest(made, next(runs))]))
        times = median(usage.seconds for usage in one) / median(usage.seconds for usage in many)
        return (
            f"First two lines: {articles.origin(sources)}; one process a core is {times:.2g} times as fast as one "
            f"process.\n\n{table(HEADER, rows)}"
        )


def _ingest(sources: Sequence[Path], kg: Path, *more: str) -> Usage:
    named = [word for path in sources for word in ("--source", str(path))]
    command = [sys.executable, "-m", "kgbuild", "ingest", "--extractor", "dictionary", "--json", "--kg", str(kg)]
    return watch([*command, *named, *more])


def _row(processes: str, usages: Sequence[Usage]) -> tuple[str, ...]:
    facts = json.loads(usages[0].output)
    read, evidence = facts["documents"]["read"], facts["evidence"]
    seconds, cpu, peak = (
        median(values) for values in zip(*((u.seconds, u.cpu, u.peak) for u in usages), strict=True)
    )
    return (
        f"{read:,}",
        processes,
        f"{read / seconds:,.0f}",
        f"{seconds:.1f}",
        f"{cpu:.1f}",
        f"{peak:,.0f}",
        f"{evidence:,}",
    )
