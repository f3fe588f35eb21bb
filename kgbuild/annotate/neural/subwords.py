"""Documents as subwords: one stream of title and abstract, its words, and the windows that a model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.sentences import sentences
from kgbuild.errors import ConfigurationError
from kgbuild.model import SECTION_NAMES, Document, Mention, SectionName, Span

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
MAX_TOKENS = 510
"""Subwords of a window, without the two that open and close it."""
OVERLAP = 128
"""Subwords that neighbouring windows share at least."""


@dataclass(frozen=True, eq=False)
class Subwords:
    """A document's subwords: those of the title, a separator, those of the abstract.

    Attributes:
        document: where they come from.
        tokens: identifiers, shape (tokens,).
        first: each word's first token, shape (words,); words are what the tokenizer's pre-tokenizer makes.
        last: each word's last token, shape (words,).
        start: each word's first character within its section, shape (words,).
        end: the character after its last, shape (words,).
        section: 0 in the title, 1 in the abstract, shape (words,).
    """

    document: Document
    tokens: Ints
    first: Ints
    last: Ints
    start: Ints
    end: Ints
    section: Ints

    @cached_property
    def sentences(self) -> Ints:
        """Each word's sentence, counted through the document (the title is the first), shape (words,)."""
        result = np.zeros(len(self.first), np.int32)
        spans = sentences(self.document.text("abstract"))
        abstract = self.section == 1
        starts = np.array([start for start, _ in spans], np.int32)
        result[abstract] = np.maximum(np.searchsorted(starts, self.start[abstract], side="right"), 1)
        return result

    def words_of(self, span: Span) -> tuple[int, int]:
        """The half-open range of the words that a span touches; empty where it touches none."""
        number = SECTION_NAMES.index(span.section)
        low, high = np.searchsorted(self.section, [number, number + 1])
        begin = int(low + np.searchsorted(self.end[low:high], span.start, side="right"))
        return begin, int(low + np.searchsorted(self.start[low:high], span.end, side="left"))

    def mention(self, begin: int, end: int, label: str, score: float, source: str) -> Mention:
        """The mention of words `begin` to `end`, exclusive, of one section."""
        section: SectionName = SECTION_NAMES[self.section[begin]]
        first, last = int(self.start[begin]), int(self.end[end - 1])
        text = self.document.text(section)[first:last]
        return Mention(
            span=Span(section=section, start=first, end=last), text=text, label=label, score=score, source=source
        )


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a document's tokens that the model reads at once, and the part whose results are used."""

    start: int
    end: int
    use_start: int
    use_end: int


def ends(tokenizer: Tokenizer) -> tuple[int, int]:
    """The tokens that open and close a window, by the names that BERT's or RoBERTa's tokenizers give them.

    Raises:
        ConfigurationError: the tokenizer has neither.
    """
    for opening, closing in (("[CLS]", "[SEP]"), ("<s>", "</s>")):
        found = tokenizer.token_to_id(opening), tokenizer.token_to_id(closing)
        if found[0] is not None and found[1] is not None:
            return found[0], found[1]
    raise ConfigurationError(
        "the tokenizer has no tokens that open and close a text", remedy="Use an encoder like BERT or RoBERTa."
    )


def split_subwords(documents: Sequence[Document], tokenizer: Tokenizer) -> list[Subwords]:
    """Tokenize documents whole, in parallel; nothing is cut off."""
    _, separator = ends(tokenizer)
    texts = [document.text(name) for document in documents for name in SECTION_NAMES]
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [
        _joined(document, encodings[2 * number], encodings[2 * number + 1], separator)
        for number, document in enumerate(documents)
    ]


def _joined(document: Document, title: Encoding, abstract: Encoding, separator: int) -> Subwords:
    tokens: list[Ints] = []
    columns: list[Ints] = []
    offset = 0
    for number, encoding in enumerate((title, abstract)):
        ids = np.array(encoding.ids, np.int32)
        words = np.array(encoding.word_ids, np.int32)
        spans = np.array(encoding.offsets, np.int32).reshape(-1, 2)
        opens = np.flatnonzero(np.diff(words, prepend=-1))
        closes = np.append(opens[1:], len(words))[: len(opens)] - 1
        section = np.full(len(opens), number, np.int32)
        columns.append(np.stack([opens + offset, closes + offset, spans[opens, 0], spans[closes, 1], section]))
        tokens.append(ids)
        if number == 0:
            tokens.append(np.array([separator], np.int32))
            offset = len(ids) + 1
    first, last, start, end, section = np.concatenate(columns, axis=1).astype(np.int32)
    return Subwords(document, np.concatenate(tokens), first, last, start, end, section)


def windows(length: int, size: int = MAX_TOKENS, overlap: int = OVERLAP) -> list[Window]:
    """Windows over `length` tokens; each token is used from the window that shows most around it."""
    if length <= size:
        return [Window(0, length, 0, length)]
    number = -(-(length - overlap) // (size - overlap))
    starts = [round(index * (length - size) / (number - 1)) for index in range(number)]
    middles = [(start + size + following) // 2 for start, following in pairwise(starts)]
    return [
        Window(start, start + size, low, high)
        for start, low, high in zip(starts, [0, *middles], [*middles, length], strict=True)
    ]
