"""Servers' addresses and the credentials that go there: what every client of kgbuild does alike."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kgbuild.errors import ConfigurationError, masked

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

    import httpx

_BASE64 = re.compile(r"(?i)\b(basic|bearer)\s+[\w.~+/-]{6,}=*")


def is_local(url: str) -> bool:
    """Whether an address is this machine's own, so that what goes there is on no network."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def shown(url: str) -> str:
    """An address as messages show it: without user, password, query and fragment, which may hold a key."""
    return masked(re.split(r"[?#]", url, maxsplit=1)[0])


def without(text: str, *secrets: str) -> str:
    """A text, such as a server's answer, without these secrets and without other credentials that are seen in it."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "…")
    return masked(_BASE64.sub(r"\1 …", text))


def check_encrypted(url: str, *, variables: str) -> None:
    """See that credentials are encrypted on their way to another machine.

    Args:
        url: where they go.
        variables: the environment variables that they come from, for the message.

    Raises:
        ConfigurationError: they would travel unencrypted.
    """
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_local(url):
        raise ConfigurationError(
            f"credentials would travel unencrypted to {parts.hostname}",
            remedy=f"Use https://, a tunnel (ssh -L) to this machine, or unset {variables}.",
        )


def http_client(url: str, **options: Any) -> httpx.Client:
    """A client for one server: it follows no redirect, and no proxy stands before this machine's own servers.

    Args:
        url: the server's.
        options: of `httpx.Client`.

    Raises:
        ConfigurationError: the environment names a proxy that cannot be used.
    """
    import httpx

    try:
        return httpx.Client(follow_redirects=False, trust_env=not is_local(url), **options)
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        raise ConfigurationError(
            f"the proxy of the environment cannot be used: {error}",
            remedy="Correct or unset HTTP_PROXY, HTTPS_PROXY and ALL_PROXY.",
        ) from error


class Guard:
    """Breaks a connection at a deadline: else a server may send a byte, also of headers, in each read timeout."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    def hold(self, connected: socket.socket | None) -> None:
        """Keep the connection that was made."""
        self._socket = connected

    def notice(self, name: str, info: Mapping[str, Any]) -> None:
        """The same, as the extension `trace` of httpx: https://www.encode.io/httpcore/extensions/."""
        if name in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self.hold(info["return_value"].get_extra_info("socket"))

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Break the connection at that time of `time.monotonic`, unless the block ends before."""
        timer = threading.Timer(max(0.0, deadline - time.monotonic()), self._break)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _break(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def opener(url: str, guard: Guard) -> OpenerDirector:
    """What sends a request of urllib: as `http_client` does; `guard` gets its connections."""
    from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
    from urllib.request import (
        HTTPHandler,
        HTTPRedirectHandler,
        HTTPSHandler,
        ProxyHandler,
        Request,
        build_opener,
    )

    class Connection(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            guard.hold(self.sock)

    class SecureConnection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            guard.hold(self.sock)

    class Plain(HTTPHandler):
        def http_open(self, req: Request) -> HTTPResponse:
            return self.do_open(Connection, req)

    class Secure(HTTPSHandler):
        def https_open(self, req: Request) -> HTTPResponse:
            return self.do_open(SecureConnection, req)

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    return build_opener(Plain, Secure, Stay, *([ProxyHandler({})] if is_local(url) else []))
