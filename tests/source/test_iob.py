"""Two-column IOB."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kgbuild.model import Annotated, Reject, Span
from kgbuild.source.iob import SENTENCES, read_iob

SENTENCE = "Selegiline\tB-Chemical\n-\tO\ninduced\tO\npostural\tB-Disease\nhypotension\tI-Disease\n.\tO\n\n"


def read(tmp_path: Path, content: str | bytes) -> list[Annotated | Reject]:
    path = tmp_path / "train.tsv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_iob(path))


def article(record: Annotated | Reject) -> Annotated:
    assert isinstance(record, Annotated), record
    return record


def test_words_are_joined_and_their_tags_make_mentions(tmp_path: Path) -> None:
    [found] = map(article, read(tmp_path, SENTENCE))
    assert found.document.id == "train-1"
    assert found.document.text("title") == ""
    assert found.document.text("abstract") == "Selegiline - induced postural hypotension ."
    assert [(m.text, m.label) for m in found.mentions] == [
        ("Selegiline", "Chemical"),
        ("postural hypotension", "Disease"),
    ]
    assert found.mentions[0].span == Span(section="abstract", start=0, end=10)


@pytest.mark.parametrize(
    ("tags", "mentions"),
    [
        ("B-A I-A B-A", ["0 1", "2"]),
        ("I-A I-A O", ["0 1"]),  # IOB1
        ("I-A I-B I-B", ["0", "1 2"]),
        ("B-A | I-A O", ["0", "1"]),  # a mention ends with its sentence
    ],
)
def test_where_mentions_begin_and_end(tmp_path: Path, tags: str, mentions: list[str]) -> None:
    words = iter(range(9))
    content = "".join("\n" if tag == "|" else f"{next(words)}\t{tag}\n" for tag in tags.split())
    [found] = map(article, read(tmp_path, content))
    assert [mention.text for mention in found.mentions] == mentions


def test_documents_end_where_they_are_marked_or_have_enough_sentences(tmp_path: Path) -> None:
    marked = map(
        article, read(tmp_path, f"-DOCSTART-\tO\n\n{SENTENCE}{SENTENCE}-DOCSTART-\tO\n\n{SENTENCE}\n{SENTENCE}")
    )
    assert [(a.document.id, len(a.mentions)) for a in marked] == [("train-3", 4), ("train-19", 2), ("train-27", 2)]
    plain = list(map(article, read(tmp_path, SENTENCE * (2 * SENTENCES + 1))))
    assert [len(a.mentions) // 2 for a in plain] == [SENTENCES, SENTENCES, 1]


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("Naloxone", "1 columns, not 2"),
        ("Naloxone\tNN\tO", "3 columns"),
        ("Naloxone\tChemical", "'Chemical' is no tag"),
        ("Naloxone\tB-", "'B-' is no tag"),
        ("\tO", "no word"),
        ("Nalo\udcffxone\tO", "not UTF-8"),
    ],
)
def test_a_bad_line_rejects_its_document_alone(tmp_path: Path, line: str, cause: str) -> None:
    content = f"a\tO\n{line}\nb\tO\n\n\n{SENTENCE}"
    bad, good = read(tmp_path, content.encode(errors="surrogateescape"))
    assert isinstance(bad, Reject)
    assert (bad.record, cause in bad.cause) == ("document train-1, line 2", True)
    assert bad.remedy
    assert len(article(good).mentions) == 2


def test_an_endless_line_is_rejected(tmp_path: Path) -> None:
    bad, good = read(tmp_path, b"x" * 2**24 + b"\tO\ny\tO\n\n\n" + SENTENCE.encode())
    assert isinstance(bad, Reject)
    assert "longer than 16 MiB" in bad.cause
    assert isinstance(good, Annotated)


def test_damaged_files_give_records_and_rejects(tmp_path: Path, mutate: Callable[[bytes, int], bytes]) -> None:
    rejects = 0
    for seed in range(100):
        for record in read(tmp_path, mutate((SENTENCE * 3 + "\n" + SENTENCE).encode(), seed)):
            if isinstance(record, Reject):
                assert record.record
                assert record.cause
                rejects += 1
    assert rejects > 10


@pytest.mark.parametrize(
    ("name", "mentions"), [("NCBI-disease/train", 5134), ("BC5CDR-chem/train", 5203), ("linnaeus/devel", None)]
)
def test_the_corpora_are_read_whole(shared: Path, name: str, mentions: int | None) -> None:
    path = shared / f"data/ner/{name}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    found = list(map(article, read_iob(path)))
    assert sum(len(a.document.text("abstract").split(" ")) for a in found) == sum(map(bool, lines))
    begun = sum(line.split("\t")[-1].startswith("B-") for line in lines)
    assert sum(len(a.mentions) for a in found) == begun == (mentions or begun)
