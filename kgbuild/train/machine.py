"""What a training runs on, and how sums come out the same there every time."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kgbuild import __version__
from kgbuild.errors import ConfigurationError

_M_MMAP_THRESHOLD = -3
_LARGE = 4 << 20


def return_freed_memory() -> None:
    """Have large blocks of memory go back to the system once they are freed.

    Each batch has other lengths, and so blocks of other sizes: glibc keeps the old ones, gigabytes after an epoch.
    Elsewhere than with glibc nothing is changed.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)


def choose_device(name: str) -> str:
    """The device that a name ("auto", "cpu", "cuda", "cuda:1") stands for.

    Raises:
        ConfigurationError: torch finds no GPU.
    """
    import torch

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise ConfigurationError(
            f"device {name}: torch finds no GPU", remedy="Give --device cpu, or install torch for your GPU."
        )
    return name


@dataclass(frozen=True, slots=True)
class Machine:
    """What a training computes on.

    Attributes:
        device: "cpu", "cuda" or "cuda:1".
        threads: of a CPU.
        bf16: whether it computes in bfloat16.
    """

    device: str
    threads: int
    bf16: bool

    @classmethod
    def chosen(cls, device: str, threads: int | None, bf16: bool | None) -> Machine:
        """As wanted; by default as many threads as torch takes, and bfloat16 where the device itself computes in it.

        Raises:
            ConfigurationError: torch finds no GPU.
        """
        import torch

        device = choose_device(device)
        return cls(device, threads or torch.get_num_threads(), _has_bf16(device) if bf16 is None else bf16)

    def identity(self) -> dict[str, object]:
        """What of it the weights depend on."""
        return {"device": self.device, "threads": self.threads if self.device == "cpu" else None, "bf16": self.bf16}

    @contextmanager
    def deterministic(self) -> Iterator[None]:
        """Have sums come out the same every time: on so many threads of a CPU, by fitting algorithms on a GPU."""
        import torch

        if self.device == "cpu":
            usual = torch.get_num_threads()
            torch.set_num_threads(self.threads)
            try:
                yield
            finally:
                torch.set_num_threads(usual)
            return
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        before = torch.are_deterministic_algorithms_enabled()
        torch.use_deterministic_algorithms(True, warn_only=True)
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(before)


def _has_bf16(device: str) -> bool:
    """A CPU that must imitate it takes several times as long. An older torch does not tell, which counts as no."""
    import torch

    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = getattr(torch.cpu, "get_capabilities", dict[str, bool])()
    return any(able.get(name) for name in ("amx_bf16", "avx512_bf16", "bf16", "sve_bf16"))


def versions() -> dict[str, str]:
    """Of what the weights depend on."""
    import torch
    import transformers

    return {
        "kgbuild": __version__,
        "torch": str(torch.__version__),
        "transformers": transformers.__version__,
        "machine": platform.machine(),
    }
