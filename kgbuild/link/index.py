"""The term index: every name of every concept in one SQLite file, read from disk."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from kgbuild.errors import InputError
from kgbuild.link.index_schema import APPLICATION_ID, FORMAT
from kgbuild.model import Concept, TermName
from kgbuild.normalize import key

_ENTRY = """SELECT name.name, concept.uri, name.label, name.scope, name.count, term.key, node.uri,
                   name.source, concept.prefix
            FROM term JOIN name ON name.term = term.id JOIN concept ON concept.id = name.concept
            JOIN node ON node.id = concept.node """
# Postings read for one search by n-grams: the rarest are taken until this many.
_POSTINGS = 20_000
_BROAD = 200
_PARAMETERS = 500
# Grams whose postings, and normal forms whose names, are kept in memory: texts use few of them again and again.
_GRAMS_KEPT = 1 << 10
_FORMS_KEPT = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A name with what ranks it: its normal form, its concept's canonical URI, vocabulary and input number.

    `scope` is 0 for a preferred name, 1 for an exact synonym, 2 for a looser one, 3 for a name that only
    annotated text uses.
    """

    term: TermName
    key: str
    canonical: str
    scope: int
    source: int
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A concept that a search found: by which name, and how similar it is, 0 to 1."""

    concept: Concept
    name: str
    score: float


class TermIndex:
    """A term index that `kgbuild.link.build` wrote. Read-only; any number of processes may open it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, meta: Mapping[str, str]) -> None:
        self.path = path
        self.fingerprint = meta["fingerprint"]
        self.sources: tuple[str, ...] = tuple(json.loads(meta["sources"]))
        self.connection = connection
        self._process = os.getpid()
        self._posted = lru_cache(maxsize=_GRAMS_KEPT)(self._read_postings)
        self._entries: dict[str, list[Entry]] = {}

    @classmethod
    def open(cls, path: Path) -> TermIndex:
        """Open an index without reading it.

        Raises:
            InputError: it is missing, damaged, or was written by another version.
        """
        remedy = "Build it again: kgbuild terms build INPUT... -o FILE"
        try:
            with path.open("rb") as stream:
                header = stream.read(100)
        except OSError as error:
            raise InputError(str(error.strerror), file=str(path), remedy=remedy) from error
        page = int.from_bytes(header[16:18], "big")
        size = (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
        marked = header[68:72] == APPLICATION_ID.to_bytes(4, "big")
        if not header.startswith(b"SQLite format 3\0") or not marked:
            raise InputError("not a term index", file=str(path), remedy=remedy)
        if size != path.stat().st_size:
            raise InputError("the term index is damaged: its size is wrong", file=str(path), remedy=remedy)
        try:
            connection = _connect(path)
            meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
        except sqlite3.DatabaseError as error:
            raise InputError(f"the term index is damaged: {error}", file=str(path), remedy=remedy) from error
        if meta.get("format") != FORMAT:
            connection.close()
            raise InputError(
                f"term index of format {meta.get('format')}, not {FORMAT}", file=str(path), remedy=remedy
            )
        return cls(path, connection, meta)

    def __reduce__(self) -> tuple[Any, ...]:
        return (TermIndex.open, (self.path,))

    def __enter__(self) -> TermIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the index can not be used afterwards."""
        self.connection.close()

    def counts(self) -> dict[str, int]:
        """How many concepts, names, terms (distinct normal forms) and cliques the index holds."""
        tables = {"concepts": "concept", "names": "name", "terms": "term", "cliques": "node"}
        return {what: self._rows(f"SELECT count(*) FROM {table}")[0][0] for what, table in tables.items()}  # noqa: S608

    def names(self, labels: Collection[str] | None = None) -> Iterator[TermName]:
        """Every name that has one of the labels (None: any label), ordered by normal form."""
        rows = self._cursor(_ENTRY + "WHERE name.label <> '' ORDER BY term.id, name.rowid")
        for row in rows:
            if labels is None or row[2] in labels:
                yield _entry(row).term

    def names_of(self, uri: str) -> list[TermName]:
        """The names of a canonical URI's concepts that have a label, preferred ones first."""
        rows = self._rows(_ENTRY + "WHERE node.uri = ? AND name.label <> '' ORDER BY name.scope, name.rowid", (uri,))
        return [_entry(row).term for row in rows]

    def exact(self, text: str) -> list[TermName]:
        """The names with the text's normal form, most used first."""
        return [entry.term for entry in self.entries(text)]

    def similar(self, text: str, limit: int) -> list[TermName]:
        """At most `limit` names by character n-grams, most similar first, the equal ones included."""
        return [entry.term for _, entry in self.similar_entries(text, limit)]

    def entries(self, text: str) -> list[Entry]:
        """As `exact`, with what ranks the names."""
        return self.entries_of([key(text)])

    def entries_of(self, forms: Collection[str]) -> list[Entry]:
        """The names that have one of these normal forms, most used first, then preferred ones."""
        wanted = sorted(set(forms))
        known = {form: entries for form in wanted if (entries := self._entries.get(form)) is not None}
        read: dict[str, list[Entry]] = {form: [] for form in wanted if form not in known}
        for entry in map(_entry, self._in_parts(f"{_ENTRY} WHERE term.key IN", list(read))):
            read[entry.key].append(entry)
        if len(self._entries) >= _FORMS_KEPT:
            self._entries.clear()
        self._entries |= read
        found = chain.from_iterable((known | read).values())
        return sorted(found, key=lambda e: (-e.term.count, e.scope, e.source, e.term.uri, e.term.name))

    def similar_entries(self, text: str, limit: int) -> list[tuple[float, Entry]]:
        """As `similar`, with similarities from 0 to 1 and what ranks the names."""
        scores = {form: score for score, form in self.near(key(text), limit)}
        found = [(scores[entry.key], entry) for entry in self.entries_of(scores)]
        return sorted(found, key=lambda pair: -pair[0])[:limit]

    def near(self, form: str, limit: int) -> list[tuple[float, str]]:
        """At most `limit` normal forms of the index like this one, with `similarity`, most similar first.

        Those that share most of the form's rarest trigrams are compared with it.
        """
        numbers = self._sharing_grams(form)
        rows = self._rows(f"SELECT key FROM term WHERE id IN ({_marks(numbers)})", numbers)  # noqa: S608
        scored = sorted(((similarity(form, row[0]), row[0]) for row in rows), key=lambda p: (-p[0], p[1]))
        return scored[:limit]

    def spellings(self) -> Iterator[tuple[int, str]]:
        """The number of each normal form, from 1 without gaps, and a name that has it, preferred ones first."""
        # SQLite takes the name from the row that holds the minimum.
        rows = self._cursor("SELECT term, name, min(scope) FROM name GROUP BY term ORDER BY term")
        return ((number, name) for number, name, _ in rows)

    def numbers(self, forms: Collection[str]) -> dict[str, int]:
        """The numbers of normal forms, those that the index does not hold left out."""
        return dict(self._in_parts("SELECT key, id FROM term WHERE key IN", sorted(set(forms))))

    def forms(self, numbers: Collection[int]) -> dict[int, str]:
        """The normal forms of numbers."""
        return dict(self._in_parts("SELECT id, key FROM term WHERE id IN", sorted(set(numbers))))

    def grams(self) -> dict[str, int]:
        """In how many normal forms each trigram occurs; a form is padded by a space at both ends."""
        return dict(self._rows("SELECT gram, terms FROM gram"))

    def uses(self, uri: str) -> dict[str, int]:
        """How often annotated text has the concept, by label; `uri` as the index spells it."""
        rows = self._rows(
            "SELECT name.label, sum(count) FROM concept JOIN name ON name.concept = concept.id "
            "WHERE uri = ? AND count > 0 GROUP BY name.label",
            (uri,),
        )
        return dict(rows)

    def has_any(self, labels: Collection[str]) -> bool:
        """Whether a name has one of these labels."""
        query = f"SELECT 1 FROM name WHERE label IN ({_marks(tuple(labels))}) LIMIT 1"  # noqa: S608 - question marks
        return bool(self._rows(query, tuple(labels)))

    def usage(self) -> dict[tuple[str, str], int]:
        """How often annotated text gave a label to a concept of a vocabulary: `(label, prefix)` to count."""
        rows = self._rows("SELECT label, prefix, count FROM usage")
        return {(label, vocabulary): count for label, vocabulary, count in rows}

    def concept(self, uri: str) -> Concept | None:
        """A concept by its URI as the index spells it, its canonical URI or an equivalent; None if unknown.

        Its name is the one that the first input gives its clique; synonyms are the other names of vocabularies.
        """
        node = self._node(uri)
        if node is None:
            return None
        number, canonical, curie, rank = node
        members = self._rows(
            "SELECT id, uri, name, label FROM concept WHERE node = ? ORDER BY source, uri <> ?, uri <> ?, id",
            (number, uri, canonical),
        )
        name = next((row[2] for row in members if row[2]), "")
        names = [
            row[0]
            for concept in members
            for row in self._rows(
                "SELECT name FROM name WHERE concept = ? AND scope < 3 ORDER BY scope, count DESC, name",
                (concept[0],),
            )
        ]
        return Concept(
            uri=uri if any(row[1] == uri for row in members) else canonical,
            curie=curie,
            name=name or (names[0] if names else curie),
            label=next((row[3] for row in members if row[3]), ""),
            synonyms=tuple(dict.fromkeys(other for other in names if other != name)),
            equivalents=self.equivalents(uri),
            parents=self.parents(uri),
            rank=rank,
        )

    def canonical(self, uri: str) -> str:
        """The canonical URI of the clique; a valid IRI also where the index does not know the URI."""
        node = self._node(uri)
        return node[1] if node else _standard(uri)

    def equivalents(self, uri: str) -> tuple[str, ...]:
        """The other URIs of the clique, sorted: standard ones, and the index's own spellings if valid."""
        node = self._node(uri)
        if node is None:
            return ()
        rows = self._rows(
            "SELECT uri FROM member WHERE node = ?1 UNION SELECT uri FROM concept WHERE node = ?1 "
            "UNION SELECT uri FROM node WHERE id = ?1",
            (node[0],),
        )
        from kgbuild.namespaces import is_iri

        return tuple(sorted(row[0] for row in rows if row[0] != uri and is_iri(row[0])))

    def parents(self, uri: str) -> tuple[str, ...]:
        """The canonical URIs of the broader concepts one step up, sorted."""
        return self._related(
            uri, "SELECT node.uri FROM parent JOIN node ON node.id = parent WHERE child = ? ORDER BY node.uri"
        )

    def ancestors(self, uri: str) -> tuple[str, ...]:
        """The canonical URIs of all broader concepts, nearest first, without the concept itself."""
        return self._related(uri, _CLOSURE.format(here="child", there="parent"))

    def descendants(self, uri: str) -> tuple[str, ...]:
        """The canonical URIs of all narrower concepts, nearest first, without the concept itself."""
        return self._related(uri, _CLOSURE.format(here="parent", there="child"))

    def search(self, text: str, limit: int = 20) -> list[Found]:
        """Concepts for a text that a user typed (a name, CURIE or URI), best first, one for each clique."""
        found: dict[str, Found] = {}
        direct = self.concept(text) if ":" in text else None
        if direct:
            found[self.canonical(text)] = Found(concept=direct, name=direct.name, score=1.0)
        exact = [(1.0, entry) for entry in self.entries(text)]
        for score, entry in exact + self.similar_entries(text, limit * 5):
            if len(found) >= limit:
                break
            concept = None if entry.canonical in found else self.concept(entry.term.uri)
            if concept:
                found[entry.canonical] = Found(concept=concept, name=entry.term.name, score=score)
        return list(found.values())

    def _node(self, uri: str) -> tuple[int, str, str, str] | None:
        select = "SELECT node.id, node.uri, node.curie, node.rank FROM node "
        rows = self._rows(select + "JOIN concept ON concept.node = node.id WHERE concept.uri = ?", (uri,))
        if not rows:
            spelled = _standard(uri)
            rows = self._rows(select + "WHERE uri = ?", (spelled,)) or self._rows(
                select + "JOIN member ON member.node = node.id WHERE member.uri = ?", (spelled,)
            )
        return rows[0] if rows else None

    def _related(self, uri: str, query: str) -> tuple[str, ...]:
        node = self._node(uri)
        return tuple(row[0] for row in self._rows(query, (node[0],))) if node else ()

    def _sharing_grams(self, form: str) -> list[int]:
        """Numbers of the terms that share most of the form's rare trigrams, most shared first, then by number."""
        grams = sorted(trigrams(form))
        counts = self._rows(f"SELECT terms, gram FROM gram WHERE gram IN ({_marks(grams)})", grams)  # noqa: S608
        postings: list[npt.NDArray[np.int32]] = []
        budget = _POSTINGS
        for terms, gram in sorted(counts):
            if postings and terms > budget:
                break
            budget -= terms
            postings.append(self._posted(gram))
        if not postings:
            return []
        numbers, shared = np.unique(np.concatenate(postings), return_counts=True)
        found: list[int] = numbers[np.argsort(-shared, kind="stable")[:_BROAD]].tolist()
        return found

    def _read_postings(self, gram: str) -> npt.NDArray[np.int32]:
        """The numbers of the terms that have a trigram."""
        quoted = gram.replace('"', '""')
        rows = self._rows("SELECT rowid FROM grams WHERE grams MATCH ?", (f'"{quoted}"',))
        return np.fromiter((number for (number,) in rows), np.int32, len(rows))

    def _in_parts(self, query: str, values: Sequence[object]) -> Iterator[Any]:
        """The rows of a query that ends in IN, for any number of values."""
        for at in range(0, len(values), _PARAMETERS):
            part = values[at : at + _PARAMETERS]
            yield from self._rows(f"{query} ({_marks(part)})", part)

    def _rows(self, query: str, parameters: Sequence[object] = ()) -> list[Any]:
        try:
            return self._cursor(query, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise InputError(
                f"the term index is damaged: {error}",
                file=str(self.path),
                remedy="Build it again: kgbuild terms build INPUT... -o FILE",
            ) from error

    def _cursor(self, query: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        # A SQLite connection must not be carried over a fork.
        if self._process != os.getpid():
            self.connection, self._process = _connect(self.path), os.getpid()
        return self.connection.execute(query, parameters)


_CLOSURE = """
WITH RECURSIVE reached (id) AS (
  SELECT {there} FROM parent WHERE {here} = ?1
  UNION SELECT parent.{there} FROM parent JOIN reached ON parent.{here} = reached.id
) SELECT node.uri FROM reached JOIN node ON node.id = reached.id WHERE reached.id <> ?1"""


def similarity(form: str, other: str) -> float:
    """How alike two normal forms are, 0 to 1: the mean of the plain and the word-order-free ratio."""
    return (fuzz.ratio(form, other) + fuzz.token_sort_ratio(form, other)) / 200


def trigrams(form: str) -> set[str]:
    """The trigrams of a normal form, padded by a space at both ends."""
    padded = f" {form} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _entry(row: tuple[str, str, str, int, int, str, str, int, str]) -> Entry:
    name, uri, label, scope, count, form, canonical, source, vocabulary = row
    term = TermName(name=name, uri=uri, label=label, preferred=scope == 0, count=count)
    return Entry(term=term, key=form, canonical=canonical, scope=scope, source=source, prefix=vocabulary)


def _connect(path: Path) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA mmap_size = 268435456")
    return connection


@lru_cache(maxsize=1 << 16)
def _standard(uri: str) -> str:
    # Imported here: `curies` takes longer to load than an index to open.
    from kgbuild.link.canonical import standard

    return standard(uri)
