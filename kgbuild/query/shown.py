"""What `show` answers with: statements with their evidence, each as a reader needs it."""

from __future__ import annotations

from dataclasses import dataclass

from kgbuild.errors import KgbuildError
from kgbuild.query.resolve import Meaning

WAYS = ("more", "less", "raises", "lowers", "worsens", "improves")
"""The columns of `statements` that count directions by the kind of claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An end of a statement."""

    uri: str
    curie: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a mention stands: characters of a stored section, the end exclusive."""

    section: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvidence:
    """One article's words for or against a statement, with its one or two sentences in the text's order.

    It counts for nothing where `finding` is false, `standing` is retracted or notice, or `work` is another article.
    """

    id: str
    pmid: str
    year: int | None
    sentences: tuple[str, ...]
    subject: Place
    object: Place
    score: float
    negated: bool
    speculative: bool
    direction: str
    claim: str
    weight: float
    study: str
    retracted: bool
    standing: str
    work: str
    finding: bool
    design: str
    participants: int | None
    species: str
    site: str
    comparator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """How much of a statement's evidence, for and against, is from the studies that were asked for."""

    supporting: int
    refuting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStatement:
    """A statement with its strongest evidence, for and then against; the counts are of all of it.

    Where some studies were asked for, `evidence` and `total_evidence` are of these, and `matching` counts those whose
    claims stand.
    """

    id: str
    subject: Named
    predicate: str
    object: Named
    belief: float
    supporting: int
    refuting: int
    increase: int
    decrease: int
    more: int
    less: int
    raises: int
    lowers: int
    worsens: int
    improves: int
    works: int
    asked: int
    conflict: bool
    first_year: int | None
    last_year: int | None
    total_evidence: int
    evidence: tuple[ShownEvidence, ...]
    matching: Matching | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was asked for, and the statements found; `total` counts those beyond the limit too.

    `concepts` come best first: for one text all that it may mean, for two the best of each, then the others.
    `meant` are those that were asked for.
    `note` names concepts of the same name, or says why there are no statements; `problem` is why no concept is meant.
    Of a name that may mean several, the statements are those of the best one.
    """

    concepts: tuple[Meaning, ...]
    meant: tuple[Meaning, ...] = ()
    statements: tuple[ShownStatement, ...] = ()
    total: int = 0
    note: str = ""
    problem: KgbuildError | None = None
