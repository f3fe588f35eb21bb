"""Encoders on tiny models: a Hugging Face folder, and a model of kgbuild as ONNX."""

import json
import sys

import numpy as np
import pytest

from kgbuild.annotate.neural.bundle import ModelCard
from kgbuild.errors import ConfigurationError, InputError
from kgbuild.link.encoders import OnnxEncoder, TorchEncoder, open_encoder

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "gut", "pain", "brain", "axis"]
TEXTS = ["gut brain axis", "pain", "gut " * 600]


def tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return made


def check(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (3, encoder.width)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.encode(TEXTS[::-1])[::-1] == pytest.approx(vectors, abs=1e-5)
    assert encoder.encode(["gut " * 510]) == pytest.approx(vectors[2:], abs=1e-5)
    assert encoder.encode([]).shape == (0, encoder.width)
    return vectors


@pytest.fixture
def hugging_face(tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    transformers.BertModel(config).save_pretrained(tmp_path)
    named = {f"{kind}_token": f"[{kind.upper()}]" for kind in ("pad", "unk", "cls", "sep")}
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer(), **named).save_pretrained(tmp_path)
    return tmp_path


def test_a_hugging_face_folder_is_pooled_as_it_says(hugging_face):
    first = open_encoder(str(hugging_face))
    assert isinstance(first, TorchEncoder)
    by_first_token = check(first)
    (hugging_face / "1_Pooling").mkdir()
    (hugging_face / "1_Pooling/config.json").write_text(json.dumps({"pooling_mode_mean_tokens": True}))
    mean = open_encoder(str(hugging_face))
    assert np.abs(check(mean) - by_first_token).max() > 0.01
    assert mean.fingerprint != first.fingerprint


def test_a_model_of_kgbuild_gives_the_mean_of_its_states(tmp_path):
    onnx = pytest.importorskip("onnx")
    card = ModelCard(name="tiny", base="none", labels=(), predicates=(), legal=(), conditions=(), averaged=())
    (tmp_path / "model.json").write_text(card.model_dump_json())
    tokenizer().save(str(tmp_path / "tokenizer.json"))
    table = np.random.default_rng(1).standard_normal((len(WORDS), 4)).astype(np.float32)
    kinds = onnx.TensorProto
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("Gather", ["table", "tokens"], ["hidden"]),
            onnx.helper.make_node("Identity", ["hidden"], ["tags"]),
        ],
        "encoder",
        [
            onnx.helper.make_tensor_value_info(name, kinds.INT64, ["windows", "tokens"])
            for name in ("tokens", "mask", "dictionary", "shape")
        ],
        [
            onnx.helper.make_tensor_value_info(name, kinds.FLOAT, ["windows", "tokens", 4])
            for name in ("hidden", "tags")
        ],
        [onnx.numpy_helper.from_array(table, "table")],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=9)
    for name in ("encoder.onnx", "pairs.onnx"):
        onnx.save(model, tmp_path / name)
    encoder = open_encoder(str(tmp_path))
    assert isinstance(encoder, OnnxEncoder)
    mean = table[[2, 4, 6, 7, 3]].mean(axis=0)
    assert check(encoder)[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_a_vector_hangs_on_no_other_text_where_activations_are_8_bit():
    encoder = open_encoder(threads=1)
    texts = ["gut", "major depressive disorder", "Lactobacillus rhamnosus JB-1 " * 20]
    together = encoder.encode(texts)
    assert np.array_equal(together, np.concatenate([encoder.encode([text]) for text in texts]))


def test_without_torch_it_says_how_to_install_it(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ConfigurationError, match="needs torch and transformers") as caught:
        open_encoder(str(tmp_path))
    assert "kgbuild[gpu]" in caught.value.remedy


def test_a_folder_without_an_encoder_says_what_it_needs(tmp_path):
    with pytest.raises(InputError, match="no encoder here") as caught:
        open_encoder(str(tmp_path))
    assert "config.json" in caught.value.remedy
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(InputError, match="not an encoder"):
        open_encoder(str(tmp_path))
    with pytest.raises(ConfigurationError, match="no model 'sapbert'"):
        open_encoder("sapbert")
