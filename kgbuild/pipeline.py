"""From sources to a published graph: read, process, publish.

Each step leaves its result on disk atomically and skips what stands there, so that a run that was killed and
started again ends as an undisturbed one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild import __version__
from kgbuild.assemble.parts import documents_key, write_documents
from kgbuild.assemble.workspace import Unit, Workspace, read_json
from kgbuild.config import Settings
from kgbuild.errors import KgbuildError
from kgbuild.files import digest, replacing, write_json, write_text
from kgbuild.model import Deletion, Document, Reject
from kgbuild.progress import SILENT, Progress
from kgbuild.protocols import SourceFile
from kgbuild.source.standing import CONCERNS, PARTLY_RETRACTS, RETRACTS, link_kind, settle
from kgbuild.workers import process_parts

if TYPE_CHECKING:
    from kgbuild.source.search import Query
    from kgbuild.stages import Stages

FEW = 300
"""Below this many articles, starting more processes takes longer than it saves."""

_OF_ARTICLES = ("retracted", "notices", "doubtful", "other_versions", "without_abstract", "other_abstract")


def ingest(
    root: Path,
    sources: Iterable[SourceFile],
    settings: Settings,
    *,
    query: Query | None = None,
    limit: int | None = None,
    rebuild: bool = False,
    progress: Progress = SILENT,
) -> dict[str, Any]:
    """Add sources to the graph in a folder, and return the facts that `kgbuild info` shows.

    Args:
        root: the graph's folder; made if it does not exist.
        sources: the files to read, in order; of two records of an article the later one wins.
        settings: the configuration, which must be the folder's own unless `rebuild`.
        query: take only the articles that match.
        limit: take at most so many articles.
        rebuild: give the folder this configuration, and read all its articles again.
        progress: is told how the work goes on.

    Raises:
        ConfigurationError: the folder has another configuration, or another process writes it.
        InputError: a source can not be opened.
    """
    from kgbuild.stages import Stages

    started = datetime.now(UTC)
    stages = Stages(settings)
    workspace = Workspace(root)
    with workspace.lock():
        workspace.settle(stages.configuration, rebuild=rebuild)
        _read(workspace, sources, settings.part_size, query, limit, progress)
        units = workspace.units()
        _process(workspace, stages, units, progress)
        return _publish(workspace, stages, units, started, progress)


def _read(
    workspace: Workspace,
    sources: Iterable[SourceFile],
    size: int,
    query: Query | None,
    limit: int | None,
    progress: Progress,
) -> None:
    """Write the sources' articles as documents parts, and commit each source as a unit."""
    known = {unit.key: unit.taken for unit in workspace.units()}
    number = len(known)
    progress.start("Reading", None)
    text = query.text if query else ""
    for source in sources:
        if limit is not None and limit <= 0:
            break
        key = digest(source.fingerprint(), text, str(limit))
        if key in known:
            progress.note(f"{source.name} has been read before")
            limit = limit if limit is None else limit - known[key]
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
        number += 1
        known[key] = reader.taken
        workspace.commit(
            Unit(
                number=number,
                key=key,
                name=source.name,
                query=text,
                parts=tuple(parts),
                deletions=tuple(reader.deletions),
                taken=reader.taken,
                filtered=reader.filtered,
                links=tuple(reader.links),
                rejects=tuple(
                    {"file": r.file, "record": r.record, "cause": r.cause, "remedy": r.remedy} for r in reader.rejects
                ),
            )
        )
        if limit is not None:
            limit -= reader.taken


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


def _process(workspace: Workspace, stages: Stages, units: Sequence[Unit], progress: Progress) -> None:
    """Annotate and link every part that is not done yet, in several processes where it pays."""
    parts = list(dict.fromkeys(part for unit in units for part in unit.parts))
    waiting = [part for part in parts if not stages.is_done(workspace.root, part)]
    if not waiting:
        return
    if stages.encoder is not None:
        # Here, since this process alone takes all cores; those of the pool find the vectors made.
        progress.start("Embedding the index's names", None)
        stages.dense  # noqa: B018
    size = stages.settings.part_size
    progress.start("Annotating and linking", len(waiting) * size)
    workers = min(stages.workers, len(waiting))
    if workers == 1 or len(waiting) * size < FEW:
        for part in waiting:
            progress.advance(stages.process(workspace.root, part))
    else:
        process_parts(workspace.root, waiting, stages.settings, workers, progress)


