"""The design of a study: from publication types, then the title, MeSH headings, and the abstract's own words.

Precedence, the first that holds: what an article that reports on others says of itself (publication type, title,
abstract), so that a review of trials is a review and a meta-analysis of trials a meta-analysis; a protocol, which
reports nothing yet; publication types of trials and case reports; work on animals or in vitro, so that mice that are
randomly assigned make no trial; headings that name a design; the title; the abstract; what its wording implies
(patients beside controls). A design is empty where nothing says or implies one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kgbuild.model import SECONDARY, SECTION_NAMES, Document, Facet, StudyKind

# Publication types of MEDLINE (https://www.nlm.nih.gov/mesh/pubtypes.html), in lower case, most telling first.
_TYPES = {
    "clinical trial protocol": "protocol",
    "practice guideline": "guideline",
    "guideline": "guideline",
    "consensus development conference": "guideline",
    "network meta-analysis": "meta-analysis",
    "meta-analysis": "meta-analysis",
    "systematic review": "systematic review",
    "randomized controlled trial": "randomised trial",
    "equivalence trial": "randomised trial",
    "case reports": "case report",
}
# These say less than the words may: a clinical trial may be randomised, a review systematic.
_WIDER_TYPES = {
    "scoping review": "review",
    "review": "review",
    "clinical trial": "clinical trial",
    "controlled clinical trial": "clinical trial",
    "adaptive clinical trial": "clinical trial",
    "pragmatic clinical trial": "clinical trial",
    "clinical trial, phase i": "clinical trial",
    "clinical trial, phase ii": "clinical trial",
    "clinical trial, phase iii": "clinical trial",
    "clinical trial, phase iv": "clinical trial",
    "observational study": "observational",
    "twin study": "observational",
    "editorial": "commentary",
    "comment": "commentary",
    "news": "commentary",
}
_ANIMAL_TYPES = ("clinical trial, veterinary", "randomized controlled trial, veterinary")
_HEADINGS = {
    "Mendelian Randomization Analysis": "Mendelian randomisation",
    "Case-Control Studies": "case-control",
    "Cross-Sectional Studies": "cross-sectional",
    "Cohort Studies": "cohort",
    "Longitudinal Studies": "cohort",
}
# Of trials as well.
_WIDER_HEADINGS = {
    "Follow-Up Studies": "cohort",
    "Prospective Studies": "cohort",
    "Retrospective Studies": "cohort",
}


# Parts of words without which a design's words cannot stand; most texts hold none of them, and need no search.
_NEEDS = {
    "protocol": ("protocol", "rationale", "will be"),
    "guideline": ("guideline", "consensus", "position"),
    "meta-analysis": ("meta",),
    "systematic review": ("systematic", "prisma", "umbrella", "search"),
    "bibliometric analysis": ("metric",),
    "Mendelian randomisation": ("mendelian",),
    "randomised trial": ("random", "blind", "placebo", "rct", "sham"),
    "cross-sectional": ("sectional",),
    "case-control": ("control",),
    "case report": ("case",),
    "cohort": ("cohort", "spective", "longitudinal", "follow", "study", "data"),
    "qualitative": ("qualitative", "focus", "semi-"),
    "survey": ("survey",),
}


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


_META = r"meta[- ‐–]?analy(?:s[ei]s|tic)"  # noqa: RUF001
_SYSTEMATIC = r"(?:systematic(?:ally)?\ (?:[\w-]+\ ){0,3}review|umbrella\ review|systematic\ literature\ (?:search|review))"
_OWN = r"\b(?:this|our|the\ present|the\ current|present|current)\ (?:[\w,-]+\ ){0,4}"
_DONE = r"(?:performed|conducted|did|carried\ out|undertook|undertaken|present|report|provide)"
_SELF = rf"\b(?:we|authors)\ (?:[\w-]+\ ){{0,3}}{_DONE}\ (?:[\w,/&-]+\ ){{0,8}}"
_TITLE_SECONDARY = {
    "protocol": _pattern(
        r"\b(?:study|trial|research|review)\ protocol\b|\bprotocol\ (?:for|of)\ (?:[\w,/-]+\ ){0,10}(?:trial|study|review"
        r"|meta-analysis|cohort)\b|\b(?:trial|study|review|RCT|meta-analysis|cohort)\b[:,–—-]?\ (?:a\ )?protocol\b"
        r"|:\ (?:a\ )?protocol\b|\brationale\ and\ (?:study\ )?design\b|\bdesign\ and\ rationale\b"
    ),
    "guideline": _pattern(
        r"\b(?<!adherence\ to\ )(?:(?:clinical|practice|management|treatment)\ )+guidelines?\b|\bguidelines?\ (?:for|on)\ "
        r"(?:the\ )?(?:management|diagnosis|treatment|use|prevention)|\bconsensus\ (?:statement|report|guidelines?"
        r"|recommendations?|document|paper)|\bposition\ (?:statement|paper|stand)\b|\b(?:expert|delphi)\ consensus\b"
    ),
    "meta-analysis": _pattern(rf"\b{_META}\b"),
    "systematic review": _pattern(rf"\b{_SYSTEMATIC}"),
    "bibliometric analysis": _pattern(r"\b(?:bibliometric|scientometric)"),
    "review": _pattern(
        r"(?<!chart\ )(?<!record\ )(?<!records\ )(?<!peer\ )(?<!retrospective\ )\b(?:mini[- ]?)?reviews?\b(?!\ of\ (?:medical"
        r"|patient|chart|record))|\boverview\b|\bstate[- ]of[- ]the[- ]art\b|\b(?:current|future)\ (?:perspectives?|status"
        r"|directions?|evidence)\b|\bwhat\ (?:we|do\ we)\ know\b|\ba\ (?:\w+\ )?perspective\b"
    ),
    "commentary": _pattern(r"\b(?:commentary|editorial|letter\ to\ the\ editor|reply\ to)\b|\Acomment\ on\b"),
}
_TEXT_SECONDARY = {
    "protocol": _pattern(
        r"\b(?:study|trial|component|we)\ will\ (?:also\ )?(?:be\ )?(?:investigat|compar|recruit|enrol|assess|collect|test|conduct|examin)\w*"
        r"|\bthis\ (?:study\ |trial\ )?protocol\b|\b(?:study|trial)\ protocol\ (?:describes|outlines|for)\b"
        r"|\b(?:patients|participants|subjects|volunteers|children|adults|individuals|women|men)(?:\ \([^)]*\))?\ will\ be"
        r"\ (?:recruited|enrolled|randomi[sz]ed|randomly|assigned|allocated|included|invited|followed)"
    ),
    "meta-analysis": _pattern(
        rf"{_OWN}{_META}\b|{_SELF}{_META}\b|\b{_META}\ (?:was|were)\ (?:\w+\ )?(?:performed|conducted|undertaken|used|carried)"
        rf"|\b(?:eligible|included)\ (?:in|for)\ (?:the|this|our)\ {_META}|\bwe\ (?:\w+\ )?meta-?analy[sz]ed\b"
    ),
    "systematic review": _pattern(
        r"\b(?:PubMed|Medline|Embase|Scopus|Web\ of\ Science|Cochrane|databases)\b[^.]{0,160}\b(?:was|were)\ (?:systematically\ )?"
        r"searched\b|\b(?:searched|search\ of)\ (?:[\w,-]+\ ){0,6}(?:PubMed|Medline|Embase|Scopus|Web\ of\ Science|Cochrane)"
        r"[^.]{0,40}\b(?:and|,)\ (?:[\w,-]+\ ){0,3}(?:PubMed|Medline|Embase|Scopus|Web\ of\ Science|Cochrane)"
        rf"|{_OWN}{_SYSTEMATIC}|{_SELF}{_SYSTEMATIC}|\bPRISMA\b|\bwe\ systematically\ (?:re)?(?:viewed|searched)\b"
        r"|\bsystematic(?:ally)?\ (?:[\w-]+\ ){0,2}(?:review|search(?:ed)?)\ (?:[\w-]+\ ){0,4}(?:was|were)\b"
    ),
    "bibliometric analysis": _pattern(rf"{_OWN}bibliometric|{_SELF}bibliometric|\bbibliometric\ (?:analysis|methods)\b"),
    "review": _pattern(
        r"\b(?:this|our|the\ present|present|the\ current|current|in\ the)\ (?:[\w-]+,?\ ){0,3}(?:mini[- ]?)?(?:over|re)view\b"
        r"|\bthe\ review\b|\b(?:a|an)\ (?:narrative|literature|comprehensive|critical)\ review\b"
        r"|\bwe\ (?:here(?:in|by)?\ |also\ |further\ |briefly\ |critically\ |first\ |then\ |will\ )*(?:re-?view|summari[sz]e"
        r"|overview)\b|\b(?:here(?:in)?|in\ (?:this|the\ present|the\ current)\ (?:article|paper|chapter|manuscript|work)),?\ we"
        r"\ (?:\w+\ ){0,2}(?:review|summari[sz]e|discuss|outline|highlight|describe\ (?:how|the\ current)|provide\ an\ overview)"
        r"|\b(?:this|the)\ (?:article|paper|chapter|manuscript|commentary|perspective|essay)\ (?:\w+\ ){0,3}(?:reviews?"
        r"|summari[sz]es?|discuss(?:es)?|provides?\ an?\ (?:\w+\ )?overview|outlines?|highlights?|explores|focuses)\b"
        r"|\bof\ this\ chapter\b|\b(?:give|gives|provide|provides|present|presents)\ an\ (?:\w+\ )?overview\b"
        r"|\bliterature\ (?:review|search)\b|\b(?:is|are|was|were|be)\ (?:also\ |briefly\ |critically\ |then\ )?(?:reviewed"
        r"|summari[sz]ed)\b"
    ),
}  # fmt: skip
_TRIAL = r"(?:trials?|study|studies|experiment|design|pilot|cross-?over|intervention)"
_TITLE_PRIMARY = {
    "Mendelian randomisation": _pattern(r"\bmendelian[- ]randomi[sz]ation"),
    "case report": _pattern(r"\bcase\ (?:report|series|study)\b|\bcase\ of\b|\A(?:a|two|three)\ cases?\b"),
    "clinical trial": _pattern(r"\bnon-?randomi[sz]ed\b|\bopen[- ]label\b(?!.*\brandomi[sz]ed)|\bsingle[- ]arm\b"),
    "randomised trial": _pattern(
        r"\brandomi[sz]ed\b|\bRCT\b|\bplacebo[- ]controlled\b|\b(?:double|triple)[- ]blind|\bsham[- ]controlled\b"
    ),
    "cross-sectional": _pattern(r"\bcross[- ]sectional\b"),
    "case-control": _pattern(r"\bcase[- –]control"),  # noqa: RUF001
    "cohort": _pattern(
        r"\b(?:prospective|longitudinal|retrospective|follow-up)\b|\bcohort\ (?:study|analysis)\b|\bbirth\ cohort\b"
    ),
    "trial": _pattern(
        rf"\bclinical\ trial\b|\b(?:intervention(?:al)?|phase\ [I1-4]+[ab]?)\ (?:[\w-]+\ ){{0,3}}{_TRIAL}\b|\b(?:pilot|feasibility"
        r"|proof[- ]of[- ]concept)\ (?:[\w-]+\ ){0,2}(?:trial|intervention)\b"
    ),
    "qualitative": _pattern(r"\bqualitative\b|\bfocus\ groups?\b"),
    "survey": _pattern(r"\bsurvey\b"),
}
_TEXT_PRIMARY = {
    "Mendelian randomisation": _pattern(r"\bmendelian[- ]randomi[sz]ation"),
    "randomised trial": _pattern(
        r"\b(?:was|were|been|we)\ (?:[\w-]+\ ){0,3}randomi[sz]ed\b|\brandomly\ (?:\w+\ )?(?:assigned|allocated|divided"
        r"|received?|distributed|enrolled|assign|allocate|to)\b|\brandom(?:ized)?\ allocation\b"
        r"|\b(?:this|our|the|a|an|present|in|performed|conducted|is|was|METHODS:)\ (?:[\w,/+-]+\ ){0,7}randomi[sz]ed"
        r"(?:,?\ |-)(?:[\w,/+-]+\ ){0,6}(?:trial|study|design|experiment)\b"
        r"|\b(?:double|triple)[- ]blind(?:ed)?,?\ (?:and\ )?(?:placebo|randomi[sz]ed|sham)|\brandomi[sz]ed\ (?:to|into|1:1|in)\b"
        r"|\bplacebo[- ]controlled,?\ (?:[\w,/-]+\ ){0,4}(?:trial|study)\ (?:was|were|with|of|in)\b"
    ),
    "case report": _pattern(r"\b(?:we|here)\ (?:\w+\ )?(?:report|describe|present)\ (?:on\ )?(?:the|a)\ (?:[\w-]+\ ){0,3}case\b"
        r"|\bthis\ case\ (?:report|series)\b"),
    "cross-sectional": _pattern(r"\bcross[- ]sectional\b(?!\ (?:area|image|imaging))"),
    "case-control": _pattern(r"\bcase[- –]control"),  # noqa: RUF001
    "cohort": _pattern(
        r"\b(?:prospective|retrospective|longitudinal|birth|population[- ]based|community[- ]based|nationwide)\ (?:[\w,-]+\ )"
        r"{0,4}(?:cohort|study|analysis|data)\b|\b(?:this|our|the|a)\ (?:[\w-]+\ ){0,3}cohort\ study\b|\bwere\ followed\ (?:up\ )?"
        r"(?:for|until)\b|\bprospectively\ (?:followed|enrolled|recruited)|\bretrospectively\ (?:analy[sz]ed|reviewed|collected)"
    ),
    "clinical trial": _pattern(
        rf"\bopen[- ]label\b|\bsingle[- ]arm\b|\bnon-?randomi[sz]ed\b|\b(?:this|our|a|an|the)\ (?:[\w-]+\ ){{0,3}}(?:pilot|clinical"
        rf"|feasibility|intervention(?:al)?)\ (?:[\w-]+\ )?(?:trial|intervention)\b|\bintervention(?:al)?\ study\b"
        r"|\b(?:patients|participants|subjects|volunteers|children|adults|individuals|women|men)\ (?:[\w()=-]+\ ){0,6}(?:received"
        r"|consumed|ingested|took|were\ (?:given|supplemented|treated\ with|administered)|underwent\ (?:FMT|f[ae]+cal))\b"
    ),
    "qualitative": _pattern(r"\bqualitative\ (?:study|interviews?|research)\b|\bsemi-structured\ interviews?\b"),
    "survey": _pattern(r"\b(?:online|national|web-based|population|this|our|a)\ (?:[\w-]+\ )?survey\b|\bquestionnaire\ survey\b"),
}  # fmt: skip
_OBSERVED = {"cohort", "case-control", "cross-sectional", "survey", "qualitative", "trial", "clinical trial", "case report"}
_NAMES = {"survey": "cross-sectional", "trial": "clinical trial"}
# A first try, which may be of a treatment.
_PILOT = _pattern(r"\b(?:pilot|feasibility|proof[- ]of[- ]concept)\ (?:[\w-]+\ ){0,2}(?:study|studies)\b")
_TREATED = _pattern(
    r"\b(?:supplement(?:ation|s|ed)|intervention|treated\ with|treatment\ (?:with|of|group|period)|received|consumed|underwent"
    r"|therapy|administered|transplantation|weeks\ of|days\ of)\b"
)
# Two groups of people beside each other.
_GROUPS = _pattern(
    r"\b(?:and|versus|vs\.?|with|to|than|or|plus|from)\ (?:[\w/,-]+\ ){0,3}(?:healthy|(?:\w+-)?matched|normal|unaffected|neurotypical|non-\w+|typically[- ]developing|household|spous\w+)\ (?:(?:[\w/,-]+|\([^()]*\))\ ){0,2}"
    r"(?:controls?|subjects|individuals|volunteers|people|persons|participants|children|adults|peers|siblings|donors|spouses)\b"
    r"|\b(?:HCs?|control\ (?:subjects|individuals|participants|children|women|men)|\d+\ controls|controls)\b"
)
_ANIMAL_NAMED = _pattern(
    r"\b(?:mice|mouse|murine|rats?|rodents?|pigs?|piglets?|zebrafish|drosophila|dogs?|canine|monkeys?|macaques?|chickens?|broilers?"
    r"|hens?|hamsters?|rabbits?|cows?|calves|lambs?|sheep|horses?|cats?|fish|elegans)\b"
)
_IN_VITRO_TITLE = _pattern(r"\bin[- ]vitro\b|\bcell\ lines?\b|\bcaco-2\b|\bSH-SY5Y\b")
HEALTHY = _pattern(r"\bhealthy\ (?:\w+\ )?(?:controls?|subjects|individuals|volunteers|participants|people|adults)\b|\bHCs\b")
_COMPUTED = _pattern(
    r"\bin[- ]silico\b|\bbioinformatics?\b|\bcomputational\b|\bnetwork\ pharmacology\b|\bmolecular\ docking\b|\bmachine\ learning\b"
    r"|\bclustering\ (?:algorithm|method)s?\b|\balgorithms?\b|\bmathematical\ model\w*|\bstatistical\ (?:method|model)s?\b|\bgenome-scale\b|\bdata(?:base|set)s?\b|\bknowledge\ graph\b|\btext\ mining\b"
)
_PEOPLE = _pattern(
    r"\b(?:patients|participants|subjects|individuals|volunteers|people|persons|women|men|children|infants|adults|adolescents"
    r"|students|veterans|athletes|cohort)\b"
)
# What reports of own work say, and what articles on others' work say.
_RESEARCH = _pattern(
    r"\bn(?:</i>)?\ ?=\ ?\d|\bp(?:</i>)?\ ?[<=>≤]\ ?0?\.\d|\bour\ (?:results|findings|data|study|analys[ie]s)\b|\b(?:the\ results"
    r"|these\ (?:findings|results|data))\ (?:also\ )?(?:showed|indicated?|revealed|demonstrated?|suggest)|\b(?:in\ this|the\ present"
    r"|the\ current|this)\ study\b|\bwe\ (?:\w+ly\ |also\ |then\ |first\ |further\ |next\ |here\ )?(?:found|show|report|(?!review|re-view"
    r"|summar|discuss|propos|highlight|outlin|describ|focus|conclud|suggest|argu|hypothes|believ|aimed|provid|need|includ|searched)"
    r"\w+ed)\b|\b(?:was|were)\ (?:\w+ly\ )?(?:collected|recruited|enrolled|assigned|treated|fed|measured|sequenced|divided"
    r"|administered|analy[sz]ed|assessed|evaluated|examined|performed|detected|compared|obtained|included|determined|observed|exposed"
    r"|injected|transplanted|altered|increased|decreased|reduced|elevated|higher|lower|enriched|correlated|used|identified)\b|\b16S\b"
    r"|\bsignificant(?:ly)?\ (?:increased?|decreased?|reduced|higher|lower|differen)|\bresults:|\bmethods:|\bAUC\b|\bfold\b"
)
_DISCUSSION = _pattern(
    r"\b(?:growing|accumulating|emerging|increasing|mounting|recent|current|available|accumulated|substantial)\ (?:\w+\ ){0,3}"
    r"(?:evidences?|literature|knowledge|understanding|advances|studies|research|findings|data|investigations)\b"
    r"|\bha(?:s|ve)\ (?:\w+\ )?been\ (?:shown|implicated|linked|associated|suggested|proposed|reported|demonstrated|recogni[sz]ed)\b"
    r"|\bdiscuss(?:ed|es|ing)?\b|\bfuture\ (?:directions|research|perspectives|studies)\b|\bis\ (?:now\ )?(?:known|thought|believed)\b"
    r"|\bevidence\ (?:\w+\ )?(?:suggests?|indicates?|implicates?|shows?)\b|\bwe\ (?:\w+\ )?(?:discuss|propose|argue|highlight|outline)"
    r"|\bperspectives?\b|\bpotential\ (?:role|mechanisms?|therap\w+)|\bmay\b|\bplays?\ (?:an?|the)\ \w+\ role\b"
)


def design_of(document: Document, kind: StudyKind) -> Facet | None:
    """What says which design an article reports; None where nothing does. The value is one of `model.DESIGNS`."""
    types = {name.casefold(): name for name in document.publication_types}
    typed = _typed(types, _TYPES)
    wider = _typed(types, _WIDER_TYPES)
    if typed and (typed.value in SECONDARY or typed.value == "protocol"):
        return typed
    secondary = _secondary(document)
    if typed:
        return typed if not secondary or secondary.value != "protocol" else secondary
    if wider and wider.value == "review":
        return secondary if secondary and secondary.value in ("meta-analysis", "systematic review") else wider
    if secondary and not (wider and wider.value in ("clinical trial", "observational") and secondary.value == "review"):
        return secondary
    animal = next((types[name] for name in _ANIMAL_TYPES if name in types), None)
    if animal:
        return Facet(name="design", value="animal experiment", text=animal)
    if wider is None and (discussed := _discussed(document)):
        return discussed
    return _primary(document, kind, wider) or wider or _implied(document, kind)


def _typed(types: dict[str, str], known: dict[str, str]) -> Facet | None:
    return next((Facet(name="design", value=known[name], text=types[name]) for name in known if name in types), None)


def _secondary(document: Document) -> Facet | None:
    """What an article that reports on others, or that plans a study, says of itself."""
    title = _first(document, "title", _TITLE_SECONDARY)
    text = _first(document, "abstract", _TEXT_SECONDARY)
    if title is None or title.value == "review":
        if _TITLE_PRIMARY["Mendelian randomisation"].search(document.text("title")):
            return None
        own = _first(document, "title", _TITLE_PRIMARY)
        if own and text and text.value == "review" and own.value != "case report":
            return None
        passing = text and text.value == "review" and "view" not in text.text.casefold()
        if title is None and passing and _reports(document) >= _MUCH:
            return None
        return text if text and (title is None or text.value != "review") else title
    return title


# An abstract of fewer characters says too little to tell.
_SHORT = 200
# So many signs of own work outweigh a passing word of review.
_MUCH = 3


def _reports(document: Document) -> int:
    """Signs of own work less half those of writing on others'."""
    text = document.text("abstract")
    return len(_RESEARCH.findall(text)) - len(_DISCUSSION.findall(text)) // 2


