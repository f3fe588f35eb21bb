"""Reaching a SPARQL 1.1 server: addresses, credentials, retries, and its errors in our words."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, get_args
from urllib.parse import quote, urlsplit

from kgbuild import __version__
from kgbuild.errors import ConfigurationError, InputError, RemoteError
from kgbuild.remote import check_encrypted, http_client, shown, without

if TYPE_CHECKING:
    import httpx
    from tenacity import Retrying

Kind = Literal["auto", "fuseki", "oxigraph", "generic"]
TIMEOUT = 600.0
BATCH = 4 << 20
# The last parts of the addresses for queries, updates and the Graph Store Protocol, below a dataset's address.
# Oxigraph's transactions grow slow with their size; a staging graph needs none.
_LAYOUTS = {"fuseki": ("query", "update", "data"), "oxigraph": ("query", "update", "store?no_transaction")}
_LAST_PART = re.compile(r"/(?:query|sparql|update|data|get|store)\Z")
_BUSY = (429, 502, 503, 504)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_LOGIN = "Set KGBUILD_SPARQL_USER and KGBUILD_SPARQL_PASSWORD, or KGBUILD_SPARQL_TOKEN."
_ADDRESS = "Check the address and the server."
_HTTP = "Give http://… or https://…"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Where a SPARQL 1.1 server is, who asks, and what it bears.

    Attributes:
        url: a dataset's address, such as http://127.0.0.1:3030/kg; for kind `generic` where it takes queries.
        kind: how the other addresses follow from `url`; `auto` asks the server.
        query_url: where it takes queries, if that does not follow from `url`.
        update_url: where it takes updates, likewise.
        store_url: where it speaks the Graph Store Protocol, likewise.
        timeout: seconds that one request may take.
        batch: bytes of triples in one request.

    Raises:
        InputError: an address is not of HTTP, or a number makes no sense.
        ConfigurationError: an address holds a password, or credentials would travel unencrypted.
    """

    url: str
    kind: Kind = "auto"
    query_url: str = ""
    update_url: str = ""
    store_url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    timeout: float = TIMEOUT
    batch: int = BATCH

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise InputError(f"{self.kind!r} is no kind of server", remedy=f"Known are {', '.join(get_args(Kind))}.")
        if self.timeout <= 0 or self.batch <= 0:
            raise InputError("the time limit and the size of a request must be above zero")
        for url in filter(None, (self.url, self.query_url, self.update_url, self.store_url)):
            check_address(url, credentials=bool(self.user or self.token))


