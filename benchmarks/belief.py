"""How far belief can be trusted: fits `mappings/belief.tsv`, and compares belief with what gold says.

    python -m benchmarks.belief               the numbers of each extractor, and a table of beliefs
    python -m benchmarks.belief -o FILE.png   the same as a picture

The shipped extractor reads `val`, which it never saw; both its mentions and gold's are linked with the terms that
ship. A relation is right where gold has its concepts and predicate in the same article. The numbers are fitted ten
times, each time without a tenth of the articles, and each tenth gets its weights from the numbers fitted without it.
Of them, beliefs of statements over all articles are made as a graph makes them; one is right where any article's gold
has it. Co-occurrence is fitted on the other articles, between gold's mentions.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log, prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.gutbrainie import corpus
from kgbuild.annotate.cooccurrence import SOURCE, CooccurrenceExtractor
from kgbuild.annotate.sentences import sentence_of, sentences_of
from kgbuild.config import load_settings
from kgbuild.model import Annotated, Mention
from kgbuild.schema import Schema
from kgbuild.stages import Stages

FOLDS = 10
_EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_RIDGE = 0.1
Floats = npt.NDArray[np.float64]
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A relation that was found: its article, its concepts, its score, how many its sentence gives, and a verdict."""

    article: str
    key: Key
    source: str
    score: float
    relations: int
    right: bool


def judged(found: Sequence[Annotated], gold: Sequence[Annotated], schema: Schema) -> list[Judged]:
    """Each relation that was found beside gold's, compared by concepts and predicate."""
    rows = []
    for item, true in zip(found, gold, strict=True):
        concepts, expected = _concepts(item), _concepts(true)
        known = {(expected[r.subject], r.predicate, expected[r.object]) for r in true.relations}
        spans = sentences_of(item.document)
        places = [(r.subject.span.section, sentence_of(spans[r.subject.span.section], r.subject.span.start))
                  for r in item.relations]  # fmt: skip
        crowd = Counter(places)
        for relation, place in zip(item.relations, places, strict=True):
            key = (concepts[relation.subject], relation.predicate, concepts[relation.object])
            swapped = schema.is_symmetric(relation.subject.label, relation.predicate, relation.object.label)
            right = key in known or (swapped and key[::-1] in known)
            rows.append(Judged(item.document.id, key, relation.source, relation.score, crowd[place], right))
    return rows


def _concepts(item: Annotated) -> dict[Mention, str]:
    named = {mention: mention.text.casefold() for mention in item.mentions}
    return named | {link.mention: link.canonical for link in item.links if link.canonical}


def fit(rows: Sequence[Judged]) -> Floats:
    """Intercept, slope of the score's log odds and of the logarithm of the crowd, by logistic regression (Newton)."""
    inputs, right = _inputs(rows), np.array([row.right for row in rows], dtype=float)
    weights = np.zeros(3)
    for _ in range(30):
        shares = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (right - shares) - _RIDGE * weights
        curvature = (inputs * (shares * (1 - shares))[:, None]).T @ inputs + _RIDGE * np.eye(3)
        weights += np.linalg.solve(curvature, gradient)
    return weights


def _inputs(rows: Sequence[Judged]) -> Floats:
    return np.array([(1.0, log(row.score / (1 - row.score)), log(row.relations)) for row in rows])


def out_of_fold(rows: Sequence[Judged]) -> Floats:
    """Each relation's weight by numbers that were fitted without its article."""
    fold = {name: place % FOLDS for place, name in enumerate(sorted({row.article for row in rows}))}
    weights = np.zeros(len(rows))
    for number in range(FOLDS):
        kept = [row for row in rows if fold[row.article] != number]
        left = np.array([fold[row.article] == number for row in rows])
        weights[left] = 1 / (1 + np.exp(-_inputs(rows)[left] @ fit(kept)))
    return weights


def beliefs(rows: Sequence[Judged], weights: Floats) -> list[tuple[float, bool]]:
    """The belief of each statement, as a graph makes it of affirming evidence, and whether it is right."""
    best: dict[Key, dict[str, float]] = defaultdict(dict)
    right: dict[Key, bool] = defaultdict(bool)
    for row, weight in zip(rows, weights, strict=True):
        best[row.key][row.article] = max(best[row.key].get(row.article, 0.0), float(weight))
        right[row.key] |= row.right
    return [(1 - prod(1 - weight for weight in of.values()), right[key]) for key, of in best.items()]


def _table(found: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """For each stretch of beliefs: their mean, the share that is right, and their number."""
    rows = []
    for low, high in pairwise(_EDGES):
        inside = [item for item in found if low <= item[0] < high]
        if inside:
            rows.append(
                (sum(b for b, _ in inside) / len(inside), sum(r for _, r in inside) / len(inside), len(inside))
            )
    return rows


def _draw(points: Sequence[tuple[float, float, int]], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    axes.plot([b for b, _, _ in points], [r for _, r, _ in points], "o-")
    for belief, right, count in points:
        axes.annotate(str(count), (belief, right), textcoords="offset points", xytext=(6, -10), fontsize="small")
    axes.set(xlabel="belief", ylabel="share of statements that gold has", xlim=(0, 1), ylim=(0, 1))
    axes.grid(alpha=0.3)
    figure.savefig(path, format="png", dpi=120)


def main() -> None:
    """Print the numbers and the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", type=Path, dest="picture")
    options = parser.parse_args()
    stages, articles = Stages(load_settings(None)), corpus()
    found = [result.annotated for result in stages.annotate([article.document for article in articles.val])]
    gold = stages.linker.link([replace(article, links=()) for article in articles.val])
    rows = judged(stages.linker.link(found), gold, stages.schema)
    rows = [row for row in rows if row.source != SOURCE]
    rest = [replace(article, links=()) for fold in articles.folds for article in fold]
    together = CooccurrenceExtractor(stages.schema).relate(rest)
    paired = [replace(article, relations=relations) for article, relations in zip(rest, together, strict=True)]
    print("source\tintercept\tslope\tcrowd")
    for name, of in ((SOURCE, judged(paired, rest, stages.schema)), (rows[0].source, rows)):
        print(name, *(f"{value:.3f}" for value in fit(of)), sep="\t")
    points = _table(beliefs(rows, out_of_fold(rows)))
    print(f"\n{len(rows)} relations, {sum(row.right for row in rows) / len(rows):.1%} right\n")
    print("| belief | statements | of these right |\n|--:|--:|--:|")
    for belief, right, count in points:
        print(f"| {belief:.2f} | {count} | {right:.0%} |")
    if options.picture:
        _draw(points, options.picture)


if __name__ == "__main__":
    main()
