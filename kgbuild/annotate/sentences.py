"""Sentence boundaries in titles and abstracts.

Rules of our own: in 1,656 abstracts the `sentencex` library breaks after "<i>E." and "Lactobacillus spp." and
runs on past an unmatched parenthesis or a final "PD.", at 1.5 % of its boundaries; it would need these.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

from kgbuild.model import Document, SectionName

_BREAK = re.compile(
    r"""
    # A mark, closing quotes or brackets, a gap, and what may open a sentence.
    [.!?。](?P<close>(?:["'”’)\]]|</\w+>){0,9}(?:\[[\d,\ -]+\])?)
        \s{1,9}(?=["'“‘(\[<•©]{0,3}(?:i>)?\s?(?P<next>[^\W_][^\s.,;:]{0,40}))
    # The gap was lost.
    | (?<=[a-z]{3})\)?[.?!](?=[A-Z][A-Za-z]{0,40},?\ [a-z])
    # A numbered or capital heading, or an empty line, opens a part, whatever stands before it.
    | [;,.]?\s{1,9}(?=[(A-Z])(?P<part>(?=\(\d\)\s[A-Z][A-Za-z\ ]{3,30}:
        | (?:BACKGROUND|INTRODUCTION|OBJECTIVES?|AIMS?|PURPOSE|METHODS?|MATERIALS\ AND\ METHODS|RESULTS?
            |FINDINGS|CONCLUSIONS?|DISCUSSION|INTERPRETATION):\s))
    | \n[^\S\n]{0,9}(?P<line>\n)
    """,
    re.VERBOSE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LAST_WORD = re.compile(r"[^\s(\[{,;/>=]*\Z")
_INITIALS = re.compile(r"(?:[^\W\d_]\.[- ]?)*[^\W\d_]\Z")
_ENUMERATOR = re.compile(r"(?:\A|[;:] |; and )\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])\)?\Z")
_NEVER_LAST = _words(
    "approx art cf ch dr e.g eg eq eqs esp fig figs gen hr i.e ie incl mr mrs ms nr ph pp prof ref refs resp "
    "st subg subsp suppl tab var vol vs viz"
)
_SELDOM_LAST = frozenset(["al", "etc", "inc", "ltd", "co", "no", "nos", "sp", "spp", "ssp", "p.o", "i.p", "i.v"])
# After an initial or a word that is seldom last, only these open a sentence.
_OPENERS = _words(
    "a additionally after all although among an and as at based because both but by compared consequently "
    "conversely despite during each finally five for four from furthermore given here hence how however "
    "if importantly in interestingly it its meanwhile more moreover most nevertheless nine no notably of "
    "on one only our overall patients recent results seven several significant similarly since six "
    "specifically studies subsequently such taken ten that the their then there therefore these they this "
    "thus to together two under using various we were what when whereas whether while with within"
)
_LONGEST_ASIDE = 400


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open spans (code points) of the sentences, in order, without the spaces around them.

    Together they cover every character that is not a space. Nothing is split within parentheses.
    """
    opens, closes = _asides(text)
    bounds = [0]
    for match in _BREAK.finditer(text):
        if match["part"] is None and match["line"] is None:
            at = match.end("close") if match["next"] else match.start()
            aside = bisect_right(opens, at) - 1
            if aside >= 0 and at <= closes[aside]:
                continue
            if match["next"] and not _ends(
                text[max(bounds[-1], match.start() - 50) : match.start()], match[0][0], match["next"]
            ):
                continue
        bounds.append(match.end())
    bounds.append(len(text))
    spans = []
    for start, end in pairwise(bounds):
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            start += len(piece) - len(piece.lstrip())
            spans.append((start, start + len(stripped)))
    return spans


def sentences_of(document: Document) -> dict[SectionName, list[tuple[int, int]]]:
    """The spans of the sentences of each section; a title is one, as it is quoted and judged whole."""
    return {
        part.name: sentences(part.text) if part.name == "abstract" else [(0, len(part.text))]
        for part in document.sections
    }


def _ends(sentence: str, mark: str, following: str) -> bool:
    """Whether `mark` ends a sentence after its last characters, when `following` is the next word."""
    if following[0].islower() and following.isascii() and following.islower():
        return False
    if mark != ".":
        return True
    if _ENUMERATOR.search(sentence.strip()):
        return False
    found = _LAST_WORD.search(sentence)
    word = found[0] if found else ""
    if word.isupper() and len(word) > 1:
        return True
    word = word.lower()
    if word in _NEVER_LAST:
        return False
    if word in _SELDOM_LAST or _INITIALS.match(word):
        return following.lower() in _OPENERS and not following.isupper()
    return True


def _asides(text: str) -> tuple[list[int], list[int]]:
    """The outermost pairs of parentheses and brackets: where they open, and where they close."""
    opens: list[int] = []
    closes: list[int] = []
    stack: list[int] = []
    for match in re.finditer(r"[()\[\]]", text):
        if match[0] in "([":
            stack.append(match.start())
        elif stack:
            start = stack.pop()
            if match.start() - start > _LONGEST_ASIDE:
                continue
            while opens and opens[-1] > start:
                opens.pop()
                closes.pop()
            opens.append(start)
            closes.append(match.start())
    return opens, closes


def sentence_of(spans: list[tuple[int, int]], start: int) -> int:
    """The number of the sentence that holds character `start`."""
    return max(bisect_right(spans, (start, float("inf"))) - 1, 0)
