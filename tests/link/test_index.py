"""The term index: built from small tables, then asked."""

import json
import multiprocessing
import pickle
import sqlite3
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import InputError
from kgbuild.link.build import build_index
from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex, similarity
from kgbuild.namespaces import is_iri
from kgbuild.normalize import key

OBO = "http://purl.obolibrary.org/obo/"
LEXICON = """curie\tname\tlabel\tsynonyms\tparents\tsource
MONDO:1\tParkinson disease\tDDF\tPD|Parkinson's disease\tMONDO:2\tMONDO
MONDO:2\tneurodegenerative disease\tDDF\t\tMONDO:3\tMONDO
MONDO:3\tdisease\tDDF\t\tMONDO:2\tMONDO
NCIT:7\tParkinson's Disease\tDDF\t\t\tNCIT
CHEBI:5\tpropionate\t\tpropanoate\t\tCHEBI
XAO:1\tfrog\t\t\t\tXAO
"""
CLIQUES = """# curie_map:
#   MONDO: http://purl.obolibrary.org/obo/MONDO_
subject_id\tpredicate_id\tobject_id
NCIT:7\tskos:exactMatch\tMONDO:1
NCIT:7\tskos:exactMatch\tmesh:D010300
MONDO:3\tskos:exactMatch\tNCIT:7
"""
SPELLED = "https://www.ncbi.nlm.nih.gov/mesh/68010300"


def sources(folder: Path) -> list[Path]:
    folder.mkdir(exist_ok=True)
    (folder / "lexicon.tsv").write_text(LEXICON)
    (folder / "cliques.sssom.tsv").write_text(CLIQUES)
    (folder / "names.json").write_text(json.dumps({SPELLED: ["Parkinson disorder", "shaking palsy"]}))
    return [folder / "lexicon.tsv", folder / "cliques.sssom.tsv", folder / "names.json"]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    build_index(sources(folder), folder / "terms.sqlite")
    return folder / "terms.sqlite"


@pytest.fixture
def index(built):
    with TermIndex.open(built) as opened:
        yield opened


def test_exact_finds_every_spelling_of_a_normal_form(index):
    found = index.exact("PARKINSONS Diseases")
    assert {(name.name, name.uri, name.preferred) for name in found} == {
        ("Parkinson disease", OBO + "MONDO_1", True),
        ("Parkinson's disease", OBO + "MONDO_1", False),
        ("Parkinson's Disease", OBO + "NCIT_7", True),
    }
    assert index.exact("unknown") == index.exact("?!") == index.exact("") == []


