"""The types that flow between the stages. All are immutable; tuples stand for lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SectionName = Literal["title", "abstract"]
SECTION_NAMES: tuple[SectionName, ...] = ("title", "abstract")
Direction = Literal["increase", "decrease", "none", "unknown"]
DIRECTIONS: tuple[Direction, ...] = ("increase", "decrease", "none", "unknown")
ClaimKind = Literal["association", "effect", "outcome", "other"]
CLAIM_KINDS: tuple[ClaimKind, ...] = ("association", "effect", "outcome", "other")
"""What a direction speaks of; see `kgbuild.annotate.direction`."""
Standing = Literal["sound", "concern", "partly retracted", "retracted", "notice"]
STANDINGS: tuple[Standing, ...] = ("sound", "concern", "partly retracted", "retracted", "notice")
"""Whether an article's claims stand: an expression of concern, a retraction; a notice itself claims nothing."""
StudyKind = Literal["human", "animal", "in vitro", "unknown"]
STUDY_KINDS: tuple[StudyKind, ...] = ("human", "animal", "in vitro", "unknown")
DESIGNS: tuple[str, ...] = (
    *("guideline", "protocol", "meta-analysis", "systematic review", "review", "bibliometric analysis", "commentary"),
    *("Mendelian randomisation", "randomised trial", "clinical trial", "cohort", "case-control", "cross-sectional"),
    *("case report", "qualitative", "observational", "animal experiment", "in vitro", "computational"),
)
"""The designs of studies; `kgbuild.annotate.study_design` says how they are known, and which comes first."""
SECONDARY: frozenset[str] = frozenset(DESIGNS[: DESIGNS.index("Mendelian randomisation")]) - {"protocol"}
"""Designs of articles that report on other articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A title or an abstract, as plain text."""

    name: SectionName
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One part of a structured abstract. The label ("METHODS") stands outside the text."""

    section: SectionName
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDate:
    """When an article was published, as precisely as is known; `text` is what the source wrote."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person (`last`, `fore`, `initials`), or a group (`collective` alone)."""

    last: str = ""
    fore: str = ""
    initials: str = ""
    collective: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshHeading:
    """A MeSH descriptor with its qualifiers' names."""

    ui: str
    name: str
    major: bool = False
    qualifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A link to a correction of the article, as PubMed types it: "RetractionIn", "ErratumIn" …"""

    kind: str
    pmid: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article. `id` is the PMID where there is one; `version` is PubMed's, from 1.

    `date` is the issue's, `electronic_date` (ISO 8601, as precisely as is known) that of publication online.
    `revised` is PubMed's date of the record's last revision (ISO 8601); empty where the source has no such record.
    `abstract_from` says what stands for the abstract where it is not PubMed's own, such as "OtherAbstract, eng".
    `standing` is what this record says of itself; `retracted` is true where it is "retracted".
    """

    id: str
    version: int = 1
    sections: tuple[Section, ...]
    ranges: tuple[Range, ...] = ()
    date: PublicationDate = PublicationDate()
    journal: str = ""
    authors: tuple[Author, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    keywords: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    retracted: bool = False
    doi: str = ""
    pmcid: str = ""
    electronic_date: str = ""
    revised: str = ""
    abstract_from: str = ""
    standing: Standing = "sound"

    def text(self, section: SectionName) -> str:
        """The text of a section; empty where the document has none of that name."""
        return next((part.text for part in self.sections if part.name == section), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One thing that is known of a study: `name` is design, participants, species, model, site or comparator.

    `text` are the words that say so; they stand at `start` to `end` of `section`, or, where that is empty, in a
    heading or publication type of the record.
    """

    name: str
    value: str
    section: str = ""
    start: int = 0
    end: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What an article reports on; see `kgbuild.annotate.study`."""

    kind: StudyKind = "unknown"
    design: str = ""
    participants: int | None = None
    review: bool = False
    facets: tuple[Facet, ...] = ()

    def words(self, name: str) -> str:
        """The value of the first facet of a name; empty where there is none."""
        return next((facet.value for facet in self.facets if facet.name == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """An article that PubMed has withdrawn; a tombstone for its earlier records."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A record that could not be read: where it stands, why, and what the user can do."""

    file: str
    record: str
    cause: str
    remedy: str = ""


Record = Document | Deletion | Reject


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open stretch of a section, in characters (code points)."""

    section: SectionName
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entity in the text. `score` is a probability; `source` names the backend that found it."""

    span: Span
    text: str
    label: str
    score: float = 1.0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A concept that a mention might mean, with the reasons for its score."""

    uri: str
    name: str
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a mention means. `uri` is None where nothing was good enough.

    `uri` is spelled as the term index spells it; `canonical` is what the graph uses: the URI of its clique, or where
    there is no concept that of the name itself, if it may stand for one.
    `candidates` holds the alternatives, best first, the chosen one included. `source` is the index that has the name.
    """

    mention: Mention
    uri: str | None
    canonical: str | None = None
    score: float = 0.0
    method: str = ""
    source: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation between two mentions, with what the sentence says of it.

    `claim` says what `direction` speaks of. `finding` is false where the sentence reports none: an aim, a hypothesis,
    a method.
    """

    subject: Mention
    predicate: str
    object: Mention
    score: float = 1.0
    source: str = ""
    negated: bool = False
    speculative: bool = False
    direction: Direction = "unknown"
    claim: ClaimKind = "other"
    finding: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """A document with its mentions, relations and links.

    Raises:
        ValueError: a mention's offsets do not give back its text.
    """

    document: Document
    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        texts = {part.name: part.text for part in self.document.sections}
        for mention in self.mentions:
            span = mention.span
            found = texts.get(span.section, "")[span.start : span.end]
            if found != mention.text or not 0 <= span.start < span.end:
                raise ValueError(
                    f"document {self.document.id}: {span.section} {span.start}-{span.end} "
                    f"holds {found!r}, not {mention.text!r}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """An entry of a vocabulary. `equivalents` and `parents` are URIs; `label` is a schema label, or empty.

    `rank` is the taxonomic rank of a taxon, such as "genus", or empty.
    """

    uri: str
    curie: str
    name: str
    label: str = ""
    synonyms: tuple[str, ...] = ()
    equivalents: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    rank: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermName:
    """One name of one concept. `count`: how often it was seen with it in annotated text."""

    name: str
    uri: str
    label: str
    preferred: bool = False
    count: int = 0
