"""Every form of PubMed's dates."""

import pytest
from lxml import etree

from kgbuild.model import PublicationDate
from kgbuild.source.pubmed_dates import end_of_span, parse_date, read_date, read_iso_date


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("1998 Dec-1999 Jan", 1998, 12, None),
        ("1977 Dec 29-1978 Jan 4", 1977, 12, 29),
        ("2000 Spring", 2000, None, None),
        ("Summer 1993", 1993, None, None),
        ("1975-1976", 1975, None, None),
        ("1975-76", 1975, None, None),
        ("1999-2000 Dec", 1999, None, None),
        ("Winter 1982-83", 1982, None, None),
        ("2000 Nov-Dec", 2000, 11, None),
        ("1978 Jul 4-7", 1978, 7, 4),
        ("1996 1st Quart", 1996, None, None),
        ("1986 Nov 15-Dec 1", 1986, 11, 15),
        ("15 September 1998", 1998, 9, 15),
        ("dec. 1998", 1998, 12, None),
        ("2019 Jun 12th", 2019, 6, None),
        ("1998-12-05", 1998, 12, 5),
        ("1998/12/05", 1998, 12, 5),
        ("1998 Feb 31", 1998, 2, None),
        ("Marching 1998", 1998, None, None),
        ("19uu", None, None, None),
        ("May 17", None, None, None),
        ("", None, None, None),
    ],
)
def test_free_dates(text, year, month, day):
    assert parse_date(text) == PublicationDate(year=year, month=month, day=day, text=text)


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<Year>1976</Year><Month>Sep</Month><Day>28</Day>", (1976, 9, 28, "1976 Sep 28")),
        ("<Year>2017</Year><Month>06</Month>", (2017, 6, None, "2017 06")),
        ("<Year>2017</Year><Month>13</Month><Day>1</Day>", (2017, None, None, "2017 13 1")),
        ("<Year>2020</Year><Month>Feb</Month><Day>29</Day>", (2020, 2, 29, "2020 Feb 29")),
        ("<Year>2021</Year><Month>Feb</Month><Day>29</Day>", (2021, 2, None, "2021 Feb 29")),
        ("<Year>1990</Year><Season>Spring</Season>", (1990, None, None, "1990 Spring")),
        ("<Year>1990</Year><Month>Jan-Feb</Month>", (1990, 1, None, "1990 Jan-Feb")),
        ("<Year>1990-1991</Year>", (1990, None, None, "1990-1991")),
        ("<Year>0000</Year>", (None, None, None, "0000")),
        ("<MedlineDate> 1998\n Dec-1999 Jan</MedlineDate>", (1998, 12, None, "1998 Dec-1999 Jan")),
        ("", (None, None, None, "")),
    ],
)
def test_elements(inner, expected):
    date = read_date(etree.fromstring(f"<PubDate>{inner}</PubDate>"))
    assert (date.year, date.month, date.day, date.text) == expected


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("1998 Dec-1999 Jan", (1999, 1, None)),
        ("1977 Dec 29-1978 Jan 4", (1978, 1, 4)),
        ("1975-1976", (1976, None, None)),
        ("1975-76", (1976, None, None)),
        ("Winter 1982-83", (1983, None, None)),
        ("1982/83", (1983, None, None)),
        ("2001/12", (2001, None, None)),
        ("1999-2000 Dec", (2000, 12, None)),
        ("2000 Nov-Dec", (2000, 12, None)),
        ("1978 Jul 4-7", (1978, 7, 7)),
        ("1986 Nov 15-Dec 1", (1986, 12, 1)),
        ("2020-11-05", (2020, 11, 5)),
        ("2000 Spring", (2000, None, None)),
        ("1999-98", (1999, None, None)),
        ("-", (None, None, None)),
    ],
)
def test_the_end_of_a_range(text, end):
    found = end_of_span(parse_date(text))
    assert (found.year, found.month, found.day) == end


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<Year>2020</Year><Month>11</Month><Day>5</Day>", "2020-11-05"),
        ("<Year>2020</Year><Month>Nov</Month>", "2020-11"),
        ("<Year>2020</Year>", "2020"),
        ("<Year>2020</Year><Month>13</Month><Day>5</Day>", "2020"),
        ("<Month>11</Month>", ""),
        ("", ""),
    ],
)
def test_iso_dates(inner, expected):
    assert read_iso_date(etree.fromstring(f"<ArticleDate>{inner}</ArticleDate>")) == expected


def test_no_date():
    assert read_date(None) == PublicationDate()
