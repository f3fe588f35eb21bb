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
    assert settings.terms == tmp_path / "my.sqlite"
    assert settings.part_size == 100


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
