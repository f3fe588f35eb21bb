"""Names of species, models, samples and comparators, as articles write them."""

from __future__ import annotations

import re
from functools import lru_cache

IN_TITLE = 3
# Names of animals in texts, and MeSH headings, the check tags among them.
_SPECIES = {
    "mouse": r"mice|mouse|murine|C57BL/6\w*|BALB/c",
    "rat": r"rats?|sprague[- ]dawley|wistar",
    "zebrafish": r"zebrafish|danio rerio",
    "pig": r"(?<!guinea )pigs?|piglets?|swine|porcine|sows?",
    "guinea pig": r"guinea[- ]pigs?",
    "dog": r"dogs?|canine|puppies",
    "cat": r"cats|feline",
    "monkey": r"monkeys?|macaques?|rhesus|non-?human primates?|marmosets?|baboons?",
    "hamster": r"hamsters?",
    "gerbil": r"gerbils?",
    "rabbit": r"rabbits?",
    "chicken": r"chickens?|broilers?|laying hens?|hens|chicks",
    "cow": r"cows|calves|dairy cattle|bovines",
    "sheep": r"sheep|lambs|ewes",
    "goat": r"goats?",
    "horse": r"horses|equine|foals",
    "fruit fly": r"drosophila|fruit fl(?:y|ies)",
    "nematode": r"C\. elegans|caenorhabditis elegans|nematodes?",
    "honey bee": r"honey ?bees?|apis mellifera|bumblebees?",
    "frog": r"bullfrogs?|xenopus|tadpoles?",
    "fish": r"carp|tilapia|seabass|medaka|killifish|salmon",
}
SPECIES_HEADINGS = {
    "Humans": "human",
    "Mice": "mouse",
    "Rats": "rat",
    "Zebrafish": "zebrafish",
    "Swine": "pig",
    "Dogs": "dog",
    "Cats": "cat",
    "Macaca mulatta": "monkey",
    "Haplorhini": "monkey",
    "Cricetinae": "hamster",
    "Gerbillinae": "gerbil",
    "Guinea Pigs": "guinea pig",
    "Rabbits": "rabbit",
    "Chickens": "chicken",
    "Cattle": "cow",
    "Sheep": "sheep",
    "Goats": "goat",
    "Horses": "horse",
    "Drosophila melanogaster": "fruit fly",
    "Drosophila": "fruit fly",
    "Caenorhabditis elegans": "nematode",
    "Bees": "honey bee",
}
_HUMAN = (
    r"patients?|participants?|volunteers?|wom[ae]n|m[ae]n|children|adults|adolescents|infants|humans?|individuals"
    r"|people|persons|students|veterans|subjects|controls|cohort|athletes"
)
# Models of disease in animals.
_MODELS = {
    "germ-free": r"germ-free|gnotobiotic|axenic",
    "antibiotic-treated": r"antibiotic-(?:treated|induced|depleted|cocktail)|(?:ABX|antibiotics?)-treated",
    "human microbiota-associated": r"human (?:fecal )?microbiota-associated|humani[sz]ed (?:gnotobiotic )?mice",
    "MPTP": r"MPTP|1-methyl-4-phenyl-1,2,3,6-tetrahydropyridine",
    "6-OHDA": r"6-OHDA|6-hydroxydopamine",
    "rotenone": r"rotenone",
    "paraquat": r"paraquat",
    "alpha-synuclein": r"Thy1-(?:α-?syn(?:uclein)?|aSyn|SNCA)"
    r"|(?:α|alpha)-synuclein[- ](?:overexpress\w+|transgenic|preformed fibrils?)|A53T|preformed fibrils|ASO mice"
    r"|SNCA-TG",
    "5xFAD": r"5x ?FAD",
    "APP/PS1": r"APP(?:swe)?/PS(?:EN)?1(?:dE9)?|APP-PS1",
    "3xTg-AD": r"3x ?Tg(?:-AD)?",
    "Tg2576": r"Tg2576",
    "SAMP8": r"SAMP8|senescence-accelerated mouse prone 8",
    "tau transgenic": r"P301[SL]|PS19",
    "amyloid injection": r"A(?:β|beta)(?:\(?1?[-–]?\d\d\)?)?[- ](?:injected|injection|infused|induced)",
    "D-galactose": r"D-gal(?:actose)?[- ](?:induced|treated)",
    "scopolamine": r"scopolamine",
    "SOD1": r"SOD1[- ]?\(?G93A\)?|G93A",
    "Huntington R6": r"R6/[12]",
    "experimental autoimmune encephalomyelitis": r"experimental autoimmune encephalomyelitis|\bEAE\b",
    "cuprizone": r"cuprizone",
    "chronic unpredictable mild stress": r"chronic (?:unpredictable |mild )+stress|C?UC?MS",
    "chronic social defeat stress": r"(?:chronic )?social[- ]defeat(?: stress)?|CSDS",
    "chronic restraint stress": r"(?:chronic )?restraint stress|CRS (?:mice|rats|model)",
    "maternal separation": r"maternal separation",
    "maternal immune activation": r"maternal immune activation|poly ?\(?I:C\)?",
    "corticosterone": r"(?:chronic )?corticosterone[- ](?:induced|treated)",
    "social isolation": r"social isolation",
    "sleep deprivation": r"sleep[- ](?:deprivation|deprived|restriction)",
    "learned helplessness": r"learned helplessness|inescapable electric stress",
    "lipopolysaccharide": r"(?:LPS|lipopolysaccharide)[- ](?:induced|treated|challenged?|injected|stimulated)",
    "BTBR": r"BTBR",
    "valproic acid": r"VPA|valproic acid[- ](?:induced|exposed|exposure)",
    "Shank3": r"Shank3\w*",
    "high-fat diet": r"high[- ]fat(?:,? high[- ]\w+)?[- ]diet|HFD",
    "db/db": r"db/db",
    "ob/ob": r"ob/ob",
    "streptozotocin": r"streptozotocin|STZ",
    "DSS colitis": r"(?:DSS|dextran (?:sodium )?sul(?:f|ph)ate(?: sodium)?)(?:[- ]induced)?(?: colitis)?",
    "TNBS colitis": r"TNBS",
    "stroke (artery occlusion)": r"middle cerebral artery occlusion|MCAO",
    "traumatic brain injury": r"controlled cortical impact|traumatic brain injury|TBI",
    "spinal cord injury": r"spinal cord injury",
    "cecal ligation and puncture": r"c(?:a)?ecal ligation(?: and puncture)?|CLP",
    "bile duct ligation": r"bile duct ligation",
    "vagotomy": r"vagotom(?:y|i[sz]ed)",
    "kainic acid": r"kainic acid|kainate",
    "pentylenetetrazole": r"pentylenetetrazole?|PTZ",
    "ApoE-/-": r"ApoE-/-|ApoE(?:-knockout|-deficient)",
    "ovariectomy": r"ovariectom(?:y|i[sz]ed)",
    "water avoidance stress": r"water avoidance stress",
    "alcohol-fed": r"(?:alcohol|ethanol)-fed",
    "ageing": r"aged (?:mice|rats)|old (?:mice|rats)",
}  # fmt: skip
# Given to cells as well.
OF_CELLS = {
    "lipopolysaccharide",
    "rotenone",
    "paraquat",
    "6-OHDA",
    "corticosterone",
    "high-fat diet",
    "traumatic brain injury",
}
_CELLS = {
    "SH-SY5Y": r"SH-?SY5Y",
    "PC12": r"PC-?12",
    "BV-2": r"BV-?2",
    "Caco-2": r"caco-?2",
    "HT-29": r"HT-?29(?:-MTX)?",
    "T84": r"T84",
    "HEK293": r"HEK-?293T?",
    "N2a": r"N2a|neuro-?2a",
    "RAW 264.7": r"RAW ?264\.7",
    "organoid": r"organoids?|enteroids?|colonoids?",
    "gut fermentation": r"SHIME|(?:batch|fa?ecal|colonic|in[- ]vitro) (?:culture )?fermentations?"
    r"|in[- ]vitro gut model",
    "primary neurons": r"primary (?:cortical |hippocampal |cultured )?neurons",
}
# Places, and what must stand beside them for a measurement: what follows within two words, or "in the" before it.
_MEASURED = (
    r"tissues?|samples?|specimens?|biops(?:y|ies)|contents?|levels?|concentrations?|expression|microbio\w+"
    r"|microbial|microflora|metabol\w+|mucosa\w*|DNA|mRNA|homogenates?|sections?|transcript\w*|proteom\w*"
    r"|bacteri\w+|flora|abundances?|communit\w+|short-chain|SCFAs?|acids?|lipid\w*|cytokines?|zonulin"
    r"|calprotectin|butyrate|acetate|propionate|neurons?|slices?|16S|LPS|IL-\d\w*|TNF\S*|swabs?|pellets?|matter"
    r"|metagenom\w+|volume|activity|microglia\w*|astrocytes?|neuroinflammation|BDNF|neurogenesis|dopamine"
    r"|cortisol"
)
_SITES = {
    "faeces": r"fa?ecal|stools?|fa?eces",
    "serum": r"serum|sera",
    "plasma": r"plasma",
    "blood": r"(?:(?:whole|peripheral|venous) )?blood|PBMCs?",
    "saliva": r"saliva(?:ry)?|oral(?= (?:microb|flora|samples?|swabs?|rinses?|bacteri))|buccal|tongue",
    "urine": r"urine|urinary",
    "cerebrospinal fluid": r"cerebrospinal fluid|CSF",
    "breast milk": r"(?:breast|human|maternal) ?milk",
    "vagina": r"vaginal",
    "nose": r"nasal|nasopharyn\w+",
    "skin": r"skin",
    "lung": r"lungs?|bronchoalveolar",
    "colon": r"colon|colonic|sigmoid|rectal|large intestin(?:e|al)",
    "caecum": r"ca?ec(?:um|al)",
    "ileum": r"ile(?:um|al)",
    "small intestine": r"small intestin(?:e|al)|duoden(?:um|al)|jejun(?:um|al)",
    "liver": r"liver|hepatic",
    "spleen": r"spleen",
    "hippocampus": r"hippocamp(?:us|i|al)",
    "prefrontal cortex": r"(?:medial )?prefrontal cort(?:ex|ical)|m?PFC",
    "striatum": r"striat(?:um|al)",
    "substantia nigra": r"substantia nigra(?: pars compacta)?|SNpc|nigral",
    "hypothalamus": r"hypothalam(?:us|ic)",
    "amygdala": r"amygdala",
    "spinal cord": r"spinal cord",
    "brain": r"brain",
}  # fmt: skip
# These name a sample by themselves.
ALONE = re.compile(
    r"(?:fa?eces|sera|saliva|urine|csf|cerebrospinal fluid|pbmcs?|(?:whole|peripheral|venous) blood)\Z", re.IGNORECASE
)
# These stand before whatever is measured in them: "faecal Akkermansia".
ADJECTIVE = re.compile(
    r"(?:fa?ecal|serum|plasma|salivary|urinary|ca?ecal|hippocampal|striatal|colonic|ileal)\Z", re.IGNORECASE
)
FOLLOWS = re.compile(rf"(?:,? (?:and|or|/) (?:\w+)| [\w-]+){{0,2}}? (?:{_MEASURED})\b", re.IGNORECASE)
PRECEDES = re.compile(
    r"\b(?:in|from|of|within|both)(?: (?:the|their|both|mouse|rat|human|mice|ascending|distal|proximal))? \Z",
    re.IGNORECASE,
)
NO_SITE = re.compile(
    r"[ -](?:transplant\w*|microbiota (?:transplant\w*|transfer)|microbial transplant\w*|bacteriotherapy"
    r"|incontinence|impaction|suspensions?|albumin|amyloid|response|free|membrane|cells?|pressure|flow|vessels?"
    r"|brain|barriers?|cancer|carcino\w+|administration|gavage|dose|cavity|health|hygiene|intake|bioavailability"
    r"|contracept\w+|glucose|sugar|diseases?|disorders?|function|functions|health|injur\w+|axis|development"
    r"|dysfunction|damage|aging|ageing|consistency|form|frequency|softener|vagus|liver|skin)\b",
    re.IGNORECASE,
)
NO_SITE_BEFORE = re.compile(
    r"(?:gut|bovine|calf|horse|function of the|microbiota)[- ](?:liver[- ]|the )?\Z", re.IGNORECASE
)
_LAST = (
    r"(?:controls?|individuals?|subjects?|volunteers?|people|persons?|participants?|adults?|children|peers"
    r"|siblings|donors|group)"
)
_COMPARATORS = {
    "healthy controls": rf"(?:(?:age|sex|gender|BMI)\S* )*(?:healthy|normal)(?: [^\s.,;:]+)? {_LAST}\b|HCs?\b|NCs?\b"
    r"|controls? (?:healthy )?subjects",
    "placebo": r"(?:\S+ )?placebo(?: groups?)?",
    "sham": r"sham\b",
    "vehicle": r"(?:\S+ )?vehicle\b|saline\b",
    "wild type": r"(?:\S+ )?wild[- ]?type\b|WT\b|non-?transgenic\b",
    "usual care": r"usual care|standard care|treatment as usual|waiting list|wait-?list\b",
    "baseline": r"baseline\b|before (?:treatment|intervention)|pre-?(?:treatment|intervention)\b|the baseline",
    "controls": r"(?:[^\s.,;:]+ ){0,3}?controls?\b"
    r"(?: (?:group|mice|rats|animals|diet|subjects|individuals|participants|children|women)\b)?",
}
_ARTICLES = (
    r"(?:(?:the|those|that|levels|values)(?: (?:of|in|from|among|observed in|found in))?(?: the)? |(?:an?|both"
    r"|their|matched|respective|in) )*"
)
COMPARED = re.compile(
    r"\b(?:compar(?:ed|ing|ison|isons|e)(?: \w+){0,2}? (?:with|to|against)|in comparison (?:with|to)|relative to"
    r"|versus|vs\.?|as compared (?:with|to)"
    rf"|(?:higher|lower|more \w+|less \w+|greater|increased|decreased|reduced|different|differed) (?:than|from)"
    rf"|(?<!rather )(?<!other )than) {_ARTICLES}",
    re.IGNORECASE,
)
KNOWN_COMPARATORS = {name: re.compile(rf"\A(?:{text})", re.IGNORECASE) for name, text in _COMPARATORS.items()}
BESIDE = re.compile(
    rf"\b(?:and|versus|vs\.?|with|plus) (?:\d[\d,]* )?(?:{_COMPARATORS['healthy controls']})", re.IGNORECASE
)
# The last word of what is a group of its own.
GROUP = re.compile(
    r"\w{3}(?<!i)(?<!s)(?<!u)s(?<!tests)(?<!methods)(?<!studies)(?<!results)(?<!times)(?<!counts)(?<!values)(?<!changes)(?<!effects)(?<!years)(?<!months)(?<!weeks)(?<!days)(?<!doses)(?<!databases)(?<!criteria)\Z|\b(?:mice|people|children|women|men|group|PBS|water|diet|alone|treatment|chow)\Z",
    re.IGNORECASE,
)
PHRASE = re.compile(r"[^\s.,;:()<>\d]+(?: [^\s.,;:()<>]+){0,4}")
ENDS = re.compile(
    r"\s(?:and|or|but|while|whereas|who|which|that|with|without|in|on|at|for|from|after|before|during|by|using|is"
    r"|was|were|are|had|has|have|showed|as|when|to|because|the|did|p|than|among|exhibited|displayed|indicating"
    r"|suggesting)\b.*",
    re.IGNORECASE,
)
NO_COMPARATOR = re.compile(
    r"\A(?:those|other|others|previous|expected|each|one|it|any|all|zero|what|ever|years?|once|half|\d)\b"
    # These alone say nothing.
    r"|\A(?:mice|rats|animals|patients|participants|subjects|individuals|groups|people|children|women|men)"
    r"(?! \w+s\b)",
    re.IGNORECASE,
)


@lru_cache(maxsize=8)
def lowered(text: str) -> str:
    """A text in lower case, with all characters at their places."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def for_lowered(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """A pattern for texts in lower case: matching without regard to case takes three times as long."""
    return re.compile(re.sub(r"(?<!\\)(?<!\(\?)[A-Z]", lambda letter: letter[0].lower(), pattern), flags)


def _alternatives(terms: dict[str, str]) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern of all terms, for texts in lower case, and the term of each of its groups."""
    names = {f"t{number}": term for number, term in enumerate(terms)}
    parts = (f"(?P<{group}>{terms[term]})" for group, term in names.items())
    return for_lowered(rf"(?<![\w-])(?:{'|'.join(parts)})(?!\w)"), names


SPECIES_PATTERN = _alternatives(_SPECIES)
HUMAN_PATTERN = _alternatives({"human": _HUMAN})
MODEL_PATTERN = _alternatives(_MODELS)
CELL_PATTERN = _alternatives(_CELLS)
SITE_PATTERN = _alternatives(_SITES)
