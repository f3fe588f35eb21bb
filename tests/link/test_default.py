"""The terms that mentions are linked with: those that ship, one's own beside them, or one's own alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.link.build import build_index
from kgbuild.link.default import default_index, index_of
from kgbuild.link.index import TermIndex
from kgbuild.namespaces import to_uri

HEADER = "curie\tname\tlabel\tsynonyms\n"
# As one's own vocabularies are: their abbreviations mean something else on the gut-brain axis.
OWN = HEADER + (
    "NCIT:C35571\tprogressive disease\tDDF\tPD\n"
    "MONDO:0006664\tatrial septal defect\tDDF\tASD\n"
    "http://example.org/frailty\tgut frailty syndrome\tDDF\tGFS\n"
)
OTHER = HEADER + "http://example.org/other\tgut frailty syndrome of mice\tDDF\tGFS\n"


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache for this module's indexes."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("KGBUILD_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "own.tsv"
    path.write_text(OWN)
    return path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    (tmp_path / "other.tsv").write_text(OTHER)
    return tmp_path / "other.tsv"


def first(index: Path, name: str) -> tuple[str, str]:
    """Where a name leads first, and which of the terms have it there."""
    with TermIndex.open(index) as opened:
        best = min(opened.entries(name), key=lambda entry: (entry.source, entry.scope))
        return best.canonical, opened.sources[best.source]


def test_without_a_choice_it_is_what_ships() -> None:
    assert index_of() == index_of(only=[Path("shipped")]) == default_index()
    with TermIndex.open(default_index()) as index:
        assert set(index.sources) == {"shipped"}


def test_own_terms_add_and_what_ships_comes_first(own: Path) -> None:
    joined = index_of([own])
    assert first(joined, "PD") == (to_uri("MONDO:0005180"), "shipped")
    assert first(joined, "ASD") == (to_uri("MONDO:0005258"), "shipped")
    assert first(joined, "gut frailty syndrome") == ("http://example.org/frailty", "own.tsv")
    with TermIndex.open(default_index()) as shipped, TermIndex.open(joined) as index:
        assert index.sources == ("shipped",) * len(shipped.sources) + ("own.tsv",)
        for curie in ("MONDO:0005180", "NCBITaxon:1239", "CHEBI:17968"):
            ours, theirs = index.concept(curie), shipped.concept(curie)
            assert ours is not None
            assert theirs is not None
            assert (ours.name, ours.label, ours.rank) == (theirs.name, theirs.label, theirs.rank)
            assert set(ours.parents) == set(theirs.parents)


def test_they_are_compiled_once(own: Path, cache: Path) -> None:
    path = index_of(only=[own])
    made = path.stat().st_mtime_ns
    assert (path.parent, index_of(only=[own]), path.stat().st_mtime_ns) == (cache, path, made)
    # It hangs on what the file holds, and on its name, which summaries give.
    before = own.read_text()
    own.write_text(before + "http://example.org/new\tnew disorder\tDDF\t\n")
    assert index_of(only=[own]) != path
    own.write_text(before)
    assert index_of(only=[own]) == path


def test_only_own_terms_and_their_order(own: Path, other: Path) -> None:
    alone = index_of(only=[own])
    assert first(alone, "PD") == (to_uri("NCIT:C35571"), "own.tsv")
    with TermIndex.open(alone) as index:
        assert index.exact("butyrate") == []
    assert first(index_of(only=[own, other]), "GFS") == ("http://example.org/frailty", "own.tsv")
    assert first(index_of(only=[other, own]), "GFS") == ("http://example.org/other", "other.tsv")
    # Terms that are added come after.
    assert index_of([own], only=[other]) == index_of(only=[other, own])


def test_what_ships_may_stand_among_them(own: Path) -> None:
    mixed = index_of(only=[own, Path("shipped")])
    assert first(mixed, "PD") == (to_uri("NCIT:C35571"), "own.tsv")
    assert first(mixed, "butyrate") == (to_uri("CHEBI:17968"), "shipped")


def test_an_index_is_taken_as_it_is(own: Path, tmp_path: Path) -> None:
    build_index([own], tmp_path / "terms.sqlite")
    assert index_of(only=[tmp_path / "terms.sqlite"]) == tmp_path / "terms.sqlite"
    assert first(index_of([tmp_path / "terms.sqlite"]), "GFS") == ("http://example.org/frailty", "terms.sqlite")


def test_a_folder_holds_vocabularies(own: Path, other: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "a.tsv").write_text(OWN)
    (folder / "b.tsv").write_text(OTHER)
    (folder / "notes.pdf").write_bytes(b"no vocabulary")
    found = index_of(only=[folder])
    assert first(found, "GFS") == ("http://example.org/frailty", "mine")
    (folder / "b.tsv").write_text(HEADER + "http://example.org/other\tmood\tDDF\t\n")
    assert index_of(only=[folder]) != found


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("absent.tsv", None, "No such file"),
        ("story.txt", "Once upon a time", "not a vocabulary in a known format"),
        ("table.tsv", "a\tb\n1\t2\n", "a table without the columns"),
        ("picture.owl", "\x89PNG\r\n", "not a vocabulary"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, content: str | None, cause: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=cause) as caught:
        index_of(only=[path])
    assert str(path) in str(caught.value)
    assert caught.value.remedy


def test_a_file_that_is_absent_or_without_a_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.tsv").write_text(HEADER)
    with pytest.raises(InputError, match="No such file"):
        index_of([tmp_path / "absent.tsv"])
    with pytest.raises(InputError, match="no name in any of the inputs"):
        index_of(only=[tmp_path / "empty.tsv"])
