from pathlib import Path

import bioc
import pytest
from bioc import biocxml, pubtator

from kgbuild.assemble.read import read_graph
from kgbuild.errors import InputError
from kgbuild.load.exports.documents import write_documents
from kgbuild.model import Annotated, Mention
from kgbuild.namespaces import encode_iri
from kgbuild.source.bioc import read_bioc
from kgbuild.source.jsonl import read_jsonl
from kgbuild.source.pubtator import read_pubtator


def export(tables: Path, path: Path, form: str) -> Path:
    with path.open("wb") as stream:
        write_documents(tables, stream, form=form)
    return path


def place(mention: Mention) -> tuple[str, int, int, str]:
    span = mention.span
    return span.section, span.start, span.end, mention.label


def spans(document: Annotated) -> set[tuple[str, int, int, str]]:
    return {place(mention) for mention in document.mentions}


def concepts(document: Annotated) -> set[str]:
    return {encode_iri(link.uri) for link in document.links if link.uri}


def claims(document: Annotated) -> set[tuple[object, ...]]:
    return {
        (place(r.subject), r.predicate, place(r.object), r.negated, r.speculative, r.direction)
        for r in document.relations
    }


def test_the_bioc_library_reads_bioc(tables: Path, tmp_path: Path) -> None:
    graph = {document.document.id: document for document in read_graph(tables)}
    with export(tables, tmp_path / "graph.xml", "bioc").open(encoding="utf-8") as stream:
        collection = biocxml.load(stream)
    assert len(collection.documents) == len(graph)
    for found in collection.documents:
        document: bioc.BioCDocument = found
        assert len(document.relations) == len(graph[document.id].relations)
        for passage in document.passages:
            for annotation in passage.annotations:
                location = annotation.total_span
                start = location.offset - passage.offset
                assert passage.text[start : start + location.length] == annotation.text


def test_bioc_gives_back_mentions_links_and_relations(tables: Path, tmp_path: Path) -> None:
    path = export(tables, tmp_path / "graph.xml", "bioc")
    graph, back = list(read_graph(tables)), list(read_bioc(path))
    assert len(graph) == len(back)
    for before, after in zip(graph, back, strict=True):
        assert isinstance(after, Annotated)
        assert after.document.sections[0] == before.document.sections[0]
        assert spans(after) == spans(before)
        assert claims(after) == claims(before)
        assert concepts(after) == concepts(before)


def test_the_bioc_library_reads_pubtator(tables: Path, tmp_path: Path) -> None:
    graph = {document.document.id: document for document in read_graph(tables)}
    with export(tables, tmp_path / "graph.pubtator", "pubtator").open(encoding="utf-8") as stream:
        found = {document.pmid: document for document in pubtator.load(stream)}
    assert set(found) == set(graph)
    assert all(len(found[pmid].annotations) == len(document.mentions) for pmid, document in graph.items())


def test_pubtator_gives_back_mentions_and_links(tables: Path, tmp_path: Path) -> None:
    path = export(tables, tmp_path / "graph.pubtator", "pubtator")
    for before, after in zip(read_graph(tables), read_pubtator(path), strict=True):
        assert isinstance(after, Annotated)
        assert spans(after) == spans(before)
        assert concepts(after) == concepts(before)
        assert {r.predicate for r in after.relations} == {r.predicate for r in before.relations}


def test_jsonl_gives_back_all(tables: Path, tmp_path: Path) -> None:
    path = export(tables, tmp_path / "graph.jsonl", "jsonl")
    assert list(read_jsonl(path)) == list(read_graph(tables))


def test_an_unknown_format_is_refused(tables: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown format"):
        export(tables, tmp_path / "x", "brat")
