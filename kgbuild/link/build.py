"""Compiling vocabularies into a term index: records are staged on disk, then joined by SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from kgbuild.errors import InputError
from kgbuild.files import replacing
from kgbuild.link.canonical import prefix, standard
from kgbuild.link.cliques import Cliques, vocabulary_ranks
from kgbuild.link.compiled import is_index, read_index
from kgbuild.link.equal_names import join_by_name
from kgbuild.link.index import TermIndex
from kgbuild.link.index_schema import APPLICATION_ID, FORMAT, INDICES, SCHEMA
from kgbuild.link.labels import LabelRules, label_rules
from kgbuild.link.vocabularies import Options, is_taxdump, read_vocabulary
from kgbuild.link.vocabularies.records import Entry, Item, Skipped
from kgbuild.model import Reject
from kgbuild.namespaces import to_curie
from kgbuild.normalize import key
from kgbuild.schema import Schema, load_schema

_SUFFIXES = (".obo", ".owl", ".rdf", ".nt", ".ttl", ".ofn", ".json", ".tsv", ".csv", ".rrf")
_KEPT_REJECTS = 1000
_BATCH = 10_000
_STAGE = """
CREATE TABLE stage.name (uri TEXT, name TEXT, key TEXT, label TEXT, scope INTEGER, count INTEGER,
                         source INTEGER);
