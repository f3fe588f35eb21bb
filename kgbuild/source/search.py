"""PubMed's query language on local articles: ``parse_query("gut-brain[ti] AND 2020:2025[dp]")``.

As in PubMed: operators in capitals, evaluated left to right; terms side by side are joined by AND; a tag
belongs to all bare words before it; letters' case, accents and punctuation do not count, and Greek letters
are spelled out, so that ``gut-brain`` finds "gut brain" and ``alpha-synuclein`` finds "α-synuclein".

Unlike PubMed: automatic term mapping is not reproduced. An untagged term is looked up as it is written, in
all fields, and ``[mh]`` and ``[pt]`` find the very heading or type, not the narrower ones. Several bare words
before ``[ti]``, ``[tiab]`` or ``[tw]`` are one phrase, whether or not PubMed's index of phrases has it.
``[ta]`` compares the journal's title as the record gives it. As in PubMed, ``[dp]`` finds the date of the issue and
the electronic one, and an article of which only the year (or month) is known counts as of its first day. An issue of
several months ("2019 Dec-2020 Jan") is found by each of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kgbuild.errors import QuerySyntaxError
from kgbuild.model import Author, Document, PublicationDate
from kgbuild.source.pubmed_dates import end_of_span
from kgbuild.source.search_parser import Combination, DateRange, Node, Term, UidRange, parse

_Test = Callable[["_Words"], bool]

# The languages of most of PubMed: the name that a query may use, and the code that records carry.
_LANGUAGES = {
    "afrikaans": "afr", "albanian": "alb", "arabic": "ara", "armenian": "arm", "azerbaijani": "aze",
    "bosnian": "bos", "bulgarian": "bul", "catalan": "cat", "chinese": "chi", "croatian": "hrv",
    "czech": "cze", "danish": "dan", "dutch": "dut", "english": "eng", "esperanto": "epo",
    "estonian": "est", "finnish": "fin", "french": "fre", "georgian": "geo", "german": "ger",
    "greek": "gre", "hebrew": "heb", "hindi": "hin", "hungarian": "hun", "icelandic": "ice",
    "indonesian": "ind", "italian": "ita", "japanese": "jpn", "korean": "kor", "latin": "lat",
    "latvian": "lav", "lithuanian": "lit", "macedonian": "mac", "malay": "may",
    "multiple languages": "mul", "norwegian": "nor", "persian": "per", "polish": "pol",
    "portuguese": "por", "romanian": "rum", "russian": "rus", "serbian": "srp", "slovak": "slo",
    "slovenian": "slv", "spanish": "spa", "swedish": "swe", "thai": "tha", "turkish": "tur",
    "ukrainian": "ukr", "undetermined": "und", "vietnamese": "vie", "welsh": "wel",
}  # fmt: skip
_GREEK = re.compile(r"GREEK (?:SMALL|CAPITAL) LETTER (?:FINAL )?([A-Z]+)")
_UNDECOMPOSED = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_POSSESSIVE = re.compile(r"['’ʼ]s(?![^\W_])", re.IGNORECASE)
_IN_PARENTHESES = re.compile(r"\s*\([^()]*\)\s*\Z")


class _Folding(dict[int, str]):
    """For `str.translate`: each character's search form, worked out once."""

    def __missing__(self, code: int) -> str:
        folded = ""
        for character in unicodedata.normalize("NFKD", chr(code)).casefold():
            greek = _GREEK.match(unicodedata.name(character, ""))
            if greek:
                folded += f" {greek[1].lower().replace('lamda', 'lambda')} "
            elif character.isalnum():
                folded += _UNDECOMPOSED.get(character, character)
            elif not unicodedata.combining(character):
                folded += " "
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """A text's words as they are compared: small letters, no accents, one space between words.

    >>> fold("Parkinson's disease and α-Synuclein (naïve)")
    'parkinson disease and alpha synuclein naive'
    """
    return " ".join(_POSSESSIVE.sub("", text).translate(_FOLDING).split())


@dataclass(frozen=True, slots=True)
class Query:
    """A search query that was understood; made by :func:`parse_query`."""

    text: str
    _test: _Test = field(repr=False, compare=False)

    def matches(self, document: Document) -> bool:
        """Whether a document is found."""
        return self._test(_Words(document))

    def __reduce__(self) -> tuple[Callable[[str], Query], tuple[str]]:
        return parse_query, (self.text,)


def parse_query(text: str) -> Query:
    """Understand a query in PubMed's language.

    Raises:
        QuerySyntaxError: the query is broken or asks for what is not supported; it carries the position.
    """
    return Query(text, _compile(parse(text), text))


class _Words:
    """A document's fields in search form, each made when it is first asked for.

    A field is `" | one value | another value | "`. A phrase between spaces is found by substring search and
    never reaches across values; a whole value is found with its bars.
    """

    __slots__ = ("_fields", "document")

    def __init__(self, document: Document) -> None:
        self.document = document
        self._fields: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        found = self._fields.get(name)
        if found is None:
            found = self._fields[name] = f" | {' | '.join(_VALUES[name](self))} | "
        return found


