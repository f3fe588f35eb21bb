"""The trained annotator: entities and relations of articles in one encoder pass."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from kgbuild.annotate.compose import with_context
from kgbuild.annotate.fill import Filler, filled
from kgbuild.annotate.neural.entities import Floats, decode, spans
from kgbuild.annotate.neural.inputs import Array, Batch, Prepared, batches, padded_pairs, prepare
from kgbuild.annotate.neural.pairs import Pairs, candidates
from kgbuild.annotate.neural.subwords import Flags, Subwords, ends, split_subwords
from kgbuild.model import Annotated, Document, Mention, Relation
from kgbuild.protocols import Tagger

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from kgbuild.annotate.neural.bundle import ModelCard
    from kgbuild.annotate.neural.calibration import Calibration

Encoded = tuple[Prepared, Floats, Floats]
_AHEAD = 2
_DECODED = 8
"""Articles that are decoded side by side; a long one makes tables of this many times its length."""
PAIRS_AT_ONCE = 512
"""Pairs that are judged together, so that memory stays flat however many names a text has."""


class Runner(Protocol):
    """Computes the network's two halves; ONNX Runtime and torch each have one.

    Attributes:
        threads: how many batches may be encoded at once.
    """

    threads: int

    def encode(self, batch: Batch) -> tuple[Floats, Floats]:
        """States (windows, tokens, width) and tag logits (windows, tokens, tags)."""

    def judge(self, hidden: Floats, pairs: Mapping[str, Array]) -> tuple[Floats, Floats]:
        """Logits that pairs hold (documents, pairs), log shares of predicates (documents, pairs, predicates)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class NeuralAnnotator:
    """Tags and relates with a trained network.

    Attributes:
        runner: computes the network.
        tokenizer: without truncation and padding.
        dictionary: its mentions are the network's hints.
        labels, predicates: in the network's order.
        legal: shape (labels, labels, predicates).
        calibration: from logits to probabilities, and the least scores.
        source: what mentions and relations name as the one who found them.
        fill: its mentions are added where the network finds none, and stand in relations as its own do; where the
            network relates them to nothing, `fill` may.
        budget: padded tokens that are encoded at once.
        window: articles that are sorted by length together.
    """

    runner: Runner
    tokenizer: Tokenizer
    dictionary: Tagger
    labels: Sequence[str]
    predicates: Sequence[str]
    legal: Flags
    calibration: Calibration
    source: str
    fill: Filler | None = None
    budget: int = 2048
    window: int = 64

    @classmethod
    def of_card(cls, card: ModelCard, **given: Any) -> Self:
        """An annotator with what a model's card says, and what is given beside it or in place of it."""
        said: dict[str, Any] = {
            "labels": card.labels,
            "predicates": card.predicates,
            "legal": card.legal_array(),
            "calibration": card.calibration(),
            "source": card.name,
        }
        return cls(**(said | given))

    def annotate(self, documents: Sequence[Document]) -> list[Annotated]:
        """Mentions and relations of each document, with negation, speculation and direction."""
        result = []
        for item, hidden, mentions in self._found(documents):
            relations = self._relations(item, hidden, mentions)
            annotated = Annotated(document=item.subwords.document, mentions=mentions)
            if self.fill is not None:
                more = self.fill.relate(annotated, relations, self.source)
                relations = tuple(sorted(more, key=_place_in_text))
            result.append(with_context(replace(annotated, relations=relations)))
        return result

    def tag(self, documents: Sequence[Document]) -> list[tuple[Mention, ...]]:
        """Each document's mentions alone."""
        return [mentions for _, _, mentions in self._found(documents)]

    def relate(self, documents: Sequence[Annotated]) -> list[tuple[Relation, ...]]:
        """Each document's relations between the mentions that are given."""
        encoded = self.encoded([annotated.document for annotated in documents])
        return [
            self._relations(item, hidden, annotated.mentions)
            for annotated, (item, hidden, _) in zip(documents, encoded, strict=True)
        ]

    def encoded(self, documents: Sequence[Document]) -> Iterator[Encoded]:
        """Each document with its tokens' states (tokens, width) and its words' tag logits (words, tags)."""
        return chain.from_iterable(self._parts(documents))

    def _found(self, documents: Sequence[Document]) -> Iterator[tuple[Prepared, Floats, tuple[Mention, ...]]]:
        for part in self._parts(documents):
            tagged = [(item.subwords, tags) for item, _, tags in part]
            found = decoded(tagged, self.calibration, self.labels, self.source)
            if self.fill is not None:
                others = self.fill.tag([item.subwords.document for item, _, _ in part])
                found = [filled(mentions, more) for mentions, more in zip(found, others, strict=True)]
            for (item, hidden, _), mentions in zip(part, found, strict=True):
                yield item, hidden, mentions

    def _parts(self, documents: Sequence[Document]) -> Iterator[list[Encoded]]:
        """The documents as `encoded` gives them, a window at a time.

        While some are used, threads prepare and encode the next: tokenizer and runner let go of the interpreter.
        """
        parts = (documents[start : start + self.window] for start in range(0, len(documents), self.window))
        with ThreadPoolExecutor(self.runner.threads) as encoders, ThreadPoolExecutor(_AHEAD) as ahead:

            def begun(some: Iterable[Sequence[Document]]) -> list[Future[list[Encoded]]]:
                return [ahead.submit(self._encoded, part, encoders) for part in some]

            waiting = deque(begun(islice(parts, _AHEAD)))
            while waiting:
                found = waiting.popleft().result()
                waiting.extend(begun(islice(parts, 1)))
                yield found

    def prepared(self, documents: Sequence[Document]) -> list[Prepared]:
        """The network's inputs of each document."""
        known = self.dictionary.tag(documents)
        subwords = split_subwords(documents, self.tokenizer)
        return [prepare(words, mentions, self.labels) for words, mentions in zip(subwords, known, strict=True)]

    def _encoded(self, documents: Sequence[Document], encoders: Executor) -> list[Encoded]:
        prepared = self.prepared(documents)
        opening, closing = ends(self.tokenizer)
        states: list[Floats | None] = [None] * len(prepared)
        logits: list[Floats | None] = [None] * len(prepared)
        cut = list(batches(prepared, opening=opening, closing=closing, budget=self.budget))
        for batch, (hidden, tags) in zip(cut, encoders.map(self.runner.encode, cut), strict=True):
            for row, number, window, columns in batch.used():
                length = len(prepared[number].subwords.tokens)
                _place(states, number, length, window.use_start, hidden[row, columns])
                _place(logits, number, length, window.use_start, tags[row, columns])
        result = []
        for item, hidden_, tags_ in zip(prepared, states, logits, strict=True):
            assert hidden_ is not None  # noqa: S101
            assert tags_ is not None  # noqa: S101
            result.append((item, hidden_, tags_[item.subwords.first]))
        return result

    def _relations(self, item: Prepared, hidden: Floats, mentions: Sequence[Mention]) -> tuple[Relation, ...]:
        best: dict[tuple[str, str, str, str, str], Relation] = {}
        for pairs in candidates(item.subwords, mentions, self.labels, self.legal):
            for relation in self._held(pairs, hidden[pairs.start : pairs.end]):
                subject, object_ = relation.subject, relation.object
                name = (subject.text, subject.label, relation.predicate, object_.text, object_.label)
                if name not in best or best[name].score < relation.score:
                    best[name] = relation
        return tuple(sorted(best.values(), key=_place_in_text))

    def _held(self, pairs: Pairs, hidden: Floats) -> Iterator[Relation]:
        for start in range(0, len(pairs.ends), PAIRS_AT_ONCE):
            part = pairs.chosen(np.arange(start, min(start + PAIRS_AT_ONCE, len(pairs.ends))))
            holds, predicates = self.runner.judge(hidden[None], padded_pairs([part]))
            scores = self.calibration.relation_scores(holds[0], predicates[0], part)
            for row, predicate in np.argwhere(self.calibration.is_kept(scores)).tolist():
                subject, object_ = (pairs.mentions[index] for index in part.nearest[row].tolist())
                yield Relation(
                    subject=subject,
                    predicate=self.predicates[predicate],
                    object=object_,
                    score=round(float(scores[row, predicate]), 4),
                    source=self.source,
                )


