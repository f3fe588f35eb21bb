"""A proxy on loopback that passes requests on to a real server, and fails some of them as networks do."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@dataclass(frozen=True)
class Request:
    """`number` counts the requests from 1."""

    number: int
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the proxy says in the server's place."""

    status: int
    body: str = ""
    content_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()


class LoseAnswer:
    """Let the server do what is asked, and close the connection without a word."""


Rule = Callable[[Request], Answer | LoseAnswer | None]


@contextmanager
def proxy(upstream: str, rule: Rule) -> Iterator[str]:
    """The address of a proxy for a server's address; what `rule` gives None for is passed on."""
    lock, count = threading.Lock(), 0
    client = httpx.Client(base_url=upstream, timeout=60, trust_env=False)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            nonlocal count
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                count += 1
                number = count
            found = rule(Request(number, self.path, self.headers, body))
            if isinstance(found, Answer):
                headers = (("Content-Type", found.content_type), *found.headers)
                self._answer(found.status, headers, found.body.encode())
                return
            names = ("Content-Type", "Accept", "Authorization")
            passed = {name: self.headers[name] for name in names if name in self.headers}
            answer = client.request(self.command, self.path, content=body, headers=passed)
            if isinstance(found, LoseAnswer):
                self.close_connection = True
                return
            kept = ("content-type", "fuseki-request-id", "server", "www-authenticate")
            self._answer(answer.status_code, [h for h in answer.headers.items() if h[0] in kept], answer.content)

        do_POST = do_GET  # noqa: N815

        def _answer(self, status: int, headers: object, body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        client.close()