def _primary(document: Document, kind: StudyKind, wider: Facet | None) -> Facet | None:
    title, text = document.text("title"), document.text("abstract")
    named = _first(document, "title", _TITLE_PRIMARY)
    if named and named.value == "Mendelian randomisation":
        return named
    if match := _IN_VITRO_TITLE.search(title):
        if kind != "animal" and not named and "in vivo" not in title.casefold():
            return _facet("in vitro", "title", match)
    if kind == "animal" and not (
        named and not _ANIMAL_NAMED.search(title) and _PEOPLE.search(title + text) and named.value != "clinical trial"
    ):
        return _animal(document)
    if kind == "in vitro":
        return None
    heading = next((h.name for h in document.mesh if h.name in _HEADINGS), None)
    if named and named.value in ("randomised trial", "case report"):
        return named
    stated = _first(document, "abstract", _TEXT_PRIMARY)
    pilot = _PILOT.search(title)
    if named is None and pilot and _TREATED.search(title + " " + text) and (stated is None or stated.value != "randomised trial"):
        return _facet("clinical trial", "title", pilot)
    if stated and stated.value in ("Mendelian randomisation", "randomised trial"):
        return stated
    if heading:
        return Facet(name="design", value=_HEADINGS[heading], text=heading)
    if wider and wider.value == "clinical trial":
        return wider
    weak = next((h.name for h in document.mesh if h.name in _WIDER_HEADINGS), None)
    last = Facet(name="design", value=_WIDER_HEADINGS[weak], text=weak) if weak else None
    return named or stated or last


