"""Files that are made once and kept in the user's cache."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kgbuild.errors import InputError
from kgbuild.files import TEMPORARY, remove


def cached(name: str, check: Callable[[Path], object], make: Callable[[Path], object]) -> Path:
    """The file of that name in the user's cache (`KGBUILD_CACHE` names another folder), made where it is not there.

    Where the cache can not be written, it goes into the system's folder for temporary files.

    Args:
        name: of the file; it holds a hash of all that the file is made from.
        check: raises InputError where a file is missing or damaged.
        make: writes the file.

    Raises:
        InputError: no folder can be written, or `make` can not read what it needs.
    """
    folders = _folders()
    for folder in folders:
        with suppress(InputError):
            check(folder / name)
            return folder / name
    for folder in folders:
        try:
            with _alone(folder, name):
                with suppress(InputError):
                    check(folder / name)
                    return folder / name
                make(folder / name)
        except PermissionError:
            continue
        except OSError as error:
            if isinstance(error, FileNotFoundError) or folder == folders[-1]:
                raise
            continue
        return folder / name
    raise InputError(
        f"no folder to write {name} to",
        file=", ".join(map(str, folders)),
        remedy="Set KGBUILD_CACHE to a folder that can be written.",
    )


@contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """Of processes that lack a file one makes it, and the others wait and find it made.

    What killed writers left of it is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("w") as stream:
        # Where the system can not lock, each makes it: the last one's takes its place, whole.
        with suppress(OSError):
            fcntl.flock(stream, fcntl.LOCK_EX)
            for left in folder.glob(f"{name}{TEMPORARY}*"):
                remove(left)
        yield


def _folders() -> list[Path]:
    chosen = os.environ.get("KGBUILD_CACHE")
    if chosen:
        cache = Path(chosen)
    else:
        from platformdirs import user_cache_path

        cache = user_cache_path("kgbuild")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return [cache, Path(tempfile.gettempdir()) / f"kgbuild-{user}"]
