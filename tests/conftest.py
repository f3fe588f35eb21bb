"""Fixtures that many tests share."""

import os
import signal
from pathlib import Path

import pytest

from kgbuild import isolation

# Before any test imports ONNX Runtime by itself.
isolation.quieten()
# A shell that runs the tests in the background has it ignored, and so would every process that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real data that is not part of the project."""
    folder = Path(os.environ.get("KGBUILD_SHARED", ROOT / "../shared")).resolve()
    if not (folder / "data").is_dir():
        pytest.skip(f"no real data at {folder}; set KGBUILD_SHARED")
    return folder
