"""What one worker does: annotate and link one part of the articles.

A worker is given names and paths alone and opens what it needs itself, so that any map (a pool of processes,
a cluster) can run it. A part that stands on disk is not made again.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild import __version__
from kgbuild.annotate.backends import Extraction, parse
from kgbuild.annotate.compose import with_context
from kgbuild.annotate.ensemble import Backend
from kgbuild.annotate.output import Failure, attempt, check_annotated, check_relations
from kgbuild.annotate.study import study_of
from kgbuild.assemble import failures
from kgbuild.assemble.evidence import evidence_rows, mention_rows
from kgbuild.assemble.parts import (
    FOUND,
    Result,
    read_annotations,
    read_documents,
    write_table,
)
from kgbuild.assemble.workspace import Workspace
from kgbuild.config import Settings, cores
from kgbuild.errors import ConfigurationError
from kgbuild.files import digest, file_digest
from kgbuild.link.concepts import ConceptLinker
from kgbuild.link.default import index_of
from kgbuild.link.index import TermIndex
from kgbuild.link.linker import THRESHOLD, DictionaryLinker
from kgbuild.link.reranker import WEIGHTS as RERANKER
from kgbuild.model import Annotated, Document, Reject, Relation, Study
from kgbuild.protocols import Linker
from kgbuild.resources import asset
from kgbuild.schema import Schema, load_schema
from kgbuild.tables import MENTIONS

if TYPE_CHECKING:
    from kgbuild.link.dense import DenseNames
    from kgbuild.link.encoders import Encoder

# What annotation depends on beside code, names and ontology.
_RULES = ("mappings/belief.tsv", "mappings/cues.toml", "mappings/stopped_names.txt")


@dataclass(frozen=True)
class Stages:
    """The extractor and the linker of one configuration, made when they are first needed."""

    settings: Settings

    def __post_init__(self) -> None:
        """Refuse what can not be read, before anything else is done."""
        parse(self.settings.extractor)
        if self.settings.link_encoder and self.settings.link != "dense":
            raise ConfigurationError(
                f"link_encoder {self.settings.link_encoder!r} is for dense candidates",
                remedy='Give --link dense (link = "dense") as well.',
            )

    @cached_property
    def schema(self) -> Schema:
        """Labels, predicates and legal pairs."""
        return load_schema(self.settings.ontology)

    @cached_property
    def index(self) -> TermIndex:
        """The names and concepts."""
        return TermIndex.open(index_of(self.settings.terms, self.settings.only_terms))

    @cached_property
    def extraction(self) -> Extraction:
        """How mentions and relations are found."""
        # In a pool each process takes its share of the cores; a process alone takes all.
        processes = (self.settings.workers or 1) if multiprocessing.parent_process() else 1
        return Extraction(parse(self.settings.extractor), self.schema, self.settings, processes)

    @property
    def workers(self) -> int:
        """How many processes annotate and link, where there is work for all."""
        return self.settings.workers or (cores() if self.extraction.device == "cpu" else 1)

    @cached_property
    def backend(self) -> Backend:
        """Finds mentions and relations."""
        return self.extraction.open(self.index)

    @cached_property
    def linker(self) -> Linker:
        """Gives mentions their concepts."""
        settings, names = self.settings, not self.settings.linked_only
        benchmark = settings.uris == "benchmark"
        guess = None
        if benchmark or settings.link != "names":
            threshold = THRESHOLD if settings.link_threshold is None else settings.link_threshold
            guess = DictionaryLinker(self.index, self.schema, threshold=threshold, dense=self.dense, names=names)
        return guess if guess and benchmark else ConceptLinker(self.index, self.schema, names=names, guess=guess)

    @cached_property
    def encoder(self) -> Encoder | None:
        """Gives names their vectors; None where candidates are of alike names alone.

        Raises:
            ConfigurationError: there is no such encoder, or torch is missing for it.
            InputError: its folder is damaged.
        """
        if self.settings.link != "dense":
            return None
        from kgbuild.link.encoders import open_encoder

        return open_encoder(self.settings.link_encoder, threads=self.extraction.threads)

    @cached_property
    def dense(self) -> DenseNames | None:
        """The vectors of the index's names, made where they are not in the user's cache."""
        if self.encoder is None:
            return None
        from kgbuild.link.dense import DenseNames

        return DenseNames(self.index, self.encoder)

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """All that a graph's content depends on beside its articles."""
        return {
            "kgbuild": __version__,
            "ontology": self.schema.fingerprint,
            **self.extraction.configuration,
            "min_entity_score": self.settings.min_entity_score,
            "min_score": self.settings.min_score,
            "rules": digest(*map(file_digest, _rules()), length=16),
            "terms": self.index.fingerprint,
            "link": self.settings.link if self.encoder is None else f"dense:{self.encoder.fingerprint}",
            "uris": self.settings.uris,
            "reranker": file_digest(asset(RERANKER)),
            "link_threshold": self.settings.link_threshold,
            "linked_only": self.settings.linked_only,
            "direct_threshold": self.settings.direct_threshold,
        }

    @cached_property
    def run(self) -> str:
        """The identifier of a run: the hash of its configuration."""
        return digest(json.dumps(self.configuration, sort_keys=True), length=16)

    def keys(self, documents: str, failed: Sequence[failures.Failed] = ()) -> tuple[str, str]:
        """From a documents part's key to those of its annotations, without what failed, and of its links."""
        apart = {"link", "uris", "reranker", "link_threshold", "linked_only", "direct_threshold"}
        if not self.extraction.needs_terms:
            apart.add("terms")
        used = {name: value for name, value in self.configuration.items() if name not in apart}
        annotations = digest(documents, json.dumps(used, sort_keys=True))
        if failed:
            annotations = digest(annotations, failures.fingerprint(failed))
        return annotations, digest(annotations, str(self.settings.link_threshold), self.run)

    def failed(self, root: Path, key: str) -> tuple[failures.Failed, ...]:
        """The articles of a documents part that could not be annotated so far."""
        return failures.read(Workspace(root), self.keys(key)[0])

    def standing(self, root: Path, key: str) -> tuple[str, str]:
        """From a documents part's key to those of the annotations and the links that stand, finished or not."""
        return self.keys(key, self.failed(root, key))

    def process(self, root: Path, key: str) -> int:
        """Annotate and link one documents part; returns its number of articles."""
        workspace = Workspace(root)
        documents = list(read_documents(workspace.part("documents", key)))
        failures.annotate_part(workspace, partial(self.keys, key), documents, self.annotate)
        annotations, links = self.standing(root, key)
        evidence = workspace.part("evidence", links)
        if not evidence.exists():
            results = list(read_annotations(workspace.part("annotations", annotations), documents))
            linked = self.linker.link([result.annotated for result in results])
            mentions = [row for annotated in linked for row in mention_rows(annotated)]
            write_table(workspace.part("mentions", links), mentions, MENTIONS)
            rows = [
                row
                for annotated, result in zip(linked, results, strict=True)
                for row in evidence_rows(annotated, study=result.study, schema=self.schema, run=self.run)
            ]
            write_table(evidence, rows, FOUND)
        return len(documents)

    def is_done(self, root: Path, key: str) -> bool:
        """Whether a documents part has been annotated and linked, and no article of it is to be tried again."""
        failed = self.failed(root, key)
        links = self.keys(key, failed)[1]
        return all(item.settled for item in failed) and Workspace(root).part("evidence", links).exists()

    def annotate(self, documents: Sequence[Document]) -> list[Result]:
        """Annotate documents; one that fails does not stop the others, and says why."""
        if not documents:
            return []
        # A backend that can not be opened is no document's fault.
        self.backend  # noqa: B018
        found = attempt(self._annotated, documents)
        return [
            Result(annotated=Annotated(document=document), study=Study(), error=item.cause, own=item.own)
            if isinstance(item, Failure)
            else item
            for document, item in zip(documents, found, strict=True)
        ]

    def _annotated(self, documents: Sequence[Document]) -> list[Result]:
        found = self.backend.annotator.annotate(documents)
        return [_result(self._sure(one)) for one in check_annotated(found, documents, self.schema)]

    def stream(
        self,
        documents: Iterable[Annotated],
        *,
        keep_mentions: bool,
        failed: Callable[[Reject], None],
    ) -> Iterator[Annotated]:
        """Annotate and link documents without storing them, in their order.

        Args:
            documents: with or without annotations, which are looked at only with `keep_mentions`.
            keep_mentions: take the mentions that are there, and find their relations and links.
            failed: is told of each document that could not be annotated, and is left out.
        """
        waiting = iter(documents)
        while batch := list(islice(waiting, self.settings.part_size)):
            annotated = []
            found = attempt(self._relate if keep_mentions else self._fresh, batch)
            for item, result in zip(batch, found, strict=True):
                if isinstance(result, Failure):
                    failed(Reject(file="", record=f"PMID {item.document.id}", cause=result.cause))
                else:
                    annotated.append(result)
            yield from map(self._spelled, self.linker.link(annotated))

    @staticmethod
    def judge(documents: Iterable[Annotated], *, failed: Callable[[Reject], None]) -> Iterator[Annotated]:
        """Judge the relations that documents have: negation, speculation, claim, direction, and if it is a finding.

        Mentions, relations of any label and predicate, and links stay as they are given; neither a model nor a term
        index is opened. `failed` is told of each document that could not be judged.
        """
        for document in documents:
            try:
                yield with_context(document, given=True)
            except Exception as error:
                cause = f"{type(error).__name__}: {error}"
                failed(Reject(file="", record=f"PMID {document.document.id}", cause=cause))

    def _spelled(self, annotated: Annotated) -> Annotated:
        """With canonical URIs, unless the index's own spelling is asked for."""
        if self.settings.uris == "benchmark":
            return annotated
        links = (replace(link, uri=link.canonical) if link.uri else link for link in annotated.links)
        return replace(annotated, links=tuple(links))

    def _sure(self, annotated: Annotated) -> Annotated:
        """Without what scores too little."""
        least = self.settings.min_entity_score
        lost = {mention for mention in annotated.mentions if mention.score < least}
        mentions = tuple(mention for mention in annotated.mentions if mention not in lost)
        between = (r for r in annotated.relations if r.subject not in lost and r.object not in lost)
        return replace(annotated, mentions=mentions, relations=self._sure_relations(between))

    def _sure_relations(self, relations: Iterable[Relation]) -> tuple[Relation, ...]:
        return tuple(relation for relation in relations if relation.score >= self.settings.min_score)

    def _fresh(self, batch: Sequence[Annotated]) -> list[Annotated]:
        return [result.annotated for result in self._annotated([item.document for item in batch])]

    def _relate(self, batch: Sequence[Annotated]) -> list[Annotated]:
        bare = [replace(item, relations=(), links=()) for item in batch]
        found = check_relations(self.backend.extractor.relate(bare), bare, self.schema)
        return [
            with_context(replace(item, relations=self._sure_relations(relations)))
            for item, relations in zip(bare, found, strict=True)
        ]


@cache
def _rules() -> tuple[Path, ...]:
    """The tables and the code that decide what a sentence says."""
    code = sorted((Path(__file__).parent / "annotate").rglob("*.py"))
    return (*(asset(name) for name in _RULES), *code)


def _result(annotated: Annotated) -> Result:
    return Result(annotated=annotated, study=study_of(annotated.document, annotated.mentions))
