"""The tables in `mappings/`: their form, and that names and identifiers agree with the vocabularies."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from kgbuild.annotate.fill import filled_classes
from kgbuild.link.build import build_index
from kgbuild.link.canonical import standard
from kgbuild.link.default import TERMS, default_index
from kgbuild.link.forms import name_uri
from kgbuild.link.index import TermIndex
from kgbuild.link.vocabularies import Options, read_vocabulary
from kgbuild.link.vocabularies.records import PREFERRED, Entry
from kgbuild.namespaces import NAME, to_uri
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
    assert list(lexicon[0]) == ["curie", "name", "label", "synonyms", "parents", "rank", "source"]
    places = [(row["label"], row["curie"]) for row in lexicon]
    assert places == sorted(places)
    assert len(places) == len({row["curie"] for row in lexicon})


def test_lexicon_covers_every_label_with_5000_concepts(lexicon: list[Row]) -> None:
    assert len(lexicon) >= 5000
    assert {row["label"] for row in lexicon} == {term.name for term in load_schema().labels}


def test_identifiers_are_curies_that_expand_to_standard_uris(lexicon: list[Row]) -> None:
    for row in lexicon:
        uri = to_uri(row["curie"])
        assert uri is not None, row["curie"]
        assert standard(uri) == uri, row["curie"]


def test_a_name_of_its_own_is_one_of_its_names(lexicon: list[Row]) -> None:
    """Where no vocabulary has a thing, articles' own words name it, as they would without the lexicon."""
    own = [row for row in lexicon if row["curie"].startswith("kgname:")]
    assert own
    for row in own:
        names = {name_uri(name) for name in (row["name"], *split(row["synonyms"]))}
        plain = {(uri or "").removeprefix(NAME).replace("_", "") for uri in names}
        assert row["curie"].removeprefix("kgname:").replace("_", "") in plain, row["curie"]
        assert row["source"] == "articles"


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
    ("label", "tops"),
    [
        ("DDF", {"NCIT:C7057"}),
        ("anatomical location", {"UBERON:0001062"}),
        ("bacteria", {"NCBITaxon:2", "NCBITaxon:2157"}),
        ("animal", {"NCIT:C14182"}),
    ],
)
def test_every_concept_reaches_the_top_of_its_branch(lexicon: list[Row], label: str, tops: set[str]) -> None:
    assert {row["curie"] for row in lexicon if row["label"] == label and not row["parents"]} == tops


# A class of Proteobacteria until it became a phylum; articles write of it as both.
FORMER_PARENTS = {("Campylobacterota", "Proteobacteria")}


def test_taxa_have_their_ranks(lexicon: list[Row]) -> None:
    ranks = {row["name"]: row["rank"] for row in lexicon}
    assert ranks["Firmicutes"] == "phylum"
    assert ranks["Lachnospiraceae"] == "family"
    assert ranks["Akkermansia"] == "genus"
    assert ranks["Akkermansia muciniphila"] == "species"
    assert {row["label"] for row in lexicon if row["rank"]} <= {"bacteria", "animal", "human"}
    order = ["phylum", "class", "order", "family", "genus", "species"]
    by_curie = {row["curie"]: row for row in lexicon}
    for row in lexicon:
        for parent in split(row["parents"]):
            above = by_curie[parent]["rank"]
            if {row["rank"], above} <= set(order):
                below = row["name"], by_curie[parent]["name"]
                assert order.index(above) < order.index(row["rank"]) or below in FORMER_PARENTS, below


