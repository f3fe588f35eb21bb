"""The folder of a graph (`--kg`): what stands where, and what has been committed.

::

    kg/
    ├── kgbuild.json            the configuration that the graph is built with
    ├── rejects.jsonl           the records that could not be used, and why
    ├── units/000001.json …     what each source file brought; its being there is the commit
    ├── parts/documents|annotations|mentions|evidence/*.parquet
    ├── graph/<state>/          tables (*.parquet), info.json, rdf/; ontology.ttl unless it is the default
    └── CURRENT                 the name of the state that queries read
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kgbuild.errors import ConfigurationError, GraphError
from kgbuild.files import digest, locked, remove, write_json, write_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What one source file brought. Units are numbered in the order of their commits; later ones win.

    `key` identifies the file's content and the query it was read with. `parts` names documents parts in
    order. `taken` counts the articles read, before later units supersede any; `filtered` those that the query
    did not match, and `links` holds what notices among those say of other articles: source, kind, pmid and text.
    """

    number: int
    key: str
    name: str
    query: str
    parts: tuple[str, ...]
    deletions: tuple[str, ...]
    taken: int
    filtered: int
    rejects: tuple[dict[str, str], ...]
    links: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths and commits of one graph folder."""

    root: Path

    def part(self, stage: str, key: str) -> Path:
        """Where a part of a stage (documents, annotations, mentions, evidence) stands."""
        return self.root / "parts" / stage / f"{key}.parquet"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for writing; the system lets go of it when the process dies.

        Raises:
            ConfigurationError: another process is writing here.
        """
        taken = ConfigurationError(
            f"{self.root} is being written by another kgbuild process",
            remedy="Wait until it ends, or give another --kg.",
        )
        with locked(self.root, taken=taken):
            yield

    def configuration(self) -> dict[str, Any] | None:
        """What the graph is built with; None for a new folder."""
        path = self.root / "kgbuild.json"
        return read_json(path) if path.exists() else None

    def settle(self, configuration: dict[str, Any], *, rebuild: bool) -> None:
        """Make a configuration the folder's own.

        Raises:
            ConfigurationError: the folder has another one and `rebuild` is false; names each difference.
        """
        standing = self.configuration()
        if standing == configuration:
            return
        if standing is not None and not rebuild:
            changed = [
                f"  {name}: was {standing.get(name)!r}, now {configuration.get(name)!r}"
                for name in sorted({*standing, *configuration})
                if standing.get(name) != configuration.get(name)
            ]
            raise ConfigurationError(
                f"{self.root} was built with another configuration:\n" + "\n".join(changed),
                remedy="Add --rebuild to read all its articles again with the new one, or give another --kg.",
            )
        write_json(self.root / "kgbuild.json", configuration)

    def units(self) -> list[Unit]:
        """The committed units, in order."""
        paths = sorted((self.root / "units").glob("*.json"))
        return [_unit(read_json(path)) for path in paths]

    def commit(self, unit: Unit) -> None:
        """Add a unit; from here on its parts belong to the graph."""
        write_json(self.root / "units" / f"{unit.number:06d}.json", asdict(unit))

    def state(self, units: list[Unit]) -> str:
        """The name of the graph that the configuration and these units give."""
        return digest(json.dumps(self.configuration(), sort_keys=True), *(unit.key for unit in units), length=16)

    def snapshot(self, state: str) -> Path:
        """The folder of one built graph."""
        return self.root / "graph" / state

    def current(self) -> Path:
        """The folder of the graph that queries read.

        Raises:
            GraphError: there is none yet.
        """
        pointer = self.root / "CURRENT"
        folder = self.snapshot(pointer.read_text().strip()) if pointer.exists() else None
        if folder is None or not folder.is_dir():
            raise GraphError(
                f"there is no graph in {self.root}",
                remedy="Build one first: kgbuild ingest --query '…' --kg " + str(self.root),
            )
        return folder

    def publish(self, state: str) -> None:
        """Let queries read this state, and remove all others."""
        write_text(self.root / "CURRENT", state + "\n")
        for other in (self.root / "graph").iterdir():
            if other.name != state:
                remove(other)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file of the graph's folder.

    Raises:
        GraphError: it is missing or damaged.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GraphError(f"{path} can not be read: {error}", remedy="Restore it, or ingest again.") from error
    if not isinstance(value, dict):
        raise GraphError(f"{path} holds no JSON object", remedy="Restore it, or ingest again.")
    return value


def _unit(value: dict[str, Any]) -> Unit:
    lists = {name: tuple(value.get(name, ())) for name in ("parts", "deletions", "rejects", "links")}
    return Unit(**{**value, **lists})
