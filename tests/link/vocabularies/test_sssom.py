"""SSSOM tables and JSON."""

import json

import pytest

from kgbuild.link.build import build_index
from kgbuild.link.index import TermIndex
from kgbuild.link.vocabularies.records import EXACT, PREFERRED, Entry, Name, Skipped
from kgbuild.model import Reject
from tests.link.vocabularies.samples import OBO, SSSOM

MESH = "http://id.nlm.nih.gov/mesh/"
COLUMNS = "subject_id\tpredicate_id\tobject_id"
SAME = Entry(uri=OBO + "MONDO_1", equivalents=(MESH + "D000001",))


def table(*rows: str, header: str = "", columns: str = COLUMNS) -> str:
    return "\n".join([*header.splitlines(), columns, *rows, ""])


def test_a_curie_map_and_exact_matches_only(read):
    _, items = read(SSSOM)
    assert items[0] == Entry(
        uri=OBO + "MONDO_1", names=(Name("gut disease", PREFERRED),), equivalents=(MESH + "D000001",)
    )
    assert items[1] == Skipped("predicate skos:broadMatch")
    assert (items[2].record, len(items)) == ("line 8", 3)
    assert "predicate_id is empty" in items[2].cause


@pytest.mark.parametrize(
    "header",
    [
        "#curie_map:\n#  own: http://purl.obolibrary.org/obo/MONDO_\n#license: none",
        "#   curie_map:\n#     own: http://purl.obolibrary.org/obo/MONDO_",
        '# curie_map: {"own": "http://purl.obolibrary.org/obo/MONDO_"}',
        "#curie_map:\n#  'own' : \"http://purl.obolibrary.org/obo/MONDO_\" # mine",
        "#mapping_set_id: x\n#creator_id:\n#- a\n#- b\n#curie_map:\n#    own:\n#      http://purl.obolibrary.org/obo/MONDO_",
        "#curie_map:\t\t\n#  own: http://purl.obolibrary.org/obo/MONDO_\t\t",
        '"#curie_map:"\t\n"#  own: http://purl.obolibrary.org/obo/MONDO_"\t',
    ],
)
def test_the_header_is_yaml(read, header):
    form, items = read(table("own:1\tskos:exactMatch\tMESH:D000001", header=header))
    assert (form, items) == ("SSSOM", [SAME])


def test_prefixes_stay_texts_whatever_yaml_means_by_them(read):
    header = "#curie_map:\n#  NO: http://purl.obolibrary.org/obo/MONDO_\n#  1: http://id.nlm.nih.gov/mesh/"
    assert read(table("NO:1\tskos:exactMatch\t1:D000001", header=header))[1] == [SAME]


@pytest.mark.parametrize("name", ["map.sssom.yml", "map.yml", "map.sssom.yaml"])
def test_metadata_in_a_file_beside_the_table(read, tmp_path, name):
    (tmp_path / name).write_text("curie_map:\n  own: http://purl.obolibrary.org/obo/MONDO_\n", encoding="utf-8")
    assert read(table("own:1\tskos:exactMatch\tMESH:D000001"), "map.sssom.tsv")[1] == [SAME]


@pytest.mark.parametrize(
    "header", ["#a: [", "#- a", "#curie_map: 7", "#curie_map:\n#  own: [1]", "#curie_map:\n#  a: b c"]
)
def test_a_header_that_is_not_yaml_is_rejected_and_known_prefixes_are_used(read, header):
    _, items = read(
        table("MONDO:1\towl:equivalentClass\tMESH:D000001", "own:1\tskos:exactMatch\tMONDO:1", header=header)
    )
    assert [type(item) for item in items] == [Reject, Entry, Reject]
    assert (items[0].record, items[2].record) == ("header", f"line {len(header.splitlines()) + 3}")
    assert items[1] == SAME


