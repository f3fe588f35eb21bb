"""Annotated articles as examples: inputs, tags of words, and which pairs hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.entities import gold_tags
from kgbuild.annotate.neural.inputs import Prepared, prepare
from kgbuild.annotate.neural.pairs import Flags, Pairs, candidates
from kgbuild.annotate.neural.subwords import Ints, split_subwords
from kgbuild.annotate.overlap import resolve
from kgbuild.model import Annotated
from kgbuild.protocols import Tagger

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, eq=False)
class Example:
    """One article to learn from.

    Attributes:
        article: as annotated.
        prepared: the network's inputs.
        tags: each word's tag, shape (words,).
        pairs: the legal pairs of its annotated names, by scope.
        held: for each of `pairs`, whether each predicate holds, shape (pairs, predicates).
        condition: who annotated it.
        weight: of the article in the loss.
    """

    article: Annotated
    prepared: Prepared
    tags: Ints
    pairs: tuple[Pairs, ...]
    held: tuple[npt.NDArray[np.float32], ...]
    condition: int
    weight: float


def examples(
    articles: Sequence[Annotated],
    *,
    tokenizer: Tokenizer,
    dictionary: Tagger,
    labels: Sequence[str],
    predicates: Sequence[str],
    legal: Flags,
    condition: Sequence[int],
    weight: Sequence[float],
) -> list[Example]:
    """Prepare articles; `condition` and `weight` hold one value for each."""
    documents = [article.document for article in articles]
    subwords = split_subwords(documents, tokenizer)
    known = dictionary.tag(documents)
    result = []
    for number, article in enumerate(articles):
        mentions = resolve(article.mentions)
        pairs = tuple(candidates(subwords[number], mentions, labels, legal))
        result.append(
            Example(
                article,
                prepare(subwords[number], known[number], labels),
                gold_tags(subwords[number], mentions, labels),
                pairs,
                tuple(held(item, article, predicates) for item in pairs),
                condition[number],
                weight[number],
            )
        )
    return result


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
