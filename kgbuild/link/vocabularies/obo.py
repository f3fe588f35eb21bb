"""OBO flat files (format 1.0 to 1.4), one stanza at a time; `fastobo` reads the stanza.

A clause that does not follow the format costs itself alone: what kgbuild uses of it (a synonym without its citations,
a parent without its qualifiers) is read if that part is sound, else the clause is a reject; others are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TextIO

from kgbuild.link.canonical import standard
from kgbuild.link.vocabularies.records import (
    EXACT,
    OBSOLETE,
    PREFERRED,
    RELATED,
    UNKNOWN_EQUIVALENT,
    Entry,
    Item,
    Name,
    Skipped,
)
from kgbuild.model import Reject
from kgbuild.namespaces import misspelling, to_uri

SAME = frozenset({"exactMatch", "equivalentClass", "sameAs"})
"""Local names of the properties of SKOS and OWL that say that two concepts are one."""
_BATCH = 200
_CURIE = re.compile(r"([A-Za-z][\w.-]*):(\S+)")
_CLAUSE = re.compile(r"(?P<tag>[\w-]+)\s*:\s*(?P<value>.*)", re.DOTALL)
_IDSPACE = re.compile(r"(?P<prefix>\S+)\s+(?P<uri>\S+)")
_QUOTED = re.compile(r'(?P<text>"(?:[^"\\]|\\.)*")\s*(?P<scope>EXACT|BROAD|NARROW|RELATED)?')
_BEHIND = re.compile(r"\s*(?:(?<!\\)\{.*|(?<!\\)!.*)?\Z", re.DOTALL)
_OLD_SYNONYMS = {"exact_synonym": "EXACT", "broad_synonym": "BROAD", "narrow_synonym": "NARROW"}
_SYNONYMS = {"synonym", "related_synonym", *_OLD_SYNONYMS}
_NAMED = {"is_a", "alt_id", "replaced_by", "equivalent_to", "is_obsolete"}
_REMEDY = "Correct the clause; OBO 1.4 stands at https://owlcollab.github.io/oboformat/"


@dataclass(slots=True)
class _Header:
    """What a file says of its identifiers: URIs by prefix, prefixes whose cross-references mean the same."""

    spaces: dict[str, str] = field(default_factory=dict)
    equivalent: set[str] = field(default_factory=set)
    ontology: str = ""

    def read(self, lines: Iterable[str]) -> None:
        for line in lines:
            clause = _CLAUSE.match(line.strip())
            tag, value = (clause["tag"], clause["value"]) if clause else ("", "")
            space = _IDSPACE.match(value) if tag == "idspace" else None
            if space:
                self.spaces[space["prefix"]] = _unescaped(space["uri"])
            elif tag == "treat-xrefs-as-equivalent":
                self.equivalent.add(value.split("!")[0].strip())
            elif tag == "ontology":
                self.ontology = value.split("!")[0].strip()

    def known(self, identifier: str) -> str | None:
        """The URI of an identifier with a known prefix: one of the file's own, or one of kgbuild's."""
        prefix, _, local = identifier.partition(":")
        space = self.spaces.get(prefix, "urn:lsid:")
        # Old files give LSIDs, which nothing else uses.
        if local and (not space.startswith("urn:lsid:") or (to_uri(identifier) is None and prefix in self.spaces)):
            return standard(space + local)
        return to_uri(identifier)

    def uri(self, identifier: str) -> str:
        """The URI of a term of this file; that of an unknown prefix has the form that OBO prescribes."""
        known = self.known(identifier)
        if known:
            return known
        if ":" not in identifier and self.ontology:
            return standard(f"http://purl.obolibrary.org/obo/{self.ontology}#{identifier}")
        curie = _CURIE.fullmatch(identifier)
        if curie is None:
            raise ValueError(f"{identifier!r}: {misspelling(identifier)}")
        mark = "_" if curie[2].isdecimal() else "#_"
        return standard(f"http://purl.obolibrary.org/obo/{curie[1]}{mark}{curie[2]}")


def read_obo(stream: TextIO, file: str) -> Iterator[Item]:
    """The terms of an OBO file; typedefs and instances are no concepts."""
    header = _Header()
    stanzas = _stanzas(stream)
    header.read(next(stanzas)[1])
    terms = ((line, lines) for line, lines in stanzas if lines[0].startswith("[Term]"))
    while batch := list(islice(terms, _BATCH)):
        # Parsing many at once is three times faster; where it fails, each shows whether it is at fault.
        frames = _parsed("\n".join("".join(lines) for _, lines in batch))
        if len(frames) != len(batch):
            frames = [(_parsed("".join(lines)) or [None])[0] for _, lines in batch]
        for frame, (line, lines) in zip(frames, batch, strict=True):
            clauses: list[Any] = []
            if frame is None:
                for item in _clauses(lines, line, file):
                    if isinstance(item, Skipped | Reject):
                        yield item
                    else:
                        clauses.append(item)
            try:
                identifier = _identifier(lines) if frame is None else str(frame.id)
                yield from _entries(header, identifier, frame or clauses)
            except ValueError as error:
                yield _reject(file, line, f"not an OBO term: {error}")


def _parsed(text: str) -> list[Any]:
    import fastobo

    try:
        return list(fastobo.loads(text))
    except (SyntaxError, ValueError):
        return []


def _stanzas(stream: TextIO) -> Iterator[tuple[int, list[str]]]:
    """The stanzas' lines with the number of their first, that of the file's header first."""
    lines: list[str] = []
    start = 1
    for number, line in enumerate(stream, 1):
        if line.startswith("["):
            yield start, lines
            lines, start = [], number
        # `fastobo` stops the whole process at a comment within a stanza.
        lines.append("\n" if line.lstrip().startswith("!") else line)
    yield start, lines


def _identifier(lines: list[str]) -> str:
    found = [clause for line in lines if (clause := _CLAUSE.match(line)) and clause["tag"] == "id"]
    identifier = _BEHIND.sub("", found[0]["value"].strip()) if found else ""
    if not identifier or re.search(r"\s", identifier):
        raise ValueError(f"the id {identifier!r} has a space within" if identifier else "it has no id")
    return identifier


def _clauses(lines: list[str], start: int, file: str) -> Iterator[Any]:
    """The clauses of a stanza that is not well-formed, one by one: each read, repaired, counted or rejected."""
    for number, line in enumerate(lines[1:], start + 1):
        clause = _CLAUSE.match(line.strip())
        tag = clause["tag"] if clause else ""
        if not line.strip() or tag == "id":
            continue
        whole = _clause(line)
        if whole is not None:
            yield whole
        elif clause is None or tag not in _SYNONYMS | _NAMED | {"name"}:
            yield Skipped("malformed clause that is not used")
        else:
            part = _clause(_core(tag, clause["value"]))
            if part is None:
                yield _reject(file, number, f"not an OBO clause: {line.strip()[:80]!r}")
            else:
                yield Skipped("malformed end of a clause")
                yield part


def _clause(line: str) -> Any:
    frames = _parsed(f"[Term]\nid: A:1\n{line.rstrip()}\n")
    return next(iter(frames[0]), None) if frames else None


def _core(tag: str, value: str) -> str:
    """A clause without citations, qualifiers and comment, in the form of OBO 1.4."""
    if tag in _SYNONYMS:
        quoted = _QUOTED.match(value)
        scope = _OLD_SYNONYMS.get(tag) or (quoted and quoted["scope"]) or "RELATED"
        return f"synonym: {quoted['text']} {scope} []" if quoted else ""
    if tag == "is_obsolete":
        value = value.lower()
    return f"{tag}: {_BEHIND.sub('', value) if tag == 'name' else (value.split() or [''])[0]}"


def _entries(header: _Header, identifier: str, clauses: Iterable[Any]) -> Iterator[Item]:
    names: list[Name] = []
    found: dict[str, list[str]] = {"is_a": [], "alt_id": [], "replaced_by": [], "same": []}
    obsolete = False
    for clause in clauses:
        match clause.raw_tag():
            case "is_obsolete":
                obsolete = obsolete or clause.obsolete
            case "name":
                names.insert(0, Name(_spaced(clause.name), PREFERRED))
            case "synonym":
                scope = EXACT if clause.synonym.scope == "EXACT" else RELATED
                names.append(Name(_spaced(clause.synonym.desc), scope))
            case "is_a":
                found["is_a"].append(header.uri(_unescaped(str(clause.term))))
            case "alt_id":
                found["alt_id"].append(header.uri(_unescaped(str(clause.alt_id))))
            case "replaced_by":
                found["replaced_by"].append(header.uri(_unescaped(str(clause.term))))
            case _:
                other = _equivalent(header, clause)
                known = header.known(_unescaped(other)) if other else None
                if known:
                    found["same"].append(known)
                elif other:
                    yield UNKNOWN_EQUIVALENT
    uri = header.uri(_unescaped(identifier))
    if obsolete:
        yield OBSOLETE
        # Of several that replace a term, none is the same as it was.
        if len(set(found["replaced_by"])) == 1:
            yield Entry(uri=found["replaced_by"][0], aliases=(uri, *found["alt_id"]))
        return
    yield Entry(
        uri=uri,
        names=tuple(names),
        parents=tuple(found["is_a"]),
        aliases=tuple(found["alt_id"]),
        equivalents=tuple(found["same"]),
    )


def _equivalent(header: _Header, clause: Any) -> str | None:
    """The identifier that a clause says to mean the same, if it says so."""
    match clause.raw_tag():
        case "equivalent_to":
            return str(clause.term)
        case "property_value" if re.split(r"[:#/]", str(clause.property_value.relation))[-1] in SAME:
            return str(clause.property_value.value)
        case "xref":
            identifier = str(clause.xref.id)
            marks = (str(qualifier.value).rpartition(":")[2] for qualifier in clause.qualifiers or ())
            if identifier.partition(":")[0] in header.equivalent or "equivalentTo" in marks:
                return identifier
    return None


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _unescaped(identifier: str) -> str:
    return re.sub(r"\\(.)", r"\1", identifier)


def _reject(file: str, number: int, cause: str) -> Reject:
    return Reject(file=file, record=f"line {number}", cause=cause, remedy=_REMEDY)
