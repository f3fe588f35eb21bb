"""Annotated articles as examples: inputs, tags of words, and which pairs hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.entities import OUTSIDE, Floats, gold_tags, tag_names
from kgbuild.annotate.neural.inputs import Prepared, prepare
from kgbuild.annotate.neural.pairs import Pairs, candidates
from kgbuild.annotate.neural.subwords import Flags, Ints, split_subwords
from kgbuild.annotate.overlap import resolve
from kgbuild.model import Annotated
from kgbuild.protocols import Tagger
from kgbuild.train.corpora import Article

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from kgbuild.train.teacher import Taught


@dataclass(frozen=True, eq=False)
class Example:
    """One article to learn from.

    Attributes:
        article: as annotated.
        prepared: the network's inputs.
        tags: each word's tag, shape (words,); of a teacher the share of each, shape (words, tags).
        pairs: the legal pairs of its annotated names, by scope.
        held: for each of `pairs`, whether each predicate holds, shape (pairs, predicates); of a teacher its share.
        condition: who annotated it; of a task, any; of a teacher None.
        weight: of the article in the loss.
        task: the number of the task that `tags` are of; None for the model's own.
        unsaid: tags of labels that its corpus does not have, any of which a word outside mentions may bear.
        taught: what a teacher thinks of it.
    """

    article: Annotated
    prepared: Prepared
    tags: Ints | Floats
    pairs: tuple[Pairs, ...]
    held: tuple[npt.NDArray[np.float32], ...]
    condition: int | None
    weight: float
    task: int | None = None
    unsaid: tuple[int, ...] = ()
    taught: Taught | None = None


def examples(
    articles: Sequence[Article],
    *,
    tokenizer: Tokenizer,
    dictionary: Tagger,
    labels: Sequence[str],
    predicates: Sequence[str],
    legal: Flags,
    conditions: Sequence[str],
    tasks: Mapping[str, Sequence[str]],
) -> list[Example]:
    """Prepare articles; `tasks` holds the labels of each other task."""
    documents = [article.annotated.document for article in articles]
    subwords = split_subwords(documents, tokenizer)
    known = dictionary.tag(documents)
    result = []
    for article, words, hints in zip(articles, subwords, known, strict=True):
        mentions = resolve(article.annotated.mentions)
        pairs = tuple(candidates(words, mentions, labels, legal)) if article.related else ()
        result.append(
            Example(
                article.annotated,
                prepare(words, hints, labels),
                gold_tags(words, mentions, tasks.get(article.task, labels)),
                pairs,
                tuple(held(item, article.annotated, predicates) for item in pairs),
                0 if article.task else conditions.index(article.condition),
                article.weight,
                list(tasks).index(article.task) if article.task else None,
                _unsaid(article.labels, labels),
            )
        )
    return result


def _unsaid(said: Sequence[str], labels: Sequence[str]) -> tuple[int, ...]:
    if not said:
        return ()
    return tuple(tag for tag, name in enumerate(tag_names(labels)) if tag != OUTSIDE and name[2:] not in said)


def held(pairs: Pairs, article: Annotated, predicates: Sequence[str]) -> npt.NDArray[np.float32]:
    """Which predicates hold between the names of each pair, shape (pairs, predicates)."""
    gold: dict[tuple[str, str, str, str], list[int]] = {}
    for relation in article.relations:
        ends = (relation.subject.text, relation.subject.label, relation.object.text, relation.object.label)
        gold.setdefault(ends, []).append(predicates.index(relation.predicate))
    name = [("", "")] * len(pairs.label)
    for number, mention in zip(pairs.member.argmax(axis=0).tolist(), pairs.mentions, strict=True):
        name[number] = (mention.text, mention.label)
    result = np.zeros((len(pairs.ends), len(predicates)), np.float32)
    for row, (subject, object_) in enumerate(pairs.ends.tolist()):
        for predicate in gold.get((*name[subject], *name[object_]), ()):
            result[row, predicate] = 1
    return result
