"""Whether a sentence reports a finding, or an aim, a question, a hypothesis or a method.

An aim is found by its words ("we investigated whether", "to examine the effect of", "the role of … was assessed"), or
by the heading of its part of a structured abstract. What a sentence takes for granted on the way (patients *with*
depression *received* inulin) stands in aims and methods as well: see `context.TAKEN_FOR_GRANTED`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kgbuild.annotate.clauses import Span
from kgbuild.model import Range, SectionName

_HEADING = re.compile(
    r"objective|aims?\b|purpose|hypothes|method|design|setting|participants|patients|interventions?\b|measures"
    r"|registration|protocol|materials|search|eligib|data sources|rationale|question",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"result|finding|conclusion|outcome|discussion|interpretation|significance|implication", re.IGNORECASE
)
_VERBS = (
    r"(?:investigat|examin|explor|evaluat|assess|test|stud|determin|compar|clarif|elucidat|identif|analy[sz]|address"
    r"|characteri[sz]|verif|understand|review|discuss|summari[sz]|measur|estimat|prob|quantif|describ|outlin|highlight"
    r"|overview|focus|consider|look|dissect|delineat|unravel|establish|find out|observ|provid)"
)
_AUTHORS = (
    r"(?:we|the authors?|(?:this|the|our|the present|the current|present|current)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:study|studies|review|paper|article|trial|work|meta-analysis|research|analysis|investigation|protocol|chapter"
    r"|manuscript|project|experiment|perspective|commentary))"
)
_AIMS = re.compile(
    rf"""
    \b(?:aim|aims|aimed|purpose|objective|objectives|goal|goals)\s(?:at|to|was|were|is|are|of|here|for|in|included?)\b
    | \b{_AUTHORS}\s(?:(?:also|here|therefore|thus|then|further|next|first|systematically|aimed\sto|sought\sto|have
        |has|had|will|is\sto|was\sto|intend\w*\sto|want\w*\sto|attempt\w*\sto|tri\w+\sto|set\sout\sto|propose\sto
        |was\sdesigned\sto|were\sdesigned\sto|is\sdesigned\sto|was\sconducted\sto|was\sundertaken\sto
        |was\sperformed\sto|briefly|critically|comprehensively|mainly|specifically)\s){{0,3}}{_VERBS}\w*
    | \b{_AUTHORS}\s(?:[\w-]+\s){{0,2}}?(?:hypothesi[sz]ed?|postulated?|speculated?|asked
        |wondered|sought|aimed|questioned)
    | \b(?:the\s|our\s|this\s)?(?:working\s|central\s|main\s)?hypothesis\s(?:is|was|that|of)
    | \b(?:here|herein),?\swe\s{_VERBS}\w*
    | \b(?:in\sorder\s)?to\s(?:further\s|better\s|systematically\s|also\s|thoroughly\s|fully\s)?{_VERBS}\w*
        \s(?:whether|if|how|the|a|an|its|their|possible|potential|effects?|roles?|associations?|what|which|and)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SHOWN = re.compile(
    r"\b(?:(?:and|we)\s+)?(?:found|show(?:ed|s|n)?|demonstrat\w+|reveal\w+|report(?:ed|s)|observ(?:ed|es)|conclud\w+"
    r"|indicat(?:es|ed)|result(?:s|ed)|identified|suggest(?:s|ed)?|confirm(?:s|ed))\b(?!\s+to\b)",
    re.IGNORECASE,
)
_EXAMINED = re.compile(
    r"\b(?:was|were|is|are|will\s+be|to\s+be|being)\s+(?:[\w-]+ly\s+|also\s+|then\s+|further\s+)?"
    r"(?:investigated|examined|explored|evaluated|assessed|tested|studied|determined|measured|analy[sz]ed|compared"
    r"|reviewed|discussed|summari[sz]ed|recorded|quantified|estimated|monitored)\b",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(
    r"\b(?:studies|articles|papers|patients|participants|trials)\s(?:[\w-]+\s){0,4}?"
    r"(?:were|are)\s(?:excluded|included|eligible|searched|selected|recruited|enrolled|randomi[sz]ed)\b",
    re.IGNORECASE,
)
_MAIN_VERB = re.compile(r"\b(?:was|were|is|are|had|has|have|did|did|\w+ed)\b")


def part_of(ranges: Iterable[Range], section: SectionName, start: int) -> str:
    """The label of the part of a structured abstract that holds a character; empty where there is none."""
    return next((r.label for r in ranges if r.section == section and r.start <= start < r.end), "")


def is_finding(sentence: str, first: Span, second: Span, *, part: str = "") -> bool:
    """Whether a sentence reports the relation of the mentions at two spans, in the order of the text.

    Args:
        sentence: its text.
        first: the earlier mention.
        second: the later one.
        part: the heading of its part of a structured abstract.
    """
    if sentence.rstrip().endswith("?"):
        return False
    if part and _HEADING.search(part) and not _RESULTS.search(part):
        return False
    for aim in _AIMS.finditer(sentence):
        if aim.end() <= first[0] and not _reported(sentence, aim.end(), second[0]):
            return False
    for verb in _EXAMINED.finditer(sentence):
        # "The effect of A on B was examined"; "… and A was lower in B" is a finding of its own.
        before = sentence[: verb.start()]
        told = re.search(r"\b(?:which|that|and|as)\b", sentence[second[1] : verb.start()])
        if second[1] <= verb.start() and not told and not _reported(sentence, 0, verb.start()):
            opened = re.split(r",\s(?:and|but|while)\s|;\s", before)[-1]
            if len(before) - len(opened) <= first[0] and not re.search(
                r"\bin\b[^,]*\Z", opened[second[1] - len(before) :]
            ):
                return False
    return not (_EXCLUDED.search(sentence) and re.search(r"\b(?:if|that|which|who|with|for)\b", sentence))


def _reported(sentence: str, start: int, end: int) -> bool:
    """Whether something is reported between an aim and a mention: "to test A we gave B, and found that C"."""
    between = sentence[start:end]
    if _SHOWN.search(between):
        return True
    # "To examine the effect of A, B was lowered": a purpose ends at its comma where a main clause follows.
    comma = between.find(",")
    return (
        comma >= 0
        and sentence[:start].lower().lstrip().startswith(("to ", "in order to"))
        and bool(_MAIN_VERB.search(sentence[start + comma :]))
    )
