"""CURIEs and URIs."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.namespaces import encode_iri, is_iri, to_curie, to_uri


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
