"""From sources to documents parts and units: which records are taken, and what is kept of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kgbuild.assemble.parts import documents_key, write_documents
from kgbuild.assemble.workspace import Unit, Workspace
from kgbuild.files import digest
from kgbuild.model import Deletion, Document, Reject
from kgbuild.progress import Progress
from kgbuild.protocols import SourceFile
from kgbuild.source.standing import CONCERNS, PARTLY_RETRACTS, RETRACTS, link_kind, settle

if TYPE_CHECKING:
    from kgbuild.source.search import Query


def read_sources(
    workspace: Workspace,
    sources: Iterable[SourceFile],
    size: int,
    query: Query | None,
    limit: int | None,
    progress: Progress,
) -> tuple[list[Unit], list[Unit]]:
    """Write the sources' articles as documents parts, and commit each source as a unit.

    Returns the units that are new, and those of sources that had been read before.
    """
    new: list[Unit] = []
    before: list[Unit] = []
    known = {unit.key: unit for unit in workspace.units()}
    number = len(known)
    progress.start("Reading", None)
    text = query.text if query else ""
    for source in sources:
        if limit is not None and limit <= 0:
            break
        key = digest(source.fingerprint(), text, str(limit))
        standing = known.get(key)
        if standing is not None and workspace.has_articles(standing):
            progress.note(f"{source.name} has been read before")
            before.append(standing)
            limit = limit if limit is None else limit - standing.taken
            continue
        reader = _Reader(query, limit)
        parts = []
        for documents in reader.chunks(source, size):
            part = documents_key(documents)
            path = workspace.part("documents", part)
            if not path.exists():
                write_documents(path, documents)
            parts.append(part)
            progress.advance(len(documents))
        # What was lost of a unit is read again into its own place.
        number += standing is None
        known[key] = Unit(
            number=standing.number if standing else number,
            key=key,
            name=source.name,
            query=text,
            parts=tuple(parts),
            deletions=tuple(reader.deletions),
            taken=reader.taken,
            filtered=reader.filtered,
            links=tuple(reader.links),
            limit=limit,
            pmids=tuple(sorted(getattr(source, "pmids", ()))),
            rejects=tuple(
                {"file": r.file, "record": r.record, "cause": r.cause, "remedy": r.remedy} for r in reader.rejects
            ),
        )
        workspace.commit(known[key])
        new.append(known[key])
        if limit is not None:
            limit -= reader.taken
    return new, before


class _Reader:
    """Sorts one source's records into chunks of articles, deletions and rejects, and counts them."""

    def __init__(self, query: Query | None, limit: int | None) -> None:
        self.query = query
        self.limit = limit
        self.deletions: list[str] = []
        self.rejects: list[Reject] = []
        self.taken = 0
        self.filtered = 0
        self.links: list[dict[str, str]] = []

    def chunks(self, source: SourceFile, size: int) -> Iterator[list[Document]]:
        """Lists of at most `size` articles, none of which holds one version of an article twice."""
        chunk: dict[tuple[str, int], Document] = {}
        for record in source.records():
            if isinstance(record, Deletion):
                self.deletions.append(record.id)
            elif isinstance(record, Reject):
                self.rejects.append(record)
            elif self.query is not None and not self.query.matches(record):
                self.filtered += 1
                # A query for articles seldom finds the notices that retract them.
                self.links += [
                    {"source": record.id, "kind": notice.kind, "pmid": notice.pmid, "text": notice.text}
                    for notice in record.notices
                    if link_kind(notice.kind) in RETRACTS | PARTLY_RETRACTS | CONCERNS
                ]
            else:
                record = settle(record)
                key = (record.id, record.version)
                if len(chunk) == size or key in chunk:
                    yield list(chunk.values())
                    chunk = {}
                chunk[key] = record
                self.taken += 1
                if self.taken == self.limit:
                    break
        if chunk:
            yield list(chunk.values())
