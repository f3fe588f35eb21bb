"""Published graphs: their files' checksums, and keeping a graph on disk for as long as somebody reads it."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from kgbuild.files import digest, file_digest, remove, set_aside, write_json
from kgbuild.parquet import has_checksum, is_whole

FILES = "files.json"
_STATE = re.compile(r"[0-9a-f]{16}\Z")
# Descriptors of the graphs that this process reads; the system lets go of them when it ends.
_held: dict[Path, tuple[int, int]] = {}


def describe(folder: Path) -> None:
    """Write down the files of a graph that is about to be published: size, time, SHA-256 (tables have their own)."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != FILES:
            about = path.stat()
            checksum = "" if path.suffix == ".parquet" else file_digest(path)
            name = path.relative_to(folder).as_posix()
            files[name] = {"bytes": about.st_size, "time": about.st_mtime_ns, "sha256": checksum}
    write_json(folder / FILES, {"files": files, "checksum": _checksum(files)})


def faults(folder: Path, *, all_bytes: bool) -> Iterator[str]:
    """What is wrong with the files of a published graph: "FILE is missing", "FILE is damaged".

    Args:
        folder: the graph.
        all_bytes: compare all checksums; else only those of files of another size or time than they had.
    """
    path = folder / FILES
    try:
        value = json.loads(path.read_bytes())
        files: dict[str, dict[str, Any]] = value["files"]
        if value["checksum"] != _checksum(files):
            raise ValueError
    except FileNotFoundError:
        # Earlier versions wrote neither this file nor checksums in tables.
        if has_checksum(folder / "articles.parquet"):
            yield f"{path} is missing"
        return
    except (OSError, ValueError, KeyError, TypeError):
        yield f"{path} is damaged"
        return
    for name, about in files.items():
        file = folder / name
        try:
            found = file.stat()
        except OSError:
            yield f"{file} is missing"
            continue
        as_it_was = (found.st_size, found.st_mtime_ns) == (about["bytes"], about["time"])
        if (all_bytes or not as_it_was) and not _fits(file, about["sha256"]):
            yield f"{file} is damaged"


def hold(folder: Path) -> bool:
    """Keep a graph on disk until this process ends; False where it is gone meanwhile.

    The graph's folder is locked for sharing, which needs no right to write; where a file system has no locks, it is
    not kept.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError):
        return False
    about = os.fstat(descriptor)
    if _held.get(folder) == (about.st_dev, about.st_ino):
        os.close(descriptor)
        return True
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    try:
        found = folder.stat()
    except OSError:
        found = None
    if found is None or (found.st_dev, found.st_ino) != (about.st_dev, about.st_ino):
        os.close(descriptor)
        return False
    _held[folder] = (about.st_dev, about.st_ino)
    return True


def remove_others(folder: Path, state: str) -> None:
    """Remove all graphs in a folder but one, and those that are being read: these go after a later build."""
    for other in folder.iterdir():
        if other.name == state or not _STATE.match(other.name) or other.is_symlink():
            continue
        with suppress(OSError):
            descriptor = os.open(other, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Under another name first: a reader that waited for the lock sees that it came too late.
                remove(set_aside(other))
            finally:
                os.close(descriptor)


def _fits(path: Path, checksum: str) -> bool:
    try:
        return file_digest(path) == checksum if checksum else is_whole(path)
    except OSError:
        return False


def _checksum(files: dict[str, Any]) -> str:
    return digest(json.dumps(files, sort_keys=True))
