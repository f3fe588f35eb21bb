"""Entities that XML declares are never expanded, however late: no article is made of a bomb, and none costs more."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest

from kgbuild.model import Annotated, Document, Reject
from kgbuild.source.bioc import read_bioc
from kgbuild.source.eutils_answers import TooLargeError, TransientError, read_articles, read_search
from kgbuild.source.pubmed import PubMedFile

LEVELS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<!ENTITY e0 "bombbombbomb">{LEVELS}'
LATE = "<!-- " + "x" * (3 << 20) + " -->"


def pubmed(title: str, *, before: str = "", within: str = "", attribute: str = "") -> str:
    return (
        f"{before}<PubmedArticleSet>{within}<PubmedArticle><MedlineCitation{attribute}><PMID>71000001</PMID><Article>"
        f"<Journal><JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue></Journal><ArticleTitle>{title}"
        "</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )


def bioc(text: str, *, before: str = "", within: str = "", attribute: str = "") -> str:
    return (
        f"{before}<collection{attribute}>{within}<document><id>71000001</id><passage><infon key='type'>title</infon>"
        f"<offset>0</offset><text>{text}</text></passage></document></collection>"
    )


PLACES = {
    "at the start": {"before": f"<!DOCTYPE x [{BOMB}]>"},
    "behind a long comment": {"before": f"{LATE}<!DOCTYPE x [{BOMB}]>"},
    "within the root": {"within": f"<!DOCTYPE x [{BOMB}]>"},
    "of files": {"before": '<!DOCTYPE x [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>'},
    "of parameters": {"before": f'<!DOCTYPE x [<!ENTITY % p "{BOMB.replace(chr(34), chr(39))}">%p;]>'},
    "in an attribute": {"before": f"<!DOCTYPE x [{BOMB}]>", "attribute": ' a="&e11;"'},
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", [pubmed, bioc])
def test_a_bomb_in_a_file(tmp_path: Path, form: object, place: str) -> None:
    path = tmp_path / "articles.xml"
    path.write_text(form("&e11;", **PLACES[place]))
    started = time.monotonic()
    records = list(PubMedFile(path).records() if form is pubmed else read_bioc(path))
    assert time.monotonic() - started < 3
    assert any(isinstance(record, Reject) for record in records)
    articles = [record for record in records if isinstance(record, Document | Annotated)]
    assert not any(word in repr(articles) for word in ("bombbomb", "root:"))


@pytest.mark.parametrize("place", PLACES)
def test_a_bomb_in_an_answer_of_pubmed(place: str) -> None:
    started = time.monotonic()
    for read, body in (
        (read_articles, pubmed("&e11;", **PLACES[place])),
        (read_search, pubmed("&e11;", **PLACES[place]).replace("PubmedArticleSet", "eSearchResult")),
    ):
        with suppress(TransientError, TooLargeError):
            assert "bombbomb" not in repr(read(body.encode())).replace(BOMB, "")
    assert time.monotonic() - started < 3
