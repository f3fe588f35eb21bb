"""Runs of kgbuild in children of one process that has everything imported, each with one fault at one moment.

A moment is a number of events: what the child does to files, as Python's audit hooks show it (opened, renamed,
removed). So that each stage of a run is hit, moments are drawn over all events of an undisturbed run.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

EVENTS = frozenset(["open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.scandir", "os.truncate"])
NEW_NAMESPACE, READ_ONLY, REMOUNT, PRIVATE = 0x00020000, 1, 32, 1 << 18 | 0x4000
LONGEST = 60.0
PATIENCE = 5.0
"""Without memory, libraries may wait for threads that never start; so long, and the run is ended as users would."""
_system = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Fault:
    """What happens to a run: `kind` at the `moment`-th event, or after `delay` seconds where that is given."""

    kind: str = ""
    moment: int = 0
    delay: float | None = None
    room: int = 0
    """Bytes that are left: of memory, or of a file's size."""


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit code (negative for a signal), what it printed, and how many events there were."""

    code: int
    output: str
    errors: str
    events: int


def own_mounts() -> str:
    """Give this process mounts of its own; says why it can not."""
    if _system.unshare(NEW_NAMESPACE) or _system.mount(b"none", b"/", None, PRIVATE, None):
        return os.strerror(ctypes.get_errno())
    return ""


def mount(folder: Path, size: int, *, flags: int = 0) -> None:
    """Mount a file system in memory of so many bytes, or change the one that is there."""
    if _system.mount(b"tmpfs", bytes(folder), b"tmpfs", flags, f"size={size}".encode()):
        raise OSError(ctypes.get_errno(), "mount", str(folder))


def unmount(folder: Path) -> None:
    """Remove such a file system."""
    _system.umount2(bytes(folder), 2)


class _Watch:
    """Counts a child's events on files below a folder, and lets the fault happen at its moment."""

    def __init__(self, fault: Fault, folder: Path, counter: int) -> None:
        self._fault = fault
        self._below = (str(folder), bytes(folder))
        self._counter = counter
        self._count = 0
        self._cut = False
        self._busy = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._cut and event in ("socket.connect", "socket.getaddrinfo"):
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        if event not in EVENTS or self._busy or not arguments:
            return
        path = arguments[0]
        text = os.fspath(path) if isinstance(path, os.PathLike) else path
        if not isinstance(text, str | bytes) or not text.startswith(self._below[isinstance(text, bytes)]):
            return
        self._count += 1
        self._busy = True
        os.pwrite(self._counter, self._count.to_bytes(8), 0)
        if self._count == self._fault.moment and self._fault.delay is None:
            happen(self._fault)
        self._busy = False

    def received(self) -> None:
        """One more piece came over the network; at the moment, the network is cut."""
        self._count += 1
        os.pwrite(self._counter, self._count.to_bytes(8), 0)
        if self._fault.kind == "network" and self._count >= self._fault.moment > 0:
            self._cut = True
            raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")


def happen(fault: Fault) -> None:
    """Let a fault happen in this process."""
    if fault.kind in ("kill", "terminate", "interrupt", "stop"):
        numbers = {"kill": signal.SIGKILL, "terminate": signal.SIGTERM, "interrupt": signal.SIGINT}
        os.kill(os.getpid(), numbers.get(fault.kind, signal.SIGSTOP))
    elif fault.kind == "memory":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + fault.room
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    elif fault.kind == "file size":
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.room, fault.room))


def start(arguments: Sequence[str], fault: Fault, watched: Path, *, network: bool = False) -> Callable[[], Ended]:
    """Start a run in a child; the function that is returned waits for its end.

    Args:
        arguments: of the command line.
        fault: what happens to it.
        watched: below this folder events are counted.
        network: count what comes over the network, not events on files.
    """
    counter = os.memfd_create("events")
    os.pwrite(counter, bytes(8), 0)
    # Pipes, which no limit on files' sizes touches; what does not fit into them is more than any run prints.
    pipes = [os.pipe() for _ in range(2)]
    for _, writing in pipes:
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1 << 20)
    child = os.fork()
    if not child:
        _run(arguments, fault, watched, [*(writing for _, writing in pipes), counter], network=network)
    began = time.monotonic()
    for _, writing in pipes:
        os.close(writing)

    def wait() -> Ended:
        try:
            code = _wait(child, began, fault)
            output, errors = (os.read(reading, 1 << 20).decode(errors="replace") for reading, _ in pipes)
            return Ended(code, output, errors, int.from_bytes(os.pread(counter, 8, 0)))
        finally:
            for file in (counter, *(reading for reading, _ in pipes)):
                os.close(file)

    return wait


