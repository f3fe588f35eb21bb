import csv
import gzip
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest

from kgbuild.errors import GraphError, InputError
from kgbuild.load.release import Citation, ReleaseReport, copy_table, verify_release, write_release
from tests import example_graph as example

AUTHORS = ("Doe, Jane (0000-0002-1825-0097)", "Gut-Brain Group")
ABOUT = Citation(authors=AUTHORS, version="1.0", license="CC-BY-4.0")


def tables(folder: Path, **changes: Any) -> Path:
    return example.write(folder, example.rows() | changes)


def release(source: Path, folder: Path, **options: Any) -> ReleaseReport:
    settings = {"run": example.RUN, "citation": ABOUT, "released": date(2026, 11, 20), "check": False} | options
    return write_release(source, folder, **settings)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_release_holds_the_graph_and_its_checksums(tmp_path: Path) -> None:
    report = release(tables(tmp_path / "tables"), tmp_path / "release", check=True)
    assert report.conforms
    manifest = json.loads((tmp_path / "release/manifest.json").read_text())
    assert len(manifest["files"]) + 1 == len(contents(tmp_path / "release")) == report.files
    assert verify_release(tmp_path / "release") == []
    graph = gzip.decompress((tmp_path / "release/graph.nq.gz").read_bytes())
    assert len(list(ox.parse(graph, format=ox.RdfFormat.N_QUADS))) == graph.count(b"\n") > 100
    for name, rows in example.rows().items():
        assert pq.read_table(tmp_path / f"release/tables/{name}.parquet").num_rows == len(rows)
    with (tmp_path / "release/licences.tsv").open(encoding="utf-8", newline="") as stream:
        licences = {row["prefix"]: row["licence"] for row in csv.DictReader(stream, delimiter="\t")}
    assert licences["MONDO"] == "CC BY 4.0"
    assert licences["other"].startswith("not recorded")
    assert json.loads((tmp_path / "release/statistics.json").read_text())["statements"] == 14


def test_equal_graphs_give_equal_files_but_for_the_date(tmp_path: Path) -> None:
    one, other = tables(tmp_path / "one"), tables(tmp_path / "two")
    for path in other.glob("*.parquet"):  # the same rows, in other row groups
        pq.write_table(pq.read_table(path), path, row_group_size=3)
    moved = replace(example.RUN, started=datetime(2030, 1, 1, tzinfo=UTC), ended=datetime(2030, 1, 2, tzinfo=UTC))
    first = release(one, tmp_path / "a")
    second = release(other, tmp_path / "b", run=moved, released=date(2030, 1, 2))
    assert first.content == second.content
    a, b = contents(tmp_path / "a"), contents(tmp_path / "b")
    stated = set(json.loads(a["manifest.json"])["with_times"])
    assert {name for name in a if a[name] != b[name]} == stated
    third = release(other, tmp_path / "c")
    assert contents(tmp_path / "c") == a
    assert third.content == first.content


def test_others_read_the_citation_and_the_crate(tmp_path: Path, check: Any) -> None:
    release(tables(tmp_path / "tables"), tmp_path / "release")
    found = check("release", tmp_path / "release")
    assert "Doe, Jane" in found["bibtex"] or "Jane Doe" in found["bibtex"]
    assert found["name"] == ABOUT.title
    assert set(found["files"]) == set(contents(tmp_path / "release")) - {"ro-crate-metadata.json"}


def test_what_changed_since_the_last_release(tmp_path: Path) -> None:
    before = example.rows()["statements"]
    risen, fallen, gone, *rest = (dict(row) for row in before)
    risen["belief"], fallen["belief"], fallen["direct"] = 0.9, 0.1, False
    new = rest[0] | {"id": "f" * 32, "object": example.BUTYRATE}
    release(tables(tmp_path / "old"), tmp_path / "first")
    after = tables(tmp_path / "new", statements=[risen, fallen, *rest, new])
    report = release(after, tmp_path / "second", previous=tmp_path / "first")
    assert report.changes is not None
    assert (report.changes.added, report.changes.removed, report.changes.same) == (1, 1, len(rest))
    assert (report.changes.belief_up, report.changes.belief_down) == (1, 1)
    with (tmp_path / "second/changes.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    assert {(row["change"], row["id"]) for row in rows} == {
        ("added", new["id"]),
        ("removed", gone["id"]),
        ("belief up", risen["id"]),
        ("belief down", fallen["id"]),
    }
    down = next(row for row in rows if row["change"] == "belief down")
    assert (down["belief_before"], down["belief_after"], down["direct_after"]) == ("0.8", "0.1", "false")
    summary = json.loads((tmp_path / "second/changes.json").read_text())
    assert summary["previous"]["version"] == "1.0"
    # A folder of tables will do as well.
    again = release(after, tmp_path / "third", previous=tmp_path / "old")
    assert again.changes == report.changes


def test_an_altered_release_is_noticed(tmp_path: Path) -> None:
    source = tables(tmp_path / "tables")
    release(source, tmp_path / "release")
    with (tmp_path / "release/tables/statements.parquet").open("ab") as stream:
        stream.write(b"x")
    (tmp_path / "release/statistics.json").unlink()
    (tmp_path / "release/extra.txt").touch()
    assert verify_release(tmp_path / "release") == [
        "statistics.json is missing",
        "extra.txt is not in the manifest",
        "tables/statements.parquet was altered",
    ]
    with pytest.raises(GraphError, match="missing or was altered"):
        release(source, tmp_path / "next", previous=tmp_path / "release")
    assert not (tmp_path / "next").exists()


def test_a_release_is_whole_or_not_there(tmp_path: Path) -> None:
    source = tables(tmp_path / "tables")
    release(source, tmp_path / "release")
    with pytest.raises(InputError, match="exists already"):
        release(source, tmp_path / "release")
    (source / "concepts.parquet").unlink()
    with pytest.raises(GraphError, match=r"concepts\.parquet is not a table"):
        release(source, tmp_path / "other")
    assert {path.name for path in tmp_path.iterdir()} == {"tables", "release"}
    for damage in ("", "[]", '{"files": [{"path": 1}]}'):
        shutil.rmtree(tmp_path / "bad", ignore_errors=True)
        (tmp_path / "bad").mkdir()
        (tmp_path / "bad/manifest.json").write_text(damage)
        with pytest.raises(GraphError, match="holds no release"):
            verify_release(tmp_path / "bad")


def test_a_graph_that_does_not_conform_is_reported(tmp_path: Path) -> None:
    statements = example.rows()["statements"]
    statements[0]["belief"] = 7.0
    report = release(tables(tmp_path / "tables", statements=statements), tmp_path / "release", check=True)
    assert report.conforms is False
    found = json.loads((tmp_path / "release/shacl.json").read_text())
    assert any(statements[0]["id"] in violation["focus"] for violation in found["results"])


def test_an_author_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="author without a name"):
        release(tables(tmp_path / "tables"), tmp_path / "release", citation=Citation(authors=(" ",)))


def test_a_copied_table_keeps_rows_columns_and_notes(tmp_path: Path) -> None:
    schema = pa.schema([pa.field("n", pa.int32(), nullable=False, metadata={"about": "a number"})])
    table = pa.table({"n": pa.array(range(120_000), pa.int32())}, schema=schema)
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=777)
    copy_table(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert pq.read_table(tmp_path / "b.parquet").equals(table, check_metadata=True)
    assert pq.ParquetFile(tmp_path / "b.parquet").metadata.num_row_groups == 3
