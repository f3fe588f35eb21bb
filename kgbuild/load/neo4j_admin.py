"""A graph as CSV files for `neo4j-admin database import full`, the fast way into an empty database.

Nodes and relationships are those that `kgbuild.load.neo4j` writes, so that a load afterwards makes the constraints
and finds nothing else to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from kgbuild.errors import InputError
from kgbuild.files import replacing, write_text
from kgbuild.load.neo4j_rows import (
    ARTICLES,
    BROADER,
    CONCEPTS,
    DIRECT_PROPERTIES,
    EVIDENCE,
    GRAPH,
    HASH,
    KINDS,
    STATEMENTS,
    Kind,
    Row,
    direct_properties,
)
from kgbuild.load.scan import Scan
from kgbuild.progress import SILENT, Progress

# Between the items of a list: U+001F, the separator that ASCII has for this and that no text has a use for.
_SEPARATOR = "\x1f"
ARGUMENTS = "import.txt"
_STEP = 1_000
# Columns of each kind's nodes or relationships, as the import tool wants them named and typed.
_COLUMNS = {
    CONCEPTS: "uri curie name class rank synonyms:string[] wordings:string[] wordingMentions:long[] nameKeys:string[]"
    " equivalents:string[] mentions:long articles:long statements:long",
    ARTICLES: "uri pmid title retracted:boolean study year:long journal doi pmcid standing work design"
    " participants:long studyFacets:string[] publicationTypes:string[]",
    STATEMENTS: "uri name predicate subjectClass objectClass belief:double supporting:long refuting:long"
    " speculating:long articles:long works:long asked:long increase:long decrease:long more:long"
    " less:long raises:long lowers:long worsens:long"
    " improves:long human:long background:boolean conflict:boolean direct:boolean"
    " firstYear:long lastYear:long",
    EVIDENCE: "uri subjectUri subjectSection subjectStart:long subjectEnd:long subjectText objectUri objectSection"
    " objectStart:long objectEnd:long objectText score:double negated:boolean speculative:boolean direction claim"
    " finding:boolean study review:boolean run firstSentence secondSentence",
    BROADER: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminReport:
    """What was written: the folder, and how many nodes and relationships its files hold."""

    path: Path
    nodes: int
    relationships: int


def export_neo4j_admin(
    tables: Path, target: Path, *, graph: str = "kgbuild", progress: Progress = SILENT
) -> AdminReport:
    """Write a finished graph's tables as files for the import tool.

    In the folder, `neo4j-admin database import full neo4j @import.txt` reads them.

    Args:
        tables: the folder of a published graph.
        target: the folder to make; it must not exist.
        graph: the name that everything written carries.
        progress: is told of stages and rows.

    Raises:
        InputError: `target` exists, or a text holds the character U+001F.
        GraphError: a table is missing.
    """
    if target.exists():
        raise InputError("exists already", file=str(target), remedy="Remove it, or give another folder.")
    with replacing(target, through=True) as fresh, Scan(tables) as scan:
        fresh.mkdir()
        with ExitStack() as stack:
            files = _Files(fresh, graph, stack)
            for kind in KINDS:
                progress.start(f"Writing {kind.name}", kind.count(scan), unit=kind.name)
                for number, row in enumerate(kind.rows(scan), 1):
                    files.write(kind, row)
                    if number % _STEP == 0:
                        progress.advance(_STEP)
        write_text(fresh / ARGUMENTS, files.arguments())
    return AdminReport(path=target, nodes=files.nodes, relationships=files.relationships)


class _Files:
    """Open files of nodes and relationships, a header and data for each."""

    def __init__(self, folder: Path, graph: str, stack: ExitStack) -> None:
        self._graph = graph
        self._folder = folder
        self._stack = stack
        self._options: list[str] = []
        # The node that names the graph is one more.
        self.nodes = 1
        self.relationships = 0
        self._main = {kind: self._of(kind) for kind in KINDS}
        direct = " ".join(column for column in _COLUMNS[STATEMENTS].split() if _name(column) in DIRECT_PROPERTIES)
        columns = f":START_ID(Concept) :END_ID(Concept) :TYPE id {GRAPH} {direct}"
        self._direct = self._open("direct", "--relationships", columns)
        self._subject = self._link("SUBJECT", "Association", "Concept", GRAPH)
        self._object = self._link("OBJECT", "Association", "Concept", GRAPH)
        self._evidence_of = self._link("EVIDENCE_OF", "Evidence", "Association", GRAPH)
        self._from_article = self._link("FROM_ARTICLE", "Evidence", "Article", GRAPH)
        graphs = self._open("graph", "--nodes=KgbuildGraph", f"{GRAPH}:ID(KgbuildGraph) complete:boolean")
        graphs.write(_line([graph, True]))

    def _of(self, kind: Kind) -> TextIO:
        own = f"{GRAPH} {HASH}"
        if kind is BROADER:
            return self._link(kind.label, "Concept", "Concept", f"id {own}")
        label = ":LABEL" if kind is CONCEPTS else ""
        return self._open(kind.file, f"--nodes={kind.label}", f"id:ID({kind.label}) {own} {label} {_COLUMNS[kind]}")

    def write(self, kind: Kind, row: Row) -> None:
        """Write a row, and the relationships that follow from it."""
        own: list[str | None] = [row.id, self._graph, row.hash]
        values = _values(row.properties, kind)
        if kind is BROADER:
            self._relate(self._main[BROADER], row.ends["child"], row.ends["parent"], own)
            return
        if kind is CONCEPTS:
            own.append(row.ends.get("class"))
        self._main[kind].write(_line([*own, *values]))
        self.nodes += 1
        if kind is STATEMENTS:
            subject, object_ = row.ends["subject"], row.ends["object"]
            self._relate(self._subject, row.id, subject, [self._graph])
            self._relate(self._object, row.id, object_, [self._graph])
            if row.properties["direct"]:
                more = _values(direct_properties(row.properties), kind)
                self._relate(self._direct, subject, object_, [row.ends["type"], row.id, self._graph, *more])
        elif kind is EVIDENCE:
            self._relate(self._evidence_of, row.id, row.ends["statement"], [self._graph])
            self._relate(self._from_article, row.id, row.ends["article"], [self._graph])

    def arguments(self) -> str:
        """The import tool's options, one a line; paths are relative to the folder."""
        options = [
            *self._options,
            "--array-delimiter=U+001F",
            "--multiline-fields=true",
            "--bad-tolerance=0",
        ]
        return "".join(f"{option}\n" for option in options)

    def _relate(self, file: TextIO, start: str, end: str, values: Iterable[object]) -> None:
        file.write(_line([start, end, *values]))
        self.relationships += 1

    def _link(self, name: str, start: str, end: str, columns: str) -> TextIO:
        return self._open(name.lower(), f"--relationships={name}", f":START_ID({start}) :END_ID({end}) {columns}")

    def _open(self, name: str, option: str, columns: str) -> TextIO:
        write_text(self._folder / f"{name}-header.csv", ",".join(columns.split()) + "\n")
        self._options.append(f"{option}={name}-header.csv,{name}.csv")
        return self._stack.enter_context((self._folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))


def _values(properties: Mapping[str, Any], kind: Kind) -> list[Any]:
    """The properties that there are, in the columns' order."""
    names = map(_name, _COLUMNS[kind].split())
    return [properties[name] for name in names if name in properties]


def _name(column: str) -> str:
    return column.partition(":")[0]


def _line(values: Iterable[object]) -> str:
    return ",".join(map(_cell, values)) + "\n"


def _cell(value: object) -> str:
    """A field: empty where there is no value, in quotes where it is a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    items = [str(item) for item in value] if isinstance(value, list) else [str(value)]
    if any(_SEPARATOR in item for item in items):
        raise InputError(
            f"{items!r} holds the control character U+001F, which separates values in the import tool's files",
            remedy="Remove it from the source, or use kgbuild load neo4j.",
        )
    return '"' + _SEPARATOR.join(items).replace('"', '""') + '"'
