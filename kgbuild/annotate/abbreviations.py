"""Abbreviations that a text defines, as in "short-chain fatty acids (SCFAs)".

The method is that of A. Schwartz and M. Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text", Pac. Symp. Biocomput. 2003, which finds 82 % of the definitions at 96 % precision.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

# An opening bracket, and what stands up to the next bracket or break.
_ASIDE = re.compile(r"(?<=\s)[(\[]([^()\[\]]{2,120})[)\]]")
_SHORT = re.compile(r"[^\W_](?:\S|\s(?=\S+\Z)){1,9}\Z")
_CLAUSE = re.compile(r"[.!?;:]\s|[()\[\]]")
_LONGEST_CLAUSE = 250


def abbreviations(text: str) -> list[tuple[Span, Span]]:
    """Pairs of (short form, long form), each a half-open span of code points, in order of the text.

    Both "long form (SF)" and "SF (long form)" are found.
    """
    found = []
    for match in _ASIDE.finditer(text):
        inner = re.split(r"[,;]\s|\s(?:or|and)\s", match[1], maxsplit=1)[0].rstrip()
        inside = (match.start(1), match.start(1) + len(inner))
        before = text[max(0, match.start() - _LONGEST_CLAUSE) : match.start()].rstrip()
        offset = max(0, match.start() - _LONGEST_CLAUSE)
        if _is_short(inner):
            long = _long_form(inner, before, offset)
            if long:
                found.append((inside, long))
                continue
        word = re.search(r"\S+\Z", before)
        if word and _is_short(word[0]) and len(match[1].split()) > 1:
            clause = match[1]
            long = _long_form(word[0], clause, match.start(1))
            if long and long[0] == match.start(1):
                found.append(((offset + word.start(), offset + word.end()), long))
    return found


def _is_short(form: str) -> bool:
    """Two to ten characters, at most two words, a letter among them, opening with a letter or digit."""
    return bool(_SHORT.match(form)) and any(c.isalpha() for c in form) and not form.islower()


def _long_form(short: str, before: str, offset: int) -> Span | None:
    """The shortest stretch at the end of `before` whose letters spell `short`, the first opening a word."""
    cut = 0
    for match in _CLAUSE.finditer(before):
        cut = match.end()
    letters = sum(c.isalnum() for c in short)
    words = list(re.finditer(r"\S+", before[cut:]))[-min(letters + 5, 2 * letters) :]
    if not words:
        return None
    first = cut + words[0].start()
    at = len(before) - 1
    for index in range(len(short) - 1, -1, -1):
        letter = short[index].lower()
        if not letter.isalnum():
            continue
        while at >= first and (
            before[at].lower() != letter or (index == 0 and at > first and before[at - 1].isalnum())
        ):
            at -= 1
        if at < first:
            # A plural's s need not be spelled.
            if index == len(short) - 1 and short[index] == "s" and letters > 2:
                return _long_form(short[:-1], before, offset)
            return None
        at -= 1
    start = at + 1
    long = before[start:]
    if len(long) <= len(short) or short.lower() in re.split(r"[\s-]", long.lower()):
        return None
    return offset + start, offset + len(before)
