"""Graphs whose files are damaged, missing, read while they are replaced, or stand in folders with odd names."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kgbuild.assemble.workspace import Workspace, read_json
from kgbuild.config import load_settings
from kgbuild.errors import ConfigurationError, GraphError, InputError
from kgbuild.load.exports import export
from kgbuild.load.rdf import run_of
from kgbuild.pipeline import ingest
from kgbuild.query.runners import StoreRunner
from kgbuild.query.show import show
from kgbuild.query.tables import open_tables
from kgbuild.repair import repair
from kgbuild.source.files import open_source

TEXTS = {
    "1": "Lactobacillus reduces depression in mice. Butyrate is produced by Faecalibacterium.",
    "2": "Akkermansia was decreased in Parkinson disease. GABA was not associated with anxiety.",
    "3": "Bifidobacterium improves anxiety. The gut microbiota is altered in autism.",
}
SETTINGS = load_settings(None, extractor="dictionary", workers=1)


def articles(folder: Path, texts: dict[str, str] = TEXTS) -> Path:
    """A list of articles as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "articles.csv"
    rows = [f'{pmid},Article {pmid},"{text}",{2000 + int(pmid)}' for pmid, text in texts.items()]
    path.write_text("\n".join(["PMID,Title,Abstract,Year", *rows]) + "\n")
    return path


def build(kg: Path, *paths: Path) -> dict[str, Any]:
    return ingest(kg, open_source(list(paths)), SETTINGS)


def lines(kg: Path) -> list[bytes]:
    """The graph's quads, without wall-clock times, in order."""
    folder = Workspace(kg).current()
    stream = io.BytesIO()
    export("nquads", folder, stream, run=run_of(read_json(folder / "info.json")), reproducible=True)
    return sorted(stream.getvalue().splitlines())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kg = tmp_path_factory.mktemp("damage") / "kg"
    build(kg, articles(kg.parent))
    return kg


@pytest.fixture(scope="module")
def undisturbed(built: Path) -> list[bytes]:
    return lines(built)


@pytest.fixture
def kg(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "kg"))


def damage(path: Path, how: str, draw: random.Random) -> None:
    if how == "missing":
        path.unlink()
        return
    content = bytearray(path.read_bytes())
    place = draw.randrange(len(content))
    content[place] ^= 1 << draw.randrange(8)
    about = path.stat()
    path.write_bytes(content if how == "a flipped bit" else content[:place])
    if how == "a flipped bit":
        # As a disk does it: nothing but the byte tells.
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


@pytest.mark.parametrize("how", ["missing", "a flipped bit"])
@pytest.mark.parametrize(
    "pattern",
    [
        *("graph/*/evidence.parquet", "graph/*/info.json", "graph/*/files.json", "graph/*/rdf/*", "CURRENT"),
        *("units/*.json", "parts/units/*.json", "parts/documents/*", "parts/annotations/*", "parts/mentions/*"),
        "parts/evidence/*",
    ],
)
def test_what_is_damaged_is_made_again(kg: Path, undisturbed: list[bytes], pattern: str, how: str) -> None:
    draw = random.Random(f"{pattern} {how}")
    damage(draw.choice(sorted(kg.glob(pattern))), how, draw)
    repair(kg)
    assert lines(kg) == undisturbed


@pytest.mark.parametrize(
    "pattern", ["graph/*/evidence.parquet", "graph/*/rdf/CURRENT", "CURRENT", "graph/*/info.json"]
)
def test_queries_name_the_command_that_builds_again(kg: Path, undisturbed: list[bytes], pattern: str) -> None:
    next(kg.glob(pattern)).unlink()
    with pytest.raises(GraphError, match=f"kgbuild repair --kg {kg}") as caught:
        Workspace(kg).current()
    assert pattern.rsplit("/", 1)[-1] in caught.value.message
    repair(kg)
    assert lines(kg) == undisturbed


def test_exports_find_a_bit_that_no_time_tells_of(kg: Path) -> None:
    damage(next(kg.glob("graph/*/mentions.parquet")), "a flipped bit", random.Random(1))
    with pytest.raises(GraphError, match=r"mentions\.parquet is damaged.*\n.*kgbuild repair --kg"):
        lines(kg)


