"""What is read of one record of PubMed: abstracts, dates, identifiers, standing, and text that was escaped twice."""

import io

import pytest

from kgbuild.model import Document
from kgbuild.source.pubmed import parse_pubmed


def record(
    *, title: str = "Bacteria in the gut.", article: str = "", citation: str = "", data: str = "", date: str = ""
) -> Document:
    xml = (
        '<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">61000001</PMID>'
        f"{date}<Article><Journal><JournalIssue><PubDate><Year>2021</Year></PubDate></JournalIssue>"
        f"<Title>Invented Journal</Title></Journal><ArticleTitle>{title}</ArticleTitle>{article}</Article>{citation}"
        f"</MedlineCitation><PubmedData>{data}</PubmedData></PubmedArticle></PubmedArticleSet>"
    )
    (document,) = parse_pubmed(io.BytesIO(xml.encode()), file="a.xml")
    assert isinstance(document, Document)
    return document


def other(text: str, language: str = 'Language="eng"', kind: str = "Publisher") -> str:
    return f'<OtherAbstract Type="{kind}" {language}><AbstractText>{text}</AbstractText></OtherAbstract>'


def own(text: str) -> str:
    return f"<Abstract><AbstractText>{text}</AbstractText></Abstract>"


SUMMARY = "plain-language-summary"
GERMAN = 'Language="ger"'


@pytest.mark.parametrize(
    ("article", "citation", "text", "origin"),
    [
        ("", other("In English."), "In English.", "OtherAbstract, eng"),
        ("", other("In English.", ""), "In English.", "OtherAbstract, eng"),
        ("", other("Auf Deutsch.", GERMAN) + other("In English."), "In English.", "OtherAbstract, eng"),
        ("", other("Auf Deutsch.", GERMAN), "Auf Deutsch.", "OtherAbstract, ger"),
        ("", other("Plain.", kind=SUMMARY) + other("In English."), "In English.", "OtherAbstract, eng"),
        ("", other("Plain.", kind=SUMMARY), "Plain.", f"OtherAbstract ({SUMMARY}), eng"),
        ("", other(" "), "", ""),
        (own("Its own."), other("Plain.", kind=SUMMARY), "Its own.", ""),
        (own("Its own."), other("Another."), "Its own.", ""),
        (own(" "), other("In English."), "In English.", "OtherAbstract, eng"),
        ("", "", "", ""),
    ],
)
def test_which_abstract_is_read(article: str, citation: str, text: str, origin: str) -> None:
    found = record(article=article, citation=citation)
    assert (found.text("abstract"), found.abstract_from) == (text, origin)


def test_another_abstract_keeps_its_labels() -> None:
    parts = '<AbstractText Label="AIM">To see.</AbstractText><AbstractText Label="RESULTS">It fell.</AbstractText>'
    found = record(citation=f'<OtherAbstract Type="Publisher" Language="eng">{parts}</OtherAbstract>')
    assert [(r.label, found.text("abstract")[r.start : r.end]) for r in found.ranges] == [
        ("AIM", "To see."),
        ("RESULTS", "It fell."),
    ]


def test_text_that_was_escaped_twice_is_read_as_text() -> None:
    found = record(
        title="&lt;i&gt;Blautia&lt;/i&gt; &amp;amp; Parkinson&amp;rsquo;s disease",
        article=own("H&lt;sub&gt;2&lt;/sub&gt;S rose (p &amp;lt; 0.05, n &gt; 3) with &amp;#946;-amyloid; x &lt; y."),
    )
    assert found.text("title") == "Blautia & Parkinson’s disease"
    assert found.text("abstract") == "H2S rose (p < 0.05, n > 3) with β-amyloid; x < y."


def test_dates_of_the_issue_online_and_of_the_record() -> None:
    online = "<Year>2020</Year><Month>11</Month><Day>05</Day>"
    found = record(
        article=f'<ArticleDate DateType="Electronic">{online}</ArticleDate>',
        date="<DateRevised><Year>2023</Year><Month>2</Month><Day>3</Day></DateRevised>",
    )
    assert (found.date.year, found.electronic_date, found.revised) == (2021, "2020-11-05", "2023-02-03")
    assert (record().electronic_date, record().revised) == ("", "")


@pytest.mark.parametrize(
    ("citation", "data", "pmcid"),
    [
        ("", '<ArticleIdList><ArticleId IdType="pmc">PMC0012345</ArticleId></ArticleIdList>', "PMC12345"),
        ('<OtherID Source="NLM">PMC12345 [Available on 01/01/30]</OtherID>', "", "PMC12345"),
        ('<OtherID Source="NLM">NIHMS999</OtherID>', "", ""),
        (
            "",
            '<ReferenceList><Reference><ArticleIdList><ArticleId IdType="pmc">PMC9</ArticleId></ArticleIdList>'
            "</Reference></ReferenceList>",
            "",
        ),
    ],
)
def test_pmc_identifiers(citation: str, data: str, pmcid: str) -> None:
    assert record(citation=citation, data=data).pmcid == pmcid


def test_a_doi_has_one_spelling() -> None:
    given = '<ArticleIdList><ArticleId IdType="doi">https://doi.org/10.1000/ABC.1</ArticleId></ArticleIdList>'
    assert record(data=given).doi == "10.1000/abc.1"


@pytest.mark.parametrize(
    "data",
    [
        "<PublicationStatus>retracted</PublicationStatus>",
        '<History><PubMedPubDate PubStatus="retracted"><Year>2022</Year></PubMedPubDate></History>',
    ],
)
def test_a_status_tells_of_a_retraction(data: str) -> None:
    assert record(data=data).standing == "retracted"
    assert record(data=data).retracted
    assert not record(data="<PublicationStatus>ppublish</PublicationStatus>").retracted


@pytest.mark.parametrize("kind", ["UpdateIn", "UpdateOf", "ReprintOf", "SummaryForPatientsIn", "RepublishedFrom"])
def test_links_to_other_versions_are_kept(kind: str) -> None:
    link = f'<CommentsCorrections RefType="{kind}"><PMID>71000002</PMID></CommentsCorrections>'
    found = record(citation=f"<CommentsCorrectionsList>{link}</CommentsCorrectionsList>")
    assert [(notice.kind, notice.pmid) for notice in found.notices] == [(kind, "71000002")]
    assert found.standing == "sound"
