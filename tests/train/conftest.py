"""A tiny encoder with random weights, and made-up annotated articles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="training needs kgbuild[train]")

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import BertConfig, BertModel, T5Config, T5EncoderModel

from kgbuild.train.settings import TrainSettings, settings_from

MICROBES = ["Akkermansia", "Roseburia", "Prevotella", "Blautia", "Lactobacillus"]
DISORDERS = ["depression", "anxiety", "autism", "dementia"]
TEXTS = ["{0} is low in {1}, but not in mice.", "In {1} we saw less {0} than before.", "We fed {0}; {1} got better."]


def article(number: int, annotator: str = "") -> dict[str, Any]:
    """A record in GutBrainIE's form: a microbe influences a disorder, in title and abstract."""
    microbe, disorder = MICROBES[number % 5], DISORDERS[number % 4]
    texts = {"title": f"{microbe} and {disorder}", "abstract": TEXTS[number % 3].format(microbe, disorder)}
    entities = [
        {"start_idx": at, "end_idx": at + len(name) - 1, "location": place, "text_span": name, "label": label}
        for place, text in texts.items()
        for name, label in ((microbe, "bacteria"), (disorder, "DDF"))
        for at in [text.index(name)]
    ]
    subject, object_ = entities[:2]
    relation = {
        **{f"subject_{key}": value for key, value in subject.items()},
        "predicate": "influence",
        **{f"object_{key}": value for key, value in object_.items()},
    }
    metadata = {**texts, "annotator": annotator} if annotator else texts
    return {"metadata": metadata, "entities": entities, "relations": [relation]}


def write_corpus(path: Path, numbers: range, annotators: tuple[str, ...] = ("expert_1", "expert_2")) -> Path:
    records = {str(n): article(n, annotators[n % len(annotators)] if annotators else "") for n in numbers}
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def corpus() -> Callable[..., Path]:
    """`corpus(path, numbers, annotators)` writes articles as GutBrainIE JSON."""
    return write_corpus


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One layer of 32, and a WordPiece vocabulary of the articles' own words."""
    folder = tmp_path_factory.mktemp("tiny-bert")
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words = [" ".join(TEXTS), *MICROBES, *DISORDERS]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(words, trainers.WordPieceTrainer(vocab_size=150, special_tokens=special))
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_t5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encoder of a T5 of one layer, and a unigram vocabulary as SentencePiece makes them."""
    folder = tmp_path_factory.mktemp("tiny-t5")
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    trainer = trainers.UnigramTrainer(vocab_size=60, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>")
    tokenizer.train_from_iterator([" ".join(TEXTS), *MICROBES, *DISORDERS], trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(1)
    config = T5Config(vocab_size=tokenizer.get_vocab_size(), d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2)
    T5EncoderModel(config).save_pretrained(folder)
    return folder


@pytest.fixture
def settings(tmp_path: Path, tiny_bert: Path) -> Callable[..., TrainSettings]:
    """Settings of a small quick run; what is given takes the place of the defaults."""

    def make(**options: Any) -> TrainSettings:
        gold = tmp_path / "gold.json"
        if not gold.exists():
            write_corpus(gold, range(100, 112))
        phase = {"epochs": 3, "documents": 4, "encoder_rate": 3e-3, "head_rate": 3e-3, "averaging": 0.5}
        values = {
            "base": str(tiny_bert),
            "corpus": [{"path": gold}],
            "phase": [phase],
            "heads": {"width": 16, "context_heads": 2, "context_width": 8},
            "folds": 0,
            "dictionary": False,
            "device": "cpu",
            "threads": 1,
            "bf16": False,
            "onnx": False,
        }
        return settings_from({**values, **options})

    return make
