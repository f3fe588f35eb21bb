"""The columns of every table that kgbuild writes, in Parquet; `docs/tables.md` is made from here.

A finished graph holds `articles`, `mentions`, `evidence`, `statements` and `concepts`. Positions count
characters (code points) of a section's text from 0, the end exclusive.
"""

from __future__ import annotations

import pyarrow as pa

_TEXT = pa.string()
_INT = pa.int32()


def _field(name: str, kind: pa.DataType, about: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"about": about})


_MESH = pa.struct([("ui", _TEXT), ("name", _TEXT), ("major", pa.bool_()), ("qualifiers", pa.list_(_TEXT))])
_AUTHOR = pa.struct([("last", _TEXT), ("fore", _TEXT), ("initials", _TEXT), ("collective", _TEXT)])
_RANGE = pa.struct([("section", _TEXT), ("start", _INT), ("end", _INT), ("label", _TEXT)])
_NOTICE = pa.struct([("kind", _TEXT), ("pmid", _TEXT), ("text", _TEXT)])
_FACET = pa.struct(
    [("name", _TEXT), ("value", _TEXT), ("section", _TEXT), ("start", _INT), ("end", _INT), ("text", _TEXT)]
)
_CANDIDATE = pa.struct([("uri", _TEXT), ("name", _TEXT), ("score", pa.float64()), ("reasons", pa.list_(_TEXT))])
_WORDING = pa.struct([("text", _TEXT), ("mentions", _INT)])

_KEY = [
    _field("pmid", _TEXT, "the article's PMID, or the identifier that its source gives it"),
    _field("version", _INT, "PubMed's version of the record, from 1"),
]

ARTICLES = pa.schema(
    [
        *_KEY,
        _field("title", _TEXT, "the title, markup flattened"),
        _field("abstract", _TEXT, "the abstract; empty where there is none"),
        _field("ranges", pa.list_(_RANGE), "the parts of a structured abstract and their labels"),
        _field("year", _INT, "year of publication", nullable=True),
        _field("month", _INT, "month of publication, 1 to 12", nullable=True),
        _field("day", _INT, "day of publication, 1 to 31", nullable=True),
        _field("date_text", _TEXT, "the date as the source wrote it"),
        _field("journal", _TEXT, "the journal's title"),
        _field("authors", pa.list_(_AUTHOR), "the authors, in order"),
        _field("mesh", pa.list_(_MESH), "MeSH headings with their qualifiers"),
        _field("keywords", pa.list_(_TEXT), "the authors' keywords"),
        _field("language", pa.list_(_TEXT), "ISO 639-2 codes"),
        _field("publication_types", pa.list_(_TEXT), "PubMed's publication types"),
        _field("notices", pa.list_(_NOTICE), "links to corrections and retractions"),
        _field("retracted", pa.bool_(), "whether the article was retracted"),
        _field("doi", _TEXT, "the DOI; empty where there is none"),
        _field("pmcid", _TEXT, "the PMC identifier; empty where there is none"),
        _field(
            "electronic_date", _TEXT, "when it was published online, as far as is known; empty where that is not told"
        ),
        _field("revised", _TEXT, "date of the record's last revision at PubMed; empty where it is not PubMed's"),
        _field("abstract_from", _TEXT, "what stands for the abstract where it is not PubMed's own; else empty"),
        _field("standing", _TEXT, "sound, concern, partly retracted, retracted, or notice: a notice claims nothing"),
        _field(
            "work", _TEXT, "the work that it is a version of: one source of evidence; the PMID of the one that counts"
        ),
        _field("study", _TEXT, "human, animal, in vitro or unknown"),
        _field("design", _TEXT, "design of the study, such as randomised trial; empty where it is not known"),
        _field("participants", _INT, "number of people who took part", nullable=True),
        _field("facets", pa.list_(_FACET), "what is known of the study, and the words (or the heading) that say so"),
        _field("unit", _INT, "the number of the ingest that brought this record; the latest wins"),
    ]
)

