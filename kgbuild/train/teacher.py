"""A trained model as teacher: what it thinks likely in the articles that another model learns from.

The share of a tag or relation tells more than whether one annotator wrote it down (Hinton, Vinyals and Dean 2015);
so a small model can learn from a large one, or from one like itself (Furlanello et al., ICML 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.annotator import NeuralAnnotator
from kgbuild.annotate.neural.bundle import Bundle
from kgbuild.annotate.neural.calibration import Calibration, logistic
from kgbuild.annotate.neural.entities import Floats
from kgbuild.annotate.neural.inputs import Prepared, padded_pairs
from kgbuild.annotate.neural.pairs import candidates
from kgbuild.annotate.neural.subwords import Flags
from kgbuild.annotate.overlap import resolve
from kgbuild.errors import ConfigurationError
from kgbuild.progress import Progress
from kgbuild.protocols import Tagger
from kgbuild.schema import Schema
from kgbuild.train.examples import Example


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


def open_teacher(bundle: Bundle, *, dictionary: Tagger, legal: Flags, device: str) -> NeuralAnnotator:
    """A model that judges the pairs that are `legal`, shape (labels, labels, predicates). Needs torch.

    Raises:
        InputError: its weights are missing or damaged.
    """
    from kgbuild.annotate.neural.torch_runner import TorchRunner
    from kgbuild.train.encoders import open_network

    return NeuralAnnotator.of_card(
        bundle.card,
        runner=TorchRunner(open_network(bundle), device=device),
        tokenizer=bundle.tokenizer(),
        dictionary=dictionary,
        legal=legal,
        # Its probabilities as they are, without the bias that suits its decisions.
        calibration=Calibration(tag_temperature=bundle.card.scales.tag_temperature),
    )


def ask(teacher: NeuralAnnotator, examples: Sequence[Example], progress: Progress) -> list[Taught | None]:
    """What the teacher thinks of each article; None where it reads other words, or looks at other pairs.

    Tasks of their own are not the teacher's, so neither are their articles.
    """
    progress.start("Asking the teacher", len(examples))
    result: list[Taught | None] = []
    encoded = teacher.encoded([example.article.document for example in examples])
    for example, (prepared, hidden, tags) in zip(examples, encoded, strict=True):
        same = example.task is None and _same_words(example.prepared, prepared)
        held = _held(example, prepared, hidden, teacher) if same else None
        result.append(None if held is None else Taught(np.exp(teacher.calibration.tag_scores(tags)), held))
        progress.advance(1)
    untaught = result.count(None)
    if untaught:
        progress.note(f"{untaught:,} articles are not taught: other words, pairs or tasks")
    return result


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
