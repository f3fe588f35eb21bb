"""Figures of a finished graph, as JSON values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kgbuild.load.scan import Scan

_TOTALS = """
    SELECT (SELECT count(*) FROM articles) AS articles,
        (SELECT count(*) FROM articles WHERE retracted) AS retracted_articles,
        (SELECT count(*) FROM mentions) AS mentions, (SELECT count(uri) FROM mentions) AS linked_mentions,
        (SELECT count(*) FROM evidence) AS evidence,
        (SELECT count(statement) FROM evidence) AS evidence_in_statements,
        (SELECT count(*) FROM statements) AS statements, (SELECT count(*) FROM statements WHERE direct) AS direct,
        (SELECT count(*) FROM statements WHERE conflict) AS conflicts,
        (SELECT count(*) FROM concepts) AS concepts
"""
_GROUPED = {
    "statements_by_predicate": "SELECT predicate, count(*) FROM statements GROUP BY 1 ORDER BY 1",
    "statements_by_labels": (
        "SELECT subject_label || ' – ' || object_label, count(*) FROM statements GROUP BY 1 ORDER BY 1"
    ),
    "statements_by_belief": (
        "SELECT format('{:.1f}', least(floor(belief * 10), 9) / 10), count(*) FROM statements GROUP BY 1 ORDER BY 1"
    ),
    "concepts_by_label": "SELECT label, count(*) FROM concepts WHERE label <> '' GROUP BY 1 ORDER BY 1",
    "articles_by_year": "SELECT coalesce(year::VARCHAR, 'unknown'), count(*) FROM articles GROUP BY 1 ORDER BY 1",
    "evidence_by_study": "SELECT study, count(*) FROM evidence GROUP BY 1 ORDER BY 1",
}


def statistics(tables: Path) -> dict[str, Any]:
    """Totals, and counts by predicate, labels, belief (lower bounds of tenths), year and kind of study.

    Raises:
        GraphError: a table is missing or damaged.
    """
    with Scan(tables) as scan:
        totals = next(iter(scan.batches(_TOTALS))).to_pylist()[0]
        groups = {name: dict(row for rows in scan.rows(query) for row in rows) for name, query in _GROUPED.items()}
    return {**totals, **groups}
