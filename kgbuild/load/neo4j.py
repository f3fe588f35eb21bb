"""Loading a graph into Neo4j: only what differs from what stands there is written.

Both sides are read by id, side by side, so that memory does not grow with the graph. Each batch is one transaction,
which writes nodes together with the relationships that follow from them; what is gone is removed when nothing refers
to it any more. So a load that is killed leaves whole rows, and the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString
from uuid import uuid4

from kgbuild.errors import GraphError, RemoteError
from kgbuild.load.neo4j_rows import (
    ARTICLES,
    BROADER,
    CONCEPTS,
    EVIDENCE,
    GRAPH,
    HASH,
    KINDS,
    STATEMENTS,
    Kind,
    Row,
    class_labels,
    direct_properties,
    predicate_types,
)
from kgbuild.load.neo4j_server import Neo4jSettings, connected, session, statement, statements, translated
from kgbuild.load.neo4j_streams import ahead, side_by_side
from kgbuild.load.neo4j_writers import Work, Writers
from kgbuild.load.scan import Scan
from kgbuild.progress import SILENT, Progress
from kgbuild.schema import Schema, load_schema

if TYPE_CHECKING:
    from neo4j import ManagedTransaction, Session

BATCH = 2_000
_PAGE = 10_000
_STEP = 1_000
Records = list[dict[str, Any]]
_Run = Callable[..., Records]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a load did with the rows of one kind. `kept`: gone, but held by relationships of other data."""

    created: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did, by kind: concepts, broader relationships, articles, statements, evidence."""

    graph: str
    kinds: dict[str, Counts]

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return any(c.created or c.updated or c.removed for c in self.kinds.values())


def load_neo4j(
    tables: Path,
    settings: Neo4jSettings,
    *,
    graph: str = "kgbuild",
    progress: Progress = SILENT,
    batch: int = BATCH,
) -> LoadReport:
    """Make a graph in a Neo4j database equal to a finished graph's tables.

    Args:
        tables: the folder of a published graph.
        settings: the server.
        graph: the name that everything written carries; what does not carry it is never touched.
        progress: is told of stages and rows.
        batch: rows in a transaction.

    Raises:
        RemoteError: no server, a wrong password, an old version, a read-only database, another load of this graph.
        GraphError: a table is missing, or a row refers to one that is not there.
        InputError: a concept's URI can not be made an IRI.
    """
    with Scan(tables) as scan, _loading(settings, scan.schema, graph, progress, batch) as load:
        return load.run(scan)


def remove_neo4j(settings: Neo4jSettings, *, graph: str = "kgbuild", progress: Progress = SILENT) -> LoadReport:
    """Remove a graph from a Neo4j database, and nothing else; raises as `load_neo4j` does."""
    with _loading(settings, load_schema(), graph, progress, BATCH) as load:
        return load.run(None)


@contextmanager
def _loading(settings: Neo4jSettings, schema: Schema, graph: str, progress: Progress, batch: int) -> Iterator[_Load]:
    with connected(settings) as driver:
        from neo4j import GraphDatabase

        bookmarks = GraphDatabase.bookmark_manager()
        with (
            session(driver, settings, write=True, bookmarks=bookmarks) as opened,
            Writers(driver, settings, bookmarks) as writers,
        ):
            yield _Load(opened, writers, settings, schema, graph, progress, batch)


class _Load:
    """One load; it takes the graph over before it first writes."""

    def __init__(
        self,
        opened: Session,
        writers: Writers,
        settings: Neo4jSettings,
        schema: Schema,
        graph: str,
        progress: Progress,
        batch: int,
    ) -> None:
        self._session = opened
        self._writers = writers
        self._settings = settings
        self._schema = schema
        self._graph = graph
        self._progress = progress
        self._batch = batch
        self._loader = uuid4().hex
        self._begun = False
        # The token of the graph's last load, before this one.
        self._seen = ""

    def run(self, scan: Scan | None) -> LoadReport:
        """Make the graph equal to the tables, or remove it where there are none."""
        with translated(self._settings):
            self._prepare(removing=scan is None)
            counts = {kind.name: self._merge(kind, scan) for kind in KINDS}
            # Evidence refers to statements and articles, and these to concepts: what is referred to goes last.
            for kind in (STATEMENTS, ARTICLES, CONCEPTS):
                if counts[kind.name].removed:
                    counts[kind.name] = self._remove(kind, scan, counts[kind.name])
            if self._begun:
                self._write(lambda run: run("finish" if scan else "delete_graph", {"loader": self._loader}))
        return LoadReport(graph=self._graph, kinds=counts)

    def _prepare(self, *, removing: bool) -> None:
        """Constraints first; then see what stands in the database, and whether an earlier load was cut off."""
        types = predicate_types(self._schema).values()
        for text in (*statements("constraints"), *(statement("constraint_direct", PREDICATE=t) for t in types)):
            self._session.run(text).consume()
        known = {}
        for record in self._session.run(statement("state")):
            known[record["graph"]] = record["complete"]
            if record["graph"] == self._graph:
                self._seen = record["loader"]
        if not known and self._session.run("MATCH (n) RETURN 1 LIMIT 1").peek() is not None:
            self._progress.note("The database holds other data too; it stays as it is.")
        if self._graph in known if removing else not known.get(self._graph):
            self._begin()

    def _merge(self, kind: Kind, scan: Scan | None) -> Counts:
        """Write what is new or changed. What is gone is removed if nothing refers to it, else only counted."""
        ours = ahead(kind.rows(scan), self._batch) if scan else iter(())
        self._progress.start(f"Loading {kind.name}", kind.count(scan) if scan else None, unit=kind.name)
        created = updated = unchanged = removed = kept = seen = 0
        pending: list[tuple[Row, bool]] = []
        gone: list[str] = []
        for identifier, row, stored in side_by_side(ours, self._stored(kind)):
            if row is None:
                if not stored:
                    kept += 1
                elif kind not in (BROADER, EVIDENCE):
                    removed += 1
                else:
                    gone.append(identifier)
            elif stored == row.hash:
                unchanged += 1
            else:
                created += stored is None
                updated += stored is not None
                pending.append((row, stored is None))
            seen += 1
            if seen % _STEP == 0:
                self._progress.advance(_STEP)
            if len(pending) == self._batch:
                self._put(kind, pending)
                pending = []
            if len(gone) == self._batch:
                deleted = self._delete(kind, gone)
                removed, kept, gone = removed + deleted, kept + len(gone) - deleted, []
        self._put(kind, pending)
        self._writers.settle()
        deleted = self._delete(kind, gone)
        self._progress.advance(seen % _STEP)
        return Counts(
            created=created,
            updated=updated,
            removed=removed + deleted,
            unchanged=unchanged,
            kept=kept + len(gone) - deleted,
        )

    def _remove(self, kind: Kind, scan: Scan | None, counted: Counts) -> Counts:
        """Remove the nodes of a kind that the tables do not hold."""
        self._progress.start(f"Removing {kind.name}", counted.removed, unit=kind.name)
        ours = kind.identifiers(scan) if scan else iter(())
        gone = (i for i, row, stored in side_by_side(ours, self._stored(kind)) if row is None and stored)
        removed = 0
        while ids := list(islice(gone, self._batch)):
            removed += self._delete(kind, ids)
            self._progress.advance(len(ids))
        return replace(counted, removed=removed, kept=counted.kept + counted.removed - removed)

    def _stored(self, kind: Kind) -> Iterator[tuple[str, str]]:
        """Ids and hashes of what stands in the database, by id; the hash is empty for what other data keeps there."""
        text = statement("page_broader") if kind is BROADER else statement("page_nodes", NODE=kind.label)
        after = ""
        while True:
            values = {"graph": self._graph, "after": after, "size": _PAGE}
            page = self._session.execute_read(_answer, text, values)
            yield from ((record["id"], record["hash"] or "") for record in page)
            if len(page) < _PAGE:
                return
            after = page[-1]["id"]

    def _put(self, kind: Kind, pending: Sequence[tuple[Row, bool]]) -> None:
        """Begin to write rows and the relationships that follow from them, in one transaction."""
        if not pending:
            return
        # Nobody else has written this graph since it was read: what was not there then is not there now.
        create = kind in (STATEMENTS, EVIDENCE)
        new = [_whole(parameter(kind, row), self._graph) for row, is_new in pending if is_new and create]
        other = [parameter(kind, row) for row, is_new in pending if not (is_new and create)]

        def work(run: _Run) -> None:
            if new:
                _expect(run(f"create_{kind.file}", {"rows": new}), len(new), kind)
            if not other:
                return
            ids = [row["id"] for row in other]
            if kind is EVIDENCE:
                run("unlink_nodes", {"ids": ids}, NODE=kind.label)
            elif kind is STATEMENTS:
                run("delete_direct", {"ids": ids})
            values = {"rows": other, "classes": list(class_labels(self._schema).values())}
            _expect(run(f"merge_{kind.file}", values), len(other), kind)

        self._writers.write(self._guarded(work, overlapping=True))

    def _delete(self, kind: Kind, ids: Sequence[str]) -> int:
        """Remove rows by id and return how many are gone; nodes that other data holds are kept and marked."""
        if not ids:
            return 0
        removed = 0

        def work(run: _Run) -> None:
            nonlocal removed
            if kind is BROADER:
                removed = run("delete_broader", {"ids": ids})[0]["removed"]
                return
            if kind is STATEMENTS:
                run("delete_direct", {"ids": ids})
            run("unlink_nodes", {"ids": ids}, NODE=kind.label)
            removed = run("delete_nodes", {"ids": ids}, NODE=kind.label)[0]["removed"]
            if removed < len(ids):
                run("keep_nodes", {"ids": ids}, NODE=kind.label)

        self._write(work)
        return removed

    def _begin(self) -> None:
        def take(transaction: ManagedTransaction) -> None:
            values = {"graph": self._graph, "loader": self._loader, "seen": self._seen}
            if not _answer(transaction, statement("begin"), values):
                raise self._taken()

        self._session.execute_write(take)
        self._begun = True

    def _write(self, work: Callable[[_Run], object]) -> None:
        """Do work in one managed transaction, if the graph is still this load's to write.

        Batches that are under way are waited for: they may hold what this work needs, and need what it holds.
        """
        self._writers.settle()
        self._session.execute_write(self._guarded(work))

    def _guarded(self, work: Callable[[_Run], object], *, overlapping: bool = False) -> Work:
        """The work and the fence that sees to it; last where it waits until the batch before is committed."""
        from neo4j.exceptions import ConstraintError

        if not self._begun:
            self._begin()

        def guarded(transaction: ManagedTransaction) -> None:
            def run(name: str, values: dict[str, Any], **identifiers: str) -> Records:
                return _answer(transaction, statement(name, **identifiers), {"graph": self._graph, **values})

            def fence() -> None:
                if not run("fence", {"loader": self._loader}):
                    raise self._taken()

            if not overlapping:
                fence()
            try:
                work(run)
            except ConstraintError as error:
                raise self._taken() from error
            except GraphError:
                fence()
                raise
            if overlapping:
                fence()

        return guarded

    def _taken(self) -> RemoteError:
        return RemoteError(
            f"another load of graph {self._graph!r} has begun", remedy="Let it end, then run this one again."
        )


def parameter(kind: Kind, row: Row) -> dict[str, Any]:
    """A row as its Cypher takes it; a statement with the properties of its relationship, if it is shown as one."""
    value: dict[str, Any] = {"id": row.id, "properties": {**row.properties, HASH: row.hash}, **row.ends}
    if kind is STATEMENTS:
        value["shown"] = [direct_properties(row.properties)] if row.properties["direct"] else []
    return value


def _whole(value: dict[str, Any], graph: str) -> dict[str, Any]:
    """A row whose properties are all that its node and its direct relationship will have."""
    for properties in (value["properties"], *value.get("shown", ())):
        properties.update({GRAPH: graph, "id": value["id"]})
    return value


def _expect(answer: Records, wanted: int, kind: Kind) -> None:
    written = answer[0]["written"]
    if written != wanted:
        raise GraphError(
            f"{wanted - written} of {wanted} {kind.name} refer to a concept, statement or article in no table",
            remedy="Build the graph again from its sources, then load it.",
        )


def _answer(transaction: ManagedTransaction, text: LiteralString, values: dict[str, Any]) -> Records:
    return transaction.run(text, values).data()