TEXTBOOK = {
    "psychiatric disorder": [
        *("autism spectrum disorder", "major depressive disorder", "bipolar disorder", "schizophrenia", "PTSD"),
        *("anorexia nervosa", "bulimia nervosa", "ADHD", "obsessive-compulsive disorder", "panic disorder"),
        *("generalized anxiety disorder", "anxiety disorder", "alcohol use disorder"),
    ],
    "mood disorder": ["depressive disorder", "bipolar disorder"],
    "neurodegenerative disease": [
        *("Parkinson's disease", "Alzheimer's disease", "amyotrophic lateral sclerosis", "Huntington's disease"),
        *("multiple sclerosis", "multiple system atrophy", "frontotemporal dementia"),
    ],
    "gastrointestinal disorder": [
        *("irritable bowel syndrome", "constipation", "Crohn's disease", "ulcerative colitis", "celiac disease"),
    ],
    "Firmicutes": [
        *("Lactobacillus", "Faecalibacterium", "Roseburia", "Clostridium", "Lachnospiraceae", "Ruminococcus"),
        *("Enterococcus", "Streptococcus", "Faecalibacterium prausnitzii", "Lacticaseibacillus rhamnosus"),
    ],
    "Bacteroidetes": ["Bacteroides", "Prevotella", "Parabacteroides", "Alistipes", "Bacteroides fragilis"],
    "Actinobacteria": ["Bifidobacterium", "Bifidobacterium longum", "Collinsella"],
    "Lactobacillus": ["Lacticaseibacillus rhamnosus", "Limosilactobacillus reuteri"],  # as it was when named so
    "short-chain fatty acid": ["acetate", "propionate", "butyrate", "valerate", "isobutyrate"],
    "neurotransmitter": ["dopamine", "serotonin", "GABA", "glutamate", "acetylcholine"],
    "cytokine": ["IL-6", "TNF-alpha", "IL-1beta", "IL-10", "IL-17"],
    "bile acid": ["deoxycholic acid", "lithocholic acid", "ursodeoxycholic acid"],
    "antidepressant": ["fluoxetine", "escitalopram", "SSRI"],
    "diet": ["ketogenic diet", "Mediterranean diet", "high-fat diet", "Western diet", "vegan diet"],
    "brain": ["hippocampus", "amygdala", "prefrontal cortex", "hypothalamus", "striatum", "substantia nigra"],
    "gastrointestinal tract": ["colon", "ileum", "duodenum", "cecum", "stomach", "small intestine"],
    "rodent": ["mouse", "rat", "C57BL/6", "Sprague-Dawley rat", "BALB/c"],
}


@pytest.mark.parametrize("broad", TEXTBOOK)
def test_questions_for_a_class_find_what_a_textbook_lists(lexicon: list[Row], broad: str) -> None:
    by_name = {key(name): row["curie"] for row in lexicon for name in (row["name"], *split(row["synonyms"]))}
    graph = {row["curie"]: split(row["parents"]) for row in lexicon}
    top = by_name[key(broad)]
    missing = [
        narrow for narrow in TEXTBOOK[broad] if top not in reached(graph, by_name.get(key(narrow), "not a concept"))
    ]
    assert not missing


def reached(graph: dict[str, list[str]], start: str) -> set[str]:
    """All that is above a concept."""
    above: set[str] = set()
    waiting = [start]
    while waiting:
        for parent in graph.get(waiting.pop(), ()):
            if parent not in above:
                above.add(parent)
                waiting.append(parent)
    return above


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


def is_curated(row: Row) -> bool:
    """Whether a mapping is one that a curator states between two concepts of one vocabulary."""
    vocabularies = {row[end].split(":")[0] for end in ("subject_id", "object_id")}
    return len(vocabularies) == 1 and row["mapping_justification"] == "semapv:ManualMappingCuration"


def test_a_clique_joins_one_concept_with_one_of_each_other_vocabulary(curies: set[str]) -> None:
    rows = read_rows("cliques.sssom.tsv")
    assert {row["predicate_id"] for row in rows} == {"skos:exactMatch"}
    objects = Counter(row["object_id"] for row in rows)
    assert max(objects.values()) == 1
    assert objects.keys().isdisjoint(curies)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if is_curated(row):
            # The acid and its salt, the mental and the psychiatric disorder: articles tell them not apart.
            assert row["subject_id"] in curies | objects.keys(), row
        else:
            assert row["subject_id"] in curies, row
            members[row["subject_id"]].append(row["object_id"])
    for subject, others in members.items():
        prefixes = [curie.split(":")[0] for curie in (subject, *others)]
        assert len(prefixes) == len(set(prefixes)), subject
    assert sum(map(is_curated, rows)) < 30


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


