"""Numbers of people in a sentence: "40 PD patients", "twenty-four healthy volunteers", "n = 120"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_UNIT, _TEN = "|".join(_UNITS), "|".join(_TENS)
_BELOW_HUNDRED = rf"(?:(?:{_TEN})(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|{_UNIT})"
_WORDS = rf"(?:(?:{_UNIT}|a) hundred(?:(?: and)? {_BELOW_HUNDRED})?|{_BELOW_HUNDRED})"
DIGITS = r"\d{1,3}(?:[,\u2009\u202f\u00a0]\d{3})+|\d{1,7}"
NUMBER = re.compile(
    rf"(?<![\w.,/=~<>≥≤±−–-])(?<![<>≥≤=] )(?:{DIGITS}|\b{_WORDS})(?![\w.]*\d|[%‰/°]| ?[–±×-] ?\w|,\d|\w)",
    re.IGNORECASE,
)
_N = re.compile(rf"\b(?:<i>)?[nN](?:</i>)?\s?=\s?({DIGITS})(?![\d.%])")
# A group that is named by an abbreviation, as "40 PD, 29 de novo PD".
_SHORT = re.compile(r" (?:(?:de novo|drug-\w+|early|\w+-\w+) ){0,2}[a-z]?[A-Z]{2,6}s?\b(?![-/]\w)")
_POPULATION = re.compile(r"\b(?:study population|sample|cohort|students?|population)\b", re.IGNORECASE)
_YEARS = range(1900, 2101)
_IN_A_YEAR = re.compile(r"\b(?:in|since|from|until|by|of|and|to)\s\Z", re.IGNORECASE)
# "n = 20 and 38, respectively", "20 patients per group"
UNCLEAR_N = re.compile(
    r"\b[nN]\s?=\s?\d+(?:(?:,| and) \d|\s?(?:/|per\b|each\b|in each\b))|\d [^.;]{0,60}\b(?:per|in each"
    r"|each) (?:group|arm)\b"
)
_PEOPLE = (
    r"patients|participants|subjects|individuals|adults|children|adolescents|infants|newborns|neonates|women|men"
    r"|volunteers|people|persons|students|veterans|controls|cases|donors|mothers|HCs?|NCs?|seniors|elders|males"
    r"|females|boys|girls|athletes|workers|soldiers|nurses|residents|survivors|carriers|recipients|respondents"
    r"|toddlers|youths?|outpatients|inpatients|probands|siblings|centenarians|humans|preschoolers|schoolchildren"
    r"|babies|parents|spouses|relatives|completers|teenagers|elderly|pregnancies|users|smokers|drinkers|consumers"
    r"|members|preterms|twins|pharmacists|physicians|monks|inmates|prisoners"
)
NOUN = re.compile(rf"(?:{_PEOPLE})\b(?![-/]\w)", re.IGNORECASE)
CONTROL = re.compile(r"controls?\b|HCs?\b|NCs?\b|healthy|spouses|siblings", re.IGNORECASE)
EVERYBODY = re.compile(
    r"(?:.* )?(?:participants|subjects|individuals|people|persons|volunteers|adults|children|women|men)",
    re.IGNORECASE,
)
# Words that never stand between a number and the people that it counts.
_STOP = _words(
    "of and or with in to from for were was is are at by on per than between studies study trials trial years "
    "year weeks week days day months month hours mg g kg ml cfu mice rats mouse rat million billion out cohorts "
    "cohort datasets articles papers times genera species taxa genes samples countries centers centres sites "
    "groups group items questions different pairs sets that who had have has consecutive-days points minutes "
    "min metabolites otus families phyla bacterial bacteria snps isolates we using strains clusters reviews "
    "dyads publications reports pathways cells models animals respectively percent folds fold"
)
_TOKEN = re.compile(r"[\w'’+&*/-]+(?:\.\w+)*|\([^()]{1,40}\)|,|<[^<>]+>")
_LEAD = re.compile(
    r"(?:\b(?:types?|stages?|grades?|phases?|days?|weeks?|months?|years?|groups?|cohorts?|aged?|ages|scores?"
    r"|levels?|interleukin|visits?|over|about|approximately|around|nearly|almost|than|least|most|up to|top|per"
    r"|every|since|during|until|study|case|chapter|the (?:first|last|next|past|other)|affect(?:s|ing|ed)?|each"
    r"|another|one in|in \d+|COVID|coenzyme|vitamin|omega|figure|table)|\d ?(?:-|–|to|or|out of)|\bfrom \d+ to"
    r"|\bratio of|\bbetween \d+ and|\bgroups of|\d)\s*\Z",
    re.IGNORECASE,
)
_SUBSET = re.compile(
    r"(?:\bincluding|\bof (?:whom|which|these|them)|\bof the \d+|\bamong (?:whom|them)"
    r"|\bone of the)\W*(?:\w+\W+){0,3}\Z",
    re.I,
)
_TOTAL = re.compile(
    r"\b(?:totals?|sum|overall|altogether|all|sample size|pooled"
    r"|in all)\b(?: number)?(?: sample)?(?: size)?(?: of| n)?[\s:]*\Z",
    re.I,
)
_TAIL_TOTAL = re.compile(r"\A[^.;]{0,30}?\b(?:in total|in all|altogether)\b", re.IGNORECASE)
_MODIFIERS = 9
_MIXED = re.compile(r"/\d")


@dataclass(frozen=True, slots=True)
class Group:
    """So many people, named at a place of a sentence.

    `named` is false where an abbreviation alone names them. `parts` are the numbers that it adds up.
    """

    number: int
    start: int
    end: int
    noun: str
    total: bool = False
    named: bool = True
    parts: int = 1


def groups(sentence: str) -> Iterator[Group]:
    """The numbers of people of a sentence, with what is counted."""
    for match in NUMBER.finditer(sentence):
        number = value(match[0])
        before = sentence[: match.start()]
        if number < 2 or _LEAD.search(before[-40:]) or _SUBSET.search(before[-60:]):
            continue
        if number in _YEARS and "," not in match[0] and _IN_A_YEAR.search(before):
            continue
        noun = _counted(sentence, match.end())
        if noun is None:
            if short := _SHORT.match(sentence, match.end()):
                yield Group(number, match.start(), short.end(), short[0].strip(), named=False)
            continue
        total = bool(_TOTAL.search(before[-40:])) or bool(_TAIL_TOTAL.search(sentence[noun.end() :]))
        yield Group(number, match.start(), noun.end(), sentence[match.end() : noun.end()].strip(), total)


def _counted(sentence: str, at: int) -> re.Match[str] | None:
    """The noun for people that a number at this place counts: the last of the words that go with it."""
    found = None
    tokens = list(islice(_TOKEN.finditer(sentence, at), _MODIFIERS + 1))
    before = ""
    for number, token in enumerate(tokens):
        if sentence[at : token.start()].strip():
            break
        at = token.end()
        word = token[0]
        if word == "and" and (
            before.endswith("-") or any("match" in later[0] for later in tokens[number : number + 4])
        ):
            # "sex- and age-matched"
            continue
        before = word
        if (
            _MIXED.search(word)
            or word.casefold() in _STOP
            or word[0].isdigit()
            or (word == "," and (number == 0 or found))
        ):
            break
        noun = NOUN.fullmatch(word) if word[0] not in "(<," else None
        if noun:
            found = NOUN.match(sentence, token.start())
        elif found:
            break
    return found


def value(text: str) -> int:
    """A number, in digits or in words."""
    digits = re.sub(r"[,\u2009\u202f\u00a0]", "", text)
    if digits.isdigit():
        return int(digits)
    total = 0
    for word in re.split(r"[- ]", text.casefold()):
        if word == "hundred":
            total = max(total, 1) * 100
        else:
            total += _UNITS.get(word, _TENS.get(word, 0))
    return total


def stated(sentence: str) -> Group | None:
    """What "n = 120", or several of them, add up to in a sentence on people."""
    found = list(_N.finditer(sentence))
    if not found or not (NOUN.search(sentence) or _POPULATION.search(sentence)):
        return None
    numbers = [value(match[1]) for match in found]
    before = sentence[: found[0].start()]
    total = bool(
        re.search(r"\b(?:total|overall|all participants|all subjects|sample)\b[^.;]{0,40}\Z", before, re.IGNORECASE)
    )
    last = found[0] if total else found[-1]
    number = numbers[0] if total else sum(_without_parts(numbers))
    return Group(number, found[0].start(), last.end(), "", total, parts=len(found))


def _without_parts(numbers: list[int]) -> Iterator[int]:
    """The numbers but those that, two or more of them, add up to the one before them: its parts."""
    at = 0
    while at < len(numbers):
        yield numbers[at]
        sums = accumulate(numbers[at + 1 :])
        parts = next((count for count, total in enumerate(sums, 1) if total == numbers[at] and count > 1), 0)
        at += 1 + parts
