"""Cutting a stream into records loses nothing."""

import io
import random

import pytest

from kgbuild.source.pubmed_split import split

SETS = (
    b"<PubmedArticleSet>\n<PubmedArticle>1</PubmedArticle> <!-- <PubmedArticle> --><PubmedArticle>2</PubmedArticle>"
    b"<PubmedBookArticle a='b'>3<![CDATA[</PubmedBookArticle>]]></PubmedBookArticle >\n"
    b"<DeleteCitation></DeleteCitation></PubmedArticleSet>\n"
)


class Slow(io.BytesIO):
    """Gives few bytes at a time, so that every tag is cut somewhere."""

    def __init__(self, data, step):
        super().__init__(data)
        self._step = step

    def read1(self, size=-1):
        return super().read1(self._step)


@pytest.mark.parametrize("step", [1, 2, 7, 100])
def test_records_are_found_however_the_bytes_arrive(step):
    # The first 4,096 bytes are read at once, to see the encoding.
    pieces = list(split(Slow(b" " * 5000 + SETS, step)))
    assert [piece.tag for piece in pieces if piece.tag] == [
        "PubmedArticle",
        "PubmedArticle",
        "PubmedBookArticle",
        "DeleteCitation",
    ]
    assert b"".join(piece.data for piece in pieces) == b" " * 5000 + SETS
    assert [piece.last for piece in pieces] == [False] * (len(pieces) - 1) + [True]


def test_lines_are_counted():
    assert [piece.line for piece in split(io.BytesIO(SETS)) if piece.tag] == [2, 2, 2, 3]


def test_the_pieces_of_damaged_input_are_the_input(mutate):
    for seed in range(300):
        data = mutate(SETS, seed)
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[1:2] == b"\x00":
            continue  # other encodings come out as UTF-8
        step = random.Random(seed).choice([1, 5, 64, 4096])
        assert b"".join(piece.data for piece in split(Slow(data, step))) == data
