"""kgbuild reads PubMed on the gut-brain axis and builds a graph in which every edge shows its sentence."""

from importlib.metadata import version

__version__ = version("kgbuild")