CREATE TABLE stage.label (std TEXT, label TEXT, source INTEGER);
CREATE TABLE stage.parent (child TEXT, parent TEXT);
CREATE TABLE stage.alias (std TEXT, old TEXT);
CREATE TABLE stage.same (std TEXT, other TEXT, source INTEGER);
CREATE TABLE stage.rank (std TEXT, rank TEXT);
CREATE TABLE stage.spelled (uri TEXT PRIMARY KEY, std TEXT, prefix TEXT, source INTEGER) WITHOUT ROWID;
CREATE TABLE stage.labelled (node INTEGER PRIMARY KEY, label TEXT);
CREATE TABLE stage.reached (node INTEGER PRIMARY KEY, label TEXT, depth INTEGER);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputReport:
    """What one input gave. `rejects` holds the first thousand of `rejected`; `skipped` counts by reason."""

    path: Path
    format: str
    records: int
    names: int
    rejected: int
    rejects: tuple[Reject, ...]
    skipped: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What was built. `refused` counts equivalences that would have merged concepts of one vocabulary."""

    output: Path
    fingerprint: str
    inputs: tuple[InputReport, ...]
    concepts: int
    names: int
    terms: int
    cliques: int
    refused: int


def build_index(
    inputs: Sequence[Path],
    output: Path,
    *,
    titles: Mapping[Path, str] | None = None,
    exclude_documents: Collection[str] | Callable[[str], bool] = (),
    schema: Schema | None = None,
) -> BuildReport:
    """Compile vocabularies and other term indexes into one; a folder stands for the vocabulary files in it.

    Among concepts that fit a name equally, the linker prefers those of earlier inputs. Memory holds one batch
    of records and the equivalences; the rest is on disk. `output` is replaced when all went well.

    Args:
        inputs: files in any of the forms of `kgbuild.link.vocabularies`, term indexes, or folders of files.
        output: the index file.
        titles: how reports name the names of an input; by default by its file's name.
        exclude_documents: ids of annotated articles to leave out, or a test on the id.
        schema: names the labels that concepts may have; with another than the default one, inputs alone label them.

    Raises:
        InputError: an input can not be read, or there is not one name in all of them.
    """
    own = schema is not None and schema.fingerprint != load_schema().fingerprint
    rules = LabelRules(roots={}, beginnings={}, semantic_types={}) if own else label_rules()
    excluded = exclude_documents if callable(exclude_documents) else frozenset(exclude_documents).__contains__
    options = Options(
        labels=(schema or load_schema()).label_uris.keys(), semantic_types=rules.semantic_types, exclude=excluded
    )
    with replacing(output, through=True) as temporary:
        connection = sqlite3.connect(temporary, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("ATTACH '' AS stage")
            connection.executescript(SCHEMA + _STAGE)
            connection.execute("BEGIN")
            sources: list[str] = []
            reports = []
            for path in inputs:
                for file in _files(path):
                    title = (titles or {}).get(path, path.name)
                    reports.append(_stage(connection, len(sources), file, options))
                    sources += [title] * _sources(file)
            if not sum(report.names for report in reports):
                raise InputError(
                    "no name in any of the inputs",
                    file=", ".join(map(str, inputs)),
                    remedy="Give at least one vocabulary with names.",
                )
            refused = _join(connection, rules)
            fingerprint = _fingerprint(connection)
            meta = {"format": FORMAT, "fingerprint": fingerprint, "sources": json.dumps(sources)}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
            counts = {
                table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
                for table in ("concept", "name", "term", "node")
            }
            connection.commit()
        finally:
            connection.close()
    return BuildReport(
        output=output,
        fingerprint=fingerprint,
        inputs=tuple(reports),
        concepts=counts["concept"],
        names=counts["name"],
        terms=counts["term"],
        cliques=counts["node"],
        refused=refused,
    )


def _sources(path: Path) -> int:
    """How many numbers an input takes, so that the order within a term index is kept."""
    if not is_index(path):
        return 1
    with TermIndex.open(path) as index:
        return len(index.sources)


def _files(path: Path) -> list[Path]:
    if not path.is_dir() or is_taxdump(path):
        return [path]
    found = [
        item
        for item in sorted(path.rglob("*"))
        if item.is_file() and item.name.lower().removesuffix(".gz").endswith(_SUFFIXES)
    ]
    if not found:
        raise InputError("no vocabulary in this folder", file=str(path), remedy=f"Name files {_SUFFIXES}.")
    return found


def _stage(connection: sqlite3.Connection, source: int, path: Path, options: Options) -> InputReport:
    form, items = ("term index", read_index(path)) if is_index(path) else read_vocabulary(path, options)
    skipped: Counter[str] = Counter()
    rejects: list[Reject] = []
    records = names = rejected = 0
    batch: list[Entry] = []
    for item in _flushing(items, batch, connection, source):
        if isinstance(item, Entry):
            records += 1
            names += len(item.names)
        elif isinstance(item, Skipped):
            skipped[item.reason] += 1
        else:
            rejected += 1
            if len(rejects) < _KEPT_REJECTS:
                rejects.append(item)
    return InputReport(
        path=path,
        format=form,
        records=records,
        names=names,
        rejected=rejected,
        rejects=tuple(rejects),
        skipped=dict(skipped),
    )


def _flushing(
    items: Iterable[Item], batch: list[Entry], connection: sqlite3.Connection, source: int
) -> Iterator[Item]:
    """Pass the items on, writing the entries among them to the stage in batches."""
    for item in items:
        if isinstance(item, Entry):
            batch.append(item)
            if len(batch) >= _BATCH:
                _write(connection, batch, source)
                batch.clear()
        yield item
    _write(connection, batch, source)


def _write(connection: sqlite3.Connection, batch: Sequence[Entry], source: int) -> None:
    def insert(table: str, rows: Iterable[Sequence[Any]]) -> None:
        rows = list(rows)
        if rows:
            marks = ",".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO stage.{table} VALUES ({marks})", rows)  # noqa: S608

    named = [(e, n, n.text.strip(), key(n.text)) for e in batch for n in e.names]
    insert("name", [(e.uri, t, k, n.label, n.scope, n.count, source + e.source) for e, n, t, k in named if k])
    insert("label", [(standard(e.uri), e.label, source + e.source) for e in batch if e.label])
    insert("rank", [(standard(e.uri), e.rank) for e in batch if e.rank])
    insert("parent", [(standard(e.uri), parent) for e in batch for parent in e.parents])
    insert("alias", [(standard(e.uri), old) for e in batch for old in e.aliases])
    insert("same", [(standard(e.uri), other, source) for e in batch for other in e.equivalents])


def _join(connection: sqlite3.Connection, rules: LabelRules) -> int:
    """Fill the index's tables from the stage; returns how many equivalences were refused."""
    cliques, refused = _cliques(connection)
    join_by_name(connection, cliques, rules)
    canonical = cliques.freeze()
    connection.create_function("canonical", 1, lambda uri: canonical.get(uri, uri), deterministic=True)
    connection.create_function("curie", 1, lambda uri: to_curie(uri) or uri, deterministic=True)
    connection.create_function("by_beginning", 1, rules.by_beginning, deterministic=True)
    spelled = connection.execute("SELECT uri, min(source) FROM stage.name GROUP BY uri ORDER BY uri")
    connection.executemany(
        "INSERT INTO stage.spelled VALUES (?, ?, ?, ?)",
        ((uri, std, prefix(std), source) for uri, source in spelled for std in [standard(uri)]),
    )
    connection.executemany("INSERT INTO stage.same VALUES (?, ?, 0)", canonical.items())
    connection.execute(
        "INSERT INTO node (uri, curie, rank) SELECT uri, curie(uri), coalesce(rank, '') FROM ("
        "SELECT canonical(std) AS uri FROM stage.spelled UNION SELECT canonical(child) FROM stage.parent "
        "UNION SELECT canonical(parent) FROM stage.parent UNION SELECT canonical(other) FROM stage.same) "
        "LEFT JOIN (SELECT canonical(std) AS ranked, min(rank) AS rank FROM stage.rank GROUP BY 1) ON ranked = uri "
        "ORDER BY uri"
    )
    connection.executemany(
        "INSERT INTO member SELECT ?, id, ? FROM node WHERE uri = ?",
        sorted((uri, cliques.is_alias(uri), node) for uri, node in canonical.items() if uri != node),
    )
    connection.execute(
        "INSERT OR IGNORE INTO parent SELECT child.id, parent.id FROM stage.parent AS edge "
        "JOIN node AS child ON child.uri = canonical(edge.child) "
        "JOIN node AS parent ON parent.uri = canonical(edge.parent) "
        "WHERE child.id <> parent.id ORDER BY 1, 2"
    )
    _label_nodes(connection, rules, canonical)
    connection.executescript(_CONCEPTS_AND_NAMES)
    connection.executescript(INDICES)
    return refused


