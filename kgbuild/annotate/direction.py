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

from kgbuild.annotate.context import Span, clause
from kgbuild.annotate.cues import cue_list
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
    if any(_near(match.span(), object_) for match in cue_list("direction", "none").finditer(sentence, start, end)):
        return "none"
    cues = [
        cue
        for cue in _cues(sentence, start, end, is_disorder=predicate in _OF_DISORDERS)
        if not (_overlaps(cue, subject) or _overlaps(cue, object_))
    ]
    before = [cue for cue in cues if cue[1] <= object_[0]]
    after = [cue for cue in cues if cue[0] >= object_[1]]
    chosen = None
    if after:
        gap = sentence[object_[1] : after[0][0]]
        follows = len(gap) <= _FAR and "which" not in gap
        if follows and (_AUXILIARY.search(gap) or not before):
            chosen = after[0]
    if chosen is None and before:
        chosen = before[-1]
        earlier = before[-2] if len(before) > 1 else None
        if earlier and _undoes(sentence, earlier, chosen):
            return "decrease" if chosen[2] > 0 else "increase"
    if chosen is None:
        return "unknown"
    return "increase" if chosen[2] > 0 else "decrease"


def _cues(sentence: str, start: int, end: int, *, is_disorder: bool) -> list[tuple[int, int, int]]:
    """Cues of a clause in order, as start, end and sign."""
    signs = [("increase", 1), ("decrease", -1)]
    signs += [("worse", 1), ("better", -1)] if is_disorder else [("restore", 1)]
    found = [
        (*match.span(), sign)
        for name, sign in signs
        for match in cue_list("direction", name).finditer(sentence, start, end)
    ]
    return sorted(found)


def _undoes(sentence: str, earlier: tuple[int, int, int], later: tuple[int, int, int]) -> bool:
    """Whether the earlier cue undoes the later one, a noun: "reversed the decrease in"."""
    return bool(
        cue_list("direction", "undo").fullmatch(sentence[earlier[0] : earlier[1]])
        and _UNDONE.match(sentence[earlier[1] : later[0]])
        and re.match(r"\s+(?:in|of)\b", sentence[later[1] :])
    )


def _near(cue: Span, mention: Span) -> bool:
    return mention[0] - cue[1] <= _FAR and cue[0] - mention[1] <= _FAR


def _overlaps(cue: tuple[int, int, int], mention: Span) -> bool:
    return cue[0] < mention[1] and mention[0] < cue[1]
