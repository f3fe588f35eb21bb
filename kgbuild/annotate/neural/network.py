"""The network: one encoder, a head that tags words, and a head that judges pairs. Needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from kgbuild.annotate.neural.pairs import FEATURES

SHAPES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadSizes:
    """What the heads are made of. `conditions` counts annotators and corpora; `averaged` are those of use; `tasks`
    counts the labels of each other task, whose heads are there in training alone."""

    labels: int
    predicates: int
    conditions: int
    averaged: tuple[int, ...]
    width: int
    context_heads: int
    context_width: int
    dropout: float
    tasks: tuple[int, ...] = ()


class Inputs(nn.Module):
    """Adds what the dictionary and the letters' case say of each token to its embedding.

    The rows are zero at first, so that training starts from the encoder as it is.
    """

    def __init__(self, labels: int, width: int) -> None:
        super().__init__()
        self.dictionary = nn.Embedding(1 + 2 * labels, width)
        self.shape = nn.Embedding(SHAPES, width)
        nn.init.zeros_(self.dictionary.weight)
        nn.init.zeros_(self.shape.weight)

    def forward(self, embedded: Tensor, dictionary: Tensor, shape: Tensor) -> Tensor:
        """Embeddings (windows, tokens, width) from embeddings and numbers (windows, tokens)."""
        result: Tensor = embedded + self.dictionary(dictionary) + self.shape(shape)
        return result


class Tagger(nn.Module):
    """Scores each token's tag."""

    def __init__(self, sizes: HeadSizes, width: int) -> None:
        super().__init__()
        self.condition = nn.Embedding(sizes.conditions, width)
        self.dropout = nn.Dropout(sizes.dropout)
        self.tags = nn.Linear(width, 1 + 2 * sizes.labels)
        nn.init.zeros_(self.condition.weight)
        self.averaged = sizes.averaged

    def forward(self, hidden: Tensor, condition: Tensor | None = None) -> Tensor:
        """Logits (windows, tokens, tags) from states (windows, tokens, width) and conditions (windows,).

        A condition that is the number of all conditions stands for the mean of those averaged, as None does for all.
        """
        given = _conditioned(self.condition.weight, condition, self.averaged)
        logits: Tensor = self.tags(self.dropout(hidden) + given[:, None])
        return logits


