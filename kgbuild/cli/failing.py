"""What the machine refuses, such as memory or room on a disk, as errors that say what can be done."""

from __future__ import annotations

import errno
import sqlite3

from kgbuild.errors import InputError, KgbuildError

_GO_ON = "run the same command again: it goes on from here"
_REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), f"Make room there, then {_GO_ON}."),
    **dict.fromkeys(
        (errno.EROFS, errno.EACCES, errno.EPERM), "Give a folder that you may write, or the rights to write this one."
    ),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), f"Allow more open files (`ulimit -n`), then {_GO_ON}."),
    **dict.fromkeys((errno.EIO, errno.ESTALE, errno.ENODEV), f"Check the disk or the network folder, then {_GO_ON}."),
}
# What is wrong with a path that was given.
_NAMES = {
    errno.ENAMETOOLONG: "Give a shorter name.",
    errno.ELOOP: "These links lead in a circle: give another path.",
    errno.ENOTDIR: "A part of this path is a file: give another path.",
    errno.EISDIR: "Name a file.",
    errno.ENXIO: "Nobody listens there: give a file, or start what reads first.",
}
_MEMORY = f"End other programs or take fewer workers or threads, then {_GO_ON}."


def refused_by_machine(error: BaseException) -> KgbuildError | None:
    """The error to show in place of one that stands for a want of memory, room or rights; None for all others."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return KgbuildError("there is not enough memory", remedy=_MEMORY)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        if error.errno is None:
            return _told(str(error), place)
        if error.errno in _NAMES:
            return InputError(
                error.strerror or str(error), file=str(error.filename or ""), remedy=_NAMES[error.errno]
            )
        return KgbuildError(
            f"{place}{error.strerror or error}",
            remedy=_REMEDIES.get(error.errno, f"{_GO_ON[0].upper()}{_GO_ON[1:]}."),
        )
    kind = f"{type(error).__module__}.{type(error).__name__}"
    if isinstance(error, sqlite3.OperationalError) or kind in ("_duckdb.IOException", "duckdb.IOException"):
        return _told(str(error), "")
    if kind.endswith("duckdb.InvalidInputException") and "Failed to read file" in str(error):
        # Builds check a file's checksum before; what DuckDB then cannot unpack, it lacks memory for.
        return KgbuildError(" ".join(str(error).split()), remedy=f"There may be too little memory. {_MEMORY}")
    if kind.endswith("duckdb.OutOfMemoryException") or _is_of_memory(str(error)):
        return KgbuildError("there is not enough memory", remedy=_MEMORY)
    return None


def _told(text: str, place: str) -> KgbuildError:
    """By what libraries write that give no number."""
    text = " ".join(text.split())
    if _is_of_memory(text):
        return KgbuildError("there is not enough memory", remedy=_MEMORY)
    signs = {
        errno.ENOSPC: ("no space", "disk is full", "full disk", "quota"),
        errno.EFBIG: ("file too large",),
        errno.EROFS: ("read-only", "readonly", "permission denied"),
    }
    found = (number for number, words in signs.items() if any(word in text.casefold() for word in words))
    remedy = _REMEDIES[next(found, errno.EIO)]
    return KgbuildError(f"{place}{text}", remedy=remedy)


def _is_of_memory(text: str) -> bool:
    signs = ("out of memory", "allocat", "bad_alloc", "can't start new thread", "failed to launch worker thread")
    return any(sign in text.casefold() for sign in signs)