def test_similar_is_ranked_and_limited(index):
    found = index.similar("parkinsonian diseases", 3)
    assert len(found) == 3
    assert key(found[0].name) == "parkinson disease"
    scores = [score for score, _ in index.similar_entries("propionates", 10)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1
    assert index.similar("", 5) == []


def test_names_by_label(index):
    assert {name.label for name in index.names()} == {"DDF", "chemical"}
    assert {name.name for name in index.names({"chemical"})} == {"propionate", "propanoate"}
    assert "frog" not in {name.name for name in index.names()}


def test_spelled_variants_and_equivalents_have_one_canonical_uri(index):
    spellings = [SPELLED, "MESH:D010300", "http://identifiers.org/mesh/D010300", OBO + "NCIT_7", "NCIT:7"]
    assert {index.canonical(uri) for uri in spellings} == {OBO + "MONDO_1"}
    assert index.equivalents(OBO + "MONDO_1") == (
        "http://id.nlm.nih.gov/mesh/D010300",
        OBO + "NCIT_7",
        SPELLED,
    )
    assert index.canonical("https://w3id.org/XXXX/ontology/gutbrain/resource/food/Diet").endswith("/food/Diet")
    assert is_iri(index.canonical("http://example.org/a b{c}"))


def test_a_concept_keeps_the_spelling_asked_for_and_the_names_of_its_clique(index):
    concept = index.concept(SPELLED)
    assert (concept.uri, concept.curie, concept.name) == (SPELLED, "MONDO:1", "Parkinson disease")
    assert concept.label == "DDF"
    # The first input's names come first.
    assert concept.synonyms.index("PD") < concept.synonyms.index("shaking palsy")
    assert "Parkinson disorder" in concept.synonyms
    assert concept.parents == (OBO + "MONDO_2",)
    assert index.concept("http://id.nlm.nih.gov/mesh/D010300").uri == OBO + "MONDO_1"
    assert index.concept("MONDO:99") is None


def test_ancestors_and_descendants_survive_a_cycle(index):
    assert index.ancestors(SPELLED) == (OBO + "MONDO_2", OBO + "MONDO_3")
    assert index.ancestors("MONDO:2") == (OBO + "MONDO_3",)
    assert index.descendants("MONDO:3") == (OBO + "MONDO_2", OBO + "MONDO_1")
    assert index.parents("MONDO:99") == index.ancestors("MONDO:99") == ()


def test_search_gives_each_clique_once(index):
    found = index.search("Parkinson disease", 3)
    assert found[0].concept.uri == OBO + "MONDO_1"
    assert found[0].score == 1
    assert len({index.canonical(one.concept.uri) for one in found}) == len(found)
    assert index.search("CHEBI:5")[0].concept.name == "propionate"


def test_the_report_counts_and_tells_what_was_refused(tmp_path):
    report = build_index(sources(tmp_path), tmp_path / "out")
    assert [(one.format, one.records, one.rejected) for one in report.inputs] == [
        ("TSV", 6, 0),
        ("SSSOM", 3, 0),
        ("names by URI", 1, 0),
    ]
    # MONDO:3 and MONDO:1 are two concepts of one vocabulary, whatever a third is said to equal.
    assert report.refused == 1
    assert report.concepts == 7
    assert report.fingerprint == TermIndex.open(report.output).fingerprint


def test_equal_inputs_give_an_equal_fingerprint_and_others_do_not(tmp_path):
    first = build_index(sources(tmp_path / "a"), tmp_path / "1").fingerprint
    assert build_index(sources(tmp_path / "b"), tmp_path / "2").fingerprint == first
    assert build_index(sources(tmp_path / "b")[:2], tmp_path / "3").fingerprint != first


def test_a_failed_build_leaves_the_old_index_and_nothing_else(tmp_path):
    files = sources(tmp_path)
    build_index(files, tmp_path / "out")
    before = (tmp_path / "out").read_bytes()
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(InputError, match="not JSON"):
        build_index([*files, tmp_path / "broken.json"], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"out", "broken.json", *(file.name for file in files)}


def test_an_index_without_names_is_refused(tmp_path):
    (tmp_path / "empty.tsv").write_text("curie\tname\nMONDO:1\t\n")
    with pytest.raises(InputError, match="no name"):
        build_index([tmp_path / "empty.tsv"], tmp_path / "out")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="no vocabulary"):
        build_index([tmp_path / "folder"], tmp_path / "out")


def test_labels_come_from_the_nearest_root_or_the_vocabulary(tmp_path):
    (tmp_path / "taxa.tsv").write_text(
        "curie\tname\tparents\n"
        "NCBITaxon:2759\tEukaryota\t\nNCBITaxon:33208\tMetazoa\tNCBITaxon:2759\n"
        "NCBITaxon:9606\tHomo sapiens\tNCBITaxon:33208\nNCBITaxon:10090\tMus musculus\tNCBITaxon:33208\n"
        "NCBITaxon:562\tEscherichia coli\tNCBITaxon:561\nNCBITaxon:3702\tArabidopsis\tNCBITaxon:2759\n"
    )
    build_index([tmp_path / "taxa.tsv"], tmp_path / "out")
    with TermIndex.open(tmp_path / "out") as index:
        labels = {name.name: name.label for name in index.names()}
    assert labels == {
        "Metazoa": "animal",
        "Homo sapiens": "human",
        "Mus musculus": "animal",
        "Escherichia coli": "bacteria",
    }