def _cliques(connection: sqlite3.Connection) -> tuple[Cliques, int]:
    cliques = Cliques(vocabulary_ranks())
    for uri, old in connection.execute("SELECT std, old FROM stage.alias ORDER BY rowid"):
        cliques.alias(uri, old)
    pairs = connection.execute("SELECT std, other FROM stage.same ORDER BY rowid")
    refused = sum(not cliques.same(uri, other) for uri, other in pairs)
    return cliques, refused


def _label_nodes(connection: sqlite3.Connection, rules: LabelRules, canonical: dict[str, str]) -> None:
    """Labels that inputs give, then those of most annotations, then by nearest root, then by vocabulary."""
    connection.execute(
        "INSERT OR IGNORE INTO stage.labelled SELECT node.id, label FROM stage.label "
        "JOIN node ON node.uri = canonical(std) ORDER BY source, stage.label.rowid"
    )
    connection.execute(
        "INSERT OR IGNORE INTO stage.labelled SELECT node, label FROM (SELECT node.id AS node, label, "
        "sum(count) AS seen FROM stage.name JOIN stage.spelled USING (uri) JOIN node ON node.uri = "
        "canonical(std) WHERE label <> '' GROUP BY node.id, label) ORDER BY node, seen DESC, label"
    )
    connection.executemany(
        "INSERT OR IGNORE INTO stage.reached SELECT id, ?, 0 FROM node WHERE uri = ?",
        ((label, canonical.get(root, root)) for root, label in rules.roots.items()),
    )
    connection.execute("CREATE INDEX stage.reached_by_depth ON reached (depth)")
    connection.execute("CREATE INDEX step ON parent (parent)")
    depth = 0
    while connection.execute(
        "INSERT OR IGNORE INTO stage.reached SELECT child, label, depth + 1 FROM stage.reached "
        "JOIN parent ON parent.parent = node WHERE depth = ? ORDER BY stage.reached.node, child",
        (depth,),
    ).rowcount:
        depth += 1
    connection.execute("DROP INDEX step")


_CONCEPTS_AND_NAMES = """
CREATE INDEX stage.name_by_uri ON name (uri);
INSERT INTO concept (uri, node, name, label, source, prefix)
  SELECT spelled.uri, node.id,
         (SELECT name FROM stage.name AS n WHERE n.uri = spelled.uri GROUP BY name
          ORDER BY min(scope), CASE min(scope) WHEN 0 THEN 0 ELSE -sum(count) END, min(n.rowid) LIMIT 1),
         coalesce(labelled.label, reached.label, by_beginning(node.uri)), source, prefix
  FROM stage.spelled JOIN node ON node.uri = canonical(std)
  LEFT JOIN stage.labelled ON labelled.node = node.id LEFT JOIN stage.reached ON reached.node = node.id
  ORDER BY spelled.uri;
INSERT INTO term (key) SELECT DISTINCT key FROM stage.name ORDER BY key;
INSERT INTO name (term, concept, name, label, scope, count, source)
  SELECT term.id, concept.id, n.name, CASE n.label WHEN '' THEN concept.label ELSE n.label END AS given,
         min(n.scope), sum(n.count), min(n.source)
  FROM stage.name AS n JOIN concept ON concept.uri = n.uri JOIN term ON term.key = n.key
  GROUP BY term.id, concept.id, n.name, given ORDER BY term.id, concept.id, n.name, given;
INSERT INTO usage SELECT name.label, prefix, sum(count) FROM name JOIN concept ON concept.id = name.concept
  WHERE name.count > 0 GROUP BY name.label, prefix;
INSERT INTO grams (rowid, key) SELECT id, ' ' || key || ' ' FROM term ORDER BY id;
INSERT INTO grams (grams) VALUES ('optimize');
CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'grams', 'row');
INSERT INTO gram SELECT term, doc FROM temp.vocabulary;
DROP TABLE temp.vocabulary;
"""


def _fingerprint(connection: sqlite3.Connection) -> str:
    """A hash of what the index says, whatever the paths and the time."""
    state = sha256(FORMAT.encode())
    for query in (
        "SELECT uri FROM node ORDER BY id",
        "SELECT * FROM member ORDER BY uri",
        "SELECT * FROM concept ORDER BY id",
        "SELECT key, concept, name, label, scope, count, source FROM name JOIN term ON term.id = term "
        "ORDER BY 1, 2, 3, 4",
        "SELECT * FROM parent ORDER BY 1, 2",
    ):
        for row in connection.execute(query):
            state.update(repr(row).encode())
    return state.hexdigest()[:32]
