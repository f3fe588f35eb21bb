"""What a name without a concept is a kind of."""

from collections.abc import Iterator

import pytest

from kgbuild.link.broader import broader_of
from kgbuild.link.build import build_index
from kgbuild.link.index import TermIndex

LEXICON = """curie\tname\tlabel\tsynonyms
MONDO:0004975\tAlzheimer disease\tDDF\tAlzheimer's disease
MONDO:0002050\tdepression\tDDF\t
NCIT:C34792\tpostpartum depression\tDDF\t
HP:0100021\tappetite\tDDF\t
MONDO:0005027\tgeneralized tonic-clonic seizure\tDDF\tGTCS
NCBITaxon:216816\tBifidobacterium longum\tbacteria\t
NCBITaxon:2\tbacteria\tbacteria\t
CHEBI:100\tcytokine\tchemical\t
NCIT:C15222\tdiet\tfood\t
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TermIndex]:
    folder = tmp_path_factory.mktemp("broader")
    (folder / "lexicon.tsv").write_text(LEXICON)
    build_index([folder / "lexicon.tsv"], folder / "terms.sqlite")
    with TermIndex.open(folder / "terms.sqlite") as opened:
        yield opened


def broader(name: str, label: str, index: TermIndex) -> str | None:
    found = broader_of(name, label, index)
    concept = found and index.concept(found)
    return concept.name if concept else None


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("early-onset Alzheimer's disease", "DDF", "Alzheimer disease"),
        ("Severe post-stroke depression", "DDF", "depression"),
        ("severe postpartum depressions", "DDF", "postpartum depression"),  # the nearest
        ("ketogenic diets", "food", "diet"),
        ("butyrate-producing bacteria", "bacteria", "bacteria"),
        # A strain is one of its species, whatever it was taken for.
        ("Bifidobacterium longum 1714", "bacteria", "Bifidobacterium longum"),
        ("Bifidobacterium longum subsp. infantis 35624", "dietary supplement", "Bifidobacterium longum"),
    ],
)
def test_the_last_words_say_what_it_is(index: TermIndex, name: str, label: str, expected: str) -> None:
    assert broader(name, label, index) == expected


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("depression", "DDF"),  # nothing is broader than itself
        ("loss of appetite", "DDF"),
        ("bacteria without depression", "DDF"),
        ("mania versus depression", "DDF"),
        ("non-depression", "DDF"),
        ("absence of depression", "DDF"),
        ("depression-like behavior", "DDF"),  # the last word is not in the index
        ("Bifidobacterium infantis", "bacteria"),  # another species, of a genus that the index lacks
        ("atypical GTCS", "DDF"),  # an abbreviation may mean something else here
        ("anti-inflammatory cytokine", "drug"),  # a drug is no chemical by name
        ("the long story of how one got into a depression", "DDF"),
        ("", "DDF"),
        ("?", "DDF"),
    ],
)
def test_no_guess_where_they_do_not(index: TermIndex, name: str, label: str) -> None:
    assert broader(name, label, index) is None