def test_umls_names_and_types_meet(tmp_path):
    (tmp_path / "MRCONSO.RRF").write_text(
        "C0000001|ENG|P|L1|PF|S1|Y|A1||M1|D1|MSH|MH|D1|Gut disease|0|N|256|\n"
        "C0000001|ENG|S|L2|PF|S2|Y|A2||M1|D1|MSH|ET|D1|Enteropathy|0|N||\n"
    )
    (tmp_path / "MRSTY.RRF").write_text("C0000001|T047|B2.2.1.2.1|Disease or Syndrome|AT1|256|\n")
    build_index([tmp_path], tmp_path / "out")
    with TermIndex.open(tmp_path / "out") as index:
        [name] = index.exact("enteropathies")
        concept = index.concept("UMLS:C0000001")
    assert name.label == "DDF"
    assert (concept.name, concept.synonyms) == ("Gut disease", ("Enteropathy",))


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (lambda path: path.unlink(), "No such file"),
        (lambda path: path.write_bytes(b""), "not a term index"),
        (lambda path: path.write_bytes(b"PK" * 999), "not a term index"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1000]), "size is wrong"),
        (lambda path: path.write_bytes(path.read_bytes()[:100] + bytes(path.stat().st_size - 100)), "damaged"),
    ],
)
def test_a_missing_or_damaged_index_is_refused_with_the_remedy(built, tmp_path, spoil, cause):
    copy = tmp_path / "copy"
    copy.write_bytes(built.read_bytes())
    spoil(copy)
    with pytest.raises(InputError, match=cause) as caught:
        TermIndex.open(copy)
    assert "kgbuild terms build" in caught.value.remedy
    assert str(copy) in str(caught.value)


def test_an_index_of_another_version_is_refused(built, tmp_path):
    copy = tmp_path / "copy"
    copy.write_bytes(built.read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'format'")
    connection.close()
    with pytest.raises(InputError, match="format 0"):
        TermIndex.open(copy)


def names_of(index: TermIndex) -> list[str]:
    return [name.name for name in index.exact("PD")]


def test_it_goes_to_other_processes(index):
    assert names_of(pickle.loads(pickle.dumps(index))) == ["PD"]
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert pool.map(names_of, [index] * 2) == [["PD"]] * 2


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_can_be_looked_up(built, text):
    with TermIndex.open(built) as index:
        assert all(key(name.name) == key(text) for name in index.exact(text))
        assert len(index.similar(text, 3)) <= 3
        assert is_iri(index.canonical("http://example.org/" + text))
        index.search(text, 2)


@given(a=st.text("abc de", max_size=12), b=st.text("abc de", max_size=12))
def test_similarity_is_symmetric_and_bounded(a, b):
    assert 0 <= similarity(a, b) <= 1
    assert similarity(a, b) == pytest.approx(similarity(b, a))


def test_the_starter_index_is_compiled_once_into_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "cache"))
    path = default_index()
    made = path.stat().st_mtime_ns
    assert path.parent == tmp_path / "cache"
    assert default_index() == path
    assert path.stat().st_mtime_ns == made
    with TermIndex.open(path) as index:
        assert index.concept("MONDO:0005180").label == "DDF"
    path.write_bytes(b"damaged")
    assert default_index() == path
    TermIndex.open(path).close()


def test_where_the_cache_can_not_be_written_a_temporary_folder_serves(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("a file, not a folder")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    path = default_index()
    assert tmp_path / "temporary" in path.parents


def test_everything_there_is(shared, tmp_path):
    data = shared / "data"
    annotated = [data / "gutbrainie" / name for name in ("platinum.json", "gold.json")]
    held_back = {
        pmid
        for path, rest in zip(annotated, ({0, 3}, {1}), strict=True)
        for pmid in json.loads(path.read_text())
        if int(pmid) % 7 in rest
    }
    report = build_index(
        [data / "gutbrainie" / "uri_names.json", *annotated, data / "ontologies"],
        tmp_path / "terms.sqlite",
        exclude_documents=held_back,
    )
    assert len(held_back) == 65
    assert sum(one.rejected for one in report.inputs) == 0
    assert sum(one.skipped.get("excluded document", 0) for one in report.inputs) == 65
    assert report.concepts > 60_000
    assert report.names > 150_000
    start = time.perf_counter()
    with TermIndex.open(report.output) as index:
        assert time.perf_counter() - start < 0.1
        spellings = ["MONDO:0005180", "UMLS:C0030567", "NCIT:C26845", "MESH:D010300"]
        assert {index.canonical(uri) for uri in spellings} == {OBO + "MONDO_0005180"}
        ancestors = [key(index.concept(uri).name) for uri in index.ancestors("NCIT:C26845")]
        assert "neurodegenerative disease" in ancestors
        assert index.concept("NCBITaxon:9606").label == "human"
        assert any(name.count > 100 for name in index.exact("patients"))
