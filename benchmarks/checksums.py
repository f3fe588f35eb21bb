"""What checksums and the second copies of units take of an ingest: `python -m benchmarks.checksums SOURCE [LIMIT]`.

The functions that were added for them are timed within the run, since the difference of two runs is smaller than what
a shared machine makes of equal ones.
"""

from __future__ import annotations

import functools
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from kgbuild import parquet, pipeline
from kgbuild.assemble import snapshots
from kgbuild.assemble.workspace import Workspace
from kgbuild.config import load_settings
from kgbuild.load import scan
from kgbuild.source.files import open_source

_ADDED = (
    *((parquet, name) for name in ("_place", "_digest", "check")),
    *((pipeline, name) for name in ("mend", "read_lost")),
    *((Workspace, name) for name in ("keep_settings", "units", "commit")),
    (scan, "check"),
    (snapshots, "describe"),
)
_spent: Counter[str] = Counter()
_inside = False


def _timed(owner: Any, name: str) -> None:
    """Add up the processor seconds of a function's calls; those that it makes itself are in it."""
    function = getattr(owner, name)

    @functools.wraps(function)
    def call(*given: Any, **options: Any) -> Any:
        global _inside
        if _inside:
            return function(*given, **options)
        _inside, begun = True, time.process_time()
        try:
            return function(*given, **options)
        finally:
            _inside = False
            _spent[name] += time.process_time() - begun

    setattr(owner, name, call)


def main() -> None:
    """Ingest three times, one process and the dictionary, and print the share of each time."""
    source, limit = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300
    for owner, name in _ADDED:
        _timed(owner, name)
    settings = load_settings(None, extractor="dictionary", workers=1)
    for _ in range(3):
        _spent.clear()
        with tempfile.TemporaryDirectory() as folder:
            begun = time.process_time()
            pipeline.ingest(Path(folder) / "kg", open_source([source]), settings, limit=limit)
            total = time.process_time() - begun
        parts = ", ".join(f"{name} {seconds * 1000:.1f}" for name, seconds in _spent.most_common())
        added = sum(_spent.values())
        print(
            f"{total:.2f} s, of which {added * 1000:.0f} ms ({added / total:.2%}) are added; in ms: {parts}",
            flush=True,
        )


if __name__ == "__main__":
    main()
