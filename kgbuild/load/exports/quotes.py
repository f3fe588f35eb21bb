"""What evidence quotes."""

from __future__ import annotations

from kgbuild.errors import GraphError


def quotation(identifier: str, pmid: str, first: str | None, second: str | None) -> str:
    """The one or two sentences of an evidence as one text; `Scan` gives them as columns of `placed`.

    Raises:
        GraphError: the article is not in the graph.
    """
    if first is None:
        raise GraphError(
            f"evidence {identifier} stands in article {pmid}, which is not in articles.parquet",
            remedy="Build the graph again from its sources.",
        )
    return first if second is None else f"{first} {second}"
