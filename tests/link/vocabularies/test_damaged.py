"""Damaged files of every format: nothing but records, rejects and errors that name the file comes of them."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import InputError
from kgbuild.link.vocabularies import Options, read_vocabulary
from kgbuild.link.vocabularies.records import Entry, Skipped
from kgbuild.model import Reject
from tests.link.vocabularies.samples import FUNCTIONAL, GRAPH, LEXICON, MRCONSO, MRSTY, OBO_FILE, RDF, SSSOM, TURTLE

OPTIONS = Options(labels={"DDF"}, semantic_types={"T047": "DDF"}, exclude=lambda _: False)
SAMPLES = [OBO_FILE, json.dumps(GRAPH), RDF, TURTLE, FUNCTIONAL, SSSOM, LEXICON, MRCONSO, MRSTY]


def survives(folder: Path, content: bytes) -> None:
    """Damaged input gives records, rejects or an InputError, nothing else."""
    items, refused = [], None
    path = folder / "file"
    path.write_bytes(content)
    try:
        items = list(read_vocabulary(path, OPTIONS)[1])
    except InputError as error:
        refused = error
    assert refused is None or refused.file
    assert all(isinstance(item, Entry | Skipped | Reject) for item in items)


def damaged(draw_from: st.DataObject) -> bytes:
    data = bytearray(draw_from.draw(st.sampled_from(SAMPLES)).encode())
    for _ in range(draw_from.draw(st.integers(1, 4))):
        at = draw_from.draw(st.integers(0, len(data) - 1))
        if draw_from.draw(st.booleans()):
            data[at] = draw_from.draw(st.integers(0, 255))
        else:
            del data[at : at + draw_from.draw(st.integers(1, 40))]
        data = data or bytearray(b" ")
    return bytes(data)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_files(tmp_path_factory, data):
    survives(tmp_path_factory.getbasetemp(), damaged(data))


@pytest.mark.stress
@settings(max_examples=10_000, deadline=None)
@given(st.data())
def test_many_damaged_files(tmp_path_factory, data):
    survives(tmp_path_factory.getbasetemp(), damaged(data))
