"""What names the design of a study: publication types, MeSH headings, and wordings of titles and abstracts."""

from __future__ import annotations

import re

from kgbuild.annotate.study_terms import for_lowered

# Publication types of MEDLINE (https://www.nlm.nih.gov/mesh/pubtypes.html), in lower case, most telling first.
TYPES = {
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
WIDER_TYPES = {
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
ANIMAL_TYPES = ("clinical trial, veterinary", "randomized controlled trial, veterinary")
HEADINGS = {
    "Mendelian Randomization Analysis": "Mendelian randomisation",
    "Case-Control Studies": "case-control",
    "Cross-Sectional Studies": "cross-sectional",
    "Cohort Studies": "cohort",
    "Longitudinal Studies": "cohort",
}
# Of trials as well.
WIDER_HEADINGS = {
    "Follow-Up Studies": "cohort",
    "Prospective Studies": "cohort",
    "Retrospective Studies": "cohort",
}


# Parts of words without which a design's words cannot stand; most texts hold none of them, and need no search.
NEEDS = {
    "protocol": ("protocol", "rationale", "will "),
    "guideline": ("guideline", "consensus", "position"),
    "meta-analysis": ("meta",),
    "systematic review": ("systematic", "prisma", "umbrella", "search"),
    "bibliometric analysis": ("metric",),
    "Mendelian randomisation": ("mendelian",),
    "randomised trial": ("random", "blind", "placebo", "rct", "sham"),
    "cross-sectional": ("sectional", "nhanes", "examination survey"),
    "case-control": ("control",),
    "case report": ("case",),
    "cohort": ("cohort", "spective", "longitudinal", "follow", "study", "data"),
    "qualitative": ("qualitative", "focus", "semi-"),
    "survey": ("survey",),
}


def _pattern(text: str) -> re.Pattern[str]:
    return for_lowered(text, re.VERBOSE)


_META = r"meta[- ‐–]?analy(?:s[ei]s|tic)"
_SYSTEMATIC = (
    r"(?:systematic(?:ally)?\ (?:[\w-]+\ ){0,3}review|umbrella\ review|systematic\ literature\ (?:search|review))"
)
_OWN = r"\b(?:this|our|the\ present|the\ current|present|current)\ (?:[\w,-]+\ ){0,4}"
_DONE = r"(?:performed|conducted|did|carried\ out|undertook|undertaken|present|report|provide)"
_SELF = rf"\b(?:we|authors)\ (?:[\w-]+\ ){{0,3}}{_DONE}\ (?:[\w,/&-]+\ ){{0,8}}"
TITLE_SECONDARY = {
    "protocol": _pattern(
        r"\b(?:study|trial|research|review)\ protocol\b|\bprotocol\ (?:for|of)\ (?:an?"
        r"|the)\ (?:[\w,/-]+\ ){0,10}(?:trial|study|review|meta-analysis|cohort)\b|\b(?:trial|study|review|RCT"
        r"|meta-analysis|cohort)\b[:,–—-]?\ (?:a\ )?protocol\b|:\ (?:a\ )?protocol\b"
        r"|\brationale\ and\ (?:study\ )?design\b|\bdesign\ and\ rationale\b"
    ),
    "guideline": _pattern(
        r"\b(?<!adherence\ to\ )(?:(?:clinical|practice|management|treatment)\ )+guidelines?\b"
        r"|\bguidelines?\ (?:for|on)\ (?:the\ )?(?:management|diagnosis|treatment|use|prevention)"
        r"|\bconsensus\ (?:statement|report|guidelines?|recommendations?|document|paper)|\bposition\ (?:statement"
        r"|paper|stand)\b|\b(?:expert|delphi)\ consensus\b"
    ),
    "meta-analysis": _pattern(rf"\b{_META}\b"),
    "systematic review": _pattern(rf"\b{_SYSTEMATIC}"),
    "bibliometric analysis": _pattern(r"\b(?:bibliometric|scientometric)"),
    "review": _pattern(
        r"(?<!chart\ )(?<!record\ )(?<!records\ )(?<!peer\ )(?<!retrospective\ )\b(?:mini[- ]?)?reviews?\b(?!\ "
        r"(?:of\ (?:medical|patient|chart|record)|board|committee))|\boverview\b|\bstate[- ]of[- ]the[- ]art\b"
        r"|\b(?:current|future)\ (?:perspectives?|status|directions?|evidence)\b|\bwhat\ (?:we|do\ we)\ know\b"
        r"|:\ an?\ (?:\w+\ )?perspective\b"
    ),
    "commentary": _pattern(r"\b(?:commentary|editorial|letter\ to\ the\ editor|reply\ to)\b|\Acomment\ on\b"),
}
TEXT_SECONDARY = {
    "protocol": _pattern(
        r"\b(?:study|trial|component)\ will\ (?:also\ )?(?:be\ )?(?:investigat|compar|recruit|enrol|assess"
        r"|collect|test|conduct|examin)\w*|\bwe\ will\ (?:also\ )?(?:recruit|enrol|randomi[sz]e|invite|measure"
        r"|collect)\b|\bthis\ (?:study\ |trial\ )?protocol\b(?!\ (?:was|were|has|had))|\b(?:study"
        r"|trial)\ protocol\ (?:describes|outlines|for)\b|\b(?:patients|participants|subjects|volunteers|children"
        r"|adults|individuals|women|men)(?:\ \([^)]*\))?\ will\ be\ (?:recruited|enrolled|randomi[sz]ed|randomly"
        r"|assigned|allocated|included|invited|followed)"
    ),
    "meta-analysis": _pattern(
        rf"{_OWN}{_META}\b|{_SELF}{_META}\b|\b{_META}\ (?:was|were)\ (?:\w+\ )?(?:performed|conducted|undertaken"
        rf"|used|carried)|\b(?:eligible|included)\ (?:in|for)\ (?:the|this|our)\ {_META}"
        rf"|\bwe\ (?:\w+\ )?meta-?analy[sz]ed\b"
    ),
    "systematic review": _pattern(
        r"\b(?:PubMed|Medline|Embase|Scopus|Web\ of\ Science|Cochrane|databases)\b[^.]{0,160}\b(?:was"
        r"|were)\ (?:systematically\ )?searched\b|\b(?:searched|search\ of)\ (?:[\w,-]+\ ){0,6}(?:PubMed|Medline"
        r"|Embase|Scopus|Web\ of\ Science|Cochrane)[^.]{0,40}\b(?:and|,)\ (?:[\w,-]+\ ){0,3}(?:PubMed|Medline"
        r"|Embase|Scopus|Web\ of\ Science|Cochrane)"
        rf"|{_OWN}{_SYSTEMATIC}|{_SELF}{_SYSTEMATIC}|\bPRISMA\b|\bwe\ systematically\ (?:re)?(?:viewed|searched)\b"
        r"|\bsystematic(?:ally)?\ (?:[\w-]+\ ){0,2}(?:review|search(?:ed)?)\ (?:[\w-]+\ ){0,4}(?:was|were)\b"
    ),
    "bibliometric analysis": _pattern(r"\bbibliometric\ (?:analysis|methods|study)\b"),
    "review": _pattern(
        r"\b(?:this|our|the\ present|present|the\ current|current|in\ the)\ (?:[\w-]+,?\ ){0,3}(?<!chart\ "
        r")(?<!record\ )(?<!records\ )(?<!peer\ )(?:mini[- ]?)?(?:over|re)view\b(?!\ (?:board|committee))"
        r"|\bthe\ review\b(?!\ (?:board|committee))|\b(?:a|an)\ (?:narrative|literature|comprehensive"
        r"|critical)\ review\b|\bwe\ (?:here(?:in|by)?\ |also\ |further\ |briefly\ |critically\ |first\ |then\ "
        r"|will\ )*(?:re-?view|summari[sz]e|overview|reviewed\ (?!(?:\w+\ ){0,3}(?:record|chart)))\b"
        r"|\b(?:here(?:in)?|in\ (?:this|the\ present"
        r"|the\ current)\ (?:article|paper|chapter|manuscript|work)),?\ we\ (?:\w+\ ){0,2}(?:review|summari[sz]e"
        r"|discuss|outline|highlight|describe\ (?:how|the\ current)|provide\ an\ overview)|\bthis\ (?:study"
        r"|work)\ review(?:s|ed)\b|\b(?:this|the)\ (?:article|paper|chapter|manuscript|commentary|perspective"
        r"|essay)\ (?:\w+\ ){0,3}(?:reviews?|summari[sz]es?|discuss(?:es)?|provides?\ an?\ (?:\w+\ )?overview"
        r"|outlines?|highlights?|explores|focuses)\b|\bof\ this\ chapter\b|\b(?:give|gives|provide|provides"
        r"|present|presents)\ an\ (?:\w+\ )?overview\b|\bliterature\ (?:review|search)\b|\b(?:is|are|was|were"
        r"|be)\ (?:also\ |briefly\ |critically\ |then\ )?(?:reviewed|summari[sz]ed)\b"
    ),
}  # fmt: skip
# Several studies are those of others.
_OF_OTHERS = r"(?!\ (?:[\w-]+\ ){0,3}(?:studies|trials|investigations)\b)"
_TRIAL = r"(?:trials?|study|studies|experiment|design|pilot|cross-?over|intervention)"
TITLE_PRIMARY = {
    "Mendelian randomisation": _pattern(r"\bmendelian[- ]randomi[sz]ation"),
    "randomised trial": _pattern(
        r"(?<!non-)\brandomi[sz]ed\b|\bRCT\b|\bplacebo[- ]controlled\b|\b(?:double|triple)[- ]blind"
        r"|\bsham[- ]controlled\b"
    ),
    "case report": _pattern(
        r"\bcase\ (?:report|series|study)\b|\b(?:an?|rare|unusual)\ case\ of\b|\A(?:a|two|three)\ cases?\b"
    ),
    "clinical trial": _pattern(r"\bnon-?randomi[sz]ed\b|\bopen[- ]label\b|\bsingle[- ]arm\b"),
    "cross-sectional": _pattern(r"\bcross[- ]sectional\b"),
    "case-control": _pattern(r"\bcase[- –]control"),
    "cohort": _pattern(
        r"\b(?:prospective|longitudinal|retrospective|follow-up)\b|\bcohort\ (?:study|analysis)\b|\bbirth\ cohort\b"
    ),
    "trial": _pattern(
        rf"\bclinical\ trial\b|\b(?:intervention(?:al)?|phase\ [I1-4]+[ab]?)\ (?:[\w-]+\ ){{0,3}}{_TRIAL}\b"
        rf"|\b(?:pilot|feasibility"
        r"|proof[- ]of[- ]concept)\ (?:[\w-]+\ ){0,2}(?:trial|intervention)\b"
    ),
    "qualitative": _pattern(r"\bqualitative\b|\bfocus\ groups?\b"),
    "survey": _pattern(r"\bsurvey\b"),
}
TEXT_PRIMARY = {
    "Mendelian randomisation": _pattern(r"\bmendelian[- ]randomi[sz]ation"),
    "randomised trial": _pattern(
        r"\b(?:was|were|been|we)\ (?:[\w-]+\ ){0,3}randomi[sz]ed\b|\brandomly\ (?:\w+\ )?(?:assigned|allocated"
        r"|divided|received?|distributed|enrolled|assign|allocate|to)\b|\brandom(?:ized)?\ allocation\b|\b(?:this"
        r"|our|the|a|an|present|in|performed|conducted|is|was|METHODS:)\ (?:[\w,/+-]+\ ){0,7}randomi[sz]ed(?:,?\ "
        r"|-)(?:[\w,/+-]+\ ){0,6}(?:trial|study|design|experiment)\b|\b(?:double"
        r"|triple)[- ]blind(?:ed)?,?\ (?:and\ )?(?:placebo|randomi[sz]ed|sham)|\brandomi[sz]ed\ (?:to|into|1:1"
        r"|in)\b|\bplacebo[- ]controlled,?\ (?:[\w,/-]+\ ){0,4}(?:trial|study)\ (?:was|were|with|of|in)\b"
    ),
    "case report": _pattern(
        r"\b(?:we|here)\ (?:\w+\ )?(?:report|describe|present)\ (?:on\ )?(?:the|a)\ (?:[\w-]+\ ){0,3}case\b"
        r"|\bthis\ case\ (?:report|series)\b"
    ),
    "cross-sectional": _pattern(
        rf"\bcross[- ]sectional\b(?!\ (?:area|image|imaging)){_OF_OTHERS}"
        r"|\bnutrition\ examination\ survey\b|\bK?NHANES\b"
    ),
    "case-control": _pattern(rf"\bcase[- –]control(?:led)?\b{_OF_OTHERS}"),
    "cohort": _pattern(
        r"\b(?:prospective|retrospective|longitudinal)\ (?:(?!case)[\w,-]+\ ){0,4}(?:cohort|study|analysis"
        r"|data)\b|\b(?:birth|population[- ]based|community[- ]based|nationwide)\ (?:(?!case)[\w,-]+\ "
        r"){0,3}cohort\b|\b(?:this|our|the|an?)\ (?!larger|future|further|previous"
        r"|recent)(?:[\w-]+\ ){0,3}cohort\ study\b|\bwere\ followed\ (?:up\ )?(?:for|until)\b"
        r"|\bprospectively\ (?:followed|enrolled|recruited)|\bretrospectively\ (?:analy[sz]ed|reviewed|collected)"
    ),
    "clinical trial": _pattern(
        r"\bopen[- ]label\b|\bsingle[- ]arm\b|\bnon-?randomi[sz]ed\b|\b(?:this|our|a|an"
        r"|the)\ (?:[\w-]+\ ){0,3}(?:pilot|clinical|feasibility|intervention(?:al)?)\ (?:[\w-]+\ )?(?:trial"
        r"|intervention)\b|\bintervention(?:al)?\ study\b|\bplacebo\ (?:group|arm|\(n)|\b(?:patients|participants"
        r"|subjects|volunteers|children|adults|individuals|women|men)\ (?:[\w()=-]+\ ){0,6}(?:received|consumed"
        r"|ingested|took|were\ (?:given|supplemented|treated\ with|administered)|underwent\ (?:FMT|f[ae]+cal))\b"
        r"|\bof\ them\ received\b"
    ),
    "qualitative": _pattern(r"\bqualitative\ (?:study|interviews?|research)\b|\bsemi-structured\ interviews?\b"),
    "survey": _pattern(
        r"\b(?:online|national|web-based|population|this|our|a)\ (?:[\w-]+\ )?survey\b|\bquestionnaire\ survey\b"
    ),
}  # fmt: skip
OBSERVED = {
    "cohort",
    "case-control",
    "cross-sectional",
    "survey",
    "qualitative",
    "trial",
    "clinical trial",
    "case report",
}
NAMES = {"survey": "cross-sectional", "trial": "clinical trial"}
# A first try, which may be of a treatment.
PILOT = _pattern(r"\b(?:pilot|feasibility|proof[- ]of[- ]concept)\ (?:[\w-]+\ ){0,2}(?:study|studies)\b")
TREATED = _pattern(
    r"\b(?:supplement(?:ation|s|ed)|intervention|received|consumed|underwent|administered|transplantation"
    r"|weeks\ of|days\ of)\b"
)
# Two groups of people beside each other.
GROUPS = _pattern(
    r"\b(?:and|versus|vs\.?|with|to|than|or|plus|from)\ (?:[\w/,-]+\ ){0,3}(?:healthy|(?:\w+-)?matched|normal"
    r"|unaffected|neurotypical|non-\w+|typically[- ]developing|household|spous\w+)\ (?:(?:[\w/,-]+"
    r"|\([^()]*\))\ ){0,2}(?:controls?|subjects|individuals|volunteers|people|persons|participants|children"
    r"|adults|peers|siblings|donors|spouses)\b|\b(?:HCs?|control\ (?:subjects|individuals|participants|children"
    r"|women|men)|\d+\ controls|controls)\b"
)
ANIMAL_NAMED = _pattern(
    r"\b(?:mice|mouse|murine|rats?|rodents?|pigs?|piglets?|zebrafish|drosophila|dogs?|canine|monkeys?|macaques?"
    r"|chickens?|broilers?|hens?|hamsters?|rabbits?|cows?|calves|lambs?|sheep|horses?|cats?|fish|elegans)\b"
)
IN_VITRO_TITLE = _pattern(r"\bin[- ]vitro\b|\bcell\ lines?\b|\bcaco-2\b|\bSH-SY5Y\b")
# Words that tell of people where nothing else does.
PEOPLE_ONCE = _pattern(
    r"\b(?:subjects|individuals|workers|athletes|people|persons|healthy\ (?:\w+\ )?controls?|HCs)\b"
)
COMPUTED = _pattern(
    r"\bin[- ]silico\b|\bbioinformatics?\b|\bcomputational\b|\bnetwork\ pharmacology\b|\bmolecular\ docking\b"
    r"|\bmachine\ learning\b|\bclustering\ (?:algorithm|method)s?\b|\balgorithms?\b|\bmathematical\ model\w*"
    r"|\bstatistical\ (?:method|model)s?\b|\bgenome-scale\b|\bdata(?:base|set)s?\b|\bknowledge\ graph\b"
    r"|\btext\ mining\b"
)
PEOPLE = _pattern(
    r"\b(?:patients|participants|subjects|individuals|volunteers|people|persons|women|men|children|infants|adults"
    r"|adolescents|students|veterans|athletes|cohort)\b"
)
# What reports of own work say, and what articles on others' work say.
RESEARCH = _pattern(
    r"\bn(?:</i>)?\ ?=\ ?\d|\bp(?:</i>)?\ ?[<=>≤]\ ?0?\.\d|\bour\ (?:results|findings|data|study|analys[ie]s)\b"
    r"|\b(?:the\ results|these\ (?:findings|results|data)|our\ (?:research|work))\ (?:also\ )?(?:show|indicate|reveal"
    r"|demonstrate|suggest|elucidate)|\b(?:in\ this|the\ present|the\ current|this)\ study\b|\bwe\ (?:\w+ly\ |also\ "
    r"|then\ |first\ |further\ |next\ |here\ |have\ )?(?:found|show|report|demonstrate|discover|identify|present"
    r"|introduce|develop|reveal|uncover|(?!review|re-view|summar|discuss|propos|highlight|outlin|describ|focus"
    r"|conclud|suggest|argu|hypothes|believ|aimed|provid|need|includ|searched)\w+ed)\b|\b(?:was"
    r"|were)\ (?:\w+ly\ )?(?:collected|recruited|enrolled|assigned|treated|fed|measured|sequenced|divided"
    r"|administered|analy[sz]ed|assessed|evaluated|examined|performed|detected|compared|obtained|included"
    r"|determined|observed|exposed|injected|transplanted|altered|increased|decreased|reduced|elevated|higher"
    r"|lower|enriched|correlated|used|identified)\b|\b16S\b|\bsignificant(?:ly)?\ (?:increased?|decreased?"
    r"|reduced|higher|lower|differen)|\bresults:|\bmethods:|\bAUC\b|\bfold\b"
)
DISCUSSION = _pattern(
    r"\b(?:growing|accumulating|emerging|increasing|mounting|recent|current|available|accumulated"
    r"|substantial)\ (?:\w+\ ){0,3}(?:evidences?|literature|knowledge|understanding|advances|studies|research"
    r"|findings|data|investigations)\b|\bha(?:s|ve)\ (?:\w+\ )?been\ (?:shown|implicated|linked|associated"
    r"|suggested|proposed|reported|demonstrated|recogni[sz]ed)\b|\bdiscuss(?:ed|es|ing)?\b"
    r"|\bfuture\ (?:directions|research|perspectives|studies)\b|\bis\ (?:now\ )?(?:known|thought|believed)\b"
    r"|\bevidence\ (?:\w+\ )?(?:suggests?|indicates?|implicates?|shows?)\b|\bwe\ (?:\w+\ )?(?:discuss|propose"
    r"|argue|highlight|outline)|\bperspectives?\b|\bpotential\ (?:role|mechanisms?|therap\w+)|\bmay\b"
    r"|\bplays?\ (?:an?|the)\ \w+\ role\b"
)
