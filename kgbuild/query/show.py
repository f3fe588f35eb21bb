"""A concept's neighbours, and the evidence between two concepts, read from a graph's tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.errors import InputError
from kgbuild.namespaces import to_uri
from kgbuild.normalize import key

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A concept as people see it."""

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
    """One article's words for or against a statement, with its one or two sentences in the text's order."""

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
    """What was asked for, and the statements found; `total` counts those beyond the limit too."""

    concepts: tuple[Named, ...]
    statements: tuple[ShownStatement, ...]
    total: int


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
        InputError: a concept is not in the graph; the remedy names similar ones.
    """
    with _connect(tables) as connection:
        concepts = [find_concept(connection, text) for text in (first, second) if text is not None]
        groups = [_with_narrower(connection, c.uri) if narrower else [c.uri] for c in concepts]
        where = "(subject IN $a OR object IN $a)"
        parameters: dict[str, Any] = {"a": groups[0]}
        if len(groups) == 2:
            where = "((subject IN $a AND object IN $b) OR (subject IN $b AND object IN $a))"
            parameters["b"] = groups[1]
        total = connection.execute(f"SELECT count(*) FROM statements WHERE {where}", parameters).fetchone()  # noqa: S608 - `where` is one of the two texts above
        rows = _records(
            connection.execute(
                f"FROM statements WHERE {where} ORDER BY belief DESC, supporting DESC, id LIMIT $limit",
                {**parameters, "limit": limit},
            )
        )
        names = _names(connection, [row[end] for row in rows for end in ("subject", "object")])
        found, totals = _evidence(connection, [row["id"] for row in rows], evidence)
    statements = tuple(
        ShownStatement(
            id=row["id"],
            subject=names[row["subject"]],
            predicate=row["predicate"],
            object=names[row["object"]],
            belief=row["belief"],
            supporting=row["supporting"],
            refuting=row["refuting"],
            increase=row["increase"],
            decrease=row["decrease"],
            conflict=row["conflict"],
            first_year=row["first_year"],
            last_year=row["last_year"],
            total_evidence=totals[row["id"]],
            evidence=tuple(found.get(row["id"], ())),
        )
        for row in rows
    )
    return Shown(concepts=tuple(concepts), statements=statements, total=total[0] if total else 0)


def find_concept(connection: duckdb.DuckDBPyConnection, text: str) -> Named:
    """The concept that a name, CURIE or URI means; of several of one name the most mentioned.

    Raises:
        InputError: there is none in the graph; the remedy names similar ones.
    """
    uri = to_uri(text)
    if uri is not None:
        rows = connection.execute(
            "SELECT uri, curie, name FROM concepts WHERE uri = $uri OR list_contains(equivalents, $uri)",
            {"uri": uri},
        ).fetchall()
        if rows:
            return Named(uri=rows[0][0], curie=rows[0][1], name=rows[0][2])
    wanted = key(text)
    best: tuple[tuple[bool, int, str], Named] | None = None
    names: dict[str, int] = {}
    query = "SELECT uri, curie, name, synonyms, mentions FROM concepts"
    for uri, curie, name, synonyms, mentions in connection.execute(query).fetchall():
        if mentions:
            names[name] = mentions
        if wanted in (key(name), *(key(synonym) for synonym in synonyms)):
            rank = (key(name) == wanted and mentions > 0, mentions, uri)
            if best is None or rank > best[0]:
                best = rank, Named(uri=uri, curie=curie, name=name)
    if best is None:
        raise InputError(
            f"no concept named {text!r} is in this graph",
            remedy=_similar(text, names) + "Names, CURIEs (MONDO:0005180) and URIs are understood.",
        )
    return best[1]


def _similar(text: str, names: dict[str, int]) -> str:
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        text, list(names), scorer=fuzz.WRatio, processor=utils.default_process, limit=5, score_cutoff=70
    )
    return f"Similar: {', '.join(name for name, _, _ in found)}. " if found else ""


def _connect(tables: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect()
    for name in ("articles", "evidence", "statements", "concepts"):
        connection.read_parquet(str(tables / f"{name}.parquet")).create_view(name)
    return connection


def _with_narrower(connection: duckdb.DuckDBPyConnection, uri: str) -> list[str]:
    query = """
    WITH RECURSIVE below(uri) AS (
        SELECT $uri
        UNION
        SELECT c.uri FROM (SELECT uri, unnest(parents) AS parent FROM concepts) AS c
        JOIN below ON c.parent = below.uri
    )
    SELECT uri FROM below
    """
    return [row[0] for row in connection.execute(query, {"uri": uri}).fetchall()]


def _names(connection: duckdb.DuckDBPyConnection, uris: Sequence[str]) -> dict[str, Named]:
    rows = connection.execute(
        "SELECT uri, curie, name FROM concepts WHERE uri IN $uris", {"uris": list(uris)}
    ).fetchall()
    return {uri: Named(uri=uri, curie=curie, name=name) for uri, curie, name in rows}


_EVIDENCE = """
SELECT e.*, a.title, a.abstract FROM (
    SELECT *, count(*) OVER (PARTITION BY statement) AS total, row_number() OVER (
        PARTITION BY statement, negated ORDER BY retracted, score DESC, year DESC, id
    ) AS place
    FROM evidence WHERE statement IN $statements
) AS e JOIN articles AS a USING (pmid, version)
WHERE e.place <= $most ORDER BY e.statement, e.negated, e.place
"""


def _evidence(
    connection: duckdb.DuckDBPyConnection, statements: Sequence[str], most: int
) -> tuple[dict[str, list[ShownEvidence]], dict[str, int]]:
    """Each statement's best evidence, and how much there is in all, retracted articles' included."""
    found: dict[str, list[ShownEvidence]] = {}
    totals: dict[str, int] = {}
    rows = connection.execute(_EVIDENCE, {"statements": list(statements), "most": most})
    for row in _records(rows):
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


def _records(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    columns = [column[0] for column in result.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
