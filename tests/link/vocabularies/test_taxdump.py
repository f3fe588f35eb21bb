"""NCBI's taxonomy dump, in each of the forms that NCBI offers it."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.link.vocabularies import Options, is_taxdump, read_vocabulary
from kgbuild.link.vocabularies.records import EXACT, PREFERRED, RELATED, Entry, Name, Skipped
from kgbuild.model import Reject

TAXON = "http://purl.obolibrary.org/obo/NCBITaxon_"
NODES = [
    ("1", "1", "no rank", "", "8"),
    ("1239", "1", "phylum", "", "0"),
    ("1386", "1239", "genus", "", "0"),
    ("55087", "1", "genus", "", "1"),
]
NAMES = [
    ("1239", "Bacillota", "", "scientific name"),
    ("1239", "Firmicutes", "", "synonym"),
    ("1239", "Bacillaeota", "", "equivalent name"),
    ("1239", "firmicutes", "firmicutes <blast1239>", "blast name"),
    ("1239", "Bacillota Gibbons and Murray 2021", "", "authority"),
    ("1386", "Bacillus", "Bacillus <firmicutes>", "scientific name"),
    ("1386", "DSM 10", "", "type material"),
    ("55087", "Bacillus", "Bacillus <walking sticks>", "scientific name"),
    ("55087", "walkers", "", "genbank common name"),
]
FILES = {"nodes.dmp": NODES, "names.dmp": NAMES, "merged.dmp": [("38", "1386")], "delnodes.dmp": [("77",), ("78",)]}


def rows(content: list[tuple[str, ...]]) -> str:
    return "".join("\t|\t".join(row) + "\t|\n" for row in content)


def write(folder: Path, form: str, **changed: str) -> Path:
    """A dump in a folder, a tar or a zip file; `changed` replaces files, by the stem of their names."""
    texts = {name: changed.get(name.partition(".")[0], rows(content)) for name, content in FILES.items()}
    if form == "folder":
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder
    path = folder / f"taxdump.{form}"
    if form == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in texts.items():
                archive.writestr(name, text)
    else:
        with tarfile.open(path, "w:gz" if form.endswith("gz") else "w") as tar:
            for name, text in texts.items():
                member = tarfile.TarInfo(f"./{name}")
                member.size = len(text.encode())
                tar.addfile(member, io.BytesIO(text.encode()))
    return path


def read(path: Path, options: Options):
    form, items = read_vocabulary(path, options)
    assert form == "NCBI Taxonomy"
    return list(items)


def taxon(items, number: str):
    """All names, parents, aliases and ranks that the items give a taxon."""
    entries = [item for item in items if isinstance(item, Entry) and item.uri == TAXON + number]
    return (
        {name for entry in entries for name in entry.names},
        {parent for entry in entries for parent in entry.parents},
        {alias for entry in entries for alias in entry.aliases},
        {entry.rank for entry in entries if entry.rank},
    )


@pytest.mark.parametrize("form", ["folder", "tar.gz", "tar", "zip"])
def test_names_of_then_and_now_parents_and_ranks(tmp_path, options, form):
    path = write(tmp_path, form)
    assert is_taxdump(path)
    items = read(path, options)
    names, parents, aliases, ranks = taxon(items, "1239")
    assert names == {
        Name("Bacillota", PREFERRED),
        Name("Firmicutes", EXACT),
        Name("Bacillaeota", EXACT),
        Name("firmicutes", RELATED),
    }
    assert (parents, aliases, ranks) == ({TAXON + "1"}, set(), {"phylum"})
    assert taxon(items, "1386")[2] == {TAXON + "38"}
    assert taxon(items, "1") == (set(), set(), set(), set())
    assert items.count(Skipped("deleted by NCBI")) == 2
    assert items.count(Skipped("name class authority")) == 1
    assert not any(isinstance(item, Reject) for item in items)


def test_homonyms_have_preferred_names_of_their_own(tmp_path, options):
    items = read(write(tmp_path, "folder"), options)
    assert taxon(items, "1386")[0] == {Name("Bacillus", PREFERRED)}
    names = {Name("Bacillus <walking sticks>", PREFERRED), Name("Bacillus", EXACT), Name("walkers", EXACT)}
    assert taxon(items, "55087")[0] == names


def test_two_prokaryotes_of_one_name_and_one_without_a_node(tmp_path, options):
    again = ("9", "Bacillus", "Bacillus <other>", "scientific name")
    lost = ("10", "Bacillus", "Bacillus <lost>", "scientific name")
    nodes, names = rows([*NODES, ("9", "1239", "genus", "", "0")]), rows([*NAMES, again, lost])
    items = read(write(tmp_path, "folder", nodes=nodes, names=names), options)
    preferred = [
        name.text for n in ("1386", "55087", "9", "10") for name in taxon(items, n)[0] if name.scope == PREFERRED
    ]
    assert preferred == ["Bacillus", "Bacillus <walking sticks>", "Bacillus <other>", "Bacillus <lost>"]


def test_a_dump_of_names_and_nodes_alone(tmp_path, options):
    path = write(tmp_path, "folder")
    (path / "merged.dmp").unlink()
    (path / "delnodes.dmp").unlink()
    assert len(read(path, options)) == len(NODES) + len(NAMES) - 2  # homonyms come with their nodes


def test_rows_that_are_none_are_rejected_by_line(tmp_path, options):
    nodes = rows(NODES) + "x\t|\t1\t|\tgenus\t|\n5\n"
    names = rows(NAMES) + "7\t|\tsmall\t|\n"
    items = read(write(tmp_path, "tar.gz", nodes=nodes, names=names), options)
    rejects = [item for item in items if isinstance(item, Reject)]
    assert [reject.record for reject in rejects] == ["names.dmp line 10", "nodes.dmp line 5", "nodes.dmp line 6"]
    assert taxon(items, "1386")[3] == {"genus"}


def test_a_row_that_is_not_utf8_is_rejected(tmp_path, options):
    path = write(tmp_path, "folder")
    with (path / "names.dmp").open("ab") as stream:
        stream.write(b"7\t|\tM\xfcller\t|\t\t|\tsynonym\t|\n")
    [reject] = [item for item in read(path, options) if isinstance(item, Reject)]
    assert "Windows-1252" in reject.cause


def test_other_folders_and_archives_are_no_dumps(tmp_path, options):
    (tmp_path / "names.dmp").write_text(rows(NAMES), encoding="utf-8")
    assert not is_taxdump(tmp_path)
    path = tmp_path / "other.tar"
    with tarfile.open(path, "w") as tar:
        tar.add(tmp_path / "names.dmp", "names.dmp")
    assert not is_taxdump(path)
    with pytest.raises(InputError, match="archive"):
        read_vocabulary(path, options)


def test_a_cut_archive_is_damaged(tmp_path, options):
    path = write(tmp_path, "tar.gz", nodes=rows(NODES * 20_000))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(InputError) as caught:
        read(path, options)
    assert caught.value.file == str(path)
