"""Broken files are refused with the file, the record and the cause."""

from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.evaluate.records import load_records


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "line 1"),
        ("[]", "no JSON object"),
        ('{"7": {"entities": [{"start_idx": 1}]}}', "PMID 7"),
        ('{"7": {"entities": [{"start_idx": "x", "end_idx": 1, "location": "title"}]}}', "PMID 7"),
        ('{"7": []}', "PMID 7"),
        ('{"7": {"binary_tag_based_relations": [{"subject_label": "DDF"}]}}', "object_label"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "predictions.json"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        load_records(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.json"):
        load_records(tmp_path / "nothing.json")
