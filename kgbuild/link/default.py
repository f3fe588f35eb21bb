"""The term index that mentions are linked with: what ships, joined with users' own terms."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from unicodedata import unidata_version

import kgbuild
from kgbuild.errors import InputError
from kgbuild.files import digest, file_digest
from kgbuild.link.cache import cached
from kgbuild.link.compiled import is_index
from kgbuild.link.index import TermIndex
from kgbuild.link.index_schema import FORMAT
from kgbuild.resources import asset

SHIPPED = "shipped"
"""How `--only-terms` and summaries name the terms that ship."""
TERMS = ("mappings/lexicon.tsv", "mappings/cliques.sssom.tsv", "mappings/acronyms.tsv")
_SETTINGS = (
    "mappings/vocabularies.tsv",
    "mappings/vocabulary_labels.tsv",
    "mappings/prefixes.json",
    "ontology/gutbrain.ttl",
)
# The code that an index hangs on: what `link.build` and the readers of vocabularies import.
_CODE = (
    *("errors.py", "files.py", "identifiers.py", "model.py", "namespaces.py", "normalize.py", "resolvers.py"),
    *("resources.py", "schema.py", "source/annotated.py", "source/gutbrainie.py", "source/json_stream.py"),
    *("link/*.py", "link/vocabularies/*.py"),
)
_LIBRARIES = ("fastobo", "ijson", "pyoxigraph", "pyyaml")


def default_index() -> Path:
    """The file of the index of the terms that ship.

    It is kept as `kgbuild.link.cache.cached` says; its name holds a hash of all that it is made from.

    Raises:
        InputError: a table that is installed cannot be read.
    """
    return _compiled([asset(name) for name in TERMS], [SHIPPED] * len(TERMS))


def index_of(terms: Sequence[Path] = (), only: Sequence[Path] = ()) -> Path:
    """The file of the index that mentions are linked with; made where it is not in the cache.

    Args:
        terms: term indexes or vocabularies that are joined with what ships. Where several have a name, what ships
            comes first, then these in their order.
        only: term indexes or vocabularies to use instead, in their order; `shipped` stands for what ships.

    Raises:
        InputError: one of them cannot be read, or has no name.
    """
    chosen = [*only, *terms] if only else [Path(SHIPPED), *terms]
    if chosen == [Path(SHIPPED)]:
        return default_index()
    if len(chosen) == 1 and is_index(chosen[0]):
        return chosen[0]
    paths: list[Path] = []
    titles: list[str] = []
    for path in chosen:
        own = [asset(name) for name in TERMS] if path == Path(SHIPPED) and not path.exists() else [path]
        paths += own
        titles += [path.name] * len(own)
    return _compiled(paths, titles)


def _compiled(inputs: Sequence[Path], titles: Sequence[str]) -> Path:
    sources = [*(asset(name) for name in _SETTINGS), *code_files()]
    versions = [unidata_version, *map(version, _LIBRARIES)]

    def build(path: Path) -> None:
        # Imported here: most runs find the index made.
        from kgbuild.link.build import build_index

        build_index(inputs, path, titles=dict(zip(inputs, titles, strict=True)))

    content = digest(FORMAT, *titles, *map(_content, inputs), *map(file_digest, sources), *versions, length=16)
    return cached(f"terms-{content}.sqlite", check=lambda path: TermIndex.open(path).close(), make=build)


def code_files() -> list[Path]:
    """The modules of kgbuild that an index hangs on."""
    return [path for pattern in _CODE for path in sorted(Path(kgbuild.__file__).parent.glob(pattern))]


def _content(path: Path) -> str:
    """A hash of an input: the fingerprint that an index holds, or that of a vocabulary's files."""
    try:
        if path.is_dir():
            return digest(*(file_digest(file) for file in sorted(path.rglob("*")) if file.is_file()))
        if not is_index(path):
            return file_digest(path)
    except OSError as error:
        remedy = "Give a term index or a vocabulary file."
        raise InputError(str(error.strerror), file=str(path), remedy=remedy) from error
    with TermIndex.open(path) as index:
        return index.fingerprint
