"""The tables in `mappings/`: their form, and that names and identifiers agree with the vocabularies."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from kgbuild.link.canonical import standard
from kgbuild.link.vocabularies import Options, read_vocabulary
from kgbuild.link.vocabularies.records import Entry
from kgbuild.namespaces import to_uri
from kgbuild.normalize import key
from kgbuild.resources import asset
from kgbuild.schema import load_schema

Row = dict[str, str]
SSSOM_TABLES = ("cliques.sssom.tsv", "labels.sssom.tsv", "predicates.sssom.tsv")
MATCHES = {"skos:exactMatch", "skos:closeMatch", "skos:broadMatch"}
JUSTIFICATIONS = {
    "semapv:ManualMappingCuration",
    "semapv:LexicalMatching",
    "semapv:DatabaseCrossReference",
}
IDENTIFIER_ONLY = "UMLS (identifier only)"
LIMITED = ("UMLS:", "SCTID:")  # identifiers are free, names are not


def read_rows(name: str) -> list[Row]:
    with asset(f"mappings/{name}").open(encoding="utf-8", newline="") as stream:
        lines = [line for line in stream if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))
    assert rows
    assert all(None not in row and None not in row.values() for row in rows), "cells and header differ in number"
    return rows


def split(cell: str) -> list[str]:
    return cell.split("|") if cell else []


@pytest.fixture(scope="module")
def lexicon() -> list[Row]:
    return read_rows("lexicon.tsv")


@pytest.fixture(scope="module")
def curies(lexicon: list[Row]) -> set[str]:
    return {row["curie"] for row in lexicon}


def test_lexicon_has_its_columns_in_order(lexicon: list[Row]) -> None:
    assert list(lexicon[0]) == ["curie", "name", "label", "synonyms", "parents", "source"]
    places = [(row["label"].casefold(), row["curie"]) for row in lexicon]
    assert places == sorted(places)
    assert len(places) == len({row["curie"] for row in lexicon})


def test_lexicon_covers_every_label_with_1500_concepts(lexicon: list[Row]) -> None:
    assert len(lexicon) >= 1500
    assert {row["label"] for row in lexicon} == {term.name for term in load_schema().labels}


def test_identifiers_are_curies_that_expand_to_standard_uris(lexicon: list[Row]) -> None:
    for row in lexicon:
        uri = to_uri(row["curie"])
        assert uri is not None, row["curie"]
        assert "://" not in row["curie"]
        assert standard(uri) == uri, row["curie"]


def test_a_name_means_one_concept(lexicon: list[Row]) -> None:
    owners: dict[str, str] = {}
    for row in lexicon:
        for name in (row["name"], *split(row["synonyms"])):
            normal = key(name)
            assert normal, f"{row['curie']}: {name!r} has no letter or digit"
            assert normal not in owners, f"{name!r} of {row['curie']} is also a name of {owners[normal]}"
            owners[normal] = row["curie"]


def test_names_are_ones_that_articles_could_hold(lexicon: list[Row]) -> None:
    for row in lexicon:
        for name in (row["name"], *split(row["synonyms"])):
            assert 2 <= len(name) <= 60, name
            assert name == " ".join(name.split()), name
            assert not set("<>[]{}@|;") & set(name), name
            assert not any(word in name.split() for word in ("NOS", "unspecified")), name


def test_parents_are_concepts_of_the_same_label_without_cycles(lexicon: list[Row]) -> None:
    labels = {row["curie"]: row["label"] for row in lexicon}
    graph = {row["curie"]: split(row["parents"]) for row in lexicon}
    for child, parents in graph.items():
        assert len(parents) == len(set(parents))
        for parent in parents:
            assert labels.get(parent) == labels[child], f"{child} -> {parent}"
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("Parkinson's disease", "neurodegenerative disease"),
        ("Alzheimer's disease", "neurodegenerative disease"),
        ("depressive disorder", "mood disorder"),
        ("irritable bowel syndrome", "gastrointestinal disorder"),
        ("butyrate", "short-chain fatty acid"),
        ("Lacticaseibacillus rhamnosus", "Lactobacillus"),
        ("Faecalibacterium prausnitzii", "Firmicutes"),
        ("fluoxetine", "antidepressant"),
    ],
)
def test_questions_for_a_class_find_its_members(lexicon: list[Row], narrow: str, broad: str) -> None:
    by_name = {row["name"]: row["curie"] for row in lexicon}
    graph = {row["curie"]: split(row["parents"]) for row in lexicon}
    above: set[str] = set()
    waiting = [by_name[narrow]]
    while waiting:
        for parent in graph[waiting.pop()]:
            if parent not in above:
                above.add(parent)
                waiting.append(parent)
    assert by_name[broad] in above


def test_of_limited_vocabularies_only_identifiers_are_taken(lexicon: list[Row]) -> None:
    for row in lexicon:
        assert row["curie"].startswith("UMLS:") == (row["source"] == IDENTIFIER_ONLY)
        assert not row["curie"].startswith("SCTID:")
    for name in SSSOM_TABLES:
        for row in read_rows(name):
            assert not (row["object_id"].startswith(LIMITED) and row["object_label"]), row["object_id"]


@pytest.mark.parametrize("name", SSSOM_TABLES)
def test_mappings_are_valid_sssom(name: str) -> None:
    header = asset(f"mappings/{name}").read_text(encoding="utf-8")
    for slot in ("curie_map:", "license: ", "mapping_set_id: "):
        assert f"\n# {slot}" in f"\n{header}"
    prefixes = {line[4:].split(":")[0] for line in header.splitlines() if line.startswith("#   ")}
    rows = read_rows(name)
    assert len({(row["subject_id"], row["object_id"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["predicate_id"] in MATCHES
        assert row["mapping_justification"] in JUSTIFICATIONS
        for end in (row["subject_id"], row["object_id"]):
            assert end.split(":")[0] in prefixes, end
            assert to_uri(end), end


def test_a_clique_joins_one_concept_with_one_of_each_other_vocabulary(curies: set[str]) -> None:
    rows = read_rows("cliques.sssom.tsv")
    members: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        assert row["predicate_id"] == "skos:exactMatch"
        assert row["subject_id"] in curies
        assert row["object_id"] not in curies
        members[row["subject_id"]].append(row["object_id"])
    assert max(Counter(row["object_id"] for row in rows).values()) == 1
    for subject, objects in members.items():
        prefixes = [curie.split(":")[0] for curie in (subject, *objects)]
        assert len(prefixes) == len(set(prefixes)), subject


def test_every_vocabulary_in_use_has_a_rank(curies: set[str]) -> None:
    ranks = {row["prefix"]: int(row["rank"]) for row in read_rows("vocabularies.tsv")}
    used = {curie.split(":")[0] for curie in curies}
    used |= {row["object_id"].split(":")[0] for row in read_rows("cliques.sssom.tsv")}
    assert set(ranks) >= used
    assert sorted(ranks.values()) == list(range(1, len(ranks) + 1))
    assert all(row["licence"] and row["source"] and row["note"] for row in read_rows("vocabularies.tsv"))


def test_labels_and_predicates_are_all_mapped() -> None:
    schema = load_schema()
    for name, terms in (("labels.sssom.tsv", schema.labels), ("predicates.sssom.tsv", schema.predicates)):
        rows = read_rows(name)
        mapped = {(to_uri(row["subject_id"]), row["subject_label"]) for row in rows}
        assert mapped == {(term.uri, term.name) for term in terms}
        biolink = {row["subject_label"] for row in rows if row["object_id"].startswith("biolink:")}
        assert biolink == {term.name for term in terms}


def test_labels_agree_with_the_ontology() -> None:
    exact = {
        (row["subject_label"], to_uri(row["object_id"]))
        for row in read_rows("labels.sssom.tsv")
        if row["predicate_id"] == "skos:exactMatch"
    }
    for term in load_schema().labels:
        assert (term.name, standard(term.exact_match)) in exact


@pytest.fixture(scope="module")
def vocabulary_names(shared: Path) -> dict[str, set[str]]:
    """The normal forms of every name that the real vocabularies at hand give a URI."""
    options = Options(
        labels=[term.name for term in load_schema().labels], semantic_types={}, exclude=lambda pmid: False
    )
    data = shared / "data"
    files = [path for path in (data / "ontologies").iterdir() if path.suffix != ".md"]
    files += [data / "gutbrainie/uri_names.json", data / "gutbrainie/uri_names_2026.json"]
    names: defaultdict[str, set[str]] = defaultdict(set)
    for path in files:
        _, items = read_vocabulary(path, options)
        for item in items:
            if isinstance(item, Entry):
                names[standard(item.uri)].update(key(name.text) for name in item.names)
    for path in [*data.glob("bc5cdr/*.PubTator.txt"), *data.glob("biored/*.PubTator")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) == 6 and cells[5]:
                curie = cells[5] if ":" in cells[5] else f"MESH:{cells[5]}"
                prefix = "NCBIGene:" if cells[4] == "GeneOrGeneProduct" else "NCBITaxon:"
                uri = to_uri(prefix + cells[5] if cells[5].isdigit() else curie)
                names[uri or ""].add(key(cells[3]))
    return names


def words(name: str) -> frozenset[str]:
    """The words of a name in any order, since MeSH writes "Dermatitis, Atopic"."""
    return frozenset(key(name.removeprefix("class ")).split())


def test_names_agree_with_the_vocabularies(lexicon: list[Row], vocabulary_names: dict[str, set[str]]) -> None:
    apart = []
    for row in lexicon:
        if row["source"] in (IDENTIFIER_ONLY, "GutBrainIE"):
            continue
        known = vocabulary_names.get(to_uri(row["curie"]) or "", set())
        ours = {words(name) for name in (row["name"], *split(row["synonyms"]))}
        if ours.isdisjoint(frozenset(name.split()) for name in known):
            apart.append(f"{row['curie']} {row['name']}: {sorted(known)[:3]}")
    assert not apart


def test_disease_cliques_agree_with_mondo(shared: Path) -> None:
    stated = set()
    for path in (shared / "data/ontologies").glob("mondo_exactmatch_*.sssom.tsv.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            for line in stream:
                cells = line.split("\t")
                if len(cells) > 3:
                    stated.add((cells[0], cells[3].replace("mesh:", "MESH:")))
    checked = 0
    cliques: defaultdict[str, set[str]] = defaultdict(set)
    for row in read_rows("cliques.sssom.tsv"):
        if row["mapping_justification"] == "semapv:ManualMappingCuration":
            cliques[row["subject_id"]] |= {row["subject_id"], row["object_id"]}
    for members in cliques.values():
        for mondo in (curie for curie in members if curie.startswith("MONDO:")):
            others = {curie for curie in members if curie.startswith(("MESH:", "NCIT:", "UMLS:"))}
            assert all((mondo, other) in stated for other in others), sorted(members)
            checked += len(others)
    assert checked > 1000


def test_umls_identifiers_are_known_ones(shared: Path, lexicon: list[Row]) -> None:
    folder = shared / "data/gutbrainie"
    known: set[str | None] = set()
    for name in ("uri_names.json", "uri_names_2026.json"):
        known |= {standard(uri) for uri in json.loads((folder / name).read_text(encoding="utf-8"))}
    for row in lexicon:
        if row["source"] in (IDENTIFIER_ONLY, "GutBrainIE"):
            assert to_uri(row["curie"]) in known, row["curie"]