class PairHead(nn.Module):
    """Scores pairs of names, from their mentions, the nearest two of them, and the text around.

    A name is the log-sum-exp of its mentions (first + last token)/2 (ATLOP, Zhou et al., AAAI 2021); a pair asks
    the text with an attention that knows its sentences and what stands between.
    """

    legal: Tensor

    def __init__(self, sizes: HeadSizes, width: int, legal: Tensor) -> None:
        super().__init__()
        self.heads, self.size = sizes.context_heads, sizes.context_width
        self.averaged = sizes.averaged
        inner = sizes.width
        self.register_buffer("legal", legal, persistent=False)
        self.name_ends = nn.Linear(width, 2 * inner)
        self.near_ends = nn.Linear(width, 2 * inner)
        self.product = nn.Linear(width, 2 * inner)
        self.query = nn.Linear(width, 2 * self.heads * self.size)
        self.key_value = nn.Linear(width, 2 * self.heads * self.size)
        self.place = nn.Parameter(torch.tensor([[0.0, 1.0, 2.0]] * self.heads))
        self.context = nn.Linear(self.heads * self.size, inner)
        self.features = nn.Linear(FEATURES, inner)
        self.label_pair = nn.Embedding(sizes.labels * sizes.labels, inner)
        self.condition = nn.Embedding(sizes.conditions, inner)
        self.dropout = nn.Dropout(sizes.dropout)
        self.hidden = nn.Linear(inner, inner)
        self.holds = nn.Linear(inner, 1)
        self.predicate = nn.Linear(inner, sizes.predicates)
        self.labels = sizes.labels
        nn.init.zeros_(self.label_pair.weight)
        nn.init.zeros_(self.condition.weight)
        nn.init.constant_(self.holds.bias, -2.5)

    def forward(
        self,
        hidden: Tensor,
        length: Tensor,
        first: Tensor,
        last: Tensor,
        member: Tensor,
        label: Tensor,
        ends: Tensor,
        nearest: Tensor,
        ranges: Tensor,
        features: Tensor,
        condition: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Judge the pairs of several documents, padded.

        Args:
            hidden: token states (documents, tokens, width).
            length: number of tokens (documents,).
            first, last: tokens of mentions (documents, mentions).
            member: 1 where a mention belongs to a name (documents, names, mentions).
            label: of names (documents, names).
            ends: names of pairs (documents, pairs, 2).
            nearest: mentions of pairs (documents, pairs, 2).
            ranges: tokens (documents, pairs, 4), as `Pairs.ranges`.
            features: (documents, pairs, FEATURES).
            condition: who annotated (documents,), as for `Tagger`; None averages.

        Returns:
            Logits that a pair holds (documents, pairs), and log probabilities of the predicates, were it to hold
            (documents, pairs, predicates).
        """
        mentions = (_take(hidden, first) + _take(hidden, last)) / 2
        # A log-sum-exp over each name's mentions, as products of matrices.
        peak = mentions.amax(dim=1, keepdim=True).detach()
        names = torch.log(torch.bmm(member, torch.exp(mentions - peak)) + 1e-9) + peak
        subject, object_ = ends[..., 0], ends[..., 1]
        at_subject, at_object = _halves(self.name_ends(names))
        near_subject, near_object = _halves(self.near_ends(mentions))
        by_subject, by_object = _halves(self.product(names))
        ask_subject, ask_object = _halves(self.query(names))
        query = _take(ask_subject, subject) + _take(ask_object, object_)
        pair_label = _take(label[..., None], subject)[..., 0] * self.labels + _take(label[..., None], object_)[..., 0]
        given = _conditioned(self.condition.weight, condition, self.averaged)
        mixed = (
            _take(at_subject, subject)
            + _take(at_object, object_)
            + _take(near_subject, nearest[..., 0])
            + _take(near_object, nearest[..., 1])
            + _take(by_subject, subject) * _take(by_object, object_)
            + self.context(self._asked(query, hidden, length, ranges))
            + self.features(features)
            + self.label_pair(pair_label)
            + given[:, None]
        )
        mixed = self.dropout(F.gelu(mixed))
        mixed = self.dropout(F.gelu(self.hidden(mixed)) + mixed)
        legal = self.legal.flatten(0, 1)[pair_label]
        predicate = self.predicate(mixed).masked_fill(~legal, -1e4)
        return self.holds(mixed)[..., 0], F.log_softmax(predicate, dim=-1)

    def _asked(self, query: Tensor, hidden: Tensor, length: Tensor, ranges: Tensor) -> Tensor:
        """What each pair learns from the text (documents, pairs, heads * size)."""
        documents, pairs = query.shape[0], query.shape[1]
        key, value = _halves(self.key_value(hidden))
        split = (documents, -1, self.heads, self.size)
        key, value = key.reshape(split).transpose(1, 2), value.reshape(split).transpose(1, 2)
        asked = query.reshape(split).transpose(1, 2)
        position = torch.arange(hidden.shape[1], device=hidden.device)
        low, high, begin, end = (ranges[..., index, None] for index in range(4))
        # 0 outside the sentences, 1 within, 2 between the mentions.
        place = ((position >= low) & (position < high)).long()
        place = torch.where((position >= begin) & (position < end), 2, place)
        scores = torch.matmul(asked, key.transpose(2, 3)) * self.size**-0.5
        scores = scores + F.embedding(place, self.place.T).permute(0, 3, 1, 2)
        scores = scores.masked_fill((position >= length[:, None])[:, None, None], -1e4)
        found = torch.matmul(torch.softmax(scores, dim=-1), value)
        return found.transpose(1, 2).reshape(documents, pairs, self.heads * self.size)


class Network(nn.Module):
    """Encoder and heads. `encoder` is a Hugging Face encoder with word embeddings."""

    def __init__(self, encoder: Any, sizes: HeadSizes, legal: Tensor) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.inputs = Inputs(sizes.labels, width)
        self.tagger = Tagger(sizes, width)
        self.pairs = PairHead(sizes, width, legal)
        self.tasks = nn.ModuleList(nn.Linear(width, 1 + 2 * labels) for labels in sizes.tasks)

    def tagged(self, hidden: Tensor, condition: Tensor, task: int | None) -> Tensor:
        """Logits as `Tagger` gives them, or where a task is given as its own head does."""
        if task is None:
            return cast(Tensor, self.tagger(hidden, condition))
        return cast(Tensor, self.tasks[task](self.tagger.dropout(hidden)))

    @torch.no_grad()
    def introduce(self, new: Sequence[int], known: Sequence[int]) -> None:
        """Let conditions that were not trained on begin as the mean of those that were."""
        for table in (self.tagger.condition.weight, self.pairs.condition.weight):
            table[list(new)] = table[list(known)].mean(dim=0)

    def encode(self, tokens: Tensor, mask: Tensor, dictionary: Tensor, shape: Tensor) -> Tensor:
        """States (windows, tokens, width) of tokens, mask and inputs, all (windows, tokens)."""
        embedded = self.inputs(self.encoder.get_input_embeddings()(tokens), dictionary, shape)
        states: Tensor = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        return states


def _take(values: Tensor, index: Tensor) -> Tensor:
    """Rows of (documents, rows, width) by index (documents, n)."""
    return torch.gather(values, 1, index[..., None].expand(-1, -1, values.shape[-1]))


def _halves(values: Tensor) -> tuple[Tensor, Tensor]:
    first, second = values.chunk(2, dim=-1)
    return first, second


def _conditioned(table: Tensor, condition: Tensor | None, averaged: tuple[int, ...]) -> Tensor:
    """One row a document, or one for all: the mean of those averaged over."""
    mean = table[list(averaged)].mean(dim=0, keepdim=True)
    return mean if condition is None else F.embedding(condition, torch.cat([table, mean]))
