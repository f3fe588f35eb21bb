"""Links made in a second: kgbuild's linker beside the most similar of all names by rapidfuzz.

The mentions are the benchmark's own, in articles of gold and platinum that are in no index here. Both ways look each
form up once and start with nothing remembered. The linker also looks into abbreviations, weighs labels and the rarity
of what names share, and keeps its alternatives with their reasons.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from benchmarks.gutbrainie import BENCHMARK, corpus
from benchmarks.linking import compiled
from benchmarks.measure import Comparison, compare, compared
from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.link.linker import DictionaryLinker
from kgbuild.model import Annotated
from kgbuild.normalize import key
from kgbuild.schema import load_schema

ARTICLES = 100
# Against all names of the ontologies, brute force takes a tenth of a second a form.
FEW = 10


def report(repeats: int) -> str:
    """The comparison with the starter lexicon, and with all ontologies."""
    if not BENCHMARK.is_dir():
        return f"Skipped: {BENCHMARK} is absent (KGBUILD_SHARED names the folder above its `data`).\n"
    data = corpus()
    articles = [article for fold in data.folds for article in fold][:ARTICLES]
    with tempfile.TemporaryDirectory() as folder:
        everything = compiled(Path(folder), [*articles, *data.val], everything=True)
        return compared(
            (
                _compared("starter lexicon", TermIndex.open(default_index()), articles, repeats),
                _compared("ontologies and benchmark", everything, articles[:FEW], repeats),
            )
        )


def _compared(what: str, index: TermIndex, articles: Sequence[Annotated], repeats: int) -> Comparison:
    mentions = [mention for article in articles for mention in article.mentions]
    names = {key(term.name): term.uri for term in index.names()}
    choices = list(names)
    schema = load_schema()

    def ours() -> int:
        return sum(len(article.links) for article in DictionaryLinker(index, schema).link(articles))

    def theirs() -> int:
        best = cache(lambda form: process.extractOne(form, choices, scorer=fuzz.ratio))
        return len([names[best(key(mention.text))[0]] for mention in mentions])

    described = f"{what}: {len(mentions):,} gold mentions, {len(names):,} names"
    return compare(described, "links/s", ours, "rapidfuzz extractOne", theirs, repeats)
