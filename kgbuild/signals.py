"""Which processes Ctrl-C reaches."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Processes that start meanwhile never see SIGINT, which a terminal sends to all: it is for this one to end them.

    One that comes meanwhile reaches this process at the end.
    """
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)