@pytest.mark.parametrize("end", ["subject", "object"])
def test_a_prefix_that_is_neither_declared_nor_known_is_refused_by_row(read, end):
    ends = ("zzz:1", "MONDO:1") if end == "subject" else ("MONDO:1", "zzz:1")
    _, items = read(table(f"{ends[0]}\tskos:exactMatch\t{ends[1]}", "MONDO:1\tskos:exactMatch\tMESH:D000001"))
    assert items[1:] == [SAME]
    assert items[0].record == "line 2"
    assert f"{end}_id 'zzz:1': the prefix 'zzz' is not declared in curie_map" in items[0].cause
    assert "curie_map" in items[0].remedy


@pytest.mark.parametrize(
    "predicate",
    [
        "skos:exactMatch",
        "owl:equivalentClass",
        "owl:sameAs",
        "http://www.w3.org/2004/02/skos/core#exactMatch",
        "s:exactMatch",
    ],
)
def test_predicates_of_equality_in_any_spelling(read, predicate):
    header = "#curie_map:\n#  s: http://www.w3.org/2004/02/skos/core#"
    assert read(table(f"MONDO:1\t{predicate}\tMESH:D000001", header=header))[1] == [SAME]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("MONDO:1\tskos:exactMatch\tsssom:NoTermFound", "no term found"),
        ("sssom:NoTermFound\tskos:exactMatch\tMONDO:1", "no term found"),
        ("MONDO:1\tskos:exactMatch\thttps://w3id.org/sssom/NoTermFound", "no term found"),
        ("MONDO:1\tskos:exactMatch\tMESH:D000001\tNot", "negated mapping"),
        ("MONDO:1\tskos:exactMatch\tMESH:D000001\tNOT", "negated mapping"),
        ("MONDO:1\tskos:closeMatch\tMESH:D000001", "predicate skos:closeMatch"),
        ("MONDO:1\tsemapv:crossSpeciesExactMatch\tMESH:D000001", "predicate semapv:crossSpeciesExactMatch"),
        ("MONDO:1\tskos:exactMatch\tMESH:D000001\t\tcomposed entity expression", "mapping of an expression"),
    ],
)
def test_mappings_that_make_nothing_equal_are_counted(read, row, reason):
    columns = f"{COLUMNS}\tpredicate_modifier\tobject_type"
    assert read(table(row, columns=columns))[1] == [Skipped(reason)]


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("MONDO:1|MONDO:2\tskos:exactMatch\tMESH:D000001", "several identifiers"),
        ("\tskos:exactMatch\tMESH:D000001", "subject_id is empty"),
        ("MONDO:1\tskos:exactMatch", "object_id is empty"),
        ("MONDO:1\tskos:exactMatch\tgut disease", "neither a CURIE nor a URI"),
        ("MONDO:1\tskos:exactMatch\tMESH:D000001\textra", "4 cells in a row, but 3 columns"),
        ("MONDO:1\tskos:exactMatch\t#N/A", "error value"),
    ],
)
def test_rows_that_cannot_be_used_are_rejected(read, row, cause):
    _, [reject] = read(table(row))
    assert cause in reject.cause
    assert reject.record == "line 2"


def test_cells_are_quoted_and_lines_end_as_on_windows(read):
    content = table(
        '"MONDO:1"\t"skos:exactMatch"\tMESH:D000001\t"the ""gut"" disease"', "#a comment within", "", "\t\t\t"
    )
    content = content.replace(COLUMNS, f"{COLUMNS}\tobject_label").replace("\n", "\r\n")
    _, items = read(b"\xef\xbb\xbf" + content.encode())
    assert items == [SAME, Entry(uri=MESH + "D000001", names=(Name('the "gut" disease', PREFERRED),))]


def test_a_doubled_prefix_behind_a_declared_one(read):
    header = "#curie_map:\n#  MONDO: http://purl.obolibrary.org/obo/MONDO_"
    assert read(table("MONDO:MONDO:1\tskos:exactMatch\tmesh:D000001", header=header))[1] == [SAME]


