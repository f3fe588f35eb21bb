"""What a sentence says becomes of one of its mentions: more or less of it, better or worse.

A cue word changes a mention that stands right behind it ("reduced *A*", "an increase in the abundance of *A*"), right
before it ("*A* was reduced", "*A* levels fell", "*A* deficiency"), or in a list there. The words stand in
`mappings/cues.toml`, `[direction]` and `[gap]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kgbuild.annotate.clauses import MENTION, End, Sentence
from kgbuild.annotate.context import clause, spans_of
from kgbuild.annotate.cues import word_set

Form = Literal["active", "passive", "noun"]


@dataclass(frozen=True, slots=True)
class Change:
    """A cue that changes an end: `sign` is 1 for more or worse, -1 for less or better; start and end of the cue."""

    sign: int
    start: int
    end: int
    form: Form
    distance: int


_IS = re.compile(
    r"\b(?:was|were|is|are|be|been|being|become|becomes|became|remained?|appeared|seem(?:s|ed)?|found|shown|observed"
    r"|get|got)\s+(?:[\w-]+ly\s+|also\s+|more\s+|to\s+be\s+|further\s+|not\s+|both\s+){0,3}\Z"
)
_DETERMINED = re.compile(
    r"\b(?:an?|the|this|that|these|any|such|its|their|no|greater|further|significant|marked|strong|clear|overall"
    r"|dramatic|moderate|slight|mild|relative|observed|associated|related|induced|concomitant"
    r"|showed|shows|had|has|have|exhibit(?:s|ed)?|display(?:s|ed)?)\s+\Z"
)
_SHOWS = re.compile(r"\b(?:show(?:s|ed)?|ha[ds]|have|exhibit(?:s|ed)?|display(?:s|ed)?|underwent|experienced|with)\b")
_INTRANSITIVE = re.compile(
    r"\s*(?:[,.;:)(]|\Z|(?:in|among|within|with|after|during|following|compared|relative|by|to|from|over|at|upon|and|or"
    r"|when|as|while|whereas|but|versus|vs|significantly|on|under|across|throughout|for|toward|towards)\b)"
)
_NO_AGENTS = frozenset(["human", "animal", "anatomical location", "biomedical technique", "statistical technique"])
_THERAPY = re.compile(r"transplant|therap|surg|stimulation|exercise|training|vagotomy|acupuncture|bypass|fast", re.I)
_PREPOSITION = re.compile(
    r"\b(?:by|after|following|upon|with|in|among|under|during|from|due to|through|via|of|for)\b"
)
_NEAR = 50
_OF_NAME = re.compile(rf"{MENTION}\s\Z")
# "Reduced by half" names no agent.
_BY = re.compile(
    r"\s+by\b(?!\s+(?:more|less|over|about|nearly|almost|half|up|one|two|three|approximately|at|[\d~<>]))"
)
# "*A* made *B*, which lowered", "and lowered": what *A* did.
_GOES_ON = re.compile(
    r"\b(?:which|that|thereby|thus|hence|it|they|this|these|but)\s+(?:\w+ly\s+|also\s+|in turn\s+)?\Z"
)
_IN_MODEL = re.compile(r"induced\s+(?:\w+\s+)?(?:mice|mouse|rats?|animals?|models?|cells|zebrafish)\b")
_MEANS = re.compile(r"\b(?:by|via|through)\s+(?:\w+ly\s+)?\Z")
_COORDINATED = re.compile(r",|\b(?:and|or|as well as)\s+(?:\w+ly\s+|also\s+)?\Z")
_TOWARD = re.compile(r"\s+(?:to|for|on|in|against|from)\b")
_OF = re.compile(r"\s+(?:of|in)\b")
# An adjective of what follows: "reversed the elevated *A*".
_ATTRIBUTE = re.compile(
    r"(?:increased|elevated|raised|enhanced|decreased|reduced|lowered|lower|higher|depleted|upregulated|downregulated)\b"
)
_DIRECT = re.compile(r"\s*(?:-|\s)\s*\Z")


def changes(sentence: Sentence, end: End, *, is_disorder: bool) -> list[Change]:
    """All cues that change an end, the nearest first; what undoes a change turns it round."""
    found = {change.start: change for change in _behind(sentence, end, is_disorder=is_disorder)}
    for change in _before(sentence, end, is_disorder=is_disorder):
        found.setdefault(change.start, change)
    return sorted(found.values(), key=lambda change: change.distance)


def is_lost(sentence: Sentence, end: End) -> bool:
    """Whether a mention is named as lost, lacking, blocked or taken away: "depletion of *A*", "*A* knockout"."""
    for cue in spans_of("direction", "lost", sentence.text):
        if cue[1] <= end.start and sentence.is_open(cue[1], end.start, "neutral", "doses", "of", most=0):
            return True
    return any(
        end.end <= cue[0]
        and _DIRECT.match(gap := sentence.masked[end.end : cue[0]] or " ")
        and (gap == "-" or sentence.masked[slice(*cue)] not in word_set("direction", "hyphened"))
        for cue in spans_of("direction", "without", sentence.text)
    )


def _cues(sentence: Sentence, *, is_disorder: bool) -> Iterator[tuple[int, int, int, str]]:
    """Cues outside of mentions as start, end, sign and the name of their list."""
    names = [("increase", 1), ("decrease", -1)]
    names += [("worse", 1), ("better", -1)] if is_disorder else [("restore", 1)]
    for name, sign in names:
        for start, end in spans_of("direction", name, sentence.text):
            # "Increasingly apparent" is no increase.
            adverb = sentence.masked.startswith("ly", end) or sentence.masked[start:end].endswith("ingly")
            if (
                MENTION not in sentence.masked[start:end]
                and not adverb
                and not _IN_MODEL.match(sentence.masked, start)
            ):
                yield start, end, sign, name


def _before(sentence: Sentence, end: End, *, is_disorder: bool) -> Iterator[Change]:
    """Cues that stand before the mention."""
    here = clause(sentence.text, end.start)
    known = list(_cues(sentence, is_disorder=is_disorder))
    for start, stop, sign, name in known:
        if stop > end.start or not here[0] <= start < here[1]:
            continue
        noun = _is_noun(sentence, start, stop)
        lists = ["neutral", "given"] if not is_disorder else ["neutral", "risk"]
        at = stop
        follows = _OF if noun else _TOWARD if name in ("better", "worse") else None
        if follows and (opened := follows.match(sentence.masked, stop)):
            at = opened.end()
        if _IS.search(sentence.masked[:start]) and not noun and name in ("increase", "decrease", "restore"):
            continue
        if not sentence.is_open(at, end.start, *lists, "of", most=2):
            continue
        # "Resulting in benefits for A": the inner cue speaks of A.
        if any(stop <= cue[0] <= end.start and not _OF_NAME.search(sentence.masked[: cue[0]]) for cue in known):
            continue
        if (noun or _ATTRIBUTE.match(sentence.masked, start)) and (undone := _undone(sentence, start)):
            sign, start = -sign, undone[0]
        elif name == "restore" and _raised(sentence, stop, end.start):
            sign = -sign
        # "Reduced the increase in A": the outer cue alone counts, as what undoes the inner one.
        form: Form = "noun" if noun else "active"
        yield Change(sign, start, stop, form, end.start - stop)


def _behind(sentence: Sentence, end: End, *, is_disorder: bool) -> Iterator[Change]:
    """Cues that stand behind the mention."""
    here = clause(sentence.text, end.start)
    known = list(_cues(sentence, is_disorder=True))
    for start, stop, sign, name in _cues(sentence, is_disorder=is_disorder):
        if start < end.end or not here[0] <= start < here[1]:
            continue
        gap = sentence.masked[end.end : start]
        passive = bool(_IS.search(sentence.masked[end.end - 1 : start]))
        lists = ["neutral", "auxiliary"] + (["risk"] if is_disorder else [])
        if not sentence.is_open(end.end, start, *lists, "of", most=1):
            continue
        word = sentence.masked[start:stop]
        if passive:
            yield Change(_inner(sentence, end, start, sign, name), start, stop, "passive", start - end.end)
        elif _is_compound(gap, word):
            yield Change(sign, start, stop, "noun", start - end.end)
        elif _SHOWS.search(gap) and _is_noun(sentence, start, stop, alone=True):
            # "A showed a significant decrease"
            yield Change(sign, start, stop, "passive", start - end.end)
        elif (
            not any(end.end <= cue[0] and cue[1] <= start for cue in known)
            and _is_list(gap)
            and _INTRANSITIVE.match(sentence.masked, stop)
            and _is_finite(sentence, end, word)
        ):
            yield Change(sign, start, stop, "passive", start - end.end)


def _inner(sentence: Sentence, end: End, start: int, sign: int, name: str) -> int:
    """The sign of a passive cue that undoes a change named before: "the increased A was attenuated"."""
    if not any(cue[0] == start for cue in spans_of("direction", "undo", sentence.text)):
        return sign
    for other, stop, inner, _ in _cues(sentence, is_disorder=False):
        if stop <= end.start and sentence.is_open(stop, end.start, "neutral", "of", most=2) and other != start:
            return -inner
    return sign if name != "restore" else 1


def _raised(sentence: Sentence, start: int, end: int) -> bool:
    return any(start <= cue[0] < end for cue in spans_of("direction", "increase", sentence.text))


def _undone(sentence: Sentence, start: int) -> tuple[int, int] | None:
    """What undoes a change whose cue starts at `start`: "reversed the (X-induced) decrease in"."""
    for cue in reversed(spans_of("direction", "undo", sentence.text)):
        if cue[1] <= start and sentence.is_open(cue[1], start, "neutral", "of", most=2):
            return None if re.search(r",|\band\b|as well as", sentence.masked[cue[1] : start]) else cue
    return None


def _is_noun(sentence: Sentence, start: int, stop: int, *, alone: bool = False) -> bool:
    word = sentence.masked[start:stop]
    if word not in word_set("direction", "nouns"):
        return False
    return alone or bool(_OF.match(sentence.masked, stop)) or bool(_DETERMINED.search(sentence.masked[:start]))


def _is_compound(gap: str, word: str) -> bool:
    """ "*A* deficiency", "*A* overgrowth", "*A*-enriched"."""
    return bool(_DIRECT.match(gap or " ")) and (word in word_set("direction", "nouns") or gap == "-")


def _is_list(gap: str) -> bool:
    """Whether commas between a mention and its verb are those of a list."""
    return not re.search(rf",(?!\s*(?:and\s+|or\s+)?(?:<i>)?{MENTION})", gap)


def _is_finite(sentence: Sentence, end: End, word: str) -> bool:
    """Whether a cue without "was" is a verb or adjective of the mention before it: "*A* fell", "*A* higher in"."""
    return not word.endswith("ing") and not re.search(r"\b(?:to|and|or)\s+\Z", sentence.masked[: end.start])


def connected(sentence: Sentence, change: Change, changed: End, other: End) -> int:
    """How closely a change of one end is tied to the other: 3 by grammar, 2 in its clause, 1 in its sentence, 0 not.

    0: something else does it.
    """
    if not other.is_here:
        return 1
    masked = sentence.masked
    by = _BY.match(masked, change.end)
    if change.form == "passive" and by:
        is_agent = sentence.is_open(by.end(), other.start, "neutral", "given", "of", most=2)
        return 3 if other.start >= change.end and is_agent else 0
    first = min(change.start, changed.start)
    last = max(change.end, changed.end)
    if other.end <= first:
        # "Accompanied by higher": an adjective is no gerund.
        if (
            _MEANS.search(masked[:first])
            and masked[change.start : change.end].endswith("ing")
            and other != _first_agent(sentence, first)
        ):
            return 0
        lists = ("neutral", "auxiliary", "given", "bearers", "undoing")
        if sentence.is_open(other.end, first, *lists, "of", most=2):
            return 3
        rival = _rival(sentence, first, other, changed) if change.form == "active" else None
        if rival:
            return 0
        here, stop = clause(sentence.text, first)
        if here <= other.start or _GOES_ON.search(masked[:first]) or _GOES_ON.search(masked[:here]):
            return 2
        # "*B* went with more *C*, while *A* was reduced": what is left out in the second clause.
        return 2 if change.form == "passive" and _is_alone(sentence, changed, here, stop) else 1
    if other.start >= last:
        for opened in _PREPOSITION.finditer(masked, last, min(last + _NEAR, other.start)):
            between, most = (("neutral", "bearers", "of"), 2) if change.form != "active" else (("neutral",), 0)
            if change.form == "active" and opened[0] == "by":
                continue
            if _is_list(masked[last : opened.start()]) and sentence.is_open(
                last, opened.start(), *between, most=most
            ):
                at = opened.end()
                if sentence.is_open(at, other.start, "neutral", "given", "bearers", "risk", "of", most=2):
                    return 3
        if change.form == "active" and change.end <= changed.start:
            # "Easing *A*, *B* was safe"
            is_opening = (
                masked[change.start : change.end].endswith("ing") and masked[last : other.start].strip() == ","
            )
            joined = any(last <= cue[0] < other.start for cue in spans_of("direction", "joined", sentence.text))
            is_close = joined and clause(sentence.text, other.start)[0] <= first
            return 3 if is_opening else 2 if is_close else 1
        begun, ended = clause(sentence.text, first)
        # "*A* was reduced whereas *B* was increased in …": what is left out in the first clause.
        shared = not any(m.label == other.label and begun <= m.start < ended for m in sentence.mentions)
        return 2 if clause(sentence.text, other.start)[0] <= first or shared else 1
    return 2


def _is_alone(sentence: Sentence, changed: End, start: int, end: int) -> bool:
    """Whether a clause names nothing but what changes and its like."""
    return all(m.label == changed.label for m in sentence.mentions if start <= m.start < end)


def is_no_agent(mention: End) -> bool:
    """Whether a mention is of a kind that changes nothing: patients, a tissue, a method of measuring."""
    return mention.label in _NO_AGENTS and not _THERAPY.search(mention.text)


def _first_agent(sentence: Sentence, at: int) -> End | None:
    """The first mention before a place that may do something: in "*A* helped mice with *B* by reducing", *A*."""
    agents = (m for m in sentence.mentions if m.end <= at and not is_no_agent(m) and m.label != "DDF")
    return next(agents, None)


def _rival(sentence: Sentence, at: int, other: End, changed: End) -> End | None:
    """Another mention that does what a cue at `at` says: "treatment with *B* reduced"."""
    for mention in reversed(sentence.mentions):
        if mention.end > at or mention.span in (other.span, changed.span) or mention.end <= other.end:
            continue
        if is_no_agent(mention):
            continue
        gap = sentence.masked[mention.end : at]
        if _COORDINATED.search(gap) or _GOES_ON.search(gap):
            return None
        if sentence.is_open(mention.end, at, "auxiliary", "given", most=1):
            return mention
    return None
