"""Edges of a graph read beside their sentences: draws them, and counts the verdicts.

    python -m benchmarks.edges KG --seed 4711 > to-read.txt     what to read
    python -m benchmarks.edges                                  the shares right, from `benchmarks/edges.tsv`

Drawn are 100 statements above belief 0.7 and 100 others, 40 pieces of evidence with a direction, and 40 negated ones.
`edges.tsv` holds the verdicts of a reader: what was drawn ("above", "below", "direction", "negation"), the id of the
statement or of the evidence, right or wrong, and the reason where it is wrong. No sentences: KG's tables have them.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from kgbuild.assemble.workspace import Workspace
from kgbuild.query.show import sentences_of

VERDICTS = Path(__file__).with_name("edges.tsv")
SHOWN = 2
_DRAWN = {
    "above": (100, "SELECT id FROM statements WHERE supporting + refuting > 0 AND belief > 0.7 ORDER BY id"),
    "below": (100, "SELECT id FROM statements WHERE supporting + refuting > 0 AND belief <= 0.7 ORDER BY id"),
    "direction": (
        40,
        "SELECT id FROM evidence WHERE statement IS NOT NULL AND finding AND NOT negated"
        " AND direction IN ('increase', 'decrease') ORDER BY id",
    ),
    "negation": (40, "SELECT id FROM evidence WHERE statement IS NOT NULL AND finding AND negated ORDER BY id"),
}
_EVIDENCE = """
SELECT e.*, a.title, a.abstract FROM evidence e JOIN articles a USING (pmid, version)
WHERE %s = $id ORDER BY weight DESC LIMIT $most
"""
_STATEMENT = """
SELECT s.*, a.name AS subject_name, b.name AS object_name FROM statements s
JOIN concepts a ON a.uri = s.subject JOIN concepts b ON b.uri = s.object WHERE s.id = $id
"""


def draw(kg: Path, seed: int) -> None:
    """Print what is drawn, each with its sentences."""
    folder = Workspace(kg).current()
    with duckdb.connect() as connection:
        for name in ("statements", "evidence", "articles", "concepts"):
            connection.register(name, pq.read_table(folder / f"{name}.parquet"))
        for kind, (number, query) in _DRAWN.items():
            found = [row[0] for row in connection.execute(query).fetchall()]
            chosen = random.Random(seed).sample(found, min(number, len(found)))
            print(f"# {kind}: {len(chosen)} of {len(found)}")
            for identifier in chosen:
                _print(connection, kind, identifier)


def _print(connection: duckdb.DuckDBPyConnection, kind: str, identifier: str) -> None:
    key, most = ("statement", SHOWN) if kind in ("above", "below") else ("id", 1)
    rows = _rows(connection, _EVIDENCE % key, id=identifier, most=most)
    [statement] = _rows(connection, _STATEMENT, id=rows[0]["statement"])
    print(
        f"{identifier}  {statement['subject_name']} ({statement['subject_label']}) -- {statement['predicate']} -- "
        f"{statement['object_name']} ({statement['object_label']})  {statement['belief']:.2f}"
    )
    for row in rows:
        marks = [row["claim"], row["direction"], *(name for name in ("negated", "speculative") if row[name])]
        marks += [] if row["finding"] else ["aim"]
        print(
            f"   [{row['subject_text']} | {row['object_text']}; {', '.join(marks)}] {' || '.join(sentences_of(row))}"
        )


def _rows(connection: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> list[dict[str, Any]]:
    answer = connection.execute(query, parameters)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def shares() -> None:
    """Print how many of the verdicts are right, and why others are wrong."""
    with VERDICTS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    print("| drawn | read | right |\n|---|--:|--:|")
    for kind in _DRAWN:
        verdicts = [row["verdict"] for row in rows if row["drawn"] == kind]
        if verdicts:
            print(f"| {kind} | {len(verdicts)} | {verdicts.count('right') / len(verdicts):.0%} |")
    for kind in _DRAWN:
        reasons = Counter(row["reason"] for row in rows if row["drawn"] == kind and row["verdict"] == "wrong")
        print(
            f"\n{kind}: {', '.join(f'{reason} {count}' for reason, count in reasons.most_common()) or 'none wrong'}"
        )


def main() -> None:
    """Draw from a graph, or count the verdicts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kg", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=4711)
    options = parser.parse_args()
    if options.kg:
        draw(options.kg, options.seed)
    else:
        shares()


if __name__ == "__main__":
    main()
