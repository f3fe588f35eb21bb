"""Every form in which PubMed writes a date of publication."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import TYPE_CHECKING

from kgbuild.model import PublicationDate

if TYPE_CHECKING:
    from lxml.etree import _Element

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = re.compile(
    r"\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![0-9])(1[5-9][0-9]{2}|20[0-9]{2})(?![0-9])")
_YEAR_RANGE = re.compile(r"(?:1[5-9]|20)[0-9]{2}\s*[-/–]\s*(?:[0-9]{2}){1,2}\b(?![-/])")
_DASH = re.compile(r"\s*[-–—/](?=[^-–—/]*\Z)")
_SHORT_YEAR = re.compile(r"([0-9]{2})(?![0-9])")
_ISO = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})\b")
_DAY_AFTER = re.compile(r"\.?\s+([0-9]{1,2})(?![0-9a-z])", re.IGNORECASE)
_DAY_BEFORE = re.compile(r"(?<![0-9])([0-9]{1,2})\.?\s+\Z")
_PARTS = ("Year", "Month", "Day", "Season")


def read_date(element: _Element | None) -> PublicationDate:
    """The date of a PubDate, ArticleDate or the like; of a range, its beginning.

    `text` is the source's own words, its parts joined by a space. A season is in the text alone: it names no
    month that could be relied on. A day or month that the calendar does not know is left out.
    """
    if element is None:
        return PublicationDate()
    free = " ".join((element.findtext("MedlineDate") or "").split())
    if free:
        return parse_date(free)
    found = {part: " ".join((element.findtext(part) or "").split()) for part in _PARTS}
    year = int(found["Year"]) if re.fullmatch(r"[0-9]{4}", found["Year"]) else None
    if year is None and found["Year"]:
        return parse_date(" ".join(part for part in found.values() if part))
    return _date(
        year=year,
        month=_month(found["Month"]),
        day=int(found["Day"]) if re.fullmatch(r"[0-9]{1,2}", found["Day"]) else None,
        text=" ".join(part for part in found.values() if part),
    )


def parse_date(text: str) -> PublicationDate:
    """A date in free words, as in MedlineDate: "1998 Dec-1999 Jan", "Summer 1993", "1975-1976".

    Months in figures are read in the form 1998-12-05 alone, since "1975-76" is a range of years.
    """
    if iso := _ISO.match(text):
        return _date(year=int(iso[1]), month=_month(iso[3]), day=int(iso[4]), text=text)
    years = _YEAR.search(text)
    year = int(years[1]) if years else None
    name = _MONTH_NAME.search(text)
    if name is None or _YEAR_RANGE.match(text):
        return _date(year=year, month=None, day=None, text=text)
    day = _DAY_AFTER.match(text, name.end()) or _DAY_BEFORE.search(text[: name.start()])
    return _date(year=year, month=_month(name[1]), day=int(day[1]) if day else None, text=text)


def read_iso_date(element: _Element | None) -> str:
    """A date's year, month and day, as far as they are known, in ISO 8601; empty where there is no year.

    >>> from lxml.etree import fromstring
    >>> read_iso_date(fromstring("<ArticleDate><Year>2020</Year><Month>11</Month><Day>5</Day></ArticleDate>"))
    '2020-11-05'
    """
    date = read_date(element)
    parts = (("04", date.year), ("02", date.month), ("02", date.day))
    return "-".join(format(number, width) for width, number in parts if number is not None)


def end_of_span(date: PublicationDate) -> PublicationDate:
    """The end of a date that is a range, as "2019 Dec-2020 Jan" or "1975-1976"; of any other, the date itself.

    >>> end_of_span(parse_date("2019 Dec-2020 Jan")).year, end_of_span(parse_date("1998 Nov-Dec")).month
    (2020, 12)
    """
    head, dash, tail = _dash_and_tail(date.text)
    if date.year is None or not dash or _ISO.match(date.text):
        return date
    year, month, day = date.year, date.month, None
    if named := _YEAR.search(tail):
        year, month = int(named[1]), None
    elif (
        (short := _SHORT_YEAR.match(tail))
        and _YEAR.search(head[-4:])
        and not (dash.strip() == "/" and int(short[1]) < 13)
    ):
        year, month = year - year % 100 + int(short[1]), None
    elif only := re.fullmatch(r"[0-9]{1,2}", tail):
        day = int(only[0])
    if name := _MONTH_NAME.search(tail):
        month = _month(name[1])
        after = _DAY_AFTER.match(tail, name.end())
        day = int(after[1]) if after else None
    return max(date, _date(year=year, month=month, day=day, text=date.text), key=_order)


def _dash_and_tail(text: str) -> tuple[str, str, str]:
    found = _DASH.search(text)
    return (text[: found.start()], found[0], text[found.end() :].strip()) if found else (text, "", "")


def _order(date: PublicationDate) -> tuple[int, int, int]:
    return date.year or 0, date.month or 1, date.day or 1


def _month(text: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,2}", text):
        return int(text)
    name = _MONTH_NAME.search(text)
    return _MONTHS.index(name[1][:3].lower()) + 1 if name else None


def _date(*, year: int | None, month: int | None, day: int | None, text: str) -> PublicationDate:
    if year is not None and not 1 <= year <= 9999:
        year = None
    if year is None or month is None or not 1 <= month <= 12:
        month = None
    if year is None or month is None or day is None or not 1 <= day <= monthrange(year, month)[1]:
        day = None
    return PublicationDate(year=year, month=month, day=day, text=text)
