"""Lists of PMIDs, as files and on the command line."""

from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.model import Reject
from kgbuild.source.files import format_of, open_source, read_annotated
from kgbuild.source.pmids import read_pmids


@pytest.mark.parametrize(
    "content",
    [
        "71000001\n71000002\n71000003\n",
        "71000001\r\n\r\n71000002\r\n71000003",
        "PMID\n71000001\n71000002\n71000003\n",
        "\ufeff71000001\n071000002\n71000003.0\n71000001\n",
        "PMID: 71000001\npmid:71000002\nhttps://pubmed.ncbi.nlm.nih.gov/71000003/\n",
        "71000001, 71000002; 71000003",
        "71000001 71000002\t71000003",
        "# my list\n71000001  # the first\n\n71000002\n71000003\n",
        '"PubMed ID"\n"71000001"\n"71000002"\n"71000003"\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_every_spelling_of_a_list(tmp_path: Path, content: str, encoding: str) -> None:
    path = tmp_path / "pmids.txt"
    path.write_bytes(content.removeprefix("\ufeff" if encoding == "utf-16" else "").encode(encoding))
    assert format_of(path) == "pmids"
    found = read_pmids([path])
    assert found.pmids == ("71000001", "71000002", "71000003")
    assert found.rejects == ()
    assert read_pmids([], [str(path)]) == found


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_gives_its_column_of_pmids(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "csv-gut-set.csv"
    rows = [["Year", "PMID", "Title"], ["2020", "71000001", '"A, ""gut"""'], ["2021", "71000002", "B"]]
    path.write_text("\n".join(separator.join(row) for row in rows))
    assert read_pmids([path]).pmids == ("71000001", "71000002")


def test_texts_and_files_are_joined_and_each_pmid_is_taken_once(tmp_path: Path) -> None:
    path = tmp_path / "more.txt"
    path.write_text("71000002\n71000003\n")
    assert read_pmids([], ["71000001,71000002", str(path)]).pmids == ("71000002", "71000003", "71000001")


def test_a_long_list_is_no_file_name() -> None:
    pmids = tuple(str(71_000_000 + number) for number in range(500))
    assert read_pmids([], [",".join(pmids)]).pmids == pmids
    assert read_pmids([], ["\n".join(pmids[:30])]).pmids == pmids[:30]


def test_what_is_no_pmid_is_rejected_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pmids.txt"
    path.write_bytes(b"71000001\nPMC123\n10.1000/abc, 71000002\nn/a\n0\n123456789012\ncaf\xe9\n")
    found = read_pmids([path])
    assert found.pmids == ("71000001", "71000002")
    assert [reject.record for reject in found.rejects] == ["line 2", "line 3", "line 4", "line 5", "line 6", "line 7"]
    assert found.rejects[0].cause == "PMC123 is no PMID"
    assert all(reject.file == str(path) and reject.remedy for reject in found.rejects)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("71000001\nPMC9\n", "pmids"),
        ("71000001\nsee also\nthe other list\n", "text"),
        ("Mood in 12 mice\n\nIt fell.", "text"),
        ("x,y\n1,2\n3,4\n", "text"),
        ("1,2\n3,4\n", "text"),
        ("\n".join(str(71_000_000 + number) for number in range(2000)), "pmids"),
        ("12\n\nMood in mice fell by a lot: " + "it was low " * 20, "text"),
    ],
)
def test_a_list_is_told_from_a_text(tmp_path: Path, content: str, name: str) -> None:
    (tmp_path / "a.txt").write_text(content)
    assert format_of(tmp_path / "a.txt") == name


@pytest.mark.parametrize("text", ["", "   ", "nonsense", "absent.txt", "PMC1,PMC2"])
def test_a_list_without_any_pmid_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no PMID in it"):
        read_pmids([], [text])


def test_a_list_among_sources_says_how_to_fetch_it(tmp_path: Path) -> None:
    path = tmp_path / "pmids.txt"
    path.write_text("71000001\n")
    [reject] = read_annotated(path)
    assert isinstance(reject, Reject)
    assert f"kgbuild ingest --pmids {path}" in reject.remedy
    (tmp_path / "a.jsonl").write_text('{"id": "7", "title": "A gut"}')
    assert sum(isinstance(record, Reject) for file in open_source([tmp_path]) for record in file.records()) == 1