def test_a_literal_mapping_gives_a_name(read):
    columns = "subject_label\tsubject_type\tpredicate_id\tobject_id\tobject_label"
    row = "enteropathy\trdfs literal\tskos:exactMatch\tMONDO:1\tgut disease"
    names = (Name("gut disease", PREFERRED), Name("enteropathy", EXACT))
    assert read(table(row, columns=columns))[1] == [Entry(uri=OBO + "MONDO_1", names=names)]
    columns, row = columns.replace("\tsubject_type", ""), row.replace("\trdfs literal", "")
    header = "#subject_type: rdfs literal"
    assert read(table(row, columns=columns, header=header))[1] == [Entry(uri=OBO + "MONDO_1", names=names)]


def test_the_json_form(read):
    mapping = {"subject_id": "own:1", "predicate_id": "skos:exactMatch", "object_id": "MESH:D000001", "confidence": 1}
    content = {"curie_map": {"own": OBO + "MONDO_"}, "mappings": [mapping, 7, {**mapping, "object_id": "zzz:1"}]}
    form, items = read(json.dumps(content))
    assert form == "SSSOM (JSON)"
    assert items[0] == SAME
    assert [item.record for item in items[1:]] == ["mapping 2", "mapping 3"]


CURATED = COLUMNS + "\tmapping_justification\tsubject_label\tobject_label"


def test_a_curator_s_pair_within_one_vocabulary_is_one_concept(read):
    """Acid and salt are two concepts of ChEBI and one thing to articles: one is another identifier of the other."""
    row = "CHEBI:17968\tskos:exactMatch\tCHEBI:30772\tsemapv:ManualMappingCuration\tbutyrate\tbutyric acid"
    assert read(table(row, columns=CURATED))[1] == [
        Entry(uri=OBO + "CHEBI_17968", names=(Name("butyrate", PREFERRED),), aliases=(OBO + "CHEBI_30772",)),
        Entry(uri=OBO + "CHEBI_30772", names=(Name("butyric acid", PREFERRED),)),
    ]


@pytest.mark.parametrize(
    ("subject", "object_", "justification"),
    [
        ("CHEBI:17968", "CHEBI:30772", "semapv:LexicalMatching"),  # a program's guess
        ("CHEBI:17968", "CHEBI:30772", ""),
        ("CHEBI:17968", "MESH:D002087", "semapv:ManualMappingCuration"),
    ],
)
def test_other_pairs_are_equivalents_that_may_be_refused(read, subject, object_, justification):
    row = f"{subject}\tskos:exactMatch\t{object_}\t{justification}\tbutyrate\tbutyric acid"
    entry = read(table(row, columns=CURATED))[1][0]
    assert (len(entry.equivalents), entry.aliases) == (1, ())


def test_the_two_are_one_node_and_both_names_lead_there(tmp_path):
    rows = [
        "CHEBI:17968\tskos:exactMatch\tCHEBI:30772\tsemapv:ManualMappingCuration\tbutyrate\tbutyric acid",
        "CHEBI:17272\tskos:exactMatch\tCHEBI:30768\tsemapv:LexicalMatching\tpropionate\tpropionic acid",
        "MESH:D002087\tskos:exactMatch\tCHEBI:30772\tsemapv:LexicalMatching\tbutyrates\t",
    ]
    (tmp_path / "map.sssom.tsv").write_text(table(*rows, columns=CURATED))
    report = build_index([tmp_path / "map.sssom.tsv"], tmp_path / "terms.sqlite")
    assert report.refused == 1
    with TermIndex.open(report.output) as index:
        for text in ("butyrate", "butyric acid"):
            assert {entry.canonical for entry in index.entries(text)} == {OBO + "CHEBI_17968"}
        assert index.canonical("CHEBI:30768") == OBO + "CHEBI_30768"
        # What equals the one equals the other.
        assert index.canonical("MESH:D002087") == OBO + "CHEBI_17968"
