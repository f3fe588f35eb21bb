"""The term indexes of the names that the project ships, compiled at first use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kgbuild import normalize
from kgbuild.files import digest, file_digest
from kgbuild.link.cache import cached
from kgbuild.link.index import TermIndex
from kgbuild.link.index_schema import FORMAT
from kgbuild.resources import asset

LEXICON = ("mappings/lexicon.tsv", "mappings/cliques.sssom.tsv")
LEARNED = "mappings/learned_names.tsv"
_SETTINGS = (
    "mappings/vocabularies.tsv",
    "mappings/vocabulary_labels.tsv",
    "mappings/prefixes.json",
    "ontology/gutbrain.ttl",
)


def default_index() -> Path:
    """The file of the index that mentions are linked with: the starter lexicon and the learned names.

    It is kept as `kgbuild.link.cache.cached` says; its name holds a hash of all that it is made from.

    Raises:
        InputError: a table that is installed can not be read.
    """
    return _compiled((*LEXICON, LEARNED))


def lexicon_index() -> Path:
    """The file of the index that trained models take their hints from, and were trained with: the lexicon alone.

    Raises:
        InputError: the lexicon that is installed can not be read.
    """
    return _compiled(LEXICON)


def _compiled(names: Sequence[str]) -> Path:
    inputs = [asset(name) for name in names]
    sources = [*inputs, *(asset(name) for name in _SETTINGS), Path(normalize.__file__)]

    def build(path: Path) -> None:
        # Imported here: most runs find the index made.
        from kgbuild.link.build import build_index

        build_index(inputs, path)

    return cached(
        f"terms-{digest(FORMAT, *map(file_digest, sources), length=16)}.sqlite",
        check=lambda path: TermIndex.open(path).close(),
        make=build,
    )
