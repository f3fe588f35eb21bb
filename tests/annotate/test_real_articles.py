"""The whole annotator on real articles, with the lexicon that the project ships."""

import time
from itertools import islice
from pathlib import Path

from kgbuild.annotate.compose import compose
from kgbuild.annotate.cooccurrence import CooccurrenceExtractor
from kgbuild.annotate.dictionary import DictionaryTagger
from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.model import Document
from kgbuild.schema import load_schema
from kgbuild.source.pubmed import PubMedFile

SECONDS_FOR_ALL, ALL = 12, 1656


def test_articles_are_annotated_fast_and_alike_each_time(shared: Path) -> None:
    path = sorted((shared / "data" / "pubmed").glob("*.xml.gz"))[0]
    records = islice(PubMedFile(path).records(), 200)
    documents = [record for record in records if isinstance(record, Document)]
    schema = load_schema()
    with TermIndex.open(default_index()) as index:
        annotator = compose(DictionaryTagger(index, schema), CooccurrenceExtractor(schema))
        again = compose(DictionaryTagger(index, schema), CooccurrenceExtractor(schema))
    start = time.process_time()
    found = annotator.annotate(documents)
    used = time.process_time() - start
    assert used < 2 * SECONDS_FOR_ALL * len(documents) / ALL  # twice, for machines that are busy
    assert sum(len(one.mentions) for one in found) > 5 * len(documents)
    assert sum(len(one.relations) for one in found) > len(documents)
    few = documents[:50]
    assert again.annotate(few) == found[:50]
    for one in found:
        keys = [(m.span.section != "title", m.span.start, m.span.end) for m in one.mentions]
        assert keys == sorted(keys)
        ends = [(r.subject.span, r.object.span) for r in one.relations]
        assert len(set(map(frozenset, ends))) == len(ends)
        assert {r.subject for r in one.relations} | {r.object for r in one.relations} <= set(one.mentions)
        assert all(
            any(s.predicate == r.predicate for s in schema.legal(r.subject.label, r.object.label))
            for r in one.relations
        )
