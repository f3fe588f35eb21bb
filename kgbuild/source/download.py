"""Downloads all that a PubMed query finds into a folder, in steps that a killed run can resume.

The folder holds `plan.json` (the query, what PubMed made of it, the slices, which are done), for each slice
with new PMIDs a list `00001.pmids.txt`, and its records in the list's order, 200 a file, `00001-0001.xml.gz`.
A file that exists is complete. A slice is fetched before the next is searched. A query that was downloaded
before is searched again, and only PMIDs that are not here yet are fetched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import ConfigurationError, InputError
from kgbuild.files import remove_temporaries
from kgbuild.model import Reject
from kgbuild.source.download_plan import (
    BATCH,
    Part,
    Plan,
    part_files,
    plan_path,
    read_file,
    read_plan,
    read_pmids,
    write_file,
    write_plan,
    write_pmids,
)
from kgbuild.source.eutils import SEARCH_LIMIT, Eutils, EutilsSettings
from kgbuild.source.eutils_answers import Articles, HistoryExpiredError, SearchResult, TooLargeError
from kgbuild.source.slices import Slice

if TYPE_CHECKING:
    import httpx

_SEARCHES_FOR_A_BATCH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What a folder holds. `count` is PubMed's own; `missing` are records that it listed but did not send."""

    folder: Path
    query: str
    query_translation: str
    count: int
    warnings: tuple[str, ...]
    files: tuple[Path, ...]
    missing: tuple[Reject, ...]
    complete: bool


def download_folder(kg: Path, query: str) -> Path:
    """The folder of a query's articles within a graph's folder."""
    return kg / "pubmed" / hashlib.sha256(_normal(query).encode()).hexdigest()[:16]


