"""An installed wheel finds every asset without the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ("ontology", "mappings", "loaders", "queries", "examples")


def test_the_wheel_carries_every_asset(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    target = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    files = [
        path.relative_to(ROOT).as_posix()
        for folder in ASSETS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file()
    ]
    code = (
        "import sys; from kgbuild.resources import asset; from kgbuild.schema import load_schema\n"
        "paths = [asset(name) for name in sys.argv[2:]]\n"
        "assert all(p.is_relative_to(sys.argv[1]) and p.read_bytes() for p in paths), paths\n"
        "print(len(load_schema().labels))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(target), *files],
        cwd=tmp_path,
        env={"PYTHONPATH": str(target)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "13"
