"""PubTator's text format."""

from pathlib import Path

import pytest

from kgbuild.model import Annotated, Reject, Span
from kgbuild.source.pubtator import read_pubtator

MESH = "http://id.nlm.nih.gov/mesh/"
ARTICLE = """\
7|t|🧠 Naloxone eases pain
7|a|Both clonidine and naloxone help in pain and grief.
7\t2\t10\tNaloxone\tChemical\tD009270
7\t17\t21\tpain\tDisease\tD010146
7\t27\t36\tclonidine\tChemical\tD003000
7\t41\t49\tnaloxone\tChemical\tD009270
7\t58\t72\tpain and grief\tDisease\tD010146|D006117\tpain|grief
7\tCID\tD003000\tD006117
7\tCID\tD009270\tD010146\tNovel
"""


def read(tmp_path: Path, content: str | bytes) -> list[Annotated | Reject]:
    path = tmp_path / "corpus.pubtator"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_pubtator(path))


def test_an_article_with_mentions_and_relations(tmp_path: Path) -> None:
    [article] = read(tmp_path, ARTICLE)
    assert isinstance(article, Annotated)
    assert article.document.id == "7"
    assert article.mentions[0].span == Span(section="title", start=2, end=10)
    assert article.mentions[2].span == Span(section="abstract", start=5, end=14)
    assert [link.uri for link in article.links][:2] == [MESH + "D009270", MESH + "D010146"]
    assert [candidate.uri for candidate in article.links[4].candidates] == [MESH + "D010146", MESH + "D006117"]


def test_a_relation_stands_on_the_closest_pair_of_mentions(tmp_path: Path) -> None:
    [article] = read(tmp_path, ARTICLE)
    assert isinstance(article, Annotated)
    ends = [(r.subject.span.section, r.subject.text, r.predicate, r.object.text) for r in article.relations]
    assert ends == [
        ("abstract", "clonidine", "CID", "pain and grief"),
        ("title", "Naloxone", "CID", "pain"),
    ]


def test_a_mention_of_several_concepts_stands_for_those_alone_that_no_other_names(tmp_path: Path) -> None:
    # "pain and grief" is nearer to clonidine, but "pain" names pain alone; grief has no other mention.
    [article] = read(tmp_path, ARTICLE + "7\tCID\tD003000\tD010146\n")
    assert isinstance(article, Annotated)
    ends = {(relation.subject.text, relation.object.text) for relation in article.relations}
    assert ends == {("clonidine", "pain and grief"), ("Naloxone", "pain"), ("clonidine", "pain")}


def test_windows_line_ends_a_missing_abstract_and_missing_identifiers(tmp_path: Path) -> None:
    [article] = read(tmp_path, "7|t|A gut\r\n7\t2\t5\tgut\tanatomical location\r\n\r\n")
    assert isinstance(article, Annotated)
    assert article.document.text("abstract") == ""
    assert article.mentions[0].text == "gut"
    assert article.links == ()


@pytest.mark.parametrize(
    ("line", "place", "cause"),
    [
        ("7\t2\t9\tNaloxone\tChemical\tD1", "PMID 7, line 1", "not 'Naloxone'; it stands at 2"),
        ("7\t2\t10\tNaloxone", "PMID 7, line 3", "without a label"),
        (
            "7\tCID\tD009270\tD000001",
            "PMID 7, line 1",
            "line 3: no mention of this article is identified as 'D000001'",
        ),
        ("8\t0\t1\tx\tChemical\tD1", "PMID 7, line 3", "a line of PMID 8"),
        ("8|t|Another", "PMID 7, line 3", "an empty line is missing"),
        ("7|t|Again", "PMID 7, line 3", "a second title"),
        ("nonsense", "PMID 7, line 3", "neither a title"),
    ],
)
def test_a_bad_line_rejects_its_article_alone(tmp_path: Path, line: str, place: str, cause: str) -> None:
    lines = ARTICLE.splitlines()
    bad, good = read(tmp_path, "\n".join([*lines[:2], line, *lines[2:], "", "", *lines, ""]))
    assert isinstance(bad, Reject)
    assert (bad.record, cause in bad.cause) == (place, True)
    assert bad.remedy
    assert isinstance(good, Annotated)


def test_bytes_that_are_not_utf_8_and_endless_lines_are_rejected(tmp_path: Path) -> None:
    content = b"1|t|\xff\n\n2|t|" + b"x" * (2**24) + b"\n2|a|y\n\n" + ARTICLE.encode()
    encoding, size, good = read(tmp_path, content)
    assert isinstance(encoding, Reject)
    assert "UTF-8" in encoding.cause
    assert isinstance(size, Reject)
    assert "longer than 16 MiB" in size.cause
    assert isinstance(good, Annotated)


@pytest.mark.parametrize(
    ("name", "articles", "mentions", "relations"),
    [
        ("bc5cdr/CDR_TrainingSet.PubTator.txt", 500, 9385, 1038),
        ("bc5cdr/CDR_DevelopmentSet.PubTator.txt", 500, 9591, 1012),
        ("biored/Train.PubTator", 400, 13351, 4178),
        ("biored/Dev.PubTator", 100, 3533, 1162),
    ],
)
def test_the_corpora_are_read_whole(shared: Path, name: str, articles: int, mentions: int, relations: int) -> None:
    records = list(read_pubtator(shared / "data" / name))
    read_well = [record for record in records if isinstance(record, Annotated)]
    assert len(read_well) == len(records) == articles
    assert sum(len(article.mentions) for article in read_well) == mentions
    assert sum(len(article.relations) for article in read_well) == relations
