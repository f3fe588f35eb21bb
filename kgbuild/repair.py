"""Building again what is damaged in a graph's folder, with its own settings and from its own sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kgbuild.assemble.mending import lost
from kgbuild.assemble.workspace import Unit, Workspace, read_json
from kgbuild.config import Settings
from kgbuild.errors import GraphError, KgbuildError
from kgbuild.files import digest
from kgbuild.progress import SILENT, Progress
from kgbuild.protocols import SourceFile
from kgbuild.reading import read_sources


def repair(root: Path, *, progress: Progress = SILENT) -> dict[str, Any]:
    """Check all files of a graph's folder, make again what is damaged or missing, and return the graph's facts.

    Raises:
        GraphError: the folder holds no graph, or a source that must be read again is not where it was.
        ConfigurationError: another version of kgbuild, or other terms, ontology or model than now, built it.
    """
    from kgbuild.pipeline import ingest

    again = "Ingest one of its sources again, with the options that the graph was built with."
    if not (root / "kgbuild.json").is_file() and not (root / "units").is_dir():
        raise GraphError(f"there is no graph in {root}", remedy="Build one first with kgbuild ingest.")
    try:
        settings = Settings.model_validate(read_json(root / "settings.json"))
    except ValidationError as error:
        raise GraphError(f"{root / 'settings.json'} is damaged: {error.errors()[0]['msg']}", remedy=again) from error
    except GraphError as error:
        raise GraphError(error.message, remedy=again) from error
    return ingest(root, (), settings, progress=progress)


def read_lost(workspace: Workspace, size: int, progress: Progress) -> None:
    """Read the sources again whose articles are not all there, where the sources are.

    Raises:
        GraphError: one is not where it was, or is not what it was.
    """
    from kgbuild.source.search import parse_query

    units = lost(workspace, workspace.units())
    for unit in units:
        source = _source(unit)
        if source is not None:
            query = parse_query(unit.query) if unit.query else None
            read_sources(workspace, [source], size, query, unit.limit, progress)
    missing = [unit.name for unit in lost(workspace, units)]
    if missing:
        raise GraphError(
            f"what was kept of these sources is damaged or missing, and they are not where they were: "
            f"{', '.join(missing[:3])}{', …' if len(missing) > 3 else ''}",
            remedy="Put them back as they were, and run where they were read from: "
            f"kgbuild repair --kg {workspace.shown}",
        )


def _source(unit: Unit) -> SourceFile | None:
    """The source that a unit was read from; None where it is not there, or has changed."""
    try:
        found = next((source for source in _candidates(unit) if _key(source, unit) == unit.key), None)
    except KgbuildError:
        return None
    return found


def _candidates(unit: Unit) -> Iterator[SourceFile]:
    path = Path(unit.name)
    if unit.pmids:
        from kgbuild.source.live import kept

        yield from kept(path, frozenset(unit.pmids))
        return
    from kgbuild.source.files import open_source

    yield from open_source([path])


def _key(source: SourceFile, unit: Unit) -> str:
    return digest(source.fingerprint(), unit.query, str(unit.limit))
