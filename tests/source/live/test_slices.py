"""Slices tile a search: nothing between them, nothing twice."""

import random
from datetime import date, timedelta

import pytest

from kgbuild.errors import RemoteError
from kgbuild.source.slices import EARLIEST, HIGHEST_PMID, LATEST, Slice


def test_terms_and_dates():
    assert Slice().term("a OR b") == "a OR b"
    assert Slice().entered is None
    day = date(2024, 3, 15)
    part = Slice(first=day, last=day, low=7, high=9)
    assert part.term("a OR b") == "(a OR b) AND 7:9[uid]"
    assert part.entered == (day, day)


def test_halves_tile_the_slice():
    rng = random.Random(1)
    for _ in range(500):
        part = Slice()
        day, pmid = (
            EARLIEST + timedelta(days=rng.randrange((LATEST - EARLIEST).days + 1)),
            rng.randint(1, HIGHEST_PMID),
        )
        steps = 0
        while part.low is None or part.low < part.high:
            older, newer = part.halves()
            if older.low is None:
                assert newer.first - older.last == timedelta(days=1)
                assert (older.first, newer.last) == (part.first or EARLIEST, part.last or LATEST)
                part = older if day <= older.last else newer
            else:
                assert newer.low == older.high + 1
                assert (older.low, newer.high) == (part.low or 1, part.high or HIGHEST_PMID)
                part = older if pmid <= older.high else newer
            steps += 1
        assert part == Slice(first=day, last=day, low=pmid, high=pmid)
        assert steps <= 17 + 27
        with pytest.raises(RemoteError, match=f"PMID {pmid} of {day}"):
            part.halves()
