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
from tests.guard import bounded
from tests.link.vocabularies.samples import FUNCTIONAL, GRAPH, LEXICON, MRCONSO, MRSTY, OBO_FILE, RDF, SSSOM, TURTLE
from tests.link.vocabularies.test_taxdump import FILES, rows

OPTIONS = Options(labels={"DDF"}, semantic_types={"T047": "DDF"}, exclude=lambda _: False)
TABLE = (
    "curie\tname\tlabel\tsynonyms\nMONDO:0002050\tdepression\tDDF\tlow mood|gloom\nhttp://example.org/1\tgut\t\t\n"
)
DUMP = {name: rows(content) for name, content in FILES.items()}
SAMPLES = [TABLE, OBO_FILE, json.dumps(GRAPH), RDF, TURTLE, FUNCTIONAL, SSSOM, LEXICON, MRCONSO, MRSTY]


def survives(folder: Path, content: bytes) -> None:
    """Damaged input gives records, rejects or an InputError, nothing else."""
    path = folder / "file"
    path.write_bytes(content)
    _read(path)


def _read(path: Path) -> None:
    items, refused = [], None
    try:
        with bounded():
            items = list(read_vocabulary(path, OPTIONS)[1])
    except InputError as error:
        refused = error
    assert refused is None or refused.file
    assert all(isinstance(item, Entry | Skipped | Reject) for item in items)


def survives_as_dump(folder: Path, draw_from: st.DataObject) -> None:
    """One file of a taxonomy dump is damaged, or missing."""
    place = folder / "dump"
    place.mkdir(exist_ok=True)
    broken = draw_from.draw(st.sampled_from(sorted(DUMP)))
    for name, text in DUMP.items():
        (place / name).write_bytes(damaged(draw_from, [text]) if name == broken else text.encode())
    if draw_from.draw(st.integers(0, 20)) == 0:
        (place / broken).unlink()
    _read(place)


def damaged(draw_from: st.DataObject, samples: list[str] = SAMPLES) -> bytes:
    data = bytearray(draw_from.draw(st.sampled_from(samples)).encode())
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


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_taxonomy_dumps(tmp_path_factory, data):
    survives_as_dump(tmp_path_factory.getbasetemp(), data)


@pytest.mark.stress
@settings(max_examples=10_000, deadline=None)
@given(st.data())
def test_many_damaged_taxonomy_dumps(tmp_path_factory, data):
    survives_as_dump(tmp_path_factory.getbasetemp(), data)


@pytest.mark.stress
@pytest.mark.parametrize("sample", SAMPLES, ids=range(len(SAMPLES)))
def test_ten_thousand_damaged_files_of_each_form(tmp_path_factory, sample):
    @settings(max_examples=10_000, deadline=None)
    @given(st.data())
    def each(data):
        survives(tmp_path_factory.getbasetemp(), damaged(data, [sample]))

    each()
