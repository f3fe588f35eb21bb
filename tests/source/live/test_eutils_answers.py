"""Reading the service's own recorded answers, and garbage."""

import random
import re

import pytest

from kgbuild.errors import ConfigurationError
from kgbuild.source.eutils_answers import (
    HistoryExpiredError,
    RejectedError,
    TransientError,
    read_articles,
    read_search,
)


@pytest.fixture
def recorded(shared):
    return lambda name: (shared / "data/eutils" / name).read_bytes()


def test_search_with_history(recorded):
    found = read_search(recorded("esearch-history.xml"))
    assert found.count == 42_249
    assert len(found.pmids) == 100
    assert found.pmids[0] == "41297076"
    assert found.history.query_key == "1"
    assert found.history.webenv == "MCID_6927d6e7fee3e90f880ec190"
    assert found.query_translation.endswith("AND 2025/09/27:2025/11/26[Date - Entry]")


def test_search_without_history(recorded):
    found = read_search(recorded("esearch-translation.xml"))
    assert found.count == len(found.pmids) == 5
    assert found.history is None
    assert found.query_translation.startswith('("stem cells"[MeSH Terms] OR')


def test_search_that_finds_nothing_tells_why(recorded):
    found = read_search(recorded("esearch-none.xml"))
    assert (found.count, found.pmids) == (0, ())
    assert found.warnings == ("phrase not found: abcXYZ", "No items found.")


def test_error_document(recorded):
    with pytest.raises(RejectedError, match="Invalid db name specified: nothing"):
        read_search(recorded("epost-error.xml"))


@pytest.mark.parametrize(
    ("name", "pmids"),
    [
        ("efetch-12091962.xml", ("12091962", "9997")),
        ("efetch-27797938.xml", ("27797938",)),
        ("efetch-29768149.xml", ("29768149",)),
        ("efetch-30108519.xml", ("30108519",)),
    ],
)
def test_articles(recorded, name, pmids):
    articles = read_articles(recorded(name))
    assert articles.pmids == pmids
    assert articles.xml == recorded(name)


def test_book_articles_have_pmids():
    book = "<PubmedBookArticle><BookDocument><PMID>20301295</PMID></BookDocument></PubmedBookArticle>"
    assert read_articles(f"<PubmedArticleSet>{book}</PubmedArticleSet>".encode()).pmids == ("20301295",)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Cannot retrieve history data. query_key: 1, WebEnv: MCID_x, retstart: 0", HistoryExpiredError),
        ("Unable to obtain query #1", HistoryExpiredError),
        ("Can't fetch uids from history because of: Result not ready", TransientError),
        ("Search Backend failed: Unable to open connection to #PMQuerySrv", TransientError),
        ("External viewer error: Empty Response. Bytes read: 0 Status: Timeout", TransientError),
        (
            "Search backend cannot retrieve history data: 'retstart' cannot be larger than 9998.",
            RejectedError,
        ),
        ("Invalid db name specified: nothing", RejectedError),
    ],
)
def test_kinds_of_error(message, expected):
    with pytest.raises(expected, match=re.escape(message)):
        read_articles(f"<eFetchResult><ERROR>{message}</ERROR></eFetchResult>".encode())


def test_refused_key_is_not_repeated():
    with pytest.raises(ConfigurationError, match="NCBI_API_KEY") as caught:
        read_search(b'{"error":"API key invalid","api-key":"s3cret","type":"client"}')
    assert "s3cret" not in str(caught.value)


def test_entities_are_not_expanded():
    bomb = b'<!DOCTYPE x [<!ENTITY a "1"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    search = b"<eSearchResult><Count>1</Count><IdList><Id>&f;</Id></IdList></eSearchResult>"
    with pytest.raises(TransientError, match="PMID"):
        read_search(bomb + search)


def test_fuzzed_answers(recorded):
    """Cut, overwritten or repeated answers are read, or refused by one of the known errors."""
    names = ("esearch-history.xml", "esearch-none.xml", "epost-error.xml", "efetch-12091962.xml")
    samples = [*map(recorded, names), b'{"error":"API rate limit exceeded","api-key":"1","count":"4"}']
    rng = random.Random(1)
    refused = 0
    for number in range(10_000):
        body = bytearray(samples[number % len(samples)])
        for _ in range(rng.randint(1, 4)):
            start, end = sorted(rng.randrange(len(body) + 1) for _ in "ab")
            changes = [b"", rng.randbytes(8), b"<ERROR>", b"&x;", b"{", b"\x00", body[start:end] * 2]
            body[start : end if rng.random() < 0.5 else start] = rng.choice(changes)
            del body[100_000:]
        for read in (read_search, read_articles):
            try:
                read(bytes(body))
            except (TransientError, HistoryExpiredError, RejectedError, ConfigurationError):
                refused += 1
    assert 10_000 < refused < 20_000
