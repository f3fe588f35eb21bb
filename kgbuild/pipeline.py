"""From sources to a published graph: read, process, publish.

Each step leaves its result on disk atomically and skips what stands there, so that a run that was killed and
started again ends as an undisturbed one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild import __version__
from kgbuild.assemble import failures, snapshots
from kgbuild.assemble.mending import mend
from kgbuild.assemble.parts import number_of_documents
from kgbuild.assemble.renew import renew_documents
from kgbuild.assemble.workspace import Unit, Workspace, read_json
from kgbuild.config import Settings
from kgbuild.errors import KgbuildError
from kgbuild.files import remove, replacing, set_aside, write_json, write_text
from kgbuild.progress import SILENT, Progress
from kgbuild.protocols import SourceFile
from kgbuild.reading import read_sources
from kgbuild.repair import read_lost
from kgbuild.workers import process_parts

if TYPE_CHECKING:
    from kgbuild.source.search import Query
    from kgbuild.stages import Stages

FEW = 300
"""Below this many articles, starting more processes takes longer than it saves."""
MANY = 0.1
"""A run in which a larger share of the articles fails has failed."""
TRY_AGAIN = "Run the same command again: it tries these articles again."

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
    """Add sources to the graph in a folder, and return the facts that `kgbuild info` shows, and those of this `run`.

    Articles that could not be annotated are in the graph with nothing found in them; the next run tries them again.

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
        workspace.keep_settings(settings.portable())
        if rebuild:
            for part in {part for unit in workspace.units() for part in unit.parts}:
                renew_documents(workspace.part("documents", part))
        mend(workspace, workspace.units(), partial(stages.standing, root), progress)
        run = _Run(*read_sources(workspace, sources, settings.part_size, query, limit, progress))
        read_lost(workspace, settings.part_size, progress)
        units = workspace.units()
        _process(workspace, stages, units, progress, run)
        facts = _publish(workspace, stages, units, started, progress)
        return facts | {"run": run.facts()}


@dataclass
class _Run:
    """What one run did, apart from all that the graph holds."""

    units: Sequence[Unit]
    known: Sequence[Unit]
    annotated: int = 0
    failed: list[str] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """Counts of this run's own; `unreadable` names the files, read now or before, that gave no article."""
        taken = sum(unit.taken for unit in self.units)
        rejected = sum(len(unit.rejects) for unit in self.units)
        return {
            "sources": len(self.units),
            "sources_read_before": len(self.known),
            "read": taken + rejected,
            "taken": taken,
            "rejected": rejected,
            "filtered": sum(unit.filtered for unit in self.units),
            "annotated": self.annotated,
            "failed": len(self.failed),
            "failures": self.failed[:3],
            "unreadable": [reject for unit in (*self.known, *self.units) for reject in unit.unreadable()],
        }


def _process(workspace: Workspace, stages: Stages, units: Sequence[Unit], progress: Progress, run: _Run) -> None:
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
    run.annotated = sum(number_of_documents(workspace.part("documents", part)) for part in waiting)
    found = {stages.keys(part)[0]: stages.failed(workspace.root, part) for part in parts}
    run.failed = [
        f"PMID {item.pmid}: {item.cause}"
        for part in waiting
        for item in found[stages.keys(part)[0]]
        if not item.settled
    ]
    failures.settle(workspace, found, articles=sum(unit.taken for unit in units))


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

    parts = dict.fromkeys(part for unit in units for part in unit.parts)
    failed = [item for part in parts for item in stages.failed(workspace.root, part)]
    state = workspace.state(list(units), failures.fingerprint(failed))
    folder = workspace.snapshot(state)
    standing = folder.is_dir()
    for fault in snapshots.faults(folder, all_bytes=True) if standing else ():
        progress.note(f"{fault}; the graph is built again")
        standing = False
    if not standing:
        progress.start("Assembling", None)
        clock = time.monotonic()
        with replacing(folder) as fresh:
            counts, unannotated = build_tables(
                workspace,
                units,
                fresh,
                keys=partial(stages.standing, workspace.root),
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
            facts["failures"] = unannotated
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
            snapshots.describe(fresh)
            damaged = set_aside(folder) if folder.exists() else None
        if damaged:
            remove(damaged)
    facts = read_json(folder / "info.json")
    waiting = {f"PMID {item.pmid}" for item in failed if not item.settled}
    unannotated = [item | {"remedy": TRY_AGAIN} if item["record"] in waiting else item for item in facts["failures"]]
    rejects = [reject for unit in units for reject in unit.rejects] + unannotated
    lines = [json.dumps(reject, ensure_ascii=False) + "\n" for reject in rejects]
    write_text(workspace.root / "rejects.jsonl", "".join(lines))
    workspace.publish(state)
    return facts


def _linked_before(workspace: Workspace, stages: Stages) -> int | None:
    """How many mentions the graph's former state linked, where it was linked in another way; else None."""
    try:
        former = read_json(workspace.current(held=False) / "info.json")
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
