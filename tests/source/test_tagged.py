"""RIS, and PubMed's MEDLINE form."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from kgbuild.model import Annotated, Author, Document, MeshHeading, Notice, PublicationDate, Reject
from kgbuild.source.files import read_annotated

ZOTERO = """\
TY  - JOUR
TI  - <i>A gut</i> &amp; mood
AU  - Smith, Jane A.
AU  - Doe, Anna
T2  - Gut
AB  - It fell.
IL - 6 rose.

In all it was low.
DA  - 2021/03/05/
PY  - 2021
DO  - https://doi.org/10.1000/ABC
KW  - gut
KW  - Mood, low
N1  - PMID: 71000001
PMCID: PMC7
ER  -\x20

"""
SCOPUS = """\
TY  - JOUR
TI  - Another gut
AU  - Smith, J.
PY  - 2022
T2  - Gut
DO  - 10.1000/S
UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-1
AB  - It rose.
KW  - mood; gut
C2  - 71000002
M3  - Review
DB  - Scopus
N1  - Export Date: 1 January 2026; Cited By: 71000009
ER  -
"""
MEDLINE = """\
PMID- 71000003
OWN - NLM
STAT- MEDLINE
LR  - 20230104
DP  - 2022 Mar 15
TI  - A gut that is studied and whose title is so long that it stands on
      two lines.
LID - 10.1000/M [doi]
AB  - BACKGROUND: It was high.
      METHODS: IL - 6.
