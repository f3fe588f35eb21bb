"""A hub on the loopback: the three requests that `huggingface_hub` makes, answered from a folder's files."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = hashlib.sha1(b"the commit").hexdigest()
REPOSITORY = "someone/some-model"


class Hub(ThreadingHTTPServer):
    """Serves one repository at one commit, which the branch `main` names; notes the files that were asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].strip("/")
        if not path.removeprefix("api/models/").startswith(REPOSITORY):
            self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"})
        elif path in (f"api/models/{REPOSITORY}/revision/main", f"api/models/{REPOSITORY}/revision/{COMMIT}"):
            about = {"id": REPOSITORY, "sha": COMMIT, "siblings": [{"rfilename": name} for name in self.server.files]}
            self.answer(200, json.dumps(about).encode())
        elif path == f"api/models/{REPOSITORY}/tree/{COMMIT}":
            tree = [
                {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
                for name, content in self.server.files.items()
            ]
            self.answer(200, json.dumps(tree).encode())
        elif path.removeprefix(f"{REPOSITORY}/resolve/{COMMIT}/") in self.server.files:
            name = path.removeprefix(f"{REPOSITORY}/resolve/{COMMIT}/")
            self.server.asked.append(name)
            content = self.server.files[name]
            etag = f'"{hashlib.sha1(content).hexdigest()}"'
            self.answer(200, content, {"ETag": etag, "X-Repo-Commit": COMMIT})
        else:
            self.answer(404, b"{}", {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Revision not found"})

    def do_HEAD(self) -> None:
        self.do_GET()

    def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[Hub]:
    with Hub(folder) as hub:
        threading.Thread(target=hub.serve_forever, daemon=True).start()
        yield hub
        hub.shutdown()
