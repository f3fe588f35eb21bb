"""A small graph: articles written here, a term index of a few concepts, and the parts made from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kgbuild.assemble.build import build_tables
from kgbuild.assemble.evidence import evidence_rows, mention_rows
from kgbuild.assemble.parts import FOUND, Result, documents_key, write_annotations, write_documents, write_table
from kgbuild.assemble.workspace import Unit, Workspace
from kgbuild.files import digest
from kgbuild.link.build import build_index
from kgbuild.link.index import TermIndex
from kgbuild.model import (
    Annotated,
    Document,
    Link,
    Mention,
    PublicationDate,
    Relation,
    Section,
    SectionName,
    Span,
    Study,
)
from kgbuild.schema import load_schema
from kgbuild.source.standing import settle
from kgbuild.tables import MENTIONS

OBO = "http://purl.obolibrary.org/obo/"
PARKINSON = OBO + "MONDO_0005180"
NEURODEGENERATIVE = OBO + "MONDO_0005559"
LACTOBACILLUS = OBO + "NCBITaxon_1578"
BUTYRATE = OBO + "CHEBI_17968"
GABA = OBO + "CHEBI_16865"
LEXICON = """curie\tname\tlabel\tsynonyms\tparents\tsource
MONDO:0005180\tParkinson disease\tDDF\tPD\tMONDO:0005559\tMONDO
MONDO:0005559\tneurodegenerative disease\tDDF\t\t\tMONDO
NCBITaxon:1578\tLactobacillus\tbacteria\t\t\tNCBITaxon
CHEBI:17968\tbutyrate\tchemical\t\t\tChEBI
CHEBI:16865\tGABA\tchemical\t\t\tChEBI
"""


def document(pmid: str, title: str, abstract: str = "", **fields: Any) -> Document:
    sections = (Section(name="title", text=title), Section(name="abstract", text=abstract))
    year = fields.pop("year", 2020)
    return settle(Document(id=pmid, sections=sections, date=PublicationDate(year=year, text=str(year)), **fields))


def mention(of: Document, text: str, label: str, section: SectionName = "title") -> Mention:
    start = of.text(section).index(text)
    return Mention(span=Span(section=section, start=start, end=start + len(text)), text=text, label=label)


def annotated(of: Document, *relations: Relation, uris: dict[str, str]) -> Annotated:
    """A document with relations, their mentions, and links by the mentions' texts."""
    mentions = tuple(dict.fromkeys(end for r in relations for end in (r.subject, r.object)))
    links = tuple(
        Link(mention=m, uri=uris.get(m.text), canonical=uris.get(m.text), score=1.0, method="exact") for m in mentions
    )
    return Annotated(document=of, mentions=mentions, relations=relations, links=links)


class Shelf:
    """What tests write their own articles with."""

    PARKINSON, NEURODEGENERATIVE, LACTOBACILLUS = PARKINSON, NEURODEGENERATIVE, LACTOBACILLUS
    BUTYRATE, GABA = BUTYRATE, GABA
    document = staticmethod(document)
    mention = staticmethod(mention)
    annotated = staticmethod(annotated)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@dataclass
class Graph:
    """A folder of parts that grows by units, and the tables that they give."""

    root: Path
    index: TermIndex
    units: list[Unit] = field(default_factory=list)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, documents: Sequence[Annotated], deletions: tuple[str, ...] = ()) -> None:
        workspace = Workspace(self.root)
        plain = [item.document for item in documents]
        key = documents_key(plain)
        annotations, links = self.keys(key)
        write_documents(workspace.part("documents", key), plain)
        results = [Result(annotated=item, study=Study(kind="human")) for item in documents]
        write_annotations(workspace.part("annotations", annotations), results)
        mentions = [row for item in documents for row in mention_rows(item)]
        write_table(workspace.part("mentions", links), mentions, MENTIONS)
        schema = load_schema()
        rows = [
            row
            for item in documents
            for row in evidence_rows(item, study=Study(kind="human"), schema=schema, run="test")
        ]
        write_table(workspace.part("evidence", links), rows, FOUND)
        unit = Unit(
            number=len(self.units) + 1,
            key=str(len(self.units)),
            name="test",
            query="",
            parts=(key,) if documents else (),
            deletions=deletions,
            taken=len(documents),
            filtered=0,
            rejects=(),
        )
        self.units.append(unit)

    def keys(self, documents: str) -> tuple[str, str]:
        return digest("a", documents), digest("l", documents)

    def build(self, threshold: float = 0.5) -> dict[str, list[dict[str, Any]]]:
        folder = self.root / f"tables{len(list(self.root.glob('tables*')))}"
        self.counts, self.failures = build_tables(
            Workspace(self.root),
            self.units,
            folder,
            keys=self.keys,
            index=self.index,
            schema=load_schema(),
            threshold=threshold,
        )
        self.folder = folder
        return {path.stem: pq.read_table(path).to_pylist() for path in folder.glob("*.parquet")}


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    return Graph(tmp_path / "kg", index_of(tmp_path))


def index_of(folder: Path) -> TermIndex:
    lexicon = folder / "lexicon.tsv"
    lexicon.write_text(LEXICON)
    build_index([lexicon], folder / "terms.sqlite")
    return TermIndex.open(folder / "terms.sqlite")


Claim = Callable[..., Annotated]


@pytest.fixture
def claim() -> Claim:
    """`claim(pmid, score=…)`: an article of `record`'s fields by which Parkinson's disease changes Lactobacillus."""

    def make(
        pmid: str,
        *,
        version: int = 1,
        year: int = 2020,
        retracted: bool = False,
        record: dict[str, Any] | None = None,
        **said: Any,
    ) -> Annotated:
        text = "Lactobacillus was altered in PD."
        fields = {"version": version, "year": year, "retracted": retracted} | (record or {})
        of = document(pmid, fields.pop("title", text), fields.pop("abstract", text), **fields)
        relation = Relation(
            subject=mention(of, "PD", "DDF", "abstract" if of.text("abstract") else "title"),
            predicate="change abundance",
            object=mention(of, "Lactobacillus", "bacteria", "abstract" if of.text("abstract") else "title"),
            **said,
        )
        return annotated(of, relation, uris={"PD": PARKINSON, "Lactobacillus": LACTOBACILLUS})

    return make
