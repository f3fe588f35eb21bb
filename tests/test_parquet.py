"""Parquet files with a checksum of all their bytes, and paths that DuckDB reads literally."""

import os
import random
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kgbuild.errors import GraphError, InputError
from kgbuild.parquet import check, is_whole, literal, parquet_writer

TABLE = pa.table({"pmid": [str(n) for n in range(500)], "year": list(range(500)), "text": ["gut brain"] * 500})


def write(path: Path, table: pa.Table = TABLE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with parquet_writer(path, table.schema) as writer:
        writer.write_table(table)
    return path


def test_other_tools_read_the_file_as_any_other(tmp_path: Path) -> None:
    path = write(tmp_path / "part.parquet")
    assert pq.read_table(path).equals(TABLE)
    assert duckdb.read_parquet(str(path)).fetchall()[0][0] == "0"
    assert is_whole(path)


def test_a_flipped_bit_is_found_wherever_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "part.parquet")
    content = path.read_bytes()
    draw = random.Random(1)
    for place in [0, 1, len(content) - 1, len(content) - 6, *draw.choices(range(len(content)), k=1000)]:
        damaged = bytearray(content)
        damaged[place] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        assert not is_whole(path), place
    path.write_bytes(content)
    assert is_whole(path)


@pytest.mark.parametrize("size", [0, 3, 8, 100, -1, -40])
def test_a_file_that_was_cut_is_found(tmp_path: Path, size: int) -> None:
    path = write(tmp_path / "part.parquet")
    path.write_bytes(path.read_bytes()[:size])
    assert not is_whole(path)


def test_a_copied_table_has_its_own_checksum(tmp_path: Path) -> None:
    first = write(tmp_path / "first.parquet")
    half = pq.read_table(first).slice(0, 10)
    assert is_whole(write(tmp_path / "second.parquet", half))


def test_what_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "part.parquet")
    check(path)
    with pytest.raises(GraphError, match=r"other\.parquet is missing"):
        check(path, tmp_path / "other.parquet")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(GraphError, match=r"part\.parquet is damaged"):
        check(path)


FOLDERS = [
    *("a*b", "a?b", "a[bc]d", "a[", "a]", "**", "[!a]", "[^a]", "[a-c]", "*.parquet", "?", "[*]", "[[]", "{x,y}"),
    *(
        "year=1900",
        "negated=true",
        "a'b",
        'a"b',
        "a\\b",
        "~x",
        "new\nline",
        " a ",
        "$x",
        "%2F",
        "é*",
        "-",
        "a,b",
        "#",
    ),
]


@pytest.mark.parametrize("name", FOLDERS)
def test_folders_are_read_by_their_names(tmp_path: Path, name: str) -> None:
    for other in ("ab", "abb", "acd", "abcd", "x", "z"):
        write(tmp_path / other / "t.parquet", pa.table({"pmid": ["another"], "year": [1]}))
    path = write(tmp_path / name / "t.parquet", pa.table({"pmid": [name], "year": [2020]}))
    sql = "SELECT pmid, year, filename FROM read_parquet($path, filename = true, hive_partitioning = false)"
    assert duckdb.execute(sql, {"path": [literal(path)]}).fetchall() == [(name, 2020, str(path))]


def test_names_that_duckdb_cannot_spell_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="backslash"):
        literal(tmp_path / "a\\b*" / "t.parquet")
    with pytest.raises(InputError, match="not UTF-8"):
        literal(tmp_path / os.fsdecode(b"\xff") / "t.parquet")
