"""Articles from file to graph: what several files tell of one article, and what is left of it in views and counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kgbuild.assemble.workspace import Workspace
from kgbuild.config import load_settings
from kgbuild.load.exports.kgx import write_kgx
from kgbuild.pipeline import ingest
from kgbuild.query.show import show
from kgbuild.source.files import open_source
from kgbuild.source.search import parse_query

CLAIM = "Roseburia was decreased in anxiety."


def record(
    pmid: str, *, types: str = "", links: str = "", year: int = 2020, revised: str = "", more: str = ""
) -> str:
    kinds = "".join(f"<PublicationType>{kind}</PublicationType>" for kind in types.split(", ") if kind)
    tied = "".join(
        f'<CommentsCorrections RefType="{kind}"><PMID>{other}</PMID></CommentsCorrections>'
        for kind, other in (link.split() for link in links.split(", ") if link)
    )
    dated = f"<DateRevised><Year>{revised}</Year></DateRevised>" if revised else ""
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID>{dated}<Article><Journal><JournalIssue>'
        f"<PubDate><Year>{year}</Year></PubDate></JournalIssue><Title>Invented Journal {revised}</Title></Journal>"
        f"<ArticleTitle>A study of moods.</ArticleTitle><Abstract><AbstractText>{CLAIM}</AbstractText></Abstract>"
        f"<PublicationTypeList>{kinds}</PublicationTypeList></Article><CommentsCorrectionsList>{tied}"
        f"</CommentsCorrectionsList></MedlineCitation><PubmedData>{more}</PubmedData></PubmedArticle>"
    )


class Folder:
    """A graph that grows by files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.facts: dict[str, Any] = {}

    def read(self, name: str, content: str, query: str = "") -> dict[str, Any]:
        path = self.root / name
        path.write_text(f"<PubmedArticleSet>{content}</PubmedArticleSet>" if name.endswith(".xml") else content)
        settings = load_settings(None, extractor="dictionary", workers=1)
        asked = parse_query(query) if query else None
        self.facts = ingest(self.root / "kg", open_source([path]), settings, query=asked)
        documents: dict[str, Any] = self.facts["documents"]
        return documents

    @property
    def tables(self) -> Path:
        return Workspace(self.root / "kg").current()

    def articles(self) -> dict[str, dict[str, Any]]:
        return {row["pmid"]: row for row in pq.read_table(self.tables / "articles.parquet").to_pylist()}

    def claim(self) -> dict[str, Any]:
        (statement,) = pq.read_table(self.tables / "statements.parquet").to_pylist()
        return statement


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_notice_in_another_file_takes_the_claim_away_from_every_view(folder: Folder) -> None:
    assert folder.read("a.xml", record("61000001"))["retracted"] == 0
    assert folder.claim()["belief"] > 0.5
    counted = folder.read(
        "b.xml", record("61000002", types="Retraction of Publication", links="RetractionOf 61000001")
    )
    assert (counted["stored"], counted["retracted"], counted["notices"]) == (2, 1, 1)
    claim = folder.claim()
    assert (claim["belief"], claim["supporting"], claim["articles"], claim["direct"]) == (0, 0, 0, False)
    (shown,) = show(folder.tables, "anxiety", "Roseburia").statements
    assert sorted(item.standing for item in shown.evidence) == ["notice", "retracted"]
    report = write_kgx(folder.tables, folder.root / "kgx")
    assert (report.edges, report.left_out) == (0, 1)


def test_a_notice_that_the_query_does_not_find_still_retracts(folder: Folder) -> None:
    both = record("61000002", links="RetractionOf 61000001", year=2024) + record("61000001", year=2020)
    counted = folder.read("a.xml", both, query="2020[dp]")
    assert (counted["stored"], counted["filtered"], counted["retracted"]) == (1, 1, 1)


def test_a_corpus_erases_no_metadata_of_pubmed(folder: Folder) -> None:
    folder.read("a.xml", record("61000001", types="Retracted Publication", year=2015))
    counted = folder.read("b.pubtator", f"61000001|t|A study of moods.\n61000001|a|{CLAIM}\n\n")
    assert (counted["stored"], counted["superseded"], counted["retracted"]) == (1, 1, 1)
    article = folder.articles()["61000001"]
    assert (article["year"], article["journal"]) == (2015, "Invented Journal")
    assert folder.claim()["belief"] == 0


def test_an_older_revision_does_not_replace_a_newer_one(folder: Folder) -> None:
    folder.read("a.xml", record("61000001", revised="2023"))
    folder.read("b.xml", record("61000001", revised="2021"))
    assert folder.articles()["61000001"]["journal"] == "Invented Journal 2023"


def test_a_preprint_and_its_article_count_once(folder: Folder) -> None:
    folder.read("a.xml", record("61000003", types="Journal Article", year=2023))
    alone = folder.claim()["belief"]
    counted = folder.read("b.xml", record("61000002", types="Preprint", links="UpdateIn 61000003", year=2022))
    assert (counted["stored"], counted["other_versions"]) == (2, 1)
    claim = folder.claim()
    assert (claim["belief"], claim["supporting"], claim["works"], claim["first_year"]) == (alone, 1, 1, 2023)
    assert {pmid: row["work"] for pmid, row in folder.articles().items()} == dict.fromkeys(
        ("61000002", "61000003"), "61000003"
    )


def test_one_article_by_pmid_doi_and_pmc_identifier(folder: Folder) -> None:
    known = '<ArticleId IdType="doi">10.5555/ABC</ArticleId><ArticleId IdType="pmc">PMC61</ArticleId>'
    names = ["PMID:61000001", "https://doi.org/10.5555/abc", "pmcid: PMC61"]
    lines = [json.dumps({"id": name, "title": "A study of moods.", "abstract": CLAIM}) for name in names]
    folder.read("a.jsonl", "\n".join(lines))
    counted = folder.read("b.xml", record("61000001", more=f"<ArticleIdList>{known}</ArticleIdList>"))
    assert (counted["stored"], counted["superseded"]) == (1, 3)
    assert folder.claim()["supporting"] == 1


def test_what_was_read_in_place_of_an_abstract_is_counted(folder: Folder) -> None:
    bare = record("61000001").replace(f"<Abstract><AbstractText>{CLAIM}</AbstractText></Abstract>", "")
    other = f'<OtherAbstract Type="Publisher" Language="eng"><AbstractText>{CLAIM}</AbstractText></OtherAbstract>'
    with_other = bare.replace("61000001", "61000002").replace("</MedlineCitation>", f"{other}</MedlineCitation>")
    counted = folder.read("a.xml", bare + with_other)
    assert (counted["without_abstract"], counted["other_abstract"]) == (1, 1)
    assert folder.articles()["61000002"]["abstract_from"] == "OtherAbstract, eng"


def test_a_graph_of_an_earlier_version_is_rebuilt(folder: Folder) -> None:
    folder.read("a.xml", record("61000001", types="Published Erratum"))
    (part,) = (folder.root / "kg/parts/documents").iterdir()
    added = ["pmcid", "electronic_date", "revised", "abstract_from", "standing"]
    pq.write_table(pq.read_table(part).drop_columns(added), part)
    settings = load_settings(None, extractor="dictionary", workers=1, direct_threshold=0.1)
    ingest(folder.root / "kg", [], settings, rebuild=True)
    assert folder.articles()["61000001"]["standing"] == "notice"
