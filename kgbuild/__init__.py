"""kgbuild reads PubMed on the gut-brain axis and builds a graph in which every edge shows its sentence."""

import sys

from kgbuild import isolation

isolation.quieten()
isolation.leave_current_folder(sys.argv, sys.orig_argv, sys.path)

from importlib.metadata import version  # noqa: E402 - the path of modules is settled first

__version__ = version("kgbuild")
