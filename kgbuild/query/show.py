"""A concept's neighbours, and the evidence between two concepts, read from a graph's tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kgbuild.query.names import TableNames
from kgbuild.query.resolve import Meaning, count, no_statements, resolve
from kgbuild.query.shown import WAYS, Matching, Named, Place, Shown, ShownEvidence, ShownStatement
from kgbuild.query.studies import StudyFilter
from kgbuild.query.tables import Parameter, Tables, open_tables
from kgbuild.tables import SPEAKS


def show(
    tables: Path,
    first: str,
    second: str | None = None,
    *,
    narrower: bool = False,
    limit: int = 20,
    evidence: int = 3,
    studies: StudyFilter | None = None,
    by_belief: bool = False,
) -> Shown:
    """The statements about a concept, or between two in either direction, the best supported first.

    What sentences take for granted (`Schema.background`) stands behind the findings.

    Args:
        tables: the folder of a published graph.
        first: a concept's name, CURIE or URI.
        second: another one.
        narrower: take concepts narrower than those named as well.
        limit: most statements.
        evidence: most evidence for a statement, and most against it.
        studies: leave out evidence from other studies, and statements that have no other.
        by_belief: rank by belief alone.

    Raises:
        GraphError: the tables cannot be read.
    """
    studies = studies or StudyFilter()
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
        total, rows = _statements(opened, names, meant, narrower, limit, studies, by_belief=by_belief)
        ends = _names(opened, [row[end] for row in rows for end in ("subject", "object")])
        evidences, totals = _evidence(opened, [row["id"] for row in rows], evidence, studies)
        matching = _matching(opened, [row["id"] for row in rows], studies)
        notes = [item.note for item in found]
        others = _statements(opened, names, meant, narrower, 0, StudyFilter())[0] if studies and not total else 0
        if others:
            notes.append(f"{count(others, 'statement')}, none with evidence {studies}.")
        elif not total:
            wider = 0 if narrower else _statements(opened, names, meant, True, 0, studies)[0]
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
            **{name: row[name] for name in WAYS},
            works=row["works"],
            asked=row["asked"],
            conflict=row["conflict"],
            first_year=row["first_year"],
            last_year=row["last_year"],
            total_evidence=totals[row["id"]],
            evidence=tuple(evidences.get(row["id"], ())),
            matching=matching.get(row["id"]),
        )
        for row in rows
    )
    note = " ".join(filter(None, notes))
    return Shown(
        concepts=concepts, meant=tuple(meant), statements=statements, total=total, note=note, problem=problem
    )


def _statements(
    tables: Tables,
    names: TableNames,
    meant: Sequence[Meaning],
    narrower: bool,
    limit: int,
    studies: StudyFilter,
    *,
    by_belief: bool = False,
) -> tuple[int, list[dict[str, Any]]]:
    """How many statements there are of one concept or between two, and the best supported of them."""
    groups = [names.below(concept.uri) if narrower else [concept.uri] for concept in meant]
    ends = "subject IN $a OR object IN $a"
    if len(groups) == 2:
        ends = "subject IN $a AND object IN $b OR subject IN $b AND object IN $a"
    found = f"FROM statements WHERE ({ends})"
    if studies:
        # The condition names columns and parameters alone.
        found += f" AND id IN (SELECT statement FROM evidence WHERE {studies.condition})"  # noqa: S608
    given: dict[str, Parameter] = {**dict(zip("ab", groups, strict=False)), **studies.parameters}
    (total,) = tables.rows(f"SELECT count(*) AS total {found}", **given)
    first = "" if by_belief else "background, "
    order = f"ORDER BY {first}supporting + refuting = 0, belief DESC, supporting DESC, id LIMIT $limit"
    return total["total"], tables.rows(f"{found} {order}", **given, limit=limit)


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
    FROM evidence WHERE statement IN $statements AND %s
) AS e JOIN articles AS a USING (pmid, version)
WHERE e.place <= $most ORDER BY e.statement, e.negated, e.place
"""  # noqa: S608 - a constant
_MATCHING = f"""
SELECT statement, count(*) FILTER (NOT negated) AS supporting, count(*) FILTER (negated) AS refuting
FROM evidence WHERE statement IN $statements AND finding AND {SPEAKS} AND %s GROUP BY statement
"""  # noqa: S608 - a constant


def _evidence(
    tables: Tables, statements: Sequence[str], most: int, studies: StudyFilter
) -> tuple[dict[str, list[ShownEvidence]], dict[str, int]]:
    """Each statement's best evidence, and how much there is in all, that included which counts for nothing."""
    found: dict[str, list[ShownEvidence]] = {}
    totals: dict[str, int] = {}
    asked = _EVIDENCE % studies.condition
    for row in tables.rows(asked, statements=statements, most=most, **studies.parameters):
        totals[row["statement"]] = row["total"]
        found.setdefault(row["statement"], []).append(
            ShownEvidence(
                id=row["id"],
                pmid=row["pmid"],
                year=row["year"],
                sentences=sentences_of(row),
                subject=place_of(row, "subject"),
                object=place_of(row, "object"),
                score=row["score"],
                negated=row["negated"],
                speculative=row["speculative"],
                direction=row["direction"],
                claim=row["claim"],
                weight=row["weight"],
                study=row["study"],
                retracted=row["retracted"],
                standing=row["standing"],
                work=row["work"],
                finding=row["finding"],
                design=row["design"],
                participants=row["participants"],
                species=row["species"],
                site=row["site"],
                comparator=row["comparator"],
            )
        )
    return found, totals


def _matching(tables: Tables, statements: Sequence[str], studies: StudyFilter) -> dict[str, Matching]:
    """How much evidence of each statement is from the studies that are asked for; nothing where all are."""
    if not studies:
        return {}
    rows = tables.rows(_MATCHING % studies.condition, statements=statements, **studies.parameters)
    none = {statement: Matching(supporting=0, refuting=0) for statement in statements}
    return none | {row["statement"]: Matching(supporting=row["supporting"], refuting=row["refuting"]) for row in rows}


def sentences_of(row: dict[str, Any]) -> tuple[str, ...]:
    """The sentences of a row of evidence joined with its article's title and abstract, in order."""
    spans = {
        (row[f"{role}_section"], row[f"{role}_sentence_start"], row[f"{role}_sentence_end"])
        for role in ("subject", "object")
    }
    ordered = sorted(spans, key=lambda span: (span[0] != "title", span[1]))
    return tuple(row[section][start:end] for section, start, end in ordered)


def place_of(row: dict[str, Any], role: str) -> Place:
    """Where an end of a row of evidence stands."""
    names = ("section", "start", "end", "text")
    return Place(**{name: row[f"{role}_{name}"] for name in names})
