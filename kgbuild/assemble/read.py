"""Annotated documents back from the tables of a published graph."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds

from kgbuild.assemble.parts import read_articles
from kgbuild.model import Annotated, Candidate, Document, Link, Mention, Relation, Span
from kgbuild.parquet import check, has_checksum

_BATCH = 5_000


def read_graph(tables: Path) -> Iterator[Annotated]:
    """Every article of a graph with its mentions, links and relations, in the tables' order.

    Raises:
        GraphError: a table is damaged.
        ValueError: a table does not give back the stored text.
    """
    paths = [tables / f"{name}.parquet" for name in ("articles", "mentions", "evidence")]
    if any(map(has_checksum, paths)):
        check(*paths)
    documents = read_articles(paths[0])
    while batch := list(islice(documents, _BATCH)):
        yield from _annotated(tables, batch)


def _annotated(tables: Path, documents: list[Document]) -> Iterator[Annotated]:
    links: dict[str, list[Link]] = {}
    for row in _rows(tables / "mentions.parquet", documents):
        links.setdefault(row["pmid"], []).append(_link(row))
    known = {
        pmid: {(link.mention.span, link.mention.label): link.mention for link in found}
        for pmid, found in links.items()
    }
    relations: dict[str, list[Relation]] = {}
    for row in _rows(tables / "evidence.parquet", documents):
        relations.setdefault(row["pmid"], []).append(_relation(row, known[row["pmid"]]))
    for document in documents:
        found = tuple(links.get(document.id, ()))
        yield Annotated(
            document=document,
            mentions=tuple(link.mention for link in found),
            relations=tuple(relations.get(document.id, ())),
            links=found,
        )


def _rows(path: Path, documents: list[Document]) -> list[dict[str, Any]]:
    wanted = pc.field("pmid").isin([document.id for document in documents])
    rows: list[dict[str, Any]] = (
        ds.dataset(path, format="parquet", partitioning=None).to_table(filter=wanted).to_pylist()
    )
    return rows


def _link(row: dict[str, Any]) -> Link:
    mention = Mention(
        span=Span(section=row["section"], start=row["start"], end=row["end"]),
        text=row["text"],
        label=row["label"],
        score=row["score"],
        source=row["source"],
    )
    return Link(
        mention=mention,
        uri=row["uri"],
        canonical=row["canonical"],
        score=row["link_score"],
        method=row["link_method"],
        source=row["link_source"],
        candidates=tuple(
            Candidate(uri=c["uri"], name=c["name"], score=c["score"], reasons=tuple(c["reasons"]))
            for c in row["candidates"]
        ),
    )


def _relation(row: dict[str, Any], known: dict[tuple[Span, str], Mention]) -> Relation:
    ends = {}
    for role in ("subject", "object"):
        span = Span(section=row[f"{role}_section"], start=row[f"{role}_start"], end=row[f"{role}_end"])
        ends[role] = known[span, row[f"{role}_label"]]
    return Relation(
        subject=ends["subject"],
        predicate=row["predicate"],
        object=ends["object"],
        score=row["score"],
        source=row["source"],
        negated=row["negated"],
        speculative=row["speculative"],
        direction=row["direction"],
        claim=row["claim"],
        finding=row["finding"],
    )
