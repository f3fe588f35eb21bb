"""What claims say changes, on sentences written for each form (`claims.tsv`)."""

from pathlib import Path
from typing import NamedTuple

import pytest

from kgbuild.annotate.clauses import End, Sentence
from kgbuild.annotate.context import is_negated
from kgbuild.annotate.direction import direction


class Claim(NamedTuple):
    sentence: str
    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    direction: str
    claim: str


_LINES = Path(__file__).with_name("claims.tsv").read_text(encoding="utf-8").splitlines()
CLAIMS = [Claim(*line.split("\t")) for line in _LINES if not line.startswith("#")]
# Names in these sentences, so that lists and other agents are seen as what they are.
NAMES = {
    "Alistipes": "bacteria", "Dorea": "bacteria", "Blautia": "bacteria", "Klebsiella": "bacteria",
    "Proteus": "bacteria", "L. plantarum": "bacteria", "Inulin": "dietary supplement", "pectin": "dietary supplement",
    "propionate": "chemical", "sleep": "DDF", "methamphetamine": "drug", "Sutterella": "bacteria",
}  # fmt: skip


def parts(claim: Claim) -> tuple[Sentence, End, End]:
    known = {**NAMES, claim.subject: claim.subject_label, claim.object: claim.object_label}
    found = {
        name: End(at, at + len(name), label, name)
        for name, label in known.items()
        if (at := claim.sentence.find(name)) >= 0
    }
    ends = sorted(found.values(), key=lambda end: end.start)
    return Sentence(claim.sentence, ends), found[claim.subject], found[claim.object]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.subject}-{claim.object}: {claim.sentence}")
def test_what_changes_and_of_what_kind_the_claim_is(claim: Claim) -> None:
    assert direction(parts(claim)[0], claim.predicate, *parts(claim)[1:]) == (claim.direction, claim.claim)


def test_other_schemas_have_directions_too() -> None:
    ends = End(0, 4, "ChemicalEntity", "Zinc"), End(12, 19, "DiseaseOrPhenotypicFeature", "anxiety")
    sentence = Sentence("Zinc eased anxiety.", (ends[0], End(11, 18, ends[1].label, "anxiety")))
    assert direction(sentence, "Negative_Correlation", *sentence.mentions) == ("decrease", "outcome")


_GIVEN = Path(__file__).with_name("given_relations.tsv").read_text(encoding="utf-8").splitlines()
GIVEN = [tuple(line.split("\t")) for line in _GIVEN if not line.startswith("#")]
FLOOR = 0.95


def test_relations_of_another_corpus_reach_the_floor() -> None:
    """Diet and microbes, with another schema's labels; all names of a sentence are its mentions."""
    right = 0
    for sentence, subject, first, object_, last, expected in GIVEN:
        known = {name: label for text, a, b, c, d, _ in GIVEN if text == sentence for name, label in ((a, b), (c, d))}
        ends = {n: End(at := sentence.index(n), at + len(n), label, n) for n, label in known.items()}
        whole = Sentence(sentence, sorted(ends.values(), key=lambda end: end.start))
        spans = sorted((ends[subject].span, ends[object_].span))
        denied = is_negated(whole, "affects", *spans)
        found, _ = direction(whole, "affects", ends[subject], ends[object_], negated=denied, given=True)
        right += found == expected
        assert (first, last) == (known[subject], known[object_])
    assert right / len(GIVEN) >= FLOOR


def test_of_a_relation_that_is_given_the_nearest_cue_decides() -> None:
    text = "Among these, of which iron fell, zinc took part in what was lower: Blautia."
    sentence = Sentence(text, [End(at := text.index(n), at + len(n), "x", n) for n in ("zinc", "Blautia")])
    assert direction(sentence, "impact", *sentence.mentions)[0] == "unknown"
    assert direction(sentence, "impact", *sentence.mentions, given=True)[0] == "decrease"
