"""`kgbuild ingest`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from kgbuild.cli import options
from kgbuild.cli.output import Bars, console, errors, print_json
from kgbuild.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.protocols import SourceFile


def ingest(
    query: Annotated[
        str | None,
        typer.Option("--query", "-q", help="A PubMed query, such as 'gut microbiota AND depression'."),
    ] = None,
    source: Annotated[
        list[Path] | None,
        typer.Option("--source", "-s", help="Files or folders to read instead of asking PubMed; repeatable."),
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

    \b
    Examples:
      kgbuild ingest --query "gut microbiota AND depression" --limit 500
      kgbuild ingest --source pubmed26n0001.xml.gz --query "microbiota\\[tiab] AND 2020:2026\\[dp]"
      kgbuild ingest --source articles/ --kg my-graph
      kgbuild ingest --source articles/ --extractor onnx:my-model --kg my-graph
    """
    from kgbuild.config import load_settings
    from kgbuild.pipeline import ingest as run
    from kgbuild.source.search import parse_query

    if not source and not query and not rebuild:
        raise InputError(
            "nothing to read: give --query, --source or both",
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
        if source:
            from kgbuild.source.files import open_source

            files = open_source(source)
        elif query:
            from kgbuild.source.eutils import settings_from_environment
            from kgbuild.source.live import search_pubmed

            files = search_pubmed(query, kg, settings=settings_from_environment(), limit=limit, progress=bars)
        parsed = parse_query(query) if query and source else None
        facts = run(
            kg,
            files,
            settings,
            query=parsed,
            limit=limit if source else None,
            rebuild=rebuild,
            progress=bars,
        )
    if as_json:
        print_json(facts)
    else:
        _print_summary(facts, kg)


def _print_summary(facts: dict[str, Any], kg: Path) -> None:
    documents = facts["documents"]
    console.print(
        f"[bold]{documents['stored']:,}[/] articles in {kg} "
        f"({documents['read']:,} read, {documents['rejected']:,} rejected, {documents['superseded']:,} superseded, "
        f"{documents['filtered']:,} did not match, {documents['retracted']:,} retracted, "
        f"{documents['notices']:,} notices, {documents['other_versions']:,} other versions of a work)"
    )
    console.print(
        f"[bold]{facts['mentions']:,}[/] mentions, {facts['linked']:,} linked to "
        f"{facts['linked_concepts']:,} concepts; {facts['names']:,} names have no concept and are nodes of their own"
    )
    _print_terms(facts)
    console.print(
        f"[bold]{facts['statements']:,}[/] statements from {facts['evidence']:,} sentences' evidence "
        f"({facts['unlinked']:,} relations left out: an end has no concept); "
        f"{facts['conflicts']:,} conflicting; {facts['quads']:,} quads"
    )
    if documents["rejected"] or facts["failures"]:
        errors.print(
            f"{documents['rejected'] + len(facts['failures'])} records could not be used: {kg / 'rejects.jsonl'}"
        )
    console.print(f"Next: kgbuild show CONCEPT --kg {kg}, or kgbuild query --kg {kg}")


def _print_terms(facts: dict[str, Any]) -> None:
    """Which terms linked the mentions where there are others than those that ship, and what is lost by them."""
    by = facts["linked_by"]
    if set(by) - {"shipped"}:
        parts = (f"{count:,} by {escape(name)}" for name, count in sorted(by.items(), key=lambda pair: -pair[1]))
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
