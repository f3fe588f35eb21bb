"""The co-occurrence baseline: which pairs it relates, by which predicate, and how its score moves."""

import re

import pytest

from kgbuild.annotate.cooccurrence import CooccurrenceExtractor
from kgbuild.model import Annotated, Document, Mention, Relation, Section, SectionName, Span
from kgbuild.schema import load_schema

SCHEMA = load_schema()


def annotated(marked: str, title: str = "") -> Annotated:
    """`[butyrate|chemical]` is a mention."""
    sections = []
    mentions = []
    names: tuple[tuple[SectionName, str], ...] = (("title", title), ("abstract", marked))
    for name, source in names:
        text = ""
        done = 0
        for match in re.finditer(r"\[([^|\]]+)\|([^\]]+)\]", source):
            text += source[done : match.start()]
            span = Span(section=name, start=len(text), end=len(text) + len(match[1]))
            mentions.append(Mention(span=span, text=match[1], label=match[2]))
            text += match[1]
            done = match.end()
        sections.append(Section(name=name, text=text + source[done:]))
    return Annotated(document=Document(id="1", sections=tuple(sections)), mentions=tuple(mentions))


def relate(marked: str, title: str = "", threshold: float | None = None) -> tuple[Relation, ...]:
    extractor = CooccurrenceExtractor(SCHEMA, **({} if threshold is None else {"threshold": threshold}))
    (found,) = extractor.relate([annotated(marked, title)])
    return found


def triples(marked: str, title: str = "") -> list[tuple[str, str, str]]:
    return [(r.subject.text, r.predicate, r.object.text) for r in relate(marked, title)]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[Butyrate|chemical] alleviates [colitis|DDF].", ("Butyrate", "influence", "colitis")),
        ("[Kimchi|food] reduced [colitis|DDF].", ("Kimchi", "influence", "colitis")),
        ("[Inulin|dietary supplement] altered [flora|microbiome].", ("Inulin", "impact", "flora")),
        ("[ketamine|drug] treats [depression|DDF].", ("ketamine", "change effect", "depression")),
        ("[depression|DDF] in [patients|human]", ("depression", "target", "patients")),
        ("[patients|human] with [depression|DDF]", ("depression", "target", "patients")),
        ("[flora|microbiome] is associated with [obesity|DDF].", ("flora", "is linked to", "obesity")),
        ("[flora|microbiome] of [mice|animal]", ("flora", "located in", "mice")),
        ("[Blautia|bacteria] was found in [flora|microbiome].", ("Blautia", "part of", "flora")),
        ("[Men|human] underwent [MRI|biomedical technique]", ("Men", "used by", "MRI")),
        ("[PD|DDF] leads to [constipation|DDF].", ("PD", "affect", "constipation")),
        ("[constipation|DDF] caused by [PD|DDF]", ("PD", "affect", "constipation")),
        ("[synucleinopathies|DDF] such as [PD|DDF]", ("PD", "is a", "synucleinopathies")),
        ("[Butyrate|chemical] is produced by [flora|microbiome].", ("Butyrate", "produced by", "flora")),
        ("[Butyrate|chemical] alters [flora|microbiome].", ("Butyrate", "impact", "flora")),
        ("[GPR41|chemical] interacts with [butyrate|chemical]", ("GPR41", "interact", "butyrate")),
        ("[p75|chemical] is a subunit of [NGFR|chemical]", ("p75", "part of", "NGFR")),
        ("[Inulin|dietary supplement] was administered to [mice|animal].", ("Inulin", "administered", "mice")),
        ("[mice|animal] received [ketamine|drug]", ("ketamine", "administered", "mice")),
        ("[PD|DDF] was marked by lower [Blautia|bacteria]", ("PD", "change abundance", "Blautia")),
        ("[PD|DDF] affects the [striatum|anatomical location]", ("PD", "strike", "striatum")),
        ("[Butyrate|chemical] upregulated [BDNF|gene].", ("Butyrate", "change expression", "BDNF")),
        ("[oral microbiota|microbiome] versus [flora|microbiome]", ("oral microbiota", "compared to", "flora")),
    ],
)  # fmt: skip
def test_each_predicate_in_its_plainest_words(marked: str, expected: tuple[str, str, str]) -> None:
    assert triples(marked) == [expected]


@pytest.mark.parametrize(
    "marked",
    [
        "[mice|animal] and [rats|animal]",  # no predicate is legal
        "[Butyrate|chemical] was low. The [colitis|DDF] was bad.",  # two sentences
        "[PD|DDF] and [PD|DDF]",  # the same
        "no mention at all",
        "",
    ],
)
def test_nothing_to_relate(marked: str) -> None:
    assert triples(marked) == []


def test_the_title_is_one_sentence() -> None:
    assert triples("", title="[Butyrate|chemical] relieves [colitis|DDF]. It is cheap.") == [
        ("Butyrate", "influence", "colitis")
    ]


def test_the_nearest_of_several_mentions_is_taken() -> None:
    (found,) = relate("[Colitis|DDF] was bad but [butyrate|chemical] alleviated [colitis|DDF].")
    assert found.object.text == "colitis"


def test_distance_crowding_and_cues_move_the_score() -> None:
    def score(marked: str) -> float:
        return relate(marked, threshold=0.0)[0].score

    near = score("[Butyrate|chemical] with [colitis|DDF].")
    assert near > score("[Butyrate|chemical] with a few more words than that stood by [colitis|DDF].")
    assert near > score("[Butyrate|chemical] with [colitis|DDF] in [the brain|anatomical location].")
    assert near < score("[Butyrate|chemical] reduced [colitis|DDF].")


def test_the_threshold_leaves_out_the_weak() -> None:
    marked = "[Butyrate|chemical] with a few more words than that stood by [colitis|DDF]."
    assert relate(marked, threshold=0.0)
    assert not relate(marked, threshold=0.9)
    assert all(relation.score >= 0.3 for relation in relate(marked))
