"""What no input may do, whatever it is: take longer than ten seconds, or make this process grow by a gigabyte."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 10.0
GROWTH = 1 << 30


@contextmanager
def bounded() -> Iterator[None]:
    """Fail where what happens inside takes too long or too much memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    former = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    assert grown < GROWTH, f"grown by {grown >> 20} MiB"


def _too_long(number: int, frame: FrameType | None) -> None:
    raise AssertionError(f"no end within {SECONDS:.0f} s")
