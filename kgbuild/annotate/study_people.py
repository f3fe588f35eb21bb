"""How many people a study is on: the groups that a sentence names beside each other, summed, or a total.

A number is given where the text leaves no doubt. It is the largest that a sentence on the study itself gives, so
that those who completed it, or were left out, do not pass for all; where a later sentence names more people than the
one that tells of the study's groups, it is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kgbuild.annotate.sentences import sentences
from kgbuild.annotate.study_numbers import (
    CONTROL,
    DIGITS,
    EVERYBODY,
    NOUN,
    NUMBER,
    UNCLEAR_N,
    Group,
    groups,
    stated,
    value,
)
from kgbuild.model import SECTION_NAMES, Document, Facet

_DIGIT = re.compile(r"\d")
_ASIDE = r"(?:\s*(?:\([^()]*\)|\[[^\[\]]*\]))*"
_JOINED = (
    r"(?:and|or|versus|vs\.?|plus|as well as|along with|(?:was |were )?(?:compared|matched) (?:with|to)|compar(?:ing"
    r"|ison) (?:with|to)|together with|relative to)"
)
# From one group to the next: a comma, or a connection that words on the first group may precede.
_GAP = re.compile(
    rf"\A{_ASIDE}(?:[,;/]\s*(?:and )?|(?:,? (?!who\b|which\b|were\b|was\b|of whom"
    rf"|including\b)[^.;:()\[\]\d]{{1,70}}?)?{_ASIDE},? {_JOINED} "
    r"(?:(?:with|an?|the|that|those|another|also|in|of|from|to|further|their|additional|\w+-matched) ){0,3})\Z",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:were|was|completed|received|underwent|showed|had|have|has|who|which|developed|consumed|responded)\b",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(
    rf"\A{_ASIDE}(?: (?!who\b|which\b)[^.;:()\d]{{1,60}}?)?{_ASIDE},? and ({DIGITS}) (?=with(?:out)? )"
)
_BACKGROUND = re.compile(
    r"\b(?:worldwide|globally|prevalence|estimated|million|annually|each year|incidence|per 100|mortality"
    r"|risk factors? for)\b",
    re.I,
)
_PARTIAL = re.compile(
    r"\bof whom \w+ (?:fulfilled|met|were (?:included|eligible|analy\w+))|\b(?:completed|completers|withdrew"
    r"|withdrawn|dropped|drop-?outs?|excluded|lost to|remained|discontinued|responders|responded|died"
    r"|reported (?:adverse|side)|adverse events?|side effects?|relapsed|subset|subgroup|sub-?sample"
    r"|of the (?:\d+ )?(?:patients|participants|subjects|individuals)|experienced|developed)\b",
    re.IGNORECASE,
)
_ANIMALS = re.compile(
    r"\b(?:mice|mouse|rats?|piglets?|pigs|zebrafish|animals|monkeys|macaques|dogs|hamsters)\b", re.I
)
_OTHERS = re.compile(r"\b(?:previous(?:ly)?|earlier|prior) (?:stud|work|report|trial|cohort)", re.IGNORECASE)
_POOLED = re.compile(
    r"\b(?:compris\w+|involv\w+|includ\w+|totall?ing|with|total|data|participants in|from|on|of|for|enrolling"
    r"|encompassing)\b[^.]{0,60}\Z",
    re.I,
)
# A pooled number below this is of one study.
_LEAST_POOLED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """What a sentence adds up to.

    `sure` is false where it names groups that may or may not add to each other. A `part` are those who completed,
    or were left out; a `total` is said to be of all. `controls` is true where only controls are counted.
    """

    number: int
    start: int
    end: int
    sentence: int
    groups: int = 1
    sure: bool = True
    part: bool = False
    total: bool = False
    controls: bool = False
    everybody: bool = False


def participants_of(document: Document, *, pooled: bool = False, controlled: bool = False) -> Facet | None:
    """The number of people that a study is on, with the words that give it; None where that is not sure.

    Args:
        document: an article on people.
        pooled: whether it joins other studies (a systematic review or meta-analysis), so that sentences on single
            studies or groups do not count.
        controlled: whether it has controls, so that a sentence on the patients alone does not tell.
    """
    # An abstract that counts people in unclear words is not outdone by a title.
    for section in reversed(SECTION_NAMES):
        text = document.text(section)
        counts = [count for count in _counts(text) if not pooled or count.number >= _LEAST_POOLED]
        chosen = _chosen(counts, pooled)
        if chosen and pooled and not _POOLED.search(text[max(0, chosen.start - 80) : chosen.start]):
            return None
        if chosen and controlled and not (chosen.groups > 1 or chosen.total or chosen.everybody):
            return None
        if chosen:
            words = text[chosen.start : chosen.end]
            place = {"section": section, "start": chosen.start, "end": chosen.end, "text": words}
            return Facet(name="participants", value=str(chosen.number), **place)  # type: ignore[arg-type]
        if counts:
            return None
    return None


def _chosen(counts: list[_Count], pooled: bool) -> _Count | None:
    """The count that stands for the study: a total, or the first that no other outdoes; None if several might."""
    whole = [count for count in counts if not count.part]
    if not whole or not whole[0].sure:
        return None
    first = next((count for count in whole if count.total), whole[0])
    if first.total:
        return first if all(count.number <= first.number for count in whole) else None
    later = [count for count in whole[1:] if count.number != first.number]
    if pooled and later:
        return None
    if not first.controls:
        for count in later:
            if count.controls and count.sentence == first.sentence + 1 and count.number <= 3 * first.number:
                first = replace(first, number=first.number + count.number, end=count.end, groups=2)
                break
    return first if all(count.number <= first.number for count in later) else None


def _counts(text: str) -> Iterator[_Count]:
    """What each sentence that counts people adds up to."""
    if not NOUN.search(text):
        return
    for place, (start, end) in enumerate(sentences(text)):
        sentence = text[start:end]
        if (
            not (_DIGIT.search(sentence) or NUMBER.search(sentence))
            or _BACKGROUND.search(sentence)
            or _OTHERS.search(sentence)
        ):
            continue
        count = _count(sentence)
        if count:
            yield replace(count, start=start + count.start, end=start + count.end, sentence=place)


def _count(sentence: str) -> _Count | None:
    named = list(groups(sentence))
    chain = _chain(sentence, named)
    sizes = stated(sentence)
    part = bool(_PARTIAL.search(sentence))
    only = len(chain) == 1 and not chain[0].total
    told = bool(chain) and chain[0].total
    if not told and (UNCLEAR_N.search(sentence) or (only and _unclear(sentence, named))):
        everyone = sum(group.number for group in named)
        return (
            _Count(number=everyone, start=0, end=len(sentence), sentence=0, groups=0, sure=False) if chain else None
        )
    if not chain or (only and sizes and sizes.number > chain[0].number):
        if sizes is None or _ANIMALS.search(sentence):
            return None
        return _Count(
            number=sizes.number,
            start=sizes.start,
            end=sizes.end,
            sentence=0,
            groups=sizes.parts,
            part=part and not sizes.total,
            total=sizes.total,
            controls=sizes.parts == 1 and bool(CONTROL.search(sentence)),
        )
    number = chain[0].number if _first_is_all(chain) else sum(group.number for group in chain)
    return _Count(
        number=number,
        start=chain[0].start,
        end=chain[-1].end,
        sentence=0,
        groups=len(chain),
        part=part and only,
        total=chain[0].total,
        controls=all(CONTROL.search(group.noun) for group in chain),
        everybody=_everybody(chain[0].noun),
    )


def _first_is_all(chain: list[Group]) -> bool:
    """Whether the first group is the sum of the others, or is a total that the others are parts of."""
    first, *others = chain
    if not others:
        return True
    rest = sum(group.number for group in others)
    return (
        len(others) > 1 and _everybody(first.noun) and (first.number == rest or (first.total and rest < first.number))
    )


def _everybody(noun: str) -> bool:
    return bool(EVERYBODY.fullmatch(noun))


def _chain(sentence: str, groups: list[Group]) -> list[Group]:
    """The first group of a sentence and those that are named right beside it."""
    chain: list[Group] = []
    if not any(group.named for group in groups):
        return []
    for group in groups:
        if not chain or _adjoins(sentence[chain[-1].end : group.start]):
            chain.append(group)
    if not any(group.named for group in chain):
        return []
    if chain and (match := _ELLIPSIS.match(sentence[chain[-1].end :])):
        last = chain[-1]
        chain.append(Group(value(match[1]), last.end + match.start(1), last.end + match.end(1), last.noun, False))
    return chain


def _unclear(sentence: str, groups: list[Group]) -> bool:
    """Whether groups beside the first, outside its brackets, might add to it or be parts of it."""
    first, *others = groups
    if _everybody(first.noun):
        return False
    open_ = (sentence[first.end : group.start] for group in others)
    return any(gap.count("(") <= gap.count(")") for gap in open_)


def _adjoins(gap: str) -> bool:
    return bool(_GAP.match(gap)) and not _VERB.search(re.sub(r"\([^()]*\)|(?:was|were) compared", "", gap))
