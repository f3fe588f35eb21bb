"""Articles as texts with hidden words, for masked-language-model training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kgbuild.annotate.neural.subwords import Ints, Window, ends, split_subwords, windows
from kgbuild.errors import ConfigurationError
from kgbuild.model import Deletion, Document, Reject
from kgbuild.progress import Progress
from kgbuild.protocols import SourceFile

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_HIDDEN, _MASKED, _RANDOM = 0.15, 0.8, 0.1
_MASKS = ("[MASK]", "<mask>")
# Articles that are split into tokens at once.
_SPLIT = 256


@dataclass(frozen=True, eq=False, slots=True)
class Text:
    """A window of an article: its tokens with those around it, and each one's word, -1 for none; shape (tokens,)."""

    tokens: Ints
    words: Ints


@dataclass(frozen=True, eq=False, kw_only=True)
class Texts:
    """Articles by id, and what was not read."""

    articles: dict[str, list[Text]]
    excluded: int
    repeated: int
    rejects: tuple[Reject, ...]


def mask_token(tokenizer: Tokenizer) -> int:
    """The token that hides another.

    Raises:
        ConfigurationError: the tokenizer has none, as those of T5.
    """
    for name in _MASKS:
        found: int | None = tokenizer.token_to_id(name)
        if found is not None:
            return found
    raise ConfigurationError(
        f"the tokenizer has no {' or '.join(_MASKS)}", remedy="Use an encoder like BERT or RoBERTa for this training."
    )


def masked(
    texts: Sequence[Text], mask: int, vocabulary: int, randomly: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Hide words of texts.

    Returns:
        Tokens as the encoder reads them, 1 where there is one, and True where one is hidden, all of shape (texts,
        tokens), and the hidden ones, shape (hidden,).
    """
    shape = len(texts), max(len(text.tokens) for text in texts)
    tokens, present = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    hidden = np.zeros(shape, np.bool_)
    for row, text in enumerate(texts):
        length = len(text.tokens)
        tokens[row, :length], present[row, :length] = text.tokens, 1
        chosen = randomly.random(int(text.words.max(initial=-1)) + 2) < _HIDDEN
        chosen[-1] = False  # of tokens without a word
        hidden[row, :length] = chosen[text.words]
    wanted = tokens[hidden]
    draw = randomly.random(len(wanted))
    shown = np.where(draw < _MASKED, mask, wanted)
    other = draw >= 1 - _RANDOM
    shown[other] = randomly.integers(0, vocabulary, int(other.sum()))
    tokens[hidden] = shown
    return tokens, present, hidden, wanted


def read_texts(
    files: Iterable[SourceFile], left_out: frozenset[str], tokenizer: Tokenizer, progress: Progress
) -> Texts:
    """Read articles but for some; of one that comes again, the first record stands."""
    articles: dict[str, list[Text]] = {}
    rejects: list[Reject] = []
    excluded = repeated = 0
    waiting: dict[str, Document] = {}
    progress.start("Reading", None)

    def split() -> None:
        for document, texts in zip(waiting.values(), _texts(list(waiting.values()), tokenizer), strict=True):
            articles[document.id] = texts
        progress.advance(len(waiting))
        waiting.clear()

    for record in (record for file in files for record in file.records()):
        if isinstance(record, Reject):
            rejects.append(record)
        elif isinstance(record, Deletion):
            # As PubMed says: none of its records before this one counts.
            waiting.pop(record.id, None)
            articles.pop(record.id, None)
        elif record.id in left_out:
            excluded += 1
        elif record.id in articles or record.id in waiting:
            repeated += 1
        else:
            waiting[record.id] = record
            if len(waiting) == _SPLIT:
                split()
    split()
    return Texts(articles=articles, excluded=excluded, repeated=repeated, rejects=tuple(rejects))


def _texts(documents: Sequence[Document], tokenizer: Tokenizer) -> list[list[Text]]:
    opening, closing = ends(tokenizer)
    result = []
    for subwords in split_subwords(documents, tokenizer):
        words = np.full(len(subwords.tokens), -1, np.int32)
        for number, (first, last) in enumerate(zip(subwords.first, subwords.last, strict=True)):
            words[first : last + 1] = number
        result.append([_text(subwords.tokens, words, window, opening, closing) for window in windows(len(words))])
    return result


def _text(tokens: Ints, words: Ints, window: Window, opening: int, closing: int) -> Text:
    part = slice(window.start, window.end)
    return Text(
        np.concatenate([[opening], tokens[part], [closing]]).astype(np.int32),
        np.concatenate([[-1], words[part], [-1]]).astype(np.int32),
    )
