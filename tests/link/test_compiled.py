"""Term indexes as vocabularies: compiled again and joined, they say what they said."""

import json
from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.link.build import build_index
from kgbuild.link.compiled import is_index
from kgbuild.link.index import TermIndex
from kgbuild.namespaces import to_uri

LEXICON = """curie\tname\tlabel\tsynonyms\tparents\trank
MONDO:0005180\tParkinson disease\tDDF\tPD\tMONDO:0005559\t
MONDO:0005559\tneurodegenerative disease\tDDF\t\t\t
NCBITaxon:1578\tLactobacillus\tbacteria\t\t\tgenus
CHEBI:17968\tbutyrate\tchemical\t\t\t
XAO:1\tfrog\t\t\t\t
"""
MAPPINGS = """subject_id\tpredicate_id\tobject_id\tmapping_justification
CHEBI:17968\tskos:exactMatch\tCHEBI:30772\tsemapv:ManualMappingCuration
MONDO:0005180\tskos:exactMatch\tMESH:D010300\tsemapv:DatabaseCrossReference
"""
SEEN = "label\turi\tsurface\tcount\nDDF\tMONDO:0005180\tPD\t12\nchemical\tMONDO:0005180\tparkinson\t1\n"
OLD_SPELLING = "https://www.ncbi.nlm.nih.gov/mesh/68010300"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compiled")
    inputs = {"lexicon.tsv": LEXICON, "map.sssom.tsv": MAPPINGS, "seen.tsv": SEEN}
    inputs["names.json"] = json.dumps({OLD_SPELLING: ["shaking palsy"], "http://example.org/own": ["gut frailty"]})
    for name, text in inputs.items():
        (folder / name).write_text(text)
    build_index([folder / name for name in inputs], folder / "terms.sqlite")
    return folder / "terms.sqlite"


def test_an_index_is_known_by_its_first_bytes(compiled: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "mine.tsv"
    renamed.write_bytes(compiled.read_bytes())
    assert is_index(compiled)
    assert is_index(renamed)
    (tmp_path / "other.sqlite").write_bytes(b"SQLite format 3\0" + bytes(200))
    assert not is_index(tmp_path / "other.sqlite")
    assert not is_index(compiled.with_name("lexicon.tsv"))
    assert not is_index(tmp_path / "absent")
    assert not is_index(tmp_path)


def test_compiled_again_it_is_the_same(compiled: Path, tmp_path: Path) -> None:
    again = build_index([compiled], tmp_path / "again.sqlite")
    [report] = again.inputs
    assert (report.format, report.rejected, again.refused) == ("term index", 0, 0)
    with TermIndex.open(compiled) as first:
        assert again.fingerprint == first.fingerprint
        with TermIndex.open(again.output) as second:
            assert second.counts() == first.counts()
            assert len(second.sources) == len(first.sources)


def test_joined_it_keeps_all_that_it_holds(compiled: Path, tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text("curie\tname\tlabel\nMONDO:0000001\tPD\tDDF\nMONDO:9\tleaky gut\tDDF\n")
    joined = build_index([compiled, tmp_path / "own.tsv"], tmp_path / "joined.sqlite")
    with TermIndex.open(compiled) as alone, TermIndex.open(joined.output) as index:
        for curie in ("MONDO:0005180", "NCBITaxon:1578", "CHEBI:17968", "XAO:1"):
            assert index.concept(curie) == alone.concept(curie)
        # Aliases: a former identifier of the same vocabulary, and another spelling.
        assert index.canonical("CHEBI:30772") == to_uri("CHEBI:17968")
        assert index.canonical(OLD_SPELLING) == to_uri("MONDO:0005180")
        assert index.concept("NCBITaxon:1578").rank == "genus"
        assert index.ancestors("MONDO:0005180") == (to_uri("MONDO:0005559"),)
        assert index.uses(str(to_uri("MONDO:0005180"))) == {"DDF": 12, "chemical": 1}
        assert index.concept("MONDO:9").name == "leaky gut"


@pytest.mark.parametrize("is_first", [True, False])
def test_the_order_of_sources_is_that_of_the_inputs(compiled: Path, tmp_path: Path, is_first: bool) -> None:
    (tmp_path / "own.tsv").write_text("curie\tname\tlabel\nHP:1\tbutyrate\tDDF\n")
    inputs = [compiled, tmp_path / "own.tsv"] if is_first else [tmp_path / "own.tsv", compiled]
    titles = {compiled: "theirs", tmp_path / "own.tsv": "mine"}
    joined = build_index(inputs, tmp_path / "joined.sqlite", titles=titles)
    with TermIndex.open(joined.output) as index:
        # The index was made of four inputs, whose order among themselves stays.
        assert index.sources == (("theirs",) * 4 + ("mine",) if is_first else ("mine",) + ("theirs",) * 4)
        sources = {entry.term.uri: index.sources[entry.source] for entry in index.entries("butyrate")}
        assert sources == {to_uri("CHEBI:17968"): "theirs", to_uri("HP:1"): "mine"}
        first = min(index.entries("butyrate"), key=lambda entry: entry.source)
        assert index.sources[first.source] == ("theirs" if is_first else "mine")


def test_a_damaged_index_is_named(compiled: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(compiled.read_bytes()[:-4096])
    with pytest.raises(InputError, match=r"damaged\.sqlite"):
        build_index([damaged], tmp_path / "out")