def test_a_copied_graph_is_as_good_as_the_first(kg: Path, undisturbed: list[bytes]) -> None:
    for path in kg.rglob("*"):
        os.utime(path)
    assert lines(kg) == undisturbed


def test_a_source_that_is_gone_is_named(kg: Path, built: Path) -> None:
    next(kg.glob("parts/documents/*")).unlink()
    source = built.parent / "articles.csv"
    aside = source.rename(source.with_suffix(".aside"))
    try:
        with pytest.raises(GraphError, match=str(source)) as caught:
            repair(kg)
        assert "kgbuild repair --kg" in caught.value.remedy
    finally:
        aside.rename(source)
    repair(kg)


def test_a_graph_that_lost_all_its_units_is_not_taken_for_an_empty_one(kg: Path, undisturbed: list[bytes]) -> None:
    shutil.rmtree(kg / "units")
    shutil.rmtree(kg / "parts" / "units")
    with pytest.raises(GraphError, match="units of"):
        repair(kg)
    assert lines(kg) == undisturbed


def test_what_is_read_again_takes_its_former_place(tmp_path: Path) -> None:
    first, second = articles(tmp_path / "a"), articles(tmp_path / "b", {"1": "Blautia increases in obesity."})
    build(tmp_path / "kg", first, second)
    before = lines(tmp_path / "kg")
    workspace = Workspace(tmp_path / "kg")
    workspace.part("documents", workspace.units()[0].parts[0]).unlink()
    build(tmp_path / "kg", second)
    assert lines(tmp_path / "kg") == before
    assert [unit.name for unit in workspace.units()] == [str(first), str(second)]


NAMES = [
    "a*b",
    "a?b",
    "a[bc]d",
    "[!a]",
    "**",
    "year=1900",
    "negated=true",
    "a'b",
    "a\\b",
    "~",
    "%2F",
    "é ü",
    "new\nline",
]


def test_folders_are_taken_by_their_names(tmp_path: Path, undisturbed: list[bytes]) -> None:
    source = articles(tmp_path)
    others = articles(tmp_path / "others", {"9": "Prevotella reduces pain."})
    build(tmp_path / "acd" / "kg", others)
    shutil.copytree(tmp_path / "acd", tmp_path / "ab")
    kg = tmp_path / NAMES[0] / "kg"
    build(kg, source)
    for name in NAMES:
        here = kg if name == NAMES[0] else Path(shutil.copytree(kg, tmp_path / name / "kg"))
        tables = Workspace(here).current()
        with open_tables(tables, "articles", "evidence") as opened:
            years = opened.rows("SELECT pmid, year FROM articles ORDER BY pmid")
            assert [(row["pmid"], row["year"]) for row in years] == [("1", 2001), ("2", 2002), ("3", 2003)], name
        found = show(tables, "Akkermansia")
        assert [(item.belief > 0.1, item.first_year) for item in found.statements] == [(True, 2002)], name
        assert {line.split(b" <http://www.w3.org/ns/prov#")[0] for line in lines(here)}, name
    assert len(lines(kg)) == len(undisturbed)


@pytest.mark.parametrize("name", ["year=1900", "a[bc]d", "negated=true"])
def test_graphs_are_built_in_such_folders(tmp_path: Path, name: str) -> None:
    build(tmp_path / name / "kg", articles(tmp_path))
    found = pq.ParquetFile(Workspace(tmp_path / name / "kg").current() / "articles.parquet").read()
    assert found["year"].to_pylist() == [2001, 2002, 2003]


def test_a_folder_that_is_no_graph_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    source = articles(tmp_path / "sources")
    for names in (["notes.txt"], [".hidden"], ["parts/x"], ["kgbuild.json.bak"], ["x.tmp-0123456789ab"]):
        folder = tmp_path / names[0].replace("/", "-")
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("mine")
        with pytest.raises(ConfigurationError, match="no graph"):
            build(folder, source)
        assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == names


