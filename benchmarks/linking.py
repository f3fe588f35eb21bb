"""Measures the linker on the GutBrainIE benchmark with gold mentions.

    python -m benchmarks.linking                   cross-validation, then `val`, speed; some minutes
    python -m benchmarks.linking --names everything    with all ontologies in the index as well
    python -m benchmarks.linking --names taught        with the lexicon and what annotated articles call its concepts
    python -m benchmarks.linking --names lexicon       with the lexicon alone
    python -m benchmarks.linking --dense           without and with dense candidates by the shipped encoder
    python -m benchmarks.linking --dense NAME      the same by another sentence encoder: a model's name or folder;
                                                   given several times, by each
    python -m benchmarks.linking --threshold       accuracy and precision by NIL threshold, cross-validated
    python -m benchmarks.linking --fit             fits the reranker again, into mappings/reranker.json: the one of
                                                   n-gram candidates, or the one of dense ones by all --dense
    python -m benchmarks.linking --tagging         the dictionary tagger with these names, cross-validated

`val` is never in an index. Neither a fold's index nor the reranker used on it knows what the fold teaches; on `val`
the weights that ship are used. Rerankers are fitted to the benchmark's names, where nearly each mention has its
concept, to the lexicon with taught names and alone, where many have none, and to the first two without labels.
Encoders run in one thread. The data is found through KGBUILD_SHARED (default ../shared).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.gutbrainie import ANNOTATED, BENCHMARK, DATA, Corpus, corpus
from kgbuild.link import reranker as reranking
from kgbuild.link.build import build_index
from kgbuild.link.candidates import CandidateRanker, Scored
from kgbuild.link.default import TERMS
from kgbuild.link.dense import DenseNames
from kgbuild.link.encoders import Floats as Vectors
from kgbuild.link.encoders import open_encoder
from kgbuild.link.index import TermIndex
from kgbuild.link.learned import learned_table
from kgbuild.link.linker import THRESHOLD, DictionaryLinker
from kgbuild.link.reranker import Reranker
from kgbuild.link.variants import definitions, variants
from kgbuild.model import Annotated, Link
from kgbuild.models.registry import SHIPPED
from kgbuild.resources import asset
from kgbuild.schema import load_schema

FITTED = {"benchmark": (True, False), "taught": (True, False), "lexicon": (True,)}
"""The indexes that rerankers are fitted to, and whether mentions come with their labels."""
# Cancer, a genus of crabs, which stands for the disease in the benchmark.
ERRORS = frozenset({"http://purl.obolibrary.org/obo/NCBITaxon_6754"})
LEXICON = TERMS[:2]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def compiled(folder: Path, without: Sequence[Annotated], everything: bool) -> TermIndex:
    """An index of the benchmark's names and annotated documents but for some, or of all ontologies too."""
    more = [DATA / "ontologies"] if everything else []
    excluded = {article.document.id for article in without}
    output = _unused(folder)
    build_index([BENCHMARK / "uri_names.json", *ANNOTATED, *more], output, exclude_documents=excluded)
    return TermIndex.open(output)


def taught(folder: Path, data: Corpus, without: Sequence[Annotated]) -> TermIndex:
    """An index of the lexicon and of the names that documents outside `val` teach, but for some."""
    excluded = {article.document.id for article in without}
    articles = [a for fold in data.folds for a in fold if a.document.id not in excluded]
    output = _unused(folder)
    learned = output.with_suffix(".tsv")
    learned.write_text(learned_table(map(_without_errors, articles)), encoding="utf-8")
    build_index([*map(asset, LEXICON), learned], output)
    return TermIndex.open(output)


def index_of(names: str, folder: Path, data: Corpus, without: Sequence[Annotated]) -> TermIndex:
    """An index of one of the choices of `--names`, without what some articles teach."""
    if names == "lexicon":
        output = _unused(folder)
        build_index([*map(asset, LEXICON)], output)
        return TermIndex.open(output)
    if names == "taught":
        return taught(folder, data, without)
    return compiled(folder, without, names == "everything")


def folds(folder: Path, data: Corpus, names: str) -> Iterator[tuple[TermIndex, list[Annotated]]]:
    """Each fold with an index that knows nothing of it, nor of `val`."""
    for fold in data.folds:
        yield index_of(names, folder, data, [*fold, *data.val]), fold


def _unused(folder: Path) -> Path:
    return folder / f"{len(list(folder.iterdir()))}.sqlite"


