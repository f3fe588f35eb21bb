"""Measures the linker on the GutBrainIE benchmark with gold mentions.

    python -m benchmarks.linking               cross-validation, then `val`, speed; about two minutes
    python -m benchmarks.linking --everything  the same with all ontologies in the index as well
    python -m benchmarks.linking --threshold   accuracy and precision by NIL threshold, cross-validated
    python -m benchmarks.linking --fit         the weights of `kgbuild.link.candidates`, fitted again

`val` is never in an index. The data is found through KGBUILD_SHARED (default ../shared).
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.link.build import build_index
from kgbuild.link.candidates import FEATURES, CandidateRanker
from kgbuild.link.index import TermIndex
from kgbuild.link.linker import DictionaryLinker
from kgbuild.link.variants import definitions, variants
from kgbuild.model import Annotated, Link, Reject
from kgbuild.schema import load_schema
from kgbuild.source.gutbrainie import read_gutbrainie

FOLDS = 5
DATA = Path(os.environ.get("KGBUILD_SHARED", Path(__file__).resolve().parents[1] / "../shared")) / "data"
BENCHMARK = DATA / "gutbrainie"
ANNOTATED = (BENCHMARK / "platinum.json", BENCHMARK / "gold.json")


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of `val` and the others, those in folds."""

    val: list[Annotated]
    folds: list[list[Annotated]]


def corpus() -> Corpus:
    """The documents of platinum and gold, split as the data's README says; the folds are fixed."""
    val, rest = [], []
    for path, remainders in zip(ANNOTATED, ({0, 3}, {1}), strict=True):
        for article in read_gutbrainie(path):
            if isinstance(article, Reject):
                raise SystemExit(f"{article.record}: {article.cause}")
            (val if int(article.document.id) % 7 in remainders else rest).append(article)
    rest.sort(key=lambda article: article.document.id)
    random.Random(1).shuffle(rest)
    return Corpus(val, [rest[number::FOLDS] for number in range(FOLDS)])


def compiled(folder: Path, without: Sequence[Annotated], everything: bool) -> TermIndex:
    """An index of the benchmark's names and annotated documents but for some, or of all ontologies too."""
    more = [DATA / "ontologies"] if everything else []
    excluded = {article.document.id for article in without}
    output = folder / f"{len(list(folder.iterdir()))}.sqlite"
    build_index([BENCHMARK / "uri_names.json", *ANNOTATED, *more], output, exclude_documents=excluded)
    return TermIndex.open(output)


def folds(folder: Path, data: Corpus, everything: bool) -> Iterator[tuple[TermIndex, list[Annotated]]]:
    """Each fold with an index of the other folds; `val` is in none."""
    for fold in data.folds:
        yield compiled(folder, [*fold, *data.val], everything), fold


def linked(
    index: TermIndex, articles: Sequence[Annotated], threshold: float | None = None
) -> list[tuple[Link, Link]]:
    """Gold link and found link of each mention that has a gold URI."""
    linker = DictionaryLinker(index, load_schema(), **({} if threshold is None else {"threshold": threshold}))
    found = linker.link(articles)
    return [
        (gold, link)
        for before, after in zip(articles, found, strict=True)
        for gold, link in zip(before.links, after.links, strict=True)
        if gold.uri
    ]


def report(title: str, index: TermIndex, pairs: Sequence[tuple[Link, Link]]) -> None:
    """Print accuracy and precision: of all, of surface forms never seen in the index's documents, by label."""
    groups: dict[str, list[tuple[Link, Link]]] = {"all": list(pairs)}
    for pair in pairs:
        seen = any(name.count for name in index.exact(pair[0].mention.text))
        groups.setdefault("seen form" if seen else "unseen form", []).append(pair)
        groups.setdefault(f"method {pair[1].method or 'NIL'}", []).append(pair)
        groups.setdefault(f"label {pair[0].mention.label}", []).append(pair)
    print(f"\n{title}\n{'':32}{'mentions':>9}{'linked':>8}{'accuracy':>10}{'precision':>10}")
    for name, members in sorted(groups.items(), key=lambda item: (item[0] != "all", item[0])):
        answered = [pair for pair in members if pair[1].uri]
        right = sum(gold.uri == link.uri for gold, link in answered)
        print(
            f"{name:32}{len(members):9}{len(answered):8}{right / len(members):10.1%}"
            f"{right / max(1, len(answered)):10.1%}"
        )


