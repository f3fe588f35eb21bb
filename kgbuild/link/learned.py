"""The table of what annotated articles call the concepts: by label, URI and spelling, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kgbuild.model import Annotated

COLUMNS = ("label", "uri", "surface", "count")


def learned_table(articles: Iterable[Annotated]) -> str:
    """The lines of a table of `COLUMNS`, tab-separated and sorted, of the articles' linked mentions.

    `kgbuild.link.vocabularies` reads it as it reads the articles themselves. URIs keep their spelling; white space
    in a surface form becomes single spaces.
    """
    counts = Counter(
        (link.mention.label, link.uri.strip(), " ".join(link.mention.text.split()))
        for article in articles
        for link in article.links
        if link.uri and link.uri.strip()
    )
    rows = ["\t".join(COLUMNS), *("\t".join((*name, str(count))) for name, count in sorted(counts.items()))]
    return "\n".join(rows) + "\n"
