"""Plain text, one file an article."""

import gzip
from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.model import Annotated, Document, Reject
from kgbuild.source.files import open_source, read_annotated
from kgbuild.source.texts import text_id, title_and_abstract

ARTICLE = "Butyrate and mood in mice\n\nButyrate improved mood. It did so twice.\n"
WIDE = "The abundance of bacteria that make butyrate was lower in all patients. " * 3


def read(path: Path) -> Document:
    [record] = read_annotated(path)
    assert isinstance(record, Annotated), record
    return record.document


@pytest.mark.parametrize(
    "content",
    [
        ARTICLE.encode(),
        ARTICLE.replace("\n", "\r\n").encode(),
        ARTICLE.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + ARTICLE.encode(),
        ARTICLE.encode("utf-16"),
        b"\xfe\xff" + ARTICLE.encode("utf-16-be"),
        gzip.compress(ARTICLE.encode(), mtime=0),
        f"\n\n  {ARTICLE}\n\n".encode(),
    ],
)
def test_an_article_however_it_was_saved(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "my-article.txt"
    path.write_bytes(content)
    document = read(path)
    assert document.id == "my-article"
    assert document.text("title") == "Butyrate and mood in mice"
    assert document.text("abstract") == "Butyrate improved mood. It did so twice."


@pytest.mark.parametrize(
    ("text", "title", "abstract"),
    [
        ("A gut\nIt is studied.", "A gut", "It is studied."),
        ("A gut.\nit is studied.", "A gut.", "it is studied."),
        ("Is a gut\nof use?\n\nIt is.", "Is a gut of use?", "It is."),
        ("Effects of B. longum vs. placebo\n\nIt fell.", "Effects of B. longum vs. placebo", "It fell."),
        (f"A gut\n{WIDE}", "A gut", WIDE.strip()),
        (
            "Butyrate and mood in mice\nButyrate improved the mood.",
            "Butyrate and mood in mice",
            "Butyrate improved the mood.",
        ),
        ("It fell. Then it rose.\n\nIt fell again.", "", "It fell. Then it rose.\n\nIt fell again."),
        ("Mood fell. Then it rose.", "", "Mood fell. Then it rose."),
        ("Mood fell in mice.", "", "Mood fell in mice."),
        ("Mood in mice", "Mood in mice", ""),
        (
            "The abundance of Lactobacillus was lower in patients with\nParkinson disease than in healthy people.",
            "",
            "The abundance of Lactobacillus was lower in patients with Parkinson disease than in healthy people.",
        ),
        ("Mood was\nlower in mice", "", "Mood was lower in mice"),
        (f"{'Long ' * 100}\n\nIt fell.", "", f"{'Long ' * 100}\n\nIt fell."),
        ("A gut\n\nIt\nfell.\n\nIt rose.", "A gut", "It fell.\n\nIt rose."),
        ("", "", ""),
    ],
)
def test_the_first_paragraph_is_the_title_where_it_looks_like_one(text: str, title: str, abstract: str) -> None:
    assert title_and_abstract(text) == (title, abstract)


def test_line_breaks_within_a_paragraph_become_spaces_one_for_one() -> None:
    text = "It   fell \nin\n\tmice.\n \nIt rose."
    _, abstract = title_and_abstract(f"A gut\n\n{text}")
    assert abstract == "It   fell  in \tmice.\n \nIt rose."
    assert len(abstract) == len(text)


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("71000001.txt", "71000001"),
        ("071000001.TXT", "71000001"),
        ("PMID71000001.txt", "71000001"),
        ("PMID_71000001.txt", "71000001"),
        ("pmid-71000001.text", "71000001"),
        ("pubmed_71000001.txt.gz", "71000001"),
        ("PMC71000001.txt", "PMC71000001"),
        ("smith-2020.txt", "smith-2020"),
        ("v1.2.txt", "v1.2"),
        ("2020_gut.txt", "2020_gut"),
    ],
)
def test_the_name_is_the_id(name: str, identifier: str) -> None:
    assert text_id(Path(name)) == identifier


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"caf\xe9 and mood", "not UTF-8: byte e9 in line 1"),
        (b"A gut\n\nOne line.\nAnother \xff.", "not UTF-8: byte ff in line 4"),
        ("A gut".encode("utf-16") + b"\x00", "not UTF-16"),
        ("A gut".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (b"", "neither title nor abstract"),
        (b" \n\t\n", "neither title nor abstract"),
        (b"\xef\xbb\xbf", "neither title nor abstract"),
        (b"x" * (2**24 + 1), "longer than 16 MiB"),
        (b"1. Gut. 2020;1:2.\n\nA gut\n\nIt fell.\n\nPMID: 71000001\n\n2. Gut.", "articles cannot be told apart"),
        (gzip.compress(b"A gut" * 999, mtime=0)[:-20], "can not be read"),
    ],
)
def test_what_is_no_text_is_rejected_with_its_cause(tmp_path: Path, content: bytes, cause: str) -> None:
    path = tmp_path / "my-article.txt"
    path.write_bytes(content)
    [reject] = read_annotated(path)
    assert isinstance(reject, Reject)
    assert cause in reject.cause
    assert reject.file == str(path)
    assert reject.remedy


def test_a_folder_of_texts_is_one_source(tmp_path: Path) -> None:
    names = ["71000002.txt", "71000010.txt", "a/intro.txt", "b/intro.txt", "b/deep/other.txt", "bad.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"About {name}\n\nIt fell.")
    (tmp_path / "bad.txt").write_bytes(b"\xff")
    (tmp_path / ".hidden.txt").write_text("Hidden")
    [file] = open_source([tmp_path])
    before = file.fingerprint()
    records = list(file.records())
    ids = [record.id for record in records if isinstance(record, Document)]
    assert ids == ["71000002", "71000010", "a-intro", "b-intro", "other"]
    assert [record.file for record in records if isinstance(record, Reject)] == [str(tmp_path / "bad.txt")]
    assert len(list(read_annotated(tmp_path))) == len(names)
    (tmp_path / "71000002.txt").write_text("Changed")
    assert file.fingerprint() != before


def test_texts_stand_beside_other_formats_and_what_describes_the_folder_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "7", "title": "A gut"}')
    (tmp_path / "b.txt").write_text(ARTICLE)
    for name in ("README.txt", "LICENSE.txt", "readme.text"):
        (tmp_path / name).write_text("About this folder")
    records = [record for file in open_source([tmp_path]) for record in file.records()]
    assert {record.id for record in records if isinstance(record, Document)} == {"7", "b"}
    rejects = [record for record in records if isinstance(record, Reject)]
    assert len(rejects) == 3
    assert all("describes its folder" in reject.cause for reject in rejects)
    assert read(tmp_path / "README.txt").id == "README", "who names a file gets it read"
    (tmp_path / "only").mkdir()
    (tmp_path / "only/README.txt").write_text("x")
    with pytest.raises(InputError, match="no file of articles"):
        open_source([tmp_path / "only"])


def test_a_retracted_title_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("RETRACTED: Butyrate and mood\n\nIt fell.")
    assert read(tmp_path / "a.txt").retracted
