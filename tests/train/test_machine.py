"""What a training runs on."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import pytest

pytest.importorskip("torch")

from kgbuild.train.machine import Machine


@pytest.mark.parametrize("wanted", [True, False])
def test_bfloat16_is_computed_in_where_it_is_wanted(wanted: bool) -> None:
    assert Machine.chosen("cpu", 1, wanted) == Machine("cpu", 1, wanted)


@pytest.mark.skipif(
    not Path("/proc/cpuinfo").exists() or platform.machine() != "x86_64",
    reason="reads an x86-64 Linux' /proc/cpuinfo",
)
def test_bfloat16_is_the_default_only_on_a_cpu_that_has_it() -> None:
    flags = set(re.findall(r"\w+", Path("/proc/cpuinfo").read_text()))
    assert Machine.chosen("cpu", None, None).bf16 is bool(flags & {"amx_bf16", "avx512_bf16"})
