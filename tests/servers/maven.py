"""Servers' programs from Maven Central, for tests; they need Java 17 or newer and Maven."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import pytest
from platformdirs import user_cache_path

T = TypeVar("T")


class UnavailableError(Exception):
    """Why there can be no server here."""


def fetched(name: str, pom: Path, *options: str) -> Path:
    """The folder with the programs that a pom.xml names, fetched once for each content of it.

    Raises:
        UnavailableError: Java or Maven is missing, or Maven could not fetch them.
    """
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise UnavailableError(f"no {name} server: {program} is not installed")
    cache = user_cache_path("kgbuild-tests", ensure_exists=True)
    folder = cache / f"{name}-{sha256(pom.read_bytes()).hexdigest()[:12]}"
    with (cache / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=cache) as temporary:
                fresh = Path(temporary) / "lib"
                goal = ["dependency:copy-dependencies", f"-DoutputDirectory={fresh}", *options]
                done = subprocess.run(
                    ["mvn", "-q", "-B", "-f", pom, *goal], stdin=subprocess.DEVNULL, capture_output=True, text=True
                )
                if done.returncode:
                    raise UnavailableError(f"no {name} server: Maven could not fetch it: {done.stdout[-500:]}")
                fresh.rename(folder)
    return folder


def or_skip(programs: Callable[[], T]) -> T:
    """What a function finds; without it the tests skip, or fail where KGBUILD_REQUIRE_SERVERS is 1."""
    try:
        return programs()
    except UnavailableError as reason:
        if os.environ.get("KGBUILD_REQUIRE_SERVERS") == "1":
            pytest.fail(str(reason))
        pytest.skip(str(reason))
