"""SSSOM, a Simple Standard for Sharing Ontological Mappings (https://mapping-commons.github.io/sssom/): TSV, JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from kgbuild.link.canonical import prefix, standard
from kgbuild.link.vocabularies.records import EXACT, PREFERRED, Entry, Item, Name, Skipped
from kgbuild.link.vocabularies.tables import Row, read_rows, value
from kgbuild.model import Reject
from kgbuild.namespaces import is_iri, misspelling, to_uri

_SKOS, _OWL = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/2002/07/owl#"
_SAME = frozenset({_SKOS + "exactMatch", _OWL + "equivalentClass", _OWL + "sameAs"})
_NO_TERM = "https://w3id.org/sssom/NoTermFound"
_LITERAL, _EXPRESSION = "rdfs literal", "composed entity expression"
_TYPES = ("subject_type", "object_type")
_REMEDY = "Give subject_id, predicate_id and object_id as CURIEs, whose prefixes the header's curie_map declares."


def is_sssom(columns: Collection[str]) -> bool:
    """Whether a table is one of SSSOM: it has a predicate, and what stands before and behind it."""
    ends = ({"subject_id", "subject_label"}, {"object_id", "object_label"})
    return "predicate_id" in columns and all(end & set(columns) for end in ends)


def read_sssom(stream: TextIO, file: str) -> Iterator[Item]:
    """The mappings of a table that say that two concepts are one, with their labels as names.

    Its metadata stand before the header as YAML behind `#`, or in a file beside it (`NAME.sssom.yml`).
    """
    comments: list[str] = []
    set_up = False
    metadata: Mapping[str, Any] = {}
    for row in read_rows(stream, is_sssom, comments):
        if not set_up:
            set_up = True
            metadata, fault = _metadata(comments, Path(file))
            if fault:
                yield fault
        if row.fault:
            yield _reject(file, row.record, row.fault)
        else:
            yield from _mapping(row, metadata, file)


def read_sssom_json(content: dict[str, Any], file: str) -> Iterator[Item]:
    """The same of SSSOM's JSON form: an object of metadata with `mappings`."""
    context = content.get("@context")
    metadata = {"curie_map": context if isinstance(context, dict) else {}, **content}
    for number, mapping in enumerate(content["mappings"], 1):
        if isinstance(mapping, dict):
            cells = {key: cell.strip() for key, cell in mapping.items() if isinstance(cell, str)}
            yield from _mapping(Row(f"mapping {number}", cells), metadata, file)
        else:
            yield _reject(file, f"mapping {number}", "not an object")


def _metadata(comments: list[str], table: Path) -> tuple[Mapping[str, Any], Reject | None]:
    """The metadata before the table, else those in a file beside it; and why they cannot be read, if so."""
    import yaml

    # A spreadsheet fills lines up with separators, and quotes them.
    lines = (line.rstrip("\t;,").removeprefix('"').removesuffix('"').removeprefix("#") for line in comments)
    text, source = "\n".join(lines), f"{table}"
    if not comments:
        base = table.name.removesuffix(".gz").removesuffix(".tsv").removesuffix(".sssom")
        names = (f"{base}.sssom.yml", f"{base}.sssom.yaml", f"{base}.yml", f"{base}.yaml")
        beside = next((path for name in names if (path := table.with_name(name)).is_file()), None)
        if beside is None:
            return {}, None
        text, source = beside.read_text(encoding="utf-8-sig", errors="surrogateescape"), str(beside)
    try:
        # The base loader keeps every value a text: a prefix may be called NO, which is false in YAML 1.1.
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
        if content is not None and not isinstance(content, dict):
            raise ValueError("it is no mapping of names to values")
        prefixes = (content or {}).get("curie_map") or {}
        if not isinstance(prefixes, dict) or not all(isinstance(u, str) and is_iri(u) for u in prefixes.values()):
            raise ValueError("its curie_map does not give a URI for each prefix")
    except (yaml.YAMLError, ValueError) as error:
        cause = f"the metadata are not YAML of SSSOM: {' '.join(str(error).split())}"
        remedy = "Correct the lines behind `#`; rows with prefixes that kgbuild knows are used."
        return {}, Reject(file=source, record="header", cause=cause[:400], remedy=remedy)
    return content or {}, None


def _mapping(row: Row, metadata: Mapping[str, Any], file: str) -> Iterator[Item]:
    def types() -> Iterable[str]:
        return (value(row, column) or str(metadata.get(column) or "") for column in _TYPES)

    prefixes = metadata.get("curie_map") or {}
    try:
        predicate = value(row, "predicate_id")
        same = _expand(predicate, prefixes, "predicate_id") in _SAME
        subject_type, object_type = types()
        if not same:
            yield Skipped(f"predicate {predicate[:60]}")
        elif value(row, "predicate_modifier").lower() == "not":
            yield Skipped("negated mapping")
        elif _EXPRESSION in (subject_type, object_type):
            yield Skipped("mapping of an expression")
        elif _LITERAL in (subject_type, object_type):
            yield from _literal(row, "object" if subject_type == _LITERAL else "subject", prefixes)
        else:
            subject, object_ = (_expand(value(row, end), prefixes, end) for end in ("subject_id", "object_id"))
            if _NO_TERM in (subject, object_):
                yield Skipped("no term found")
                return
            names = _label(value(row, "subject_label"))
            # A curator's mapping within one vocabulary is meant: the object is another identifier of the subject.
            curated = value(row, "mapping_justification").endswith("ManualMappingCuration")
            if curated and prefix(subject) == prefix(object_):
                yield Entry(uri=subject, names=names, aliases=(object_,))
            else:
                yield Entry(uri=subject, names=names, equivalents=(object_,))
            if value(row, "object_label"):
                yield Entry(uri=object_, names=_label(value(row, "object_label")))
    except ValueError as error:
        yield _reject(file, row.record, str(error))


def _literal(row: Row, end: str, prefixes: Mapping[str, str]) -> Iterator[Item]:
    """A mapping between a text and a concept: the text is a name of it."""
    other = "subject" if end == "object" else "object"
    text = value(row, f"{other}_label")
    uri = _expand(value(row, f"{end}_id"), prefixes, f"{end}_id")
    if not text:
        raise ValueError(f"{other}_label is empty")
    yield Entry(uri=uri, names=(*_label(value(row, f"{end}_label")), Name(text, EXACT)))


def _expand(curie: str, prefixes: Mapping[str, str], column: str) -> str:
    """The standard URI; a prefix that the table declares comes before a known one.

    Raises:
        ValueError: it is empty, no CURIE, or its prefix is neither declared nor known.
    """
    if not curie:
        raise ValueError(f"{column} is empty")
    name, colon, local = curie.partition(":")
    if colon and name in prefixes and local and not local.startswith("//"):
        uri = standard(prefixes[name] + local)
        if any(character in local for character in "| "):
            raise ValueError(f"{column} {curie!r}: {misspelling(curie)}")
        return uri
    cause = misspelling(curie)
    if cause:
        raise ValueError(f"{column} {curie!r}: {cause.replace('is not known', 'is not declared in curie_map')}")
    return to_uri(curie) or curie


def _label(text: str) -> tuple[Name, ...]:
    return (Name(text, PREFERRED),) if text else ()


def _reject(file: str, record: str, cause: str) -> Reject:
    return Reject(file=file, record=record, cause=cause, remedy=_REMEDY)
