"""Files are replaced whole or not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.files import digest, remove_temporaries, replacing, write_text


def test_a_failed_write_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "half, then what can not be written: \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    with replacing(tmp_path / "folder") as temporary:
        (temporary / "inner").mkdir(parents=True)
        (temporary / "inner" / "file").write_text("x")
        assert not (tmp_path / "folder").exists()
    assert (tmp_path / "folder/inner/file").read_text() == "x"


def test_what_killed_writers_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "a" / "deep").mkdir(parents=True)
    kept = ["y.parquet", "notes.tmp-old", "x.parquet.tmp-123", "deep/x.tmp-0123456789ab"]
    for name in ("x.parquet.tmp-0123456789ab", *kept):
        (tmp_path / "a" / name).write_text("half")
    remove_temporaries(tmp_path, ("a/*",))
    found = [path.relative_to(tmp_path / "a").as_posix() for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert sorted(found) == sorted(kept)


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_different_texts_have_different_digests(one: list[str], other: list[str]) -> None:
    try:
        assert (digest(*one) == digest(*other)) == (one == other)
    except UnicodeEncodeError:
        assert any("\ud800" <= c <= "\udfff" for text in one + other for c in text)
