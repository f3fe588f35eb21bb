"""Live PubMed as a source: the files of a search or of a list of PMIDs, downloaded as they are asked for.

The articles of lists stand in `pubmed/pmids` in the graph's folder, up to 200 a file, as PubMed sent them. A file
that exists is complete, so that a run that was killed goes on, and a later list fetches only what is not there yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kgbuild.files import digest, remove_temporaries
from kgbuild.model import Record, Reject
from kgbuild.progress import SILENT, Progress
from kgbuild.protocols import SourceFile
from kgbuild.source.download import Download, download, download_folder, listed, read_download
from kgbuild.source.download_plan import BATCH, read_file, write_file
from kgbuild.source.eutils import Eutils, EutilsSettings
from kgbuild.source.pmids import Pmids
from kgbuild.source.pubmed import PubMedFile


@dataclass(frozen=True, slots=True)
class Rejects:
    """What was asked for and is not there, as a source of rejects, so that it is counted."""

    name: str
    rejects: tuple[Reject, ...]

    def fingerprint(self) -> str:
        """A hash of the records."""
        return digest(*(reject.record for reject in self.rejects))

    def records(self) -> Iterator[Record]:
        """The rejects."""
        yield from self.rejects


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
    asked = listed(folder)
    yield from (_Asked(PubMedFile(path), asked[path], of_search=True) for path in paths)
    if found.missing:
        yield Rejects(str(found.folder), found.missing)


def searches(kg: Path) -> list[Download]:
    """The searches whose articles a graph's folder holds."""
    return [read_download(plan.parent) for plan in sorted((kg / "pubmed").glob("*/plan.json"))]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Those articles of a file that were asked for.

    Others in a file of a search are rejected; in one of a list they were asked for by another list.
    """

    file: PubMedFile
    pmids: frozenset[str]
    of_search: bool

    @property
    def name(self) -> str:
        """The file's path."""
        return self.file.name

    def fingerprint(self) -> str:
        """A hash of the file and of what was asked for, which for a search follows from the file."""
        content = self.file.fingerprint()
        return content if self.of_search else digest(content, *sorted(self.pmids))

    def records(self) -> Iterator[Record]:
        """The articles and the rejects, in the file's order."""
        for record in self.file.records():
            if isinstance(record, Reject) or record.id in self.pmids:
                yield record
            elif self.of_search:
                yield _unasked(self.name, record.id)


def fetch_pmids(
    wanted: Pmids, kg: Path, *, settings: EutilsSettings, limit: int | None = None, progress: Progress = SILENT
) -> Iterator[SourceFile]:
    """The articles of a list, file by file as each is complete; then what is no PMID or PubMed did not send.

    Args:
        wanted: the list.
        kg: the graph's folder, where the articles are kept.
        settings: how to talk to the service.
        limit: fetch only the first so many of the list.
        progress: is told how the work goes on.

    Raises:
        RemoteError: the service can not be reached or does not answer as it should.
    """
    folder = kg / "pubmed" / "pmids"
    folder.mkdir(parents=True, exist_ok=True)
    remove_temporaries(folder)
    missing = dict.fromkeys(wanted.pmids[:limit])
    progress.start("Fetching from PubMed", len(missing))
    files = sorted(folder.glob("*.xml.gz"))
    for path in files:
        articles = read_file(path)
        held = frozenset(articles.pmids if articles else ()) & missing.keys()
        if held:
            yield _advanced(path, held, missing, progress)
    number = max((int(path.name[:5]) for path in files if path.name[:5].isdecimal()), default=0)
    waiting, unasked = list(missing), list[Reject]()
    with Eutils(settings) as eutils:
        for start in range(0, len(waiting), BATCH):
            batch = waiting[start : start + BATCH]
            articles = eutils.fetch(batch)
            unasked += (_unasked(wanted.name, pmid) for pmid in articles.pmids if pmid not in batch)
            held = frozenset(articles.pmids) & missing.keys()
            if held:
                number += 1
                path = folder / f"{number:05}.xml.gz"
                write_file(path, articles)
                yield _advanced(path, held, missing, progress)
    unsent = tuple(
        Reject(
            file=wanted.name,
            record=f"PMID {pmid}",
            cause="PubMed has no such article, or did not send it",
            remedy="Check the number at https://pubmed.ncbi.nlm.nih.gov/; the next run asks for it "
            "again. None larger than 64 MiB is taken.",
        )
        for pmid in missing
    )
    if rejects := (*wanted.rejects, *unsent, *unasked):
        yield Rejects(wanted.name, rejects)


def _unasked(file: str, pmid: str) -> Reject:
    return Reject(
        file=file,
        record=f"PMID {pmid}",
        cause="it was sent, but not asked for",
        remedy="Check what KGBUILD_EUTILS_URL and the proxy settings name, and run again.",
    )


def kept(path: Path, pmids: frozenset[str]) -> Iterator[SourceFile]:
    """What a file in the graph's folder may be a source of, by what was asked for: of a list, or of a search."""
    for of_search in (False, True):
        yield _Asked(PubMedFile(path), pmids, of_search=of_search)


def _advanced(path: Path, held: frozenset[str], missing: dict[str, None], progress: Progress) -> SourceFile:
    for pmid in held:
        del missing[pmid]
    progress.advance(len(held))
    return _Asked(PubMedFile(path), held, of_search=False)
