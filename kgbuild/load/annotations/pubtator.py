"""PubTator's text format: title, abstract, mentions with their concepts, and relations between concepts.

What the format has no place for is not written: scores, negation, claims, direction, journal, dates. A mention that
is not linked but has a relation is named NIL1, NIL2 …, within its article. Line breaks and tabs in the text
become spaces, one for one, so that offsets hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO

from kgbuild.identifiers import NO_IDENTIFIER, identifier_text, links_in_order
from kgbuild.model import Annotated, Link, Mention

_ONE_LINE = str.maketrans("\t\n\r", "   ")


def write_pubtator(documents: Iterable[Annotated], stream: BinaryIO) -> None:
    """Write articles in PubTator's format; `kgbuild.source.pubtator.read_pubtator` reads it."""
    for document in documents:
        stream.write("\n".join([*_lines(document), "", ""]).encode())


def _lines(document: Annotated) -> Iterable[str]:
    source = document.document
    pmid, title, abstract = source.id.translate(_ONE_LINE), source.text("title"), source.text("abstract")
    yield f"{pmid}|t|{title.translate(_ONE_LINE)}"
    yield f"{pmid}|a|{abstract.translate(_ONE_LINE)}"
    links = links_in_order(document)
    named = _named(document, links)
    for mention, link in zip(document.mentions, links, strict=True):
        identifier = identifier_text(link)
        shift = 0 if mention.span.section == "title" else len(title) + 1
        yield "\t".join(
            (
                pmid,
                str(mention.span.start + shift),
                str(mention.span.end + shift),
                mention.text.translate(_ONE_LINE),
                mention.label,
                named.get(mention, NO_IDENTIFIER) if identifier == NO_IDENTIFIER else identifier,
            )
        )
    for relation in document.relations:
        yield "\t".join((pmid, relation.predicate, named[relation.subject], named[relation.object]))


def _named(document: Annotated, links: Sequence[Link | None]) -> dict[Mention, str]:
    """What relations call each mention: its first link's identifier."""
    named = {link.mention: identifier_text(link) for link in reversed(links) if link}
    unnamed = 0
    for relation in document.relations:
        for mention in (relation.subject, relation.object):
            if named.get(mention, NO_IDENTIFIER) == NO_IDENTIFIER:
                unnamed += 1
                named[mention] = f"NIL{unnamed}"
    return named
