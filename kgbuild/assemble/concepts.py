"""The `concepts` table: every concept that is mentioned, and the broader ones above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from kgbuild.link.broader import broader_of
from kgbuild.link.forms import clean, name_uri
from kgbuild.model import Concept
from kgbuild.namespaces import NAME, to_curie
from kgbuild.normalize import key

if TYPE_CHECKING:
    from kgbuild.link.index import TermIndex


class Usage(NamedTuple):
    """How a concept is used: the label of most of its mentions, its wordings, the commonest first, and counts."""

    label: str = ""
    wordings: Sequence[Mapping[str, Any]] = ()
    mentions: int = 0
    articles: int = 0
    statements: int = 0


def concept_rows(usage: Mapping[str, Usage], index: TermIndex) -> list[dict[str, Any]]:
    """One row of `tables.CONCEPTS` for each mentioned concept and each of their ancestors, by URI."""
    rows = []
    unknown = {uri: _unknown(uri, used, index) for uri, used in usage.items() if index.concept(uri) is None}
    broader = [parent for concept in unknown.values() for parent in concept.parents]
    for uri in sorted({*usage, *broader, *_above([*usage, *broader], index)}):
        used = usage.get(uri, Usage())
        concept = index.concept(uri) or unknown[uri]
        rows.append(
            {
                "uri": uri,
                "curie": to_curie(uri) or uri,
                "name": concept.name,
                "rank": concept.rank,
                "synonyms": list(dict.fromkeys(name for name in concept.synonyms if name != concept.name)),
                "equivalents": sorted(set(index.equivalents(uri)) - {uri}),
                "parents": sorted({*concept.parents} - {uri}),
                **used._asdict(),
            }
        )
    _tell_apart(rows)
    return [row | {"keys": name_keys(row)} for row in rows]


def name_keys(row: Mapping[str, Any]) -> list[str]:
    """The distinct normal forms of a row's name, synonyms and wordings, in that order."""
    names = (row["name"], *row["synonyms"], *(wording["text"] for wording in row["wordings"]))
    return list(dict.fromkeys(filter(None, map(key, names))))


def _tell_apart(rows: Iterable[dict[str, Any]]) -> None:
    """Of several concepts with one name and label, all but the most mentioned one are called by their CURIE too."""
    taken: set[tuple[str, str]] = set()
    for row in sorted(rows, key=lambda row: (-row["mentions"], row["uri"])):
        name = row["name"]
        shown = key(name) or name, row["label"]
        if shown in taken:
            row |= {"name": f"{name} ({row['curie']})", "synonyms": [name, *row["synonyms"]]}
        taken.add(shown)


def _above(uris: Iterable[str], index: TermIndex) -> set[str]:
    seen: set[str] = set()
    waiting = list(uris)
    while waiting:
        for parent in index.parents(waiting.pop()):
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return seen


def _unknown(uri: str, used: Usage, index: TermIndex) -> Concept:
    """A concept that the term index does not hold: a name of its own, or one from annotated input."""
    texts = tuple(wording["text"] for wording in used.wordings)
    name = next(iter(texts), uri)
    parents: tuple[str, ...] = ()
    if uri.startswith(NAME):
        # Abbreviations come second, however frequent they are.
        written_out = (clean(text) for text in texts if name_uri(clean(text)) == uri)
        name = next(written_out, unquote(uri.removeprefix(NAME)).replace("_", " "))
        parent = broader_of(name, used.label, index)
        parents = (parent,) if parent else ()
    return Concept(uri=uri, curie=to_curie(uri) or uri, name=name, synonyms=texts, parents=parents)
