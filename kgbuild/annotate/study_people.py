"""How many people a study is on: the groups that a sentence names beside each other, summed, or a total.

A number is given where the text leaves no doubt. It is the largest that a sentence on the study itself gives, so
that those who completed it, or were left out, do not pass for all; where a later sentence names more people than the
one that tells of the study's groups, it is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kgbuild.annotate.sentences import sentences
from kgbuild.model import Document, Facet, SectionName

_UNITS = dict(
    zip(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
        " nineteen".split(),
        range(2, 20),
        strict=True,
    )
) | {"one": 1}
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_UNIT, _TEN = "|".join(_UNITS), "|".join(_TENS)
_BELOW_HUNDRED = rf"(?:(?:{_TEN})(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|{_UNIT})"
_WORDS = rf"(?:(?:{_UNIT}|a) hundred(?:(?: and)? {_BELOW_HUNDRED})?|{_BELOW_HUNDRED})"
_DIGITS = r"\d{1,3}(?:[,\u2009\u202f\u00a0]\d{3})+|\d{1,7}"
_NUMBER = re.compile(rf"(?<![\w.,/=~<>≥≤±−–-])(?<![<>≥≤=] )(?:{_DIGITS}|\b{_WORDS})(?![\w.]*\d|[%‰/°]| ?[–±×-] ?\w|,\d|\w)", re.IGNORECASE)  # noqa: E501, RUF001
_N = re.compile(rf"\b(?:<i>)?[nN](?:</i>)?\s?=\s?({_DIGITS})(?![\d.%])")
# A group that is named by an abbreviation, as "40 PD, 29 de novo PD".
_SHORT = re.compile(r" (?:(?:de novo|drug-\w+|early|\w+-\w+) ){0,2}[a-z]?[A-Z]{2,6}s?\b(?![-/]\w)")
# "n = 20 and 38, respectively"
_POPULATION = re.compile(r"\b(?:study population|sample|cohort|students?|population)\b", re.IGNORECASE)
_N_AND = re.compile(r"\b[nN]\s?=\s?\d+(?:,| and) \d")
_PEOPLE = (
    r"patients|participants|subjects|individuals|adults|children|adolescents|infants|newborns|neonates|women|men|volunteers|people"
    r"|persons|students|veterans|controls|cases|donors|mothers|HCs?|NCs?|seniors|elders|males|females|boys|girls|athletes|workers"
    r"|soldiers|nurses|residents|survivors|carriers|recipients|respondents|toddlers|youths?|outpatients|inpatients|probands|siblings"
    r"|centenarians|humans|preschoolers|schoolchildren|babies|parents|spouses|relatives|completers|teenagers|elderly|pregnancies"
    r"|users|smokers|drinkers|consumers|members|preterms|twins|pharmacists|physicians|monks"
)
_NOUN = re.compile(rf"(?:{_PEOPLE})\b(?![-/]\w)", re.IGNORECASE)
_CONTROL = re.compile(r"controls?\b|HCs?\b|NCs?\b|healthy|spouses|siblings", re.IGNORECASE)
_ALL = re.compile(r"(?:.* )?(?:participants|subjects|individuals|people|persons|volunteers|adults|children|women|men)", re.IGNORECASE)
# Words that never stand between a number and the people that it counts.
_STOP = frozenset(
    "of and or with in to from for were was is are at by on per than between studies study trials trial years year weeks week days day"
    " months month hours mg g kg ml cfu mice rats mouse rat million billion out cohorts cohort datasets articles papers times"
    " genera species taxa genes samples countries centers centres sites groups group items questions different pairs sets that who"
    " had have has consecutive-days points minutes min metabolites otus families phyla bacterial bacteria snps isolates we using"
    " strains clusters reviews dyads publications reports pathways cells models animals respectively percent folds fold".split()
)  # fmt: skip
_TOKEN = re.compile(r"[\w'’+&*/-]+(?:\.\w+)*|\([^()]{1,40}\)|,|<[^<>]+>")
_LEAD = re.compile(
    r"(?:\b(?:types?|stages?|grades?|phases?|days?|weeks?|months?|years?|groups?|cohorts?|aged?|ages|scores?|levels?|interleukin|visits?"
    r"|over|about|approximately|around|nearly|almost|than|least|most|up to|top|per|every|since|during|until|study|case|chapter"
    r"|the (?:first|last|next|past|other)|affect(?:s|ing|ed)?|each|another|one in|in \d+|COVID|coenzyme|vitamin|omega|figure|table)"
    r"|\d ?(?:-|–|to|or|out of)|\bfrom \d+ to|\bratio of)\s*\Z",  # noqa: RUF001
    re.IGNORECASE,
)
_SUBSET = re.compile(r"(?:\bincluding|\bof (?:whom|which|these|them)|\bof the \d+|\bamong (?:whom|them)|\bone of the)\W*(?:\w+\W+){0,3}\Z", re.I)
_TOTAL = re.compile(r"\b(?:totals?|sum|overall|altogether|all|sample size|pooled|in all)\b(?: number)?(?: sample)?(?: size)?(?: of| n)?[\s:]*\Z", re.I)
_TAIL_TOTAL = re.compile(r"\A[^.;]{0,30}?\b(?:in total|in all|altogether)\b", re.IGNORECASE)
_ASIDE = r"(?:\s*(?:\([^()]*\)|\[[^\[\]]*\]))*"
_JOINED = (
    r"(?:and|or|versus|vs\.?|plus|as well as|along with|(?:were )?(?:compared|matched) (?:with|to)|compar(?:ing|ison) (?:with|to)"
    r"|together with|relative to)"
)
# From one group to the next: a comma, or a connection that words on the first group may precede.
_GAP = re.compile(
    rf"\A{_ASIDE}(?:[,;/]\s*(?:and )?|(?:,? (?!who\b|which\b|were\b|was\b|of whom|including\b)[^.;:()\[\]\d]{{1,70}}?)?{_ASIDE},? {_JOINED} "
    r"(?:(?:with|an?|the|that|those|another|also|in|of|from|to|further|their|additional|\w+-matched) ){0,3})\Z",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:were|was|completed|received|underwent|showed|had|have|has|who|which|developed|consumed|responded)\b", re.IGNORECASE)
_ELLIPSIS = re.compile(rf"\A{_ASIDE}(?: (?!who\b|which\b)[^.;:()\d]{{1,60}}?)?{_ASIDE},? and ({_DIGITS}) (?=with(?:out)? )")
_BACKGROUND = re.compile(
    r"\b(?:worldwide|globally|prevalence|estimated|million|annually|each year|incidence|per 100|mortality|risk factors? for)\b", re.I
)
_PARTIAL = re.compile(
    r"\bof whom \w+ (?:fulfilled|met|were (?:included|eligible|analy\w+))|\b(?:completed|completers|withdrew|withdrawn|dropped|drop-?outs?|excluded|lost to|remained|discontinued|responders|responded|died"
    r"|reported (?:adverse|side)|subset|subgroup|sub-?sample|of the (?:\d+ )?(?:patients|participants|subjects|individuals)|experienced|developed)\b",
    re.IGNORECASE,
)
_ANIMALS = re.compile(r"\b(?:mice|mouse|rats?|piglets?|pigs|zebrafish|animals|monkeys|macaques|dogs|hamsters)\b", re.I)
_OTHERS = re.compile(r"\b(?:previous(?:ly)?|earlier|prior) (?:stud|work|report|trial|cohort)", re.IGNORECASE)
_POOLED = re.compile(
    r"\b(?:compris\w+|involv\w+|includ\w+|totall?ing|with|total|data|participants in|from|on|of|for|enrolling|encompassing)\b[^.]{0,60}\Z",
    re.I,
)
_MODIFIERS = 9
_MIXED = re.compile(r"/\d")
# Of a count that is said to be of all; those of single groups have 1, of a part 0.
_TOTAL_RANK = 2


@dataclass(frozen=True, slots=True)
class _Group:
    """So many people, named at a place of a section."""

    number: int
    start: int
    end: int
    noun: str
    total: bool
    named: bool = True


@dataclass(frozen=True, slots=True)
class _Count:
    """What a sentence adds up to."""

    number: int
    start: int
    end: int
    rank: int
    controls: bool
    sentence: int
    groups: int
    plain: bool = False


def participants_of(document: Document, *, pooled: bool = False, controlled: bool = False) -> Facet | None:
    """The number of people that a study is on, with the words that give it; None where that is not sure.

    Args:
        document: an article on people.
        pooled: whether it joins other studies (a systematic review or meta-analysis), so that sentences on single
            studies or groups do not count.
        controlled: whether it has controls, so that a sentence on the patients alone does not tell.
    """
    sections: tuple[SectionName, ...] = ("abstract", "title")
    for section in sections:
        text = document.text(section)
        counts = [count for count in _counts(text) if not pooled or _pools(text, count)]
        chosen = _chosen(counts, pooled)
        if chosen and controlled and not (chosen.groups > 1 or chosen.rank == _TOTAL_RANK or chosen.plain):
            return None
        if chosen:
            return Facet(
                name="participants",
                value=str(chosen.number),
                section=section,
                start=chosen.start,
                end=chosen.end,
                text=text[chosen.start : chosen.end],
            )
        if counts:
            return None
    return None


def _pools(text: str, count: _Count) -> bool:
    return count.number >= 20 and bool(_POOLED.search(text[max(0, count.start - 80) : count.start]))


def _chosen(counts: list[_Count], pooled: bool) -> _Count | None:
    """The count that stands for the study: a total, else the first that no other outdoes; None where several might."""
    whole = [count for count in counts if count.rank > 0]
    if not whole:
        return None
    if whole[0].groups == 0:
        return None
    totals = [count for count in whole if count.rank == _TOTAL_RANK]
    if totals:
        first = totals[0]
        return first if all(count.number <= first.number for count in whole) else None
    first = whole[0]
    if pooled and any(count.number != first.number for count in whole[1:]):
        return None
    later = [count for count in whole[1:] if count.number != first.number]
    if not first.controls:
        for count in later:
            if count.controls and count.sentence == first.sentence + 1 and count.number <= 3 * first.number:
                joined = _Count(first.number + count.number, first.start, count.end, 1, True, first.sentence, 2)
                return joined if all(other.number <= joined.number for other in later) else None
    return first if all(count.number <= first.number for count in later) else None


def _counts(text: str) -> Iterator[_Count]:
    """What each sentence that counts people adds up to."""
    if not _NOUN.search(text):
        return
    for place, (start, end) in enumerate(sentences(text)):
        sentence = text[start:end]
        if not any(map(str.isdigit, sentence)) and not _NUMBER.search(sentence):
            continue
        if _BACKGROUND.search(sentence) or _OTHERS.search(sentence):
            continue
        groups = list(_groups(sentence))
        chain = _chain(sentence, groups)
        partial = bool(_PARTIAL.search(sentence))
        stated = _stated(sentence)
        if chain and stated and len(chain) == 1 and stated.number > chain[0].number and not chain[0].total:
            chain = []
        if not chain and not _N_AND.search(sentence):
            if stated and not _ANIMALS.search(sentence):
                rank = 0 if partial and not stated.total else 1 + stated.total
                controls = bool(_CONTROL.search(sentence))
                yield _Count(stated.number, start + stated.start, start + stated.end, rank, controls, place, len(_N.findall(sentence)))
            continue
        if _N_AND.search(sentence) or (len(chain) == 1 and not chain[0].total and _unclear(sentence, groups)):
            # Others are named in words that do not tell whether they add to the first.
            yield _Count(sum(group.number for group in groups), start, end, 1, True, place, 0)
            continue
        total = chain[0].total
        number = chain[0].number if _first_is_all(chain) else sum(group.number for group in chain)
        rank = _TOTAL_RANK if total else 0 if partial and len(chain) == 1 else 1
        only = all(_CONTROL.search(group.noun) for group in chain)
        yield _Count(number, start + chain[0].start, start + chain[-1].end, rank, only, place, len(chain), _plain(chain[0].noun))


def _first_is_all(chain: list[_Group]) -> bool:
    """Whether the first group is the sum of the others, or is a total that the others are parts of."""
    first, *others = chain
    if not others:
        return True
    rest = sum(group.number for group in others)
    return len(others) > 1 and _plain(first.noun) and (first.number == rest or (first.total and rest < first.number))


def _plain(noun: str) -> bool:
    return bool(_ALL.fullmatch(noun))


def _groups(sentence: str) -> Iterator[_Group]:
    """The numbers of people of a sentence, with what is counted."""
    for match in _NUMBER.finditer(sentence):
        number = _value(match[0])
        before = sentence[: match.start()]
        if number < 2 or _LEAD.search(before[-40:]) or _SUBSET.search(before[-60:]):
            continue
        if 1900 <= number <= 2100 and re.search(r"\b(?:in|since|from|until|by|of|and|to)\s\Z", before) and "," not in match[0]:
            continue
        noun = _counted(sentence, match.end())
        if noun is None:
            if short := _SHORT.match(sentence, match.end()):
                yield _Group(number, match.start(), short.end(), short[0].strip(), False, named=False)
            continue
        total = bool(_TOTAL.search(before[-40:])) or bool(_TAIL_TOTAL.search(sentence[noun.end() :]))
        yield _Group(number, match.start(), noun.end(), sentence[match.end() : noun.end()].strip(), total)


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
        if word == "and" and (before.endswith("-") or any("match" in later[0] for later in tokens[number : number + 3])):
            # "sex- and age-matched"
            continue
        before = word
        if _MIXED.search(word) or word.casefold() in _STOP or word[0].isdigit() or (word == "," and (number == 0 or found)):
            break
        noun = _NOUN.fullmatch(word) if word[0] not in "(<," else None
        if noun:
            found = _NOUN.match(sentence, token.start())
        elif found:
            break
    return found


def _chain(sentence: str, groups: list[_Group]) -> list[_Group]:
    """The first group of a sentence and those that are named right beside it."""
    chain: list[_Group] = []
    if not any(group.named for group in groups):
        return []
    for group in groups:
        if not chain:
            chain.append(group)
        elif _adjoins(sentence[chain[-1].end : group.start]):
            chain.append(group)
    if not any(group.named for group in chain):
        return []
    if chain and (match := _ELLIPSIS.match(sentence[chain[-1].end :])):
        last = chain[-1]
        chain.append(_Group(_value(match[1]), last.end + match.start(1), last.end + match.end(1), last.noun, False))
    return chain


def _unclear(sentence: str, groups: list[_Group]) -> bool:
    """Whether groups beside the first, outside its brackets, might add to it or be parts of it."""
    first, *others = groups
    if _plain(first.noun):
        return False
    open_ = (sentence[first.end : group.start] for group in others)
    return any(gap.count("(") <= gap.count(")") for gap in open_)


def _adjoins(gap: str) -> bool:
    return bool(_GAP.match(gap)) and not _VERB.search(re.sub(r"\([^()]*\)|were compared", "", gap))


def _stated(sentence: str) -> _Group | None:
    """What "n = 120", or several of them, add up to in a sentence on people."""
    found = list(_N.finditer(sentence))
    if not found or not (_NOUN.search(sentence) or _POPULATION.search(sentence)):
        return None
    numbers = [_value(match[1]) for match in found]
    first, *others = numbers
    before = sentence[: found[0].start()]
    total = bool(re.search(r"\b(?:total|overall|all participants|all subjects|sample)\b[^.;]{0,40}\Z", before, re.IGNORECASE))
    whole = first == sum(others) or total or not others
    number = first if whole else sum(numbers)
    last = found[0] if whole else found[-1]
    return _Group(number, found[0].start(), last.end(), "", total)


def _value(text: str) -> int:
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
