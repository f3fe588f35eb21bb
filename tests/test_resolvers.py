"""What the addresses of resolvers and ontology browsers carry."""

import pytest

from kgbuild.resolvers import names_nothing, resolved

IRI = "http://purl.obolibrary.org/obo/MONDO_0005180"


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("http://identifiers.org/chebi/CHEBI:17968", "CHEBI:17968"),
        ("https://identifiers.org/ols/MONDO:0005180", "MONDO:0005180"),
        ("http://identifiers.org/taxonomy/9606", "taxonomy:9606"),
        ("https://www.identifiers.org/mesh:D003866/", "mesh:D003866"),
        ("https://bioregistry.io/reference/mondo:0005180", "mondo:0005180"),
        ("https://identifiers.org/doi/10.1000/a:b", "doi:10.1000/a:b"),
        ("https://bioportal.bioontology.org/ontologies/MEDDRA?p=classes&conceptid=10012378", "MEDDRA:10012378"),
        (f"https://bioportal.bioontology.org/ontologies/MONDO?conceptid={IRI}", IRI),
        (f"https://ontobee.org/ontology/MONDO?iri={IRI}", IRI),
        ("http://www.ebi.ac.uk/ols/ontologies/efo/terms?short_form=EFO_0000001", "EFO_0000001"),
        ("http://www.ebi.ac.uk/efo/EFO_0000001", None),
        ("http://example.org/chebi:1", None),
        ("http://[broken", None),
    ],
)
def test_an_address_gives_the_identifier_that_it_carries(address: str, carried: str | None) -> None:
    assert resolved(address) == carried


def test_other_sites_are_not_taken_for_browsers() -> None:
    assert not names_nothing("http://example.org/")
    assert not names_nothing("https://www.ncbi.nlm.nih.gov/gene/?term=BDNF")
    assert names_nothing("https://bioregistry.io/")
