"""The co-occurrence baseline: legal pairs in one sentence, weighed by cue words, distance and crowding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import exp, log

from kgbuild.annotate.cues import predicate_cues, priors
from kgbuild.annotate.sentences import sentence_of, sentences
from kgbuild.model import SECTION_NAMES, Annotated, Mention, Relation
from kgbuild.schema import Schema

SOURCE = "cooccurrence"
# A pair of labels that the benchmark does not know, for schemas other than the one shipped.
_UNKNOWN = (0.15, 0.15)
# Fitted by logistic regression on GutBrainIE's platinum and gold documents outside the validation split
# (`benchmarks/annotation.py --fit`) and rounded; strong cues were fitted at 1.8, and speak louder here so that
# predicates which the annotators seldom marked are found at all.
_CUE, _STRONG, _WORD, _MENTION = 0.85, 2.4, -0.013, -0.087
_MOST_WORDS, _MOST_MENTIONS, _NEAR = 30, 20, 12
_WORDS = re.compile(r"\S+")


class CooccurrenceExtractor:
    """Relates mentions that stand in one sentence (the title is one) where the schema has a predicate for them.

    The score of a relation is the logistic function of the log odds of its labels and order
    (`[prior]` in `mappings/cues.toml`), plus 0.85 for a cue word of the predicate between the mentions or 2.4 for a
    strong one within twelve words, minus 0.013 for each word between them (30 at most) and 0.087 for each mention
    in the sentence (20 at most). Between two mentions the best predicate and order alone is kept, and it must
    reach `threshold`. Of several mentions with the same text in a sentence the nearest pair is taken.
    """

    def __init__(self, schema: Schema, *, threshold: float = 0.3) -> None:
        self._schema = schema
        self._threshold = threshold
        known = priors()
        self._odds = {
            name: tuple(log(share / (1 - share)) for share in known.get(name, _UNKNOWN))
            for s in schema.signatures
            for name in [(s.subject, s.predicate, s.object)]
        }

    def relate(self, documents: Sequence[Annotated]) -> list[tuple[Relation, ...]]:
        """Each document's relations, in the order of the text, without negation, hedging and direction."""
        return [tuple(self._document(annotated)) for annotated in documents]

    def _document(self, annotated: Annotated) -> Iterator[Relation]:
        for section in SECTION_NAMES:
            text = annotated.document.text(section)
            mentions = sorted(
                (m for m in annotated.mentions if m.span.section == section),
                key=lambda m: (m.span.start, m.span.end),
            )
            if len(mentions) < 2:
                continue
            spans = sentences(text) if section == "abstract" else [(0, len(text))]
            grouped: dict[int, list[Mention]] = {}
            for mention in mentions:
                grouped.setdefault(sentence_of(spans, mention.span.start), []).append(mention)
            for together in grouped.values():
                yield from self._sentence(text, together)

    def _sentence(self, text: str, mentions: Sequence[Mention]) -> Iterator[Relation]:
        crowd = _MENTION * min(len(mentions), _MOST_MENTIONS)
        for first, second in _nearest_pairs(mentions):
            between = text[first.span.end : second.span.start]
            words = len(_WORDS.findall(between))
            base = crowd + _WORD * min(words, _MOST_WORDS)
            best: tuple[float, Mention, str, Mention] | None = None
            for subject, object_, is_forward in ((first, second, True), (second, first, False)):
                for signature in self._schema.legal(subject.label, object_.label):
                    odds = self._odds[signature.subject, signature.predicate, signature.object]
                    value = base + odds[0 if is_forward else 1]
                    value += _cue_weight(signature.predicate, between, words, is_forward=is_forward)
                    if best is None or value > best[0]:
                        best = (value, subject, signature.predicate, object_)
            if best is None:
                continue
            value, subject, predicate, object_ = best
            score = round(1 / (1 + exp(-value)), 4)
            if score >= self._threshold:
                yield Relation(subject=subject, predicate=predicate, object=object_, score=score, source=SOURCE)


def _cue_weight(predicate: str, between: str, words: int, *, is_forward: bool) -> float:
    cues = predicate_cues().get(predicate)
    if cues is None:
        return 0.0
    strong = cues.forward if is_forward else cues.backward
    if words <= _NEAR and strong.search(between):
        return _STRONG
    return _CUE if cues.cues.search(between) else 0.0


def _nearest_pairs(mentions: Sequence[Mention]) -> list[tuple[Mention, Mention]]:
    """For each two texts with their labels, the two mentions with the least between them; sorted by place."""
    nearest: dict[frozenset[tuple[str, str]], tuple[int, Mention, Mention]] = {}
    for number, first in enumerate(mentions):
        for second in mentions[number + 1 :]:
            gap = second.span.start - first.span.end
            ends = frozenset(((first.text.lower(), first.label), (second.text.lower(), second.label)))
            if gap < 0 or len(ends) == 1:
                continue
            if ends not in nearest or gap < nearest[ends][0]:
                nearest[ends] = (gap, first, second)
    return sorted(
        ((first, second) for _, first, second in nearest.values()),
        key=lambda pair: (pair[0].span.start, pair[1].span.start, pair[1].span.end),
    )
