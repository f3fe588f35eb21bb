"""The grammar of PubMed's query language: a text becomes terms, ranges and their combinations.

Source: PubMed User Guide, https://pubmed.ncbi.nlm.nih.gov/help/ (Boolean operators, search field tags,
truncation, dates and date ranges, stopwords).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NoReturn, cast

from kgbuild.errors import QuerySyntaxError

Field = Literal["all", "ti", "tiab", "tw", "mh", "au", "ta", "pt", "la", "dp", "uid"]
Operator = Literal["AND", "OR", "NOT"]

_TAGS: dict[Field, tuple[str, ...]] = {
    "all": ("all fields",),
    "ti": ("title",),
    "tiab": ("title/abstract",),
    "tw": ("text word", "text words"),
    "mh": ("mesh", "mesh term", "mesh terms", "mh:noexp", "mesh:noexp", "mesh terms:noexp"),
    "au": ("author",),
    "ta": ("journal", "jour"),
    "pt": ("publication type", "ptyp"),
    "la": ("language", "lang"),
    "dp": ("date - publication", "publication date", "pdat"),
    "uid": ("pmid",),
}
_FIELDS: dict[str, Field] = {name: field for field, names in _TAGS.items() for name in (field, *names)}

SUPPORTED = (
    'Supported: AND OR NOT in capitals (left to right), parentheses, "phrases", truncation* after at '
    "least 4 characters, ranges such as 2010:2020[dp] and 100:200[uid], and the tags "
    + " ".join(f"[{field}]" for field in _TAGS)
    + "."
)

# PubMed leaves these words out of an untagged search.
_STOPWORDS = frozenset(
    """
    a about again all almost also although always among an and another any are as at be because been
    before being between both but by can could did do does done due during each either enough especially
    etc for found from further had has have having here how however i if in into is it its itself just
    kg km made mainly make may mg might ml mm most mostly must nearly neither no nor obtained of often
    on our overall perhaps pmid quite rather really regarding seem seen several should show showed shown
    shows significantly since so some such than that the their theirs them then there therefore these
    they this those through thus to upon use used using various very was we were what when which while
    with within without would
    """.split()  # noqa: SIM905
)
_MAX_DEPTH = 100
_WORD = re.compile(r'[^\s()"\[\]]+')
_COLON = re.compile(r"\s*:\s*")
_DATE = re.compile(r"([0-9]{4})(?:/(0?[1-9]|1[0-2])(?:/(0?[1-9]|[12][0-9]|3[01]))?)?\Z")
_UID = re.compile(r"[0-9]{1,12}\Z")
_PLAIN_QUOTES = str.maketrans("“”„‟", '""""')


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or a phrase to be found in a field. `text` is as written, without quotes and truncation mark."""

    field: Field
    text: str
    position: int
    quoted: bool = False
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """Publication dates from `low` to `high`, both (year, month, day) and included."""

    low: tuple[int, int, int]
    high: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class UidRange:
    """PMIDs from `low` to `high`, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """A first operand and what follows it, to be evaluated strictly left to right."""

    first: Node
    rest: tuple[tuple[Operator, Node], ...]


Node = Term | DateRange | UidRange | Combination


def parse(text: str) -> Node:
    """The tree of a query.

    Raises:
        QuerySyntaxError: the query is empty, broken, or asks for what is not supported.
    """
    return _Parser(text).query()


