"""Writing files so that a kill at any instant leaves the old content or the new, never a part of it."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import BinaryIO

from kgbuild.errors import InputError, KgbuildError

TEMPORARY = ".tmp-"
_OWN = re.compile(r".+\.tmp-(?P<host>[0-9a-f]{4})(?P<process>[0-9a-f]{6})[0-9a-f]{2}\Z", re.DOTALL)
# Bytes of a name that its temporary one keeps: file systems allow 255 in all.
_MOST_NAME = 200
_ABANDONED_AFTER = 86_400  # seconds
_DESCRIPTOR = re.compile(r"(?:/dev|/proc/(?:self|thread-self|[0-9]+))/fd/(?P<number>[0-9]+)\Z")
_number = count(int.from_bytes(os.urandom(1)))


@contextmanager
def replacing(path: Path, *, through: bool = False) -> Iterator[Path]:
    """Give a temporary path in the same folder; on success it is synced to disk and takes `path`'s place.

    The temporary may be written as a file or as a folder (a folder can only take the place of none).

    Args:
        path: what is to be there.
        through: for paths that users name. Links are followed, what is not a plain file (a device, a FIFO) or has
            several names is written into, permissions stay, and what killed runs left beside it is removed.
    """
    target = Path(os.path.realpath(path)) if through and _descriptor(path) is None else path
    kept = _written_into(path) if through else None
    beside = target
    if kept is not None and (not stat.S_ISREG(kept.st_mode) or _descriptor(path) is not None):
        beside = Path(tempfile.gettempdir()) / (path.name or "output")
    beside.parent.mkdir(parents=True, exist_ok=True)
    if through:
        _remove_abandoned(beside)
    temporary = beside.with_name(_temporary(beside.name))
    try:
        yield temporary
        for item in sorted(temporary.rglob("*")) if temporary.is_dir() else ():
            _sync(item)
        if kept is not None:
            with temporary.open("rb") as source, opened(path) as stream:
                shutil.copyfileobj(source, stream)
            remove(temporary)
            return
        _sync(temporary)
        if through and target.is_file():
            shutil.copymode(target, temporary)
        temporary.replace(target)
        _sync(target.parent)
    except BaseException:
        with suppress(OSError):
            remove(temporary)
        raise


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A stream to a path that a user names; a plain file is replaced when all is written, as `replacing` does.

    Devices, FIFOs and descriptors (`/dev/stdout`) are written as the stream is.

    Raises:
        InputError: the path is a folder.
    """
    if path.is_dir():
        raise InputError("is a folder", file=str(path), remedy="Name a file to write.")
    kept = _written_into(path)
    if kept is not None and not (stat.S_ISREG(kept.st_mode) and _descriptor(path) is None):
        with opened(path) as stream:
            yield stream
        return
    with replacing(path, through=True) as temporary, temporary.open("wb") as stream:
        yield stream


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """What stands at a path, opened for writing into it; an open descriptor goes on where it is."""
    number = _descriptor(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_NOCTTY) if number is None else os.dup(number)
    with os.fdopen(descriptor, "wb") as stream:
        yield stream


def _written_into(path: Path) -> os.stat_result | None:
    """What stands at a path if it must not be replaced: no plain file, one of several names, or open already."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    plain = stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and _descriptor(path) is None
    return None if plain or stat.S_ISDIR(found.st_mode) else found


def _descriptor(path: Path) -> int | None:
    """The number of this process's descriptor that a path means (`/dev/stdout`, `/dev/fd/3`)."""
    place = os.path.abspath(path)  # noqa: PTH100 - links stay
    for _ in range(8):
        if match := _DESCRIPTOR.match(place):
            owner = place.split("/")[2]
            return int(match["number"]) if owner in ("fd", "self", "thread-self", str(os.getpid())) else None
        if not os.path.islink(place):  # noqa: PTH114 - a text
            return None
        place = os.path.normpath(os.path.join(os.path.dirname(place), os.readlink(place)))  # noqa: PTH115, PTH118, PTH120
    return None


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file's content atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Replace a file's content atomically (UTF-8)."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: object) -> None:
    """Replace a file by a value's JSON, atomically."""
    write_bytes(path, json_bytes(value))


def json_bytes(value: object) -> bytes:
    """A value's JSON as `write_json` writes it."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder; one that is not there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def set_aside(path: Path) -> Path:
    """Give a file or folder a temporary name, under which it is removed at the latest with other temporaries."""
    aside = path.with_name(_temporary(path.name))
    path.rename(aside)
    return aside


def remove_temporaries(folder: Path, patterns: Sequence[str] = ("*",)) -> None:
    """Remove what killed writers left behind of files in a folder, which the caller alone may write.

    Args:
        folder: where they wrote.
        patterns: globs of the files that they were to replace, relative to the folder.
    """
    for pattern in patterns:
        for item in folder.glob(f"{pattern}{TEMPORARY}*"):
            if _OWN.match(item.name):
                remove(item)


def _temporary(name: str) -> str:
    """A name that tells which process writes under it, so that others know when that one is gone."""
    while len(os.fsencode(name)) > _MOST_NAME:
        name = name[:-1]
    return f"{name}{TEMPORARY}{_host()}{os.getpid() & 0xFFFFFF:06x}{next(_number) & 0xFF:02x}"


def _remove_abandoned(path: Path) -> None:
    """Remove temporaries of a path whose processes have ended, or, of other machines, that nobody wrote for a day."""
    start = _temporary(path.name).rpartition(TEMPORARY)[0] + TEMPORARY
    with suppress(OSError):
        for item in path.parent.iterdir():
            match = _OWN.match(item.name)
            if match is None or not item.name.startswith(start):
                continue
            here = match["host"] == _host()
            if (
                not _runs(int(match["process"], 16))
                if here
                else time.time() - item.lstat().st_mtime > _ABANDONED_AFTER
            ):
                remove(item)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@cache
def _host() -> str:
    """Tells apart machines, their starts, and name spaces of process numbers."""
    told = [os.uname().nodename]
    with suppress(OSError):
        told += [Path("/proc/sys/kernel/random/boot_id").read_text(), os.readlink("/proc/self/ns/pid")]  # noqa: PTH115 - a text
    return digest(*told, length=4)


@contextmanager
def locked(folder: Path, *, taken: KgbuildError, temporaries: Sequence[str] = ("*", "*/*")) -> Iterator[None]:
    """Hold a folder for writing, made if need be; the system lets go of it when the process dies.

    What killed writers left behind of the files that `temporaries` names (`remove_temporaries`) is removed.

    Raises:
        KgbuildError: `taken`, where another process holds it.
        InputError: its lock is a link, or no file.
        OSError: the folder can not be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ".lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise _no_lock(path) from None
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _no_lock(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise taken from None
        remove_temporaries(folder, temporaries)
        yield
    finally:
        os.close(descriptor)


def _no_lock(path: Path) -> InputError:
    return InputError("is a link, or no plain file", file=str(path), remedy="Remove it; kgbuild makes its own.")


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
