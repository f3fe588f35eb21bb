"""Ctrl-C: commands end within two seconds, whatever library is at work."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time

STOPPED = "stopped; run the same command again to go on"
CODE = 130
_PATIENCE = 1.2  # seconds that a command has to end by itself
_told = threading.Event()


def answer_promptly() -> None:
    """From here on SIGINT ends this process in time, even where a library computes for long without a look at it.

    What is on disk is whole at any instant (`kgbuild.files`); the processes that kgbuild starts end with this one.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    here, there = socket.socketpair()
    there.setblocking(False)
    # The interpreter writes a signal's number there at once, before any Python code runs.
    signal.set_wakeup_fd(there.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_wait, args=(here, there), daemon=True).start()


def tell() -> None:
    """Say once that the command was stopped, and how to go on."""
    if not _told.is_set():
        _told.set()
        # Progress on a terminal hides the cursor.
        cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
        os.write(2, f"{cursor}kgbuild: {STOPPED}\n".encode())


def was_interrupted(error: BaseException | None) -> bool:
    """Whether an error is, or was raised for, an interruption: libraries raise their own in its place."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _wait(here: socket.socket, there: socket.socket) -> None:  # noqa: ARG001 - kept open
    while True:
        got = here.recv(64)
        if not got:
            return
        if signal.SIGINT in got:
            break
    time.sleep(_PATIENCE)
    tell()
    os._exit(CODE)
