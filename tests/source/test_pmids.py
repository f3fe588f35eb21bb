"""However a source spells a PMID, its record is of one and the same article."""

import json
from pathlib import Path

import pytest

from kgbuild.model import Annotated, Deletion, Document, Notice, Reject, Section
from kgbuild.source.annotated import identified
from kgbuild.source.eutils_answers import read_articles, read_search
from kgbuild.source.files import open_source, read_annotated
from kgbuild.source.search import parse_query

SPELLINGS = [
    "71000001",
    "071000001",
    " 71000001 ",
    "71000001.0",
    "71000001v2",
    "PMID:71000001",
    "pmid: 71000001",
    "PMID 71000001",
    "PMID71000001",
    "pubmed:71000001",
    "https://pubmed.ncbi.nlm.nih.gov/71000001/",
    "https://pubmed.ncbi.nlm.nih.gov/71000001/?from=gut#abstract",
    "pubmed.ncbi.nlm.nih.gov/71000001",
    "http://www.ncbi.nlm.nih.gov/pubmed/71000001",
    "https://www.ncbi.nlm.nih.gov/pubmed/071000001",
    "https://identifiers.org/pubmed:71000001",
    "https://europepmc.org/article/MED/71000001",
]
OWN = ["my-7", "S0031-9384", "PMC71000001", "12.5", "123456789012", "10.1000/71000001", "0", "gut:7", "71000001-1"]


def article(pmid: str) -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID Version='1'>{pmid}</PMID><Article><ArticleTitle>A gut</ArticleTitle>"
        f"</Article><CommentsCorrectionsList><CommentsCorrections RefType='ErratumIn'><PMID>{pmid}</PMID>"
        "</CommentsCorrections></CommentsCorrectionsList></MedlineCitation></PubmedArticle>"
    )


def content(form: str, pmid: str) -> str:
    """An article with the title "A gut" under a PMID of this spelling."""
    match form:
        case "pubmed":
            return f"<PubmedArticleSet>{article(pmid)}</PubmedArticleSet>"
        case "jsonl":
            return json.dumps({"id": pmid, "title": "A gut"})
        case "lossless":
            sections = [{"name": "title", "text": "A gut"}]
            return json.dumps(
                {"document": {"id": pmid, "sections": sections, "notices": [{"kind": "x", "pmid": pmid}]}}
            )
        case "pubtator":
            return f"{pmid}|t|A gut\n71000001\t2\t5\tgut\tDDF\t-\n"
        case "gutbrainie":
            return json.dumps({pmid: {"title": "A gut"}})
        case _:
            return (
                f"<collection><document><id>{pmid}</id><passage><infon key='type'>title</infon><offset>0</offset>"
                "<text>A gut</text></passage></document></collection>"
            )


def read(folder: Path, text: str) -> Document:
    path = folder / "articles"
    path.write_text(text, encoding="utf-8")
    [record] = read_annotated(path)
    assert isinstance(record, Annotated), record
    return record.document


@pytest.mark.parametrize("form", ["pubmed", "jsonl", "lossless", "pubtator", "gutbrainie", "bioc"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_reader_knows_every_spelling(tmp_path: Path, form: str, spelling: str) -> None:
    document = read(tmp_path, content(form, spelling))
    assert document.id == "71000001"
    assert {notice.pmid for notice in document.notices} <= {"71000001"}


def test_a_version_behind_the_number_is_the_articles(tmp_path: Path) -> None:
    assert read(tmp_path, content("jsonl", "71000001v2")).version == 2
    assert read(tmp_path, content("jsonl", "71000001.0")).version == 1


@pytest.mark.parametrize("number", ["71000001", "71000001.0", "7.1000001e7"])
def test_a_number_of_json_is_read_as_a_spreadsheet_means_it(tmp_path: Path, number: str) -> None:
    assert read(tmp_path, f'{{"id": {number}, "title": "A gut"}}').id == "71000001"


def test_a_number_with_decimals_is_no_identifier(tmp_path: Path) -> None:
    path = tmp_path / "articles"
    path.write_text('{"id": 1.5, "title": "A gut"}', encoding="utf-8")
    [reject] = read_annotated(path)
    assert isinstance(reject, Reject)
    assert reject.cause.startswith("id")


@pytest.mark.parametrize("own", OWN)
def test_other_identifiers_stay_as_they_are(tmp_path: Path, own: str) -> None:
    assert read(tmp_path, content("jsonl", own)).id == own


def test_deletions_and_answers_of_pubmed(tmp_path: Path) -> None:
    path = tmp_path / "update.xml"
    deleted = "<DeleteCitation><PMID>071000001</PMID></DeleteCitation>"
    path.write_text(f"<PubmedArticleSet>{article('071000002')}{deleted}</PubmedArticleSet>", encoding="utf-8")
    [source] = open_source([path])
    document, deletion = source.records()
    assert isinstance(document, Document)
    assert (document.id, deletion) == ("71000002", Deletion(id="71000001"))
    listed = "<eSearchResult><Count>1</Count><IdList><Id>071000001</Id></IdList></eSearchResult>"
    assert read_search(listed.encode()).pmids == ("71000001",)
    assert read_articles(content("pubmed", " 071000001 ").encode()).pmids == ("71000001",)


def test_a_filter_by_number_finds_the_article() -> None:
    document = identified(Document(id="PMID:71000001", sections=(Section(name="title", text="A gut"),)))
    assert parse_query("071000001[pmid]").matches(document)
    assert parse_query("71000000:71000002[uid]").matches(document)


def test_a_document_that_is_spelled_so_already_is_not_copied() -> None:
    document = Document(id="71000001", sections=(), notices=(Notice(kind="RetractionIn", pmid="71000002"),))
    assert identified(document) is document
