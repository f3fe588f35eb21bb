"""Tables as people's programs write them; lexicons and learned names in them."""

import pytest

from kgbuild.link.vocabularies.records import EXACT, PREFERRED, SEEN, Entry, Name
from kgbuild.model import Reject
from tests.link.vocabularies.samples import LEXICON, OBO

GUT = Entry(uri=OBO + "MONDO_1", names=(Name("gut disease", PREFERRED),), label="DDF")
PLAIN = "curie\tname\tlabel\nMONDO:1\tgut disease\tDDF\n"


def test_rows_that_cannot_be_used_are_rejected(read):
    _, items = read(LEXICON)
    assert items[0].label == "DDF"
    assert [item.record for item in items[1:]] == ["line 3", "line 4"]
    assert "mood" in items[1].cause


def test_a_uri_keeps_its_spelling(read):
    _, items = read("name\turi\ngut\thttps://www.ncbi.nlm.nih.gov/mesh/68000001\n")
    assert items == [Entry(uri="https://www.ncbi.nlm.nih.gov/mesh/68000001", names=(Name("gut", PREFERRED),))]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\t", ","),
        PLAIN.replace("\t", ";"),
        PLAIN.replace("\t", ", "),
        "sep=;\n" + PLAIN.replace("\t", ";"),
        "# made by hand\n#curie\tname\tlabel\nMONDO:1\tgut disease\tDDF\n",
        '"Curie"\t" NAME "\t"Label"\n"MONDO:1"\t"gut disease"\t"DDF"\n',
        "\n\ncurie\tname\tlabel\t\t\n\nMONDO:1\tgut disease\tDDF\t\t\n\t\t\t\t\n",
        "curie\tname\tlabel\tsynonyms\tparents\nMONDO:1\tgut disease\tDDF\n",
        "\u200bcurie\tname\tlabel\nMONDO:1\u200b\tgut\u00a0disease\u2009\tDDF\n",
        'curie\tname\tlabel\n="MONDO:1"\t"=""gut disease"""\tDDF\n',
        "curie\tname\tlabel\n# a comment\nMONDO:1\tgut disease\tDDF\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_the_same_table_from_other_programs(read, content, encoding):
    form, items = read(content.encode(encoding))
    assert items == [GUT]
    assert form in ("TSV", "CSV")


def test_quotes_of_a_spreadsheet(read):
    rows = 'MONDO:1\t"Depression, ""post-partum"""\t"baby blues, severe|postnatal ""low"""\n'
    _, [entry] = read(f"curie\tname\tsynonyms\n{rows}")
    names = ('Depression, "post-partum"', "baby blues, severe", 'postnatal "low"')
    assert tuple(name.text for name in entry.names) == names


def test_commas_within_quoted_cells(read):
    _, [entry] = read('curie,name\nMONDO:1,"Depression, post-partum"\n')
    assert entry.names == (Name("Depression, post-partum", PREFERRED),)


def test_a_quoted_cell_may_hold_line_breaks(read):
    _, items = read('curie\tname\tnote\nMONDO:1\tgut\t"one\ntwo\n\nthree"\nMONDO:2\tbrain\tx\n')
    assert [item.names[0].text for item in items] == ["gut", "brain"]


@pytest.mark.parametrize("name", ['"Candidatus" Gut', '5" tube', '"unclosed', 'pseudo-sterile" mice', '"a" and "b"'])
def test_quotes_of_tables_that_do_not_quote_stay(read, name):
    _, items = read(f'curie\tname\nMONDO:1\t{name}\nMONDO:2\tbrain\nMONDO:3\tthe "other" gut\n')
    assert [item.names[0].text for item in items] == [name, "brain", 'the "other" gut']


def test_an_unclosed_quote_does_not_swallow_the_rows_below(read):
    rows = "".join(f"MONDO:{number}\tname {number}\n" for number in range(2, 100))
    _, items = read(f'curie\tname\nMONDO:1\t"unclosed\n{rows}MONDO:100\tclosed"\n')
    assert len(items) == 100


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("MONDO:1\t#N/A\tDDF", "error value of a spreadsheet"),
        ("#REF!\tgut\tDDF", "curie is #REF!"),
        ("MONDO:1\t=VLOOKUP(A2,B:B,1)\tDDF", "the formula"),
        ("MONDO:1\t2-Sep\tDDF", "SEPT2"),
        ("MONDO:1\tMar-01\tDDF", "date"),
        ("MONDO:1\t\tDDF", "the name is empty"),
        ("\tgut\tDDF", "neither a CURIE nor a URI"),
        ("zzz:1\tgut\tDDF", "the prefix 'zzz' is not known"),
        ("MONDO:1|MONDO:2\tgut\tDDF", "several identifiers"),
        ("https://bioportal.bioontology.org/ontologies/NCIT\tgut\tDDF", "names no concept"),
        ("MONDO:1\tgut\tDDF\tmore", "4 cells in a row, but 3 columns"),
    ],
)
def test_cells_that_are_no_values_are_rejected_by_row(read, row, cause):
    _, [reject, good] = read(f"curie\tname\tlabel\n{row}\nMONDO:1\tgut disease\tDDF\n")
    assert good == GUT
    assert reject.record == "line 2"
    assert cause in reject.cause
    assert reject.remedy


def test_a_row_in_windows_1252_is_rejected_and_its_encoding_named(read):
    row = "MONDO:2\tCrohn’s disease\tDDF\n".encode("cp1252")
    _, items = read(PLAIN.encode() + row)
    assert items[0] == GUT
    assert "Windows-1252 (cp1252)" in items[1].cause
    assert "Crohn’s disease" in items[1].cause


def test_a_parent_that_is_no_identifier_costs_itself_alone(read):
    _, items = read("curie\tname\tparents\trank\nMONDO:1\tgut\tzzz:1|mondo:0\tSpecies\n")
    assert [type(item) for item in items] == [Reject, Entry]
    assert "parent 'zzz:1'" in items[0].cause
    assert (items[1].parents, items[1].rank) == ((OBO + "MONDO_0",), "species")


@pytest.mark.parametrize(
    "spelling",
    ["chebi:17968", "CHEBI:CHEBI:17968", "CHEBI_17968", "CHEBI: 17968", "ChEBI:17968.0", "obo:CHEBI_17968"],
)
def test_identifiers_in_any_spelling(read, spelling):
    assert read(f"curie\tname\n{spelling}\tbutyrate\n")[1][0].uri == OBO + "CHEBI_17968"


def test_learned_names(read):
    columns = "label\turi\tsurface\tcount"
    form, items = read(
        f"# made by hand\n{columns}\nDDF\thttp://a.org/1\tcolitis\t3\nDDF\thttp://a.org/1\t\t3\nDDF\tx\ty\t0\n"
    )
    assert form == "learned names"
    assert items[0] == Entry(uri="http://a.org/1", names=(Name("colitis", SEEN, "DDF", 3),))
    assert [item.record for item in items[1:]] == ["line 4", "line 5"]


def test_synonyms_are_exact(read):
    _, [entry] = read("curie\tname\tsynonyms\nMONDO:1\tgut\tbowel | |intestine\n")
    assert entry.names[1:] == (Name("bowel", EXACT), Name("intestine", EXACT))