MENTIONS = pa.schema(
    [
        *_KEY,
        _field("section", _TEXT, "title or abstract"),
        _field("start", _INT, "first character of the mention"),
        _field("end", _INT, "one past its last character"),
        _field("text", _TEXT, "the mention as it stands in the text"),
        _field("label", _TEXT, "one of the schema's labels"),
        _field("score", pa.float64(), "the tagger's confidence, 0 to 1"),
        _field("source", _TEXT, "the backend that found it"),
        _field("uri", _TEXT, "the concept, as the term index spells it; null if not linked", nullable=True),
        _field(
            "canonical",
            _TEXT,
            "the canonical URI of its clique, or where `uri` is null of the name itself; null if that is too short",
            nullable=True,
        ),
        _field("link_score", pa.float64(), "the linker's confidence, 0 to 1"),
        _field("link_method", _TEXT, "exact, form, abbreviation, acronym, ngram, dense, or empty"),
        _field("link_source", _TEXT, "the terms that have the name: shipped, or a file of --terms; else empty"),
        _field("candidates", pa.list_(_CANDIDATE), "the alternatives with their reasons, best first"),
    ]
)


def _end(role: str) -> list[pa.Field]:
    return [
        _field(f"{role}_section", _TEXT, f"where the {role} stands: title or abstract"),
        _field(f"{role}_start", _INT, f"first character of the {role}"),
        _field(f"{role}_end", _INT, f"one past the last character of the {role}"),
        _field(f"{role}_text", _TEXT, f"the {role} as it stands in the text"),
        _field(f"{role}_label", _TEXT, f"the label of the {role}"),
        _field(f"{role}_uri", _TEXT, f"the {role}'s `canonical`", nullable=True),
        _field(f"{role}_sentence_start", _INT, f"first character of the sentence that holds the {role}"),
        _field(f"{role}_sentence_end", _INT, "one past that sentence's last character"),
    ]


EVIDENCE = pa.schema(
    [
        _field("id", _TEXT, "hash of PMID, version, both spans and labels, and predicate; 32 hexadecimal digits"),
        _field(
            "statement",
            _TEXT,
            "the statement that it supports; null if an end has no concept, or both have one",
            nullable=True,
        ),
        *_KEY,
        _field("predicate", _TEXT, "one of the schema's predicates"),
        *_end("subject"),
        *_end("object"),
        _field("score", pa.float64(), "the extractor's confidence, 0 to 1"),
        _field("source", _TEXT, "the backend that found it"),
        _field("weight", pa.float64(), "how likely it is right, by its score and its sentence; belief counts this"),
        _field("negated", pa.bool_(), "whether the text denies it"),
        _field("speculative", pa.bool_(), "whether the text only supposes it"),
        _field("direction", _TEXT, "direction of the change: increase, decrease, none or unknown"),
        _field("claim", _TEXT, "what the direction speaks of: association, effect, outcome or other"),
        _field("finding", pa.bool_(), "false for an aim, a hypothesis or a method, which count for nothing"),
        _field("study", _TEXT, "human, animal, in vitro or unknown"),
        _field("design", _TEXT, "design of the study, such as randomised trial; empty where it is not known"),
        _field("participants", _INT, "number of people who took part", nullable=True),
        _field("species", _TEXT, "the species studied, as the article names it; empty where it names none"),
        _field("site", _TEXT, "the part of the body or the sample that was looked at; empty where none is named"),
        _field("comparator", _TEXT, "what was compared with, in the article's words; empty where nothing is named"),
        _field("review", pa.bool_(), "whether the article is a review or meta-analysis"),
        _field("year", _INT, "year of publication", nullable=True),
        _field("retracted", pa.bool_(), "whether the article was retracted"),
        _field(
            "standing",
            _TEXT,
            "the article's: sound; concern or partly retracted (count half); retracted or notice (count for nothing)",
        ),
        _field("work", _TEXT, "the article's work: evidence counts where it is the `pmid`"),
        _field("run", _TEXT, "the run that found it; hash of its configuration"),
    ]
)

SPEAKS = "standing NOT IN ('retracted', 'notice') AND work = pmid"
"""The SQL condition on a row of evidence that its article's claims stand, and that no other version of the work
speaks in its place: all other evidence is kept and counts for nothing."""

