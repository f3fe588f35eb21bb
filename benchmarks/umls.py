"""Writes a generated release of the UMLS: MRCONSO.RRF and MRSTY.RRF of any size, the same at each run.

    python -m benchmarks.umls FOLDER --names 1000000

The real release needs a licence. This one has what makes it hard: concepts of ten semantic types with names of one to
ten words, synonyms in several orders of words, abbreviations with many senses (among them PD for progressive disease
and ASD for atrial septal defect), names in other languages and suppressed ones, which readers leave out. The concepts
that ship are among the first, so that joining has something to join.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import gcd, prod
from pathlib import Path

from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.namespaces import to_curie

NAMES = 1_000_000


def _listed(words: str) -> Sequence[str]:
    return words.split("|")


_COURSES = _listed(
    "acute|chronic|recurrent|congenital|postoperative|severe|idiopathic|familial|subacute|drug-induced"
)
_CAUSES = _listed(
    "bacterial|viral|fungal|ischemic|toxic|allergic|autoimmune|traumatic|metabolic|degenerative|obstructive|radiation"
)
_PROCESSES = _listed(
    "abscess|ulceration|stenosis|neoplasm|hemorrhage|fibrosis|atrophy|hyperplasia|rupture|inflammation|necrosis|"
    "edema|fistula|perforation|thrombosis|calcification|dysplasia|infarction|hypertrophy|cyst|granuloma|septal defect"
)
_SIDES = ("left", "right", "bilateral", "upper", "lower", "anterior", "posterior", "proximal", "distal")
_SITES = _listed(
    "ileum|jejunum|cecum|rectum|esophagus|gallbladder|hepatic artery|portal vein|spleen|kidney|ureter|"
    "bladder|ovary|uterine cervix|prostate|testis|femur|tibia|humerus|radius|scapula|lumbar vertebra|knee joint|hip "
    "joint|temporal lobe|frontal cortex|cerebellum|brain stem|optic nerve|facial nerve|vagus nerve|cochlea|cornea|"
    "retina|larynx|bronchus|lung|pleura|atrium|ventricle|mitral valve|aortic arch|coronary artery|thyroid gland|"
    "adrenal cortex|pituitary gland|parotid gland|tonsil|lymph node|skin of forearm|skin of scalp|abdominal wall"
)
_OPERATIONS = _listed(
    "excision|biopsy|drainage|repair|imaging|endoscopy|resection|reconstruction|catheterization|irradiation|ultrasound|"
    "injection|decompression|transplantation|magnetic resonance imaging"
)
_APPROACHES = _listed(
    "with contrast|by open approach|by percutaneous approach|by endoscopic approach|using laser|by injection|"
    "with insertion of drain|under fluoroscopic guidance"
)
_STEMS = _listed(
    "ala|beni|cor|dexa|ebu|flu|gali|halo|ima|keto|lami|meto|nabu|oxa|pira|quina|rosu|sita|tela|uro|vera|xylo|zola|amlo"
)
_MIDDLES = ("bri", "ci", "dro", "fe", "glu", "lo", "mi", "na", "pra", "ri", "sul", "ta", "vi", "xo", "zu")
_ENDINGS = _listed(
    "mab|tinib|olol|azepam|statin|pril|sartan|cillin|mycin|oxacin|idine|azole|setron|triptan|gliptin|parin"
)
_SALTS = ("", " hydrochloride", " sodium", " mesylate", " acetate", " phosphate")
_STRENGTHS = [f"{n} MG" for n in (1, 2.5, 5, 10, 20, 25, 40, 50, 75, 100, 150, 200, 250, 400, 500, 750, 1000)]
_DOSES = _listed(
    "oral tablet|oral capsule|injectable solution|extended release oral tablet|topical cream|ophthalmic solution|"
    "rectal suppository|inhalation powder"
)
_GROUPS = ("methyl", "hydroxy", "chloro", "amino", "ethoxy", "nitro", "fluoro", "acetyl", "phenyl", "oxo")
_PARENTS = _listed(
    "benzoic acid|indole|pyridine|butanoic acid|naphthalene|quinoline|cyclohexanol|propanamide|thiazole|purine|furan|"
    "piperidine|imidazole|hexadecanoic acid|cholane|glucopyranoside"
)
_GENERA = _listed(
    "Alti|Brevi|Corni|Dermi|Enteri|Faveo|Gelidi|Halo|Intesti|Kribbi|Limni|Marini|Nitri|Ocea|Planti|Rhizo|Sali|Thermi"
)
_BACTERIA = ("bacter", "coccus", "monas", "bacillus", "spira", "vibrio", "plasma", "tilea", "philus", "myces")
_EPITHETS = _listed(
    "alba|borealis|coreensis|diversa|elongata|fragilis|gallica|hominis|intestini|jejuna|koreana|lactis|marina|nepalensis|"
    "oryzae|pacifica|rosea|sediminis|terrae|urealytica|vaginae|xylanica|yunnanensis"
)
_COLLECTIONS = ("ATCC", "DSM", "JCM", "CCUG", "NCTC")
_GENES = _listed(
    "ADCY:adenylate cyclase|BTK:tyrosine kinase|CLDN:claudin|DNAJ:heat shock protein|EPHA:ephrin receptor|"
    "FOXP:forkhead box protein|GPR:G protein-coupled receptor|HTR:serotonin receptor|ITGB:integrin subunit|"
    "KCNJ:potassium channel|LRRC:leucine rich repeat protein|MMP:matrix metallopeptidase|OR:olfactory receptor|"
    "PPAR:nuclear receptor|RAB:small GTPase|SLC:solute carrier|TRPV:cation channel|ZNF:zinc finger protein"
)
_SENSES = (
    ("T046", "Progressive Disease", ("PD", "Disease Progression, Progressive")),
    ("T019", "Atrial Septal Defect", ("ASD", "Heart Septal Defects, Atrial", "Interatrial septal defect")),
)
# Labels of the concepts that ship, and the semantic types that say the same.
_TYPES = {
    "DDF": "T047",
    "chemical": "T109",
    "drug": "T200",
    "food": "T168",
    "gene": "T028",
    "bacteria": "T007",
    "anatomical location": "T023",
    "animal": "T015",
    "human": "T098",
    "biomedical technique": "T061",
}


@dataclass(frozen=True, slots=True)
class _Concept:
    """A semantic type, the preferred name, the other names, each once, and an identifier if it has one."""

    kind: str
    name: str
    synonyms: Sequence[str]
    cui: str = ""


@dataclass(frozen=True, slots=True)
class _Family:
    """Concepts whose names are made of one word of each list, and how often they come beside those of the others."""

    kind: str
    share: int
    lists: Sequence[Sequence[str]]
    named: Callable[..., tuple[str, ...]]

    def concepts(self) -> Iterator[_Concept]:
        """Every combination once, spread over the lists."""
        size = prod(map(len, self.lists))
        step = next(step for step in count(int(size * 0.618)) if gcd(step, size) == 1)
        for number in range(size):
            at, words = number * step % size, []
            for choices in self.lists:
                at, place = divmod(at, len(choices))
                words.append(choices[place])
            name, *others = self.named(*words)
            yield _Concept(self.kind, name, others)


def write_release(folder: Path, names: int) -> None:
    """Write MRCONSO.RRF and MRSTY.RRF with so many names that a reader takes, and others that it leaves out.

    Raises:
        ValueError: so many names cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    left = names
    with (folder / "MRCONSO.RRF").open("w", encoding="utf-8") as rows, (folder / "MRSTY.RRF").open("w") as types:
        for number, concept in enumerate(_concepts(), 1):
            # Above every identifier that the UMLS has given.
            cui = concept.cui or f"C{9_000_000 + number}"
            texts = [concept.name, *concept.synonyms][:left]
            rows.writelines(_row(cui, number, place, text) for place, text in enumerate(texts))
            if number % 4 == 0:
                rows.write(_row(cui, number, len(texts), f"{concept.name} (trastorno)", language="SPA"))
            if number % 8 == 0:
                rows.write(_row(cui, number, len(texts) + 1, f"{concept.name} NOS", suppressed="O"))
            types.write(f"{cui}|{concept.kind}|A1|Type|AT{number:08}|256|\n")
            left -= len(texts)
            if not left:
                return
    raise ValueError(f"{names - left:,} names at most")


