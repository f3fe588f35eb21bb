"""What annotated articles call the concepts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kgbuild.link.vocabularies.records import SEEN, Entry, Item, Name, Skipped
from kgbuild.link.vocabularies.tables import UNKNOWN_IDENTIFIER, concept
from kgbuild.model import Annotated, Reject


def read_mentions(
    articles: Iterable[Annotated | Reject], exclude: Callable[[str], bool], file: str
) -> Iterator[Item]:
    """Each linked mention as a name of its concept, seen once with its label.

    Articles whose id `exclude` is true of are left out.
    """
    for article in articles:
        if isinstance(article, Reject):
            yield article
            continue
        if exclude(article.document.id):
            yield Skipped("excluded document")
            continue
        yield from (Skipped("mention without a URI") for _ in article.mentions[len(article.links) :])
        for link in article.links:
            if not link.uri or not link.uri.strip():
                yield Skipped("mention without a URI")
                continue
            try:
                uri = concept(link.uri.strip())
                yield Entry(uri=uri, names=(Name(link.mention.text, SEEN, link.mention.label, 1),))
            except ValueError as error:
                yield Reject(
                    file=file, record=f"PMID {article.document.id}", cause=str(error), remedy=UNKNOWN_IDENTIFIER
                )
