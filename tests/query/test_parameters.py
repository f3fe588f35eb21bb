"""What users write for the parameters of named queries."""

import pytest

from kgbuild.errors import AmbiguousError, InputError, KgbuildError
from kgbuild.query.ask import run_named
from kgbuild.query.named import load_query
from kgbuild.query.runners import StoreRunner
from kgbuild.schema import find_ontology, load_schema


def refusal(runner: StoreRunner, name: str, **values: str) -> KgbuildError:
    with pytest.raises(KgbuildError) as error:
        run_named(load_query(name), values, runner)
    return error.value


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        (
            "best-supported",
            {"predicat": "impact"},
            "no parameter 'predicat'(?s:.)*mean predicate\\? It has: predicate, by_belief, limit",
        ),
        ("new-in-year", {}, "needs its parameter year(?s:.)*--param year="),
        ("neighbours", {"concept": ""}, "parameter concept is empty(?s:.)*--param concept="),
        ("neighbours", {"concept": "  "}, "parameter concept is empty"),
        ("best-supported", {"predicate": ""}, "parameter predicate is empty(?s:.)*Leave it out"),
        ("new-in-year", {"year": "last"}, "parameter year: 'last' is not a year"),
        ("new-in-year", {"year": "24"}, "Give four digits"),
        ("new-in-year", {"year": "99999"}, "is not a year"),
        ("new-in-year", {"year": "0000"}, "is not a year"),
        ("new-in-year", {"year": "2024", "limit": "5 UNION"}, "'5 UNION' is not a whole number from 1 to 100,000"),
        ("new-in-year", {"year": "2024", "limit": "-1"}, "'-1' is not a whole number"),
        ("new-in-year", {"year": "2024", "limit": "0"}, "'0' is not a whole number"),
        ("new-in-year", {"year": "2024", "limit": "1e3"}, "'1e3' is not a whole number"),
        ("new-in-year", {"year": "2024", "limit": "9" * 40}, "is not a whole number(?s:.)*kgbuild export csv"),
        ("neighbours", {"concept": "butyrate", "narrower": "maybe"}, "neither true nor false"),
        ("best-supported", {"predicate": "influnce"}, "no predicate of the schema(?s:.)*mean influence\\?"),
        ("most-studied", {"class": "plants"}, "no class of the schema(?s:.)*There are: anatomical location"),
        ("neighbours", {"concept": 'x" } ; DROP ALL #'}, "parameter concept: no concept named"),
    ],
)
def test_wrong_parameters_are_refused(name: str, values: dict[str, str], message: str, embedded: StoreRunner) -> None:
    with pytest.raises(InputError, match=message):
        run_named(load_query(name), values, embedded)


@pytest.mark.parametrize("pmid", ["101", "PMID101", "PMID: 101", "pubmed:101", "https://pubmed.ncbi.nlm.nih.gov/101/",
    "http://www.ncbi.nlm.nih.gov/pubmed/101", "http://identifiers.org/pubmed:101", "pubmed.ncbi.nlm.nih.gov/101?x=y",
    "https://europepmc.org/abstract/MED/101"])  # fmt: skip
def test_an_article_is_named_by_its_pmid_in_any_spelling(pmid: str, embedded: StoreRunner) -> None:
    assert len(run_named(load_query("claims-of-article"), {"pmid": pmid}, embedded).rows) == 4


def test_names_of_classes_and_relations_are_compared_by_their_normal_form(embedded: StoreRunner) -> None:
    for spelled in ("Chemicals", "https://w3id.org/kgbuild/gutbrain#Chemical"):
        assert run_named(load_query("most-studied"), {"class": spelled}, embedded).rows
    assert run_named(load_query("best-supported"), {"predicate": "change-abundance"}, embedded).rows


def test_a_concept_of_another_class_is_refused_with_a_query_that_takes_it(embedded: StoreRunner) -> None:
    for microbe in ("Lactobacillus", "NCBITaxon:1578"):
        error = refusal(embedded, "microbes-changed-in-disorder", disorder=microbe)
        assert isinstance(error, InputError)
        assert error.message == (
            "parameter disorder: Lactobacillus (NCBITaxon:1578) is of class bacteria, and this parameter takes DDF"
        )
        assert error.remedy == "Ask: kgbuild query interventions-changing-microbe --param microbe=NCBITaxon:1578"
    gene = refusal(embedded, "microbes-changed-in-disorder", disorder="BDNF")
    assert gene.remedy == "Ask: kgbuild query neighbours --param concept=HGNC:1033"
    family = refusal(embedded, "interventions-changing-microbe", microbe="neurodegenerative disease")
    assert "is of class DDF, and this parameter takes bacteria or microbiome" in family.message


def test_a_name_of_several_is_refused_with_their_list(embedded: StoreRunner) -> None:
    error = refusal(embedded, "neighbours", concept="PD")
    assert isinstance(error, AmbiguousError)
    assert error.message.startswith("parameter concept: 'PD' may mean several concepts of this graph:")


def test_a_graph_of_another_ontology_has_no_classes_that_a_header_names(embedded: StoreRunner) -> None:
    from pathlib import Path

    schema = load_schema(find_ontology(Path("biored")))
    query = load_query("microbes-changed-in-disorder")
    assert run_named(query, {"disorder": "Lactobacillus"}, embedded, schema=schema).rows == ()