ACRONYM_COLUMNS = ["label", "uri", "surface", "count"]


def test_acronyms_name_concepts_of_the_lexicon(lexicon: list[Row]) -> None:
    rows = read_rows("acronyms.tsv")
    assert list(rows[0]) == ACRONYM_COLUMNS
    assert len({(row["uri"], row["surface"]) for row in rows}) == len(rows)
    labels = {row["curie"]: row["label"] for row in lexicon}
    for row in rows:
        assert int(row["count"]) > 0
        assert 1 < len(row["surface"]) <= 10, row["surface"]
        assert any(c.isalpha() for c in row["surface"]), row["surface"]
        # Without a label it is a sense that no concept has.
        assert row["uri"].startswith("kgname:") if not row["label"] else labels[row["uri"]] == row["label"], row


@pytest.fixture(scope="module")
def index() -> Iterator[TermIndex]:
    with TermIndex.open(default_index()) as opened:
        yield opened


def test_every_row_of_the_terms_that_ship_is_read(tmp_path: Path) -> None:
    report = build_index([asset(name) for name in TERMS], tmp_path / "terms.sqlite")
    assert {one.path.name: [reject.record for reject in one.rejects] for one in report.inputs} == {
        Path(name).name: [] for name in TERMS
    }
    assert report.refused == 0


def test_filled_classes_have_names_written_out(index: TermIndex) -> None:
    rows = read_rows("filled.tsv")
    assert list(rows[0]) == ["curie", "name", "note"]
    assert [to_uri(row["curie"]) for row in rows] == list(filled_classes())
    for row in rows:
        names = index.names_of(index.canonical(to_uri(row["curie"]) or ""))
        assert key(row["name"]) in {key(name.name) for name in names}, row["curie"]


def test_no_two_nodes_share_a_preferred_name_and_a_label(index: TermIndex) -> None:
    query = (
        "SELECT term.key, concept.label, group_concat(DISTINCT node.uri) FROM name "
        "JOIN term ON term.id = name.term JOIN concept ON concept.id = name.concept "
        "JOIN node ON node.id = concept.node WHERE scope = 0 GROUP BY 1, 2 HAVING count(DISTINCT node.uri) > 1"
    )
    assert index.connection.execute(query).fetchall() == []


def test_nodes_are_called_what_a_curator_would_call_them(index: TermIndex) -> None:
    for name, curie in {
        "Parkinson's disease": "MONDO:0005180",
        "autism spectrum disorder": "MONDO:0005258",
        "ASD": "MONDO:0005258",
        "Bacillota": "NCBITaxon:1239",
        "butyric acid": "CHEBI:17968",
        "Clostridium difficile": "NCBITaxon:1496",
    }.items():
        # The sense that articles give it most; rare others are known too.
        assert index.entries(name)[0].canonical == to_uri(curie), name


@dataclass(frozen=True)
class AtHand:
    """The normal forms of the names that the real vocabularies at hand give a URI: all, and preferred ones."""

    every: dict[str, set[str]]
    preferred: dict[str, set[str]]


@pytest.fixture(scope="module")
def at_hand(shared: Path) -> AtHand:
    options = Options(
        labels=[term.name for term in load_schema().labels], semantic_types={}, exclude=lambda pmid: False
    )
    data = shared / "data"
    files = [path for path in (data / "ontologies").iterdir() if path.suffix != ".md"]
    files += [data / "gutbrainie/uri_names.json", data / "gutbrainie/uri_names_2026.json"]
    names: defaultdict[str, set[str]] = defaultdict(set)
    preferred: defaultdict[str, set[str]] = defaultdict(set)
    for path in files:
        _, items = read_vocabulary(path, options)
        for item in items:
            if isinstance(item, Entry):
                uri = standard(item.uri)
                names[uri].update(key(name.text) for name in item.names)
                preferred[uri].update(key(name.text) for name in item.names if name.scope == PREFERRED)
    for path in [*data.glob("bc5cdr/*.PubTator.txt"), *data.glob("biored/*.PubTator")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) == 6 and cells[5]:
                curie = cells[5] if ":" in cells[5] else f"MESH:{cells[5]}"
                prefix = "NCBIGene:" if cells[4] == "GeneOrGeneProduct" else "NCBITaxon:"
                found = to_uri(prefix + cells[5] if cells[5].isdigit() else curie)
                names[found or ""].add(key(cells[3]))
    return AtHand(names, preferred)


