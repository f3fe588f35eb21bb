"""The generated release of the UMLS: the reader takes it, and joined with what ships it changes no known name."""

from pathlib import Path

import pytest

from benchmarks.umls import write_release
from kgbuild.link.build import build_index
from kgbuild.link.concepts import ConceptLinker
from kgbuild.link.default import TERMS
from kgbuild.link.index import TermIndex
from kgbuild.model import Annotated, Document, Mention, Section, Span
from kgbuild.resources import asset
from kgbuild.schema import load_schema

NAMES = 1_000


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("umls") / "META"
    write_release(folder, NAMES)
    return folder


def test_the_reader_takes_as_many_names_as_were_asked_for(release, tmp_path):
    report = build_index([release], tmp_path / "umls.sqlite")
    names, types = report.inputs
    assert (names.format, types.format) == ("UMLS MRCONSO", "UMLS MRSTY")
    assert (names.names, names.rejected, types.rejected) == (NAMES, 0, 0)
    assert names.skipped.keys() == {"not English", "suppressed"}
    assert not types.skipped
    with TermIndex.open(report.output) as index:
        labels = {term.label for term in index.names()}
        preferred = [term for term in index.names() if term.preferred]
    assert labels >= {"DDF", "drug", "chemical", "bacteria", "gene", "biomedical technique"}
    assert len(preferred) == report.concepts == types.records


def test_a_release_is_the_same_at_each_run(release, tmp_path):
    write_release(tmp_path, NAMES)
    for name in ("MRCONSO.RRF", "MRSTY.RRF"):
        assert (tmp_path / name).read_bytes() == (release / name).read_bytes()


def test_joined_with_what_ships_known_abbreviations_keep_their_meaning(release, tmp_path):
    report = build_index([*map(asset, TERMS), release], tmp_path / "joined.sqlite")
    cases = (
        ("Gut microbes in PD", "PD", "Parkinson disease"),
        ("Gut microbes in ASD", "ASD", "autism spectrum disorder"),
        ("Gut microbes in atrial septal defect (ASD)", "ASD", "atrial septal defect"),
        ("Gut microbes in progressive disease (PD)", "PD", "progressive disease"),
    )
    with TermIndex.open(report.output) as index:
        linker = ConceptLinker(index, load_schema())
        assert all(len(linker.senses(short, "DDF")) > 1 for short in ("PD", "ASD"))
        for title, short, meant in cases:
            [link] = linker.link([article(title, short)])[0].links
            assert link.uri is not None
            assert meant.casefold() in {term.name.casefold() for term in index.names_of(link.canonical or "")}


def article(title: str, mention: str) -> Annotated:
    at = title.index(mention)
    found = Mention(span=Span(section="title", start=at, end=at + len(mention)), text=mention, label="DDF")
    return Annotated(document=Document(id="1", sections=(Section(name="title", text=title),)), mentions=(found,))
