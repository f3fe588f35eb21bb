"""Identifiers of annotated corpora, to links and back."""

import pytest

from kgbuild.identifiers import (
    article_id,
    gold_link,
    identifier_text,
    identifier_uri,
    links_in_order,
    split_identifiers,
)
from kgbuild.model import Annotated, Document, Link, Mention, Section, Span

MESH = "http://id.nlm.nih.gov/mesh/"


@pytest.mark.parametrize(
    ("spelling", "identifier"),
    [
        ("PMC7000001", "PMC7000001"),
        ("pmc7000001", "PMC7000001"),
        ("PMCID: PMC7000001", "PMC7000001"),
        ("pmc:7000001", "PMC7000001"),
        ("PMC07000001.2", "PMC7000001"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC7000001/", "PMC7000001"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7000001/?report=x", "PMC7000001"),
        ("https://europepmc.org/article/PMC/PMC7000001", "PMC7000001"),
        ("https://identifiers.org/pmc:PMC7000001", "PMC7000001"),
        ("10.1000/ABC", "10.1000/abc"),
        ("doi:10.1000/abc", "10.1000/abc"),
        ("DOI: 10.1000/abc", "10.1000/abc"),
        ("https://doi.org/10.1000/aBc", "10.1000/abc"),
        ("http://dx.doi.org/10.1000%2Fabc", "10.1000/abc"),
        ("info:doi/10.1000/abc", "10.1000/abc"),
        ("PMC", "PMC"),
        ("PMCX1", "PMCX1"),
        ("10.1000/a b", "10.1000/a b"),
        ("https://example.org/10.1000/abc", "https://example.org/10.1000/abc"),
    ],
)
def test_pmc_identifiers_and_dois_have_one_spelling(spelling: str, identifier: str) -> None:
    assert article_id(spelling) == identifier


def mention(label: str = "Disease") -> Mention:
    return Mention(span=Span(section="title", start=0, end=3), text="gut", label=label)


@pytest.mark.parametrize(
    ("identifier", "label", "uri"),
    [
        ("D003866", "Disease", MESH + "D003866"),
        ("MESH:D003866", "Disease", MESH + "D003866"),
        ("6528", "GeneOrGeneProduct", "https://www.ncbi.nlm.nih.gov/gene/6528"),
        ("9606", "OrganismTaxon", "http://purl.obolibrary.org/obo/NCBITaxon_9606"),
        ("CHEBI:17234", "chemical", "http://purl.obolibrary.org/obo/CHEBI_17234"),
        ("https://example.org/a b", "DDF", "https://example.org/a%20b"),
        ("C0030567", "Disease", "https://uts.nlm.nih.gov/uts/umls/concept/C0030567"),
        ("C4308010", "T116,T123", "https://uts.nlm.nih.gov/uts/umls/concept/C4308010"),
        ("C000606551", "Disease", MESH + "C000606551"),
        ("C108830", "Chemical", MESH + "C108830"),
        ("D000086382", "Disease", MESH + "D000086382"),
        ("D0038661", "Disease", None),
        ("C00030567", "Disease", None),
        ("rs1801133", "SequenceVariant", "http://identifiers.org/dbsnp/rs1801133"),
        ("CVCL_1452", "CellLine", "https://www.cellosaurus.org/CVCL_1452"),
        ("OMIM:137215", "Disease", "https://omim.org/entry/137215"),
        ("chebi:CHEBI:17234", "Chemical", "http://purl.obolibrary.org/obo/CHEBI_17234"),
        ("9606", "Disease", None),
        ("NOSUCH:1", "Disease", None),
    ],
)
def test_an_identifier_has_the_uri_of_its_vocabulary(identifier: str, label: str, uri: str | None) -> None:
    assert identifier_uri(identifier, label) == uri


def test_the_key_that_holds_an_identifier_tells_its_vocabulary() -> None:
    assert identifier_uri("672", "Protein", "NCBI Gene") == "https://www.ncbi.nlm.nih.gov/gene/672"
    assert identifier_uri("168600", "Disease", "OMIM") == "https://omim.org/entry/168600"
    assert identifier_uri("MESH:D003866", "Disease", "OMIM") == MESH + "D003866"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("D001943,D010051", ("D001943", "D010051")),
        ("MESH:D1|OMIM:2", ("MESH:D1", "OMIM:2")),
        ("3172;3651", ("3172", "3651")),
        ("c|DEL|1314_1328|", ("c|DEL|1314_1328|",)),
        (" CVCL_1452", ("CVCL_1452",)),
        ("-", ()),
        ("-1", ()),
        ("", ()),
        ("NIL3", ()),
    ],
)
def test_composite_identifiers_are_split_and_variants_are_not(text: str, parts: tuple[str, ...]) -> None:
    assert split_identifiers(text) == parts


def test_a_composite_mention_keeps_all_its_concepts() -> None:
    link = gold_link(mention(), "D014786|D006311")
    assert link.uri == MESH + "D014786"
    assert [candidate.uri for candidate in link.candidates] == [MESH + "D014786", MESH + "D006311"]


@pytest.mark.parametrize("text", ["D014786|D006311", "rs1801133", "-", "D003866", "3172,3651", "p|SUB|R|79|C"])
def test_an_identifier_column_comes_back_as_the_same_link(text: str) -> None:
    link = gold_link(mention("GeneOrGeneProduct"), text)
    assert gold_link(mention("GeneOrGeneProduct"), identifier_text(link)) == link


def test_a_uri_that_a_curie_would_respell_is_written_in_full() -> None:
    uri = "https://www.ncbi.nlm.nih.gov/mesh/68010361"
    assert identifier_text(Link(mention=mention(), uri=uri)) == uri
    assert identifier_text(Link(mention=mention(), uri=MESH + "D003866")) == "MESH:D003866"


def test_two_links_of_one_stretch_are_told_apart_by_their_place() -> None:
    document = Document(id="1", sections=(Section(name="title", text="gut"),))
    links = (gold_link(mention(), "D000001"), gold_link(mention(), "D000002"))
    both = Annotated(document=document, mentions=(mention(), mention()), links=links)
    assert links_in_order(both) == list(links)
    one = Annotated(document=document, mentions=(mention(), mention("other")), links=links[:1])
    assert links_in_order(one) == [links[0], None]
