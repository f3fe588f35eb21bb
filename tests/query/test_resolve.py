"""From names, CURIEs and URIs to the graph's concepts, in the store and on a server."""

import pytest

from kgbuild.errors import InputError
from kgbuild.query.resolve import resolve
from kgbuild.query.runners import EndpointRunner, StoreRunner
from tests import example_graph as example

Runner = StoreRunner | EndpointRunner


@pytest.fixture(params=["embedded", "remote"])
def runner(request: pytest.FixtureRequest) -> Runner:
    found: Runner = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        (example.PARKINSON, example.PARKINSON),
        ("MONDO:0005180", example.PARKINSON),
        ("http://id.nlm.nih.gov/mesh/D003866", example.DEPRESSION),
        ("MESH:D003866", example.DEPRESSION),
        ("depressive disorder", example.DEPRESSION),
        (" Depression ", example.DEPRESSION),
        ("AKKERMANSIA", example.AKKERMANSIA),
        ("Butyric acids", example.BUTYRATE),
        ("beta butyrate", example.BUTYRATE),
        ("β-butyrate 🦠", example.BUTYRATE),
        ("Lactobacillus", example.LACTOBACILLUS),
        ("neurodegenerative diseases", example.NEURODEGENERATIVE),
    ],
)
def test_all_that_names_a_concept(runner: Runner, text: str, concept: str) -> None:
    assert resolve(runner, text) == concept


def test_several_meanings_are_told_apart_by_the_user(runner: Runner) -> None:
    with pytest.raises(InputError) as error:
        resolve(runner, "PD")
    assert "Parkinson disease (MONDO:0005180), Lactobacillus rhamnosus (NCBITaxon:47715)" in str(error.value)


def test_an_unknown_name_comes_with_similar_ones(runner: Runner) -> None:
    with pytest.raises(InputError, match=r"Similar: Parkinson disease \(MONDO:0005180\)"):
        resolve(runner, "Parkinsons")


@pytest.mark.parametrize("text", ["MONDO:9999999", "http://example.org/x", "", "   ", 'a"b\\c', "?x", "\x00"])
def test_what_is_not_there(runner: Runner, text: str) -> None:
    with pytest.raises(InputError, match="no concept named"):
        resolve(runner, text)
