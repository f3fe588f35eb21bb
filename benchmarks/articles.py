"""The articles that the benchmarks read: the project's test data if it is there, else the shipped examples.

The data is found through KGBUILD_SHARED (default ../shared). Larger sets repeat the articles under new PMIDs.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

from benchmarks.gutbrainie import DATA
from kgbuild.model import Document
from kgbuild.resources import asset
from kgbuild.source.pubmed import PubMedFile

_RECORD = re.compile(rb"<PubmedArticle\b.*?</PubmedArticle>", re.DOTALL)
_PMID = re.compile(rb"(<PMID[^>]*>)\d+(</PMID>)")
# Above every PMID that PubMed has given, with as many digits.
_FIRST_PMID = 50_000_000
_PER_FILE = 10_000


def files() -> list[Path]:
    """The real articles, or the synthetic examples where they are absent."""
    return sorted((DATA / "pubmed").glob("*.xml.gz")) or [asset("examples/gut-brain-examples.xml")]


def full_records() -> list[Path]:
    """Answers of efetch with all that PubMed knows of an article (the shipped examples where they are absent)."""
    return sorted((DATA / "eutils").glob("efetch-*.xml")) or [asset("examples/gut-brain-examples.xml")]


def origin(paths: Sequence[Path]) -> str:
    """How a report names the articles."""
    return "real articles" if DATA in paths[0].parents else "synthetic examples (KGBUILD_SHARED is absent)"


def documents(limit: int) -> list[Document]:
    """The first articles, parsed."""
    records = (record for path in files() for record in PubMedFile(path).records())
    return list(islice((record for record in records if isinstance(record, Document)), limit))


def repeated(paths: Sequence[Path], count: int, folder: Path) -> list[Path]:
    """Gzipped PubMed XML of so many articles: those of the files over and over, each time under new PMIDs."""
    folder.mkdir(parents=True, exist_ok=True)
    records = cycle([record for path in paths for record in _records(path)])
    written = []
    for begin in range(0, count, _PER_FILE):
        path = folder / f"{begin // _PER_FILE:04d}.xml.gz"
        with gzip.open(path, "wb", compresslevel=1) as stream:
            stream.write(b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n')
            for number in range(begin, min(begin + _PER_FILE, count)):
                pmid = str(_FIRST_PMID + number).encode()
                stream.write(_PMID.sub(rb"\g<1>" + pmid + rb"\g<2>", next(records), count=1) + b"\n")
            stream.write(b"</PubmedArticleSet>\n")
        written.append(path)
    return written


def _records(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield from _RECORD.findall(gzip.decompress(content) if path.suffix == ".gz" else content)
