"""CSV and TSV lists of articles."""

import csv
import gzip
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.model import Annotated, Author, Document, PublicationDate, Reject
from kgbuild.source.files import AnnotatedFile, open_source, read_annotated

PUBMED = '''\
PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI
71000001,"Butyrate, mood and ""gut""","Smith JA, de Souza M.",Gut 1.,Smith JA,Gut,2020,2020/01/02,PMC123,,10.1000/ABC
'''
ZOTERO = """\
"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note","Date","Extra",\
"Manual Tags","Automatic Tags"
"ABCD2345","journalArticle","2021","Smith, Jane A.; Doe, Anna","<i>A gut</i>","Gut &amp; mood","","https://a.org/x",\
"It fell.
It rose.","2021-03-05","PMID: 71000002
PMCID: PMC9
Comment on PMID: 5","gut; mood","Animals"
"""
SCOPUS = """\
\ufeff"Authors","Author full names","Author(s) ID","Title","Year","Source title","DOI","Link","Abstract",\
"Author Keywords","Index Keywords","PubMed ID","Document Type","Source","EID"
"Smith J.A.; Doe A.","Smith, Jane (1); Doe, Anna (2)","1; 2","A gut","2022","Gut","10.1000/S","https://scopus.com/x",\
"It fell. © 2022 Gut","mood","animal; gut","71000003","Review","Scopus","2-s2.0-1"
"Doe A.","Doe, Anna (2)","2","Another","2022","Gut","","","[No abstract available]",\
"","","","Erratum","Scopus","2-s2.0-2"
"""


def read(path: Path, content: str | bytes) -> list[Annotated | Reject]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_annotated(path))


def documents(records: Sequence[Annotated | Reject]) -> list[Document]:
    assert all(isinstance(record, Annotated) for record in records), records
    return [record.document for record in records if isinstance(record, Annotated)]


def test_an_export_of_pubmed(tmp_path: Path) -> None:
    [document] = documents(read(tmp_path / "csv-gut-set.csv", PUBMED))
    assert (document.id, document.pmcid, document.doi) == ("71000001", "PMC123", "10.1000/abc")
    assert document.text("title") == 'Butyrate, mood and "gut"'
    assert document.text("abstract") == ""
    assert (document.journal, document.date.year) == ("Gut", 2020)
    assert document.authors == (Author(last="Smith", initials="JA"), Author(last="de Souza", initials="M"))


def test_an_export_of_zotero(tmp_path: Path) -> None:
    [document] = documents(read(tmp_path / "zotero.csv", ZOTERO))
    assert (document.id, document.pmcid) == ("71000002", "PMC9")
    assert document.text("title") == "A gut"
    assert document.text("abstract") == "It fell. It rose."
    assert document.journal == "Gut & mood"
    assert document.date == PublicationDate(year=2021, month=3, day=5, text="2021-03-05")
    assert document.authors == (
        Author(last="Smith", fore="Jane A.", initials="JA"),
        Author(last="Doe", fore="Anna", initials="A"),
    )
    assert document.keywords == ("gut", "mood", "Animals")


def test_an_export_of_scopus(tmp_path: Path) -> None:
    one, other = documents(read(tmp_path / "scopus.csv", SCOPUS))
    assert (one.id, one.doi, one.publication_types) == ("71000003", "10.1000/s", ("Review",))
    assert one.keywords == ("mood", "animal", "gut")
    assert one.authors == (Author(last="Smith", initials="JA"), Author(last="Doe", initials="A"))
    assert (other.id, other.text("abstract"), other.standing) == ("2-s2.0-2", "", "notice")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_separators_and_encodings(tmp_path: Path, separator: str, encoding: str, ends: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator=ends)
    writer.writerows([["TITLE", "abstract", "Pmid"], ["α; β, γ", f"It{ends}fell.", "PMID: 71000001"]])
    [document] = documents(read(tmp_path / "list", stream.getvalue().encode(encoding)))
    assert document.id == "71000001"
    assert (document.text("title"), document.text("abstract")) == ("α; β, γ", "It fell.")


@pytest.mark.parametrize(
    "header",
    ["Title,Abstract", "title,ABSTRACT", "Article Title,Abstract_Note", "sep=,\nTitle,Abstract", "\nTitle,Abstract"],
)
def test_columns_are_known_by_their_usual_names(tmp_path: Path, header: str) -> None:
    [document] = documents(read(tmp_path / "list.csv.gz", gzip.compress(f"{header}\nA gut,It fell.\n".encode())))
    assert (document.text("title"), document.text("abstract")) == ("A gut", "It fell.")


def test_the_id_is_the_pmid_else_the_pmcid_else_the_doi_else_the_lists_own(tmp_path: Path) -> None:
    rows = [
        "id,pmid,pmcid,doi,url,title",
        "1,71000001,PMC1,10.1000/1,,A",
        "2,71000002.0,,,,B",
        "3,,PMC3,10.1000/3,,C",
        "4,PMC4,,,,D",
        "5,,,https://doi.org/10.1000/5,,E",
        "6,,,,https://pubmed.ncbi.nlm.nih.gov/71000006/,F",
        "7,,,,,G",
        "smith,,,,,H",
        ",,,,,I",
    ]
    found = documents(read(tmp_path / "my.list.csv", "\n".join(rows)))
    ids = ["71000001", "71000002", "PMC3", "PMC4", "10.1000/5", "71000006", "my-7", "smith", "my-10"]
    assert [document.id for document in found] == ids


