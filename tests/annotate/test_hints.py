"""What trained models are told: the names that they were trained with, whatever the lexicon holds now."""

from collections import Counter
from pathlib import Path

import pytest

from kgbuild.annotate import backends
from kgbuild.annotate.dictionary import DictionaryTagger
from kgbuild.annotate.hints import shipped_hints
from kgbuild.config import load_settings
from kgbuild.errors import InputError
from kgbuild.model import Document, Section
from kgbuild.schema import load_schema
from kgbuild.stages import Stages
from tests.annotate.neural import tiny


@pytest.fixture(autouse=True)
def forget() -> None:
    shipped_hints.cache_clear()


def test_the_names_are_those_of_the_training() -> None:
    terms = shipped_hints().terms
    assert len(terms) == 6595
    assert {term.label for term in terms} == set(load_schema().label_uris)
    assert len({(term.name, term.label) for term in terms}) == len(terms)
    assert Counter(term.preferred for term in terms)[True] > 2000
    # Since then these have got other labels or more names; the model learned them so.
    assert {(term.name, term.label) for term in terms} >= {("butyrate", "chemical"), ("(R)-ketamine", "drug")}
    assert {term.label for term in shipped_hints().names(["bacteria"])} == {"bacteria"}
    assert len(list(shipped_hints().names())) == len(terms)


def test_a_tagger_finds_them() -> None:
    text = "Lactobacillus rhamnosus and butyrate in irritable bowel syndrome."
    document = Document(id="1", sections=(Section(name="title", text=text),))
    [mentions] = DictionaryTagger(shipped_hints(), load_schema()).tag([document])
    assert [(mention.text, mention.label) for mention in mentions] == [
        ("Lactobacillus rhamnosus", "bacteria"),
        ("butyrate", "chemical"),
        ("irritable bowel syndrome", "DDF"),
    ]


def test_terms_to_link_with_change_no_hint(tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text("curie\tname\tlabel\nMONDO:1\tgut frailty\tDDF\n")
    extractor = f"onnx:{tiny.folder()}"
    shipped = Stages(load_settings(None, extractor=extractor))
    own = Stages(load_settings(None, extractor=extractor, only_terms=(tmp_path / "own.tsv",)))
    assert shipped.configuration["hints"] == own.configuration["hints"] == shipped_hints().fingerprint
    assert shipped.configuration["terms"] != own.configuration["terms"]
    # So articles are not annotated again.
    assert shipped.keys("part")[0] == own.keys("part")[0]
    assert shipped.keys("part")[1] != own.keys("part")[1]
    assert "hints" not in Stages(load_settings(None, extractor="dictionary")).configuration


@pytest.mark.parametrize("text", ["name\tlabel\nx\tDDF\n", "name\tlabel\tpreferred\nx\tDDF\n"])
def test_a_damaged_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "hints.tsv").write_text(text)
    monkeypatch.setattr("kgbuild.annotate.hints.asset", lambda name: tmp_path / "hints.tsv")
    with pytest.raises(InputError, match=r"not a table of hints") as caught:
        backends.shipped_hints()
    assert "Install" in caught.value.remedy
