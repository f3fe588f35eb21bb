"""The state of a download on disk: `plan.json`, the lists of PMIDs and the files of articles."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kgbuild.errors import InputError
from kgbuild.files import write_bytes
from kgbuild.source.eutils_answers import Articles, TooLargeError, TransientError, read_articles
from kgbuild.source.slices import Slice

if TYPE_CHECKING:
    from pydantic import TypeAdapter

BATCH = 200
"""Records in a file; NCBI asks that longer lists of PMIDs be avoided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A slice that held new PMIDs: PubMed's `count` for it, and how many were `new`."""

    slice: Slice
    count: int
    new: int
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How far a download is. `pending` slices are taken from the end; `listed` counts this round's PMIDs."""

    version: Literal[1] = 1
    query: str
    limit: int | None = None
    query_translation: str = ""
    count: int = 0
    warnings: tuple[str, ...] = ()
    listed: int = 0
    pending: tuple[Slice, ...] = (Slice(),)
    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is left to search or fetch."""
        return not self.pending and all(part.done for part in self.parts)

    @property
    def total(self) -> int:
        """How many records the download is to hold."""
        return self.count if self.limit is None else min(self.count, self.limit)


def plan_path(folder: Path) -> Path:
    """Where the plan stands."""
    return folder / "plan.json"


def read_plan(folder: Path) -> Plan:
    """The plan of a folder.

    Raises:
        InputError: it is absent or damaged.
    """
    path = plan_path(folder)
    try:
        return _adapter().validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from error


def write_plan(folder: Path, plan: Plan) -> None:
    """Replace the plan of a folder."""
    write_bytes(plan_path(folder), _adapter().dump_json(plan, indent=1, exclude_none=True))


def part_files(folder: Path, number: int, part: Part) -> list[Path]:
    """The files of a part, there or not; parts are numbered from 1."""
    return [folder / f"{number:05}-{batch:04}.xml.gz" for batch in range(1, -(-part.new // BATCH) + 1)]


def read_pmids(folder: Path, number: int, part: Part) -> list[str]:
    """The PMIDs of a part, in the order of its files.

    Raises:
        InputError: the list is absent or damaged.
    """
    path = _pmids_path(folder, number)
    try:
        pmids = path.read_text(encoding="ascii").split()
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from error
    if len(pmids) != part.new:
        raise _damaged(path, f"it holds {len(pmids)} PMIDs in place of {part.new}")
    return pmids


def write_pmids(folder: Path, number: int, pmids: list[str]) -> None:
    """Write the list of a part."""
    write_bytes(_pmids_path(folder, number), "".join(f"{pmid}\n" for pmid in pmids).encode())


def read_file(path: Path) -> Articles | None:
    """The articles that an interrupted run left; None where the file is absent or damaged."""
    try:
        return read_articles(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, zlib.error, TransientError, TooLargeError):
        return None


def write_file(path: Path, articles: Articles) -> None:
    """Write articles as they came; equal articles give equal bytes."""
    write_bytes(path, gzip.compress(articles.xml, compresslevel=6, mtime=0))


def _pmids_path(folder: Path, number: int) -> Path:
    return folder / f"{number:05}.pmids.txt"


def _damaged(path: Path, cause: str) -> InputError:
    return InputError(
        f"can not be read: {' '.join(cause.split())}",
        file=str(path),
        remedy=f"Remove the folder {path.parent} and run again.",
    )


def _adapter() -> TypeAdapter[Plan]:
    from pydantic import TypeAdapter

    return TypeAdapter(Plan)
