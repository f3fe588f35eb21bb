"""The direction of a claim, and what it speaks of.

Three kinds of claims have a direction (`Relation.claim`):

- **association**: a disorder (or a model of one, such as MPTP) goes with more (increase) or less (decrease) of a
  microbe, metabolite or gene, compared with controls; or two amounts rise together (increase) or not (decrease);
- **effect**: a treatment, exposure or microbe raises or lowers a microbe, metabolite or gene;
- **outcome**: something worsens or brings about (increase), or improves or prevents (decrease) a disorder.

"none" is a change that the text denies; "unknown" that it names none, or that the predicate (`located in`, `is a`, …)
is of none: such claims are "other".

In all kinds the direction is the product of what the text says of both ends: "less *A* went with more *B*" and "more
*A* lowered *B*" are both a decrease, and so is "loss of *A* raised *B*".
"""

from __future__ import annotations

import re

from kgbuild.annotate.changes import Change, changes, connected, is_lost, is_no_agent
from kgbuild.annotate.clauses import MENTION, End, Sentence
from kgbuild.annotate.context import clause, spans_of
from kgbuild.annotate.cues import word_set
from kgbuild.model import ClaimKind, Direction
from kgbuild.schema import is_disorder

WITHOUT = frozenset(
    ["located in", "part of", "is a", "target", "used by", "administered", "produced by", "strike", "compared to"]
)
"""Predicates that speak of no change. Those of other schemas are taken to speak of one."""
_TREATMENT = re.compile(
    r"drug|supplement|food|diet|nutri|technique|treatment|intervention|exposure|methodology", re.I
)
_COMMUNITY = "microbiome"
_AMOUNT = re.compile(r"\b(?:diversity|richness|evenness|abundance|biomass|load|counts?|chao1|shannon)\b", re.I)
_RISK = re.compile(r"\b(?:risk|odds|severity|progression|incidence|symptoms?|likelihood|prevalence)\b", re.I)
_INDUCED = re.compile(
    r"-(?:induced|triggered|caused|evoked|elicited|provoked|stimulated|driven|mediated)\s[^,;:]{0,30}\Z"
)
_INHIBITOR = re.compile(r"\s(?:inhibitors?|antagonists?|blockers?),?\s(?:such as\s)?")
_FAR = 70
_OF = re.compile(r"\s+(?:of|in|on|for|by|to|with)\b")


def direction(
    sentence: Sentence, predicate: str, subject: End, object_: End, *, negated: bool = False, given: bool = False
) -> tuple[Direction, ClaimKind]:
    """The direction and the kind of the claim of a relation whose ends stand in a sentence.

    An end that stands in another sentence is empty (`End.is_here` is false); an opening word of this one may stand
    for it. Where the relation is `given` (its annotator saw it), the nearest cue decides where grammar names none.
    """
    if predicate in WITHOUT:
        return "unknown", "other"
    sign, is_acting = _judged(sentence, subject, object_)
    claim = _claim(sentence, subject, object_, is_acting=is_acting)
    if negated or is_unchanged(sentence, object_):
        return "none", claim
    if sign == 0 and given:
        sign = _nearest(sentence, subject, object_)
    if sign == 0:
        return "unknown", claim
    return ("increase" if sign > 0 else "decrease"), claim


def _judged(sentence: Sentence, subject: End, object_: End) -> tuple[int, bool | None]:
    """The sign (0: none is named), and whether the subject acts on the object; None where that is not seen."""
    if sign := _compound(sentence, subject, object_):
        return sign, True
    if sign := _correlated(sentence, subject, object_):
        return sign, False
    of_object = _best(sentence, object_, subject)
    of_subject = _best(sentence, subject, object_) if subject.is_here else None
    if _is_association(subject, object_):
        return _associated(sentence, subject, object_, of_subject, of_object)
    if of_subject and of_subject[0].form == "passive" and of_subject[1] == 3 and (not of_object or of_object[1] < 3):
        return of_subject[0].sign, True
    if of_object is None:
        return 0, None
    change, rank = of_object
    if rank < 2:
        return 0, None
    lost = subject.is_here and is_lost(sentence, subject)
    return (-change.sign if lost else change.sign), True


