"""The process that runs queries on an embedded store, so that a runaway query can be ended.

Oxigraph offers no way to stop a query, so each is given an alarm whose default action ends the process, and the
process a limit on its memory. `kgbuild.query.runners` starts it, as
`python -m kgbuild.query.worker STORE DESCRIPTOR MEGABYTES`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kgbuild.errors import KgbuildError
from kgbuild.load.oxigraph import open_store
from kgbuild.query.answers import to_table


def main(path: str, descriptor: int, megabytes: int) -> None:
    """Answer requests until the other side closes."""
    _limit_memory(megabytes)
    # An answer that another process waits for must not end with it half way, and ^C is the parent's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with Connection(descriptor) as connection:
        try:
            store = open_store(Path(path))
        except KgbuildError as error:
            connection.send({"error": error.message, "remedy": error.remedy, "kind": "graph"})
            return
        connection.send({})
        with suppress(EOFError):
            while True:
                request = connection.recv()
                signal.setitimer(signal.ITIMER_REAL, request["timeout"])
                answer = _answer(store, request)
                signal.setitimer(signal.ITIMER_REAL, 0)
                connection.send(answer)


def _end_with_parent() -> None:
    """End in the midst of a query, too, once standard input is closed; Oxigraph lets threads run meanwhile."""
    os.read(0, 1)
    os._exit(1)


def _answer(store: ox.Store, request: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = store.query(request["query"])
        if isinstance(answer, ox.QueryTriples):
            lines = sorted({f"{triple} ." for triple in answer})
            return {"triples": "".join(line + "\n" for line in lines)}
        return asdict(to_table(answer, request["max_rows"]))
    except SyntaxError as error:
        return {"error": f"the query is not valid SPARQL: {error.msg}", "remedy": "", "kind": "input"}
    except KgbuildError as error:
        return {"error": error.message, "remedy": error.remedy, "kind": ""}
    except (OSError, ValueError) as error:
        return {"error": f"the query failed: {error}", "remedy": "", "kind": ""}


def _limit_memory(megabytes: int) -> None:
    import resource

    # What a system does not let us limit is only limited by the time that a query may take.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    # The store is read-only: nothing is left to close, and a large one takes its time.
    os._exit(0)
