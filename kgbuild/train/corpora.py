"""Annotated corpora as articles to train on, with what of them can not be used counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kgbuild.annotate.overlap import resolve
from kgbuild.errors import InputError
from kgbuild.files import digest, file_digest
from kgbuild.model import Annotated, Reject, Relation
from kgbuild.schema import Schema
from kgbuild.source.files import read_annotated
from kgbuild.source.iob import read_iob
from kgbuild.train.settings import Corpus, Tier

_IOB_NAMES = (".tsv", ".iob", ".iob2", ".tsv.gz", ".iob.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article to train on.

    Attributes:
        annotated: with labels and relations of the ontology alone.
        corpus: the corpus' name.
        tier: of the corpus.
        condition: who annotated it: the annotator where the file names one, else the corpus.
        weight: in the losses.
        related: whether its corpus has relations, so that pairs without one mean that there is none.
    """

    annotated: Annotated
    corpus: str
    tier: Tier
    condition: str
    weight: float
    related: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusReport:
    """What was read of a corpus, and what was not used.

    Attributes:
        name: of the corpus.
        tier: of the corpus.
        sha256: of its file; of a folder, over its files' names and hashes.
        articles, mentions, relations: that are used.
        excluded: articles left out because `exclude` names them.
        rejects: records that can not be read.
        unknown_labels: mentions whose label the ontology lacks, by label.
        unknown_relations: relations that it does not allow, by "subject predicate object".
        loose_relations: relations an end of which is such a mention.
        overlapping: mentions that a longer one covers; the network tags each word once.
    """

    name: str
    tier: Tier
    sha256: str
    articles: int
    mentions: int
    relations: int
    excluded: int
    rejects: tuple[Reject, ...]
    unknown_labels: dict[str, int]
    unknown_relations: dict[str, int]
    loose_relations: int
    overlapping: int


def read_corpora(corpora: Sequence[Corpus], schema: Schema) -> tuple[list[Article], list[CorpusReport]]:
    """All articles of all corpora, in order, and what was read of each.

    Raises:
        InputError: a file can not be opened or is of no known format, or a corpus holds no article.
    """
    articles: list[Article] = []
    reports: list[CorpusReport] = []
    for corpus in corpora:
        found, report = _read(corpus, schema)
        articles += found
        reports.append(report)
    return articles, reports


def _read(corpus: Corpus, schema: Schema) -> tuple[list[Article], CorpusReport]:
    left_out = excluded_ids(corpus.exclude) if corpus.exclude else frozenset()
    rejects: list[Reject] = []
    labels: Counter[str] = Counter()
    illegal: Counter[str] = Counter()
    kept: list[Annotated] = []
    excluded = loose = 0
    for record in _records(corpus):
        if isinstance(record, Reject):
            rejects.append(record)
        elif record.document.id in left_out:
            excluded += 1
        else:
            article, lost = _known(record, schema, labels, illegal)
            kept.append(article)
            loose += lost
    if not kept:
        cause = f"no article to train on ({len(rejects)} records rejected, {excluded} articles left out)"
        first = f" First: {rejects[0].record}: {rejects[0].cause}." if rejects else ""
        raise InputError(cause + first, file=str(corpus.path), remedy="Name a corpus with annotated articles.")
    relations = sum(len(article.relations) for article in kept)
    report = CorpusReport(
        name=corpus.title,
        tier=corpus.tier,
        sha256=_digest(corpus.path),
        articles=len(kept),
        mentions=sum(len(article.mentions) for article in kept),
        relations=relations,
        excluded=excluded,
        rejects=tuple(rejects),
        unknown_labels=dict(labels.most_common()),
        unknown_relations=dict(illegal.most_common()),
        loose_relations=loose,
        overlapping=sum(len(article.mentions) - len(resolve(article.mentions)) for article in kept),
    )
    articles = [
        Article(
            annotated=article,
            corpus=corpus.title,
            tier=corpus.tier,
            condition=next((m.source for m in article.mentions if m.source), corpus.title),
            weight=corpus.weight,
            related=relations > 0,
        )
        for article in kept
    ]
    return articles, report


def _records(corpus: Corpus) -> Iterator[Annotated | Reject]:
    if corpus.format == "iob" or (corpus.format is None and corpus.path.name.lower().endswith(_IOB_NAMES)):
        return read_iob(corpus.path)
    return read_annotated(corpus.path, corpus.format)


def _known(article: Annotated, schema: Schema, labels: Counter[str], illegal: Counter[str]) -> tuple[Annotated, int]:
    """The article with what the ontology knows; what it does not is counted."""
    mentions = tuple(mention for mention in article.mentions if mention.label in schema.label_uris)
    labels.update(mention.label for mention in article.mentions if mention.label not in schema.label_uris)
    relations: list[Relation] = []
    loose = 0
    for relation in article.relations:
        ends = relation.subject.label, relation.object.label
        if any(label not in schema.label_uris for label in ends):
            loose += 1
        elif all(signature.predicate != relation.predicate for signature in schema.legal(*ends)):
            illegal[f"{ends[0]} {relation.predicate} {ends[1]}"] += 1
        else:
            relations.append(relation)
    return replace(article, mentions=mentions, relations=tuple(relations), links=()), loose


def excluded_ids(path: Path) -> frozenset[str]:
    """The ids that a file lists, one a line; what follows a # is a remark.

    Raises:
        InputError: it can not be read, or lists nothing.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise InputError(str(error), file=str(path), remedy="Give a text file with one id a line.") from error
    found = frozenset(line.partition("#")[0].strip() for line in lines) - {""}
    if not found:
        raise InputError("it lists no id", file=str(path), remedy="Give one id a line, or no `exclude`.")
    return found


def _digest(path: Path) -> str:
    if path.is_file():
        return file_digest(path)
    files = sorted(item for item in path.rglob("*") if item.is_file())
    return digest(*(part for item in files for part in (str(item.relative_to(path)), file_digest(item))), length=64)


def seen_before(articles: Iterable[Article], held: Iterable[Article]) -> list[str]:
    """The ids of held-out articles that are among others as well."""
    known = {article.annotated.document.id for article in articles}
    return sorted({article.annotated.document.id for article in held} & known)
