"""What the tests of the readers of vocabularies share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kgbuild.link.vocabularies import Options, read_vocabulary
from kgbuild.link.vocabularies.records import Item

Read = Callable[..., tuple[str, list[Item]]]


@pytest.fixture
def options() -> Options:
    """A schema of two labels; the annotated article 2 is held back."""
    types = {"T047": "DDF", "T109": "chemical"}
    return Options(labels={"DDF", "chemical", "bacteria"}, semantic_types=types, exclude={"2"}.__contains__)


@pytest.fixture
def read(tmp_path: Path, options: Options) -> Read:
    """Write a file's content and read it: the name of its format, and all that it gives."""

    def read(content: str | bytes, name: str = "file") -> tuple[str, list[Item]]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        form, items = read_vocabulary(path, options)
        return form, list(items)

    return read