def measure(folder: Path, data: Corpus, everything: bool) -> None:
    """Cross-validation, then `val` and speed."""
    pairs: list[tuple[Link, Link]] = []
    right = Counter[str]()
    for index, fold in folds(folder, data, everything):
        some = linked(index, fold)
        pairs += some
        for gold, link in some:
            seen = any(name.count for name in index.exact(gold.mention.text))
            right["seen" if seen else "unseen"] += 1
            right["right seen" if seen else "right unseen"] += gold.uri == link.uri
    total = sum(gold.uri == link.uri for gold, link in pairs)
    print(
        f"cross-validation: accuracy {total / len(pairs):.1%} of {len(pairs)} mentions, "
        f"unseen forms {right['right unseen'] / right['unseen']:.1%} of {right['unseen']}"
    )
    index = compiled(folder, data.val, everything)
    report(f"val, index of {index.counts()}", index, linked(index, data.val))
    speed(index, data)


def speed(index: TermIndex, data: Corpus) -> None:
    """Time for 50,000 mentions: documents over and over, each form looked up once."""
    articles = [article for fold in data.folds for article in fold]
    size = sum(len(article.mentions) for article in articles)
    batch = articles * (50_000 // size + 1)
    count = sum(len(article.mentions) for article in batch)
    linker = DictionaryLinker(index, load_schema())
    start = time.perf_counter()
    linker.link(batch)
    first = time.perf_counter() - start
    print(f"\n{count} mentions linked in {first:.1f} s, {count / first:,.0f}/s on one core")


def thresholds(folder: Path, data: Corpus, everything: bool) -> None:
    """Accuracy and precision by threshold, over the folds."""
    pairs = [pair for index, fold in folds(folder, data, everything) for pair in linked(index, fold, 0.0)]
    print(f"{'threshold':>10}{'linked':>9}{'accuracy':>10}{'precision':>11}")
    for step in range(13):
        threshold = step * 0.05
        kept = [(g, k) for g, k in pairs if k.uri and (k.method != "ngram" or k.score >= threshold)]
        right = sum(gold.uri == link.uri for gold, link in kept)
        print(f"{threshold:10.2f}{len(kept):9}{right / len(pairs):10.1%}{right / len(kept):11.1%}")


def fit(folder: Path, data: Corpus, everything: bool, *, penalty: float = 1e-3, steps: int = 400) -> None:
    """Fit the ranker's weights: softmax regression with L2 penalty, Adam, over mentions without an exact match."""
    import numpy as np

    rows, sizes, answers = [], [], []
    for index, fold in folds(folder, data, everything):
        ranker = CandidateRanker(index)
        for article in fold:
            defined = definitions(article.document)
            for link in article.links:
                forms = variants(link.mention.text, defined)
                if any(index.exact(v.text) for v in forms if v.kind != "abbreviation within"):
                    continue
                found = ranker.candidates(forms, link.mention.label)
                uris = [candidate.entry.term.uri for candidate in found]
                if link.uri in uris and len(uris) > 1:
                    answers.append(sum(sizes) + uris.index(link.uri))
                    sizes.append(len(uris))
                    rows += [candidate.features for candidate in found]
    values = np.array(rows)
    scale = values.std(axis=0) + 1e-9
    values = (values - values.mean(axis=0)) / scale
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    groups = np.repeat(np.arange(len(sizes)), sizes)
    weights = np.zeros(len(FEATURES))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        totals = values @ weights
        odds = np.exp(totals - np.maximum.reduceat(totals, starts)[groups])
        chances = odds / np.add.reduceat(odds, starts)[groups]
        gradient = (values.T @ chances - values[answers].sum(axis=0)) / len(sizes) + penalty * weights
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        weights -= 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    print(f"{len(sizes)} mentions, {len(rows)} candidates")
    for name, weight in zip(FEATURES, weights / scale, strict=True):
        print(f'    "{name}": {weight:.2f},')


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--everything", action="store_true")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--threshold", dest="action", action="store_const", const=thresholds)
    action.add_argument("--fit", dest="action", action="store_const", const=fit)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (arguments.action or measure)(Path(folder), corpus(), arguments.everything)


if __name__ == "__main__":
    main()
