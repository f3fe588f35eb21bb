"""A training run's folder: what it was started with, what it measured, and how far it has come.

::

    config.toml         the settings, as the command reads them
    identity.json       hashes of all that the result depends on
    metrics.jsonl       losses of each step, out-of-fold F1 of each epoch
    curves.png, reliability.png
    state/              checkpoints, and the weights of stages that are done
    model/              the trained model; written last, whole
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from kgbuild.errors import ConfigurationError, InputError
from kgbuild.files import locked, write_json, write_text

Metric = dict[str, Any]


class RunFolder:
    """Paths of a run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.model = root / "model"
        self.config = root / "config.toml"
        self.curves = root / "curves.png"
        self.reliability = root / "reliability.png"
        self._identity = root / "identity.json"

    def state(self, name: str) -> Path:
        """A file of the run's state."""
        return self.root / "state" / name

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder; the system lets go of it when the process dies.

        Raises:
            ConfigurationError: another process trains here.
            InputError: the folder can not be written.
        """
        taken = ConfigurationError(
            f"{self.root} is being trained in by another kgbuild process",
            remedy="Wait until it ends, or give another folder with -o.",
        )
        with ExitStack() as held:
            try:
                held.enter_context(locked(self.root, taken=taken))
            except OSError as error:
                raise InputError(
                    error.strerror or str(error), file=str(self.root), remedy="Give a folder that can be written."
                ) from error
            yield

    def settle(self, identity: Mapping[str, Any], config: str | None = None) -> None:
        """Make the run's identity, and its settings if given, the folder's own; what stands must be the same.

        Raises:
            ConfigurationError: the folder holds another run; names each difference.
        """
        # As it will be read back.
        wanted = json.loads(json.dumps(identity))
        if not self._identity.exists():
            if config is not None:
                write_text(self.config, config)
            write_json(self._identity, wanted)
            return
        standing = json.loads(self._identity.read_bytes())
        changed = [
            f"  {name}: was {standing.get(name)!r}, now {wanted.get(name)!r}"
            for name in sorted({*standing, *wanted})
            if standing.get(name) != wanted.get(name)
        ]
        if changed:
            raise ConfigurationError(
                f"{self.root} holds a run with other settings or data:\n" + "\n".join(changed),
                remedy="Give another folder with -o, or remove this one.",
            )


class Metrics:
    """The run's figures, one JSON object a line; a line that a kill cut short is forgotten."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.rows: list[Metric] = []
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    self.rows.append(json.loads(line))
                except ValueError:
                    break
        self._rewrite()

    def add(self, row: Metric) -> None:
        """Append; figures of an epoch are on disk when this returns."""
        self.rows.append(row)
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(_line(row))
            if "epoch" in row:
                stream.flush()
                os.fsync(stream.fileno())

    def forget_after(self, stage: str, *, step: int, epoch: int) -> None:
        """Drop what a stage measured after the step and the epoch that it goes on from."""
        kept = [
            row
            for row in self.rows
            if row["stage"] != stage or (row.get("step", 0) <= step and row.get("epoch", 0) <= epoch)
        ]
        if len(kept) < len(self.rows):
            self.rows = kept
            self._rewrite()

    def epochs(self, stage: str) -> list[Metric]:
        """The figures of a stage's epochs, in order."""
        return [row for row in self.rows if row["stage"] == stage and "epoch" in row]

    def best_epoch(self, stage: str) -> int:
        """The first epoch with the highest F1; 0 where none was measured."""
        found = self.epochs(stage)
        return int(max(found, key=lambda row: row["f1"])["epoch"]) if found else 0

    def _rewrite(self) -> None:
        write_text(self._path, "".join(map(_line, self.rows)))


def _line(row: Metric) -> str:
    return json.dumps(row) + "\n"
