"""The cue words' file: it speaks of the schema's predicates and pairs alone, and its entries match as told."""

import pytest

from kgbuild.annotate.cues import compile_cues, cue_list, predicate_cues, priors
from kgbuild.schema import load_schema


def test_every_predicate_and_pair_is_the_schemas() -> None:
    schema = load_schema()
    assert set(predicate_cues()) == set(schema.predicate_uris)
    assert set(priors()) == {(s.subject, s.predicate, s.object) for s in schema.signatures}
    assert all(0 < share < 1 for pair in priors().values() for share in pair)


@pytest.mark.parametrize(
    ("entry", "text", "matches"),
    [
        ("reduc*", "It reduced pain", True),
        ("reduc*", "It REDUCES pain", True),
        ("reduc*", "unreduced", False),
        ("risk of", "at risk\nof", True),
        ("no", "a note", False),
        ("no", "no-one", True),
        ("e.g", "egg", False),
    ],
)
def test_entries_are_whole_words(entry: str, text: str, matches: bool) -> None:
    assert bool(compile_cues([entry]).search(text)) is matches


def test_no_words_match_nothing() -> None:
    assert not compile_cues([]).search("anything")


@pytest.mark.parametrize(
    ("table", "name"),
    [("negation", "before"), ("speculation", "after"), ("direction", "undo"), ("clause", "ends")],
)
def test_lists_are_there(table: str, name: str) -> None:
    assert cue_list(table, name).pattern != compile_cues([]).pattern
