"""Articles parsed in a second: kgbuild beside pubmed_parser."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from pubmed_parser import parse_medline_xml

from benchmarks import articles
from benchmarks.measure import Comparison, compare, compared
from kgbuild.model import Document
from kgbuild.source.pubmed import PubMedFile


def report(repeats: int) -> str:
    """The comparison on plain records and on full ones."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sets = (
            ("title, abstract, authors", articles.files()),
            ("full records, with MeSH, references, grants", articles.full_records()),
        )
        return compared(
            _compared(f"{what}: {articles.origin(paths)}", articles.repeated(paths, 2_000, folder / str(n)), repeats)
            for n, (what, paths) in enumerate(sets)
        )


def _compared(what: str, paths: Sequence[Path], repeats: int) -> Comparison:
    def ours() -> int:
        return sum(isinstance(record, Document) for path in paths for record in PubMedFile(path).records())

    def theirs() -> int:
        return sum(1 for path in paths for _ in parse_medline_xml(str(path), year_info_only=False))

    return compare(what, "articles/s", ours, "pubmed_parser", theirs, repeats)
