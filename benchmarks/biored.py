"""Measures a model of BioRED on articles that it was not trained on.

    python -m benchmarks.biored --model RUN/model
    python -m benchmarks.biored --model RUN/model --data FOLDER/Dev.PubTator

Entities: exact span and label. Relations: unordered pairs of the corpus' identifiers, one type a pair, the likeliest.
kgbuild does not find the identifiers of genes, variants and cell lines; so a found mention takes those of the gold
mention with its span, else of a gold mention of the article with its name, else it is wrong. The corpus is found
through KGBUILD_SHARED (default ../shared) where --data is not given.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.gutbrainie import DATA
from benchmarks.measure import table
from kgbuild.config import load_settings
from kgbuild.evaluate.scores import TaskCounts, interval, micro
from kgbuild.identifiers import split_identifiers
from kgbuild.model import Annotated, Mention, Relation, Span
from kgbuild.source.pubtator import read_pubtator
from kgbuild.stages import Stages

Pair = frozenset[str]
Items = Set[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Gold:
    """An article, and the identifiers of its concepts as the file spells them."""

    article: Annotated
    spans: Mapping[Span, tuple[str, ...]]
    names: Mapping[tuple[str, str], tuple[str, ...]]
    relations: frozenset[tuple[Pair, str]]

    def identifiers(self, mention: Mention) -> tuple[str, ...]:
        """Of a found mention."""
        found = self.spans.get(mention.span) or self.names.get((mention.text.lower(), mention.label))
        return found or (f"not in gold: {mention.label} {mention.text.lower()}",)


def read(path: Path) -> Iterator[Gold]:
    """The articles of a corpus; the reader of kgbuild leaves out which identifiers a relation names."""
    blocks = {block.split("|", 1)[0]: block.splitlines() for block in path.read_text().strip().split("\n\n")}
    for article in read_pubtator(path):
        assert isinstance(article, Annotated), article
        rows = [line.split("\t") for line in blocks[article.document.id][2:]]
        columns = [split_identifiers(row[5]) for row in rows if len(row) >= 6]
        places = zip(article.mentions, columns, strict=True)
        names: dict[tuple[str, str], tuple[str, ...]] = {}
        spans: dict[Span, tuple[str, ...]] = {}
        for mention, identifiers in places:
            spans[mention.span] = identifiers
            names.setdefault((mention.text.lower(), mention.label), identifiers)
        related = frozenset((frozenset(row[2:4]), row[1]) for row in rows if len(row) == 5)
        yield Gold(article, spans, names, related)


def pairs(gold: Gold, relations: Iterable[Relation]) -> dict[Pair, str]:
    """The likeliest type of each pair of concepts between which a relation was found."""
    result: dict[Pair, str] = {}
    for relation in sorted(relations, key=lambda found: -found.score):
        for ends in product(gold.identifiers(relation.subject), gold.identifiers(relation.object)):
            result.setdefault(frozenset(ends), relation.predicate)
    return result


def row(title: str, found: Sequence[Items], expected: Sequence[Items]) -> list[str]:
    """Scores of one task, the articles in order."""
    counts = [[(len(a & b), len(a), len(b))] for a, b in zip(found, expected, strict=True)]
    task = TaskCounts(classes=((title,),), in_gold=np.array([True]), counts=np.array(counts))
    score, (low, high) = micro(task), interval(task)
    figures = [f"{value:.3f}" for value in (score.precision, score.recall, score.f1)]
    return [title, *figures, f"{low:.3f}-{high:.3f}"]


def report(model: Path, path: Path) -> str:
    """A table of all tasks."""
    stages = Stages(load_settings(None, extractor=f"onnx:{model}", ontology=Path("biored")))
    corpus = list(read(path))
    found = [result.annotated for result in stages.annotate([gold.article.document for gold in corpus])]
    given = stages.backend.extractor.relate([replace(g.article, relations=(), links=()) for g in corpus])
    mentions = [
        [{(m.span, m.label) for m in a.mentions} for a in side] for side in (found, [g.article for g in corpus])
    ]
    rows = [row("entities", *mentions)]
    rows += (
        row(label, *([{m for m in items if m[1] == label} for items in side] for side in mentions))
        for label in sorted({mention.label for gold in corpus for mention in gold.article.mentions})
    )
    for title, sides in (("", [a.relations for a in found]), (", gold entities given", given)):
        predicted = [pairs(gold, relations) for gold, relations in zip(corpus, sides, strict=True)]
        expected = [gold.relations for gold in corpus]
        rows.append(
            row(
                f"pairs of concepts{title}",
                [{(pair,) for pair in items} for items in predicted],
                [{(pair,) for pair, _ in items} for items in expected],
            )
        )
        rows.append(row(f"… with type{title}", [set(items.items()) for items in predicted], list(map(set, expected))))
    return table(("task", "precision", "recall", "micro F1", "95 %"), rows)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a trained model's folder")
    parser.add_argument("--data", type=Path, default=DATA / "biored/Dev.PubTator")
    options = parser.parse_args()
    print(report(options.model, options.data))


if __name__ == "__main__":
    main()
