"""Parts: the pieces of the tables that stages read and write, in Parquet.

A stage turns one part into one part and keeps no state between them. A part is named by a hash of its input
and of the stage's configuration, so that what stands on disk never has to be made again, and a new linker
redoes linking alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from kgbuild import parquet
from kgbuild.files import digest, replacing
from kgbuild.model import (
    Annotated,
    Author,
    Document,
    Facet,
    Mention,
    MeshHeading,
    Notice,
    PublicationDate,
    Range,
    Relation,
    Section,
    SectionName,
    Span,
    Study,
)
from kgbuild.tables import ARTICLES, EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

_ADDED_LATER = {"study", "design", "participants", "facets", "work", "unit"}
DOCUMENTS = pa.schema([field for field in ARTICLES if field.name not in _ADDED_LATER])
# What follows from all articles together is added when the tables are built.
FOUND = pa.schema([field for field in EVIDENCE if field.name not in {"standing", "work"}])
_MENTION = pa.struct(
    [
        ("section", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.string()),
        ("label", pa.string()),
        ("score", pa.float64()),
        ("source", pa.string()),
    ]
)
_RELATION = pa.struct(
    [
        ("subject", pa.int32()),
        ("predicate", pa.string()),
        ("object", pa.int32()),
        ("score", pa.float64()),
        ("source", pa.string()),
        ("negated", pa.bool_()),
        ("speculative", pa.bool_()),
        ("direction", pa.string()),
        ("claim", pa.string()),
        ("finding", pa.bool_()),
    ]
)
# One row a document; a relation names its mentions by their place in the row.
ANNOTATIONS = pa.schema(
    [
        ("pmid", pa.string()),
        ("version", pa.int32()),
        ("study", pa.string()),
        ("design", pa.string()),
        ("participants", pa.int32()),
        ("facets", ARTICLES.field("facets").type),
        ("review", pa.bool_()),
        # why the document could not be annotated; empty if it was
        ("error", pa.string()),
        ("mentions", pa.list_(_MENTION)),
        ("relations", pa.list_(_RELATION)),
    ]
)


def write_table(path: Path, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> None:
    """Write rows as a Parquet file with a checksum (`kgbuild.parquet`), atomically."""
    with replacing(path) as temporary, parquet.parquet_writer(temporary, schema) as writer:
        writer.write_table(pa.Table.from_pylist(list(rows), schema=schema))


def documents_key(documents: Sequence[Document]) -> str:
    """The name of a documents part: a hash of all that its documents hold."""
    return digest(*(repr(document) for document in documents))


def write_documents(path: Path, documents: Sequence[Document]) -> None:
    """Write a documents part."""
    write_table(path, [_document_row(document) for document in documents], DOCUMENTS)


def read_documents(path: Path) -> Iterator[Document]:
    """The documents of a part, in order.

    Raises:
        GraphError: it is missing or damaged.
    """
    parquet.check(path)
    return read_articles(path)


def read_articles(path: Path) -> Iterator[Document]:
    """The documents of the `articles` table, in order."""
    return map(_document, _rows(path, DOCUMENTS.names))


def number_of_documents(path: Path) -> int:
    """How many documents a part has."""
    return int(pq.read_metadata(path).num_rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What annotating one document gave. `error` says why it failed; it then has no mentions.

    `own` says whether the document itself is the cause of the error; it is not stored.
    """

    annotated: Annotated
    study: Study
    error: str = ""
    own: bool = False


def write_annotations(path: Path, results: Sequence[Result]) -> None:
    """Write an annotations part."""
    rows = []
    for result in results:
        annotated = result.annotated
        place = {mention: number for number, mention in enumerate(annotated.mentions)}
        rows.append(
            {
                "pmid": annotated.document.id,
                "version": annotated.document.version,
                "study": result.study.kind,
                "design": result.study.design,
                "participants": result.study.participants,
                "facets": [asdict(facet) for facet in result.study.facets],
                "review": result.study.review,
                "error": result.error,
                "mentions": [mention_row(mention) for mention in annotated.mentions],
                "relations": [_relation_row(relation, place) for relation in annotated.relations],
            }
        )
    write_table(path, rows, ANNOTATIONS)


