"""`kgbuild ingest`."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from kgbuild.cli import options
from kgbuild.cli.output import Bars, console, errors, print_json
from kgbuild.errors import InputError, KgbuildError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.progress import Progress
    from kgbuild.protocols import SourceFile

_TOLD = 20
"""So many unreadable files are named on the screen."""


def ingest(
    query: Annotated[
        str | None,
        typer.Option("--query", "-q", help="A PubMed query, such as 'gut microbiota AND depression'."),
    ] = None,
    source: Annotated[
        list[Path] | None,
        typer.Option("--source", "-s", help="Files or folders to read instead of asking PubMed; repeatable."),
    ] = None,
    pmids: Annotated[
        list[str] | None,
        typer.Option(
            "--pmids",
            help="PMIDs whose articles are fetched from PubMed: 71000001,71000002, or a file of them; repeatable.",
            show_default=False,
        ),
    ] = None,
    kg: options.Kg = options.DEFAULT_KG,
    extractor: options.Extractor = None,
    ontology: options.Ontology = None,
    terms: options.Terms = None,
    only_terms: options.OnlyTerms = None,
    uris: options.Uris = None,
    fill: options.Fill = None,
    link: options.Link = None,
    link_encoder: options.LinkEncoder = None,
    linked_only: options.LinkedOnly = None,
    config: options.Config = None,
    min_score: options.MinScore = None,
    min_entity_score: options.MinEntityScore = None,
    device: options.Device = None,
    bf16: options.Bf16 = None,
    threads: options.Threads = None,
    batch_tokens: options.BatchTokens = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Take at most so many articles.")] = None,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Give the graph this configuration and read all its articles again."),
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Read articles, find entities and relations, link them, and build the graph.

    Without --source it asks PubMed itself; without --query it takes all of the source. What is there stays:
    articles accumulate by PMID, and a run that was stopped goes on where it was.

    Sources are PubMed XML, plain text (one file an article), lists of articles (CSV, RIS or .nbib, as PubMed, Zotero
    and Scopus export them), lists of PMIDs, and annotated corpora, also gzipped, or folders of them.

    \b
    Examples:
      kgbuild ingest --query "gut microbiota AND depression" --limit 500
      kgbuild ingest --source pubmed26n0001.xml.gz --query "microbiota\\[tiab] AND 2020:2026\\[dp]"
      kgbuild ingest --source articles/ --kg my-graph
      kgbuild ingest --source zotero.csv --source scopus.ris
      kgbuild ingest --pmids 31530799,33198785 --pmids more-pmids.txt
      kgbuild ingest --source articles/ --extractor onnx:my-model --kg my-graph
    """
    from kgbuild.config import load_settings
    from kgbuild.pipeline import ingest as run
    from kgbuild.source.search import parse_query

    if not source and not pmids and not query and not rebuild:
        raise InputError(
            "nothing to read: give --query, --source, --pmids, or --query with one of them",
            remedy="For example: kgbuild ingest --query 'gut microbiota AND depression'",
        )
    settings = load_settings(
        config,
        extractor=extractor,
        ontology=ontology,
        terms=tuple(terms) if terms else None,
        only_terms=tuple(only_terms) if only_terms else None,
        uris=uris,
        fill=fill,
        link=link,
        link_encoder=link_encoder,
        linked_only=linked_only,
        min_score=min_score,
        min_entity_score=min_entity_score,
        device=device,
        bf16=bf16,
        threads=threads,
        batch_tokens=batch_tokens,
    )
    with Bars() as bars:
        files: Iterable[SourceFile] = ()
        if source or pmids:
            files = _given(source or [], pmids or [], kg, None if query else limit, bars)
        elif query:
            from kgbuild.source.eutils import settings_from_environment
            from kgbuild.source.live import search_pubmed

            files = search_pubmed(query, kg, settings=settings_from_environment(), limit=limit, progress=bars)
        is_local = bool(source or pmids)
        parsed = parse_query(query) if query and is_local else None
        facts = run(
            kg,
            files,
            settings,
            query=parsed,
            limit=limit if is_local else None,
            rebuild=rebuild,
            progress=bars,
        )
    if as_json:
        print_json(facts)
    else:
        _print_summary(facts, kg, query)
    _tell_troubles(facts["run"], kg)


