"""Cliques: which URIs unite, which of them is canonical."""

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.link.canonical import prefix, standard
from kgbuild.link.cliques import Cliques, vocabulary_ranks


def cliques() -> Cliques:
    return Cliques({"A": 1, "B": 2}, vocabulary=lambda uri: uri[0])


def test_the_vocabulary_that_ranks_first_is_canonical_and_unranked_ones_come_last_by_prefix():
    united = cliques()
    assert united.same("Z1", "Y1")
    assert united.canonical("Z1") == "Y1"
    assert united.same("B1", "Z1")
    assert united.same("Y1", "A1")
    assert united.freeze() == dict.fromkeys(["Z1", "Y1", "B1", "A1"], "A1")


def test_two_concepts_of_one_vocabulary_stay_apart():
    united = cliques()
    assert united.same("A1", "B1")
    assert not united.same("A2", "B1")
    assert united.canonical("A2") == "A2"


def test_an_alias_is_no_second_concept_and_never_canonical():
    united = cliques()
    united.alias("A5", "A1")
    assert united.same("A1", "B1")
    assert united.canonical("B1") == "A5"


@given(st.lists(st.tuples(st.sampled_from(["A1", "A2", "B1", "B2", "C1"]), st.sampled_from(["B1", "C1", "C2"]))))
def test_no_clique_holds_two_of_a_vocabulary(pairs):
    united = cliques()
    for one, other in pairs:
        united.same(one, other)
    members = {uri: united.members(uri) for pair in pairs for uri in pair}
    for uri, clique in members.items():
        assert uri in clique
        assert len({member[0] for member in clique}) == len(clique)
        assert {united.canonical(member) for member in clique} == {united.canonical(uri)}


def test_entrez_numbers_of_mesh_are_its_identifiers():
    assert standard("https://www.ncbi.nlm.nih.gov/mesh/68010361") == "http://id.nlm.nih.gov/mesh/D010361"
    assert standard("http://www.ncbi.nlm.nih.gov/mesh/67520904") == "http://id.nlm.nih.gov/mesh/C520904"
    assert standard("https://www.ncbi.nlm.nih.gov/mesh/2042320") == "http://id.nlm.nih.gov/mesh/2042320"


@given(st.text())
def test_a_standard_uri_is_its_own(text):
    assert standard(standard(text)) == standard(text)


def test_prefixes():
    assert prefix("http://purl.obolibrary.org/obo/MONDO_1") == "MONDO"
    assert prefix("http://example.org/things/1") == "http://example.org/things/"
    assert min(vocabulary_ranks().values()) == 1
