"""Streams that are made ahead and compared, without a server."""

from collections.abc import Iterator

import pytest

from kgbuild.load.neo4j_rows import Row
from kgbuild.load.neo4j_streams import ahead, side_by_side


def _row(identifier: str) -> Row:
    return Row(identifier, "new", {}, {})


def test_items_made_ahead_come_in_order() -> None:
    assert list(ahead(iter(range(10)), 3)) == list(range(10))
    assert list(ahead(iter(()), 3)) == []


def test_an_error_in_making_items_comes_where_they_are_used() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(ahead(broken(), 1))


def test_two_streams_side_by_side() -> None:
    ours = iter([_row("b"), _row("c"), _row("e")])
    theirs = iter([("a", "old"), ("c", "old"), ("d", ""), ("f", "old")])
    assert list(side_by_side(ours, theirs)) == [
        ("a", None, "old"),
        ("b", _row("b"), None),
        ("c", _row("c"), "old"),
        ("d", None, ""),
        ("e", _row("e"), None),
        ("f", None, "old"),
    ]
