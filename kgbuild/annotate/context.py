"""Negation and speculation of a relation, by rules in the manner of ConText.

H. Harkema, J. Dowling, T. Thornblade, W. Chapman, "ConText: an algorithm for determining negation, experiencer and
temporal status from clinical reports", J. Biomed. Inform. 42 (2009). A trigger reaches forward or back to the end of
its clause; a relation is in its reach where the later of its two mentions is (forward) or both are (back). The words
stand in `mappings/cues.toml`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Literal

from kgbuild.annotate.clauses import Sentence, Span
from kgbuild.annotate.cues import cue_list, word_set

# "And" opens a clause where a verb with its own subject follows; "A and B were" needs a comma to be two clauses.
_NEW_CLAUSE = re.compile(
    r"""[;:] | \s[-–—]\s
    | (?:,\s+and|,?\s+and(?!\s[^,;]{1,40}\s(?:were|are)\b))\s+(?!\w+ly\s|also\s|even\s|further\s)
        (?=(?:[^\s,;]+\s+){1,5}?
           (?:was|were|is|are|had|did|increas\w+|decreas\w+|reduc\w+|improv\w+|show\w+|led|rose|fell)\b)
    | ,\s+(?=(?:we|it|they|this|these|there)\s)""",
    re.VERBOSE,
)
# After "did not raise A", a past tense is a verb of its own: "and lowered B".
_SECOND_VERB = re.compile(
    r",?\s+(?:and|but)\s+(?:\w+ly\s+|also\s+|even\s+)?(?:\w{3,}ed|led|rose|fell|had|was|were|did)\s"
)
# "*A*, but not *B*, fell", "not only *A* but also *B* fell" are one clause.
_WITHIN = re.compile(r"but\s+(?:also\s|(?:not|even|rather)\s(?!\w+\s(?:did|was|were|had)\b))", re.IGNORECASE)
_OF_THE_FIRST = frozenset(["without", "except", "excluding"])
_MORE = re.compile(r"\b(?:more|stronger|greater|better)\b[^,;]*\Z", re.IGNORECASE)
_RELATED = re.compile(r"\b(?:who|whose|whom)\b", re.IGNORECASE)
_INFINITIVE = re.compile(
    r"\b(?:did|does|do|could|can|would|will)\s+not|\bfail\w*\s+to|\bcannot|\bunable\s+to", re.IGNORECASE
)
_SUBORDINATE = re.compile(
    r"\b(?:although|though|even though|while|whereas|if|when|since|because|despite|given that)\b[^,;]*\Z",
    re.IGNORECASE,
)
_FINITE = re.compile(
    r"\b(?:fell|rose|led|grew|was|were|is|are|had|has|have|did|do|does|can|could|may|might|show\w*|\w{3,}ed)\b"
)
_POSSESSED = re.compile(r"\b(?:with|having|had|of|from|in|for)\s+\Z", re.IGNORECASE)
TAKEN_FOR_GRANTED = frozenset(
    ["located in", "part of", "is a", "target", "used by", "administered", "produced by", "strike"]
)
"""Predicates that a sentence takes for granted on its way to another message ("patients with depression had no …").

