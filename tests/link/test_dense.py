"""Dense candidates, with an encoder that is made for the tests."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kgbuild.errors import InputError
from kgbuild.link import dense
from kgbuild.link.build import build_index
from kgbuild.link.candidates import CandidateRanker
from kgbuild.link.dense import DenseNames
from kgbuild.link.index import TermIndex
from kgbuild.link.linker import DictionaryLinker
from kgbuild.link.variants import Variant
from kgbuild.model import Annotated, Document, Mention, Section, Span
from kgbuild.normalize import key
from kgbuild.schema import load_schema
from tests.link.hashing import HashingEncoder

A = "http://example.org/"
NAMES = {
    A + "pain": ["abdominal pain", "belly ache"],
    A + "constipation": ["constipation"],
    A + "parkinson": ["Parkinson disease", "PD"],
    A + "butyrate": ["butyrate", "butanoate"],
    A + "coli": ["Escherichia coli"],
}
SURFACES = ["upset tummy", "butyrates", "zzz", "Escherichia", "Parkinsonian disease"]


@pytest.fixture
def index(tmp_path, monkeypatch):
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "cache"))
    (tmp_path / "names.json").write_text(json.dumps(NAMES))
    build_index([tmp_path / "names.json"], tmp_path / "index")
    with TermIndex.open(tmp_path / "index") as opened:
        yield opened


def document(*surfaces: str) -> Annotated:
    text = ", ".join(surfaces)
    mentions = []
    for surface in surfaces:
        start = mentions[-1].span.end + 2 if mentions else 0
        span = Span(section="title", start=start, end=start + len(surface))
        mentions.append(Mention(span=span, text=surface, label="DDF"))
    return Annotated(
        document=Document(id="1", sections=(Section(name="title", text=text),)), mentions=tuple(mentions)
    )


@pytest.mark.parametrize("rows", [2, 16_384])
def test_the_nearest_names_are_those_of_all_cosines(index, monkeypatch, rows):
    monkeypatch.setattr(dense, "_ROWS", rows)
    names = DenseNames(index, HashingEncoder())
    found = names.look_up(SURFACES, 3)
    spellings = [name for _, name in index.spellings()]
    cosines = HashingEncoder().encode(SURFACES) @ HashingEncoder().encode(spellings).T
    for surface, row in zip(SURFACES, cosines, strict=True):
        best = np.argsort(-row, kind="stable")[:3]
        assert found[surface].forms == tuple(key(spellings[number]) for number in best)
    assert len(names.look_up(["PD"], 1000)["PD"].forms) == len(spellings)
    assert names.look_up([]) == {}


def test_likeness_is_1_for_the_same_name_and_0_for_names_at_random(index):
    names = DenseNames(index, HashingEncoder())
    near = names.look_up(["butyrate"])["butyrate"]
    likeness = names.likeness(near, [*near.forms, "no such name"])
    assert likeness["butyrate"] == pytest.approx(1, abs=0.01)
    assert likeness.keys() == set(near.forms)
    assert max(value for form, value in likeness.items() if form != "butyrate") < 0.9


def test_names_are_embedded_once_for_an_index_and_an_encoder(index, tmp_path):
    first = HashingEncoder()
    DenseNames(index, first)
    assert len(first.asked) == index.counts()["terms"]
    again = HashingEncoder()
    expected = DenseNames(index, again).look_up(SURFACES)
    assert sorted(again.asked) == sorted(SURFACES)
    DenseNames(index, HashingEncoder(fingerprint="another"))
    files = list((tmp_path / "cache").glob("names-*.npy"))
    assert len(files) == 2
    for file in files:
        file.write_bytes(file.read_bytes()[:-7])
    mended = HashingEncoder()
    found = DenseNames(index, mended).look_up(SURFACES)
    assert len(mended.asked) == index.counts()["terms"] + len(SURFACES)
    assert {text: near.forms for text, near in found.items()} == {text: near.forms for text, near in expected.items()}


def test_processes_that_begin_together_embed_once_and_remove_what_killed_ones_left(index, tmp_path):
    files = tmp_path / "cache"
    DenseNames(index, HashingEncoder())
    (made,) = files.glob("names-*.npy")
    made.rename(files / f"{made.name}.tmp-0123456789ab")
    encoders = [HashingEncoder() for _ in range(3)]

    def open_names(encoder):
        with TermIndex.open(tmp_path / "index") as opened:
            DenseNames(opened, encoder)

    with ThreadPoolExecutor() as pool:
        list(pool.map(open_names, encoders))
    assert sum(len(encoder.asked) for encoder in encoders) == index.counts()["terms"]
    assert list(files.glob("names-*")) == [made]


def test_candidates_of_both_kinds_are_merged_by_concept(index):
    encoder = HashingEncoder({"upset tummy": "abdominal pain"})
    forms = (Variant("upset tummy", "text"),)
    plain = CandidateRanker(index).candidates(forms, "DDF")
    merged = CandidateRanker(index, DenseNames(index, encoder)).candidates(forms, "DDF")
    assert A + "pain" not in {one.entry.term.uri for one in plain}
    uris = [one.entry.term.uri for one in merged]
    assert len(uris) == len(set(uris))
    assert {one.entry.term.uri for one in plain} <= set(uris)
    [pain] = [one for one in merged if one.entry.term.uri == A + "pain"]
    assert pain.entry.key == "abdominal pain"
    assert pain.likeness == pytest.approx(1, abs=0.01)


def test_the_linker_embeds_each_surface_form_once_a_call_and_gives_its_reason(index):
    encoder = HashingEncoder({"upset tummy": "abdominal pain"})
    linker = DictionaryLinker(index, load_schema(), threshold=0, dense=DenseNames(index, encoder))
    encoder.asked.clear()
    first, second = linker.link([document("upset tummy", "PD", "upset tummy"), document("upset tummy", "zzz")])
    assert sorted(encoder.asked) == ["upset tummy", "zzz"]
    assert [(one.uri, one.method) for one in first.links if one.mention.text == "PD"] == [(A + "parkinson", "exact")]
    assert first.links[0].candidates == second.links[0].candidates
    reasons = {one.uri: one.reasons for one in first.links[0].candidates}
    assert any(reason.startswith("meaning 1.0") for reason in reasons[A + "pain"])
    linker.link([document("upset tummy")])
    assert sorted(encoder.asked) == ["upset tummy", "zzz"]


def test_where_no_folder_can_be_written_it_says_so(index, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    with pytest.raises((InputError, OSError)):
        DenseNames(index, HashingEncoder())