def read_annotations(path: Path, documents: Sequence[Document]) -> Iterator[Result]:
    """The annotations of a part, for the documents of its input; raises as `read_documents` does."""
    parquet.check(path)
    for document, row in zip(documents, _rows(path, ANNOTATIONS.names), strict=True):
        mentions = tuple(_mention(item) for item in row["mentions"])
        relations = tuple(_relation(item, mentions) for item in row["relations"])
        annotated = Annotated(document=document, mentions=mentions, relations=relations)
        yield Result(annotated=annotated, study=_study(row), error=row["error"])


def _study(row: dict[str, Any]) -> Study:
    return Study(
        kind=row["study"],
        design=row["design"],
        participants=row["participants"],
        review=row["review"],
        facets=tuple(Facet(**facet) for facet in row["facets"]),
    )


def _rows(path: Path, columns: list[str]) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1000, columns=columns):
            yield from cast("list[dict[str, Any]]", batch.to_pylist())


def _document_row(document: Document) -> dict[str, Any]:
    return {
        "pmid": document.id,
        "version": document.version,
        "title": document.text("title"),
        "abstract": document.text("abstract"),
        "ranges": [asdict(item) for item in document.ranges],
        "year": document.date.year,
        "month": document.date.month,
        "day": document.date.day,
        "date_text": document.date.text,
        "journal": document.journal,
        "authors": [asdict(item) for item in document.authors],
        "mesh": [asdict(item) for item in document.mesh],
        "keywords": document.keywords,
        "language": document.language,
        "publication_types": document.publication_types,
        "notices": [asdict(item) for item in document.notices],
        "retracted": document.retracted,
        "doi": document.doi,
        "pmcid": document.pmcid,
        "electronic_date": document.electronic_date,
        "revised": document.revised,
        "abstract_from": document.abstract_from,
        "standing": document.standing,
    }


def _document(row: dict[str, Any]) -> Document:
    sections: tuple[SectionName, ...] = ("title", "abstract")
    return Document(
        id=row["pmid"],
        version=row["version"],
        sections=tuple(Section(name=name, text=row[name]) for name in sections),
        ranges=tuple(Range(**item) for item in row["ranges"]),
        date=PublicationDate(year=row["year"], month=row["month"], day=row["day"], text=row["date_text"]),
        journal=row["journal"],
        authors=tuple(Author(**item) for item in row["authors"]),
        mesh=tuple(
            MeshHeading(ui=item["ui"], name=item["name"], major=item["major"], qualifiers=tuple(item["qualifiers"]))
            for item in row["mesh"]
        ),
        keywords=tuple(row["keywords"]),
        language=tuple(row["language"]),
        publication_types=tuple(row["publication_types"]),
        notices=tuple(Notice(**item) for item in row["notices"]),
        retracted=row["retracted"],
        doi=row["doi"],
        pmcid=row["pmcid"],
        electronic_date=row["electronic_date"],
        revised=row["revised"],
        abstract_from=row["abstract_from"],
        standing=row["standing"],
    )


def mention_row(mention: Mention) -> dict[str, Any]:
    """A mention's columns, as `tables.MENTIONS` names them."""
    return {
        "section": mention.span.section,
        "start": mention.span.start,
        "end": mention.span.end,
        "text": mention.text,
        "label": mention.label,
        "score": mention.score,
        "source": mention.source,
    }


def _mention(row: dict[str, Any]) -> Mention:
    span = Span(section=row["section"], start=row["start"], end=row["end"])
    return Mention(span=span, text=row["text"], label=row["label"], score=row["score"], source=row["source"])


def _relation_row(relation: Relation, place: dict[Mention, int]) -> dict[str, Any]:
    return {
        "subject": place[relation.subject],
        "predicate": relation.predicate,
        "object": place[relation.object],
        "score": relation.score,
        "source": relation.source,
        "negated": relation.negated,
        "speculative": relation.speculative,
        "direction": relation.direction,
        "claim": relation.claim,
        "finding": relation.finding,
    }


def _relation(row: dict[str, Any], mentions: tuple[Mention, ...]) -> Relation:
    ends = {"subject": mentions[row["subject"]], "object": mentions[row["object"]]}
    return Relation(**{**row, **ends})
