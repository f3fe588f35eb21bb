"""OBO flat files, well-formed and not."""

from collections import Counter

import pytest

from kgbuild.link.vocabularies.records import EXACT, OBSOLETE, PREFERRED, RELATED, Entry, Name, Skipped
from kgbuild.model import Reject
from tests.link.vocabularies.samples import OBO, OBO_FILE

MESH = "http://id.nlm.nih.gov/mesh/"
NOT_USED, END = Skipped("malformed clause that is not used"), Skipped("malformed end of a clause")


def term(*clauses: str, header: str = "") -> str:
    return "\n".join(["format-version: 1.4", header, "", "[Term]", "id: UBERON:1", "name: gut", *clauses, ""])


def entries(items):
    return [item for item in items if isinstance(item, Entry)]


def test_scopes_former_identifiers_matches_and_a_term_without_an_id(read):
    _, items = read(OBO_FILE)
    first = items[0]
    assert Name("bowel trouble", RELATED) in first.names
    assert first.aliases == (OBO + "MONDO_9",)
    assert first.equivalents == (MESH + "D000001",)
    [reject] = [item for item in items if isinstance(item, Reject)]
    assert reject.record == "line 18"
    assert "no id" in reject.cause
    assert reject.file.endswith("file")


@pytest.mark.parametrize(
    "clause",
    [
        r"xref: http://neurolex.org/wiki/Category\:Gut",
        'xref: KEGG COMPOUND:70458-96-7 "CAS Registry Number"',
        'def: "A tube." [after someone, 2003]',
        "creation_date: yesterday afternoon",
        "no_such_tag: 7",
        "comment:",
        "a line without a tag",
    ],
)
def test_a_malformed_clause_that_is_not_used_costs_itself_alone(read, clause):
    _, items = read(term(clause, 'synonym: "bowel" EXACT []', "is_a: UBERON:0"))
    assert Counter(items)[NOT_USED] == 1
    [entry] = entries(items)
    assert entry.names == (Name("gut", PREFERRED), Name("bowel", EXACT))
    assert entry.parents == (OBO + "UBERON_0",)


@pytest.mark.parametrize(
    ("clause", "scope"),
    [
        ('synonym: "bowel" EXACT [TAO:Bird and Mabee 2003]', EXACT),
        ('synonym: "bowel" NARROW ABBREVIATION [a:b {odd', RELATED),
        ('synonym: "bowel" []', RELATED),
        ('exact_synonym: "bowel" []', EXACT),
        ('related_synonym: "bowel" [a b c]', RELATED),
    ],
)
def test_a_synonym_is_read_without_its_malformed_end(read, clause, scope):
    _, items = read(term(clause))
    assert items[0] == END
    assert Name("bowel", scope) in items[1].names


def test_other_clauses_are_read_without_their_malformed_ends(read):
    _, items = read(term("is_a: UBERON:0 {odd} ! a parent", "alt_id: UBERON:9 {x", "is_obsolete: False"))
    [entry] = entries(items)
    assert (entry.parents, entry.aliases) == ((OBO + "UBERON_0",), (OBO + "UBERON_9",))
    assert items.count(END) == 3
    _, [end, entry] = read("[Term]\nid: UBERON:1\nname: gut (tube) {odd}\n")
    assert (end, entry.names) == (END, (Name("gut (tube)", PREFERRED),))


def test_a_clause_that_is_used_and_cannot_be_read_is_rejected_by_line(read):
    _, items = read(term("is_a: ! lost", 'synonym: "bowel EXACT []'))
    assert [item.record for item in items if isinstance(item, Reject)] == ["line 7", "line 8"]
    assert entries(items)[0].names == (Name("gut", PREFERRED),)


def test_a_line_that_is_not_utf8_costs_itself_alone(read):
    _, items = read(term("is_a: UBERON:0").encode() + b'synonym: "b\xf6wel" EXACT []\n')
    assert [type(item) for item in items] == [Reject, Entry]
    assert items[0].record == "line 8"


