"""Several processes that annotate and link parts, each with its own extractor."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.config import Settings
from kgbuild.errors import KgbuildError
from kgbuild.progress import Progress
from kgbuild.signals import uninterrupted

if TYPE_CHECKING:
    from kgbuild.stages import Stages

_IN_FLIGHT = 64


def process_parts(root: Path, parts: Sequence[str], settings: Settings, workers: int, progress: Progress) -> None:
    """Annotate and link the parts of a graph's folder in so many processes.

    Raises:
        KgbuildError: a process was killed; what is done stays done.
    """
    settings = settings.model_copy(update={"workers": workers})
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), initializer=_start_worker, initargs=(settings,)
    )
    try:
        with sharing_cores(settings.threads_each(workers)):
            _drive(pool, root, parts, progress)
    except BrokenProcessPool as error:
        raise KgbuildError(
            "a worker process ended unexpectedly, perhaps for want of memory",
            remedy="Run the command again: it goes on from here. Fewer workers need less memory.",
        ) from error
    except KeyboardInterrupt:
        # What they are at is made again by the next run.
        for process in multiprocessing.active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def sharing_cores(threads: int) -> Iterator[None]:
    """Processes that start meanwhile compute in so many threads each, unless the user has set another number.

    The tokenizers' and numpy's libraries take a thread for each core, and look at these variables when they start.
    Such a process looks for modules where this one does, never in the current folder while it starts.
    """
    threaded = dict.fromkeys(("RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), str(threads))
    given = threaded | {"PYTHONSAFEPATH": "1"}
    names = given.keys() - os.environ.keys()
    os.environ.update({name: given[name] for name in names})
    try:
        yield
    finally:
        for name in names:
            del os.environ[name]


def _drive(pool: ProcessPoolExecutor, root: Path, waiting: Sequence[str], progress: Progress) -> None:
    """Keep a bounded number of parts in flight."""
    queue = iter(waiting)
    with uninterrupted():
        running = {pool.submit(_work, root, part) for _, part in zip(range(_IN_FLIGHT), queue, strict=False)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            progress.advance(future.result())
            part = next(queue, None)
            if part is not None:
                with uninterrupted():
                    running.add(pool.submit(_work, root, part))


_stages: Stages | None = None


def _start_worker(settings: Settings) -> None:
    """Open this process's extractor, and see to it that the process ends with its parent."""
    from kgbuild.stages import Stages

    global _stages
    _stages = Stages(settings)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(root: Path, part: str) -> int:
    assert _stages is not None, "the pool's initializer has run"  # noqa: S101
    return _stages.process(root, part)