def download(
    query: str,
    folder: Path,
    *,
    settings: EutilsSettings,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Iterator[Path]:
    """Bring a folder up to date with a query; yields all its files, in order, as each is there.

    A file is a gzip'd PubmedArticleSet of up to 200 records, books among them. `limit` takes the first
    records in PubMed's order, the most recently added first. `progress` is called with the number of records
    that are done, and their total. One process at a time may work on a folder.

    Raises:
        InputError: the query is empty or PubMed rejects it; the limit is below 1; the folder is damaged.
        ConfigurationError: the folder belongs to another query; the API key is refused.
        RemoteError: the service can not be reached or does not answer as it should.
    """
    query = _normal(query)
    if not query:
        raise InputError("the query is empty", remedy='Give one, such as "gut microbiota AND depression".')
    if limit is not None and limit < 1:
        raise InputError(f"the limit is {limit}", remedy="Give a number from 1.")
    plan = read_plan(folder) if plan_path(folder).exists() else Plan(query=query)
    if plan.query != query:
        raise ConfigurationError(
            f"{folder} holds the articles of another query: {plan.query}",
            remedy="Choose another folder, or remove this one.",
        )
    if plan.complete or plan.limit != limit:
        plan = replace(plan, limit=limit, pending=(Slice(),), listed=0)
    return _files(plan, folder, settings, transport, progress)


def read_download(folder: Path) -> Download:
    """What a folder holds.

    Raises:
        InputError: the folder has no plan, or a damaged one.
    """
    plan = read_plan(folder)
    files = (path for number, part in enumerate(plan.parts, 1) for path in part_files(folder, number, part))
    return Download(
        folder=folder,
        query=plan.query,
        query_translation=plan.query_translation,
        count=plan.count,
        warnings=plan.warnings,
        files=tuple(path for path in files if path.exists()),
        missing=tuple(
            Reject(
                file=str(plan_path(folder)),
                record=f"PMID {pmid}",
                cause="PubMed lists it but did not send it",
                remedy="The next run of the query asks for it again. None larger than 64 MiB is taken.",
            )
            for pmid in plan.missing
        ),
        complete=plan.complete,
    )


def listed(folder: Path) -> dict[Path, frozenset[str]]:
    """The PMIDs that each file of a folder was asked for; raises as `read_download` does."""
    found = {}
    for number, part in enumerate(read_plan(folder).parts, 1):
        pmids = read_pmids(folder, number, part)
        for index, path in enumerate(part_files(folder, number, part)):
            found[path] = frozenset(pmids[index * BATCH : (index + 1) * BATCH])
    return found


def _files(
    plan: Plan,
    folder: Path,
    settings: EutilsSettings,
    transport: httpx.BaseTransport | None,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    remove_temporaries(folder)
    with Eutils(settings, transport=transport) as eutils:
        run = _Run(plan, folder, eutils, progress)
        for number in range(1, len(plan.parts) + 1):
            yield from run.finish(number)
        while (opened := run.open_next()) is not None:
            if opened:
                yield from run.finish(opened)


class _Run:
    """One run of a download: its plan, replaced on disk at every step, and what follows from it in memory."""

    def __init__(self, plan: Plan, folder: Path, eutils: Eutils, progress: Callable[[int, int], None] | None) -> None:
        self._folder = folder
        self._eutils = eutils
        self._progress = progress
        self._session: tuple[Slice, SearchResult] | None = None
        self._known = {
            pmid for number, part in enumerate(plan.parts, 1) for pmid in read_pmids(folder, number, part)
        }.difference(plan.missing)
        self._save(plan)

    def open_next(self) -> int | None:
        """Search the next slice and halve it if it is too large, else list its new PMIDs as a part.

        Returns the new part's number, 0 where there is none, None where no slice is left.
        """
        plan = self._plan
        if not plan.pending:
            return None
        piece = plan.pending[-1]
        wanted = None if plan.limit is None else plan.limit - plan.listed
        found = self._search(piece, SEARCH_LIMIT if wanted is None else min(SEARCH_LIMIT, wanted))
        if piece == Slice():
            plan = replace(
                plan,
                query_translation=found.query_translation,
                count=found.count,
                warnings=found.warnings,
            )
        if found.count > SEARCH_LIMIT and (wanted is None or wanted > SEARCH_LIMIT):
            self._save(replace(plan, pending=plan.pending[:-1] + piece.halves()))
            return 0
        pmids = found.pmids[:wanted]
        plan = replace(plan, listed=plan.listed + len(pmids), pending=plan.pending[:-1])
        if plan.limit is not None and plan.listed >= plan.limit:
            plan = replace(plan, pending=())
        if not plan.pending and plan.listed != plan.total:
            warning = (
                f"PubMed counted {plan.total} records, but its searches listed {plan.listed}: "
                "some came or went meanwhile, or have no entry date. Run the query again to fetch what came."
            )
            plan = replace(plan, warnings=(*plan.warnings, warning))
        number = 0
        if new := [pmid for pmid in dict.fromkeys(pmids) if pmid not in self._known]:
            plan = replace(plan, parts=(*plan.parts, Part(slice=piece, count=found.count, new=len(new))))
            number = len(plan.parts)
            write_pmids(self._folder, number, new)
            self._known.update(new)
        self._save(plan)
        self._report(len(new))
        return number

    def finish(self, number: int) -> Iterator[Path]:
        """Yield a part's files, fetching those that are not there."""
        part = self._plan.parts[number - 1]
        paths = part_files(self._folder, number, part)
        if part.done and all(path.exists() for path in paths):
            yield from paths
            return
        pmids = read_pmids(self._folder, number, part)
        got: set[str] = set()
        for index, path in enumerate(paths):
            end = (index + 1) * BATCH
            articles = read_file(path)
            if articles is None:
                articles = self._fetch(part.slice, pmids[index * BATCH : end])
                write_file(path, articles)
            got.update(articles.pmids)
            self._report(len(pmids[end:]))
            yield path
        missing = (set(self._plan.missing) - got) | (set(pmids) - got)
        parts = list(self._plan.parts)
        parts[number - 1] = replace(part, done=True)
        by_number = sorted(missing, key=lambda pmid: (len(pmid), pmid))
        self._save(replace(self._plan, parts=tuple(parts), missing=tuple(by_number)))

    def _fetch(self, piece: Slice, batch: list[str]) -> Articles:
        """Fetch by position in the slice's search; by PMID what does not stand there in one stretch."""
        for _ in range(_SEARCHES_FOR_A_BATCH):
            if self._session is None or self._session[0] != piece:
                self._search(piece, SEARCH_LIMIT)
            found = self._session[1] if self._session else None
            start = _position(found, batch)
            if found is None or found.history is None or start is None:
                break
            try:
                articles = self._eutils.fetch_from_history(found.history, start, len(batch))
            except HistoryExpiredError:
                self._session = None
                continue
            except TooLargeError:
                break
            if set(articles.pmids) == set(batch):
                return articles
            break
        return self._eutils.fetch(batch)

    def _search(self, piece: Slice, retmax: int) -> SearchResult:
        found = self._eutils.search(piece.term(self._plan.query), entered=piece.entered, retmax=retmax)
        self._session = (piece, found)
        return found

    def _report(self, unfetched: int) -> None:
        if self._progress:
            self._progress(max(0, self._plan.listed - unfetched), self._plan.total)

    def _save(self, plan: Plan) -> None:
        self._plan = plan
        write_plan(self._folder, plan)


def _position(found: SearchResult | None, batch: list[str]) -> int | None:
    if found is None or batch[0] not in found.pmids:
        return None
    start = found.pmids.index(batch[0])
    return start if list(found.pmids[start : start + len(batch)]) == batch else None


def _normal(query: str) -> str:
    return " ".join(query.split())
