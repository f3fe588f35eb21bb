"""The contradictions between two concepts, or about one: what each side says, by what studies, of whom.

A statement's evidence is parted into sides: that which denies it, and that which affirms it with each direction of
each kind of claim ("association increase": the disorder goes with more). Sides oppose each other where one denies
what another affirms, or where they have the same kind of claim and opposite directions. Only evidence that counts is
looked at (`kgbuild.tables.SPEAKS`, findings).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from kgbuild.query.names import TableNames
from kgbuild.query.resolve import resolve
from kgbuild.query.show import place_of, sentences_of
from kgbuild.query.shown import Named, ShownEvidence
from kgbuild.query.tables import Tables, open_tables
from kgbuild.tables import SPEAKS

DENIED, AFFIRMED = "denied", "affirmed"
# How strongly designs speak of causes, the strongest first (Oxford Centre for Evidence-Based Medicine, levels of
# evidence, 2011); designs that are not named come last.
_STRENGTH = (
    ("meta-analysis", "systematic review"),
    ("randomised trial",),
    ("clinical trial", "Mendelian randomisation", "cohort"),
    ("case-control", "cross-sectional"),
    ("animal experiment",),
    ("in vitro",),
)
_COUNTING = f"""
SELECT e.*, a.title, a.abstract FROM (FROM evidence WHERE statement = $id AND finding AND {SPEAKS}) AS e
JOIN articles AS a USING (pmid, version) ORDER BY e.score DESC, e.year DESC, e.id
"""  # noqa: S608 - a constant
_FACETS = ("study", "design", "species", "site", "comparator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The evidence on one side of a statement; counts are of works, of which versions count once.

    `facets` gives for study, design, species, site and comparator how many works have each value.
    `participants` is the sum over works that name theirs.
    """

    name: str
    works: int
    evidence: int
    participants: int
    first_year: int | None
    last_year: int | None
    facets: Mapping[str, Mapping[str, int]]
    quotes: tuple[ShownEvidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One statement with opposing sides, and what a reader would weigh."""

    statement: str
    subject: Named
    predicate: str
    object: Named
    belief: float
    sides: tuple[Side, ...]
    weigh: tuple[str, ...]


def conflicts(
    tables: Path, first: str, second: str | None = None, *, limit: int = 20, quotes: int = 3
) -> tuple[Conflict, ...]:
    """The statements about a concept, or between two, whose evidence opposes itself; the most studied first.

    Args:
        tables: the folder of a published graph.
        first: a concept's name, CURIE or URI.
        second: another one.
        limit: most statements.
        quotes: most evidence that is quoted for each side.

    Raises:
        InputError: a name means no concept, or several.
        GraphError: the tables cannot be read.
    """
    with open_tables(tables, "articles", "evidence", "statements", "concepts") as opened:
        names = TableNames(opened)
        meant = []
        for text in filter(None, (first, second)):
            found = resolve(names, text)
            if error := found.error():
                raise error
            meant.append(found.meanings[0].uri)
        ends = "(subject = $a OR object = $a)" + (" AND (subject = $b OR object = $b)" if second else "")
        given = dict(zip("ab", meant, strict=False))
        rows = opened.rows(
            f"FROM statements WHERE conflict AND {ends} ORDER BY works DESC, id LIMIT $limit",
            **given, limit=limit,
        )  # fmt: skip
        return tuple(_conflict(opened, row, quotes) for row in rows)


def opposing(sides: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of sides that contradict each other.

    >>> opposing(["affirmed", "association increase", "association decrease"])
    [('association increase', 'association decrease')]
    """
    pairs = [(one, DENIED) for one in sides if one != DENIED and DENIED in sides]
    pairs += [
        (one, other)
        for one in sides
        if one.endswith(" increase") and (other := one.replace(" increase", " decrease")) in sides
    ]
    return pairs


def _conflict(tables: Tables, row: dict[str, Any], quotes: int) -> Conflict:
    found = tables.rows(_COUNTING, id=row["id"])
    parted = sorted(found, key=_side_of)
    sides = [_side(name, list(members), quotes) for name, members in groupby(parted, key=_side_of)]
    sides.sort(key=lambda side: (side.name == DENIED, -side.works, side.name))
    ends = {
        item["uri"]: Named(**item)
        for item in tables.rows(
            "SELECT uri, curie, name FROM concepts WHERE uri IN $uris", uris=[row["subject"], row["object"]]
        )
    }
    return Conflict(
        statement=row["id"],
        subject=ends[row["subject"]],
        predicate=row["predicate"],
        object=ends[row["object"]],
        belief=row["belief"],
        sides=tuple(sides),
        weigh=tuple(_weighed(sides)),
    )


def _side_of(row: Mapping[str, Any]) -> str:
    if row["negated"]:
        return DENIED
    way = row["direction"]
    return f"{row['claim']} {way}" if way in ("increase", "decrease") else AFFIRMED


def _side(name: str, rows: list[dict[str, Any]], quotes: int) -> Side:
    by_work = {row["work"]: row for row in reversed(rows)}
    years = [row["year"] for row in rows if row["year"] is not None]
    facets = {
        facet: dict(Counter(str(row[facet]) for row in by_work.values() if row[facet] not in ("", "unknown", None)))
        for facet in _FACETS
    }
    return Side(
        name=name,
        works=len(by_work),
        evidence=len(rows),
        participants=sum(row["participants"] or 0 for row in by_work.values()),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        facets=facets,
        quotes=tuple(_quote(row) for row in rows[:quotes]),
    )


def _quote(row: dict[str, Any]) -> ShownEvidence:
    names = [name for name in ShownEvidence.__dataclass_fields__ if name in row]
    own = {name: row[name] for name in names if name not in ("sentences", "subject", "object")}
    return ShownEvidence(
        **own, sentences=sentences_of(row), subject=place_of(row, "subject"), object=place_of(row, "object")
    )


def _weighed(sides: Sequence[Side]) -> list[str]:
    """What tells opposing sides apart, or does not, in words."""
    known = {side.name: side for side in sides}
    notes = []
    for one, other in ((known[a], known[b]) for a, b in opposing([side.name for side in sides])):
        told = [
            text
            for text in (
                _amount(one, other),
                _strength(one, other),
                *(_compared(one, other, facet) for facet in ("study", "species", "site", "comparator")),
                _age(one, other),
            )
            if text
        ]
        notes += [f"{one.name} against {other.name}: {text}" for text in told]
    return notes


def _amount(one: Side, other: Side) -> str:
    if one.works == other.works:
        return f"{one.works} work{'s' if one.works > 1 else ''} on each side"
    most, least = (one, other) if one.works > other.works else (other, one)
    return f"{most.works} works say {most.name}, {least.works} {least.name}"


def _strength(one: Side, other: Side) -> str:
    ranks = [
        min((_rank(design) for design in side.facets["design"]), default=len(_STRENGTH)) for side in (one, other)
    ]
    if ranks[0] == ranks[1]:
        return ""
    better = one if ranks[0] < ranks[1] else other
    design = min(better.facets["design"], key=_rank)
    return f"the strongest design is on the side of {better.name}: {design}"


def _rank(design: str) -> int:
    return next((rank for rank, names in enumerate(_STRENGTH) if design in names), len(_STRENGTH))


def _compared(one: Side, other: Side, facet: str) -> str:
    """Whether both sides speak of the same population, site or comparator."""
    word = {"study": "kind of study"}.get(facet, facet)
    mine, theirs = set(one.facets[facet]), set(other.facets[facet])
    if not mine or not theirs:
        return ""
    if mine & theirs:
        return f"same {word}: {', '.join(sorted(mine & theirs))}"
    return f"different {word}: {', '.join(sorted(mine))} there, {', '.join(sorted(theirs))} here"


def _age(one: Side, other: Side) -> str:
    if one.last_year is None or other.last_year is None or one.last_year == other.last_year:
        return ""
    newer = one if one.last_year > other.last_year else other
    return f"the newest evidence says {newer.name} ({newer.last_year})"