def words(name: str) -> frozenset[str]:
    """The words of a name in any order, since MeSH writes "Dermatitis, Atopic"."""
    return frozenset(key(name.removeprefix("class ")).split())


# The release at hand has other names than the one that the lexicon was made from, for the same thing.
OTHER_RELEASE = {
    "MONDO:0005302": "attention deficit disorder",
    "MONDO:0008055": "Thomsen disease",
    "MONDO:0010671": "Lenz microphthalmia syndrome",
    "MONDO:0016147": "dystrophinopathy",
    "MONDO:0017221": "Pelizaeus-Merzbacher disease type II",
    "MONDO:0018931": "mucolipidosis type III",
    "MONDO:0024491": "low grade",
    "MP:0003360": "depression-like behavior",
}


def test_names_agree_with_the_vocabularies(lexicon: list[Row], at_hand: AtHand) -> None:
    """Other identifiers are from vocabularies that packages carry; `mappings/README.md` says which."""
    apart, checked = [], 0
    for row in lexicon:
        known = at_hand.every.get(to_uri(row["curie"]) or "")
        if row["source"] in (IDENTIFIER_ONLY, "GutBrainIE", "articles") or not known:
            continue
        checked += 1
        ours = {words(name) for name in (row["name"], *split(row["synonyms"]))}
        if ours.isdisjoint(frozenset(name.split()) for name in known):
            apart.append(row["curie"])
    assert sorted(apart) == sorted(OTHER_RELEASE)
    assert checked > len(lexicon) / 2


# Words that say little of which thing a name means.
COMMON = frozenset("disease disorder syndrome of the and cell type infection system".split())  # noqa: SIM905
# The same thing though their preferred names share no other word, and no vocabulary at hand says so.
READ = {
    ("CHEBI:15740", "CHEBI:30751"),  # formate, formic acid; so the next three
    ("CHEBI:17272", "CHEBI:30768"),
    ("CHEBI:17968", "CHEBI:30772"),
    ("CHEBI:30089", "CHEBI:15366"),
    ("DOID:1289", "NCIT:C4802"),  # neurodegenerative disease, central nervous system degenerative disorder
    ("DOID:162", "UMLS:C0006826"),  # cancer, malignant neoplasm
    ("DOID:219", "MONDO:0005401"),  # colon cancer, colonic neoplasm
    ("HP:0001300", "MONDO:0021095"),  # parkinsonism, parkinsonian disorder
    ("MESH:D000068016", "NCBITaxon:186802"),  # Clostridiales, Eubacteriales
    ("MONDO:0002025", "MONDO:0005084"),  # psychiatric disorder, mental disorder
    ("MONDO:0002123", "EFO:0003837"),  # calcinosis, calcification
    ("MONDO:0004790", "HP:0001397"),  # fatty liver disease, hepatic steatosis
    ("MONDO:0005485", "HP:0000709"),  # psychotic disorder, psychosis
    ("MONDO:0017853", "EFO:1001321"),  # hypersensitivity pneumonitis, extrinsic allergic alveolitis
    ("NCIT:C35420", "DOID:591"),  # phobia, phobic disorder
}
# Mondo's mappings that join what differs.
WRONG = {
    ("MONDO:0012833", "NCIT:C38145"),  # Crouzon syndrome-acanthosis nigricans syndrome, chronic allograft nephropathy
    ("MONDO:0001358", "NCIT:C34439"),  # bronchial disorder, bronchospasm
    ("NCIT:C92621", "MESH:D000068099"),  # acute stress disorder, trauma and stressor related disorders
}