def _without_errors(article: Annotated) -> Annotated:
    return replace(article, links=tuple(link for link in article.links if link.uri not in ERRORS))


def dense_names(index: TermIndex, encoder: str) -> DenseNames | None:
    """The names' vectors, where an encoder is given."""
    return DenseNames(index, _remembering(encoder)) if encoder else None


class _Remembering:
    """An encoder that embeds each text once: the folds' indexes differ by few names."""

    def __init__(self, name: str) -> None:
        self._encoder = open_encoder(name, threads=1)
        self._known: dict[str, Vectors] = {}
        self.fingerprint, self.width = self._encoder.fingerprint, self._encoder.width

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of norm 1, shape (texts, width)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.width)


_remembering = cache(_Remembering)


def linked(
    index: TermIndex,
    articles: Sequence[Annotated],
    threshold: float = THRESHOLD,
    encoder: str = "",
    reranker: Reranker | None = None,
) -> list[tuple[Link, Link]]:
    """Gold link and found link of each mention that has a gold URI."""
    dense = dense_names(index, encoder)
    linker = DictionaryLinker(index, load_schema(), threshold=threshold, dense=dense, reranker=reranker)
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


def measure(folder: Path, data: Corpus, options: argparse.Namespace) -> None:
    """Cross-validation, then `val` and speed; where encoders are given, without and with each."""
    plain = _measured(folder, data, options.names, "")
    for encoder in options.dense:
        found = _measured(folder, data, options.names, encoder)
        for part, without, with_ in zip(("cross-validation", "val"), plain, found, strict=True):
            gained, lost = sum(with_ & ~without), sum(without & ~with_)
            print(f"{part}: {gained} mentions are right only with dense candidates, {lost} only without")


def _measured(folder: Path, data: Corpus, names: str, encoder: str) -> tuple[Flags, Flags]:
    """Prints figures; returns which mentions are linked right, in cross-validation and in `val`."""
    print(f"\n{'n-gram and dense candidates by ' + encoder if encoder else 'n-gram candidates'}")
    parts = choices(folder, data, encoder)
    pairs: list[tuple[Link, Link]] = []
    seen: list[bool] = []
    for index, some in crossed(folder, data, names, encoder, parts, THRESHOLD):
        pairs += some
        seen += [any(name.count for name in index.exact(gold.mention.text)) for gold, _ in some]
    right, unseen = _right(pairs), ~np.array(seen)
    print(
        f"cross-validation: accuracy {right.mean():.1%} of {len(right)} mentions, "
        f"unseen forms {right[unseen].mean():.1%} of {unseen.sum()}"
    )
    index = index_of(names, folder, data, data.val)
    val = linked(index, data.val, encoder=encoder)
    report(f"val, index of {index.counts()}", index, val)
    speed(index, data, encoder)
    return right, _right(val)


def _right(pairs: Sequence[tuple[Link, Link]]) -> Flags:
    return np.array([gold.uri == link.uri for gold, link in pairs])


