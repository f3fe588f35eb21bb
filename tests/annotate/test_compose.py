"""Tagging, relating and judging in one, and the context of relations that others found."""

from collections.abc import Sequence
from dataclasses import replace

from kgbuild.annotate.compose import compose, with_context
from kgbuild.annotate.cooccurrence import CooccurrenceExtractor
from kgbuild.model import Annotated, Document, Mention, Relation, Section, SectionName, Span
from kgbuild.schema import load_schema

LABELS = {"Inulin": "dietary supplement", "Blautia": "bacteria", "anxiety": "DDF", "depression": "DDF"}


class Words:
    """A tagger that knows four words."""

    def tag(self, documents: Sequence[Document]) -> list[tuple[Mention, ...]]:
        return [
            tuple(
                mention(document, part.name, word)
                for part in document.sections
                for word in LABELS
                if word in part.text
            )
            for document in documents
        ]


def mention(document: Document, section: SectionName, word: str) -> Mention:
    start = document.text(section).index(word)
    span = Span(section=section, start=start, end=start + len(word))
    return Mention(span=span, text=word, label=LABELS[word])


def document(abstract: str, title: str = "") -> Document:
    sections = (Section(name="title", text=title), Section(name="abstract", text=abstract))
    return Document(id="1", sections=sections)


def test_an_annotator_of_two_parts() -> None:
    annotator = compose(Words(), CooccurrenceExtractor(load_schema()))
    texts = ["Mice slept. Inulin did not reduce anxiety.", "", "Inulin may raise Blautia."]
    found = annotator.annotate([document(text) for text in texts])
    assert [len(one.relations) for one in found] == [1, 0, 1]
    denied, supposed = found[0].relations[0], found[2].relations[0]
    assert (denied.negated, denied.speculative, denied.direction) == (True, False, "none")
    assert (supposed.negated, supposed.speculative, supposed.direction) == (False, True, "increase")


def test_relations_of_any_extractor_are_judged() -> None:
    given = document("Inulin was fed. It is unclear whether it alleviates depression.", title="Blautia and anxiety")
    bare = Annotated(document=given)
    across = Relation(
        subject=mention(given, "abstract", "Inulin"),
        predicate="influence",
        object=mention(given, "abstract", "depression"),
    )
    sections = Relation(
        subject=mention(given, "abstract", "Inulin"),
        predicate="influence",
        object=mention(given, "title", "anxiety"),
    )
    first, second = with_context(replace(bare, relations=(across, sections))).relations
    assert (first.negated, first.speculative, first.direction) == (False, True, "decrease")
    assert (second.negated, second.speculative, second.direction) == (False, False, "unknown")
    assert first.claim == second.claim == "outcome"
    assert replace(first, speculative=False, direction="unknown", claim="other") == across


def test_nothing_to_judge() -> None:
    bare = Annotated(document=document("Inulin."))
    assert with_context(bare) is bare
