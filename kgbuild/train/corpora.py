"""Annotated corpora as articles to train on, with what of them can not be used counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from kgbuild.annotate.overlap import resolve
from kgbuild.errors import ConfigurationError, InputError
from kgbuild.files import digest, file_digest
from kgbuild.model import Annotated, Link, Mention, Reject, Relation
from kgbuild.schema import Schema
from kgbuild.source.annotated import closest_pair
from kgbuild.source.files import AnnotatedFile, open_source, read_annotated
from kgbuild.train.settings import Corpus, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article to train on.

    Attributes:
        annotated: with labels and relations of the ontology alone.
        corpus: the corpus' name.
        tier: of the corpus.
        condition: who annotated it: the annotator where the file names one, else the corpus; of a task, empty.
        weight: in the losses.
        related: whether its corpus has relations, so that pairs without one mean that there is none.
        task: the task that its labels are of; empty where they are the ontology's.
        labels: the labels that its corpus has; empty for all of the ontology's.
    """

    annotated: Annotated
    corpus: str
    tier: Tier
    condition: str
    weight: float
    related: bool
    task: str = ""
    labels: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """As of its corpus."""
        return not self.task and not self.labels


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusReport:
    """What was read of a corpus, and what was not used.

    Attributes:
        name: of the corpus.
        tier: of the corpus.
        task: that its labels are of; empty where they are the ontology's.
        sha256: of its file; of a folder, over its files' names and hashes.
        articles, mentions, relations: that are used; a relation between concepts counts for each two of their names.
        excluded: articles left out because `exclude` names them.
        rejects: records that can not be read.
        unknown_labels: mentions whose label the ontology, or the corpus' `labels`, lack, by label.
        unknown_relations: relations that the ontology does not allow, by "subject predicate object".
        loose_relations: relations an end of which is such a mention; of a task, all.
        overlapping: mentions that a longer one covers; the network tags each word once.
    """

    name: str
    tier: Tier
    task: str
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
        ConfigurationError: a corpus' `labels` are not the ontology's.
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
    known = _labels(corpus, schema)
    labels: Counter[str] = Counter()
    illegal: Counter[str] = Counter()
    kept: list[Annotated] = []
    excluded = loose = 0
    for record, between_concepts in _records(corpus):
        if isinstance(record, Reject):
            rejects.append(record)
        elif record.document.id in left_out:
            excluded += 1
        else:
            article, lost = _of_task(record) if corpus.task else _known(record, schema, known, labels, illegal)
            if between_concepts:
                article = replace(article, relations=tuple(_between_names(article, schema)))
            kept.append(replace(article, links=()))
            loose += lost
    if not kept:
        cause = f"no article to train on ({len(rejects)} records rejected, {excluded} articles left out)"
        first = f" First: {rejects[0].record}: {rejects[0].cause}." if rejects else ""
        raise InputError(cause + first, file=str(corpus.path), remedy="Name a corpus with annotated articles.")
    relations = sum(len(article.relations) for article in kept)
    report = CorpusReport(
        name=corpus.title,
        tier=corpus.tier,
        task=corpus.task,
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
            condition="" if corpus.task else next((m.source for m in article.mentions if m.source), corpus.title),
            weight=corpus.weight,
            related=relations > 0,
            task=corpus.task,
            labels=corpus.labels,
        )
        for article in kept
    ]
    return articles, report


def _records(corpus: Corpus) -> Iterator[tuple[Annotated | Reject, bool]]:
    """The corpus' records, each with whether its relations are between concepts."""
    for file in open_source([corpus.path], corpus.format):
        if isinstance(file, AnnotatedFile):
            concepts = corpus.concepts or file.format == "pubtator"
            yield from ((record, concepts) for record in file.annotated())
        else:
            yield from ((record, False) for record in read_annotated(Path(file.name), "pubmed"))


def _labels(corpus: Corpus, schema: Schema) -> frozenset[str]:
    """The ontology's labels that a corpus has."""
    lacking = [label for label in corpus.labels if label not in schema.label_uris]
    if lacking:
        raise ConfigurationError(
            f"corpus {corpus.title}: the ontology has no label {', '.join(lacking)}",
            remedy=f"Its labels are {', '.join(schema.label_uris)}; labels of another kind make a `task`.",
        )
    return frozenset(corpus.labels or schema.label_uris)


def _of_task(article: Annotated) -> tuple[Annotated, int]:
    """The article with its mentions alone, and the number of its relations."""
    return replace(article, relations=()), len(article.relations)


def _known(
    article: Annotated, schema: Schema, known: frozenset[str], labels: Counter[str], illegal: Counter[str]
) -> tuple[Annotated, int]:
    """The article with known labels and legal relations; what it has else is counted."""
    mentions = tuple(mention for mention in article.mentions if mention.label in known)
    labels.update(mention.label for mention in article.mentions if mention.label not in known)
    relations: list[Relation] = []
    loose = 0
    for relation in article.relations:
        ends = relation.subject.label, relation.object.label
        if any(label not in known for label in ends):
            loose += 1
        elif any(signature.predicate == relation.predicate for signature in schema.legal(*ends)):
            relations.append(relation)
        elif schema.is_symmetric(ends[1], relation.predicate, ends[0]):
            relations.append(replace(relation, subject=relation.object, object=relation.subject))
        else:
            illegal[f"{ends[0]} {relation.predicate} {ends[1]}"] += 1
    return replace(article, mentions=mentions, relations=tuple(relations)), loose


def _between_names(article: Annotated, schema: Schema) -> Iterator[Relation]:
    """Relations between concepts as relations between each two names of theirs, on the closest pair of mentions.

    Where the ends of a relation may be swapped, and have one label, the one that stands first in the text is the
    subject, so that the network has an order to learn.
    """
    concepts = {link.mention: _concepts(link) for link in article.links}
    names: dict[tuple[str, frozenset[str]], dict[str, list[Mention]]] = {}
    for mention in article.mentions:
        named = names.setdefault((mention.label, concepts.get(mention, frozenset())), {})
        named.setdefault(mention.text, []).append(mention)
    for relation in article.relations:
        ends = [(end.label, concepts.get(end, frozenset())) for end in (relation.subject, relation.object)]
        symmetric = schema.is_symmetric(ends[0][0], relation.predicate, ends[1][0]) and ends[0][0] == ends[1][0]
        if not ends[0][1] or not ends[1][1]:
            yield relation
            continue
        for (text, subjects), (other, objects) in product(names[ends[0]].items(), names[ends[1]].items()):
            if (text, ends[0][0]) == (other, ends[1][0]):
                continue
            subject, object_ = closest_pair(subjects, objects)
            if symmetric and _place(object_) < _place(subject):
                subject, object_ = object_, subject
            yield replace(relation, subject=subject, object=object_)


def _concepts(link: Link) -> frozenset[str]:
    """What a mention is identified as: several where it names several."""
    named = frozenset(candidate.uri or candidate.name for candidate in link.candidates)
    return named or frozenset({link.uri} if link.uri else ())


def _place(mention: Mention) -> tuple[bool, int]:
    return mention.span.section != "title", mention.span.start


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
