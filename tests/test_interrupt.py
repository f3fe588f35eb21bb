"""Ctrl-C at any time: an answer within two seconds, exit code 130, and a rerun that ends well."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples/gut-brain-examples.xml"
# Two are promised (1.2 to give up, and the end of the process); other tests run beside this one.
SECONDS = 4
INGEST = (sys.executable, "-m", "kgbuild", "ingest", "--extractor", "dictionary", "--source", str(EXAMPLES))
# Each keeps the interpreter from looking at signals, as libraries do that compute for long.
BUSY = {
    "a library that computes": "import time, sqlite3; c = sqlite3.connect(':memory:'); c.execute("
    "'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3000000000) SELECT max(n) FROM t')",
    "a wait": "import time; time.sleep(60)",
    "a query": "import duckdb\nwith duckdb.connect() as c: c.execute("
    "'SELECT count(*) FROM range(100000000) a, range(1000) b WHERE a.range * b.range % 7 = 3').fetchall()",
    "a library that ignores it": "import time\nwhile True:\n  try: time.sleep(60)\n  except BaseException: pass",
}


def interrupted(process: subprocess.Popen[str]) -> tuple[float, str]:
    """Interrupt a process; the seconds that it took to end, and what it wrote to standard error."""
    begun = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    try:
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
    return time.monotonic() - begun, err


def running(group: int) -> list[str]:
    """The processes of a group that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = path.read_text().rpartition(")")
            state, _, own = rest.split()[:3]
            if int(own) == group and state != "Z":
                found.append(name)
    return found


@pytest.mark.parametrize("work", BUSY)
def test_every_command_answers_promptly(work: str) -> None:
    script = (
        "import sys, kgbuild.cli.app as cli\n"
        f"def work(): print('ready', flush=True); exec({BUSY[work]!r})\n"
        "cli.app = work\ncli.main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.2)
    seconds, err = interrupted(process)
    assert process.returncode == 130
    assert err == "kgbuild: stopped; run the same command again to go on\n"
    assert seconds < SECONDS


def test_while_modules_are_imported() -> None:
    script = (
        "import os, signal, sys, kgbuild.__main__ as start\n"
        "class Interrupt:\n"
        " def find_spec(self, name, path=None, target=None):\n"
        "  if name == 'typer': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupt())\nstart.main()"
    )
    ended = subprocess.run([sys.executable, "-c", script, "--help"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr == "kgbuild: stopped; run the same command again to go on\n"


def test_an_ingest_in_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "kgbuild.toml").write_text("workers = 2\npart_size = 10\n")
    command = [*INGEST, "--config", str(tmp_path / "kgbuild.toml"), "--kg", str(tmp_path / "kg")]
    # So few articles get no pool otherwise.
    script = (
        "import sys, kgbuild.pipeline as p; from kgbuild.cli.app import main\n"
        f"p.FEW = 1; sys.argv[1:] = {command[3:]!r}; main()"
    )
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=side,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list((tmp_path / "kg").glob("parts/evidence/*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.01)
    begun = time.monotonic()
    # A terminal sends it to all processes.
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - begun < SECONDS
    assert process.returncode == 130
    assert err == "kgbuild: stopped; run the same command again to go on\n"
    deadline = time.monotonic() + 10
    while running(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not running(process.pid)
    os.close(main)
    os.close(side)
    subprocess.run(command, check=True, capture_output=True)
