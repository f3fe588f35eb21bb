"""KGX, the exchange form of Biolink's graphs: a file of nodes and one of edges, as TSV or JSON Lines.

Statements and refutations, and the directions of a change, are edges of their own, as Biolink's qualifiers ask.
Evidence that counts for nothing (of retracted articles, notices, other versions, aims) is on no edge.
Source of the form: https://github.com/biolink/kgx, docs/kgx_format.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from kgbuild.errors import InputError
from kgbuild.files import replacing
from kgbuild.load.exports.biolink import (
    NAMED_THING,
    RELATED_TO,
    categories,
    identifier,
    predicates,
    qualifiers,
)
from kgbuild.load.exports.quotes import quotation
from kgbuild.load.rdf import article_iri
from kgbuild.load.scan import Scan
from kgbuild.namespaces import encode_iri
from kgbuild.schema import Schema, is_disorder
from kgbuild.tables import SPEAKS

KgxForm = Literal["tsv", "jsonl"]
FORMS: tuple[KgxForm, ...] = ("tsv", "jsonl")
SOURCE = "infores:kgbuild"
# The backend whose relations are nothing but two mentions in one sentence.
_COOCCURRENCE = "cooccurrence"

_NODE = ("id", "category", "name", "xref", "synonym", "iri", "provided_by")
_EDGE = (
    *("id", "category", "subject", "predicate", "object", "negated"),
    *("qualified_predicate", "subject_aspect_qualifier", "subject_direction_qualifier"),
    *("object_aspect_qualifier", "object_direction_qualifier"),
    *("publications", "has_evidence", "evidence_count", "supporting_text", "has_confidence_score"),
    *("knowledge_level", "agent_type", "primary_knowledge_source", "original_predicate"),
)
_DIRECTIONS = {"increase": "increased", "decrease": "decreased"}
# KGX's TSV has no escapes: what ends a cell or an item of a list is replaced.
_CELL = str.maketrans("\t\n\r|", "   ¦")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KgxReport:
    """What was written. `left_out` counts statements whose evidence all counts for nothing."""

    nodes: int
    edges: int
    left_out: int


def write_kgx(tables: Path, folder: Path, *, form: KgxForm = "tsv", source: str = SOURCE) -> KgxReport:
    """Write `nodes.tsv` and `edges.tsv` (or `.jsonl`) into a folder, each replaced when both are whole.

    Args:
        tables: a finished graph's tables.
        folder: made if it is not there.
        form: "tsv", or "jsonl", which keeps texts as they are.
        source: the knowledge source that the graph is known by (an "infores:" CURIE).

    Raises:
        GraphError: a table is missing or damaged.
        InputError: the form is not known.
    """
    if form not in FORMS:
        raise InputError(f"unknown form {form!r}", remedy=f"Known forms: {', '.join(FORMS)}.")
    render = _tsv if form == "tsv" else _jsonl
    counts = []
    with (
        Scan(tables) as scan,
        replacing(folder / f"nodes.{form}", through=True) as nodes,
        replacing(folder / f"edges.{form}", through=True) as edges,
    ):
        for path, columns, rows in ((nodes, _NODE, _nodes(scan, source)), (edges, _EDGE, _edges(scan, source))):
            count = -1 if form == "tsv" else 0
            with path.open("w", encoding="utf-8", newline="") as stream:
                for line in render(columns, rows):
                    stream.write(line)
                    count += 1
            counts.append(count)
        (left_out,) = next(scan.rows("SELECT count(*) FROM statements WHERE supporting + refuting = 0"))[0]
    return KgxReport(nodes=counts[0], edges=counts[1], left_out=left_out)


def _nodes(scan: Scan, source: str) -> Iterator[Row]:
    classes = categories(scan.schema)
    query = "SELECT uri, name, label, synonyms, equivalents FROM concepts ORDER BY uri"
    for rows in scan.rows(query):
        for uri, name, label, synonyms, equivalents in rows:
            iri = encode_iri(uri)
            yield {
                "id": identifier(iri),
                "category": [classes.get(label, NAMED_THING)],
                "name": name,
                "xref": [identifier(encode_iri(other)) for other in dict.fromkeys(equivalents)],
                "synonym": [other for other in dict.fromkeys(synonyms) if other != name],
                "iri": iri,
                "provided_by": [source],
            }


def _edges(scan: Scan, source: str) -> Iterator[Row]:
    changing = "', '".join(qualifiers())
    query = f"""
        SELECT statement, q.negated,
            CASE WHEN q.predicate IN ('{changing}') AND direction IN ('increase', 'decrease') THEN direction
                ELSE '' END AS way,
            CASE WHEN way = '' THEN '' ELSE q.claim END AS kind, s.object_label,
            s.subject, s.predicate, s.object, belief, q.id, pmid, first_sentence, second_sentence, q.source
        FROM placed q JOIN statements s ON s.id = q.statement
        WHERE finding AND {SPEAKS} ORDER BY statement, q.negated, way, kind, pmid, q.id
    """  # noqa: S608 - the names come from the mappings
    rows = (row for batch in scan.rows(query) for row in batch)
    for (statement, negated, way, claim, label), group in groupby(rows, key=lambda row: row[:5]):
        members = [row[5:] for row in group]
        edge = _edge(statement, negated == "true", members, source, scan.schema)
        told = _told(members, way, claim, of_subject=claim == "association" and is_disorder(label))
        yield edge | told | {"id": edge["id"] + (f"-{claim}-{way}" if way else "")}


def _told(members: list[tuple[Any, ...]], way: str, claim: str, *, of_subject: bool) -> Row:
    """What changes: the object, or, where a disorder is the object of an association, what it goes with."""
    change = qualifiers().get(members[0][1])
    changed, other = ("subject", "object") if of_subject else ("object", "subject")
    return {
        "qualified_predicate": change.predicate if change and claim != "association" else "",
        f"{changed}_aspect_qualifier": ("abundance" if of_subject else change.aspect) if change else "",
        f"{changed}_direction_qualifier": _DIRECTIONS.get(way, ""),
        f"{other}_aspect_qualifier": "",
        f"{other}_direction_qualifier": "",
    }


def _edge(statement: str, negated: bool, members: list[tuple[Any, ...]], source: str, schema: Schema) -> Row:
    subject, predicate, object_, belief = members[0][:4]
    blind = all(member[8] == _COOCCURRENCE for member in members)
    return {
        "id": f"kgid:statement/{statement}{'-negated' if negated else ''}",
        "category": ["biolink:Association"],
        "subject": identifier(encode_iri(subject)),
        "predicate": predicates(schema).get(predicate, RELATED_TO),
        "object": identifier(encode_iri(object_)),
        "negated": negated,
        "publications": list(dict.fromkeys(identifier(article_iri(member[5])) for member in members)),
        "has_evidence": [f"kgid:evidence/{member[4]}" for member in members],
        "evidence_count": len(members),
        "supporting_text": list(dict.fromkeys(quotation(*member[4:8]) for member in members)),
        # Belief is that the statement holds; it says nothing of how sure its refutation is.
        "has_confidence_score": None if negated else belief,
        "knowledge_level": "text_co_occurrence" if blind else "not_provided",
        "agent_type": "text_mining_agent",
        "primary_knowledge_source": source,
        "original_predicate": identifier(schema.predicate_uris[predicate]),
    }


def _tsv(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    yield "\t".join(columns) + "\n"
    for row in rows:
        yield "\t".join(_cell(row[column]) for column in columns) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "|".join(item.translate(_CELL) for item in value)
    if isinstance(value, bool):
        # KGX's own reader takes every text in a cell, "false" too, for true.
        return "true" if value else ""
    return "" if value is None else str(value).translate(_CELL)


def _jsonl(_columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        filled = {name: value for name, value in row.items() if value not in (None, "", [])}
        yield json.dumps(filled, ensure_ascii=False) + "\n"