They are only denied right before a mention ("no butyrate in the brain"), or by a verb of their own ("was not found in
the brain").
"""
_PLACES = frozenset(["located in", "produced by", "part of", "is a"])
_RIGHT_BEFORE = 4
_VERBS_OF = {
    "target": "diagnosed|have|had|develop|suffer|exhibit|show|display",
    "administered": "giv|administ|receiv|treated|fed|taking|took|supplement",
    "used by": "used|perform|underw|undergo|appl",
}
_VERBS_OF_PLACES = (
    "found|detect|observed|seen|present|locat|belong|produc|part|member|inhabit|reside|coloni|express|be a"
)
_OPENING = re.compile(
    r"\s+(?:any\s+)?(?:significant\s+|major\s+)?(?:(?:effects?|changes?|impact|influence)\s+(?:on|in|of)|affecting"
    r"|changing|altering|in|with|on|for|of|to|by|among|those\s+(?:with|of|in))\b",
    re.IGNORECASE,
)
# "No levodopa-treated rats" are a group.
_UNTREATED = re.compile(r"\bno\s[\w ]{1,30}-(?:treated|fed|exposed)\b", re.IGNORECASE)
_ABSENT = re.compile(r"absent|not (?:observed|found|detected|seen|evident|present)|lacking", re.IGNORECASE)
# A sentence is asked for once for each of its relations.
_SENTENCES = 64
_RELATIVE = re.compile(r",\s*(?:which|who|that|whose)\s[^,]*\Z")


def is_negated(sentence: Sentence, predicate: str, first: Span, second: Span) -> bool:
    """Whether a sentence denies the relation of the mentions at two spans in it, in the order of the text."""
    return _reached("negation", sentence, predicate, first, second) or _is_excluded(
        sentence, predicate, first, second
    )


def _is_excluded(sentence: Sentence, predicate: str, first: Span, second: Span) -> bool:
    """Whether one of two mentions, and not the other, is left out by words such as "but not" and "without"."""
    text = sentence.text
    for trigger in _triggers("negation", "excluding", text):
        word = text[slice(*trigger)].lower()
        if (
            predicate in TAKEN_FOR_GRANTED
            and word != "without"
            and (predicate not in _PLACES or re.match(r"\s+(?:in|with|for|among)\b", text[trigger[1] :]))
        ):
            continue
        if word == "without" and predicate not in TAKEN_FOR_GRANTED and _is_of_people(sentence, trigger[0]):
            continue
        comma = text.find(",", trigger[1])
        stop = min(reach(text, trigger), comma if comma >= 0 else len(text))
        opened = _OPENING.match(text, trigger[1])
        start = opened.end() if opened else trigger[1]
        most = 0 if predicate in TAKEN_FOR_GRANTED else 2
        inside = [
            trigger[1] <= span[0] < stop and sentence.is_open(start, span[0], "neutral", "of", most=most)
            for span in (first, second)
        ]
        # "Without A, B rose" says nothing of A; "B rose without A" does.
        if word in ("rather than", "instead of") and _MORE.search(text[: trigger[0]]):
            continue
        if inside[0] != inside[1] and (word not in _OF_THE_FIRST or inside[1]):
            return True
    return False


def _is_of_people(sentence: Sentence, at: int) -> bool:
    """Whether "without" tells people or animals: "adults without depression"."""
    words = sentence.words(max(0, at - 30), at)[-1:]
    if words and words[0] in word_set("gap", "bearers"):
        return True
    return any(m.label in ("human", "animal") and 0 <= at - m.end <= 1 for m in sentence.mentions)


def is_speculative(sentence: Sentence, predicate: str, first: Span, second: Span) -> bool:
    """Whether a sentence only supposes, asks or plans to test the relation of two mentions."""
    return _reached("speculation", sentence, predicate, first, second)


@cache
def _own_verb(predicate: str) -> re.Pattern[str]:
    verbs = _VERBS_OF.get(predicate, _VERBS_OF_PLACES)
    return re.compile(rf"\s+(?:[\w-]+\s+){{0,2}}?(?:{verbs})", re.IGNORECASE)


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
    table: Literal["negation", "speculation"], within: Sentence, predicate: str, first: Span, second: Span
) -> bool:
    sentence = within.text
    for trigger in _triggers(table, "before", sentence):
        if _inside(trigger, first) or _inside(trigger, second):
            continue
        if predicate in TAKEN_FOR_GRANTED and not (
            0 <= first[0] - trigger[1] <= _RIGHT_BEFORE
            or (first[1] <= trigger[0] and _own_verb(predicate).match(sentence, trigger[1]))
        ):
            continue
        if trigger[1] <= second[0] < reach(sentence, trigger) and not (
            table == "negation" and _is_of_another(within, trigger, first, second)
        ):
            return True
    for trigger in _triggers(table, "after", sentence):
        if predicate in TAKEN_FOR_GRANTED and not (
            predicate in _PLACES and _ABSENT.search(sentence[slice(*trigger)])
        ):
            continue
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
    if table == "negation":
        mock += tuple(match.span() for match in _UNTREATED.finditer(sentence))
    if kind == "before":
        mock += spans_of("negation", "excluding", sentence)
    return tuple(
        span for span in found if sentence[slice(*span)] != "May" and not any(_inside(span, other) for other in mock)
    )


def _is_of_another(sentence: Sentence, trigger: Span, first: Span, second: Span) -> bool:
    """Whether a trigger stands in a later clause, which has a subject of its own: "*A* fell, whereas *B* did not"."""
    start, _ = clause(sentence.text, trigger[0])
    if first[1] > start:
        return False
    # "No such link was seen for *B*" names its subject behind.
    own = (
        m
        for m in sentence.mentions
        if (start <= m.start and m.end <= trigger[0]) or trigger[1] <= m.start < second[0]
    )
    return any(m.label not in ("DDF", "human", "animal", "anatomical location") for m in own)


def reach(sentence: str, trigger: Span) -> int:
    """Where the reach of a word of negation stops."""
    start = trigger[1]
    word = sentence[slice(*trigger)].lower()
    stops = [begin for begin, _ in _ends_of_clauses(sentence) if begin >= start]
    if _RELATIVE.search(sentence[:start]) and "," in sentence[start:]:
        stops.append(sentence.index(",", start))
    stops += [found.start() for found in [_RELATED.search(sentence, start)] if found]
    closing = sentence.find(")", start)
    if closing >= 0 and sentence.rfind("(", 0, trigger[0]) > sentence.rfind(")", 0, trigger[0]):
        stops.append(closing)
    if _INFINITIVE.search(sentence[max(0, trigger[0] - 8) : start]):
        stops += [found.start() for found in [_SECOND_VERB.search(sentence, start)] if found]
    if word == "no" and _POSSESSED.search(sentence[: trigger[0]]):
        stops += [found.start() for found in [_FINITE.search(sentence, start)] if found]
        stops += [at for at in [sentence.find(",", start)] if at >= 0]
    if _SUBORDINATE.search(sentence[: trigger[0]]):
        stops += _main_clause(sentence, start)
    return min(stops, default=len(sentence))


def _main_clause(sentence: str, start: int) -> list[int]:
    """The comma at which a clause such as "although A did not …" ends, where a main clause follows."""
    at = sentence.find(",", start)
    while at >= 0:
        following = sentence.find(",", at + 1)
        part = sentence[at + 1 : following if following >= 0 else len(sentence)]
        if _FINITE.search(part) and not re.match(r"\s+(?:and|or|nor|which|that|who)\b", part):
            return [at]
        at = following
    return []


@lru_cache(maxsize=_SENTENCES)
def _ends_of_clauses(sentence: str) -> tuple[Span, ...]:
    found = [match.span() for match in _NEW_CLAUSE.finditer(sentence)]
    ends = (end for end in spans_of("clause", "ends", sentence) if not _WITHIN.match(sentence, end[0]))
    return tuple(sorted([*found, *ends]))


@lru_cache(maxsize=16 * _SENTENCES)
def spans_of(table: str, name: str, sentence: str) -> tuple[Span, ...]:
    """Where the words of a list of `mappings/cues.toml` stand in a sentence."""
    return tuple(match.span() for match in cue_list(table, name).finditer(sentence))


def _inside(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
