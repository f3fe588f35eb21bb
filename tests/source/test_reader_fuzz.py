"""Damaged files: no reader crashes or hangs, and each error names its file and record."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kgbuild.load.annotations import writer
from kgbuild.model import Annotated, Reject
from kgbuild.source.bioc import read_bioc
from kgbuild.source.files import Reader
from kgbuild.source.gutbrainie import read_gutbrainie
from kgbuild.source.jsonl import read_jsonl
from kgbuild.source.pubtator import read_pubtator

PUBTATOR = """\
7|t|🧠 Naloxone eases pain
7|a|Both clonidine and naloxone help in pain and grief.
7\t2\t10\tNaloxone\tChemical\tD009270
7\t17\t21\tpain\tDisease\tD010146
7\t58\t72\tpain and grief\tDisease\tD010146|D006117
7\tCID\tD009270\tD010146

8|t|Gut and mood
8\t0\t3\tGut\tSpecies\t9606
"""


def mention(role: str, start: int, text: str, label: str) -> dict[str, object]:
    fields = {"start_idx": start, "end_idx": start + len(text) - 1, "location": "title"}
    return {f"{role}{key}": value for key, value in (fields | {"text_span": text, "label": label}).items()}


GUTBRAINIE = {
    "7": {
        "metadata": {"title": "🧠 gut and mood", "abstract": "It fell.", "author": "A B; C", "year": "2020"},
        "entities": [
            mention("", 2, "gut", "anatomical location"),
            mention("", 10, "mood", "DDF") | {"uri": "http://a/b"},
        ],
        "relations": [
            mention("subject_", 10, "mood", "DDF")
            | {"predicate": "strike"}
            | mention("object_", 2, "gut", "anatomical location")
        ],
    },
    "8": {"title": "A", "abstract": "B"},
}


def seed_file(name: str, folder: Path) -> bytes:
    """A whole file of a format."""
    if name == "gutbrainie":
        return json.dumps(GUTBRAINIE).encode()
    (folder / "seed").write_text(PUBTATOR, encoding="utf-8")
    articles = [record for record in read_pubtator(folder / "seed") if isinstance(record, Annotated)]
    assert len(articles) == 2
    stream = io.BytesIO()
    writer(name.removesuffix(" json"))(articles, stream)
    if name != "bioc json":
        return stream.getvalue()
    from bioc import biocjson, biocxml

    return biocjson.dumps(biocxml.loads(stream.getvalue().decode())).encode()


READERS: dict[str, Reader] = {
    "gutbrainie": read_gutbrainie,
    "pubtator": read_pubtator,
    "bioc": read_bioc,
    "bioc json": read_bioc,
    "jsonl": read_jsonl,
}


def check(name: str, folder: Path, mutate: Callable[[bytes, int], bytes], seeds: range) -> None:
    content = seed_file(name, folder)
    path = folder / "damaged"
    rejects = 0
    for seed in seeds:
        path.write_bytes(mutate(content, seed))
        for record in READERS[name](path):
            if isinstance(record, Reject):
                assert record.file == str(path)
                assert record.record
                assert record.cause
                rejects += 1
            else:
                assert isinstance(record, Annotated)
    assert rejects > len(seeds) // 10


@pytest.mark.parametrize("name", READERS)
def test_damaged_files_give_records_and_rejects(
    name: str, tmp_path: Path, mutate: Callable[[bytes, int], bytes]
) -> None:
    check(name, tmp_path, mutate, range(200))


@pytest.mark.stress
@pytest.mark.parametrize("name", READERS)
def test_ten_thousand_damaged_files(name: str, tmp_path: Path, mutate: Callable[[bytes, int], bytes]) -> None:
    check(name, tmp_path, mutate, range(200, 10_200))
