"""Models by name and by path."""

from pathlib import Path

import pytest

from kgbuild.errors import ConfigurationError
from kgbuild.models.registry import SHIPPED, describe, find, models
from tests.annotate.neural import tiny


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("KGBUILD_MODELS", str(folder))
    return folder


def test_a_model_is_found_by_name_and_by_path(mine: Path, tmp_path: Path) -> None:
    named = tiny.without_onnx(mine / "some")
    assert find("some") == named
    assert find(str(named)) == named
    other = tiny.without_onnx(tmp_path / "other")
    assert find(str(other)) == other
    with pytest.raises(ConfigurationError, match="no model 'other'") as caught:
        find("other")
    assert "some" in caught.value.remedy


def test_a_model_that_was_fetched_is_found_by_its_id_on_the_hub(mine: Path) -> None:
    with pytest.raises(ConfigurationError, match="no model 'owner/encoder'") as caught:
        find("owner/encoder")
    assert "kgbuild models get owner/encoder" in caught.value.remedy
    fetched = tiny.without_onnx(mine / "some-name")
    (fetched / "origin.json").write_text('{"repository": "owner/encoder", "commit": "0"}')
    assert find("owner/encoder") == fetched


def test_all_are_listed_the_damaged_too(mine: Path) -> None:
    assert {info.name for info in models()} <= {SHIPPED}
    tiny.without_onnx(mine / "good")
    (tiny.without_onnx(mine / "bad") / "model.json").write_text("{}")
    (mine / "empty").mkdir()
    (mine / ".hidden").mkdir()
    (mine / "half.tmp-0123").mkdir()
    found = {info.name: info for info in models() if not info.shipped}
    assert {name: info.kind for name, info in found.items()} == {
        "good": "extractor",
        "bad": "damaged",
        "empty": "damaged",
    }
    good = found["good"]
    assert good.card == tiny.card()
    assert good.size == sum(path.stat().st_size for path in (mine / "good").iterdir())
    assert "model.json" in found["bad"].error


def test_an_encoder_is_told_from_a_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    assert describe(tmp_path).kind == "damaged"
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"")
    info = describe(tmp_path)
    assert (info.kind, info.encoder, info.error) == ("encoder", {"model_type": "bert"}, "")
    (tmp_path / "config.json").write_text("{")
    assert "config.json" in describe(tmp_path).error
