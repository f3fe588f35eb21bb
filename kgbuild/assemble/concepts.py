"""The `concepts` table: every concept that is mentioned, and the broader ones above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kgbuild.link.variants import Definitions, name_uri, variants
from kgbuild.model import Concept
from kgbuild.namespaces import NAME, to_curie

if TYPE_CHECKING:
    from kgbuild.link.index import TermIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How a concept is mentioned: its most frequent label, its ten most frequent wordings, and how often."""

    label: str
    texts: tuple[str, ...]
    mentions: int
    articles: int


def concept_rows(usage: Mapping[str, Usage], index: TermIndex) -> Iterator[dict[str, Any]]:
    """One row of `tables.CONCEPTS` for each mentioned concept and each of their ancestors, by URI."""
    unused = Usage(label="", texts=(), mentions=0, articles=0)
    for uri in sorted({*usage, *_above(usage, index)}):
        used = usage.get(uri, unused)
        concept = index.concept(uri) or _unknown(uri, used)
        names = dict.fromkeys(name for name in concept.synonyms if name != concept.name)
        yield {
            "uri": uri,
            "curie": to_curie(uri) or uri,
            "name": concept.name,
            "label": used.label,
            "synonyms": list(names),
            "equivalents": sorted(set(index.equivalents(uri)) - {uri}),
            "parents": sorted(set(index.parents(uri)) - {uri}),
            "mentions": used.mentions,
            "articles": used.articles,
        }


def _above(uris: Iterable[str], index: TermIndex) -> set[str]:
    seen: set[str] = set()
    waiting = list(uris)
    while waiting:
        for parent in index.parents(waiting.pop()):
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return seen


def _unknown(uri: str, used: Usage) -> Concept:
    """A concept that the term index does not hold: a name that stands for itself, or one from annotated input."""
    name = next(iter(used.texts), uri)
    if uri.startswith(NAME):
        # Abbreviations come second, however frequent they are.
        written_out = (text for text in used.texts if name_uri(variants(text, Definitions())) == uri)
        name = next(written_out, unquote(uri.removeprefix(NAME)).replace("_", " "))
    return Concept(uri=uri, curie=to_curie(uri) or uri, name=name, synonyms=used.texts)