def test_comments_and_escapes_within_a_stanza(read):
    _, items = read(
        term("! a comment", r'synonym: "5\"-thing" EXACT ABBREVIATION [PMID:1 "why, \"that\""] ! more', "")
    )
    assert items == [Entry(uri=OBO + "UBERON_1", names=(Name("gut", PREFERRED), Name('5"-thing', EXACT)))]


def test_an_obsolete_term_is_a_former_identifier_of_the_one_that_replaces_it(read):
    _, items = read(term("is_obsolete: true", "alt_id: UBERON:8", "replaced_by: UBERON:2", "consider: UBERON:3"))
    assert items == [OBSOLETE, Entry(uri=OBO + "UBERON_2", aliases=(OBO + "UBERON_1", OBO + "UBERON_8"))]
    _, items = read(term("is_obsolete: true", "replaced_by: UBERON:2", "replaced_by: UBERON:3"))
    assert items == [OBSOLETE]
    _, items = read(term("is_obsolete: true", "consider: UBERON:3"))
    assert items == [OBSOLETE]


@pytest.mark.parametrize(
    ("clause", "header"),
    [
        ("property_value: skos:exactMatch MESH:D000001", ""),
        ("property_value: exactMatch mesh:D000001", ""),
        ('property_value: skos:exactMatch "http://id.nlm.nih.gov/mesh/D000001" xsd:anyURI', ""),
        ("property_value: http://www.w3.org/2004/02/skos/core#exactMatch MESH:D000001", ""),
        ('xref: MESH:D000001 {source="MONDO:equivalentTo", source="x"}', ""),
        ("xref: MESH:D000001", "treat-xrefs-as-equivalent: MESH"),
        ("equivalent_to: MESH:D000001", ""),
    ],
)
def test_what_is_said_to_mean_the_same(read, clause, header):
    _, [entry] = read(term(clause, header=header))
    assert entry.equivalents == (MESH + "D000001",)


@pytest.mark.parametrize(
    "clause",
    [
        "xref: MESH:D000001",
        'xref: MESH:D000001 {source="MONDO:relatedTo"}',
        "property_value: skos:closeMatch MESH:D000001",
    ],
)
def test_other_cross_references_say_nothing(read, clause):
    _, [entry] = read(term(clause))
    assert entry.equivalents == ()


def test_an_equivalent_in_an_unknown_vocabulary_is_counted(read):
    _, items = read(term("property_value: skos:exactMatch NOSUCH:1"))
    assert items[0] == Skipped("equivalent in an unknown vocabulary")
    assert items[1].equivalents == ()


@pytest.mark.parametrize(
    ("identifier", "header", "uri"),
    [
        ("EFO:0000001", "", "http://www.ebi.ac.uk/efo/EFO_0000001"),
        ("http://www.ebi.ac.uk/efo/EFO_0000001", "", "http://www.ebi.ac.uk/efo/EFO_0000001"),
        ("mine:7", 'idspace: mine http://example.org/m_ "My own"', "http://example.org/m_7"),
        ("GO:0000001", "idspace: GO urn:lsid:bioontology.org:GO:", OBO + "GO_0000001"),
        ("chebi:CHEBI:1", "", OBO + "CHEBI_1"),
        ("NOSUCH:0000001", "", OBO + "NOSUCH_0000001"),
        ("NOSUCH:gut", "", OBO + "NOSUCH#_gut"),
        ("gut", "ontology: mine", OBO + "mine#gut"),
    ],
)
def test_identifiers_have_the_uris_of_their_header_their_vocabulary_or_the_format(read, identifier, header, uri):
    _, [entry] = read(f"format-version: 1.4\n{header}\n\n[Term]\nid: {identifier} ! x\nname: gut\n")
    assert entry.uri == uri


def test_an_identifier_with_a_space_within_is_no_term(read):
    _, items = read("[Term]\nid: two words\nname: gut\n\n[Term]\nid: UBERON:1\nname: gut\n")
    assert [type(item) for item in items] == [Reject, Entry]
    assert "space" in items[0].cause


def test_utf16(read):
    form, [entry] = read(term().encode("utf-16"))
    assert (form, entry.uri) == ("OBO", OBO + "UBERON_1")
