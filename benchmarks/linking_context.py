"""Whether the sentence around a mention helps to choose its concept, by cross-validation over platinum and gold.

    python -m benchmarks.linking_context     four core-minutes

Of the mentions that no name decides, the share whose concept comes first: with the reranker's features alone; with
how alike the sentence and the candidate's name are by the shipped encoder (cosines about the mean); and with how
alike the sentence is to those in which other folds mention the concept as well.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.gutbrainie import Corpus, corpus
from benchmarks.linking import Choices, fitted, folds
from kgbuild.annotate.sentences import sentences
from kgbuild.link.candidates import FEATURES as OWN
from kgbuild.link.candidates import CandidateRanker
from kgbuild.link.encoders import Encoder, open_encoder
from kgbuild.link.encoders import Floats as Vectors
from kgbuild.link.variants import definitions, variants
from kgbuild.model import Annotated, Link
from kgbuild.normalize import key

FEATURES = {"none": [], "sentence and name": [0], "sentence, name and other sentences": [0, 1, 2]}


def contexts(data: Corpus, encoder: Encoder) -> dict[tuple[str, Link], Vectors]:
    """The vector of the sentence around each linked mention, by article and link."""
    around = {(a.document.id, link): sentence(a, link) for fold in data.folds for a in fold for link in a.links}
    texts = sorted(set(around.values()))
    vectors = dict(zip(texts, centred(encoder.encode(texts)), strict=True))
    return {place: vectors[text] for place, text in around.items()}


def sentence(article: Annotated, link: Link) -> str:
    """The title, or the sentence of the abstract."""
    text = article.document.text(link.mention.span.section)
    start = link.mention.span.start
    if link.mention.span.section == "title":
        return text
    return next((text[a:b] for a, b in sentences(text) if a <= start < b), text)


def centred(vectors: Vectors) -> Vectors:
    """Vectors about their mean, of norm 1."""
    moved = vectors - vectors.mean(axis=0)
    result: Vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return result


def choices(folder: Path, data: Corpus) -> Iterator[Choices]:
    """Those of each fold; after the reranker's features come the three of the context."""
    encoder = open_encoder(threads=1)
    around = contexts(data, encoder)
    known: dict[str, Vectors] = {}
    for number, (index, fold) in enumerate(folds(folder, data, "benchmark")):
        if not known:
            # The folds' indexes differ by few names; those that others add have no vector.
            names = [name for _, name in index.spellings()]
            known = dict(zip(map(key, names), centred(encoder.encode(names)), strict=True))
        used = defaultdict(list)
        for at, other in enumerate(data.folds):
            for article in other if at != number else ():
                for link in article.links:
                    used[link.uri].append(around[article.document.id, link])
        means = {uri: np.mean(some, axis=0) for uri, some in used.items()}
        ranker = CandidateRanker(index)
        rows, sizes, answers = [], [], []
        for article in fold:
            defined = definitions(article.document)
            for link in article.links:
                forms = variants(link.mention.text, defined)
                if not link.uri or any(index.exact(v.text) for v in forms if v.kind != "abbreviation within"):
                    continue
                found = ranker.candidates(forms, link.mention.label)
                uris = [one.entry.term.uri for one in found]
                here = around[article.document.id, link]
                for one, uri in zip(found, uris, strict=True):
                    named, met = known.get(one.entry.key), means.get(uri)
                    alike = [0.0 if other is None else float(other @ here) for other in (named, met)]
                    rows.append((*one.features, *alike, float(met is not None)))
                if found:
                    answers.append(uris.index(link.uri) if link.uri in uris else -1)
                    sizes.append(len(uris))
        yield Choices(np.array(rows), np.array(sizes), np.array(answers))


def right(parts: list[Choices]) -> npt.NDArray[np.bool_]:
    """Whether each mention's concept comes first, by weights fitted to the other folds."""
    result = []
    for number, part in enumerate(parts):
        scores = fitted([other for at, other in enumerate(parts) if at != number]).scores(part.values)
        each = np.split(scores, np.cumsum(part.sizes)[:-1])
        result += [int(some.argmax()) == answer for some, answer in zip(each, part.answers, strict=True)]
    return np.array(result)


def main() -> None:
    """Print the three shares."""
    with tempfile.TemporaryDirectory() as folder:
        parts = list(choices(Path(folder), corpus()))
    plain = None
    for name, columns in FEATURES.items():
        kept = [*range(len(OWN)), *(len(OWN) + column for column in columns)]
        found = right([replace(part, values=part.values[:, kept]) for part in parts])
        plain = found if plain is None else plain
        print(
            f"{name:36}{found.mean():7.1%} of {len(found)}; {sum(found & ~plain)} gained, {sum(plain & ~found)} lost"
        )


if __name__ == "__main__":
    main()
