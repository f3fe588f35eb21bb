"""Measures two ways of doing one thing in turn, and the memory of a command with all its processes."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

import psutil

# Between two looks at a command's processes. A peak that lasts shorter may be missed.
INTERVAL = 0.05

Sample = TypeVar("Sample")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """kgbuild beside another way: things done in a second by each, and how many times faster kgbuild is.

    `times` compares wall-clock time, `times_cpu` the processor time of this process and its threads, both
    over the same input.
    """

    what: str
    unit: str
    rate: float
    other: str
    other_rate: float
    times: float
    times_cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a command took: seconds, seconds of processor time, megabytes of all its processes at their peak."""

    seconds: float
    cpu: float
    peak: float
    output: str


def alternate(ours: Callable[[], Sample], other: Callable[[], Sample], repeats: int) -> list[tuple[Sample, Sample]]:
    """Both results of each repetition, in the order A B A B …, so that a busy spell meets both."""
    return [(ours(), other()) for _ in range(repeats)]


def compare(
    what: str, unit: str, ours: Callable[[], int], other: str, theirs: Callable[[], int], repeats: int
) -> Comparison:
    """Compare two ways over the same input; each returns how many things it has done."""
    pairs = alternate(lambda: _timed(ours), lambda: _timed(theirs), repeats)
    mine, yours = zip(*pairs, strict=True)
    seconds, cpu, done = (median(column) for column in zip(*mine, strict=True))
    other_seconds, other_cpu, other_done = (median(column) for column in zip(*yours, strict=True))
    return Comparison(
        what=what,
        unit=unit,
        rate=done / seconds,
        other=other,
        other_rate=other_done / other_seconds,
        times=other_seconds / seconds,
        times_cpu=other_cpu / cpu,
    )


def _timed(action: Callable[[], int]) -> tuple[float, float, int]:
    cpu, begun = time.process_time(), time.perf_counter()
    done = action()
    return time.perf_counter() - begun, time.process_time() - cpu, done


def watch(command: Sequence[str]) -> Usage:
    """Run a command and add up the resident memory of it and all its descendants, pages they share counted for each.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    begun, before, peak = time.perf_counter(), _cpu_of_children(), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        root = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _resident(root))
            time.sleep(INTERVAL)
        output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Usage(seconds=time.perf_counter() - begun, cpu=_cpu_of_children() - before, peak=peak / 1e6, output=output)


def _resident(root: psutil.Process) -> int:
    total = 0
    with suppress(psutil.NoSuchProcess):
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
    return total


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def compared(comparisons: Iterable[Comparison]) -> str:
    """Comparisons as a Markdown table."""
    return table(
        ("", "kgbuild", "alternative", "its rate", "times faster", "in processor time"),
        (
            (
                c.what,
                f"{c.rate:,.0f} {c.unit}",
                c.other,
                f"{c.other_rate:,.0f} {c.unit}",
                f"{c.times:.2g}",
                f"{c.times_cpu:.2g}",
            )
            for c in comparisons
        ),
    )