STATEMENTS = pa.schema(
    [
        _field("id", _TEXT, "hash of subject, predicate and object; 32 hexadecimal digits"),
        _field("subject", _TEXT, "canonical URI of the subject"),
        _field("subject_label", _TEXT, "label of the subject in most of its evidence"),
        _field("predicate", _TEXT, "one of the schema's predicates"),
        _field("object", _TEXT, "canonical URI of the object"),
        _field("object_label", _TEXT, "label of the object in most of its evidence"),
        _field("belief", pa.float64(), "how far the evidence supports it, 0 to 1, to six digits"),
        _field("supporting", _INT, "evidence for it: findings not negated, of articles that count"),
        _field("refuting", _INT, "evidence against it: findings that are negated, of articles that count"),
        _field("speculative", _INT, "of the supporting, how many only suppose it"),
        _field("articles", _INT, "articles with evidence for or against; of a work, the version that counts"),
        _field("works", _INT, "independent works with evidence for or against: as many as articles"),
        _field("asked", _INT, "evidence that only asks: aims, hypotheses and methods, which count for nothing"),
        _field("increase", _INT, "supporting evidence with direction increase, of any kind of claim"),
        _field("decrease", _INT, "supporting evidence with direction decrease"),
        _field("more", _INT, "of the increase: the disorder goes with more of the other (association)"),
        _field("less", _INT, "of the decrease: the disorder goes with less of it"),
        _field("raises", _INT, "of the increase: the subject raises the object (effect)"),
        _field("lowers", _INT, "of the decrease: the subject lowers the object"),
        _field("worsens", _INT, "of the increase: the subject worsens the disorder, or its risk (outcome)"),
        _field("improves", _INT, "of the decrease: the subject improves or prevents the disorder"),
        _field("background", pa.bool_(), "whether its relation is one that sentences take for granted"),
        _field("conflict", pa.bool_(), "evidence for and against, or in opposite directions"),
        _field("human", _INT, "supporting evidence from human studies"),
        _field("first_year", _INT, "year of the earliest article", nullable=True),
        _field("last_year", _INT, "year of the latest article", nullable=True),
        _field("direct", pa.bool_(), "whether the graph shows it as a direct triple"),
    ]
)

CONCEPTS = pa.schema(
    [
        _field("uri", _TEXT, "canonical URI of the clique, or of a name without a concept (`…/kgbuild/name/`)"),
        _field("curie", _TEXT, "its CURIE; the URI where no prefix fits"),
        _field("name", _TEXT, "preferred name; with its CURIE where a concept of more mentions has name and label"),
        _field("label", _TEXT, "the label of most of its mentions; empty for an ancestor never mentioned"),
        _field("rank", _TEXT, "taxonomic rank, such as genus; empty where there is none"),
        _field("synonyms", pa.list_(_TEXT), "other names, of vocabularies; its wordings where no vocabulary has it"),
        _field("wordings", pa.list_(_WORDING), "how its mentions are spelled, and how often; the commonest first"),
        _field("keys", pa.list_(_TEXT), "normal forms of names and wordings (`kgbuild.normalize.key`), for look-up"),
        _field("equivalents", pa.list_(_TEXT), "the other URIs of the clique"),
        _field("parents", pa.list_(_TEXT), "canonical URIs of the broader concepts"),
        _field("mentions", _INT, "how often it is mentioned"),
        _field("articles", _INT, "in how many articles"),
        _field("statements", _INT, "in how many statements it stands"),
    ]
)

TABLES = {
    "articles": ARTICLES,
    "mentions": MENTIONS,
    "evidence": EVIDENCE,
    "statements": STATEMENTS,
    "concepts": CONCEPTS,
}


def as_markdown() -> str:
    """The text of `docs/tables.md`; `python -m kgbuild.tables` prints it."""
    lines = [
        "# Tables",
        "",
        "Every graph has these five tables, in Parquet, in the folder that `kg/CURRENT` names under `kg/graph/`.",
        "They are the record of truth: RDF, Neo4j and the exports are views that are made from them. Positions",
        "count characters (Unicode code points) of the stored title or abstract from 0; the end is exclusive, so",
        "that `text[start:end]` is the mention or the sentence. This page is printed by `python -m kgbuild.tables`.",
    ]
    for name, schema in TABLES.items():
        lines += ["", f"## {name}", "", "| column | type | null | meaning |", "|---|---|---|---|"]
        for field in schema:
            about = (field.metadata or {}).get(b"about", b"").decode()
            kind = str(field.type).replace("element: ", "").replace("item: ", "")
            lines.append(f"| `{field.name}` | {kind} | {'yes' if field.nullable else 'no'} | {about} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(as_markdown(), end="")  # noqa: T201
