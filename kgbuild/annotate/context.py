"""Negation and speculation of a relation, by rules in the manner of ConText.

H. Harkema, J. Dowling, T. Thornblade, W. Chapman, "ConText: an algorithm for determining negation, experiencer and
temporal status from clinical reports", J. Biomed. Inform. 42 (2009). A trigger reaches forward or back to the end of
its clause; a relation is in its reach where the later of its two mentions is (forward) or both are (back). The words
stand in `mappings/cues.toml`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from kgbuild.annotate.cues import cue_list

Span = tuple[int, int]

# "And" opens a clause where a verb with its own subject follows; "A and B were" needs a comma to be two clauses.
_NEW_CLAUSE = re.compile(
    r"""[;:]
    | (?:,\s+and|,?\s+and(?!\s[^,;]{1,40}\s(?:were|are)\b))\s+
        (?=(?:[^\s,;]+\s+){1,5}?
           (?:was|were|is|are|had|did|increas\w+|decreas\w+|reduc\w+|improv\w+|show\w+|led|rose|fell)\b)
    | ,\s+(?=(?:we|it|they|this|these|there)\s)""",
    re.VERBOSE,
)
# What a sentence with another message takes for granted ("no change was seen in patients with depression") is only
# denied right before it ("no butyrate in the brain"), or by a verb of its own ("was not found in the brain").
_TAKEN_FOR_GRANTED = frozenset(
    ["located in", "part of", "is a", "target", "used by", "administered", "produced by", "strike"]
)
_RIGHT_BEFORE = 4
_OWN_VERB = re.compile(
    r"\s+(?:[\w-]+\s+){0,2}?(?:found|detect|observed|seen|present|locat|giv|administ|receiv|treated|diagnosed|have"
    r"|had|develop|suffer|belong|produc|part|member|inhabit|reside|coloni|express|exhibit|show|used|perform|be a)",
    re.IGNORECASE,
)
# A sentence is asked for once for each of its relations.
_SENTENCES = 64
_RELATIVE = re.compile(r",\s*(?:which|who|that|whose)\s[^,]*\Z")


def is_negated(sentence: str, predicate: str, first: Span, second: Span) -> bool:
    """Whether a sentence denies the relation of the mentions at two spans in it, in the order of the text."""
    if _reached("negation", sentence, predicate, first, second):
        return True
    for trigger in _triggers("negation", "excluding", sentence):
        stop = _end(sentence, trigger[1])
        comma = sentence.find(",", trigger[1])
        stop = comma if 0 <= comma < stop else stop
        inside = [trigger[1] <= span[0] < stop for span in (first, second)]
        if inside[0] != inside[1]:
            return True
    return False


def is_speculative(sentence: str, predicate: str, first: Span, second: Span) -> bool:
    """Whether a sentence only supposes, asks or plans to test the relation of two mentions."""
    return _reached("speculation", sentence, predicate, first, second)


def clause(sentence: str, at: int) -> Span:
    """The clause that holds character `at`."""
    start = 0
    for begin, end in _ends_of_clauses(sentence):
        if end <= at:
            start = end
        elif begin >= at:
            return start, begin
    return start, len(sentence)


def _reached(
    table: Literal["negation", "speculation"], sentence: str, predicate: str, first: Span, second: Span
) -> bool:
    for trigger in _triggers(table, "before", sentence):
        if _inside(trigger, first) or _inside(trigger, second):
            continue
        if predicate in _TAKEN_FOR_GRANTED and not (
            0 <= first[0] - trigger[1] <= _RIGHT_BEFORE
            or (first[1] <= trigger[0] and _OWN_VERB.match(sentence, trigger[1]))
        ):
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


@lru_cache(maxsize=_SENTENCES)
def _triggers(table: str, kind: str, sentence: str) -> tuple[Span, ...]:
    found = spans_of(table, kind, sentence)
    if not found:
        return ()
    mock = spans_of(table, "pseudo", sentence)
    if kind == "before":
        mock += spans_of("negation", "excluding", sentence)
    return tuple(
        span for span in found if sentence[slice(*span)] != "May" and not any(_inside(span, other) for other in mock)
    )


def _end(sentence: str, start: int) -> int:
    """Where the reach of a trigger that ends at `start` stops."""
    stops = [begin for begin, _ in _ends_of_clauses(sentence) if begin >= start]
    if _RELATIVE.search(sentence[:start]) and "," in sentence[start:]:
        stops.append(sentence.index(",", start))
    return min(stops, default=len(sentence))


@lru_cache(maxsize=_SENTENCES)
def _ends_of_clauses(sentence: str) -> tuple[Span, ...]:
    found = [match.span() for match in _NEW_CLAUSE.finditer(sentence)]
    return tuple(sorted([*found, *spans_of("clause", "ends", sentence)]))


@lru_cache(maxsize=16 * _SENTENCES)
def spans_of(table: str, name: str, sentence: str) -> tuple[Span, ...]:
    """Where the words of a list of `mappings/cues.toml` stand in a sentence."""
    return tuple(match.span() for match in cue_list(table, name).finditer(sentence))


def _inside(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
