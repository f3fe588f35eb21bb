"""The example corpus that the project ships: its form, its labels and what it covers."""

import re
from functools import cache

import pytest
from lxml import etree

from kgbuild.model import Document
from kgbuild.resources import asset
from kgbuild.source.pubmed import PubMedFile
from kgbuild.source.search import parse_query

CORPUS = asset("examples/gut-brain-examples.xml")


@cache
def articles() -> tuple[Document, ...]:
    """All records; fails on one that could not be read."""
    records = tuple(PubMedFile(CORPUS).records())
    assert [record for record in records if not isinstance(record, Document)] == []
    return tuple(record for record in records if isinstance(record, Document))


def texts(document: Document) -> str:
    return f"{document.text('title')} {document.text('abstract')}"


def found(query: str) -> set[str]:
    matches = parse_query(query).matches
    return {document.id for document in articles() if matches(document)}


@pytest.fixture(scope="module")
def root() -> etree._Element:
    return etree.parse(CORPUS, etree.XMLParser(no_network=True, load_dtd=False)).getroot()


def test_is_large_enough() -> None:
    assert len({document.id for document in articles() if document.text("abstract")}) >= 64


def test_pmids_are_consecutive_and_outside_pubmeds() -> None:
    numbers = sorted({int(document.id) for document in articles()})
    assert numbers == list(range(990000001, 990000001 + len(numbers)))


def test_every_record_says_that_it_is_synthetic(root: etree._Element) -> None:
    assert "SYNTHETIC" in root.getprevious().text
    for document in articles():
        assert document.journal == "Synthetic Examples (kgbuild)"
        assert "synthetic example" in document.keywords
        assert {author.last for author in document.authors} <= {"Example", ""}


def test_no_doi(root: etree._Element) -> None:
    assert not [document.id for document in articles() if document.doi]
    assert not root.xpath("//*[@EIdType='doi' or @IdType='doi']")
    assert "doi.org" not in CORPUS.read_text(encoding="utf-8")


@pytest.mark.parametrize("letter", ["α", "β", "γ", "ρ"])
def test_greek_letters(letter: str) -> None:
    assert any(letter in texts(document) for document in articles())


@pytest.mark.parametrize("tag", ["i", "sup", "sub"])
def test_inline_markup(root: etree._Element, tag: str) -> None:
    assert root.findall(f".//AbstractText//{tag}")


@pytest.mark.parametrize("path", ["Season", "MedlineDate", "Day"])
def test_date_forms(root: etree._Element, path: str) -> None:
    assert root.findall(f".//JournalIssue/PubDate/{path}")


@pytest.mark.parametrize("short", ["PD", "MDD", "IBS", "SCFAs", "FMT", "TMAO", "GABA", "MS", "ADHD"])
def test_abbreviations_are_defined_and_used_again(short: str) -> None:
    again = re.compile(rf"\({short}\).*\b{short}\b", re.DOTALL)
    assert any(again.search(document.text("abstract")) for document in articles())


@pytest.mark.parametrize(
    "phrase",
    [
        "was not associated with",
        "no significant difference",
        "may contribute",
        "suggest",
        "E. coli",
        "i.e.",
        "p < 0.0",
    ],
)
def test_negated_hedged_and_hard_to_split_sentences(phrase: str) -> None:
    assert any(phrase in texts(document) for document in articles())


def test_structured_abstracts_with_an_unlabelled_part(root: etree._Element) -> None:
    kinds = {
        frozenset(part.get("Label") is not None for part in abstract) for abstract in root.findall(".//Abstract")
    }
    assert kinds == {frozenset({True}), frozenset({False}), frozenset({True, False})}


def test_text_outside_the_basic_plane() -> None:
    assert any(ord(character) > 0xFFFF for document in articles() for character in texts(document))


def test_one_article_in_two_versions_with_different_texts() -> None:
    first, second = (document for document in articles() if document.id == "990000078")
    assert (first.version, second.version) == (1, 2)
    assert first.text("abstract") != second.text("abstract")


def test_retraction_and_erratum_point_both_ways() -> None:
    notices = {(document.id, notice.kind): notice.pmid for document in articles() for notice in document.notices}
    assert notices == {
        ("990000037", "RetractionIn"): "990000038",
        ("990000038", "RetractionOf"): "990000037",
        ("990000053", "ErratumIn"): "990000054",
        ("990000054", "ErratumFor"): "990000053",
    }
    assert [document.id for document in articles() if document.retracted] == ["990000037"]


def test_translated_title_book_chapter_and_missing_abstract(root: etree._Element) -> None:
    [spanish] = [document for document in articles() if document.language == ("spa",)]
    assert spanish.text("title").startswith("[")
    assert root.findtext("PubmedBookArticle/BookDocument/PMID") == "990000076"
    assert {document.id for document in articles() if not document.text("abstract")} == {
        "990000038",
        "990000054",
        "990000077",
    }


def test_the_readme_counts_what_is_there() -> None:
    readme = (CORPUS.parent / "README.md").read_text(encoding="utf-8")
    counts = [int(number) for number in re.findall(r"^\|.*\| (\d+) \|$", readme, re.MULTILINE)]
    assert counts == [
        len({document.id for document in articles()}),
        len({document.id for document in articles() if document.text("abstract")}),
        len(found("gut microbiota AND depression")),
        len({document.id for document in articles() if "Parkinson's disease" in texts(document)}),
        len({document.id for document in articles() if any(part.label for part in document.ranges)}),
        len(found("randomized controlled trial[pt]")),
    ]


def test_the_demo_query_and_parkinsons_find_enough() -> None:
    assert len(found("gut microbiota AND depression")) >= 20
    assert len(found('"gut microbiota"[tiab] AND depression[tiab]')) >= 20
    assert len(found("parkinson*[ti]")) >= 10
