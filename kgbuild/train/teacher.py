"""A trained model as teacher: what it thinks likely in the articles that another model learns from.

The share of a tag or relation tells more than whether one annotator wrote it down (Hinton, Vinyals and Dean 2015);
so a small model can learn from a large one, or from one like itself (Furlanello et al., ICML 2018).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.annotator import NeuralAnnotator
from kgbuild.annotate.neural.bundle import Bundle
from kgbuild.annotate.neural.calibration import logistic
from kgbuild.annotate.neural.entities import Floats
from kgbuild.annotate.neural.inputs import Prepared, padded_pairs
from kgbuild.annotate.neural.pairs import candidates
from kgbuild.annotate.overlap import resolve
from kgbuild.errors import ConfigurationError
from kgbuild.schema import Schema
from kgbuild.train.examples import Example

_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class Taught:
    """What a teacher thinks of an article.

    Attributes:
        tags: the share of each tag, shape (words, tags).
        held: for each of the example's `pairs`, the share of each predicate, shape (pairs, predicates).
    """

    tags: Floats
    held: tuple[npt.NDArray[np.float32], ...]


def check_teacher(bundle: Bundle, schema: Schema) -> None:
    """Raise ConfigurationError if a model does not find what the ontology names."""
    wanted = [term.name for term in schema.labels], [term.name for term in schema.predicates]
    if (list(bundle.card.labels), list(bundle.card.predicates)) != wanted:
        raise ConfigurationError(
            f"the teacher {bundle.card.name} was trained with another ontology",
            remedy="Give a teacher with the same labels and predicates.",
        )


def taught(examples: Iterable[Example], teacher: NeuralAnnotator) -> Iterator[Taught | None]:
    """What the teacher thinks of each article; None where it reads other words, or looks at other pairs.

    Tasks of their own are not the teacher's, so neither are their articles.
    """
    part: list[Example] = []
    for example in examples:
        part.append(example)
        if len(part) == _AT_ONCE:
            yield from _taught(part, teacher)
            part = []
    yield from _taught(part, teacher)


def _taught(part: Sequence[Example], teacher: NeuralAnnotator) -> Iterator[Taught | None]:
    encoded = teacher.encoded([example.article.document for example in part])
    for example, (prepared, hidden, tags) in zip(part, encoded, strict=True):
        same = example.task is None and _same_words(example.prepared, prepared)
        held = _held(example, prepared, hidden, teacher) if same else None
        yield None if held is None else Taught(np.exp(teacher.calibration.tag_scores(tags)), held)


def _same_words(mine: Prepared, other: Prepared) -> bool:
    one, two = mine.subwords, other.subwords
    return all(np.array_equal(getattr(one, name), getattr(two, name)) for name in ("section", "start", "end"))


def _held(
    example: Example, prepared: Prepared, hidden: Floats, teacher: NeuralAnnotator
) -> tuple[npt.NDArray[np.float32], ...] | None:
    mentions = resolve(example.article.mentions)
    found = candidates(prepared.subwords, mentions, teacher.labels, teacher.legal) if example.pairs else []
    if [pairs.ends.tolist() for pairs in found] != [pairs.ends.tolist() for pairs in example.pairs]:
        return None
    result = []
    for pairs in found:
        holds, shares = teacher.runner.judge(hidden[None, pairs.start : pairs.end], padded_pairs([pairs]))
        result.append(logistic(holds[0])[:, None] * np.exp(shares[0]))
    return tuple(result)