def _given(
    source: list[Path], pmids: list[str], kg: Path, limit: int | None, progress: Progress
) -> Iterable[SourceFile]:
    """The files that are named, and the articles of the PMIDs that are."""
    from kgbuild.source.files import format_of, open_source
    from kgbuild.source.pmids import read_pmids

    lists = [path for path in source if path.is_file() and format_of(path) == "pmids"]
    files = open_source([path for path in source if path not in lists])
    if not lists and not pmids:
        return files
    from kgbuild.source.eutils import settings_from_environment
    from kgbuild.source.live import fetch_pmids

    wanted = read_pmids(lists, pmids)
    return chain(files, fetch_pmids(wanted, kg, settings=settings_from_environment(), limit=limit, progress=progress))


def _print_summary(facts: dict[str, Any], kg: Path, query: str | None) -> None:
    documents, run = facts["documents"], facts["run"]
    before = f", {run['sources_read_before']:,} had been read before" if run["sources_read_before"] else ""
    console.print(
        f"This run: {run['taken']:,} articles from {_files(run['sources'])}{before} "
        f"({run['rejected']:,} rejected, {run['filtered']:,} did not match), {run['annotated']:,} annotated"
    )
    console.print(
        Text(f"The graph in {kg}: ")
        + _bold(documents["stored"])
        + f" articles ({documents['read']:,} read in all runs, {documents['rejected']:,} rejected, "
        f"{documents['superseded']:,} superseded, {documents['filtered']:,} did not match, "
        f"{documents['retracted']:,} retracted, {documents['notices']:,} notices, "
        f"{documents['other_versions']:,} other versions of a work)"
    )
    console.print(
        _bold(facts["mentions"]) + f" mentions, {facts['linked']:,} linked to "
        f"{facts['linked_concepts']:,} concepts; {facts['names']:,} names have no concept and are nodes of their own"
    )
    _print_terms(facts)
    console.print(
        _bold(facts["statements"]) + f" statements from {facts['evidence']:,} sentences' evidence "
        f"({facts['unlinked']:,} relations left out: an end has no concept); "
        f"{facts['conflicts']:,} conflicting; {facts['quads']:,} quads"
    )
    if documents["rejected"] or facts["failures"]:
        count = documents["rejected"] + len(facts["failures"])
        errors.print(f"{count} records of the graph could not be used: {kg / 'rejects.jsonl'}")
    if query and not run["taken"] and not (run["sources_read_before"] and documents["stored"]):
        console.print(f"No article matches the query {query!r}; nothing was added.")
    elif documents["stored"]:
        console.print(f"Next: kgbuild show CONCEPT --kg {kg}, or kgbuild query --kg {kg}")


def _bold(number: int) -> Text:
    return Text(f"{number:,}", style="bold")


def _files(number: int) -> str:
    return f"{number:,} file{'' if number == 1 else 's'}"


def _tell_troubles(run: dict[str, Any], kg: Path) -> None:
    """Name the files that cannot be read, at each run, and the articles that failed; many of them fail the run."""
    from kgbuild.pipeline import MANY, TRY_AGAIN

    for reject in run["unreadable"][:_TOLD]:
        errors.print(f"cannot be read: {reject['file']}: {reject['cause']}")
    if len(run["unreadable"]) > _TOLD:
        errors.print(f"… and {len(run['unreadable']) - _TOLD:,} more: {kg / 'rejects.jsonl'}")
    if run["failed"]:
        message = f"{run['failed']:,} of {run['annotated']:,} articles could not be annotated ({run['failures'][0]})"
        if run["failed"] > MANY * run["annotated"]:
            raise KgbuildError(message, remedy=f"{TRY_AGAIN} All causes are in {kg / 'rejects.jsonl'}.")
        errors.print(f"{message}. {TRY_AGAIN}")


def _print_terms(facts: dict[str, Any]) -> None:
    """Which terms linked the mentions where there are others than those that ship, and what is lost by them."""
    by = facts["linked_by"]
    if set(by) - {"shipped"}:
        parts = (f"{count:,} by {name}" for name, count in sorted(by.items(), key=lambda pair: -pair[1]))
        console.print(f"Linked: {', '.join(parts)}")
    before = facts.get("linked_before")
    if before is not None and before > facts["linked"]:
        errors.print(
            f"{before - facts['linked']:,} fewer mentions are linked than before: {facts['linked']:,}, not {before:,}"
        )
    if facts.get("shipped_only"):
        errors.print(
            f"{facts['shipped_only']:,} mentions have no concept here, although the terms that ship have their "
            "names. To join both, give --terms instead of --only-terms."
        )
