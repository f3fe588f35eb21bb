"""The Python face: a graph as data frames, questions and exports; `import kgbuild` gives all of it.

```python
import kgbuild

graph = kgbuild.open("kg")
graph.statements(min_belief=0.5)  # a pandas DataFrame
graph.query("microbes-changed-in-disorder", disorder="depression")
print(kgbuild.annotate_text("Inulin raised Akkermansia in mice.").relations)
```

The command line calls the same functions. Imports are lazy, so that `import kgbuild` costs little.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyarrow as pa

    from kgbuild.model import Annotated
    from kgbuild.query.dossier import Conflict
    from kgbuild.query.results import Table
    from kgbuild.query.shown import Shown
    from kgbuild.schema import Schema

__all__ = ["Graph", "annotate_text", "ingest", "open"]


class Graph:
    """A graph that `kgbuild ingest` made, read-only. What is published when a method is called is read.

    Args:
        folder: the folder given as `--kg`.

    Raises:
        GraphError: there is no graph in it.
    """

    def __init__(self, folder: str | Path) -> None:
        from kgbuild.assemble.workspace import Workspace

        self.folder = Path(folder)
        self._workspace = Workspace(self.folder)
        self._workspace.current()

    @property
    def tables(self) -> Path:
        """The folder of the published tables."""
        return self._workspace.current()

    @property
    def info(self) -> dict[str, Any]:
        """The facts that `kgbuild info` shows."""
        from kgbuild.assemble.workspace import read_json

        return read_json(self.tables / "info.json")

    @property
    def schema(self) -> Schema:
        """Labels, predicates and legal pairs that the graph was built with."""
        from kgbuild.schema import graph_schema

        return graph_schema(self.tables)

    def arrow(self, table: str, *, min_belief: float = 0.0) -> pa.Table:
        """A table as Arrow: articles, mentions, evidence, statements or concepts; `docs/tables.md` has the columns.

        Args:
            table: its name.
            min_belief: least belief of statements.

        Raises:
            InputError: there is no such table.
        """
        import pyarrow.compute as pc
        import pyarrow.dataset as ds

        from kgbuild.errors import InputError
        from kgbuild.tables import TABLES

        if table not in TABLES:
            raise InputError(f"no table is called {table!r}", remedy=f"There are: {', '.join(TABLES)}.")
        data = ds.dataset(self.tables / f"{table}.parquet", format="parquet", partitioning=None)
        chosen = pc.field("belief") >= min_belief if table == "statements" and min_belief else None
        return data.to_table(filter=chosen)

    def articles(self) -> pd.DataFrame:
        """One row an article."""
        return _frame(self.arrow("articles"))

    def mentions(self) -> pd.DataFrame:
        """One row a mention, with its concept."""
        return _frame(self.arrow("mentions"))

    def evidence(self) -> pd.DataFrame:
        """One row for each relation in an article."""
        return _frame(self.arrow("evidence"))

    def statements(self, *, min_belief: float = 0.0) -> pd.DataFrame:
        """One row a statement, with the names of its ends beside their URIs."""
        frame = _frame(self.arrow("statements", min_belief=min_belief))
        names = _frame(self.arrow("concepts").select(["uri", "name"])).set_index("uri")["name"]
        for place, role in ((1, "subject"), (5, "object")):
            frame.insert(place + (role == "object"), f"{role}_name", frame[role].map(names))
        return frame

    def concepts(self) -> pd.DataFrame:
        """One row a concept, the broader ones that no article mentions included."""
        return _frame(self.arrow("concepts"))

    def query(
        self, name: str, *, narrower: bool = False, timeout: float = 60.0, **parameters: object
    ) -> pd.DataFrame:
        """The rows of a named query (`docs/queries.md`); its notes are in the frame's `attrs["notes"]`.

        Args:
            name: the query, such as "microbes-changed-in-disorder".
            narrower: take narrower concepts as well.
            timeout: seconds.
            parameters: by name; concepts as names, CURIEs or URIs.

        Raises:
            InputError: the query or a parameter is unknown, missing or not what it must be.
            AmbiguousError: a name may mean several concepts.
        """
        from kgbuild.query.ask import run_named
        from kgbuild.query.named import load_query
        from kgbuild.query.runners import StoreRunner

        values = {
            key: str(value).lower() if value in (True, False) else str(value) for key, value in parameters.items()
        }
        question = load_query(name)
        with StoreRunner(self.tables / "rdf", timeout) as runner:
            return _rows(run_named(question, values, runner, narrower=narrower, schema=self.schema))

    def sparql(self, query: str, *, timeout: float = 60.0) -> pd.DataFrame:
        """The rows of a SPARQL SELECT, or the one value of an ASK.

        Raises:
            InputError: the query is broken, or does more than read.
            KgbuildError: it took too long, or has too many rows.
        """
        from kgbuild.query.runners import StoreRunner

        with StoreRunner(self.tables / "rdf", timeout) as runner:
            return _rows(runner.run(query))

    def show(self, concept: str, other: str | None = None, **options: Any) -> Shown:
        """What `kgbuild show` prints, as an object; options as `kgbuild.query.show.show` takes them."""
        from kgbuild.query.show import show

        return show(self.tables, concept, other, **options)

    def conflicts(self, concept: str, other: str | None = None, **options: Any) -> tuple[Conflict, ...]:
        """What contradicts itself about a concept, or between two; see `kgbuild.query.dossier.conflicts`."""
        from kgbuild.query.dossier import conflicts

        return conflicts(self.tables, concept, other, **options)

    def networkx(self, *, min_belief: float = 0.0) -> nx.MultiDiGraph[str]:
        """Statements as the edges of a directed multigraph, concepts as its nodes, by URI.

        Nodes have `name` and `label`; edges have the statements' columns, and their ids as keys.
        """
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        rows = self.arrow("statements", min_belief=min_belief).to_pylist()
        ends = {row[role] for row in rows for role in ("subject", "object")}
        for concept in self.arrow("concepts").select(["uri", "name", "label"]).to_pylist():
            if concept["uri"] in ends:
                graph.add_node(concept["uri"], name=concept["name"], label=concept["label"])
        for row in rows:
            graph.add_edge(row.pop("subject"), row.pop("object"), key=row.pop("id"), **row)
        return graph

    def export(self, form: str, output: str | Path | BinaryIO, *, reproducible: bool = False) -> None:
        """Write the graph: nquads, trig, turtle, jsonld, graphml, csv, or kgx (a folder).

        Raises:
            InputError: the form is unknown, or what is there cannot be replaced.
        """
        from kgbuild.load.exports import export
        from kgbuild.load.exports.kgx import write_kgx
        from kgbuild.load.rdf import run_of

        target = Path(output) if isinstance(output, str) else output
        if form == "kgx" and isinstance(target, Path):
            write_kgx(self.tables, target)
            return
        export(form, self.tables, target, run=run_of(self.info), reproducible=reproducible)

    def __repr__(self) -> str:
        facts = self.info
        articles, statements = facts["documents"]["stored"], facts["statements"]
        return f"Graph({str(self.folder)!r}: {articles:,} articles, {statements:,} statements)"

    def _repr_html_(self) -> str:
        facts = self.info
        names = ("statements", "evidence", "mentions", "concepts", "conflicts")
        cells = [("articles", facts["documents"]["stored"]), *((name, facts[name]) for name in names)]
        rows = "".join(f"<tr><th>{name}</th><td>{count:,}</td></tr>" for name, count in cells)
        return f"<table><caption>{escape(str(self.folder))}</caption>{rows}</table>"


def open(folder: str | Path) -> Graph:  # noqa: A001 - kgbuild.open is what it is
    """The graph in a folder; see `Graph`."""
    return Graph(folder)


def ingest(
    folder: str | Path,
    *,
    query: str | None = None,
    sources: Sequence[str | Path] = (),
    limit: int | None = None,
    rebuild: bool = False,
    **settings: Any,
) -> Graph:
    """Read articles into the graph in a folder, as `kgbuild ingest` does, and give the graph.

    Args:
        folder: made if it is not there.
        query: a PubMed query; without `sources` PubMed is asked.
        sources: files or folders to read.
        limit: most articles.
        rebuild: give the folder this configuration, and read all its articles again.
        settings: as in `docs/configuration.md`.

    Raises:
        KgbuildError: what the command would report.
    """
    from kgbuild.config import load_settings
    from kgbuild.errors import InputError
    from kgbuild.pipeline import ingest as run
    from kgbuild.source.eutils import settings_from_environment
    from kgbuild.source.files import open_source
    from kgbuild.source.live import search_pubmed
    from kgbuild.source.search import parse_query

    if not sources and not query and not rebuild:
        raise InputError("nothing to read: give query, sources or both")
    root, chosen = Path(folder), load_settings(None, **settings)
    if sources:
        files = open_source([Path(source) for source in sources])
        parsed = parse_query(query) if query else None
        run(root, files, chosen, query=parsed, limit=limit, rebuild=rebuild)
    else:
        found = search_pubmed(query, root, settings=settings_from_environment(), limit=limit) if query else ()
        run(root, found, chosen, rebuild=rebuild)
    return Graph(root)


def annotate_text(text: str, *, title: str = "", **settings: Any) -> Annotated:
    """The mentions, links and relations of one text, as the default extractor finds them.

    Args:
        text: an abstract, or a sentence.
        title: the article's title, where it has one.
        settings: as in `docs/configuration.md`; `extractor="dictionary"` needs no model.

    Raises:
        KgbuildError: the extractor fails at the text.
    """
    from kgbuild.config import load_settings
    from kgbuild.errors import KgbuildError
    from kgbuild.model import Annotated, Document, Reject
    from kgbuild.source.annotated import sections
    from kgbuild.stages import Stages

    def fail(reject: Reject) -> None:
        raise KgbuildError(f"the text could not be annotated: {reject.cause}")

    stages = Stages(load_settings(None, **settings))
    document = Annotated(document=Document(id="text", sections=sections(title, text)))
    return next(stages.stream([document], keep_mentions=False, failed=fail))


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _rows(table: Table) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(table.rows, columns=builtins.list(table.columns))
    frame.attrs["notes"] = table.notes
    return frame
