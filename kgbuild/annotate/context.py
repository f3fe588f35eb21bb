"""Negation and speculation of a relation, by rules in the manner of ConText.

H. Harkema, J. Dowling, T. Thornblade, W. Chapman, "ConText: an algorithm for determining negation, experiencer and
temporal status from clinical reports", J. Biomed. Inform. 42 (2009). A trigger reaches forward or back to the end of
its clause; a relation is in its reach where the later of its two mentions is (forward) or both are (back). The words
stand in `mappings/cues.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from kgbuild.annotate.cues import cue_list

Span = tuple[int, int]

# A comma ends a clause where a new verb with its own subject follows it.
_NEW_CLAUSE = re.compile(
    r"[;:]|,?\s+and\s+(?=(?:[^\s,;]+\s+){1,5}?(?:was|were|is|are|had|did|increas\w+|decreas\w+|reduc\w+|improv\w+"
    r"|show\w+|led|rose|fell)\b)|,\s+(?=(?:we|it|they|this|these|there)\s)"
)
_RELATIVE = re.compile(r",\s*(?:which|who|that|whose)\s[^,]*\Z")


def is_negated(sentence: str, first: Span, second: Span) -> bool:
    """Whether a sentence denies the relation of the mentions at two spans in it, in the order of the text."""
    if _reached("negation", sentence, first, second):
        return True
    for trigger in _triggers("negation", "excluding", sentence):
        stop = _end(sentence, trigger[1])
        comma = sentence.find(",", trigger[1])
        stop = comma if 0 <= comma < stop else stop
        inside = [trigger[1] <= span[0] < stop for span in (first, second)]
        if inside[0] != inside[1]:
            return True
    return False


def is_speculative(sentence: str, first: Span, second: Span) -> bool:
    """Whether a sentence only supposes, asks or plans to test the relation of two mentions."""
    return _reached("speculation", sentence, first, second)


def clause(sentence: str, at: int) -> Span:
    """The clause that holds character `at`."""
    start = 0
    for match in _ends_of_clauses(sentence):
        if match.end() <= at:
            start = match.end()
        elif match.start() >= at:
            return start, match.start()
    return start, len(sentence)


def _reached(table: Literal["negation", "speculation"], sentence: str, first: Span, second: Span) -> bool:
    for trigger in _triggers(table, "before", sentence):
        if _inside(trigger, first) or _inside(trigger, second):
            continue
        if trigger[1] <= second[0] < _end(sentence, trigger[1]):
            return True
    for trigger in _triggers(table, "after", sentence):
        if second[1] <= trigger[0] and clause(sentence, trigger[0])[0] <= first[0]:
            # "not associated with Z" says something of Z.
            if re.match(r"\s+(?:with|to|by)\s", sentence[trigger[1] :]):
                continue
            return True
    return False


def _triggers(table: str, kind: str, sentence: str) -> Iterator[Span]:
    pattern = cue_list(table, kind)
    if not pattern.search(sentence):
        return
    mock = [match.span() for match in cue_list(table, "pseudo").finditer(sentence)]
    mock += [match.span() for match in cue_list("negation", "excluding").finditer(sentence)] * (kind == "before")
    for match in pattern.finditer(sentence):
        if match[0] == "May" or any(_inside(match.span(), span) for span in mock):
            continue
        yield match.span()


def _end(sentence: str, start: int) -> int:
    """Where the reach of a trigger that ends at `start` stops."""
    stops = [match.start() for match in _ends_of_clauses(sentence) if match.start() >= start]
    if _RELATIVE.search(sentence[:start]) and "," in sentence[start:]:
        stops.append(sentence.index(",", start))
    return min(stops, default=len(sentence))


def _ends_of_clauses(sentence: str) -> list[re.Match[str]]:
    found = [*_NEW_CLAUSE.finditer(sentence), *cue_list("clause", "ends").finditer(sentence)]
    return sorted(found, key=lambda match: match.span())


def _inside(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