def _associated(
    sentence: Sentence,
    subject: End,
    object_: End,
    of_subject: tuple[Change, int] | None,
    of_object: tuple[Change, int] | None,
) -> tuple[int, bool | None]:
    """For a disorder and a microbe, metabolite or gene: one acts on the other, or both go together."""
    sick_first = is_disorder(subject.label)
    other, disorder = (object_, subject) if sick_first else (subject, object_)
    of_other, of_disorder = (of_object, of_subject) if sick_first else (of_subject, of_object)
    lost = other.is_here and is_lost(sentence, other)
    acts = (
        of_disorder is not None
        and of_disorder[1] == 3
        and other.is_here
        and (of_other is None or of_other[1] < 3)
        and _acts(sentence, of_disorder[0], other, disorder)
    )
    if acts and of_disorder is not None:
        return (-1 if lost else 1) * of_disorder[0].sign, True
    if of_other is not None and of_other[1] >= 2 and not _is_treated(sentence, of_other[0], other, disorder):
        # "Less A went with a lower risk of B": the signs of both.
        turned = of_disorder is not None and _is_lessened(sentence, of_disorder[0], disorder)
        return of_other[0].sign * (of_disorder[0].sign if turned and of_disorder else 1), False
    if lost and of_disorder is None:
        return -1, False
    if of_disorder is not None and of_disorder[1] >= 2 and other.is_here and of_other is None:
        return (-1 if lost else 1) * of_disorder[0].sign, None
    return 0, None


def _best(sentence: Sentence, changed: End, other: End) -> tuple[Change, int] | None:
    """The change of an end that is tied closest to the other end, and how close."""
    found = changes(sentence, changed, is_disorder=is_disorder(changed.label))
    if changed.label == _COMMUNITY:
        # A community that is "improved" or "increased" has no more of anything, unless its diversity has.
        found = [change for change in found if _speaks_of_amount(sentence, change, changed)]
    ranked = [(change, connected(sentence, change, changed, other)) for change in found]
    ranked = [item for item in ranked if item[1] > 0]
    return min(ranked, key=lambda item: (-item[1], item[0].distance), default=None)


def _speaks_of_amount(sentence: Sentence, change: Change, changed: End) -> bool:
    start, end = min(change.start, changed.start), max(change.end, changed.end)
    return bool(_AMOUNT.search(sentence.text[start : end + 30]))


def _acts(sentence: Sentence, change: Change, other: End, disorder: End) -> bool:
    """Whether a microbe or metabolite is what changes a disorder, as grammar has it."""
    between = sentence.text[min(other.end, disorder.end) : max(other.start, disorder.start)]
    if spans_of("direction", "joined", between):
        return False
    if other.end <= change.start:
        return change.form != "passive" or change.end <= disorder.start
    if change.form == "active":
        return True
    return bool(
        re.match(r"[^,;]{0,30}?\b(?:by|with|after|following)\b", sentence.masked[max(change.end, disorder.end) :])
    )


def _is_treated(sentence: Sentence, change: Change, other: End, disorder: End) -> bool:
    """Whether the change is one that a treatment makes in the disorder, which is not what the disorder goes with."""
    start, end = clause(sentence.text, change.start)
    for mention in sentence.mentions:
        if mention.span in (other.span, disorder.span) or not start <= mention.start < end:
            continue
        if is_no_agent(mention) or not (_TREATMENT.search(mention.label) or mention.label == "chemical"):
            continue
        if mention.text.lower() in word_set("direction", "models"):
            continue
        if connected(sentence, change, other, mention) == 3 and change.form != "noun":
            return True
    return False


def _is_lessened(sentence: Sentence, change: Change, disorder: End) -> bool:
    """Whether a disorder itself becomes less likely or less severe."""
    start, end = min(change.start, disorder.start), max(change.end, disorder.end)
    cued = any(cue == (change.start, change.end) for cue in spans_of("direction", "better", sentence.text))
    is_direct = change.end <= disorder.start <= change.end + 2
    return change.sign < 0 and (cued or is_direct or bool(_RISK.search(sentence.text[start:end])))


def _compound(sentence: Sentence, subject: End, object_: End) -> int:
    """The sign of "*A*-induced *B*" and "the *A* inhibitor *B*"; 0 where the ends are no such compound."""
    if not subject.is_here:
        return 0
    if _own_effect(subject.text, object_.text):
        return 1
    first, last = sorted((subject.span, object_.span))
    between = sentence.masked[first[1] : last[0]]
    if _INDUCED.match(between) and len(between) < _FAR:
        return 1
    return -1 if _INHIBITOR.fullmatch(between) else 0


