"""The trained annotator on texts as they come, and on those that nobody expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from kgbuild.annotate.neural.annotator import NeuralAnnotator
from kgbuild.annotate.neural.bundle import open_bundle
from kgbuild.annotate.neural.inputs import Batch
from kgbuild.annotate.neural.onnx_runner import OnnxRunner
from kgbuild.annotate.neural.torch_runner import TorchRunner
from kgbuild.model import Annotated, Document
from kgbuild.schema import load_schema
from kgbuild.train.encoders import open_network
from tests.annotate.neural import tiny

ODD = {
    "nothing": "",
    "one letter": "a",
    "one space": " ",
    "long": tiny.text(13_000)[:100_000],
    "no spaces": "gutmicrobiota" * 60,
    "one long word": "ß" * 3000,
    "emoji": "🦠🧠💊👩‍🔬🇨🇭" * 80,
    "controls": "\x00\x01 gut\x07 micro\x1bbiota\u200b in\u2028 mice\ufeff\x7f\r\n\t" * 10,
    "combining": "a\u0301\u0302\u0303u\u0308 e\u0301te\u0301 \u0301\u0302 " * 40,
    "entities": ", ".join(f"butyrate {number}" for number in range(600)),
}


@pytest.fixture(scope="module")
def onnx() -> NeuralAnnotator:
    return tiny.annotator(OnnxRunner(tiny.folder(), threads=1))


@pytest.fixture(scope="module")
def on_torch() -> NeuralAnnotator:
    return tiny.annotator(TorchRunner(tiny.network()))


def several() -> list[Document]:
    return [tiny.document(tiny.text(20 + 37 * number, number), "Gut microbiota", number) for number in range(7)]


def places(annotated: Annotated) -> list[Any]:
    """What was found, without scores."""
    mentions = [(m.span, m.label) for m in annotated.mentions]
    return [mentions, [(r.subject.span, r.predicate, r.object.span) for r in annotated.relations]]


@pytest.mark.parametrize("name", ODD)
def test_odd_texts_are_read_to_the_end(onnx: NeuralAnnotator, name: str) -> None:
    schema = load_schema()
    document = tiny.document(ODD[name], "Depression" if name != "nothing" else "")
    if len(ODD[name]) > 5_000:
        # Of the many pairs of a long text, random weights would let most through.
        onnx = replace(onnx, calibration=replace(onnx.calibration, least=0.6))
    (found,) = onnx.annotate([document])  # `Annotated` checks offsets against the text
    assert found.document is document
    for one, other in zip(found.mentions, found.mentions[1:], strict=False):
        assert one.span.section != other.span.section or one.span.end <= other.span.start
    for relation in found.relations:
        assert {relation.subject, relation.object} <= set(found.mentions)
        legal = schema.legal(relation.subject.label, relation.object.label)
        assert relation.predicate in {signature.predicate for signature in legal}
    if name == "long":
        assert max(m.span.end for m in found.mentions) > 99_000
    if name == "entities":
        assert len(found.mentions) > 512


def test_order_and_results_do_not_depend_on_company(onnx: NeuralAnnotator) -> None:
    documents = several()
    together = onnx.annotate(documents)
    assert [one.document for one in together] == documents
    assert onnx.annotate(documents) == together
    assert any(one.relations for one in together)
    narrow = tiny.annotator(onnx.runner, budget=1, window=2)
    for alone, one in zip(narrow.annotate(documents[::-1])[::-1], together, strict=True):
        assert places(alone) == places(one)
        for mine, other in zip(alone.mentions, one.mentions, strict=True):
            assert mine.score == pytest.approx(other.score, abs=2e-3)


def test_tags_and_relations_of_given_mentions_are_those_of_annotating(onnx: NeuralAnnotator) -> None:
    documents = several()
    found = onnx.annotate(documents)
    assert onnx.tag(documents) == [one.mentions for one in found]
    given = [Annotated(document=one.document, mentions=one.mentions) for one in found]
    bare = [[(r.subject, r.predicate, r.object, r.score) for r in some] for some in onnx.relate(given)]
    assert bare == [[(r.subject, r.predicate, r.object, r.score) for r in one.relations] for one in found]


def test_no_documents_give_no_results(onnx: NeuralAnnotator) -> None:
    assert onnx.annotate([]) == onnx.tag([]) == onnx.relate([]) == []


def test_onnx_and_torch_compute_the_same(onnx: NeuralAnnotator, on_torch: NeuralAnnotator) -> None:
    for batch in tiny.windows(several(), budget=2000):
        real = batch.mask.astype(bool)
        for mine, other in zip(onnx.runner.encode(batch), on_torch.runner.encode(batch), strict=True):
            np.testing.assert_allclose(mine[real], other[real], atol=1e-3)
    for mine, other in zip(onnx.annotate(several()), on_torch.annotate(several()), strict=True):
        assert places(mine) == places(other)


def test_weights_are_read_back_as_they_were_written() -> None:
    loaded = open_network(open_bundle(tiny.folder()))
    mine, other = loaded.state_dict(), tiny.network().state_dict()
    assert mine.keys() == other.keys()
    for name, value in mine.items():
        assert torch.equal(value, other[name]), name


class ShortOfMemory(nn.Module):
    """A network that can not take more than two windows at once, as on a GPU that is full."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = tiny.network()
        self.sizes: list[int] = []

    @property
    def tagger(self) -> nn.Module:
        return self.inner.tagger

    def encode(self, tokens: Tensor, *others: Tensor) -> Tensor:
        self.sizes.append(len(tokens))
        if len(tokens) > 2:
            raise torch.cuda.OutOfMemoryError("out of memory")
        return self.inner.encode(tokens, *others)


def batch_of(count: int) -> Batch:
    documents = [tiny.document(tiny.text(30, number)) for number in range(count)]
    (batch,) = tiny.windows(documents, budget=1 << 20)
    return batch


def test_a_batch_that_does_not_fit_is_halved_until_it_does() -> None:
    short = ShortOfMemory()
    batch = batch_of(7)
    found = TorchRunner(short).encode(batch)  # type: ignore[arg-type]
    assert short.sizes == [7, 3, 1, 2, 4, 2, 2]
    for mine, other in zip(found, TorchRunner(tiny.network()).encode(batch), strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-4)


def test_a_single_window_that_does_not_fit_is_an_error() -> None:
    class Full(ShortOfMemory):
        def encode(self, tokens: Tensor, *others: Tensor) -> Tensor:
            raise torch.cuda.OutOfMemoryError("out of memory")

    with pytest.raises(torch.cuda.OutOfMemoryError):
        TorchRunner(Full()).encode(batch_of(3))  # type: ignore[arg-type]


class Counting:
    """A runner that notes how many pairs are judged at once."""

    def __init__(self, folder: Path) -> None:
        self.inner = OnnxRunner(folder, threads=1)
        self.threads = 1
        self.most = 0

    def encode(self, batch: Batch) -> Any:
        return self.inner.encode(batch)

    def judge(self, hidden: Any, pairs: Mapping[str, Any]) -> Any:
        self.most = max(self.most, pairs["ends"].shape[1])
        return self.inner.judge(hidden, pairs)


def test_memory_stays_flat_however_many_pairs_a_text_has() -> None:
    counting = Counting(tiny.folder())
    tiny.annotator(counting).annotate([tiny.document(ODD["entities"])])
    assert counting.most == 512
