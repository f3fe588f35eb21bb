"""Concepts of several vocabularies are one where their preferred names and labels are equal."""

from pathlib import Path

from kgbuild.link.build import build_index
from kgbuild.link.index import TermIndex
from kgbuild.namespaces import to_uri


def canonical(folder: Path, *tables: str) -> dict[str, str]:
    """The canonical CURIE of each CURIE in tables of `curie, name, label, synonyms, parents`."""
    paths = []
    for number, table in enumerate(tables):
        paths.append(folder / f"{number}.tsv")
        paths[-1].write_text(f"curie\tname\tlabel\tsynonyms\tparents\n{table}")
    build_index(paths, folder / "terms.sqlite")
    curies = [row.split("\t")[0] for table in tables for row in table.splitlines()]
    with TermIndex.open(folder / "terms.sqlite") as index:
        found = {curie: index.concept(curie) for curie in curies}
    return {curie: concept.curie for curie, concept in found.items() if concept}


def test_one_name_and_label_is_one_node(tmp_path: Path) -> None:
    found = canonical(
        tmp_path,
        "NCIT:C1\tGut dysbiosis\tDDF\t\t\nMESH:D1\tgut\tanatomical location\t\t\n",
        "MONDO:0000001\tgut dysbioses\tDDF\t\t\n",
    )
    assert found["NCIT:C1"] == found["MONDO:0000001"] == "MONDO:0000001"
    assert found["MESH:D1"] == "MESH:D1"


def test_another_label_is_another_thing(tmp_path: Path) -> None:
    """Turkey is a food and an animal, and serotonin's gene is not serotonin."""
    found = canonical(
        tmp_path,
        "NCIT:C1\tturkey\tfood\t\t\nNCBITaxon:9103\tturkey\tanimal\t\t\n",
    )
    assert found == {curie: curie for curie in found}


def test_synonyms_join_nothing(tmp_path: Path) -> None:
    found = canonical(
        tmp_path,
        "NCIT:C1\tParkinson disease\tDDF\tPD\t\nMESH:D2\tpanic disorder\tDDF\tPD\t\nMONDO:3\tPD\tDDF\t\t\n",
    )
    assert found == {curie: curie for curie in found}


def test_a_name_that_a_vocabulary_gives_two_concepts_tells_nothing(tmp_path: Path) -> None:
    """Two genera of the taxonomy share a name: which of them another vocabulary means is not known."""
    found = canonical(
        tmp_path,
        "NCBITaxon:55087\tBacillus\tbacteria\t\t\nNCBITaxon:1386\tBacillus\tbacteria\t\t\n",
        "MESH:D001407\tBacillus\tbacteria\t\t\nNCIT:C14176\tbacillus\tbacteria\t\t\n",
    )
    assert found["NCBITaxon:55087"] != found["NCBITaxon:1386"]
    assert found["MESH:D001407"] == found["NCIT:C14176"]
    assert found["MESH:D001407"] not in ("NCBITaxon:55087", "NCBITaxon:1386")


def test_a_mapping_may_have_joined_one_of_them_with_another_concept(tmp_path: Path) -> None:
    """What a curator equates comes first; a clique never holds two concepts of one vocabulary."""
    (tmp_path / "map.sssom.tsv").write_text(
        "subject_id\tpredicate_id\tobject_id\nMONDO:1\tskos:exactMatch\tNCIT:C2\n"
    )
    (tmp_path / "names.tsv").write_text(
        "curie\tname\tlabel\nMONDO:1\tmelancholia\tDDF\nNCIT:C2\tmelancholic depression\tDDF\n"
        "NCIT:C3\tmelancholia\tDDF\n"
    )
    report = build_index([tmp_path / "names.tsv", tmp_path / "map.sssom.tsv"], tmp_path / "terms.sqlite")
    with TermIndex.open(report.output) as index:
        assert index.canonical("NCIT:C2") == index.canonical("MONDO:1") == to_uri("MONDO:1")
        assert index.canonical("NCIT:C3") == to_uri("NCIT:C3")


def test_without_a_label_in_the_table_the_vocabulary_s_counts(tmp_path: Path) -> None:
    found = canonical(
        tmp_path,
        # Metazoa are animals, and what is below them; a Mondo concept is a disorder.
        "NCBITaxon:33208\tMetazoa\t\t\t\nNCBITaxon:10114\trat\t\t\tNCBITaxon:33208\n",
        "NCIT:C14\trat\tanimal\t\t\nMONDO:7\trat\t\t\t\n",
    )
    assert found["NCIT:C14"] == "NCBITaxon:10114"
    assert found["MONDO:7"] == "MONDO:7"
