"""UMLS release files."""

from kgbuild.link.vocabularies.records import EXACT, PREFERRED, Entry, Name, Skipped
from tests.link.vocabularies.samples import MRCONSO, MRSTY


def test_umls_takes_english_unsuppressed_names_and_semantic_types(read):
    form, items = read(MRCONSO)
    uri = "https://uts.nlm.nih.gov/uts/umls/concept/C0000001"
    assert form == "UMLS MRCONSO"
    assert items[:2] == [
        Entry(uri=uri, names=(Name("Gut disease", PREFERRED),)),
        Entry(uri=uri, names=(Name("Enteropathy", EXACT),)),
    ]
    assert items[2:4] == [Skipped("not English"), Skipped("suppressed")]
    assert items[4].record == "line 5"
    form, items = read(MRSTY)
    assert form == "UMLS MRSTY"
    assert [item.label for item in items[:2]] == ["DDF", "DDF"]
    assert items[2] == Skipped("semantic type without a label")
