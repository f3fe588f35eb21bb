"""A tiny trained model with random weights: a real network, tokenizer and folder, made in seconds.

Its answers mean nothing, but they are many, depend on all inputs, and are the same each time.
"""

from __future__ import annotations

import atexit
import string
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from kgbuild.annotate.dictionary import DictionaryTagger
from kgbuild.annotate.hints import shipped_hints
from kgbuild.annotate.neural.annotator import NeuralAnnotator, Runner
from kgbuild.annotate.neural.bundle import CARD, TOKENIZER, ModelCard, Scales
from kgbuild.annotate.neural.inputs import Batch, batches, prepare
from kgbuild.annotate.neural.network import Network
from kgbuild.annotate.neural.subwords import ends, split_subwords
from kgbuild.files import write_text
from kgbuild.model import Document, Section
from kgbuild.schema import load_schema
from kgbuild.train.encoders import new_network, save_network

NAME = "tiny"


def tokenizer() -> Tokenizer:
    """WordPiece of single letters and some frequent pieces, so that most words are several tokens."""
    letters = [*string.ascii_lowercase, *string.digits, *string.punctuation]
    pieces = ["the", "gut", "in", "micro", "##biota", "##ing", "##s", "##tion", "depression", "butyrate"]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters), *pieces]
    result = Tokenizer(
        models.WordPiece({word: number for number, word in enumerate(dict.fromkeys(words))}, unk_token="[UNK]")
    )
    result.normalizer = normalizers.BertNormalizer(lowercase=True)
    result.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    result.decoder = decoders.WordPiece()
    return result


def card(*, dictionary: bool = True) -> ModelCard:
    """With thresholds that let much through."""
    schema = load_schema()
    return ModelCard(
        name=NAME,
        base="random",
        licence="Apache-2.0",
        labels=tuple(label.name for label in schema.labels),
        predicates=tuple(predicate.name for predicate in schema.predicates),
        legal=tuple((s.subject, s.predicate, s.object) for s in schema.signatures),
        conditions=("a", "b", "c"),
        averaged=("b", "c"),
        heads={"width": 16, "context_heads": 2, "context_width": 8},
        dictionary=dictionary,
        scales=Scales(least=0.05),
        trained_on={"nothing": 0},
        scores={"ner": 0.0},
    )


@cache
def network(layers: int = 1) -> Network:
    """Random, in evaluation mode."""
    about = card()
    torch.manual_seed(1)
    encoder = BertModel(
        BertConfig(
            vocab_size=tokenizer().get_vocab_size(),
            hidden_size=32,
            num_hidden_layers=layers,
            num_attention_heads=2,
            intermediate_size=64,
            initializer_range=0.3,
        ),
        add_pooling_layer=False,
    )
    made = new_network(encoder, about, seed=1)
    with torch.no_grad():
        for part in (made.inputs, made.tagger.condition, made.pairs.condition, made.pairs.label_pair):
            for weight in part.parameters():
                weight.normal_(std=0.3)
        made.tagger.tags.weight.normal_(std=0.5)
        made.pairs.holds.bias.fill_(0.0)
    return made.eval()


@cache
def folder() -> Path:
    """A model's folder for torch and ONNX (full precision), made once a process; copy it to change it."""
    from kgbuild.train.export import export_onnx

    temporary = tempfile.TemporaryDirectory(prefix="kgbuild-tiny-")
    atexit.register(temporary.cleanup)
    path = without_onnx(Path(temporary.name) / NAME)
    export_onnx(network(), path, quantised=False)
    return path


def without_onnx(path: Path) -> Path:
    """Write a model's folder with weights for torch alone."""
    path.mkdir(parents=True, exist_ok=True)
    write_text(path / CARD, card().model_dump_json(indent=1) + "\n")
    write_text(path / TOKENIZER, tokenizer().to_str())
    write_text(path / "README.md", "# tiny\n\nRandom weights.\n")
    save_network(network(), path)
    return path


@cache
def hints() -> DictionaryTagger:
    return DictionaryTagger(shipped_hints(), load_schema())


def annotator(runner: Runner, **options: int) -> NeuralAnnotator:
    """With the tiny model's card around any runner."""
    return NeuralAnnotator.of_card(card(), runner=runner, tokenizer=tokenizer(), dictionary=hints(), **options)


def document(abstract: str, title: str = "", number: int = 1) -> Document:
    return Document(
        id=str(number), sections=(Section(name="title", text=title), Section(name="abstract", text=abstract))
    )


WORDS = ["gut", "microbiota", "butyrate", "Lactobacillus", "depression", "mice", "probiotic", "in", "the", "reduced,"]


def text(words: int, seed: int = 0) -> str:
    """Made-up sentences of such words."""
    chosen = np.random.default_rng(seed).choice(WORDS, words)
    return " ".join(word + ("." if number % 12 == 11 else "") for number, word in enumerate(chosen.tolist()))


def windows(documents: Sequence[Document], budget: int) -> list[Batch]:
    """Documents as the network reads them, without hints; batches of at most so many padded tokens."""
    opening, closing = ends(tokenizer())
    prepared = [prepare(item, (), card().labels) for item in split_subwords(documents, tokenizer())]
    return list(batches(prepared, opening=opening, closing=closing, budget=budget))