class _Parser:
    """Recursive descent over the text; `at` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text.translate(_PLAIN_QUOTES)
        self.at = 0
        self.depth = 0

    def fail(self, cause: str, position: int, remedy: str = SUPPORTED) -> NoReturn:
        raise QuerySyntaxError(cause, query=self.text, position=position, remedy=remedy)

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at : self.at + 1]

    def word(self) -> str:
        """The next bare word, not yet consumed; empty where none stands."""
        found = _WORD.match(self.text, self.at) if self.peek() else None
        return found[0] if found else ""

    def query(self) -> Node:
        if not self.peek():
            self.fail("the query is empty", 0)
        node = self.combination()
        if self.peek():
            self.fail(f"unexpected {self.peek()!r}", self.at)
        return node

    def combination(self) -> Node:
        first = self.operand()
        rest: list[tuple[Operator, Node]] = []
        while self.peek() and self.peek() != ")":
            word = self.word()
            operator: Operator = "AND"
            if word in ("AND", "OR", "NOT"):
                operator = cast(Operator, word)
                self.at += len(word)
            rest.append((operator, self.operand()))
        return Combination(first=first, rest=tuple(rest)) if rest else first

    def operand(self) -> Node:
        start, character = self.at, self.peek()
        if character == "(":
            return self.parenthesis()
        if character == '"':
            return self.phrase()
        if character == "[":
            self.fail("a tag without a term before it", self.at)
        if not character or character in ")]":
            self.fail("a term is missing", start if not character else self.at)
        if self.word() in ("AND", "OR", "NOT"):
            self.fail(f"a term is missing before {self.word()}", self.at)
        return self.run()

    def parenthesis(self) -> Node:
        start = self.at
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self.fail(f"more than {_MAX_DEPTH} parentheses within each other", start)
        self.at += 1
        node = self.combination()
        if self.peek() != ")":
            self.fail("this parenthesis is not closed", start)
        self.at += 1
        self.depth -= 1
        if self.peek() == "[":
            self.fail("a tag after a parenthesis", self.at, "Put the tag after each term inside.")
        return node

    def phrase(self) -> Node:
        start = self.at
        end = self.text.find('"', start + 1)
        if end < 0:
            self.fail("this quotation mark is not closed", start)
        self.at = end + 1
        return self.tagged(self.text[start + 1 : end], start + 1, quoted=True)

    def run(self) -> Node:
        """Bare words up to an operator, a bracket or a quote; a tag after them makes them one term."""
        words: list[tuple[int, str]] = []
        while (word := self.word()) and word not in ("AND", "OR", "NOT"):
            words.append((self.at, word))
            self.at += len(word)
        start, end = words[0][0], self.at
        if self.peek() == "[":
            return self.tagged(self.text[start:end], start, quoted=False)
        for position, word in words:
            if word in ("or", "not"):
                capitals = word.upper()
                self.fail(
                    f"{word!r} in small letters",
                    position,
                    f'Write {capitals}, or "{word}" for the word itself.',
                )
        wanted = [(p, w) for p, w in words if w.lower() not in _STOPWORDS and any(map(str.isalnum, w))] or words
        terms = [self.term("all", word, position, quoted=False) for position, word in wanted]
        rest = tuple(("AND", term) for term in terms[1:])
        return Combination(first=terms[0], rest=cast("tuple[tuple[Operator, Node], ...]", rest)) if rest else terms[0]

    def tag(self) -> Field | None:
        if self.peek() != "[":
            return None
        start = self.at
        end = self.text.find("]", start)
        if end < 0:
            self.fail("this bracket is not closed", start)
        name = " ".join(self.text[start + 1 : end].split())
        field = _FIELDS.get(name.lower())
        if field is None:
            self.fail(f"the tag [{name}] is not supported", start)
        self.at = end + 1
        return field

    def tagged(self, text: str, position: int, *, quoted: bool) -> Node:
        """A term and its tag, or the range that it begins."""
        field = self.tag()
        colon = _COLON.match(self.text, self.at)
        if colon:
            self.at = colon.end()
            return self.range_to(text, position, field)
        if field in ("dp", "uid") and not quoted and ":" in text:
            low, _, high = text.partition(":")
            return self.bounds(field, low, position, high, position + len(low) + 1)
        if field in ("dp", "uid"):
            return self.bounds(field, text, position, text, position)
        return self.term(field or "all", text, position, quoted=quoted)

    def range_to(self, low: str, low_at: int, field: Field | None) -> Node:
        """The upper end of a range whose two ends are written as terms of their own."""
        high_at = self.at
        if self.peek() == '"':
            end = self.text.find('"', self.at + 1)
            if end < 0:
                self.fail("this quotation mark is not closed", self.at)
            high_at, high, self.at = self.at + 1, self.text[self.at + 1 : end], end + 1
        else:
            high = self.word()
            self.at += len(high)
        high_field = self.tag()
        if high_field not in ("dp", "uid") or field not in (None, high_field):
            self.fail("a range needs [dp] or [uid], the same at both ends", high_at)
        return self.bounds(high_field, low, low_at, high, high_at)

    def bounds(self, field: Field | None, low: str, low_at: int, high: str, high_at: int) -> Node:
        node: DateRange | UidRange
        if field == "uid":
            node = UidRange(low=self.uid(low, low_at), high=self.uid(high, high_at))
            backwards = node.low > node.high
        else:
            first, last = self.date(low, low_at), self.date(high, high_at)
            node = DateRange(
                low=(first[0], first[1] or 1, first[2] or 1), high=(last[0], last[1] or 12, last[2] or 31)
            )
            backwards = node.low > node.high
        if backwards:
            self.fail("the range runs backwards", low_at, "Write the lower end first.")
        return node

    def uid(self, text: str, position: int) -> int:
        if not _UID.match(text.strip()):
            self.fail(f"{text.strip()!r} is not a PMID", position, "A PMID is a number: 38068763[uid].")
        return int(text)

    def date(self, text: str, position: int) -> tuple[int, int, int]:
        found = _DATE.match(text.strip())
        if not found:
            self.fail(f"{text.strip()!r} is not a date", position, "Write 2020, 2020/05 or 2020/05/31.")
        year, month, day = (int(part or 0) for part in found.groups())
        return year, month, day

    def term(self, field: Field, text: str, position: int, *, quoted: bool) -> Term:
        """A term whose truncation mark, if any, stands where PubMed takes one."""
        stripped = text.rstrip()
        truncated = stripped.endswith("*")
        kept = stripped.removesuffix("*")
        if "*" in kept:
            self.fail("truncation inside a term", position + kept.index("*"), "Put * at the term's end.")
        words = kept.split()
        if truncated and (kept != kept.rstrip() or not words or len(words[-1]) < 4):
            self.fail(
                "truncation needs at least 4 characters before it",
                position + len(kept),
                "Write more of the word.",
            )
        if not any(map(str.isalnum, kept)):
            self.fail("a term without a letter or digit", position)
        return Term(field=field, text=kept.strip(), position=position, quoted=quoted, truncated=truncated)