def _row(cui: str, number: int, place: int, text: str, language: str = "ENG", suppressed: str = "N") -> str:
    first = place == 0
    ids = f"L{number:07}|{'PF' if first else 'VO'}|S{number:07}{place}|{'Y' if first else 'N'}|A{number:07}{place}"
    source = f"|{number}||SRC|{'PT' if first else 'SY'}|{number}|{text}|0|{suppressed}||"
    return f"{cui}|{language}|{'P' if first else 'S'}|{ids}|{source}\n"


def _concepts() -> Iterator[_Concept]:
    yield from (_Concept(*sense) for sense in _SENSES)
    families = [(family.concepts(), family.share) for family in _FAMILIES]
    running = [concepts for concepts, share in ((_shipped(), 5), *families) for _ in range(share)]
    while running:
        for concepts in tuple(running):
            concept = next(concepts, None)
            if concept:
                yield concept
            else:
                running = [other for other in running if other is not concepts]


def _shipped() -> Iterator[_Concept]:
    """The concepts that ship and have a label, under the identifiers that the UMLS has for them."""
    with TermIndex.open(default_index()) as index:
        for uri in dict.fromkeys(index.canonical(term.uri) for term in index.names(_TYPES)):
            concept = index.concept(uri)
            if concept and concept.label in _TYPES:
                cuis = (to_curie(one) or "" for one in (concept.uri, *concept.equivalents))
                cui = next((one.removeprefix("UMLS:") for one in cuis if one.startswith("UMLS:")), "")
                name, *others = (text.replace("|", " ") for text in (concept.name, *concept.synonyms))
                yield _Concept(_TYPES[concept.label], name, others, cui)


