"""The folder of a graph (`--kg`): what stands where, and what has been committed.

::

    kg/
    ├── kgbuild.json            the configuration that the graph is built with
    ├── settings.json           the settings of the last run, with which `kgbuild repair` builds
    ├── rejects.jsonl           the records that could not be used, and why
    ├── units/000001.json …     what each source file brought; its being there is the commit
    ├── parts/units/            a second copy of each of these
    ├── parts/documents|annotations|mentions|evidence/*.parquet
    ├── graph/<state>/          tables (*.parquet), info.json, rdf/, files.json (checksums); ontology.ttl unless it is
    │                           the default
    └── CURRENT                 the name of the state that queries read
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from kgbuild.assemble import snapshots
from kgbuild.errors import ConfigurationError, GraphError, InputError
from kgbuild.files import TEMPORARY, digest, json_bytes, locked, write_json, write_text

# The files that are replaced here, as `kgbuild.files.remove_temporaries` takes them.
_WRITTEN = ("*.json", "*.jsonl", "CURRENT", "units/*", "parts/*/*", "graph/*")
_RENAME = "Rename it, or give another folder with --kg."
_ANEW = "Ingest all of its sources into another folder (--kg), in their order."
_NAME = re.compile(r"[\w-]+\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What one source file brought. Units are numbered in the order of their commits; later ones win.

    `key` identifies the file's content, the query and the limit it was read with; `pmids` are those that were asked
    for of a file that PubMed sent. `parts` names documents parts in order. `taken` counts the articles read, before
    later units supersede any; `filtered` those that the query did not match, and `links` holds what notices among
    those say of other articles: source, kind, pmid and text.
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
    limit: int | None = None
    pmids: tuple[str, ...] = ()

    def unreadable(self) -> list[dict[str, str]]:
        """The rejects that stand for whole files: of a file that gave nothing else, all there are."""
        nothing = not (self.taken or self.filtered or self.deletions)
        return [reject for reject in self.rejects if nothing or reject["record"] == "whole file"]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths and commits of one graph folder."""

    root: Path

    def __post_init__(self) -> None:
        """Refuse a name that no table and no message could hold."""
        try:
            str(self.root).encode()
        except UnicodeEncodeError:
            raise InputError("the folder's name is not UTF-8", file=ascii(str(self.root)), remedy=_RENAME) from None

    def part(self, stage: str, key: str) -> Path:
        """Where a part of a stage (documents, annotations, mentions, evidence) stands."""
        return self.root / "parts" / stage / f"{key}.parquet"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for writing; the system lets go of it when the process dies.

        Raises:
            ConfigurationError: another process is writing here, or the folder holds other files and no graph.
        """
        if not self.is_own():
            raise ConfigurationError(
                f"{self.root} holds files and no graph of kgbuild",
                remedy="Give a new or an empty folder with --kg.",
            )
        taken = ConfigurationError(
            f"{self.root} is being written by another kgbuild process",
            remedy="Wait until it ends, or give another --kg.",
        )
        with locked(self.root, taken=taken, temporaries=_WRITTEN):
            yield

    def is_own(self) -> bool:
        """Whether the folder is new, empty, or of kgbuild: a run may have ended before it wrote its configuration."""
        if not self.root.exists() or (self.root / "kgbuild.json").is_file():
            return True
        names = {path.name for path in self.root.iterdir()}
        begun = all(name == ".lock" or name.startswith(f"kgbuild.json{TEMPORARY}") for name in names)
        return begun or {"CURRENT", "graph", "parts", "units"} <= names

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
        numbers = {
            int(path.stem)
            for folder in self._copies
            for path in folder.glob("*.json")
            if path.stem.isascii() and path.stem.isdecimal()
        }
        units = [self._unit(number) for number in range(1, max(numbers, default=0) + 1)]
        if len(units) < self._published_units():
            raise GraphError(f"units of {self.root} are missing, and so are their copies", remedy=_ANEW)
        return units

    def _published_units(self) -> int:
        """How many units the published graph was built from; 0 where that is not known."""
        try:
            state = (self.root / "CURRENT").read_text(encoding="utf-8").strip()
            return len(read_json(self.snapshot(state) / "info.json")["sources"])
        except (OSError, ValueError, KeyError, TypeError, GraphError):
            return 0

    def _unit(self, number: int) -> Unit:
        """A unit from the first copy that is whole; from it, the other one is written again."""
        paths = [folder / f"{number:06d}.json" for folder in self._copies]
        for path in paths:
            # Earlier versions wrote one copy without a checksum.
            unit = _read_unit(path, checked=paths[1].exists())
            if unit is not None:
                for other in paths:
                    if other != path and _read_unit(other, checked=True) != unit:
                        write_json(other, _described(unit))
                return unit
        raise GraphError(f"{paths[0]} and its copy {paths[1]} are damaged or missing", remedy=_ANEW)

    @property
    def shown(self) -> str:
        """The folder as a shell takes it."""
        return quote(str(self.root))

    @property
    def _copies(self) -> tuple[Path, Path]:
        return self.root / "units", self.root / "parts" / "units"

    def commit(self, unit: Unit) -> None:
        """Add a unit; from here on its parts belong to the graph."""
        for folder in reversed(self._copies):
            write_json(folder / f"{unit.number:06d}.json", _described(unit))

    def has_articles(self, unit: Unit) -> bool:
        """Whether the documents parts of a unit are there."""
        return all(self.part("documents", part).exists() for part in unit.parts)

    def keep_settings(self, settings: dict[str, Any]) -> None:
        """Write down the settings of a run (JSON values)."""
        path = self.root / "settings.json"
        if not path.exists() or path.read_bytes() != json_bytes(settings):
            write_json(path, settings)

    def state(self, units: list[Unit], failed: str = "") -> str:
        """The name of the graph that the configuration and these units give, if so much `failed` to be annotated."""
        parts = [unit.key for unit in units] + [failed] * bool(failed)
        return digest(json.dumps(self.configuration(), sort_keys=True), *parts, length=16)

    def snapshot(self, state: str) -> Path:
        """The folder of one built graph."""
        return self.root / "graph" / state

    def current(self, *, held: bool = True) -> Path:
        """The folder of the graph that queries read; if `held`, it stays on disk until this process ends.

        Raises:
            GraphError: there is none yet, or a file of it is missing or damaged.
        """
        pointer = self.root / "CURRENT"
        repair = f"kgbuild repair --kg {self.shown}"
        while True:
            try:
                state = pointer.read_text(encoding="utf-8", errors="replace").strip()
            except FileNotFoundError:
                state = ""
                if (self.root / "units").is_dir() and any((self.root / "graph").glob("*/info.json")):
                    raise GraphError(f"{pointer} is missing", remedy=f"Build it again: {repair}") from None
            if not state:
                raise GraphError(
                    f"there is no graph in {self.root}",
                    remedy=f"Build one first: kgbuild ingest --query '…' --kg {self.shown}",
                )
            folder = self.snapshot(state)
            if _NAME.match(state) and (snapshots.hold(folder) if held else folder.is_dir()):
                break
            # A build may have ended since, and removed that graph.
            if pointer.read_text(encoding="utf-8", errors="replace").strip() == state:
                raise GraphError(f"{pointer} names no graph", remedy=f"Build it again: {repair}")
        for fault in snapshots.faults(folder, all_bytes=False):
            raise GraphError(fault, remedy=f"Build it again: {repair}")
        return folder

    def publish(self, state: str) -> None:
        """Let queries read this state, and remove all others that nobody reads."""
        write_text(self.root / "CURRENT", state + "\n")
        snapshots.remove_others(self.root / "graph", state)


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


def _read_unit(path: Path, *, checked: bool) -> Unit | None:
    """The unit in a file; None where it is missing or damaged."""
    try:
        value = read_json(path)
        if checked or "checksum" in value:
            checksum = value.pop("checksum", "")
            if checksum != digest(json.dumps(value, sort_keys=True)):
                return None
        lists = {name: tuple(value.get(name, ())) for name in ("parts", "deletions", "rejects", "links", "pmids")}
        return Unit(**{**value, **lists})
    except (GraphError, TypeError):
        return None


def _described(unit: Unit) -> dict[str, Any]:
    value = asdict(unit)
    return value | {"checksum": digest(json.dumps(value, sort_keys=True))}
