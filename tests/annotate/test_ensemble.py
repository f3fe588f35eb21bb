"""Several backends as one: what each rule keeps, and what `source` says."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from kgbuild.annotate.ensemble import RULES, Backend, Rule, ensemble, merge_mentions, merge_relations
from kgbuild.model import Annotated, Document, Mention, Relation, Section, Span

TEXT = "Inulin feeds Blautia and calms anxiety disorder."
DOCUMENT = Document(id="1", sections=(Section(name="abstract", text=TEXT),))


def mention(text: str, label: str, score: float, source: str) -> Mention:
    start = TEXT.index(text)
    span = Span(section="abstract", start=start, end=start + len(text))
    return Mention(span=span, text=text, label=label, score=score, source=source)


def relation(subject: Mention, object_: Mention, score: float, predicate: str = "influence") -> Relation:
    return Relation(subject=subject, predicate=predicate, object=object_, score=score, source=subject.source)


@dataclass(frozen=True)
class Fixed:
    """Finds the same wherever it is asked."""

    mentions: tuple[Mention, ...]
    relations: tuple[Relation, ...]

    def annotate(self, documents: Sequence[Document]) -> list[Annotated]:
        return [Annotated(document=d, mentions=self.mentions, relations=self.relations) for d in documents]

    def relate(self, documents: Sequence[Annotated]) -> list[tuple[Relation, ...]]:
        return [self.relations for _ in documents]


def member(source: str, anxiety: str, score: float, predicate: str = "influence") -> Backend:
    inulin, disorder = mention("Inulin", "dietary supplement", score, source), mention(anxiety, "DDF", score, source)
    fixed = Fixed((inulin, disorder), (relation(inulin, disorder, score, predicate),))
    return Backend(fixed, fixed)


SHORT, LONG = member("short", "anxiety", 0.9), member("long", "anxiety disorder", 0.6)


def annotate(rule: Rule, *members: Backend) -> Annotated:
    (result,) = ensemble(rule, members).annotator.annotate([DOCUMENT])
    return result


def test_union_takes_all_and_of_overlapping_mentions_the_longest() -> None:
    found = annotate("union", SHORT, LONG)
    assert [(m.text, m.score, m.source) for m in found.mentions] == [
        ("Inulin", 0.9, "short+long"),
        ("anxiety disorder", 0.6, "long"),
    ]
    # The relation with "anxiety" has lost its end.
    assert [(r.subject.source, r.object.text, r.score) for r in found.relations] == [
        ("short+long", "anxiety disorder", 0.6)
    ]


def test_union_merges_equal_relations_and_keeps_the_best_score() -> None:
    found = annotate("union", LONG, member("other", "anxiety disorder", 0.8))
    assert [(r.score, r.source) for r in found.relations] == [(0.8, "long+other")]


def test_vote_keeps_what_more_than_half_found_alike() -> None:
    found = annotate("vote", SHORT, LONG, member("other", "anxiety disorder", 0.8, predicate="affect"))
    assert [(m.text, m.source) for m in found.mentions] == [
        ("Inulin", "short+long+other"),
        ("anxiety disorder", "long+other"),
    ]
    assert found.mentions[1].score == pytest.approx(0.7)
    assert found.relations == ()  # no two agree on the predicate
    assert annotate("vote", SHORT, LONG).mentions[-1].text == "Inulin"  # one of two is no majority


def test_priority_fills_gaps_alone() -> None:
    blautia = mention("Blautia", "bacteria", 0.3, "third")
    inulin, anxiety = (
        mention(*place, 0.3, "third") for place in (("Inulin", "dietary supplement"), ("anxiety", "DDF"))
    )
    adds = relation(blautia, inulin, 0.3, "interact")
    again = relation(inulin, anxiety, 0.3, "affect")
    fixed = Fixed((inulin, blautia, anxiety), (again, adds))
    found = annotate("priority", SHORT, LONG, Backend(fixed, fixed))
    assert [(m.text, m.score) for m in found.mentions] == [("Inulin", 0.9), ("Blautia", 0.3), ("anxiety", 0.9)]
    assert [(r.predicate, r.score) for r in found.relations] == [("influence", 0.9), ("interact", 0.3)]


@pytest.mark.parametrize("rule", RULES)
def test_given_mentions_are_related_by_all(rule: Rule) -> None:
    (inulin, disorder) = LONG.annotator.annotate([DOCUMENT])[0].mentions
    given = Annotated(document=DOCUMENT, mentions=(inulin, disorder))
    agreeing = member("other", "anxiety disorder", 0.8)
    ((found,),) = ensemble(rule, [LONG, agreeing]).extractor.relate([given])
    assert (found.subject, found.object, found.source) == (inulin, disorder, "long+other")
    assert found.score == {"union": 0.8, "vote": pytest.approx(0.7), "priority": 0.6}[rule]
    assert ensemble(rule, [SHORT, SHORT]).extractor.relate([given]) == [()]


@pytest.mark.parametrize("rule", RULES)
def test_one_mind_alone_is_left_as_it_is(rule: Rule) -> None:
    alone = SHORT.annotator.annotate([DOCUMENT])[0]
    assert annotate(rule, SHORT, SHORT) == alone
    assert annotate(rule, ensemble(rule, [SHORT, SHORT]), SHORT) == alone


@pytest.mark.parametrize("rule", RULES)
def test_nothing_found_gives_nothing(rule: Rule) -> None:
    assert merge_mentions(rule, [(), ()]) == ()
    assert merge_relations(rule, [(), ()], ()) == ()
