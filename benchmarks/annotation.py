"""Measures the dictionary tagger and the co-occurrence relations on the GutBrainIE benchmark, and their speed.

    python -m benchmarks.annotation           cross-validation of the tagger, relations between gold mentions, speed
    python -m benchmarks.annotation --val     the same on `val`
    python -m benchmarks.annotation --fit     the weights of `kgbuild.annotate.cooccurrence`, fitted again

A mention is right if span and label are; a relation, if the article has one with the same texts, labels and
predicate. `val` is never in an index. The data is found through KGBUILD_SHARED (default ../shared).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.gutbrainie import DATA, corpus
from benchmarks.linking import compiled, folds
from kgbuild.annotate.compose import compose
from kgbuild.annotate.cooccurrence import CooccurrenceExtractor
from kgbuild.annotate.cues import predicate_cues, priors
from kgbuild.annotate.dictionary import DictionaryTagger
from kgbuild.annotate.sentences import sentence_of, sentences
from kgbuild.link.index import TermIndex
from kgbuild.model import SECTION_NAMES, Annotated, Document, Mention, Relation
from kgbuild.schema import load_schema
from kgbuild.source.pubmed import PubMedFile

Triple = tuple[str, str, str, str, str]


def figures(right: int, found: int, gold: int) -> str:
    """Precision, recall and F1."""
    precision, recall = right / max(found, 1), right / max(gold, 1)
    f1 = 2 * right / max(found + gold, 1)
    return f"precision {precision:6.1%}  recall {recall:6.1%}  F1 {f1:6.1%}  ({found:,} found, {gold:,} in gold)"


def bins(scored: Iterable[tuple[float, bool]]) -> str:
    """The share that is right, by tenths of the score."""
    total: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for score, is_right in scored:
        total[int(score * 10)] += 1
        right[int(score * 10)] += is_right
    return "  ".join(f".{n}: {right[n] / total[n]:.2f} of {total[n]:,}" for n in sorted(total))


def tagging(parts: Iterable[tuple[TermIndex, Sequence[Annotated]]]) -> None:
    """Print how well the tagger finds the mentions of articles that are not in its index."""
    found: Counter[str] = Counter()
    gold: Counter[str] = Counter()
    right: Counter[str] = Counter()
    scored = []
    for index, articles in parts:
        tagger = DictionaryTagger(index, load_schema())
        for article, mentions in zip(articles, tagger.tag([a.document for a in articles]), strict=True):
            known = {(m.span, m.label) for m in article.mentions}
            gold.update(label for _, label in known)
            for mention in mentions:
                hit = (mention.span, mention.label) in known
                found[mention.label] += 1
                right[mention.label] += hit
                scored.append((mention.score, hit))
    print("mentions             ", figures(right.total(), found.total(), gold.total()))
    for label in sorted(gold):
        print(f"  {label:21s}", figures(right[label], found[label], gold[label]))
    print("  right by score:", bins(scored))


def triples(relations: Iterable[Relation]) -> dict[Triple, float]:
    """Relations by texts, labels and predicate, with the best score."""
    best: dict[Triple, float] = {}
    for r in relations:
        name = (r.subject.text, r.subject.label, r.predicate, r.object.text, r.object.label)
        best[name] = max(best.get(name, 0.0), r.score)
    return best


def relating(articles: Sequence[Annotated]) -> None:
    """Print how well the extractor finds the relations between gold mentions."""
    found = CooccurrenceExtractor(load_schema()).relate(articles)
    pairs = [(triples(a.relations), triples(f)) for a, f in zip(articles, found, strict=True)]
    scored = [(score, name in gold) for gold, named in pairs for name, score in named.items()]
    right = sum(hit for _, hit in scored)
    print("relations (gold mentions)", figures(right, len(scored), sum(len(gold) for gold, _ in pairs)))
    print("  right by score:", bins(scored))


def speed(index: TermIndex) -> None:
    """Print the processor time of the whole annotator on the 1,656 real articles."""
    documents = [
        record
        for path in sorted((DATA / "pubmed").glob("*.xml.gz"))
        for record in PubMedFile(path).records()
        if isinstance(record, Document)
    ]
    start = time.process_time()
    annotator = compose(DictionaryTagger(index, load_schema()), CooccurrenceExtractor(load_schema()))
    made = time.process_time()
    found = annotator.annotate(documents)
    used = time.process_time() - made
    mentions, relations = (sum(len(getattr(a, what)) for a in found) for what in ("mentions", "relations"))
    print(f"speed: {index.counts()['terms']:,} terms loaded in {made - start:.2f} s; {len(documents):,} articles")
    print(f"  in {used:.1f} s: {mentions:,} mentions ({mentions / used:,.0f}/s), {relations:,} relations")


def fit(articles: Sequence[Annotated]) -> None:
    """Print the weights by logistic regression, the priors given: bias, cue, strong cue, words, mentions."""
    schema = load_schema()
    rows = []
    for article in articles:
        gold = triples(article.relations)
        for section in SECTION_NAMES:
            text = article.document.text(section)
            spans = sentences(text) if section == "abstract" else [(0, len(text))]
            groups: dict[int, list[Mention]] = {}
            for mention in article.mentions:
                if mention.span.section == section:
                    groups.setdefault(sentence_of(spans, mention.span.start), []).append(mention)
            for group in groups.values():
                for subject in group:
                    for other in group:
                        is_forward = subject.span.start < other.span.start
                        first, second = (subject, other) if is_forward else (other, subject)
                        between = text[first.span.end : second.span.start]
                        for s in schema.legal(subject.label, other.label):
                            if subject.text == other.text:
                                continue
                            cues = predicate_cues()[s.predicate]
                            words = len(between.split())
                            strong = (cues.forward if is_forward else cues.backward).search(between)
                            prior = priors()[s.subject, s.predicate, s.object][0 if is_forward else 1]
                            is_strong = strong is not None and words <= 12
                            is_cue = not is_strong and cues.cues.search(between) is not None
                            name = (subject.text, subject.label, s.predicate, other.text, other.label)
                            features = (1, is_cue, is_strong, min(words, 30), min(len(group), 20))
                            rows.append((np.log(prior / (1 - prior)), features, name in gold))
    offset = np.array([row[0] for row in rows])
    features = np.array([row[1] for row in rows], dtype=float)
    target = np.array([row[2] for row in rows], dtype=float)
    weights = np.zeros(features.shape[1])
    for _ in range(25):
        chance = 1 / (1 + np.exp(-(offset + features @ weights)))
        slope = features.T @ (chance - target) + weights
        bend = (features.T * (chance * (1 - chance))) @ features + np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    print("bias, cue, strong cue, word, mention:", weights.round(3))


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--val", action="store_true")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    data = corpus()
    rest = [article for fold in data.folds for article in fold]
    if options.fit:
        fit(rest)
        return
    with tempfile.TemporaryDirectory() as folder:
        full = compiled(Path(folder), data.val, False)
        if options.val:
            tagging([(full, data.val)])
            relating(data.val)
            return
        tagging(folds(Path(folder), data, "benchmark"))
        relating(rest)
        speed(full)


if __name__ == "__main__":
    main()
