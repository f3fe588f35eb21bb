"""CURIEs and URIs."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.link.canonical import standard
from kgbuild.namespaces import converter, encode_iri, fits, is_iri, misspelling, to_curie, to_uri

OBO = "http://purl.obolibrary.org/obo/"
MESH = "http://id.nlm.nih.gov/mesh/"
UMLS = "https://uts.nlm.nih.gov/uts/umls/concept/"
# Each spelling of an identifier that was met in the files of another program, and the one URI of its concept.
SPELLINGS = {
    OBO + "MONDO_0005180": [
        *(
            "mondo:0005180",
            "MONDO: 0005180",
            " MONDO:0005180\u200b",
            "MONDO_0005180",
            "mondo_0005180",
            "obo:MONDO_0005180",
        ),
        *("MONDO:MONDO:0005180", "MONDO:MONDO_0005180", "OBO:MONDO:0005180", "MONDO:0005180/", "MONDO:0005180.0"),
        *("<http://purl.obolibrary.org/obo/MONDO_0005180>", "https://purl.obolibrary.org/obo/MONDO_0005180"),
        *("http://purl.obolibrary.org/obo/mondo_0005180/", "http://purl.obolibrary.org/obo/MONDO:0005180"),
        *("http://identifiers.org/mondo/MONDO:0005180", "https://bioregistry.io/mondo:0005180"),
        *("https://n2t.net/mondo:0005180", "https://monarchinitiative.org/disease/MONDO:0005180"),
        "https://www.ebi.ac.uk/ols/ontologies/mondo/terms?iri=http%3A%2F%2Fpurl.obolibrary.org%2Fobo%2FMONDO_0005180",
    ],
    OBO + "CHEBI_17968": [
        *("chebi:17968", "ChEBI:17968", "CHEBI:CHEBI:17968", "chebi:CHEBI_17968", "CHEBIID:17968"),
        *("https://identifiers.org/CHEBI:17968", "http://identifiers.org/chebi/CHEBI:17968"),
        *("urn:miriam:chebi:CHEBI%3A17968", "https://www.ebi.ac.uk/chebi/searchId.do?chebiId=CHEBI:17968"),
    ],
    OBO + "NCBITaxon_9606": [
        *(
            "NCBITaxon:9606",
            "ncbitaxon:9606",
            "NCBITaxon:txid9606",
            "NCBI:txid9606",
            "taxon:9606",
            "taxid:9606",
            "txid9606",
        ),
        *("NCBI_taxid:9606", "NCBI Taxonomy:9606", "NCBITaxon:9606.0", "http://identifiers.org/taxonomy/9606"),
        *("https://www.ncbi.nlm.nih.gov/taxonomy/9606/", "http://purl.uniprot.org/taxonomy/9606"),
        *("https://www.ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?mode=Info&id=9606&lvl=3",),
        *(
            "http://purl.bioontology.org/ontology/NCBITAXON/9606",
            "https://www.ncbi.nlm.nih.gov/taxonomy/?term=txid9606[orgn]",
        ),
    ],
    MESH + "D003866": [
        *("MeSH:D003866", "MSH:D003866", "mesh:d003866", "MESH:68003866", "https://identifiers.org/mesh:D003866"),
        *("https://id.nlm.nih.gov/mesh/D003866.html", "http://id.nlm.nih.gov/mesh/2024/D003866"),
        *("https://meshb.nlm.nih.gov/record/ui?ui=D003866", "http://www.ncbi.nlm.nih.gov/mesh/68003866/"),
        "http://purl.bioontology.org/ontology/MESH/D003866",
    ],
    UMLS + "C0030567": [
        *("umls:c0030567", "UMLS_CUI:C0030567", "http://linkedlifedata.com/resource/umls/id/C0030567"),
        *("https://uts.nlm.nih.gov/metathesaurus.html#C0030567;0;1;CUI;2021AA",),
        "https://uts-ws.nlm.nih.gov/rest/content/2023AB/CUI/C0030567",
    ],
    "http://snomed.info/id/22298006": ["SNOMEDCT_US:22298006", "http://snomed.info/id/22298006/version/20240101"],
    "http://identifiers.org/kegg.compound/C00246": [
        "KEGG:C00246",
        "KEGG_COMPOUND:C00246",
        "https://www.kegg.jp/entry/C00246",
    ],
    "https://omim.org/phenotypicSeries/PS168600": ["OMIM:PS168600", "OMIMPS:168600"],
    "http://www.orpha.net/ORDO/Orphanet_77": ["ORPHA:77", "Orphanet:77", "orphanet:Orphanet_77", "ORDO:77"],
    "https://www.cellosaurus.org/CVCL_0030": ["CVCL_0030", "RRID:CVCL_0030", "Cellosaurus:CVCL_0030"],
    "http://www.ebi.ac.uk/efo/EFO_0000001": [
        *("EFO:0000001", "efo:EFO_0000001", OBO + "EFO_0000001"),
        "https://www.ebi.ac.uk/ols4/ontologies/efo/classes/http%253A%252F%252Fwww.ebi.ac.uk%252Fefo%252FEFO_0000001",
    ],
    "http://identifiers.org/ensembl/ENSG00000136244": ["ENSEMBL:ENSG00000136244.7"],
    "http://identifiers.org/mgi/5577082": ["MGI:5577082", "RRID:MGI:5577082", "MGI:MGI:5577082"],
    "http://purl.uniprot.org/uniprot/P05231": ["UniProt:P05231", "https://www.uniprot.org/uniprotkb/P05231/entry"],
    "https://www.ncbi.nlm.nih.gov/gene/3569": ["GeneID:3569", "http://www.ncbi.nlm.nih.gov/gene/3569/", "gene:3569"],
}


@pytest.mark.parametrize(("spelling", "uri"), [(spelling, uri) for uri in SPELLINGS for spelling in SPELLINGS[uri]])
def test_every_spelling_means_the_same_concept(spelling: str, uri: str) -> None:
    assert to_uri(spelling) == uri
    assert standard(spelling) == uri
    assert misspelling(spelling) == ""
    assert to_uri(uri) == uri


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("nosuch:1", "the prefix 'nosuch' is not known"),
        ("MONDO:", "a prefix without an identifier"),
        ("MONDO:0005180|DOID:1", "several identifiers"),
        ("MONDO:0005180,MONDO:0004975", "several identifiers"),
        ("MONDO:0005180 MONDO:0004975", "several identifiers"),
        ("depression", "neither a CURIE nor a URI"),
        ("IL_6", "neither a CURIE nor a URI"),
        ("", "neither a CURIE nor a URI"),
    ],
)
def test_what_names_no_concept_has_no_uri_and_a_cause(text: str, cause: str) -> None:
    assert to_uri(text) is None
    assert cause in misspelling(text)


@pytest.mark.parametrize(
    "page",
    [
        "https://bioportal.bioontology.org/ontologies/NCIT?p=classes",
        "https://www.ebi.ac.uk/ols4/ontologies/efo",
        "https://identifiers.org/",
    ],
)
def test_pages_of_browsers_are_no_concepts(page: str) -> None:
    assert "names no concept" in misspelling(page)


@pytest.mark.parametrize(
    "uri",
    [
        "http://example.org/things/1",
        "https://www.ncbi.nlm.nih.gov/gene/?term=BDNF",
        "https://identifiers.org/nosuch:1",
        OBO + "NOSUCH_0000001",
        "urn:uuid:7",
    ],
)
def test_uris_of_no_known_vocabulary_stay_as_they_are(uri: str) -> None:
    assert to_uri(uri) == uri
    assert misspelling(uri) == ""


def test_an_identifier_that_does_not_fit_its_vocabulary_is_not_repaired() -> None:
    assert to_uri("MONDO:12") == OBO + "MONDO_12"
    assert fits("MESH", "D003866")
    assert not fits("MESH", "C0030567")


def test_no_two_vocabularies_share_a_spelling_of_a_prefix() -> None:
    owners: dict[str, str] = {}
    for record in converter().records:
        for name in (record.prefix, *record.prefix_synonyms):
            plain = name.lower().translate(str.maketrans("", "", "_-./ "))
            assert owners.setdefault(plain, record.prefix) == record.prefix, name


PIECES = (
    *(
        "a",
        "MONDO",
        "CHEBI",
        "mesh",
        "obo",
        "txid",
        "www.",
        "iri=",
        "urn:miriam:",
        ":",
        "_",
        "/",
        ".",
        "#",
        "?",
        "&",
        "=",
    ),
    *("|", ",", "%", "%3A", "0", "0005180", "68", "v2", "[", " ", "http://", "https://", "purl.obolibrary.org/obo/"),
    *("identifiers.org/", "ebi.ac.uk/ols/", "ncbi.nlm.nih.gov/", "kegg.jp/entry/"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_a_text_is_an_identifier_or_has_a_cause_why_not(text: str) -> None:
    assert standard(standard(text)) == standard(text)
    uri, cause = to_uri(text), misspelling(text)
    assert (uri is None) <= bool(cause)
    assert cause or is_iri(uri or "")


@pytest.mark.parametrize(
    ("curie", "uri"),
    [
        ("MONDO:0005180", "http://purl.obolibrary.org/obo/MONDO_0005180"),
        ("MESH:D010300", "http://id.nlm.nih.gov/mesh/D010300"),
        ("UMLS:C0030567", "https://uts.nlm.nih.gov/uts/umls/concept/C0030567"),
    ],
)
def test_curies_and_uris_convert_both_ways(curie: str, uri: str) -> None:
    assert to_uri(curie) == uri
    assert to_curie(uri) == curie


def test_other_spellings_of_a_prefix_are_known() -> None:
    assert to_curie("https://www.ncbi.nlm.nih.gov/mesh/D010300") == "MESH:D010300"
    assert to_uri("no such thing") is None


def test_a_second_fragment_is_part_of_the_first() -> None:
    assert encode_iri("http://example.org/a#b#c") == "http://example.org/a#b%23c"
    assert encode_iri("http://example.org/a#b") == "http://example.org/a#b"


@given(st.text(st.sampled_from('#[]%?/:@a é{}<>|^`\\"') | st.characters(), min_size=1))
def test_every_encoded_iri_is_accepted_by_a_strict_store(text: str) -> None:
    try:
        encoded = encode_iri("http://example.org/" + text)
    except UnicodeEncodeError:
        assert any("\ud800" <= character <= "\udfff" for character in text)
        return
    assert is_iri(encoded)
    pyoxigraph.NamedNode(encoded)
