"""A concept's neighbours, and the evidence between two concepts, read from a graph's tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgbuild.errors import KgbuildError
from kgbuild.query.names import TableNames
from kgbuild.query.resolve import Meaning, no_statements, resolve
from kgbuild.query.tables import Tables, open_tables
from kgbuild.tables import SPEAKS


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
    study: str
    retracted: bool
    standing: str
    work: str
    finding: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStatement:
    """A statement with its strongest evidence, for and then against; the counts are of all of it."""

    id: str
    subject: Named
    predicate: str
    object: Named
    belief: float
    supporting: int
    refuting: int
    increase: int
    decrease: int
    conflict: bool
    first_year: int | None
    last_year: int | None
    total_evidence: int
    evidence: tuple[ShownEvidence, ...]


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


def show(
    tables: Path,
    first: str,
    second: str | None = None,
    *,
    narrower: bool = False,
    limit: int = 20,
    evidence: int = 3,
) -> Shown:
    """The statements about a concept, or between two in either direction, the best supported first.

    Args:
        tables: the folder of a published graph.
        first: a concept's name, CURIE or URI.
        second: another one.
        narrower: take concepts narrower than those named as well.
        limit: most statements.
        evidence: most evidence for a statement, and most against it.

    Raises:
        GraphError: the tables cannot be read.
    """
    with open_tables(tables, "articles", "evidence", "statements", "concepts") as opened:
        names = TableNames(opened)
        found = [resolve(names, text) for text in (first, second) if text is not None]
        problem = next((error for error in (item.error() for item in found) if error), None)
        concepts = (
            *(m for item in found for m in item.meanings[:1]),
            *(m for item in found for m in item.meanings[1:]),
        )
        if any(not item.meanings for item in found):
            return Shown(concepts=concepts, problem=problem)
        meant = [item.meanings[0] for item in found]
        total, rows = _statements(opened, names, meant, narrower, limit)
        ends = _names(opened, [row[end] for row in rows for end in ("subject", "object")])
        evidences, totals = _evidence(opened, [row["id"] for row in rows], evidence)
        notes = [item.note for item in found]
        if not total:
            wider = 0 if narrower else _statements(opened, names, meant, True, 0)[0]
            notes += [*map(no_statements, meant), _nothing_between(meant), _with_narrower(wider)]
    statements = tuple(
        ShownStatement(
            id=row["id"],
            subject=ends[row["subject"]],
            predicate=row["predicate"],
            object=ends[row["object"]],
            belief=row["belief"],
            supporting=row["supporting"],
            refuting=row["refuting"],
            increase=row["increase"],
            decrease=row["decrease"],
            conflict=row["conflict"],
            first_year=row["first_year"],
            last_year=row["last_year"],
            total_evidence=totals[row["id"]],
            evidence=tuple(evidences.get(row["id"], ())),
        )
        for row in rows
    )
    note = " ".join(filter(None, notes))
    return Shown(
        concepts=concepts, meant=tuple(meant), statements=statements, total=total, note=note, problem=problem
    )


def _statements(
    tables: Tables, names: TableNames, meant: Sequence[Meaning], narrower: bool, limit: int
) -> tuple[int, list[dict[str, Any]]]:
    """How many statements there are of one concept or between two, and the best supported of them."""
    groups = [names.below(concept.uri) if narrower else [concept.uri] for concept in meant]
    found = "FROM statements WHERE subject IN $a OR object IN $a"
    if len(groups) == 2:
        found = "FROM statements WHERE subject IN $a AND object IN $b OR subject IN $b AND object IN $a"
    ends = dict(zip("ab", groups, strict=False))
    (total,) = tables.rows(f"SELECT count(*) AS total {found}", **ends)
    order = "ORDER BY belief DESC, supporting DESC, id LIMIT $limit"
    return total["total"], tables.rows(f"{found} {order}", **ends, limit=limit)


def _nothing_between(meant: Sequence[Meaning]) -> str:
    if len({concept.uri for concept in meant}) < len(meant):
        return f"Both names mean {meant[0].name}."
    counts = ", ".join(f"{concept.name} stands in {concept.statements:,}" for concept in meant)
    return f"No statement is between the two: {counts}." if len(meant) == 2 else ""


def _with_narrower(statements: int) -> str:
    return f"With narrower concepts there are {statements:,}: --include-narrower." if statements else ""


def _names(tables: Tables, uris: Sequence[str]) -> dict[str, Named]:
    rows = tables.rows("SELECT uri, curie, name FROM concepts WHERE uri IN $uris", uris=uris)
    return {row["uri"]: Named(**row) for row in rows}


_EVIDENCE = f"""
SELECT e.*, a.title, a.abstract FROM (
    SELECT *, count(*) OVER (PARTITION BY statement) AS total, row_number() OVER (
        PARTITION BY statement, negated ORDER BY finding AND {SPEAKS} DESC, score DESC, year DESC, id
    ) AS place
    FROM evidence WHERE statement IN $statements
) AS e JOIN articles AS a USING (pmid, version)
WHERE e.place <= $most ORDER BY e.statement, e.negated, e.place
"""  # noqa: S608 - a constant


def _evidence(
    tables: Tables, statements: Sequence[str], most: int
) -> tuple[dict[str, list[ShownEvidence]], dict[str, int]]:
    """Each statement's best evidence, and how much there is in all, that included which counts for nothing."""
    found: dict[str, list[ShownEvidence]] = {}
    totals: dict[str, int] = {}
    for row in tables.rows(_EVIDENCE, statements=statements, most=most):
        totals[row["statement"]] = row["total"]
        found.setdefault(row["statement"], []).append(
            ShownEvidence(
                id=row["id"],
                pmid=row["pmid"],
                year=row["year"],
                sentences=sentences_of(row),
                subject=_place(row, "subject"),
                object=_place(row, "object"),
                score=row["score"],
                negated=row["negated"],
                speculative=row["speculative"],
                direction=row["direction"],
                study=row["study"],
                retracted=row["retracted"],
                standing=row["standing"],
                work=row["work"],
                finding=row["finding"],
            )
        )
    return found, totals


def sentences_of(row: dict[str, Any]) -> tuple[str, ...]:
    """The sentences of a row of evidence joined with its article's title and abstract, in order."""
    spans = {
        (row[f"{role}_section"], row[f"{role}_sentence_start"], row[f"{role}_sentence_end"])
        for role in ("subject", "object")
    }
    ordered = sorted(spans, key=lambda span: (span[0] != "title", span[1]))
    return tuple(row[section][start:end] for section, start, end in ordered)


def _place(row: dict[str, Any], role: str) -> Place:
    names = ("section", "start", "end", "text")
    return Place(**{name: row[f"{role}_{name}"] for name in names})
