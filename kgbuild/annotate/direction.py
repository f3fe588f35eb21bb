"""The direction of a change: what the text says becomes of the object of a relation.

The convention, by predicate:

- `change abundance`, `impact`: the abundance (or diversity) of the bacteria or microbiome;
- `influence`, `change effect`, `affect`, `is linked to`: the disorder: worse, or a higher risk, is an increase,
  better, prevented or treated is a decrease;
- `change expression`: the expression or activity of the gene;
- `interact`: the level of the object.

"none" is a change that the text denies ("did not alter", "unchanged"); "unknown" that it says nothing, or that the
predicate speaks of no change (`located in`, `is a`, …).
"""

from __future__ import annotations

import re

from kgbuild.annotate.context import Span, clause, spans_of
from kgbuild.model import Direction

_OF_DISORDERS = frozenset(["influence", "change effect", "affect", "is linked to"])
_OF_AMOUNTS = frozenset(["change abundance", "impact", "change expression", "interact"])
_AUXILIARY = re.compile(r"\b(?:was|were|is|are|be|been|being|appeared|remained)\b|\blevels?\b|\babundances?\b")
_UNDONE = re.compile(r"\s+(?:of\s+|in\s+)?(?:the\s+|this\s+|these\s+|such\s+)?(?:[\w-]+\s+){0,2}\Z")
_FAR = 70


def direction(sentence: str, predicate: str, subject: Span, object_: Span, *, negated: bool = False) -> Direction:
    """The direction of the object's change in a sentence that holds both mentions at the given spans."""
    if predicate not in _OF_DISORDERS and predicate not in _OF_AMOUNTS:
        return "unknown"
    if negated:
        return "none"
    start, end = clause(sentence, object_[0])
    if any(start <= cue[0] < end and _near(cue, object_) for cue in spans_of("direction", "none", sentence)):
        return "none"
    cues = [
        cue
        for cue in _cues(sentence, start, end, is_disorder=predicate in _OF_DISORDERS)
        if not (_overlaps(cue, subject) or _overlaps(cue, object_))
    ]
    # What stands before a subject that comes first speaks of the subject.
    earliest = subject[1] if subject < object_ else 0
    before = [cue for cue in cues if earliest <= cue[0] and cue[1] <= object_[0]]
    after = [cue for cue in cues if cue[0] >= object_[1]]
    chosen = None
    if after:
        gap = sentence[object_[1] : after[0][0]]
        follows = len(gap) <= _FAR and "which" not in gap
        if follows and (_AUXILIARY.search(gap) or not before):
            chosen = after[0]
    if chosen is None and before:
        chosen = before[-1]
        if _is_undone(sentence, start, chosen):
            return "decrease" if chosen[2] > 0 else "increase"
    if chosen is None:
        return "unknown"
    return "increase" if chosen[2] > 0 else "decrease"


def _cues(sentence: str, start: int, end: int, *, is_disorder: bool) -> list[tuple[int, int, int]]:
    """Cues of a clause in order, as start, end and sign."""
    signs = [("increase", 1), ("decrease", -1)]
    signs += [("worse", 1), ("better", -1)] if is_disorder else [("restore", 1)]
    return sorted(
        (*cue, sign)
        for name, sign in signs
        for cue in spans_of("direction", name, sentence)
        if start <= cue[0] and cue[1] <= end
    )


def _is_undone(sentence: str, start: int, cue: tuple[int, int, int]) -> bool:
    """Whether a cue is a noun that the word before it undoes: "reversed the decrease in"."""
    return bool(re.match(r"\s+(?:in|of)\b", sentence[cue[1] :])) and any(
        start <= other[0] and _UNDONE.match(sentence[other[1] : cue[0]])
        for other in spans_of("direction", "undo", sentence)
        if other[1] <= cue[0]
    )


def _near(cue: Span, mention: Span) -> bool:
    return mention[0] - cue[1] <= _FAR and cue[0] - mention[1] <= _FAR


def _overlaps(cue: tuple[int, int, int], mention: Span) -> bool:
    return cue[0] < mention[1] and mention[0] < cue[1]
