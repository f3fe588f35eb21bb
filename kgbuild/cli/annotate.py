"""`kgbuild annotate`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from kgbuild.cli import options
from kgbuild.cli.output import Bars, errors, writing
from kgbuild.errors import KgbuildError


def annotate(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="Articles, with or without annotations.")],
    source_format: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="pubmed, gutbrainie, pubtator, bioc, iob, jsonl, csv, ris, medline or text; by default as the file "
            "says.",
        ),
    ] = None,
    target_format: Annotated[str, typer.Option("--to", help="gutbrainie, pubtator, bioc or jsonl.")] = "jsonl",
    output: options.Output = None,
    keep_entities: Annotated[
        bool, typer.Option("--keep-entities", help="Take the input's mentions, and do only what follows.")
    ] = False,
    keep_relations: Annotated[
        bool,
        typer.Option(
            "--keep-relations",
            help="Take the input's mentions, links and relations of any label and predicate, and judge only "
            "negation, speculation and direction; no model or term index is read.",
        ),
    ] = False,
    extractor: options.Extractor = None,
    ontology: options.Ontology = None,
    terms: options.Terms = None,
    only_terms: options.OnlyTerms = None,
    uris: options.Uris = None,
    fill: options.Fill = None,
    link: options.Link = None,
    link_encoder: options.LinkEncoder = None,
    config: options.Config = None,
    min_score: options.MinScore = None,
    min_entity_score: options.MinEntityScore = None,
    device: options.Device = None,
    bf16: options.Bf16 = None,
    threads: options.Threads = None,
    batch_tokens: options.BatchTokens = None,
) -> None:
    """Find mentions, links and relations in articles, and write them in an exchange format.

    INPUT is a file or folder of any form that `kgbuild ingest --source` takes; the articles of a list of PMIDs are
    fetched and not kept. Offsets count over the text of an
    annotated corpus as it stands there; over that of other forms, as `--to jsonl` shows it.

    \b
    Examples:
      kgbuild annotate articles.json --to gutbrainie -o predictions.json
      kgbuild annotate abstracts.xml.gz --to pubtator -o abstracts.pubtator
      kgbuild annotate my-texts/ --to bioc -o my-texts.xml
      kgbuild annotate abstracts.xml.gz --extractor "union(dictionary,onnx)" --min-score 0.6
      kgbuild annotate corpus.json --keep-entities --to gutbrainie -o with-gold-mentions.json
      kgbuild annotate corpus.pubtator --keep-relations -o judged.jsonl
      kgbuild annotate abstracts.xml.gz --link dense --link-encoder SapBERT-from-PubMedBERT-fulltext
    """
    from kgbuild.config import load_settings
    from kgbuild.load.annotations import writer
    from kgbuild.pipeline import MANY
    from kgbuild.source.files import format_of, read_annotated
    from kgbuild.stages import Stages

    write = writer(target_format)
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
        min_score=min_score,
        min_entity_score=min_entity_score,
        device=device,
        bf16=bf16,
        threads=threads,
        batch_tokens=batch_tokens,
    )
    stages = Stages(settings)
    if not keep_relations:
        # What the extractor lacks is said before the input is opened.
        stages.extraction.models  # noqa: B018
    rejects: list[Any] = []
    failed: list[Any] = []
    done = _Count()
    with Bars() as bars:
        bars.start("Judging relations" if keep_relations else "Annotating and linking", None)
        text_only = not (keep_entities or keep_relations)
        if source_format is None and source.is_file() and format_of(source) == "pmids":
            records = _fetched(source)
        else:
            records = read_annotated(source, source_format, text_only=text_only)
        documents = _good(records, rejects)
        if target_format == "gutbrainie":
            documents = _once(documents, rejects)
        if keep_relations:
            results = stages.judge(documents, failed=failed.append)
        else:
            results = stages.stream(documents, keep_mentions=keep_entities, failed=failed.append)
        with writing(output) as stream:
            write(_counted(results, bars, done), stream)
    rejects += failed
    for reject in rejects:
        place = ", ".join(part for part in (reject.file, reject.record) if part)
        errors.print(f"rejected: {place}: {reject.cause}. {reject.remedy}")
    if rejects:
        print(f"{len(rejects)} records rejected", file=sys.stderr)  # noqa: T201
    if len(failed) > MANY * (len(failed) + done.number):
        message = f"{len(failed):,} of {len(failed) + done.number:,} articles could not be annotated"
        raise KgbuildError(message, remedy="They are left out. Run the same command again, or see the causes above.")


def _fetched(path: Path) -> Iterator[Any]:
    """The articles of a list of PMIDs, from PubMed."""
    from kgbuild.model import Annotated, Document, Reject
    from kgbuild.scratch import scratch
    from kgbuild.source.eutils import settings_from_environment
    from kgbuild.source.live import fetch_pmids
    from kgbuild.source.pmids import read_pmids

    with scratch() as folder:
        for file in fetch_pmids(read_pmids([path]), folder, settings=settings_from_environment()):
            for record in file.records():
                if isinstance(record, Document):
                    yield Annotated(document=record)
                elif isinstance(record, Reject):
                    yield record


def _good(records: Iterable[Any], rejects: list[Any]) -> Iterator[Any]:
    from kgbuild.model import Reject

    for record in records:
        if isinstance(record, Reject):
            rejects.append(record)
        else:
            yield record


def _once(documents: Iterable[Any], rejects: list[Any]) -> Iterator[Any]:
    """The first record of each article: this form has one place for an article, whatever its versions."""
    from kgbuild.model import Reject

    seen: set[str] = set()
    for item in documents:
        if item.document.id in seen:
            cause = f"version {item.document.version} follows another record of the article"
            remedy = "Keep one version in the input, or write jsonl."
            rejects.append(Reject(file="", record=f"PMID {item.document.id}", cause=cause, remedy=remedy))
        else:
            seen.add(item.document.id)
            yield item


@dataclass
class _Count:
    number: int = 0


def _counted(documents: Iterable[Any], bars: Bars, done: _Count) -> Iterator[Any]:
    for document in documents:
        done.number += 1
        bars.advance(1)
        yield document
