"""Two sessions that write by turns: while one commits its batch, the other works on the next.

About half of a batch's time is its commit. A batch's relationships need locks on nodes that the batch before may
hold until it is committed; so one waits for the other there, but never both, since only one works at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

from kgbuild.load.neo4j_server import Neo4jSettings, session

if TYPE_CHECKING:
    from neo4j import BookmarkManager, Driver, ManagedTransaction

Work = Callable[["ManagedTransaction"], None]


class Writers:
    """Writes batches, each in a managed transaction, in no particular order."""

    def __init__(self, driver: Driver, settings: Neo4jSettings, bookmarks: BookmarkManager) -> None:
        self._held = ExitStack()
        opened = (session(driver, settings, write=True, bookmarks=bookmarks) for _ in range(2))
        self._sessions = deque(self._held.enter_context(one) for one in opened)
        self._pool = self._held.enter_context(ThreadPoolExecutor(len(self._sessions)))
        self._writing: deque[Future[None]] = deque()
        self._turn = Lock()

    def __enter__(self) -> Writers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def write(self, work: Work) -> None:
        """Begin to write a batch; waits while two are under way, and raises what one of them failed with."""
        if len(self._writing) == len(self._sessions):
            self._writing.popleft().result()
        writer = self._sessions[0]
        self._sessions.rotate()

        def turn(transaction: ManagedTransaction) -> None:
            with self._turn:
                work(transaction)

        self._writing.append(self._pool.submit(writer.execute_write, turn))

    def settle(self) -> None:
        """Wait until all is committed; raises as `write` does."""
        while self._writing:
            self._writing.popleft().result()
