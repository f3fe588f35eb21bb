"""OWL's functional syntax."""

from kgbuild.link.vocabularies.records import PREFERRED, Entry, Name
from tests.link.vocabularies.samples import FUNCTIONAL, OBO


def test_escapes_are_read_and_complex_axioms_passed_over(read):
    _, items = read(FUNCTIONAL)
    entries = [item for item in items if isinstance(item, Entry) and item.uri == OBO + "MONDO_1"]
    assert Name('gut "disease" (any)', PREFERRED) in {name for entry in entries for name in entry.names}
    assert {parent for entry in entries for parent in entry.parents} == {OBO + "MONDO_0"}
