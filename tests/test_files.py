"""Files are replaced whole or not at all."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import ConfigurationError, InputError
from kgbuild.files import digest, locked, remove, remove_temporaries, replacing, write_text, writing


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


def test_writing_goes_through_links(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "file").write_text("old")
    (tmp_path / "link").symlink_to("far/file")
    (tmp_path / "new").symlink_to("far/new")
    for name in ("link", "new"):
        with writing(tmp_path / name) as stream:
            stream.write(b"new")
        assert (tmp_path / name).is_symlink()
    assert (tmp_path / "far" / "file").read_text() == (tmp_path / "far" / "new").read_text() == "new"


def test_a_file_of_several_names_keeps_them_and_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "file").chmod(0o600)
    (tmp_path / "other").hardlink_to(tmp_path / "file")
    with writing(tmp_path / "file") as stream:
        stream.write(b"new")
    assert (tmp_path / "other").read_text() == "new"
    (tmp_path / "other").unlink()
    with writing(tmp_path / "file") as stream:
        stream.write(b"newer")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_fifo_is_written_into(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("fifo")
    for path in (tmp_path / "fifo", tmp_path / "link"):
        for write in (_stream, _file):
            reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
            write(path)
            assert os.read(reader, 10) == b"new"
            os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "fifo").lstat().st_mode)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fifo", "link"]


def test_a_device_stays_a_device(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "device", stat.S_IFCHR | 0o600, os.makedev(1, 3))
        (tmp_path / "device").write_bytes(b"")
    except OSError as error:
        pytest.skip(f"no device can be made here: {error}")
    for write in (_stream, _file):
        write(tmp_path / "device")
        assert stat.S_ISCHR((tmp_path / "device").lstat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["device"]


def _stream(path: Path) -> None:
    with writing(path) as stream:
        stream.write(b"new")


def _file(path: Path) -> None:
    with replacing(path, through=True) as temporary:
        temporary.write_bytes(b"new")


def test_standard_output_goes_on_where_it_is(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from kgbuild.files import writing\n"
        "with writing(Path('/dev/stdout')) as stream: stream.write(b'second\\n')"
    )
    with (tmp_path / "log").open("wb") as log:
        log.write(b"first\n")
        log.flush()
        subprocess.run([sys.executable, "-c", script], stdout=log, check=True)
    assert (tmp_path / "log").read_text() == "first\nsecond\n"


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"), writing(tmp_path):
        pass


def test_names_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    for name in ("x" * 255, "é" * 127, "x.parquet"):
        write_text(tmp_path / name, "whole")
    assert len(list(tmp_path.iterdir())) == 3


def test_what_a_killed_run_left_beside_an_output_goes_and_a_living_ones_stays(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from kgbuild.files import writing\n"
        "with writing(Path(sys.argv[1])) as stream: print(flush=True); time.sleep(60)"
    )
    path = tmp_path / "out.nq"
    runs = [subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE) for _ in range(2)]
    for process in runs:
        assert process.stdout is not None
        process.stdout.readline()
    assert len(list(tmp_path.iterdir())) == 2
    runs[0].kill()
    runs[0].wait()
    with writing(path) as stream:
        stream.write(b"whole")
    assert len([item for item in tmp_path.iterdir() if item != path]) == 1
    runs[1].kill()
    runs[1].wait()


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_a_lock_is_a_plain_file_that_keeps_its_content(tmp_path: Path, kind: str) -> None:
    taken = ConfigurationError("taken")
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "kg").mkdir()
    lock = tmp_path / "kg" / ".lock"
    if kind == "link":
        lock.symlink_to(victim)
    elif kind == "fifo":
        os.mkfifo(lock)
    else:
        lock.mkdir()
    with pytest.raises(InputError, match="no plain file"), locked(tmp_path / "kg", taken=taken):
        pass
    assert victim.read_text() == "precious"
    lock.rmdir() if kind == "folder" else lock.unlink()
    lock.hardlink_to(victim)
    with (
        locked(tmp_path / "kg", taken=taken),
        pytest.raises(ConfigurationError),
        locked(tmp_path / "kg", taken=taken),
    ):
        pass
    assert victim.read_text() == "precious"


def test_a_link_to_a_folder_is_removed_alone(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("precious")
    (tmp_path / "link").symlink_to("folder")
    remove(tmp_path / "link")
    assert (tmp_path / "folder" / "file").exists()
    assert not (tmp_path / "link").is_symlink()
