"""A client of NCBI's E-utilities for PubMed: esearch and efetch through the history server.

Parameters and limits follow "The E-utilities In-Depth" (NCBI Bookshelf NBK25499) and "A General Introduction
to the E-utilities" (NBK25497). Every request is a POST: long queries fit, and the API key is in no URL.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Self, TypeVar

import httpx
import tenacity

from kgbuild.errors import ConfigurationError, InputError, RemoteError
from kgbuild.remote import Guard, check_encrypted, http_client, shown, without
from kgbuild.source.eutils_answers import (
    NO_ARTICLES,
    Articles,
    History,
    HistoryExpiredError,
    RejectedError,
    SearchResult,
    TooLargeError,
    TransientError,
    joined,
    read_articles,
    read_search,
)
from kgbuild.source.eutils_http import read_body, retry_after

NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
SEARCH_LIMIT = 9_999
"""PubMed gives no more records than this of one search, through the history server neither."""

_REMEDY = (
    "Check the network and the proxy settings, or run again later: what is downloaded is kept. "
    "KGBUILD_EUTILS_URL names another server; --source reads local files instead."
)
_LONGEST_WAIT = 600.0
_FIRST_CONTACT_ATTEMPTS = 3
_UNREACHABLE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class EutilsSettings:
    """How to talk to the service. Times are in seconds.

    Raises:
        ConfigurationError: the address holds a password, or would get the key unencrypted.
    """

    base_url: str = NCBI
    api_key: str = field(default="", repr=False)
    tool: str = "kgbuild"
    email: str = ""
    connect_timeout: float = 15.0
    read_timeout: float = 90.0
    requests_per_second: float = 3.0
    attempts: int = 8
    backoff: float = 1.0
    """The first pause between attempts; each further one is twice as long, plus jitter."""
    deadline: float = 900.0
    """For one search or batch of articles, all attempts, pauses and the whole answer included."""
    most_bytes: int = 64 << 20
    """Of an answer, unpacked. Of articles that are larger together, fewer are asked for; see `Eutils.fetch`."""

    def __post_init__(self) -> None:
        if httpx.URL(self.base_url).userinfo:
            raise ConfigurationError(
                "the address of the E-utilities holds a user or a password",
                remedy="Give KGBUILD_EUTILS_URL without them.",
            )
        if self.api_key:
            check_encrypted(self.base_url, variables="NCBI_API_KEY")


def settings_from_environment(env: Mapping[str, str] = os.environ) -> EutilsSettings:
    """Settings from KGBUILD_EUTILS_URL, NCBI_API_KEY and NCBI_EMAIL; 10 requests a second with a key, else 3.

    Raises:
        ConfigurationError: KGBUILD_EUTILS_URL is not an http(s) address, holds a password, or would get the key
            unencrypted.
    """
    base_url = env.get("KGBUILD_EUTILS_URL", "").strip().rstrip("/") or NCBI
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigurationError(
            f"KGBUILD_EUTILS_URL is {base_url!r}, not an http(s) address",
            remedy=f"Give an address such as {NCBI}, or unset it.",
        )
    api_key = env.get("NCBI_API_KEY", "").strip()
    return EutilsSettings(
        base_url=base_url,
        api_key=api_key,
        email=env.get("NCBI_EMAIL", "").strip(),
        requests_per_second=10.0 if api_key else 3.0,
    )


class RateLimiter:
    """Spaces calls evenly, whichever threads they come from."""

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = clock()

    def wait(self) -> None:
        """Return when the caller's turn has come."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            self._sleep(turn - now)


@lru_cache
def _process_limiter(base_url: str, per_second: float) -> RateLimiter:  # noqa: ARG001 the URL is the key
    """One limiter for each server in the whole process: NCBI counts by address, not by connection."""
    return RateLimiter(per_second)