def test_a_folder_whose_run_was_killed_at_once_is_known(tmp_path: Path) -> None:
    kg = tmp_path / "kg"
    kg.mkdir()
    (kg / ".lock").touch()
    (kg / "kgbuild.json.tmp-0123456789ab").write_text("{")
    build(kg, articles(tmp_path))
    assert not list(kg.rglob("*.tmp-*"))


def test_temporaries_of_others_stay(kg: Path) -> None:
    kept = [kg / "notes.tmp-2020", kg / "mine" / "x.tmp-0123456789ab", kg / "units" / "x.json.tmp-1"]
    own = [kg / "units" / "000002.json.tmp-0123456789ab", kg / "parts/documents/x.parquet.tmp-0123456789ab"]
    for path in (*kept, *own):
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    repair(kg)
    assert [path.exists() for path in (*kept, *own)] == [True] * 3 + [False] * 2


def test_readers_keep_their_graph_while_others_are_published(kg: Path, built: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from kgbuild.assemble.workspace import Workspace\n"
        "from kgbuild.query.show import show; from kgbuild.query.runners import StoreRunner\n"
        "folder = Workspace(Path(sys.argv[1])).current(); print(folder, flush=True); sys.stdin.readline()\n"
        "print(show(folder, 'Akkermansia').total)\n"
        "print(StoreRunner(folder / 'rdf').run('SELECT (COUNT(*) AS ?n) { ?s ?p ?o }').rows[0][0] > 0)\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", script, kg], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdin is not None
    assert reader.stdout is not None
    former = Path(reader.stdout.readline().strip())
    build(kg, articles(tmp_path / "more", {"4": "Blautia increases in obesity."}))
    assert former.is_dir()
    out, _ = reader.communicate("\n")
    assert out.split() == ["1", "True"]
    build(kg, articles(tmp_path / "most", {"5": "Roseburia decreases in obesity."}))
    assert [path.name for path in (kg / "graph").iterdir()] == [(kg / "CURRENT").read_text().strip()]


def test_queries_beside_a_publisher_always_find_a_graph(kg: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from kgbuild.assemble import snapshots\n"
        "from kgbuild.assemble.workspace import Workspace; from kgbuild.query.show import show\n"
        "for _ in range(20):\n"
        "    folder = Workspace(Path(sys.argv[1])).current(); assert show(folder, 'Akkermansia').total == 1\n"
    )
    reader = subprocess.Popen([sys.executable, "-c", script, kg], stderr=subprocess.PIPE, text=True)
    for number in range(2):
        build(kg, articles(tmp_path / str(number), {str(10 + number): "Blautia increases in obesity."}))
    _, err = reader.communicate()
    assert reader.returncode == 0, err


def test_fifos_and_names_that_are_no_text_are_one_reject_each(tmp_path: Path) -> None:
    folder = articles(tmp_path / "articles").parent
    os.mkfifo(folder / "fifo.xml")
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("Butyrate is produced by Faecalibacterium.")
    done: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: done.append(build(tmp_path / "kg", folder)), daemon=True)
    thread.start()
    thread.join(60)
    assert done, "it waits for the FIFO"
    causes = [json.loads(line)["cause"] for line in (tmp_path / "kg/rejects.jsonl").read_text().splitlines()]
    assert sorted(causes) == ["it is no plain file but a FIFO, device or socket", "its name is not UTF-8"]
    assert done[0]["documents"]["stored"] == 3
    with pytest.raises(InputError, match="no plain file"):
        open_source([folder / "fifo.xml"])
    with pytest.raises(InputError, match="not UTF-8"):
        Workspace(tmp_path / os.fsdecode(b"\xff"))


def test_a_query_process_and_a_store_keep_to_their_folder(kg: Path, tmp_path: Path) -> None:
    odd = Path(shutil.copytree(kg, tmp_path / "a[bc]*?" / "kg"))
    with StoreRunner(Workspace(odd).current() / "rdf") as runner:
        assert runner.run("ASK { ?s ?p ?o }").rows == ((True,),)
