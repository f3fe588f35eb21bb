"""Files that are made once and kept in the user's cache."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kgbuild.errors import InputError
from kgbuild.files import remove_temporaries


def cached(name: str, check: Callable[[Path], object], make: Callable[[Path], object]) -> Path:
    """The file of that name in the user's cache (`KGBUILD_CACHE` names another folder), made where it is not there.

    Where the cache can not be written, it goes into the system's folder for temporary files. A folder is used only if
    it is the user's own (or the system's), and nobody else may write there: who writes a cached file decides what a
    graph says.

    Args:
        name: of the file; it holds a hash of all that the file is made from.
        check: raises InputError where a file is missing or damaged.
        make: writes the file.

    Raises:
        InputError: no folder can be written, or `make` can not read what it needs.
    """
    folders = [folder for folder in _folders() if _is_trusted(folder)]
    if not folders:
        raise InputError(
            "others may write there, or it is another user's: what is cached there is not trusted",
            file=", ".join(map(str, _folders())),
            remedy="Set KGBUILD_CACHE to a folder of your own, or take the right to write from others (chmod go-w).",
        )
    for folder in folders:
        with suppress(InputError):
            if _is_trusted(folder / name):
                check(folder / name)
                return folder / name
    for folder in folders:
        try:
            with _alone(folder, name):
                with suppress(InputError):
                    if _is_trusted(folder / name):
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
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
    if not _is_trusted(folder):
        raise PermissionError(errno.EACCES, "is not the user's own", str(folder))
    descriptor = os.open(folder / f".{name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        # Where the system can not lock, each makes it: the last one's takes its place, whole.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            remove_temporaries(folder, (name,))
        yield
    finally:
        os.close(descriptor)


def _is_trusted(path: Path) -> bool:
    """Whether a folder or file is not there yet, or is the user's or the system's and no one else may write it.

    The user's own group, where it has the user's number, is nobody else.
    """
    try:
        about = path.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    if stat.S_ISLNK(about.st_mode):
        # Links that a user made to a folder of the user's are fine; in a folder that others may write none is.
        if about.st_uid not in (os.getuid(), 0):
            return False
        try:
            about = path.stat()
        except OSError:
            return False
    others = about.st_mode & stat.S_IWOTH
    group = about.st_mode & stat.S_IWGRP and not (about.st_gid == os.getgid() == os.getuid())
    return about.st_uid in (os.getuid(), 0) and not others and not group


def _folders() -> list[Path]:
    chosen = os.environ.get("KGBUILD_CACHE")
    if chosen:
        cache = Path(chosen)
    else:
        from platformdirs import user_cache_path

        try:
            cache = user_cache_path("kgbuild")
        except RuntimeError:
            cache = Path("~")
    own = Path(tempfile.gettempdir()) / f"kgbuild-{os.getuid()}"
    # A user without HOME and an entry in the system's list has no cache, or one called "~".
    return [cache, own] if cache.is_absolute() or chosen else [own]
