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
from kgbuild.source.iob import read_iob
from kgbuild.source.jsonl import read_jsonl
from kgbuild.source.pubtator import read_pubtator
from kgbuild.source.tabular import read_table
from kgbuild.source.tagged import read_medline, read_ris
from kgbuild.source.texts import read_text
from tests.guard import bounded

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
    if name in LISTS:
        return LISTS[name].encode()
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


LISTS = {
    "iob": (
        "-DOCSTART-\tO\n\nlow\tO\nmood\tB-DDF\nin\tO\nold\tB-animal\nmice\tI-animal\n\n"
        "butyrate\tB-chemical\nrose\tO\n"
    ),
    "csv": (
        "PMID,Title,Authors,Citation,Journal/Book,Publication Year,DOI,Abstract\n"
        '7,"Gut, and mood","Doe J, Roe R",J. 2020;1:2,J,2020,10.1/x,"It ""fell"".\nSo did ﬁbre."\n'
        "8,Brain,Doe J,,J,2021,,\n"
    ),
    "ris": (
        "TY  - JOUR\nTI  - Gut and mood\nAU  - Doe, Jane\nPY  - 2020/03/01\nAB  - It fell.\nKW  - gut\nAN  - 7\n"
        "ER  - \n\n"
        "TY  - JOUR\nT1  - Brain\nN2  - It rose 🧠.\nDO  - 10.1/x\nER  - \n"
    ),
    "medline": (
        "PMID- 7\nOWN - NLM\nDP  - 2020 Mar\nTI  - Gut and\n      mood\nAB  - It fell.\nFAU - Doe, Jane\n"
        "AU  - Doe J\nMH  - *Gut/metabolism\nRIN - J. 2021;1:2. PMID: 9\n\nPMID- 8\nTI  - Brain\nAB  - It rose.\n"
    ),
    "text": "Gut and mood\n\nIt fell in mice, as 🧠 shows.\nSo did fibre.\n",
}

READERS: dict[str, Reader] = {
    "gutbrainie": read_gutbrainie,
    "pubtator": read_pubtator,
    "bioc": read_bioc,
    "bioc json": read_bioc,
    "jsonl": read_jsonl,
    "iob": read_iob,
    "csv": read_table,
    "ris": read_ris,
    "medline": read_medline,
    "text": read_text,
}
# Of these forms, most damage leaves other text.
_FORGIVING = {"ris": 50, "medline": 50, "csv": 50, "text": 50}


def check(name: str, folder: Path, mutate: Callable[[bytes, int], bytes], seeds: range) -> None:
    content = seed_file(name, folder)
    path = folder / "damaged"
    rejects = 0
    for seed in seeds:
        path.write_bytes(mutate(content, seed))
        with bounded():
            records = list(READERS[name](path))
        for record in records:
            if isinstance(record, Reject):
                assert record.file == str(path)
                assert record.record
                assert record.cause
                rejects += 1
            else:
                assert isinstance(record, Annotated)
    assert rejects > len(seeds) // _FORGIVING.get(name, 10)


@pytest.mark.parametrize("name", READERS)
def test_damaged_files_give_records_and_rejects(
    name: str, tmp_path: Path, mutate: Callable[[bytes, int], bytes]
) -> None:
    check(name, tmp_path, mutate, range(200))


@pytest.mark.stress
@pytest.mark.parametrize("name", READERS)
def test_ten_thousand_damaged_files(name: str, tmp_path: Path, mutate: Callable[[bytes, int], bytes]) -> None:
    check(name, tmp_path, mutate, range(200, 10_200))


@pytest.mark.parametrize("filler", ["\n", " ", "a", "\u00a0", "\n ", "(", ". "], ids=repr)
@pytest.mark.parametrize("name", LISTS)
def test_long_stretches_of_one_letter_take_no_longer_than_their_reading(
    name: str, filler: str, tmp_path: Path
) -> None:
    """Each is put where a pattern that tries every beginning would try them all."""
    content = LISTS[name].replace("10.1/x", "10.1/x\nN1  - PMID: 7").replace("Doe J, Roe R", "Doe J., Roe R.")
    path = tmp_path / "long"
    for place in ("Gut", "mood", "fell", "Roe", "PMID: 7", "It"):
        path.write_text(content.replace(place, f"{filler * 100_000}{place}", 1), encoding="utf-8")
        with bounded():
            list(READERS[name](path))
