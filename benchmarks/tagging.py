"""Mentions tagged in a second: kgbuild's dictionary tagger beside spaCy's PhraseMatcher with the same names.

Both are set up before the clock starts. spaCy's time holds its tokeniser, and the longest of overlapping matches are
kept; it resolves no abbreviations and no plural, Greek or case forms.
"""

from __future__ import annotations

import spacy
from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

from benchmarks import articles
from benchmarks.measure import compare, compared
from kgbuild.annotate.dictionary import DictionaryTagger
from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.schema import load_schema

ARTICLES = 500


def report(repeats: int) -> str:
    """The comparison on the first articles."""
    documents = articles.documents(ARTICLES)
    schema = load_schema()
    language = spacy.blank("en")
    matcher = PhraseMatcher(language.vocab, attr="LOWER")
    with TermIndex.open(default_index()) as index:
        tagger = DictionaryTagger(index, schema)
        names: dict[str, list[str]] = {}
        for term in index.names(schema.label_uris.keys()):
            names.setdefault(term.label, []).append(term.name)
    for label, texts in names.items():
        matcher.add(label, [language.make_doc(text) for text in texts])

    def ours() -> int:
        return sum(map(len, tagger.tag(documents)))

    def theirs() -> int:
        texts = (section.text for document in documents for section in document.sections)
        return sum(len(filter_spans(matcher(language.make_doc(text), as_spans=True))) for text in texts)

    what = f"{len(documents)} articles, {sum(map(len, names.values())):,} names"
    return compared([compare(what, "mentions/s", ours, "spaCy PhraseMatcher", theirs, repeats)])
