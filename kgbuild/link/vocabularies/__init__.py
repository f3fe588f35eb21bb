"""Reading vocabularies: the format is recognised by a file's content, gzip included."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

from kgbuild.errors import InputError
from kgbuild.link.vocabularies import functional, jsons, obo, rdf, tabular, umls
from kgbuild.link.vocabularies.mentions import read_mentions
from kgbuild.link.vocabularies.records import Entry, Item
from kgbuild.link.vocabularies.triples import Triple, read_triples
from kgbuild.model import Reject
from kgbuild.namespaces import is_iri
from kgbuild.source.gutbrainie import read_gutbrainie

SUPPORTED = (
    "OBO, OWL (RDF/XML, Turtle, functional syntax), OBO graph JSON, SSSOM, TSV lexicon or learned names, JSON of URI "
    "to names, GutBrainIE JSON, UMLS MRCONSO.RRF and MRSTY.RRF; each plain or gzip"
)
_HEAD = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What readers need to know: the schema's labels, labels by semantic type, documents to leave out."""

    labels: Collection[str]
    semantic_types: Mapping[str, str]
    exclude: Callable[[str], bool]


def read_vocabulary(path: Path, options: Options) -> tuple[str, Iterator[Item]]:
    """The name of a file's format, and its records as a stream.

    Raises:
        InputError: it can not be opened or is in no known format; while reading, that it is damaged.
    """
    try:
        with _open(path) as stream:
            head = stream.read(_HEAD)
        form, items = _recognise(path, head, options)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from error
    return form, _guarded(path, items)


def _recognise(path: Path, head: bytes, options: Options) -> tuple[str, Iterator[Item]]:
    text = head.decode("utf-8-sig", errors="replace").lstrip()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    first = lines[0] if lines else ""
    file = str(path)
    if text.startswith(("{", "[")):
        return _read_json(path, options)
    if first.startswith(("format-version:", "[Term]")) or "\n[Term]" in text:
        return "OBO", _lines(path, partial(obo.read_obo, file=file))
    if text.startswith("<?xml") or "<rdf:RDF" in text:
        if "<rdf:RDF" not in text:
            raise InputError("XML, but not RDF/XML", file=file, remedy=f"Supported: {SUPPORTED}.")
        return "OWL (RDF/XML)", read_triples(partial(_rdf, path, "rdf/xml"))
    if first.startswith(("@prefix", "@base", "PREFIX", "<http")):
        return "OWL (Turtle)", read_triples(partial(_rdf, path, "turtle"))
    if first.startswith(("Prefix(", "Ontology(")):
        return "OWL (functional syntax)", read_triples(partial(_functional, path))
    if umls.is_mrconso(first):
        return "UMLS MRCONSO", _lines(path, partial(umls.read_mrconso, file=file))
    if umls.is_mrsty(first):
        types = options.semantic_types
        return "UMLS MRSTY", _lines(path, partial(umls.read_mrsty, file=file, labels=types))
    if tabular.is_sssom(first):
        return "SSSOM", _lines(path, partial(tabular.read_sssom, file=file))
    if tabular.is_lexicon(first):
        return "TSV", _lines(path, partial(tabular.read_lexicon, file=file, labels=options.labels))
    if tabular.is_learned(first):
        return "learned names", _lines(path, partial(tabular.read_learned, file=file, labels=options.labels))
    if "\t" in first:
        raise tabular.unreadable_table(file)
    raise InputError("not a vocabulary in a known format", file=file, remedy=f"Supported: {SUPPORTED}.")


def _read_json(path: Path, options: Options) -> tuple[str, Iterator[Item]]:
    try:
        with _open(path) as stream:
            content = json.loads(stream.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", file=str(path), remedy="Check that it is complete.") from error
    if jsons.is_annotated(content):
        return "GutBrainIE", read_mentions(read_gutbrainie(path), options.exclude)
    found = jsons.reader_of(content)
    if found is None:
        raise InputError("JSON of an unknown form", file=str(path), remedy=f"Supported: {SUPPORTED}.")
    form, reader = found
    return form, reader(content, str(path))


def _open(path: Path) -> IO[bytes]:
    raw = path.open("rb")
    if raw.peek(2)[:2] != b"\x1f\x8b":
        return raw
    raw.close()
    return cast(IO[bytes], gzip.open(path, "rb"))


def _lines(path: Path, read: Callable[[io.TextIOWrapper], Iterator[Item]]) -> Iterator[Item]:
    with _open(path) as stream, io.TextIOWrapper(stream, encoding="utf-8-sig") as text:
        yield from read(text)


def _rdf(path: Path, form: str) -> Iterator[Triple]:
    with _open(path) as stream:
        yield from rdf.parse_rdf(stream, form, str(path))


def _functional(path: Path) -> Iterator[Triple]:
    with _open(path) as stream:
        text = stream.read().decode("utf-8-sig")
    yield from functional.parse_functional(text, str(path))


def _guarded(path: Path, items: Iterator[Item]) -> Iterator[Item]:
    """The items, those with a text in the place of a URI rejected; damage met on the way as InputError."""
    try:
        for item in items:
            wrong = _not_iri(item) if isinstance(item, Entry) else None
            yield (
                item
                if wrong is None
                else Reject(
                    file=str(path), record=wrong, cause="not a URI or CURIE", remedy="Correct the identifier."
                )
            )
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise _damaged(path, error) from error


def _not_iri(entry: Entry) -> str | None:
    uris = (entry.uri, *entry.parents, *entry.aliases, *entry.equivalents)
    return next((uri for uri in uris if not is_iri(uri)), None)


def _damaged(path: Path, error: Exception) -> InputError:
    cause = getattr(error, "strerror", None) or str(error)
    return InputError(cause, file=str(path), remedy="Check that the file exists, is complete and is UTF-8.")
