"""Names that fill in where a trained model finds nothing: topics that its training articles leave out.

The classes stand in `mappings/filled.tsv`; all that is narrower counts too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from kgbuild.errors import InputError
from kgbuild.files import digest
from kgbuild.link.index import TermIndex
from kgbuild.model import Annotated, Document, Mention, Relation, TermName
from kgbuild.namespaces import to_uri
from kgbuild.protocols import RelationExtractor, Tagger
from kgbuild.resources import asset

CLASSES = "mappings/filled.tsv"
# An abbreviation fills in without a definition where so many articles define it as the same thing.
_KNOWN = 5
_SYMBOL = 7


@dataclass(frozen=True)
class FilledNames:
    """The names of the concepts of some classes."""

    terms: tuple[TermName, ...]

    @classmethod
    def of_index(cls, index: TermIndex) -> FilledNames:
        """The names that an index has for the classes that ship, abbreviations that may mean more left out."""
        found: dict[str, None] = {}
        for root in filled_classes():
            found.update(dict.fromkeys((index.canonical(root), *index.descendants(root))))
        return cls(tuple(term for uri in found for term in index.names_of(uri) if _is_plain(term)))

    @property
    def fingerprint(self) -> str:
        """A hash of the names and their labels."""
        return digest(*(f"{term.name}\t{term.label}\t{term.count}" for term in self.terms), length=16)

    def names(self, labels: Collection[str] | None = None) -> Iterator[TermName]:
        """Every name that has one of the labels (None: any label)."""
        return (term for term in self.terms if labels is None or term.label in labels)


@dataclass(frozen=True)
class Filler:
    """Mentions that fill in, and relations of such mentions where a model finds none."""

    tagger: Tagger
    extractor: RelationExtractor

    def tag(self, documents: Sequence[Document]) -> Sequence[tuple[Mention, ...]]:
        """Each document's mentions of the classes."""
        return self.tagger.tag(documents)

    def relate(self, annotated: Annotated, relations: Sequence[Relation], source: str) -> tuple[Relation, ...]:
        """A model's relations, and others of filled-in mentions with mentions that it does not relate them to.

        Args:
            annotated: the document with all its mentions.
            relations: what the model finds between them.
            source: of the model's own mentions; the others filled in.
        """
        if all(mention.source == source for mention in annotated.mentions):
            return tuple(relations)
        related = {frozenset((relation.subject, relation.object)) for relation in relations}
        [others] = self.extractor.relate([annotated])
        more = (
            relation
            for relation in others
            if {relation.subject.source, relation.object.source} != {source}
            and frozenset((relation.subject, relation.object)) not in related
        )
        return (*relations, *more)


def filled_classes() -> tuple[str, ...]:
    """The URIs of the classes whose names fill in.

    Raises:
        InputError: the table that is installed is damaged.
    """
    path = asset(CLASSES)
    uris = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
        uri = to_uri(line.split("\t")[0])
        if uri is None:
            raise InputError("not a CURIE", file=str(path), record=f"line {number}", remedy="Install kgbuild again.")
        uris.append(uri)
    return tuple(uris)


def filled(found: Sequence[Mention], others: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions found, and of others those that touch none of them, in the order of the text."""
    if not others:
        return tuple(found)
    taken = {(m.span.section, place) for m in found for place in range(m.span.start, m.span.end)}
    free = [m for m in others if not any((m.span.section, at) in taken for at in range(m.span.start, m.span.end))]
    if not free:
        return tuple(found)
    return tuple(sorted((*found, *free), key=lambda m: (m.span.section != "title", m.span.start, m.span.end)))


def _is_plain(term: TermName) -> bool:
    is_symbol = len(term.name) <= _SYMBOL and sum(map(str.isupper, term.name)) > 1
    return term.count >= _KNOWN or not is_symbol
