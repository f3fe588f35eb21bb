"""The term index of the starter lexicon that the project ships, compiled at first use."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from kgbuild import normalize
from kgbuild.errors import InputError
from kgbuild.files import digest, file_digest
from kgbuild.link.index import TermIndex
from kgbuild.link.index_schema import FORMAT
from kgbuild.resources import asset

_INPUTS = ("mappings/lexicon.tsv", "mappings/cliques.sssom.tsv")
_SETTINGS = (
    "mappings/vocabularies.tsv",
    "mappings/vocabulary_labels.tsv",
    "mappings/prefixes.json",
    "ontology/gutbrain.ttl",
)


def default_index() -> Path:
    """The file of the starter lexicon's index, in the user's cache (`KGBUILD_CACHE` names another folder).

    It is compiled where it is not there yet or is damaged; its name holds a hash of all that it is made from.
    Where the cache can not be written, it goes into the system's folder for temporary files.

    Raises:
        InputError: the lexicon that is installed can not be read.
    """
    sources = [asset(name) for name in (*_INPUTS, *_SETTINGS)] + [Path(normalize.__file__)]
    name = f"terms-{digest(FORMAT, *map(file_digest, sources), length=16)}.sqlite"
    folders = _folders()
    for folder in folders:
        with suppress(InputError), TermIndex.open(folder / name):
            return folder / name
    # Imported here: most runs find the index made.
    from kgbuild.link.build import build_index

    for folder in folders:
        try:
            build_index(sources[: len(_INPUTS)], folder / name)
        except PermissionError:
            continue
        except OSError as error:
            if isinstance(error, FileNotFoundError) or folder == folders[-1]:
                raise
            continue
        return folder / name
    raise InputError(
        "no folder to write the term index to",
        file=", ".join(map(str, folders)),
        remedy="Set KGBUILD_CACHE to a folder that can be written.",
    )


def lexicon_index() -> Path:
    """The file of the index that trained models take their hints from, and were trained with: the lexicon alone.

    Raises:
        InputError: the lexicon that is installed can not be read.
    """
    return default_index()


def _folders() -> list[Path]:
    chosen = os.environ.get("KGBUILD_CACHE")
    if chosen:
        cache = Path(chosen)
    else:
        from platformdirs import user_cache_path

        cache = user_cache_path("kgbuild")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return [cache, Path(tempfile.gettempdir()) / f"kgbuild-{user}"]