FAU - Smith, Jane A
AU  - Smith JA
CN  - Gut Group
LA  - eng
PT  - Journal Article
PT  - Retracted Publication
JT  - Gut
PMC - PMC8
MH  - *Depression/drug therapy/*psychology
MH  - Humans
OT  - *mood
AID - pii123 [pii]
DEP - 20220301
RIN - Gut. 2023 Jan;1(1):2. doi: 10.1000/R. PMID: 71000009

PMID- 71000004
TI  - [Not Available].
TT  - Un intestin.
OAB - It rose.
OABL- eng
"""


def read(path: Path, content: str | bytes) -> list[Annotated | Reject]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_annotated(path))


def document(record: Annotated | Reject) -> Document:
    assert isinstance(record, Annotated), record
    return record.document


@pytest.mark.parametrize(
    "content",
    [
        ZOTERO.encode(),
        b"\xef\xbb\xbf" + ZOTERO.replace("\n", "\r\n").encode(),
        ZOTERO.encode("utf-16"),
        gzip.compress(ZOTERO.encode()),
        ZOTERO.replace("  - ", " - ").replace("IL - 6", "IL-6").encode(),
    ],
)
def test_an_export_of_zotero_however_it_was_saved(tmp_path: Path, content: bytes) -> None:
    [record] = read(tmp_path / "export", content)
    found = document(record)
    assert (found.id, found.doi, found.pmcid, found.journal) == ("71000001", "10.1000/abc", "PMC7", "Gut")
    assert found.text("title") == "A gut & mood"
    assert found.text("abstract").replace("IL-6", "IL - 6") == "It fell. IL - 6 rose. In all it was low."
    assert found.date == PublicationDate(year=2021, month=3, day=5, text="2021/03/05/")
    assert found.authors[1] == Author(last="Doe", fore="Anna", initials="A")
    assert found.keywords == ("gut", "Mood, low")


def test_an_export_of_scopus(tmp_path: Path) -> None:
    one, other = map(document, read(tmp_path / "scopus.ris", SCOPUS + "\n" + ZOTERO))
    assert (one.id, one.doi, one.date.year) == ("71000002", "10.1000/s", 2022)
    assert one.keywords == ("mood", "gut")
    assert one.publication_types == ("Review",)
    assert other.id == "71000001"


def ris(*lines: str) -> str:
    return "\n".join(("TY  - JOUR", *lines, "ER  - ", ""))


@pytest.mark.parametrize(
    ("lines", "identifier"),
    [
        (["TI  - A", "AN  - 71000001", "DB  - PubMed"], "71000001"),
        (["TI  - A", "AN  - 71000001", "DB  - Embase"], "my-1"),
        (["TI  - A", "AN  - PMID: 71000001"], "71000001"),
        (["TI  - A", "UR  - https://pubmed.ncbi.nlm.nih.gov/71000001/"], "71000001"),
        (["TI  - A", "C2  - PMC12", "DO  - 10.1000/1"], "PMC12"),
        (["TI  - A", "UR  - https://doi.org/10.1000/1"], "10.1000/1"),
        (["TI  - A", "M3  - doi: 10.1000/1"], "10.1000/1"),
        (["TI  - A", "ID  - smith2020"], "smith2020"),
        (["TI  - A", "ID  - 17"], "my-17"),
        (["T1  - A", "N2  - B"], "my-1"),
        (["TI  - A", "N1  - Comment on PMID: 71000001, with a reply"], "my-1"),
    ],
)
def test_which_id_an_article_gets(tmp_path: Path, lines: list[str], identifier: str) -> None:
    [record] = read(tmp_path / "my.ris", ris(*lines))
    assert document(record).id == identifier


def test_a_bad_record_costs_itself_alone(tmp_path: Path) -> None:
    good = ris("TI  - A gut", "ID  - good")
    content = (
        ris("AU  - Smith, J.").encode()
        + ris("TI  - Caf\udce9").encode(errors="surrogateescape")
        + b"stray words\n"
        + good.encode()
        + ris("TI  - No end", "ID  - unended").replace("ER  - \n", "").encode()
        + good.encode()
        + b"TY  - JOUR\nTI  - Cut\n"
    )
    records = read(tmp_path / "a.ris", content)
    causes = [(record.record, record.cause) for record in records if isinstance(record, Reject)]
    assert causes == [
        ("record 1, line 1", "it has neither title nor abstract"),
        ("record 2, line 4", "the text is not UTF-8"),
        ("record 3, line 7", "neither the start of a record (TY) nor within one: 'stray words'"),
        ("record 7, line 19", "the file ends inside it: it has no line ER"),
    ]
    ids = [record.document.id for record in records if isinstance(record, Annotated)]
    assert ids == ["good", "unended", "good"]


@pytest.mark.parametrize("content", [MEDLINE, MEDLINE.replace("\n", "\r\n"), "\n\n" + MEDLINE])
def test_medline(tmp_path: Path, content: str) -> None:
    one, other = map(document, read(tmp_path / "pubmed-gut-set.txt", content))
    assert (one.id, one.doi, one.pmcid, one.journal) == ("71000003", "10.1000/m", "PMC8", "Gut")
    assert one.text("title") == "A gut that is studied and whose title is so long that it stands on two lines."
    assert one.text("abstract") == "BACKGROUND: It was high. METHODS: IL - 6."
    assert one.date == PublicationDate(year=2022, month=3, day=15, text="2022 Mar 15")
    assert (one.electronic_date, one.revised) == ("2022-03-01", "2023-01-04")
    assert one.authors == (Author(last="Smith", fore="Jane A", initials="JA"), Author(collective="Gut Group"))
    assert one.mesh[0] == MeshHeading(ui="", name="Depression", major=True, qualifiers=("drug therapy", "psychology"))
    assert (one.keywords, one.language) == (("mood",), ("eng",))
    assert one.notices[0] == Notice(
        kind="RetractionIn", pmid="71000009", text="Gut. 2023 Jan;1(1):2. doi: 10.1000/R. PMID: 71000009"
    )
    assert one.retracted
    assert (other.id, other.text("title"), other.text("abstract")) == ("71000004", "Un intestin.", "It rose.")
    assert other.abstract_from == "OtherAbstract, eng"


@pytest.mark.parametrize(
    ("tag", "standing"),
    [("ROF", "notice"), ("PRIN", "partly retracted"), ("ECI", "concern"), ("EFR", "notice"), ("EIN", "sound")],
)
def test_links_of_medline_tell_the_standing(tmp_path: Path, tag: str, standing: str) -> None:
    content = f"PMID- 71000001\n{tag:4}- Gut. 2020. PMID: 71000002\nTI  - A gut\n"
    [record] = read(tmp_path / "a.nbib", content)
    assert document(record).standing == standing


def test_a_line_of_medline_without_a_tag_costs_its_record(tmp_path: Path) -> None:
    bad, good = read(tmp_path / "a.nbib", "PMID- 71000001\nTI  - A gut\nlost words\n\nPMID- 71000002\nTI  - A gut\n")
    assert isinstance(bad, Reject)
    assert (bad.record, bad.cause) == ("record 1, line 1", "line 3 has no tag: 'lost words'")
    assert document(good).id == "71000002"


@pytest.mark.parametrize("name", ["a.ris", "a.nbib"])
def test_an_empty_file_is_a_reject(tmp_path: Path, name: str) -> None:
    [reject] = read(tmp_path / name, "")
    assert isinstance(reject, Reject)
    assert reject.cause == "no record in it"


@pytest.mark.parametrize("content", [ZOTERO + SCOPUS + ZOTERO, MEDLINE * 3])
def test_damaged_files_give_records_and_rejects(
    tmp_path: Path, content: str, mutate: Callable[[bytes, int], bytes]
) -> None:
    name = "a.ris" if content.startswith("TY") else "a.nbib"
    rejects = 0
    for seed in range(200):
        (tmp_path / name).write_bytes(mutate(content.encode(), seed))
        for record in read_annotated(tmp_path / name, "ris" if name == "a.ris" else "medline"):
            if isinstance(record, Reject):
                rejects += 1
                assert record.record
                assert record.cause
    assert rejects > 20