def test_a_bad_row_costs_itself_alone(tmp_path: Path) -> None:
    rows = [
        b"pmid,title,abstract",
        b"1,A gut,It fell.",
        b"2,,",
        b"3,Caf\xe9,It fell.",
        b"4,A gut,It fell, twice.",
        b'5,"A gut"s,It fell.',
        b"6,A gut",
        b"",
        b"1,A gut,It fell.",
        b'7,A gut,"It fell.',
    ]
    records = read(tmp_path / "list.csv", b"\n".join(rows))
    causes = [(record.record, record.cause) for record in records if isinstance(record, Reject)]
    assert causes == [
        ("line 3", "it has neither title nor abstract"),
        ("line 4", "the text is not UTF-8"),
        ("line 5", "4 cells in a table of 3 columns"),
        ("line 6", "the quotes do not pair: ',' expected after '\"'"),
        ("line 10", "the quotes do not pair: unexpected end of data"),
    ]
    assert all(record.remedy for record in records if isinstance(record, Reject))
    ids = [record.document.id for record in records if isinstance(record, Annotated)]
    assert ids == ["1", "6", "1"], "what stands twice is read twice"


def test_a_quote_that_is_never_closed_does_not_end_the_file(tmp_path: Path) -> None:
    row = b"2,B," + b"word " * 30 + b"\n"
    records = read(tmp_path / "list.csv", b'pmid,title,abstract\n1,A,"never closed\n' + row * 2000)
    assert isinstance(records[0], Reject)
    assert records[0].record.startswith("lines 2 to ")
    assert sum(isinstance(record, Annotated) for record in records) > 1000


@pytest.mark.parametrize("name", ["list.csv", "list.tsv", "list.csv.gz"])
@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("curie,name,label\nMESH:D1,gut,x\n", "its columns: curie, name, label"),
        ("PMID;Journal\n1;Gut\n", "its columns: pmid, journal"),
        ("", "without a column Title or Abstract"),
    ],
)
def test_a_table_that_is_no_list_of_articles_is_refused(
    tmp_path: Path, name: str, content: str, columns: str
) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    with pytest.raises(InputError, match="not a format that kgbuild reads") as raised:
        open_source([path])
    assert columns in raised.value.message
    assert "Title or Abstract" in raised.value.remedy
    (tmp_path / "a.jsonl").write_text('{"id": "7", "title": "A gut"}')
    rejects = [record for record in read_annotated(tmp_path) if isinstance(record, Reject)]
    assert [columns in reject.cause for reject in rejects] == [True], "in a folder it stops nobody"


def test_a_file_that_is_cut_gives_what_came_before(tmp_path: Path) -> None:
    content = "pmid,title\n" + "".join(f"{number},Title {number * number}\n" for number in range(1, 20_000))
    *articles, last = read(tmp_path / "list.csv", gzip.compress(content.encode())[:-2000])
    assert len(documents(articles)) > 100
    assert isinstance(last, Reject)
    assert "can not be read" in last.cause


def test_a_file_that_is_cut_before_its_first_line_ends_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(gzip.compress(b"pmid,title\n" * 99)[:15])
    with pytest.raises(InputError, match="can not be read") as raised:
        open_source([path])
    assert str(path) in raised.value.message


def test_a_cut_character_of_utf_16_ends_the_file_with_a_reject(tmp_path: Path) -> None:
    content = "pmid,title\n1,A\n".encode("utf-16") + b"2"
    assert isinstance(read(tmp_path / "list.csv", content)[-1], Reject)


@pytest.mark.parametrize("content", [PUBMED, ZOTERO, SCOPUS])
def test_damaged_files_give_records_and_rejects(
    tmp_path: Path, content: str, mutate: Callable[[bytes, int], bytes]
) -> None:
    path = tmp_path / "list.csv"
    rejects = 0
    for seed in range(150):
        path.write_bytes(mutate(content.encode(), seed))
        for record in AnnotatedFile(path, "csv").annotated():
            if isinstance(record, Reject):
                rejects += 1
                assert record.record
                assert record.cause
    assert rejects > 15


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Smith J, Doe AB", [("Smith", "J"), ("Doe", "AB")]),
        ("Smith, J., Doe, A.B.", [("Smith", "J"), ("Doe", "AB")]),
        ("Smith, Jane", [("Smith", "J")]),
        ("Jane Smith; Anna-Bo Doe", [("Smith", "J"), ("Doe", "AB")]),
        ("de la Cruz, M; van Dam P.", [("de la Cruz", "M"), ("van Dam", "P")]),
        ("Smith, Jane (57190000000); Doe, A. (5719000)", [("Smith", "J"), ("Doe", "A")]),
        ("[No author name available]", []),
        ("", []),
    ],
)
def test_authors(tmp_path: Path, cell: str, names: list[tuple[str, str]]) -> None:
    [document] = documents(read(tmp_path / "list.csv", f'title,authors\nA gut,"{cell}"\n'))
    assert [(author.last, author.initials) for author in document.authors] == names
