"""What processes that work side by side share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kgbuild.models.registry import find
from kgbuild.workers import sharing_cores

THREADS = """
import os, sys
from tokenizers import Tokenizer
tokenizer = Tokenizer.from_file(sys.argv[1])
before = len(os.listdir("/proc/self/task"))
tokenizer.encode_batch(["gut brain axis"] * 100)
print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted as Linux shows them")
@pytest.mark.parametrize("threads", [1, 3])
def test_a_tokenizer_in_a_worker_takes_the_workers_share_of_the_cores(
    monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.delenv("RAYON_NUM_THREADS", raising=False)
    command = [sys.executable, "-c", THREADS, str(find() / "tokenizer.json")]
    with sharing_cores(threads):
        started = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert int(started) == threads
    assert "RAYON_NUM_THREADS" not in os.environ