def _publish(
    workspace: Workspace, stages: Stages, units: Sequence[Unit], started: datetime, progress: Progress
) -> dict[str, Any]:
    """Build tables and store of the present state in a fresh folder, then let queries read it."""
    from kgbuild.assemble.build import build_tables
    from kgbuild.link.coverage import shipped_only
    from kgbuild.load.oxigraph import build_store
    from kgbuild.load.rdf import RunInfo
    from kgbuild.schema import write_schema
    from kgbuild.source.live import searches

    state = workspace.state(list(units))
    folder = workspace.snapshot(state)
    if not (folder / "info.json").exists():
        progress.start("Assembling", None)
        clock = time.monotonic()
        with replacing(folder) as fresh:
            counts, failures = build_tables(
                workspace,
                units,
                fresh,
                keys=stages.keys,
                index=stages.index,
                schema=stages.schema,
                threshold=stages.settings.direct_threshold,
                memory=stages.settings.memory,
            )
            write_schema(stages.schema, fresh)
            run = RunInfo(
                id=stages.run,
                fingerprint=stages.run,
                configuration=json.dumps(stages.configuration, sort_keys=True),
                code_version=__version__,
                started=started,
                ended=datetime.now(UTC),
            )
            progress.start("Writing the RDF store", None)
            report = build_store(fresh, fresh / "rdf", run, memory=stages.settings.memory)
            facts = _facts(units, counts, stages, report.quads)
            facts["failures"] = failures
            facts["linked_before"] = _linked_before(workspace, stages)
            only = stages.settings.only_terms
            facts["shipped_only"] = shipped_only(fresh / "mentions.parquet") if only else 0
            facts["searches"] = [
                {"query": s.query, "translation": s.query_translation, "count": s.count, "warnings": list(s.warnings)}
                for s in searches(workspace.root)
            ]
            facts["times"] = {
                "started": started.isoformat(timespec="seconds"),
                "ended": datetime.now(UTC).isoformat(timespec="seconds"),
                "assembling_seconds": round(time.monotonic() - clock, 1),
            }
            write_json(fresh / "info.json", facts)
    facts = read_json(folder / "info.json")
    rejects = [reject for unit in units for reject in unit.rejects] + facts["failures"]
    lines = [json.dumps(reject, ensure_ascii=False) + "\n" for reject in rejects]
    write_text(workspace.root / "rejects.jsonl", "".join(lines))
    workspace.publish(state)
    return facts


def _linked_before(workspace: Workspace, stages: Stages) -> int | None:
    """How many mentions the graph's former state linked, where it was linked in another way; else None."""
    try:
        former = read_json(workspace.current() / "info.json")
    except KgbuildError:
        return None
    return former.get("linked") if former.get("configuration") != stages.configuration else None


def _facts(units: Sequence[Unit], counts: dict[str, int], stages: Stages, quads: int) -> dict[str, Any]:
    taken = sum(unit.taken for unit in units)
    rejected = sum(len(unit.rejects) for unit in units)
    documents = {
        "read": taken + rejected,
        "stored": counts.pop("stored"),
        "rejected": rejected,
        "filtered": sum(unit.filtered for unit in units),
        **{name: counts.pop(name) for name in _OF_ARTICLES},
    }
    documents["superseded"] = taken - documents["stored"]
    return {
        "documents": documents,
        **counts,
        "quads": quads,
        "versions": {"kgbuild": __version__},
        "fingerprint": stages.run,
        "configuration": stages.configuration,
        "sources": [{"name": unit.name, "query": unit.query, "articles": unit.taken} for unit in units],
    }
