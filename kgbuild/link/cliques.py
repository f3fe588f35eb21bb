"""Cliques of URIs that mean the same concept, and which of them is canonical."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from kgbuild.errors import KgbuildError
from kgbuild.link.canonical import prefix
from kgbuild.resources import asset

_UNRANKED = 1 << 30


@cache
def vocabulary_ranks() -> Mapping[str, int]:
    """The stated order of vocabularies, by prefix; from `mappings/vocabularies.tsv`.

    Raises:
        KgbuildError: a row's rank is not a number.
    """
    path = asset("mappings/vocabularies.tsv")
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    header = lines[0].split("\t")
    at, rank = header.index("prefix"), header.index("rank")
    rows = [line.split("\t") for line in lines[1:] if line]
    try:
        return {row[at]: int(row[rank]) for row in rows}
    except (ValueError, IndexError) as error:
        raise KgbuildError(f"{path}: {error}", remedy="Give each prefix a rank, a whole number.") from error


class Cliques:
    """A union-find over standard URIs.

    An alias always joins the record that it was merged into. An equivalence is refused where it would put two
    concepts of one vocabulary into one clique: mappings are made pair by pair, and chains of them drift.
    """

    def __init__(self, ranks: Mapping[str, int], vocabulary: Callable[[str], str] = prefix) -> None:
        self._ranks = ranks
        self._vocabulary = vocabulary
        self._up: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._concepts: dict[str, dict[str, str]] = {}
        self._aliases: set[str] = set()

    def alias(self, uri: str, old: str) -> None:
        """Say that `old` is a former identifier of `uri`. All aliases come before the first equivalence."""
        first, second = self._find(uri), self._find(old)
        if first != second:
            self._aliases.add(old)
            self._merge(first, second)
            self._concepts[first] = {self._vocabulary(first): first}

    def same(self, uri: str, other: str) -> bool:
        """Say that two URIs mean the same; False where that is refused."""
        first, second = self._find(uri), self._find(other)
        if first == second:
            return True
        if self._concepts[first].keys() & self._concepts[second].keys():
            return False
        self._merge(first, second)
        return True

    def is_alias(self, uri: str) -> bool:
        """Whether a URI is a former identifier of another."""
        return uri in self._aliases

    def canonical(self, uri: str) -> str:
        """The member of the clique whose vocabulary ranks first; an alias only where nothing else is left."""
        return min(self.members(uri), key=self._order)

    def members(self, uri: str) -> list[str]:
        """All URIs of the clique, in the order they joined."""
        return self._members[self._find(uri)] if uri in self._up else [uri]

    def freeze(self) -> dict[str, str]:
        """Every URI in a clique of two or more, with its canonical one."""
        return {
            uri: canonical
            for members in self._members.values()
            if len(members) > 1
            for canonical in [min(members, key=self._order)]
            for uri in members
        }

    def _order(self, uri: str) -> tuple[bool, int, str, str]:
        vocabulary = self._vocabulary(uri)
        return uri in self._aliases, self._ranks.get(vocabulary, _UNRANKED), vocabulary, uri

    def _find(self, uri: str) -> str:
        if uri not in self._up:
            self._up[uri] = uri
            self._members[uri] = [uri]
            self._concepts[uri] = {self._vocabulary(uri): uri}
        root = uri
        while self._up[root] != root:
            root = self._up[root]
        while self._up[uri] != root:
            self._up[uri], uri = root, self._up[uri]
        return root

    def _merge(self, first: str, second: str) -> None:
        self._up[second] = first
        self._members[first] += self._members.pop(second)
        self._concepts[first] |= self._concepts.pop(second)
