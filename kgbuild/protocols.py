"""What each stage offers the next. Implementers inherit nothing; outputs match inputs in order and length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from kgbuild.model import Annotated, Document, Mention, Record, Relation

if TYPE_CHECKING:
    from kgbuild.query.results import Table


class SourceFile(Protocol):
    """One file of articles, read as a stream."""

    @property
    def name(self) -> str:
        """How messages name it, usually its path."""

    def fingerprint(self) -> str:
        """A hash of the content."""

    def records(self) -> Iterator[Record]:
        """The articles, deletions and unreadable records, in the file's order."""


class Annotator(Protocol):
    """Finds mentions and relations together, since one model may find both in one pass."""

    def annotate(self, documents: Sequence[Document]) -> Sequence[Annotated]:
        """One result for each document."""


class Tagger(Protocol):
    """Finds mentions."""

    def tag(self, documents: Sequence[Document]) -> Sequence[tuple[Mention, ...]]:
        """Each document's mentions, sorted by section (title first), start and end."""


class RelationExtractor(Protocol):
    """Finds relations between mentions that are given."""

    def relate(self, documents: Sequence[Annotated]) -> Sequence[tuple[Relation, ...]]:
        """Each document's relations."""


class Linker(Protocol):
    """Gives mentions their concepts; follows the annotator and never feeds back."""

    def link(self, documents: Sequence[Annotated]) -> Sequence[Annotated]:
        """The same documents with `links`, one for each mention in the mentions' order."""


class QueryRunner(Protocol):
    """Answers read-only SPARQL, from an embedded store or a server."""

    def run(self, query: str, parameters: Mapping[str, str] | None = None) -> Table:
        """The rows of a SELECT (or the one value of an ASK); parameters are bound, never spliced."""
