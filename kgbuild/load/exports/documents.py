"""The graph's articles with their mentions, links and relations, in an annotation format."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from kgbuild.assemble.read import read_graph
from kgbuild.load.annotations import writer


def write_documents(tables: Path, stream: BinaryIO, *, form: str) -> None:
    """Write every article of a finished graph: `form` is one of `kgbuild.load.annotations.FORMATS`.

    Raises:
        GraphError: a table is missing.
        InputError: the format is not known.
    """
    write = writer(form)
    write(read_graph(tables), stream)
