"""kgbuild reads PubMed on the gut-brain axis and builds a graph in which every edge shows its sentence."""

import sys

from kgbuild import isolation

isolation.quieten()
isolation.leave_current_folder(sys.argv, sys.orig_argv, sys.path)

from importlib.metadata import version  # noqa: E402 - the path of modules is settled first
from typing import TYPE_CHECKING  # noqa: E402

if TYPE_CHECKING:
    from kgbuild.api import Graph, annotate_text, ingest, open  # noqa: A004 - kgbuild.open is what it is

__version__ = version("kgbuild")
__all__ = ["Graph", "annotate_text", "ingest", "open"]


def __getattr__(name: str) -> object:
    """The Python face (`kgbuild.api`), imported when it is first asked for."""
    if name in __all__:
        from kgbuild import api

        return getattr(api, name)
    raise AttributeError(f"module 'kgbuild' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