def _run(arguments: Sequence[str], fault: Fault, watched: Path, files: Sequence[int], *, network: bool) -> None:
    """The child: never returns."""
    code = 70
    try:
        os.setsid()
        os.dup2(files[0], 1)
        os.dup2(files[1], 2)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1)
        sys.argv = ["kgbuild", *arguments]
        watch = _Watch(fault, watched, files[2])
        if network:
            _watch_network(watch)
            watch._below = ("\0", b"\0")
        if fault.kind == "clock":
            _turn_clock_back()
        sys.addaudithook(watch)
        from kgbuild.cli import app, output

        for console in (output.console, output.errors):
            console.file = sys.stderr if console.stderr else sys.stdout
        app.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        code = 1
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def _wait(child: int, began: float, fault: Fault) -> int:
    """The child's exit code; it gets the faults that come from outside, and no child of its own outlives it."""
    waiting = fault.delay is not None
    while True:
        found, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED)
        if found and os.WIFSTOPPED(status):
            time.sleep(0.05)
            os.kill(child, signal.SIGCONT)
        elif found:
            break
        now = time.monotonic() - began
        if waiting and fault.delay is not None and now >= fault.delay:
            waiting = False
            numbers = {"terminate": signal.SIGTERM, "interrupt": signal.SIGINT, "stop": signal.SIGSTOP}
            victim = (sorted(_children(child)) or [child])[-1] if fault.kind == "worker" else child
            os.kill(victim, numbers.get(fault.kind, signal.SIGKILL))
        if now > (PATIENCE if fault.kind == "memory" else LONGEST):
            os.killpg(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            if fault.kind == "memory":
                break
            raise TimeoutError(f"no end within {LONGEST:.0f} s")
        time.sleep(0.005)
    for _ in range(100):
        if not (left := _session(child)):
            break
        time.sleep(0.05)
    else:
        for process in left:
            os.kill(process, signal.SIGKILL)
        raise RuntimeError(f"processes outlived the run: {left}")
    return os.waitstatus_to_exitcode(status)


def _stats() -> list[tuple[int, int, int]]:
    """Processes with their parents and sessions, dead ones left out."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found.append((int(path.parent.name), int(fields[1]), int(fields[3])))
    return found


def _children(parent: int) -> list[int]:
    return [process for process, above, _ in _stats() if above == parent]


def _session(leader: int) -> list[int]:
    return [process for process, _, session in _stats() if session == leader]


def _watch_network(watch: _Watch) -> None:
    import socket

    from kgbuild.source import eutils

    plain, fresh = socket.socket.recv, eutils.settings_from_environment

    def receive(self: socket.socket, *arguments: int) -> bytes:
        if self.family != socket.AF_UNIX:
            watch.received()
        return plain(self, *arguments)

    socket.socket.recv = receive  # type: ignore[method-assign, assignment]
    eutils.settings_from_environment = lambda *given: replace(  # type: ignore[assignment]
        fresh(*given), requests_per_second=10_000.0, backoff=0.001
    )


def _turn_clock_back() -> None:
    """Ten years, for all that asks Python."""
    import datetime

    now = time.time
    time.time = lambda: now() - 315_576_000
    from kgbuild import pipeline

    class Past(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return datetime.datetime.fromtimestamp(time.time(), tz)

    pipeline.datetime = Past  # type: ignore[misc]


def serve_pubmed() -> tuple[int, str]:
    """A made-up PubMed in a process of its own: the process and its address."""
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child:
        os.close(writing)
        with os.fdopen(reading) as stream:
            return child, stream.readline().strip()
    os.setsid()
    from tests.source.live import eutils_server

    with eutils_server.serve(eutils_server.made_up_pubmed()) as server:
        os.write(writing, f"{server.url}\n".encode())
        os.close(writing)
        while os.getppid() == parent:
            time.sleep(0.2)
    os._exit(0)
