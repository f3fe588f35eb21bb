"""Live PubMed as a source: the files of a search, downloaded as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kgbuild.files import digest
from kgbuild.model import Record, Reject
from kgbuild.progress import SILENT, Progress
from kgbuild.protocols import SourceFile
from kgbuild.source.download import Download, download, download_folder, read_download
from kgbuild.source.eutils import EutilsSettings
from kgbuild.source.pubmed import PubMedFile


@dataclass(frozen=True, slots=True)
class Unsent:
    """The records that PubMed listed but did not send, as a file of rejects, so that they are counted."""

    found: Download

    @property
    def name(self) -> str:
        """The search's folder."""
        return str(self.found.folder)

    def fingerprint(self) -> str:
        """A hash of the records."""
        return digest(*(reject.record for reject in self.found.missing))

    def records(self) -> Iterator[Record]:
        """The rejects."""
        missing: tuple[Reject, ...] = self.found.missing
        yield from missing


def search_pubmed(
    query: str, kg: Path, *, settings: EutilsSettings, limit: int | None = None, progress: Progress = SILENT
) -> Iterator[SourceFile]:
    """The articles that PubMed finds, kept in the graph's folder, file by file as each is complete.

    Raises:
        InputError: PubMed rejects the query.
        RemoteError: the service can not be reached or does not answer as it should.
    """
    folder = download_folder(kg, query)
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if not told:
            progress.start("Fetching from PubMed", total)
        progress.advance(done - told)
        told = done

    paths = list(download(query, folder, settings=settings, limit=limit, progress=tell))
    found = read_download(folder)
    progress.note(f"PubMed read the query as: {found.query_translation}")
    for warning in found.warnings:
        progress.note(f"PubMed: {warning}")
    yield from (PubMedFile(path) for path in paths)
    if found.missing:
        yield Unsent(found)


def searches(kg: Path) -> list[Download]:
    """The searches whose articles a graph's folder holds."""
    return [read_download(plan.parent) for plan in sorted((kg / "pubmed").glob("*/plan.json"))]