class Eutils:
    """A connection to the service; use it as a context manager."""

    def __init__(self, settings: EutilsSettings, *, transport: httpx.BaseTransport | None = None) -> None:
        self._settings = settings
        self._limiter = _process_limiter(settings.base_url, settings.requests_per_second)
        self._answered = False
        self._guard = Guard()
        self._client = http_client(
            settings.base_url,
            # The only packing whose size is looked at while it is unpacked.
            headers={"User-Agent": settings.tool, "Accept-Encoding": "gzip"},
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def search(
        self, term: str, *, entered: tuple[date, date] | None = None, retmax: int = SEARCH_LIMIT
    ) -> SearchResult:
        """Search PubMed and keep the result on the history server.

        `entered` limits the search to entry dates, both ends included. It goes as parameters and not in the
        term, so that it holds for the whole query however that is written.

        Raises:
            InputError: PubMed rejects the query.
            RemoteError: the service can not be reached or does not answer as it should.
            ConfigurationError: the API key is refused.
        """
        parameters = {"term": term, "usehistory": "y", "retmode": "xml", "retmax": str(retmax)}
        if entered:
            first, last = (day.strftime("%Y/%m/%d") for day in entered)
            parameters |= {"datetype": "edat", "mindate": first, "maxdate": last}
        try:
            return self._call("esearch.fcgi", read_search, parameters)
        except TooLargeError as error:
            raise self._remote("esearch.fcgi", str(error)) from None
        except RejectedError as error:
            raise InputError(
                f"PubMed rejects the query: {self._clean(error)}",
                record=term,
                remedy="Try the query at https://pubmed.ncbi.nlm.nih.gov/advanced/.",
            ) from None

    def fetch_from_history(self, history: History, start: int, number: int) -> Articles:
        """Fetch the articles at positions `start` to `start + number` of a search.

        Raises:
            HistoryExpiredError: the search has to be made again.
            TooLargeError: they are larger than an answer may be; `fetch` asks for fewer at a time.
            RemoteError, ConfigurationError: as for `search`.
        """
        place = {"WebEnv": history.webenv, "query_key": history.query_key}
        return self._fetch(place | {"retstart": str(start), "retmax": str(number)})

    def fetch(self, pmids: Sequence[str]) -> Articles:
        """Fetch articles by PMID; those that PubMed does not give are missing from the result.

        Where they are too large together they are asked for in halves, so that a huge one is missing alone.

        Raises:
            RemoteError, ConfigurationError: as for `search`.
        """
        try:
            return self._fetch({"id": ",".join(pmids)})
        except HistoryExpiredError as error:
            raise self._remote("efetch.fcgi", self._clean(error)) from None
        except TooLargeError:
            if len(pmids) < 2:
                return NO_ARTICLES
        half = len(pmids) // 2
        return joined(self.fetch(pmids[:half]), self.fetch(pmids[half:]))

    def _fetch(self, parameters: dict[str, str]) -> Articles:
        try:
            return self._call("efetch.fcgi", read_articles, parameters | {"retmode": "xml"})
        except RejectedError as error:
            raise self._remote("efetch.fcgi", self._clean(error)) from None

    def _call(self, endpoint: str, reader: Callable[[bytes], _T], parameters: dict[str, str]) -> _T:
        settings = self._settings
        data = {"db": "pubmed", "tool": settings.tool} | parameters
        if settings.email:
            data["email"] = settings.email
        if settings.api_key:
            data["api_key"] = settings.api_key
        backoff = tenacity.wait_exponential(
            multiplier=settings.backoff, max=60 * settings.backoff
        ) + tenacity.wait_random(0, settings.backoff)
        deadline = time.monotonic() + settings.deadline
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            wait=lambda state: max(backoff(state), _transient(state).retry_after),
            stop=lambda state: (
                state.attempt_number >= self._attempts(_transient(state))
                or time.monotonic() + state.upcoming_sleep >= deadline
            ),
            reraise=True,
        )
        try:
            answer: _T = retrying(self._once, endpoint, reader, data, deadline)
        except TransientError as error:
            late = f"; not done within {settings.deadline:g} s" if time.monotonic() >= deadline else ""
            raise self._remote(endpoint, self._clean(error) + late) from None
        return answer

    def _attempts(self, error: TransientError) -> int:
        """A server that never answered is most often a network that is not there: say so soon."""
        attempts = self._settings.attempts
        return min(attempts, _FIRST_CONTACT_ATTEMPTS) if error.unreachable and not self._answered else attempts

    def _once(self, endpoint: str, reader: Callable[[bytes], _T], data: dict[str, str], deadline: float) -> _T:
        settings = self._settings
        self._limiter.wait()
        left = max(0.1, deadline - time.monotonic())
        timeout = httpx.Timeout(min(left, settings.read_timeout), connect=min(left, settings.connect_timeout))
        request = self._client.build_request(
            "POST",
            f"{settings.base_url}/{endpoint}",
            data=data,
            timeout=timeout,
            extensions={"trace": self._guard.notice},
        )
        try:
            with self._guard.until(deadline), closing(self._client.send(request, stream=True)) as response:
                self._answered = True
                self._check(endpoint, response)
                body = read_body(response, settings.most_bytes, deadline)
        except httpx.RequestError as error:
            cause = f"{type(error).__name__}: {error}"
            raise TransientError(cause, unreachable=isinstance(error, _UNREACHABLE)) from None
        return reader(body)

    def _check(self, endpoint: str, response: httpx.Response) -> None:
        """Raise for an answer whose status says that it holds no document."""
        status = response.status_code
        if status in (408, 429) or status >= 500:
            wait = retry_after(response.headers.get("Retry-After", ""))
            if wait > _LONGEST_WAIT:
                raise self._remote(endpoint, f"HTTP {status}, and asks to wait {wait:.0f} seconds")
            raise TransientError(f"HTTP {status}", retry_after=wait)
        if not response.is_success and status != 400:  # 400 carries an error document that says more
            there = shown(response.headers.get("Location", ""))
            raise self._remote(
                endpoint, f"HTTP {status}" + (f", which sends on to {self._hidden(there)}" if there else "")
            )

    def _remote(self, endpoint: str, cause: str) -> RemoteError:
        return RemoteError(f"{self._settings.base_url}/{endpoint} fails: {cause}", remedy=_REMEDY)

    def _clean(self, error: Exception) -> str:
        return self._hidden(str(error))

    def _hidden(self, text: str) -> str:
        return without(text, self._settings.api_key)


def _transient(state: tenacity.RetryCallState) -> TransientError:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, TransientError) else TransientError("")