def test_no_clique_joins_what_differs(shared: Path, at_hand: AtHand) -> None:
    mondo = mondo_mappings(shared)
    rows = read_rows("cliques.sssom.tsv")
    diseases: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for curie in (row["subject_id"], row["object_id"]):
            if curie.startswith("MONDO:"):
                diseases[row["subject_id"]].add(curie)
    differ, compared = [], 0
    for row in rows:
        pair = row["subject_id"], row["object_id"]
        uris = [to_uri(curie) or "" for curie in pair]
        labels = [{key(row[f"{end}_label"])} - {""} for end in ("subject", "object")]
        one, other = (at_hand.preferred.get(uri, set()) | some for uri, some in zip(uris, labels, strict=True))
        if not other:
            continue
        compared += 1
        said = telling(one) & telling(other) or one & other
        # A vocabulary has the one's preferred name as the other's synonym.
        said = said or one & at_hand.every.get(uris[1], set()) or other & at_hand.every.get(uris[0], set())
        joined = any(all(end == by or (by, end) in mondo for end in pair) for by in diseases[pair[0]])
        if not (said or joined or pair in READ):
            differ.append((*pair, *sorted(one), *sorted(other)))
    assert compared > 3000
    assert differ == []
    assert {(row["subject_id"], row["object_id"]) for row in rows}.isdisjoint(WRONG)


def telling(names: set[str]) -> set[str]:
    """The words of names that say which thing they mean."""
    return {word for name in names for word in name.split()} - COMMON


def mondo_mappings(shared: Path) -> set[tuple[str, str]]:
    """Pairs of CURIEs that Mondo's tables of mappings state as exact."""
    stated = set()
    for path in (shared / "data/ontologies").glob("mondo_exactmatch_*.sssom.tsv.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            cells = (line.split("\t") for line in stream)
            stated |= {(row[0], row[3].replace("mesh:", "MESH:")) for row in cells if len(row) > 3}
    return stated


# Mappings that Mondo's tables do not hold, but that were read: depressive disorder, gastrointestinal dysfunction,
# COVID-19, hyperglycemia, colorectal cancer, sexual dysfunction, hyperlipidemia, spinal cord injury.
ADDED = {"NCIT:C124639", "NCIT:C162870", "NCIT:C171133", "NCIT:C26797", "NCIT:C2955", "NCIT:C3347", "NCIT:C34707"}
ADDED |= {"NCIT:C50750"}


def test_disease_cliques_agree_with_mondo(shared: Path) -> None:
    stated = mondo_mappings(shared)
    cliques: defaultdict[str, set[str]] = defaultdict(set)
    for row in read_rows("cliques.sssom.tsv"):
        if row["mapping_justification"] == "semapv:ManualMappingCuration":
            cliques[row["subject_id"]] |= {row["subject_id"], row["object_id"]}
    checked = set()
    for members in cliques.values():
        mondo = {curie for curie in members if curie.startswith("MONDO:")}
        others = {curie for curie in members if mondo and curie.startswith(("MESH:", "NCIT:", "UMLS:"))} - ADDED
        assert all(any((one, other) in stated for one in mondo) for other in others), sorted(members)
        checked |= others
    assert len(checked) > 2500


def test_umls_identifiers_are_known_ones(shared: Path, lexicon: list[Row]) -> None:
    folder = shared / "data/gutbrainie"
    known: set[str | None] = set()
    for name in ("uri_names.json", "uri_names_2026.json"):
        known |= {standard(uri) for uri in json.loads((folder / name).read_text(encoding="utf-8"))}
    for row in lexicon:
        if row["source"] in (IDENTIFIER_ONLY, "GutBrainIE"):
            assert to_uri(row["curie"]) in known, row["curie"]
