"""Writing files so that a kill at any instant leaves the old content or the new, never a part of it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from kgbuild.errors import KgbuildError

TEMPORARY = ".tmp-"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder; on success it is synced to disk and takes `path`'s place.

    The temporary may be written as a file or as a folder (a folder can only take the place of none).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}{TEMPORARY}{uuid4().hex[:12]}")
    try:
        yield temporary
        for item in sorted(temporary.rglob("*")) if temporary.is_dir() else ():
            _sync(item)
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    except BaseException:
        remove(temporary)
        raise


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file's content atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Replace a file's content atomically (UTF-8)."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: object) -> None:
    """Replace a file by a value's JSON, atomically."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def remove(path: Path) -> None:
    """Remove a file or a whole folder; one that is not there is fine."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def remove_temporaries(folder: Path) -> None:
    """Remove what killed writers left behind in a folder, at any depth."""
    for item in folder.rglob(f"*{TEMPORARY}*"):
        remove(item)


@contextmanager
def locked(folder: Path, *, taken: KgbuildError) -> Iterator[None]:
    """Hold a folder for writing, made if need be; the system lets go of it when the process dies.

    What killed writers left behind is removed.

    Raises:
        KgbuildError: `taken`, where another process holds it.
        OSError: the folder can not be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise taken from None
        remove_temporaries(folder)
        yield


def digest(*parts: str, length: int = 32) -> str:
    """A SHA-256 over several texts, none of which can be mistaken for a neighbour; hexadecimal."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode()
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()[:length]


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
