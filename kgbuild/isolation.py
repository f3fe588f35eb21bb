"""What must hold before another module is imported: none comes from the current folder, no library calls home.

`kgbuild/__init__.py` imports this first. It imports nothing but what the interpreter has loaded when it starts.
"""

import os
import sys

QUIET = {
    "ORT_DISABLE_TELEMETRY": "1",  # ONNX Runtime from 1.29 on, read when it is imported (its Privacy.md)
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DISABLE_SAFETENSORS_CONVERSION": "1",  # else transformers asks a service of the hub to convert weights
    "DO_NOT_TRACK": "1",
}
"""Variables that switch telemetry off in libraries; processes that kgbuild starts inherit them."""


def quieten() -> None:
    """Switch telemetry off, whatever the environment says."""
    os.environ.update(QUIET)


def leave_current_folder(arguments: list[str], original: list[str], path: list[str]) -> None:
    """Take the current folder off the path of modules where kgbuild is a program of its own.

    It is there with `python -m kgbuild`, and where `PYTHONPATH` has an empty part. A program that imports kgbuild
    keeps its path.

    Args:
        arguments: `sys.argv`; while `python -m` looks a package up, its first is "-m".
        original: `sys.orig_argv`.
        path: `sys.path`, which is changed.
    """
    first = arguments[0] if arguments else ""
    as_module = first == "-m" and any(_is_ours(part) for part in original)
    if not as_module and os.path.basename(first) != "kgbuild":  # noqa: PTH119 - pathlib is not loaded yet
        return
    if as_module and path and not sys.flags.safe_path:
        del path[0]
    given = os.environ.get("PYTHONPATH")
    if given and "" in given.split(os.pathsep):
        kept = [part for part in given.split(os.pathsep) if part]
        os.environ["PYTHONPATH"] = os.pathsep.join(kept)
        here = os.getcwd()  # noqa: PTH109
        if here not in kept:
            path[:] = [part for part in path if part not in ("", here)]
    # Processes that this one starts, such as a pool's, look there no more than this one.
    os.environ["PYTHONSAFEPATH"] = "1"


def _is_ours(part: str) -> bool:
    name = part.removeprefix("-m")
    return name == "kgbuild" or name.startswith("kgbuild.")
