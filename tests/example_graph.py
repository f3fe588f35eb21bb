"""A small finished graph, written by hand, with every kind of difficulty that the RDF view has to bear."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kgbuild.assemble.concepts import name_keys
from kgbuild.load.rdf import RunInfo
from kgbuild.schema import load_schema
from kgbuild.tables import TABLES

OBO = "http://purl.obolibrary.org/obo/"
DEPRESSION = OBO + "MONDO_0002050"
PARKINSON = OBO + "MONDO_0005180"
ALZHEIMER = OBO + "MONDO_0004975"
NEURODEGENERATIVE = OBO + "MONDO_0005559"
AKKERMANSIA = OBO + "NCBITaxon_239935"
LACTOBACILLUS = OBO + "NCBITaxon_1578"
RHAMNOSUS = OBO + "NCBITaxon_47715"
BUTYRATE = OBO + "CHEBI_17968"
PSYLLIUM = 'http://example.org/food/psyllium husk {β} "x"'
BDNF = "http://identifiers.org/hgnc/1033"
METFORMIN = "https://w3id.org/kgbuild/name/metformin"
MICROBIOTA = OBO + "OHMI_0000020"

RUN = RunInfo(
    id="run1",
    fingerprint="f00d",
    configuration='{"extractor": "dictionary \\\\ \\"x\\""}',
    code_version="0.1.0",
    started=datetime(2026, 11, 20, 12, tzinfo=UTC),
    ended=datetime(2026, 11, 20, 12, 1, tzinfo=UTC),
)


def article(pmid: str, title: str, sentences: list[str], **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "pmid": pmid,
        "version": 1,
        "title": title,
        "abstract": " ".join(sentences),
        "year": 2024,
        "month": None,
        "day": None,
        "date_text": "2024",
        "journal": "Gut",
        "publication_types": ["Journal Article"],
        "retracted": False,
        "doi": "",
        "pmcid": "",
        "electronic_date": "",
        "revised": "",
        "abstract_from": "",
        "work": pmid,
        "study": "unknown",
        "design": "",
        "participants": None,
        "unit": 1,
    }
    row |= {name: [] for name in ("ranges", "authors", "mesh", "keywords", "language", "notices", "facets")}
    row |= more
    return {"standing": "retracted" if row["retracted"] else "sound", **row}


# Characters outside the BMP, quotes, newlines and backslashes stand before mentions, where offsets could shift.
HUMAN = [
    '🦠 Akkermansia was more abundant in Parkinson\'s disease ("PD").',
    "Lactobacillus fell\nin Parkinson's disease, C:\\temp\tnotwithstanding.",
    "Depression may raise Akkermansia.",
]
MOUSE = [
    "Akkermansia was not increased in Parkinson's disease.",
    "Butyrate improved depression.",
    "Lactobacillus rhamnosus interacts with butyrate.",
]
GENES = [
    "Butyrate and metformin are made by the microbiota 𝛽.",
    "It raised BDNF through butyrate.",
    "Psyllium eased depression; metformin raised Akkermansia; metformin changed Parkinson's disease.",
]
RETRACTED = ["Akkermansia fell in Alzheimer's disease.", "Lactobacillus fell in Alzheimer’s disease — naïve\u2028."]
DESIGN = {
    "name": "design", "value": "cross-sectional", "section": "", "start": 0, "end": 0,
    "text": "Cross-Sectional Studies",
}  # fmt: skip
ARTICLES = [
    article("101", "Gut 🧠 axis \"in\" man\\woman", HUMAN, study="human", doi="10.1/a<b>\"c", pmcid="PMC7",
        design="cross-sectional", participants=120, facets=[DESIGN]),
    article("102", "Mice", MOUSE, study="animal", year=2026, publication_types=["Journal Article", "Review"]),
    article("103", "Butyrate", GENES, year=None, journal=""),
    article("104", "Retracted", RETRACTED, retracted=True, year=2020),
    article("990000001", "No evidence at all", [], year=2025),
    article("x 1/é", "An odd identifier: butyrate and depression", ["Nothing."], year=2025),
]  # fmt: skip
CLASSES = {
    DEPRESSION: "DDF", PARKINSON: "DDF", ALZHEIMER: "DDF", AKKERMANSIA: "bacteria", LACTOBACILLUS: "bacteria",
    RHAMNOSUS: "bacteria", BUTYRATE: "chemical", PSYLLIUM: "food", BDNF: "gene", METFORMIN: "drug",
    MICROBIOTA: "microbiome",
}  # fmt: skip
# PMID, subject's text and concept, predicate, object's text and concept, the sentences' numbers (title: -1), more.
_FOUND: list[tuple[str, str, str | None, str, str, str | None, tuple[int, int], dict[str, Any]]] = [
    ("101", "Parkinson's disease", PARKINSON, "change abundance", "Akkermansia", AKKERMANSIA, (0, 0),
     {"direction": "increase"}),
    ("101", "Parkinson's disease", PARKINSON, "change abundance", "Lactobacillus", LACTOBACILLUS, (1, 1),
     {"direction": "decrease"}),
    ("101", "Depression", DEPRESSION, "change abundance", "Akkermansia", AKKERMANSIA, (2, 2),
     {"direction": "increase", "speculative": True}),
    ("102", "Parkinson's disease", PARKINSON, "change abundance", "Akkermansia", AKKERMANSIA, (0, 0),
     {"negated": True, "direction": "increase", "review": True}),
    ("102", "Butyrate", BUTYRATE, "influence", "depression", DEPRESSION, (1, 1), {"direction": "decrease"}),
    ("102", "rhamnosus", RHAMNOSUS, "interact", "butyrate", BUTYRATE, (2, 2), {}),
    ("103", "Butyrate", BUTYRATE, "produced by", "microbiota", MICROBIOTA, (0, 0), {}),
    ("103", "butyrate", BUTYRATE, "change expression", "BDNF", BDNF, (1, 1), {"direction": "increase"}),
    ("103", "metformin", METFORMIN, "interact", "Butyrate", BUTYRATE, (0, 0), {"score": 1 / 3}),
    ("103", "Psyllium", PSYLLIUM, "influence", "depression", DEPRESSION, (2, 2), {"direction": "decrease"}),
    ("103", "metformin", METFORMIN, "impact", "Akkermansia", AKKERMANSIA, (2, 2), {"direction": "increase"}),
    ("103", "metformin", METFORMIN, "change effect", "Parkinson's disease", PARKINSON, (2, 2), {}),
    ("104", "Alzheimer's disease", ALZHEIMER, "change abundance", "Akkermansia", AKKERMANSIA, (0, 0),
     {"direction": "decrease"}),
    ("104", "Alzheimer’s disease", ALZHEIMER, "change abundance", "Lactobacillus", LACTOBACILLUS, (1, 1),
     {"direction": "decrease"}),
    ("103", "Butyrate", BUTYRATE, "interact", "metformin", METFORMIN, (-1, 0), {"direction": "none"}),
    ("101", "Parkinson's disease", PARKINSON, "change abundance", "Akkermansia", AKKERMANSIA, (1, 0),
     {"direction": "increase"}),
    ("x 1/é", "butyrate", BUTYRATE, "influence", "depression", DEPRESSION, (-1, -1), {}),
    ("101", "man", None, "located in", "Depression", DEPRESSION, (-1, 2), {}),
]  # fmt: skip


BACKGROUND = load_schema().background
_CLAIMS = {"change abundance": "association", "influence": "outcome", "change effect": "outcome", "impact": "effect"}
WAYS = {
    "more": ("association", "increase"), "less": ("association", "decrease"), "raises": ("effect", "increase"),
    "lowers": ("effect", "decrease"), "worsens": ("outcome", "increase"), "improves": ("outcome", "decrease"),
}  # fmt: skip


def _sentence(pmid: str, number: int) -> tuple[str, int, int, str]:
    row = next(a for a in ARTICLES if a["pmid"] == pmid)
    if number < 0:
        return "title", 0, len(row["title"]), row["title"]
    sentences = {"101": HUMAN, "102": MOUSE, "103": GENES, "104": RETRACTED}[pmid]
    start = sum(len(s) + 1 for s in sentences[:number])
    return "abstract", start, start + len(sentences[number]), sentences[number]


def _evidence() -> list[dict[str, Any]]:
    rows = []
    for index, (pmid, subject, s_uri, predicate, object_, o_uri, places, more) in enumerate(_FOUND):
        home = next(a for a in ARTICLES if a["pmid"] == pmid)
        row: dict[str, Any] = {"id": f"{index:032x}", "pmid": pmid, "version": 1, "predicate": predicate}
        ends = (("subject", subject, s_uri, places[0]), ("object", object_, o_uri, places[1]))
        for role, text, uri, number in ends:
            section, start, end, sentence = _sentence(pmid, number)
            at = start + sentence.index(text)
            row |= {
                f"{role}_section": section,
                f"{role}_start": at,
                f"{role}_end": at + len(text),
                f"{role}_text": text,
                f"{role}_label": CLASSES.get(uri or "", "human"),
                f"{role}_uri": uri,
                f"{role}_sentence_start": start,
                f"{role}_sentence_end": end,
            }
        ids = sorted((s_uri, o_uri)) if s_uri and o_uri and _symmetric(row) else (s_uri, o_uri)
        row |= {
            "statement": _key(ids[0], predicate, ids[1]) if ids[0] and ids[1] else None,
            "score": 0.9,
            "source": "co-occurrence",
            "negated": False,
            "speculative": False,
            "direction": "unknown",
            "claim": _CLAIMS.get(predicate, "other"),
            "finding": True,
            "weight": 0.9,
            "design": home["design"],
            "participants": home["participants"],
            "species": "",
            "site": "",
            "comparator": "",
            "standing": home["standing"],
            "work": home["work"],
            "review": False,
            "study": home["study"],
            "year": home["year"],
            "retracted": home["retracted"],
            "run": "run1",
        }
        rows.append(row | more)
    return rows


def _symmetric(row: dict[str, Any]) -> bool:
    return bool(row["predicate"] == "interact" and row["subject_label"] == row["object_label"])


def _key(*parts: str | None) -> str:
    from hashlib import sha256

    return sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:32]


def _statements(evidence: list[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in evidence:
        if row["statement"]:
            groups.setdefault(row["statement"], []).append(row)
    rows = []
    for key, members in groups.items():
        first = members[0]
        standing = [m for m in members if not m["retracted"]]
        favour = [m for m in standing if not m["negated"]]
        against = len(standing) - len(favour)
        rise, fall = (sum(m["direction"] == way for m in favour) for way in ("increase", "decrease"))
        years = [m["year"] for m in members if m["year"]]
        swap = _symmetric(first) and first["object_uri"] < first["subject_uri"]
        subject, object_ = ("object", "subject") if swap else ("subject", "object")
        rows.append(
            {
                "id": key,
                "subject": first[f"{subject}_uri"],
                "subject_label": first[f"{subject}_label"],
                "predicate": first["predicate"],
                "object": first[f"{object_}_uri"],
                "object_label": first[f"{object_}_label"],
                "belief": round(0.8 * len(favour) / max(1, len(standing)), 6),
                "supporting": len(favour),
                "refuting": against,
                "speculative": sum(m["speculative"] for m in favour),
                "articles": len({m["pmid"] for m in standing}),
                "works": len({m["work"] for m in standing}),
                "asked": 0,
                "increase": rise,
                "decrease": fall,
                **{
                    name: sum(m["claim"] == claim and m["direction"] == way for m in favour)
                    for name, (claim, way) in WAYS.items()
                },
                "background": first["predicate"] in BACKGROUND,
                "conflict": bool((favour and against) or (rise and fall)),
                "human": sum(m["study"] == "human" for m in favour),
                "first_year": min(years, default=None),
                "last_year": max(years, default=None),
                "direct": bool(favour),
            }
        )
    return rows


# How often each concept is mentioned by each of its wordings.
WORDINGS = {
    DEPRESSION: {"depression": 3, "Depression": 1}, PARKINSON: {"Parkinson's disease": 6},
    ALZHEIMER: {"Alzheimer's disease": 1, 'C:\\temp "AD"\n🧠': 1}, AKKERMANSIA: {"Akkermansia": 7},
    LACTOBACILLUS: {"Lactobacillus": 3}, RHAMNOSUS: {"rhamnosus": 1}, BUTYRATE: {"Butyrate": 4, "butyrate": 4},
    PSYLLIUM: {"Psyllium": 1}, BDNF: {"BDNF": 1}, METFORMIN: {"metformin": 4}, MICROBIOTA: {"microbiota": 1},
}  # fmt: skip


def _concepts(statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    named: list[tuple[str, str, str, list[str], list[str], list[str]]] = [
        (DEPRESSION, "MONDO:0002050", "depressive disorder", ["depression", "Depression"],
         ["http://id.nlm.nih.gov/mesh/D003866"], []),
        (PARKINSON, "MONDO:0005180", "Parkinson disease", ["PD", "Parkinson's disease"], [], [NEURODEGENERATIVE]),
        (ALZHEIMER, "MONDO:0004975", "Alzheimer disease", ["AD \"senile\"\n"], [], [NEURODEGENERATIVE]),
        (NEURODEGENERATIVE, "MONDO:0005559", "neurodegenerative disease", [], [], []),
        (AKKERMANSIA, "NCBITaxon:239935", "Akkermansia muciniphila", ["Akkermansia"], [], []),
        (LACTOBACILLUS, "NCBITaxon:1578", "Lactobacillus", [], [], []),
        (RHAMNOSUS, "NCBITaxon:47715", "Lactobacillus rhamnosus", ["PD"], [], [LACTOBACILLUS]),
        (BUTYRATE, "CHEBI:17968", "butyrate", ["butyric acid", "β-butyrate 🦠"], [], []),
        (PSYLLIUM, PSYLLIUM, "psyllium", [], ["http://example.org/a|b"], []),
        (BDNF, "HGNC:1033", "BDNF", ["brain-derived neurotrophic factor"], [], []),
        (METFORMIN, "kgname:metformin", "metformin", [], [], []),
        (MICROBIOTA, "OHMI:0000020", "gut microbiota", ["microbiota"], [], []),
    ]  # fmt: skip
    columns = ("uri", "curie", "name", "synonyms", "equivalents", "parents")
    rows: list[dict[str, Any]] = [dict(zip(columns, row, strict=True)) for row in named]
    ends = count_ends(statements)
    return [concept(row, ends, WORDINGS.get(row["uri"], {})) for row in rows]


def count_ends(statements: list[dict[str, Any]]) -> Counter[str]:
    """In how many statements each concept stands."""
    return Counter(row[end] for row in statements for end in ("subject", "object"))


def concept(row: dict[str, Any], ends: Counter[str], wordings: dict[str, int]) -> dict[str, Any]:
    """A row of concepts with all that follows from its names, its wordings and the statements."""
    uri, mentions = row["uri"], sum(wordings.values())
    full = {
        "label": CLASSES.get(uri, ""),
        "rank": "genus" if uri == LACTOBACILLUS else "",
        "wordings": [{"text": text, "mentions": count} for text, count in wordings.items()],
        "mentions": mentions,
        "articles": min(mentions, 3),
        "statements": ends[uri],
        **row,
    }
    return full | {"keys": name_keys(full)}


def rows() -> dict[str, list[dict[str, Any]]]:
    """The rows of every table; a test may change them before `write`."""
    evidence = _evidence()
    statements = _statements(evidence)
    return {
        "articles": [dict(a) for a in ARTICLES],
        "mentions": [],
        "evidence": evidence,
        "statements": statements,
        "concepts": _concepts(statements),
    }


def write(folder: Path, content: dict[str, list[dict[str, Any]]]) -> Path:
    """Write tables into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in TABLES.items():
        table = pa.Table.from_pylist(content.get(name, []), schema=schema)
        pq.write_table(table, folder / f"{name}.parquet")
    return folder
