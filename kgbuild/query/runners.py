"""Asking read-only SPARQL of an embedded store or of a server, with limits on time, memory and rows."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kgbuild.errors import GraphError, InputError, KgbuildError, RemoteError
from kgbuild.load.sparql_http import check_address
from kgbuild.query.results import MAX_ROWS, Table
from kgbuild.query.sparql import gives_rows, parse_terms, with_values
from kgbuild.remote import Guard, opener, shown, without
from kgbuild.signals import uninterrupted

if TYPE_CHECKING:
    from urllib.error import HTTPError

    from SPARQLWrapper import SPARQLWrapper

TIMEOUT = 60.0
_MOST_BYTES = 1 << 29
_FASTER = "Ask for less, for example with a LIMIT, or allow more time."


class StoreRunner:
    """Asks an embedded store, in a process of its own that ends when a query takes too long or too much.

    The process is started by the first query and serves the next ones; after a query that had to be ended, a new
    one takes its place. Threads may share a runner; their queries wait for each other.

    Args:
        store: the folder of a store that `kgbuild.load.oxigraph.build_store` made.
        timeout: seconds that a query may take.
        max_rows: rows that an answer may have; a longer one is an error, never cut.
        memory: megabytes of data that the process may hold (where the system lets us limit them).
    """

    def __init__(
        self, store: Path, timeout: float = TIMEOUT, max_rows: int = MAX_ROWS, *, memory: int = 2_000
    ) -> None:
        self._store = store
        self._timeout = timeout
        self._max_rows = max_rows
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, query: str, parameters: Mapping[str, str] | None = None) -> Table:
        """The rows of a SELECT, or the one value of an ASK.

        Args:
            query: SPARQL.
            parameters: variables' names and the terms to put for them, in N-Triples syntax
                (`kgbuild.query.sparql.iri` and `value` write them).

        Raises:
            InputError: the query is broken, or does more than read.
            GraphError: there is no store.
            KgbuildError: the query took too long, needed too much memory, or has too many rows.
        """
        _rows_wanted(query)
        answer = self._ask(query, parameters)
        return Table(tuple(answer["columns"]), tuple(map(tuple, answer["rows"])))

    def triples(self, query: str, parameters: Mapping[str, str] | None = None) -> str:
        """The triples of a CONSTRUCT or DESCRIBE as sorted N-Triples lines; raises as `run` does."""
        _triples_wanted(query)
        return str(self._ask(query, parameters)["triples"])

    def close(self) -> None:
        """End the process, if one runs."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._connection = self._process = None

    def _ask(self, query: str, parameters: Mapping[str, str] | None) -> dict[str, Any]:
        # Not Store.query(substitutions=…): it wants every parameter in the projection, which aggregates forbid.
        request = {
            "query": with_values(query, parse_terms(parameters or {})),
            "timeout": self._timeout,
            "max_rows": self._max_rows,
        }
        with self._lock:
            connection = self._connection or self._start()
            begun = time.monotonic()
            try:
                connection.send(request)
                answer: dict[str, Any] = connection.recv()
            except (EOFError, OSError):
                self.close()
                if time.monotonic() - begun >= self._timeout:
                    raise KgbuildError(f"the query took more than {self._timeout:g} s", remedy=_FASTER) from None
                raise KgbuildError(
                    f"the query needed more than {self._memory} MB of memory, or its process was killed",
                    remedy="Ask for less at a time.",
                ) from None
            except BaseException:
                # Interrupted between question and answer: the next question must not get this answer.
                self.close()
                raise
        return _checked(answer)

    def _start(self) -> Connection:
        here, there = Pipe()
        with there:
            command = [sys.executable, "-P", "-m", "kgbuild.query.worker", str(self._store), str(there.fileno())]
            with uninterrupted():
                # Its standard input is closed when this process ends, however it ends.
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [*command, str(self._memory)], pass_fds=[there.fileno()], stdin=subprocess.PIPE
                )
        self._connection = here
        try:
            _checked(here.recv())
        except (EOFError, OSError):
            self.close()
            raise GraphError(f"the query process for {self._store} could not start") from None
        except KgbuildError:
            self.close()
            raise
        return here


