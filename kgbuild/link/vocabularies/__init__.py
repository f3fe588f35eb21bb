"""Reading vocabularies: the format is recognised by a file's content, gzip included."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kgbuild.errors import InputError
from kgbuild.link.vocabularies import functional, jsons, obo, rdf, sssom, tables, tabular, taxdump, umls
from kgbuild.link.vocabularies.mentions import read_mentions
from kgbuild.link.vocabularies.opening import (
    READ_ERRORS,
    damaged,
    encoding_of,
    head,
    open_bytes,
    open_text,
    whole_text,
)
from kgbuild.link.vocabularies.records import Entry, Item
from kgbuild.link.vocabularies.taxdump import is_taxdump
from kgbuild.link.vocabularies.triples import Triple, read_triples
from kgbuild.model import Reject
from kgbuild.namespaces import is_iri
from kgbuild.source.gutbrainie import read_gutbrainie

__all__ = ["SUPPORTED", "Options", "is_taxdump", "read_vocabulary"]
SUPPORTED = (
    "OBO, OWL (RDF/XML, Turtle, functional syntax), OBO graph JSON, SSSOM (TSV, JSON), lexicon or learned names (TSV "
    "or CSV), JSON of URI to names, GutBrainIE JSON, UMLS MRCONSO.RRF and MRSTY.RRF; each plain or gzip, in UTF-8 "
    "(tables and OBO also in UTF-16); NCBI's taxonomy dump (taxdump.tar.gz, taxdmp.zip or its folder)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What readers need to know: the schema's labels, labels by semantic type, documents to leave out."""

    labels: Collection[str]
    semantic_types: Mapping[str, str]
    exclude: Callable[[str], bool]


def read_vocabulary(path: Path, options: Options) -> tuple[str, Iterator[Item]]:
    """The name of a file's format, and its records as a stream; a folder must be a taxonomy dump.

    Raises:
        InputError: it cannot be opened or is in no known format; while reading, that it is damaged.
    """
    try:
        if is_taxdump(path):
            return "NCBI Taxonomy", _guarded(path, taxdump.read_taxdump(path))
        form, items = _recognise(path, head(path), options)
    except READ_ERRORS as error:
        raise damaged(path, error) from error
    return form, _guarded(path, _valid(path, items))


def _recognise(path: Path, start: bytes, options: Options) -> tuple[str, Iterator[Item]]:
    file = str(path)
    encoding = encoding_of(start, file)
    text = start.decode(encoding, errors="replace").lstrip()
    lines = text.split("\n")
    first = next((line for line in lines if line.strip() and not line.startswith(("#", "!"))), "")
    if first.startswith("format-version:") or text.startswith("[Term]") or "\n[Term]" in text:
        return "OBO", _lines(path, partial(obo.read_obo, file=file))
    if text.startswith(("{", "[")):
        return _read_json(path, options)
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
    for form, test, read in (
        ("SSSOM", sssom.is_sssom, partial(sssom.read_sssom, file=file)),
        ("TSV", tabular.is_lexicon, partial(tabular.read_lexicon, file=file, labels=options.labels)),
        ("learned names", tabular.is_learned, partial(tabular.read_learned, file=file, labels=options.labels)),
    ):
        header, _ = tables.find_header(lines, test)
        if header:
            name = "CSV" if form == "TSV" and header.delimiter != "\t" else form
            return name, _lines(path, read)
    if any(delimiter in first for delimiter in tables.DELIMITERS):
        raise tabular.unreadable_table(file, first)
    raise InputError("not a vocabulary in a known format", file=file, remedy=f"Supported: {SUPPORTED}.")


def _read_json(path: Path, options: Options) -> tuple[str, Iterator[Item]]:
    try:
        content = json.loads(whole_text(path))
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", file=str(path), remedy="Check that it is complete.") from error
    if jsons.is_annotated(content):
        return "GutBrainIE", read_mentions(read_gutbrainie(path), options.exclude, str(path))
    found = jsons.reader_of(content)
    if found is None:
        raise InputError("JSON of an unknown form", file=str(path), remedy=f"Supported: {SUPPORTED}.")
    form, reader = found
    return form, reader(content, str(path))


def _lines(path: Path, read: Callable[[Iterable[str]], Iterator[Item]]) -> Iterator[Item]:
    try:
        yield from read(open_text(path))
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise InputError(str(error), file=str(path), remedy="Correct the first line.") from error


def _rdf(path: Path, form: str) -> Iterator[Triple]:
    with open_bytes(path) as stream:
        yield from rdf.parse_rdf(stream, form, str(path))


def _functional(path: Path) -> Iterator[Triple]:
    yield from functional.parse_functional(whole_text(path), str(path))


def _guarded(path: Path, items: Iterator[Item]) -> Iterator[Item]:
    """The items; damage met on the way as InputError."""
    try:
        yield from items
    except READ_ERRORS as error:
        raise damaged(path, error) from error


def _valid(path: Path, items: Iterator[Item]) -> Iterator[Item]:
    """The items, those with a text in the place of a URI rejected."""
    for item in items:
        wrong = _not_iri(item) if isinstance(item, Entry) else None
        if wrong is None:
            yield item
        else:
            cause, remedy = "not a URI or CURIE", "Correct the identifier."
            yield Reject(file=str(path), record=wrong, cause=cause, remedy=remedy)


def _not_iri(entry: Entry) -> str | None:
    uris = (entry.uri, *entry.parents, *entry.aliases, *entry.equivalents)
    return next((uri for uri in uris if not is_iri(uri)), None)
