"""Streams of rows: made ahead of their use, and compared with what a database holds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from kgbuild.load.neo4j_rows import Row

T = TypeVar("T")


def ahead(items: Iterator[T], size: int) -> Iterator[T]:
    """The same items, the next `size` of which are made in another thread while these are used."""

    def chunk() -> list[T]:
        return list(islice(items, size))

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(chunk)
        while found := coming.result():
            coming = pool.submit(chunk)
            yield from found


def side_by_side(
    ours: Iterator[Row], theirs: Iterator[tuple[str, str]]
) -> Iterator[tuple[str, Row | None, str | None]]:
    """Each id of two streams that are sorted by id, with our row, or None, and their hash, or None."""
    row, stored = next(ours, None), next(theirs, None)
    while row is not None or stored is not None:
        if stored is None or (row is not None and row.id < stored[0]):
            assert row is not None  # noqa: S101 - one of the two is left
            yield row.id, row, None
            row = next(ours, None)
        elif row is None or stored[0] < row.id:
            yield stored[0], None, stored[1]
            stored = next(theirs, None)
        else:
            yield row.id, row, stored[1]
            row, stored = next(ours, None), next(theirs, None)
