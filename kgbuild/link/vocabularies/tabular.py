"""Tab-separated tables: SSSOM mappings, and the project's own forms: lexicons and learned names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TextIO

from kgbuild.errors import InputError
from kgbuild.link.canonical import standard
from kgbuild.link.learned import COLUMNS
from kgbuild.link.vocabularies.obo import obo_uri
from kgbuild.link.vocabularies.records import EXACT, PREFERRED, SEEN, Entry, Item, Name, Skipped
from kgbuild.model import Reject
from kgbuild.namespaces import is_iri

_SSSOM_COLUMNS = {"subject_id", "predicate_id", "object_id"}
_SAME = {"skos:exactMatch", "owl:equivalentClass", "owl:sameAs"}
_SAME |= {"http://www.w3.org/2004/02/skos/core#exactMatch", "http://www.w3.org/2002/07/owl#equivalentClass"}


def is_sssom(header: str) -> bool:
    """Whether a header line is that of an SSSOM table."""
    return set(header.rstrip("\r\n").split("\t")) >= _SSSOM_COLUMNS


def is_lexicon(header: str) -> bool:
    """Whether a header line is that of a lexicon: `name` and one of `curie` and `uri`."""
    columns = set(header.rstrip("\r\n").split("\t"))
    return "name" in columns and bool(columns & {"curie", "uri"})


def is_learned(header: str) -> bool:
    """Whether a header line is that of a table of learned names."""
    return set(header.rstrip("\r\n").split("\t")) >= set(COLUMNS)


def read_sssom(stream: TextIO, file: str) -> Iterator[Item]:
    """Exact matches of an SSSOM table (https://w3id.org/sssom), with their labels as names."""
    prefixes: dict[str, str] = {}
    for record, row in _rows(stream, prefixes):
        try:
            if row["predicate_id"] not in _SAME:
                yield Skipped(f"predicate {row['predicate_id']}")
            elif row.get("predicate_modifier") == "Not":
                yield Skipped("negated mapping")
            else:
                subject, object_ = (_expand(row[end], prefixes) for end in ("subject_id", "object_id"))
                yield Entry(uri=subject, names=_label(row.get("subject_label")), equivalents=(object_,))
                if row.get("object_label"):
                    yield Entry(uri=object_, names=_label(row["object_label"]))
        except (KeyError, ValueError) as error:
            yield _reject(file, record, error, "Give subject_id, predicate_id and object_id as CURIEs or URIs.")


def read_lexicon(stream: TextIO, file: str, labels: Collection[str]) -> Iterator[Item]:
    """A lexicon: `name` and `curie` or `uri`; `label`, `synonyms` and `parents` (split at `|`) if given."""
    for record, row in _rows(stream, {}):
        try:
            if not row["name"]:
                raise ValueError("the name is empty")
            label = row.get("label", "")
            if label and label not in labels:
                raise ValueError(f"label {label!r} is not one of the schema's: {', '.join(sorted(labels))}")
            yield Entry(
                uri=_identifier(row),
                names=(
                    Name(row["name"], PREFERRED),
                    *(Name(text, EXACT) for text in _split(row.get("synonyms", ""))),
                ),
                label=label,
                parents=tuple(obo_uri(parent) for parent in _split(row.get("parents", ""))),
            )
        except (KeyError, ValueError) as error:
            yield _reject(file, record, error, "Give a name and a CURIE or URI in each row.")


def read_learned(stream: TextIO, file: str, labels: Collection[str]) -> Iterator[Item]:
    """What annotated articles call concepts, how often (`kgbuild.link.learned`)."""
    for record, row in _rows(stream, {}):
        try:
            count = int(row["count"])
            if row["label"] not in labels or count < 1 or not row["surface"]:
                raise ValueError("an unknown label, an empty surface form or a count below 1")
            yield Entry(uri=_identifier(row), names=(Name(row["surface"], SEEN, row["label"], count),))
        except (KeyError, ValueError) as error:
            yield _reject(file, record, error, "Give label, uri, surface and count in each row.")


def _rows(stream: TextIO, prefixes: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows with their line numbers. The curie_map of an SSSOM header is put into `prefixes`."""
    header: list[str] = []
    in_map = False
    for number, line in enumerate(stream, 1):
        text = line.rstrip("\r\n")
        if text.startswith("#"):
            entry = text[1:]
            if entry.strip() == "curie_map:":
                in_map = True
            elif in_map and entry.startswith("   "):
                prefix, _, expansion = entry.strip().partition(": ")
                prefixes[prefix.strip("\"'")] = expansion.strip("\"' ")
            else:
                in_map = False
        elif not header:
            header = text.split("\t")
        elif text:
            cells = [cell.strip() for cell in text.split("\t")]
            # A row of another length has a cell in the wrong column; its reader rejects the empty record.
            aligned = len(cells) == len(header)
            yield f"line {number}", dict(zip(header, cells, strict=True)) if aligned else {}


def _expand(curie: str, prefixes: dict[str, str]) -> str:
    prefix, colon, rest = curie.partition(":")
    return standard(prefixes[prefix] + rest) if colon and prefix in prefixes else obo_uri(curie)


def _identifier(row: dict[str, str]) -> str:
    """A URI as it is spelled, since a benchmark may ask for that spelling; a CURIE expanded."""
    identifier = row.get("uri") or row["curie"]
    return identifier if "://" in identifier and is_iri(identifier) else obo_uri(identifier)


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _label(text: str | None) -> tuple[Name, ...]:
    return (Name(text, PREFERRED),) if text else ()


def _reject(file: str, record: str, error: Exception, remedy: str) -> Reject:
    cause = "a row of another length than the header" if isinstance(error, KeyError) else str(error)
    return Reject(file=file, record=record, cause=cause, remedy=remedy)


def unreadable_table(file: str) -> InputError:
    """The error for a table with other columns."""
    return InputError(
        "a table without the columns of a lexicon (curie or uri, name), of learned names (label, uri, surface, "
        "count) or of SSSOM (subject_id, predicate_id, object_id)",
        file=file,
        remedy="Name the columns in the first line, separated by tabs.",
    )
