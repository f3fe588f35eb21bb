"""Files that are made once: whose folders are trusted, and what their names hang on."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kgbuild
from kgbuild.errors import InputError
from kgbuild.link.cache import cached
from kgbuild.link.default import code_files

PACKAGE = Path(kgbuild.__file__).parent


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The user's cache, and the one in the folder for temporary files."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache", tmp_path / "tmp" / f"kgbuild-{os.getuid()}"


def check(path: Path) -> None:
    if not path.exists():
        raise InputError("missing")


def get() -> Path:
    return cached("index", check, lambda path: path.write_text("own"))


def test_a_cache_is_made_for_the_user_alone(folders: tuple[Path, Path]) -> None:
    path = get()
    assert path.parent == folders[0]
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("mode", [0o777, 0o707, 0o1777, 0o702])
def test_what_others_may_write_is_not_trusted(folders: tuple[Path, Path], mode: int) -> None:
    for folder in folders:
        folder.mkdir()
        (folder / "index").write_text("planted")
        folder.chmod(mode)
    with pytest.raises(InputError, match="not trusted") as caught:
        get()
    assert "KGBUILD_CACHE" in caught.value.remedy
    folders[1].chmod(0o700)
    assert get().parent == folders[1]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_what_another_user_made_is_not_trusted(folders: tuple[Path, Path]) -> None:
    folders[0].mkdir(mode=0o700)
    (folders[0] / "index").write_text("planted")
    os.chown(folders[0], 12345, 12345)
    assert get().read_text() == "own"
    assert get().parent == folders[1]
    os.chown(folders[0], 0, 0)
    os.chown(folders[0] / "index", 12345, 12345)
    assert get().read_text() == "own"


def test_a_planted_lock_is_not_followed(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("content")
    folders[0].mkdir(mode=0o700)
    (folders[0] / ".index.lock").symlink_to(tmp_path / "precious")
    assert get().parent == folders[1]
    assert (tmp_path / "precious").read_text() == "content"


@pytest.mark.parametrize("home", [None, "", "/nonexistent/home"])
def test_without_a_home(tmp_path: Path, home: str | None) -> None:
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)} | ({} if home is None else {"HOME": home})
    # A user whom the system has no entry of.
    script = (
        "import os, platformdirs; from kgbuild.link.cache import cached; from kgbuild.errors import InputError\n"
        "os.setuid(54321) if os.getuid() == 0 else None\n"
        "def check(path):\n  if not path.exists(): raise InputError('missing')\n"
        "print(cached('index', check, lambda path: path.write_text('x')).is_absolute())"
    )
    tmp_path.chmod(0o777)
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout == "True\n", done.stderr
    assert not (tmp_path / "~").exists()


def test_an_index_hangs_on_all_code_that_makes_it() -> None:
    readers = (PACKAGE / "link/vocabularies").glob("*.py")
    waiting = [PACKAGE / "link/build.py", *readers]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += filter(Path.is_file, map(_file, _imported(ast.parse(path.read_text()))))
    assert found - set(code_files()) == set()


def _imported(tree: ast.AST) -> Iterator[str]:
    """The modules that code imports, wherever in it, but for those that types alone need."""
    if isinstance(tree, ast.If) and "TYPE_CHECKING" in ast.unparse(tree.test):
        return
    if isinstance(tree, ast.Import):
        yield from (alias.name for alias in tree.names)
    if isinstance(tree, ast.ImportFrom) and tree.module:
        yield tree.module
        yield from (f"{tree.module}.{alias.name}" for alias in tree.names)
    for child in ast.iter_child_nodes(tree):
        yield from _imported(child)


def _file(module: str) -> Path:
    return PACKAGE.parent / (module.replace(".", "/") + ".py")
