"""Settings from options, a file and defaults."""

from pathlib import Path

import pytest

from kgbuild.config import load_settings
from kgbuild.errors import ConfigurationError, InputError


def test_options_win_over_the_file_and_the_file_over_defaults(tmp_path: Path) -> None:
    path = tmp_path / "kgbuild.toml"
    path.write_text('extractor = "other"\ndirect_threshold = 0.7\nterms = "my.sqlite"\n')
    settings = load_settings(path, extractor="dictionary", terms=None)
    assert settings.extractor == "dictionary"
    assert settings.direct_threshold == 0.7
    assert settings.terms == (tmp_path / "my.sqlite",)
    assert settings.part_size == 100


def test_files_in_the_file_lie_beside_it_and_shipped_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "kgbuild.toml"
    path.write_text('terms = ["a.tsv", "/b.obo"]\nonly_terms = ["mine.tsv", "shipped"]\n')
    settings = load_settings(path)
    assert settings.terms == (tmp_path / "a.tsv", Path("/b.obo"))
    assert settings.only_terms == (tmp_path / "mine.tsv", Path("shipped"))
    assert load_settings(path, terms=(Path("c.tsv"),)).terms == (Path("c.tsv"),)


def test_names_fill_in_unless_output_is_compared_with_annotators() -> None:
    assert load_settings().fills
    assert not load_settings(fill=False).fills
    assert not load_settings(uris="benchmark").fills


@pytest.mark.parametrize("text", ["terms = 7", 'uris = "mine"', 'link = "fuzzy"', 'fill = "perhaps"'])
def test_a_choice_of_terms_that_makes_no_sense_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "kgbuild.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=text.split()[0]):
        load_settings(tmp_path / "kgbuild.toml")


@pytest.mark.parametrize("text", ["direct_threshold = 2", "unknown = 1", "workers = 0", 'memory = "lots"'])
def test_a_wrong_setting_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "kgbuild.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=text.split()[0]):
        load_settings(path)


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kgbuild.toml"
    path.write_text("= nothing")
    with pytest.raises(InputError, match=r"kgbuild\.toml"):
        load_settings(path)
    with pytest.raises(InputError, match="absent"):
        load_settings(tmp_path / "absent.toml")
