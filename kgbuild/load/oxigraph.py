"""The embedded RDF store: built once into a fresh folder, then only read."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgbuild.errors import GraphError
from kgbuild.files import replacing
from kgbuild.load.scan import MEMORY

if TYPE_CHECKING:
    from kgbuild.load.rdf import RunInfo

_BATCH = 200_000  # lines


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReport:
    """What a store holds."""

    path: Path
    quads: int


def build_store(tables: Path, target: Path, run: RunInfo, *, memory: str = MEMORY) -> StoreReport:
    """Load a finished graph's tables into a new store; `memory` is what sorting the tables may take (`Scan`).

    The store is made under a temporary name, synced, then renamed: a folder called `target` is always whole, and
    what a killed build leaves is told by its name (`kgbuild.files.remove_temporaries`).

    Raises:
        GraphError: `target` exists already, or a table is missing or damaged.
        InputError: a concept's URI can not be made an IRI.
    """
    from kgbuild.load.nquads import blocks

    if target.exists():
        raise GraphError(f"{target} exists already", remedy="Remove it, or build under another name.")
    quads = 0
    with replacing(target) as fresh:
        fresh.mkdir()
        store = ox.Store(str(fresh))
        pending, lines = BytesIO(), 0
        for block in blocks(tables, run=run, reproducible=False, memory=memory):
            pending.write(block.encode())
            lines += block.count("\n")
            if lines >= _BATCH:
                _load(store, pending)
                quads += lines
                pending, lines = BytesIO(), 0
        _load(store, pending)
        quads += lines
        store.optimize()
        store.flush()
        # Oxigraph closes a store when its last reference goes.
        del store
    return StoreReport(path=target, quads=quads)


def open_store(path: Path) -> ox.Store:
    """Open a finished store for reading; any number of processes may.

    Raises:
        GraphError: there is none, or it is damaged.
    """
    remedy = "Build the graph first: kgbuild ingest."
    if not (path / "CURRENT").is_file():
        raise GraphError(f"{path} holds no RDF store", remedy=remedy)
    try:
        return ox.Store.read_only(str(path))
    except OSError as error:
        raise GraphError(f"{path} can not be opened: {error}", remedy=remedy) from error


def _load(store: ox.Store, text: BytesIO) -> None:
    text.seek(0)
    # Without `lenient`, so that an IRI that other stores would refuse is refused here.
    store.bulk_load(text, format=ox.RdfFormat.N_QUADS)