def _discussed(document: Document) -> Facet | None:
    """A review that does not call itself one: it tells of no work of its own, and weighs that of others."""
    text = document.text("abstract")
    reports, discusses = own_work(text), len(_DISCUSSION.findall(text))
    if _first(document, "title", _TITLE_PRIMARY) or len(text) < _SHORT or reports > 1 or (reports and discusses < 3):
        return None
    return _found(document, "review", _DISCUSSION)


@lru_cache(maxsize=2)
def own_work(text: str) -> int:
    """How many words of an abstract tell of work of its authors' own."""
    return len(_RESEARCH.findall(text))


def _animal(document: Document) -> Facet:
    return _found(document, "animal experiment", _ANIMAL_NAMED)


def _implied(document: Document, kind: StudyKind) -> Facet | None:
    """What the kind of a study and its wording imply where no design is named."""
    reports = own_work(document.text("abstract"))
    if kind == "in vitro":
        return _found(document, "in vitro", _IN_VITRO_TITLE)
    if not reports:
        return None
    if kind == "human":
        for name in ("case-control", "observational"):
            facet = _found(document, name, _GROUPS if name == "case-control" else _PEOPLE)
            if facet.text:
                return facet
        return None
    computed = _found(document, "computational", _COMPUTED)
    return computed if computed.text and kind == "unknown" else None


def _found(document: Document, value: str, pattern: re.Pattern[str]) -> Facet:
    """A design with the first words of a pattern, if there are any."""
    for section in SECTION_NAMES:
        if match := pattern.search(document.text(section)):
            return _facet(value, section, match)
    return Facet(name="design", value=value)


def _first(document: Document, section: str, patterns: dict[str, re.Pattern[str]]) -> Facet | None:
    """The first design whose words stand in a section; of designs of observation, the one that is named first."""
    text = document.text(section)  # type: ignore[arg-type]
    found: list[tuple[int, Facet]] = []
    lowered = text.lower()
    for name, pattern in patterns.items():
        if name in _NEEDS and not any(part in lowered for part in _NEEDS[name]):
            continue
        match = pattern.search(text)
        if match is None:
            continue
        facet = _facet(_NAMES.get(name, name), section, match)
        if name not in _OBSERVED:
            return facet if not found else min(found, key=lambda item: item[0])[1]
        found.append((match.start(), facet))
    return min(found, key=lambda item: item[0])[1] if found else None


def _facet(value: str, section: str, match: re.Match[str]) -> Facet:
    return Facet(name="design", value=value, section=section, start=match.start(), end=match.end(), text=match[0])