class EndpointRunner:
    """Asks a SPARQL server over HTTP, through SPARQLWrapper.

    Credentials come from the environment: `KGBUILD_SPARQL_USER` and `KGBUILD_SPARQL_PASSWORD`, or
    `KGBUILD_SPARQL_TOKEN` (sent as a bearer token).

    Args:
        url: where the server takes queries, such as http://127.0.0.1:3030/kg/query.
        timeout: seconds that a query may take.
        max_rows: rows that an answer may have; a longer one is an error, never cut.

    Raises:
        InputError: the URL is not of HTTP.
        ConfigurationError: it holds a password, or credentials would travel unencrypted to another machine.
    """

    def __init__(self, url: str, timeout: float = TIMEOUT, max_rows: int = MAX_ROWS) -> None:
        self._url = url
        self._timeout = timeout
        self._max_rows = max_rows
        self._user = os.environ.get("KGBUILD_SPARQL_USER", "")
        self._password = os.environ.get("KGBUILD_SPARQL_PASSWORD", "")
        self._token = os.environ.get("KGBUILD_SPARQL_TOKEN", "")
        check_address(url, credentials=bool(self._user or self._token))
        self._place = shown(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is kept open between queries."""

    def run(self, query: str, parameters: Mapping[str, str] | None = None) -> Table:
        """The rows of a SELECT, or the one value of an ASK; parameters as for `StoreRunner.run`.

        Raises:
            InputError: the query is broken, or does more than read.
            RemoteError: the server did not answer in time, or not as a SPARQL server does.
            KgbuildError: the answer has too many rows.
        """
        import pyoxigraph as ox

        from kgbuild.query.answers import to_table

        _rows_wanted(query)
        content = self._ask(query, parameters, "json")
        try:
            answer = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
            return to_table(answer, self._max_rows)
        except SyntaxError as error:
            raise RemoteError(
                f"{self._place} did not answer with SPARQL results: {self._clean(repr(content[:200]))}",
                remedy="Check that the address is the one for queries.",
            ) from error

    def triples(self, query: str, parameters: Mapping[str, str] | None = None) -> str:
        """The triples of a CONSTRUCT or DESCRIBE as sorted N-Triples lines; raises as `run` does."""
        import pyoxigraph as ox

        _triples_wanted(query)
        content = self._ask(query, parameters, "turtle")
        try:
            lines = {f"{quad.triple} ." for quad in ox.parse(content, ox.RdfFormat.TURTLE, base_iri=self._url)}
        except SyntaxError as error:
            raise RemoteError(f"{self._place} did not answer with Turtle: {error}") from error
        return "".join(line + "\n" for line in sorted(lines))

    def _ask(self, query: str, parameters: Mapping[str, str] | None, form: str) -> bytes:
        from urllib.error import HTTPError, URLError

        from SPARQLWrapper import CONSTRUCT, SELECT

        wrapper = self._wrapper(form)
        wrapper.setQuery(with_values(query, parse_terms(parameters or {})))
        # What it takes a query for hangs on words in comments ("add", "load"); this one was seen to read.
        wrapper.queryType = SELECT if form == "json" else CONSTRUCT
        deadline, guard = time.monotonic() + self._timeout, Guard()
        sender = opener(self._url, guard)
        try:
            # The socket's time limit counts from byte to byte; the whole answer has one too.
            with (
                guard.until(deadline),
                sender.open(wrapper._createRequest(), timeout=max(1, self._timeout)) as response,
            ):
                pieces, size = [], 0
                while piece := response.read1(1 << 16):
                    pieces.append(piece)
                    size += len(piece)
                    if size > _MOST_BYTES:
                        raise KgbuildError(f"{self._place}: the answer is larger than {_MOST_BYTES:,} bytes")
        except TimeoutError as error:
            raise self._late() from error
        except HTTPError as error:
            raise self._refusal(error) from error
        except URLError as error:
            if isinstance(error.reason, TimeoutError) or time.monotonic() >= deadline:
                raise self._late() from error
            raise self._failed(str(error)) from error
        except (OSError, ValueError, HTTPException) as error:
            if time.monotonic() >= deadline:
                raise self._late() from error
            raise self._failed(str(error) or type(error).__name__) from error
        if time.monotonic() >= deadline:
            # A broken connection may read like the end of an answer.
            raise self._late()
        return b"".join(pieces)

    def _refusal(self, error: HTTPError) -> RemoteError:
        if 300 <= error.code < 400:
            # What goes with the request, credentials among it, is for the address that was given alone.
            there = shown(error.headers.get("Location", "another address"))
            return RemoteError(f"{self._place} sends on to {there}", remedy="Give that address if you trust it.")
        with suppress(OSError, HTTPException):
            text = error.read(1 << 16).decode(errors="replace")
            first = next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")[:500]
            if error.code == 400:
                return RemoteError(f"{self._place} refused the query: {self._clean(first)}")
            return self._failed(f"HTTP {error.code}: {first}")
        return self._failed(f"HTTP {error.code}")

    def _failed(self, cause: str) -> RemoteError:
        return RemoteError(f"{self._place}: {self._clean(cause)}", remedy="Check the address and the server.")

    def _clean(self, text: str) -> str:
        return without(text, self._password, self._token)

    def _wrapper(self, form: str) -> SPARQLWrapper:
        from SPARQLWrapper import POST, SPARQLWrapper

        from kgbuild import __version__

        wrapper = SPARQLWrapper(self._url, agent=f"kgbuild/{__version__}")
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(form)
        wrapper.setOnlyConneg(True)
        if self._token:
            wrapper.addCustomHttpHeader("Authorization", f"Bearer {self._token}")
        elif self._user:
            wrapper.setCredentials(self._user, self._password)
        return wrapper

    def _late(self) -> RemoteError:
        return RemoteError(f"{self._place} took more than {self._timeout:g} s to answer", remedy=_FASTER)


def _rows_wanted(query: str) -> None:
    if not gives_rows(query):
        raise InputError("the query makes triples, not rows", remedy="Use SELECT or ASK, or ask for triples.")


def _triples_wanted(query: str) -> None:
    if gives_rows(query):
        raise InputError("the query makes rows, not triples", remedy="Use CONSTRUCT or DESCRIBE.")


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    if "error" in answer:
        kinds: dict[str, type[KgbuildError]] = {"input": InputError, "graph": GraphError}
        raise kinds.get(answer["kind"], KgbuildError)(answer["error"], remedy=answer["remedy"])
    return answer