def speed(index: TermIndex, data: Corpus, encoder: str) -> None:
    """Time for 50,000 mentions: documents over and over, each form looked up once."""
    articles = [article for fold in data.folds for article in fold]
    size = sum(len(article.mentions) for article in articles)
    batch = articles * (50_000 // size + 1)
    count = sum(len(article.mentions) for article in batch)
    dense = DenseNames(index, open_encoder(encoder, threads=1)) if encoder else None
    linker = DictionaryLinker(index, load_schema(), dense=dense)
    start = time.perf_counter()
    linker.link(batch)
    first = time.perf_counter() - start
    print(f"\n{count} mentions linked in {first:.1f} s, {count / first:,.0f}/s")


def thresholds(folder: Path, data: Corpus, options: argparse.Namespace) -> None:
    """Accuracy (or recall), precision and their F1 by threshold, over the folds."""
    encoder = (options.dense or [""])[0]
    parts = choices(folder, data, encoder)
    found = crossed(folder, data, options.names, encoder, parts, 0.0)
    pairs = [pair for _, some in found for pair in some]
    print(f"{'threshold':>10}{'linked':>9}{'accuracy':>10}{'precision':>11}{'F1':>8}")
    for step in range(17):
        threshold = step * 0.05
        kept = [(g, k) for g, k in pairs if k.uri and (k.method in ("exact", "abbreviation") or k.score >= threshold)]
        right = sum(gold.uri == link.uri for gold, link in kept)
        rates = f"{right / len(pairs):10.1%}{right / len(kept):11.1%}{2 * right / (len(pairs) + len(kept)):8.1%}"
        print(f"{threshold:10.2f}{len(kept):9}{rates}")


def tag(folder: Path, data: Corpus, options: argparse.Namespace) -> None:
    """Print how well the dictionary tagger finds the mentions of each fold."""
    from benchmarks.annotation import tagging

    tagging(folds(folder, data, options.names))


@dataclass(frozen=True, slots=True)
class Choices:
    """Candidates of the mentions of one fold that no name decides.

    `values` has the shape (candidates, features), `sizes` and `answers` (mentions,): how many candidates there are,
    and which of them is right (if not by its URI, then by its clique's), -1 where none is.
    """

    values: Floats
    sizes: Integers
    answers: Integers


def choices(folder: Path, data: Corpus, encoder: str) -> list[list[Choices]]:
    """Those of each fold, as `FITTED` says."""
    by_index = [_choices(folder, data, names, labelled, encoder) for names, labelled in FITTED.items()]
    return [[part for some in parts for part in some] for parts in zip(*by_index, strict=True)]


def _choices(
    folder: Path, data: Corpus, names: str, labelled: Sequence[bool], encoder: str
) -> Iterator[list[Choices]]:
    for index, fold in folds(folder, data, names):
        ranker = CandidateRanker(index, dense_names(index, encoder))
        asked = []
        for article in fold:
            defined = definitions(article.document)
            for link in article.links:
                forms = variants(link.mention.text, defined)
                if link.uri and not any(index.exact(v.text) for v in forms if v.kind != "abbreviation within"):
                    asked.append((forms, link.mention.label, link.uri))
        near = ranker.near(forms for forms, _, _ in asked)
        found = [
            [(ranker.candidates(forms, label if told else "", near), uri) for forms, label, uri in asked]
            for told in labelled
        ]
        yield [_judged(index, some) for some in found]


def _judged(index: TermIndex, found: Sequence[tuple[Sequence[Scored], str]]) -> Choices:
    """The candidates of mentions, and their right URIs."""
    rows, sizes, answers = [], [], []
    for candidates, uri in found:
        means = index.canonical(uri)
        right = [(c.entry.term.uri == uri, c.entry.canonical == means) for c in candidates]
        if candidates:
            answers.append(right.index(max(right)) if any(max(right)) else -1)
            sizes.append(len(candidates))
            rows += [candidate.features for candidate in candidates]
    return Choices(np.array(rows), np.array(sizes), np.array(answers))


def crossed(
    folder: Path, data: Corpus, names: str, encoder: str, parts: Sequence[Sequence[Choices]], threshold: float
) -> Iterator[tuple[TermIndex, list[tuple[Link, Link]]]]:
    """Each fold's index, and gold and found links by a reranker that is fitted to the other folds."""
    for number, (index, fold) in enumerate(folds(folder, data, names)):
        reranker = fitted([part for at, some in enumerate(parts) if at != number for part in some])
        yield index, linked(index, fold, threshold, encoder, reranker)


def fitted(parts: Sequence[Choices]) -> Reranker:
    """A reranker by some mentions and their candidates."""
    values, sizes, answers = zip(*((part.values, part.sizes, part.answers) for part in parts), strict=True)
    return reranking.fit(np.concatenate(values), np.concatenate(sizes), np.concatenate(answers))


def fit(folder: Path, data: Corpus, options: argparse.Namespace) -> None:
    """Write the reranker that the project ships: that of n-gram candidates, or with an encoder that of dense ones."""
    kept = {kind: reranking.shipped(kind) for kind in ("ngram", "dense")}
    encoders = options.dense or [""]
    made = fitted([part for one in encoders for some in choices(folder, data, one) for part in some])
    reranking.save({**kept, "dense" if options.dense else "ngram": made}, asset(reranking.WEIGHTS))


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", choices=("benchmark", "everything", "taught", "lexicon"), default="benchmark")
    parser.add_argument("--dense", nargs="?", action="append", default=[], const=SHIPPED, metavar="NAME")
    action = parser.add_mutually_exclusive_group()
    for name, function in (("threshold", thresholds), ("fit", fit), ("tagging", tag)):
        action.add_argument(f"--{name}", dest="action", action="store_const", const=function)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KGBUILD_CACHE"] = str(Path(folder) / "cache")  # the folds' names are of no use later
        (options.action or measure)(Path(folder), corpus(), options)


if __name__ == "__main__":
    main()
