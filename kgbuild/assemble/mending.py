"""Finding what is damaged in a graph's folder, and removing it, so that it is made again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kgbuild.assemble.workspace import Unit, Workspace
from kgbuild.files import remove
from kgbuild.parquet import damaged
from kgbuild.progress import Progress


def mend(
    workspace: Workspace, units: Sequence[Unit], keys: Callable[[str], tuple[str, str]], progress: Progress
) -> None:
    """Remove the parts of these units that are damaged, and what was made of them in the same step.

    Args:
        workspace: the graph's folder, locked.
        units: what was committed.
        keys: from a documents part's key to those of its annotations and of its links.
        progress: is told of each.
    """
    results: dict[Path, Path] = {}
    stored: list[Path] = []
    for part in dict.fromkeys(part for unit in units for part in unit.parts):
        annotations, links = keys(part)
        finished = workspace.part("evidence", links)
        paths = [
            workspace.part("annotations", annotations),
            *(workspace.part(stage, links) for stage in ("mentions", "evidence")),
        ]
        if finished.exists():
            # Where the last of a part's files stands, the others must too.
            results |= dict.fromkeys(paths, finished)
            stored += paths
        else:
            stored += [path for path in paths if path.exists()]
        if (documents := workspace.part("documents", part)).exists():
            stored.append(documents)
    for path in damaged(stored):
        progress.note(f"{path} is {'damaged' if path.exists() else 'missing'}; it is made again")
        remove(path)
        if path in results:
            remove(results[path])


def lost(workspace: Workspace, units: Sequence[Unit]) -> list[Unit]:
    """The units whose articles are not all there: their sources must be read again."""
    return [unit for unit in units if not workspace.has_articles(unit)]