def _mesh(words: _Words) -> Iterable[str]:
    for heading in words.document.mesh:
        name = fold(heading.name)
        yield from (
            name,
            fold(heading.ui),
            *(f"{name} / {fold(qualifier)}" for qualifier in heading.qualifiers),
        )


def _names(author: Author) -> Iterable[str]:
    last, fore = fold(author.last), fold(author.fore)
    if not last:
        return (fold(author.collective),)
    initials = fold(author.initials).replace(" ", "") or "".join(part[0] for part in fore.split())
    return (last, *((f"{last} {initials}", f"{last} {fore}", f"{fore} {last}") if initials else ()))


def _journal(title: str) -> str:
    return fold(_IN_PARENTHESES.sub("", title)).removeprefix("the ")


_VALUES: dict[str, Callable[[_Words], Iterable[str]]] = {
    "ti": lambda words: (fold(words.document.text("title")),),
    "tiab": lambda words: (
        words["ti"],
        fold(words.document.text("abstract")),
        *map(fold, words.document.keywords),
    ),
    "tw": lambda words: (words["tiab"], words["mh"], words["pt"]),
    "mh": _mesh,
    "au": lambda words: (name for author in words.document.authors for name in _names(author)),
    "ta": lambda words: (_journal(words.document.journal),),
    "pt": lambda words: map(fold, words.document.publication_types),
    "la": lambda words: (language.lower() for language in words.document.language),
    "all": lambda words: (words["tw"], words["au"], fold(words.document.journal), words.document.id),
}


def _compile(node: Node, query: str) -> _Test:
    match node:
        case Combination():
            return _combination(node, query)
        case DateRange():
            return _dates(node)
        case UidRange():
            return _uids(node)
        case Term():
            return _term(node, query)


def _combination(node: Combination, query: str) -> _Test:
    first = _compile(node.first, query)
    rest = [(operator, _compile(operand, query)) for operator, operand in node.rest]

    def test(words: _Words) -> bool:
        value = first(words)
        for operator, operand in rest:
            if value == (operator != "OR"):  # else the operand does not matter
                value = operand(words) != (operator == "NOT")
        return value

    return test


def _dates(node: DateRange) -> _Test:
    def test(words: _Words) -> bool:
        document = words.document
        first = _day(document.date)
        if first is not None and first <= node.high:
            last = first if first >= node.low else _day(end_of_span(document.date))
            if last is not None and last >= node.low:
                return True
        online = [int(part) for part in document.electronic_date.split("-") if part]
        return bool(online) and node.low <= (*online, 1, 1)[:3] <= node.high

    return test


def _day(date: PublicationDate) -> tuple[int, int, int] | None:
    return None if date.year is None else (date.year, date.month or 1, date.day or 1)


def _uids(node: UidRange) -> _Test:
    def test(words: _Words) -> bool:
        uid = words.document.id
        return uid.isascii() and uid.isdigit() and node.low <= int(uid) <= node.high

    return test


def _term(term: Term, query: str) -> _Test:
    name, wanted = term.field, _wanted(term, query)
    if name == "au" and not term.quoted and not term.truncated and len(wanted.rpartition(" ")[2]) <= 2:
        # PubMed completes initials unless the name is quoted: "smith j" finds Smith JA.
        whole, begun = f" | {wanted} | ", f" | {wanted}"
        return lambda words: whole in words["au"] or (" " in wanted and begun in words["au"])
    bar = " | " if name in ("mh", "au", "ta", "pt", "la") else " "
    sought = f"{bar}{wanted}" if term.truncated else f"{bar}{wanted}{bar}"
    return lambda words: sought in words[name]


def _wanted(term: Term, query: str) -> str:
    """The term in the search form of its field."""
    match term.field:
        case "mh":
            heading, slash, qualifier = term.text.partition("/")
            if slash and len(fold(qualifier)) <= 2:
                raise QuerySyntaxError(
                    "a subheading's abbreviation",
                    query=query,
                    position=term.position + len(heading) + 1,
                    remedy='Write it in full: "Depression/drug therapy"[mh].',
                )
            return f"{fold(heading)} / {fold(qualifier)}" if slash else fold(heading)
        case "la":
            language = fold(term.text)
            code = _LANGUAGES.get(language, language)
            if not term.truncated and len(code) != 3:
                raise QuerySyntaxError(
                    f"unknown language {term.text!r}",
                    query=query,
                    position=term.position,
                    remedy=f"Write a three-letter code (eng), or one of: {', '.join(_LANGUAGES)}.",
                )
            return code
        case "ta":
            return fold(term.text) if term.truncated else _journal(term.text)
        case _:
            return fold(term.text)