def _disorder(course: str, side: str, cause: str, site: str, process: str) -> tuple[str, ...]:
    name = f"{course} {cause} {process} of {side} {site}".capitalize()
    other = f"{side} {site} {process}, {course} {cause}".capitalize()
    if side != "left":
        return name, other, f"{name} (disorder)"
    return name, other, f"{name} (disorder)", "".join(word[0] for word in f"{cause} {site} {process}".split()).upper()


def _procedure(side: str, site: str, approach: str, operation: str) -> tuple[str, ...]:
    name = f"{operation} of {side} {site} {approach}".capitalize()
    return name, f"{name} (procedure)", f"{site} {operation}, {side}, {approach}"


def _medicine(strength: str, dose: str, salt: str, stem: str, middle: str, ending: str) -> tuple[str, ...]:
    substance = stem + middle + ending
    name = f"{substance}{salt} {strength} {dose}"
    return name, f"{name} [{(stem + middle).capitalize()}]", f"{substance} {strength.replace(' ', '')} {dose}"


def _ingredient(stem: str, middle: str, ending: str) -> tuple[str, ...]:
    substance = stem + middle + ending
    return substance, f"{stem}{middle}{ending[0]}ix".capitalize(), f"{substance} preparation"


def _chemical(place: str, group: str, other_place: str, other: str, parent: str) -> tuple[str, ...]:
    groups = f"{place}-{group}-{other_place}-{other}"
    return f"{groups} {parent}", f"{parent}, {groups}-", f"{groups} {parent} derivative"


def _bacterium(stem: str, collection: str, ending: str, number: str, epithet: str) -> tuple[str, ...]:
    genus, strain = stem + ending, f"{collection} {number}"
    return f"{genus} {epithet} {strain}", f"{genus} {epithet} strain {strain}", f"{genus[0]}. {epithet} {strain}"


def _gene(family: str, number: str, member: str) -> tuple[str, ...]:
    symbol, function = family.split(":")
    return (
        f"{symbol}{number}{member} gene",
        f"{symbol}{number}{member}",
        f"{function} family {number} member {member}",
    )


_PLACES = [str(place) for place in range(1, 10)]
_FAMILIES = (
    _Family("T047", 8, (_COURSES, _SIDES, _CAUSES, _SITES, _PROCESSES), _disorder),
    _Family("T061", 3, (_SIDES, _SITES, _APPROACHES, _OPERATIONS), _procedure),
    _Family("T200", 5, (_STRENGTHS, _DOSES, _SALTS, _STEMS, _MIDDLES, _ENDINGS), _medicine),
    _Family("T121", 1, (_STEMS, _MIDDLES, _ENDINGS), _ingredient),
    _Family("T109", 3, (_PLACES, _GROUPS, _PLACES, _GROUPS, _PARENTS), _chemical),
    _Family("T007", 2, (_GENERA, _COLLECTIONS, _BACTERIA, [str(n) for n in range(100, 140)], _EPITHETS), _bacterium),
    _Family("T028", 1, (_GENES, [str(n) for n in range(1, 60)], list("ABCDEFGHKLMN")), _gene),
)


def main() -> None:
    """Write what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--names", type=int, default=NAMES)
    options = parser.parse_args()
    write_release(options.folder, options.names)


if __name__ == "__main__":
    main()