def decoded(
    tagged: Sequence[tuple[Subwords, Floats]], calibration: Calibration, labels: Sequence[str], source: str
) -> list[tuple[Mention, ...]]:
    """The mentions that the tag logits (words, tags) of each document say, in the order of the text."""
    result: list[tuple[Mention, ...]] = []
    for start in range(0, len(tagged), _DECODED):
        part = tagged[start : start + _DECODED]
        scores = [calibration.tag_scores(tags) for _, tags in part]
        opens = [np.diff(subwords.section, prepend=-1) > 0 for subwords, _ in part]
        for (subwords, _), shares, best in zip(part, scores, decode(scores, opens), strict=True):
            found = list(spans(best))
            certain = calibration.mention_scores(shares, found)
            result.append(
                tuple(
                    subwords.mention(begin, end, labels[label], score, source)
                    for (begin, end, label), score in zip(found, certain, strict=True)
                    if score >= calibration.least_mention
                )
            )
    return result


class NoHints:
    """The dictionary of a network that is told nothing."""

    def tag(self, documents: Sequence[Document]) -> list[tuple[Mention, ...]]:
        """No mentions."""
        return [() for _ in documents]


def _place(values: list[Floats | None], number: int, length: int, start: int, part: Floats) -> None:
    whole = values[number]
    if whole is None:
        if len(part) == length:
            values[number] = part
            return
        whole = values[number] = np.empty((length, part.shape[1]), np.float32)
    whole[start : start + len(part)] = part


def _place_in_text(relation: Relation) -> tuple[int, int, str, int, int]:
    subject, object_ = relation.subject.span, relation.object.span
    return (
        subject.section == "abstract",
        subject.start,
        relation.predicate,
        object_.section == "abstract",
        object_.start,
    )