def check_address(url: str, *, credentials: bool) -> None:
    """See that an address is a server's, holds no password, and that credentials are encrypted on their way there.

    Raises:
        InputError: it is not of HTTP.
        ConfigurationError: it holds a password, or credentials would travel unencrypted to another machine.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InputError(f"{url!r} is not the address of a server: {error}", remedy=_HTTP) from error
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError("the server's address holds a user or a password", remedy=_LOGIN)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{url!r} is not the address of a server", remedy=_HTTP)
    if credentials:
        check_encrypted(url, variables="KGBUILD_SPARQL_USER and KGBUILD_SPARQL_TOKEN")


def settings_from(
    url: str,
    kind: Kind = "auto",
    *,
    query_url: str = "",
    update_url: str = "",
    store_url: str = "",
    timeout: float = TIMEOUT,
    batch: int = BATCH,
    environment: Mapping[str, str] | None = None,
) -> ServerSettings:
    """Settings with credentials from KGBUILD_SPARQL_USER and _PASSWORD, or KGBUILD_SPARQL_TOKEN."""
    variables = os.environ if environment is None else environment
    return ServerSettings(
        url=url,
        kind=kind,
        query_url=query_url,
        update_url=update_url,
        store_url=store_url,
        user=variables.get("KGBUILD_SPARQL_USER", ""),
        password=variables.get("KGBUILD_SPARQL_PASSWORD", ""),
        token=variables.get("KGBUILD_SPARQL_TOKEN", ""),
        timeout=timeout,
        batch=batch,
    )


class TransientError(RemoteError):
    """A server that could not be reached or is busy: asking again may help."""


class Server:
    """A connection to a server; use it as a context manager.

    Every request may be sent twice without harm, and is sent again when the network or a busy server failed it.

    Raises:
        RemoteError: there is no such server.
    """

    def __init__(self, settings: ServerSettings) -> None:
        import httpx

        self._settings = settings
        self._client = http_client(
            settings.url,
            auth=(settings.user, settings.password) if settings.user and not settings.token else None,
            headers={
                "User-Agent": f"kgbuild/{__version__}",
                **({"Authorization": f"Bearer {settings.token}"} if settings.token else {}),
            },
            timeout=httpx.Timeout(settings.timeout, connect=15.0),
        )
        try:
            self.query_url, self.update_url, self.store_url = self._addresses()
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def retrying(self) -> Retrying:
        """Attempts at what may raise `TransientError`, with growing pauses, some ten seconds in all."""
        import tenacity

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=tenacity.stop_after_attempt(5),
            wait=tenacity.wait_exponential(multiplier=0.5, max=8.0) + tenacity.wait_random(0, 0.5),
            reraise=True,
        )

    def rows(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT as plain texts."""
        headers = {"Accept": "application/sparql-results+json"}
        response = self.retrying()(self._post, self.query_url, "queries", headers=headers, form={"query": query})
        try:
            found = response.json()["results"]["bindings"]
            return [{name: str(term["value"]) for name, term in row.items()} for row in found]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RemoteError(
                f"{shown(self.query_url)} did not answer with SPARQL results: {self._reason(response)}",
                remedy=_ADDRESS,
            ) from error

    def update(self, text: str, *, once: bool = False) -> None:
        """Run an update; `once` leaves it to the caller to try again."""
        headers = {"Content-Type": "application/sparql-update"}
        content = text.encode()
        if once:
            self._post(self.update_url, "updates", headers=headers, content=content)
        else:
            self.retrying()(self._post, self.update_url, "updates", headers=headers, content=content)

    def add(self, graph: str, triples: bytes) -> None:
        """Add lines of N-Triples to a named graph: by the Graph Store Protocol, or else by INSERT DATA."""
        if self.store_url:
            url = f"{self.store_url}{'&' if '?' in self.store_url else '?'}graph={quote(graph, safe='')}"
            headers = {"Content-Type": "application/n-triples"}
            self.retrying()(self._post, url, "graphs", headers=headers, content=triples)
        else:
            # SPARQL reads \\u as a code point before it sees the escaped backslash (section 19.2).
            text = triples.decode().replace("\\\\u", "\\\\\\u0075").replace("\\\\U", "\\\\\\u0055")
            self.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{text}}} }}")

    def _addresses(self) -> tuple[str, str, str]:
        given = self._settings
        kind = given.kind
        if kind == "auto":
            kind = "generic" if given.update_url else self._kind()
        if kind in _LAYOUTS:
            base = _LAST_PART.sub("", given.url.rstrip("/"))
            query, update, store = (f"{base}/{part}" for part in _LAYOUTS[kind])
        else:
            query, update, store = given.url, given.url, ""
        return given.query_url or query, given.update_url or update, given.store_url or store

    def _kind(self) -> Kind:
        """What the server's answer to a small question tells of it, whatever the answer is."""
        import httpx

        try:
            answer = self._client.get(self._settings.url, params={"query": "ASK {}"})
        except httpx.HTTPError as error:
            raise _unreached(self._settings.url, error) from error
        if "fuseki-request-id" in answer.headers:
            return "fuseki"
        return "oxigraph" if answer.headers.get("server", "").startswith("Oxigraph") else "generic"

    def _post(
        self,
        url: str,
        what: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        form: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        import httpx

        try:
            response = self._client.post(url, content=content, data=form, headers=dict(headers))
        except httpx.HTTPError as error:
            raise _unreached(url, error) from error
        if not response.is_success:
            raise self._refusal(response, url, what)
        return response

    def _reason(self, response: httpx.Response) -> str:
        return without(reason(response), self._settings.password, self._settings.token)

    def _refusal(self, response: httpx.Response, url: str, what: str) -> RemoteError:
        status, place = response.status_code, shown(url)
        if status in _BUSY:
            return TransientError(f"{place} is not ready (HTTP {status}): {self._reason(response)}", remedy=_ADDRESS)
        if status == 401:
            given = "refuses the credentials" if self._settings.user or self._settings.token else "wants credentials"
            return RemoteError(f"{place} {given} (HTTP 401)", remedy=_LOGIN)
        if status == 413:
            return RemoteError(
                f"{place} takes no request of {self._settings.batch:,} bytes (HTTP 413)",
                remedy="Send less at a time: give a smaller batch size.",
            )
        if response.is_redirect:
            return RemoteError(
                f"{place} sends on to {shown(response.headers.get('location', ''))}", remedy="Give that address."
            )
        if status in (403, 404, 405, 501):
            return RemoteError(
                f"{place} takes no {what} (HTTP {status}): {self._reason(response)}",
                remedy="Check the dataset in the address, and whether this server or user may only read (Fuseki "
                "takes updates when started with --update), or give the address for updates.",
            )
        return RemoteError(f"{place} answered HTTP {status}: {self._reason(response)}", remedy=_ADDRESS)


def reason(response: httpx.Response) -> str:
    """The first line of an answer, or the title of a page, at most 200 characters."""
    text = response.text
    title = _TITLE.search(text)
    lines = unescape(title[1]) if title else text
    first = next((line.strip() for line in lines.splitlines() if line.strip()), "no reason given")
    return first if len(first) <= 200 else first[:199] + "…"


def _unreached(url: str, error: httpx.HTTPError) -> TransientError:
    import httpx

    if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
        return TransientError(
            f"{shown(url)} did not answer in time", remedy="Allow more time, or send less at a time."
        )
    return TransientError(f"{shown(url)} can not be reached: {error or type(error).__name__}", remedy=_ADDRESS)