def _own_effect(subject: str, object_: str) -> bool:
    """Whether the object's name is that of what the subject does: "LPS" and "LPS-induced fever"."""
    name, found = subject.casefold().rstrip("s"), object_.casefold()
    return found.startswith(name) and found[len(name) :].lstrip("s").startswith(("-induced", " induced", "-caused"))


def _nearest(sentence: Sentence, subject: End, object_: End) -> int:
    """The sign of the cue nearest to the object between both ends, else in its clause; 0 where there is none."""
    signs = [
        ("increase", 1),
        ("decrease", -1),
        *([("worse", 1), ("better", -1)] if is_disorder(object_.label) else []),
    ]
    cues = [(*cue, sign) for name, sign in signs for cue in spans_of("direction", name, sentence.text)]
    start, end = clause(sentence.text, object_.start)
    cues = [cue for cue in cues if MENTION not in sentence.masked[cue[0] : cue[1]]]
    first, last = sorted((subject.span, object_.span))
    between = [cue for cue in cues if subject.is_here and first[1] <= cue[0] and cue[1] <= last[0]]
    near = between or [cue for cue in cues if start <= cue[0] < end]
    lost = subject.is_here and is_lost(sentence, subject)
    found = min(near, key=lambda c: min(abs(c[1] - object_.start), abs(c[0] - object_.end)), default=None)
    return 0 if found is None else -found[2] if lost else found[2]


def _correlated(sentence: Sentence, subject: End, object_: End) -> int:
    """The sign of a correlation that the clause names between two ends; 0 where it names none."""
    if not subject.is_here:
        return 0
    first, last = sorted((subject.span, object_.span))
    start, end = clause(sentence.text, last[0])
    found = [
        (cue, sign)
        for name, sign in (("positive", 1), ("negative", -1))
        for cue in spans_of("direction", name, sentence.text)
        if start <= cue[0] < end
    ]
    inside = [(cue, sign) for cue, sign in found if first[1] <= cue[0] and cue[1] <= last[0]]
    before = [(cue, sign) for cue, sign in found if cue[1] <= first[0] and start <= cue[0]]
    behind = [(cue, sign) for cue, sign in found if cue[0] >= last[1] and not sentence.words(last[1], cue[0])[4:]]
    chosen = inside[-1:] or before[-1:] or behind[:1]
    return chosen[0][1] if chosen else 0


def _is_association(subject: End, object_: End) -> bool:
    """Whether the ends are a disorder and something that it may go with more or less of."""
    if is_disorder(subject.label) == is_disorder(object_.label):
        return False
    other = object_ if is_disorder(subject.label) else subject
    return not _TREATMENT.search(other.label)


def _claim(sentence: Sentence, subject: End, object_: End, *, is_acting: bool | None) -> ClaimKind:
    if _is_association(subject, object_):
        other = object_ if is_disorder(subject.label) else subject
        if is_acting is None:
            is_acting = other.label == "chemical" and other.is_here and _is_given(sentence, other)
        return "outcome" if is_acting and not _is_model(other) else "association"
    if is_disorder(object_.label) or is_disorder(subject.label):
        return "outcome"
    if is_acting is False or _is_model(subject):
        return "association"
    return "effect"


def _is_given(sentence: Sentence, end: End) -> bool:
    """Whether a substance is one that is given: "treatment with *A*", "*A* supplementation", "*A* (5 mg/kg)"."""
    given = word_set("gap", "given") - {"in", "the", "group", "groups", "patients", "model", "models", "with", "g"}
    before = sentence.words(max(0, end.start - 30), end.start)[-2:]
    behind = sentence.words(end.end, end.end + 30)[:2]
    return bool(given.intersection(before + behind)) or "mg/kg" in sentence.masked[end.end : end.end + 15]


def _is_model(end: End) -> bool:
    return end.text.lower() in word_set("direction", "models")


def is_unchanged(sentence: Sentence, object_: End) -> bool:
    """Whether a sentence says that the object stayed as it was: "no change in *A*", "*A* was unaffected"."""
    start, end = clause(sentence.text, object_.start)
    for cue in spans_of("direction", "none", sentence.text):
        if not start <= cue[0] < end:
            continue
        opened = _OF.match(sentence.masked, cue[1])
        at = opened.end() if opened else cue[1]
        if cue[1] <= object_.start and sentence.is_open(at, object_.start, "neutral", "risk", "of", most=2):
            return True
        if object_.end <= cue[0] and sentence.is_open(object_.end, cue[0], "neutral", "auxiliary", "of", most=1):
            return True
    return False
