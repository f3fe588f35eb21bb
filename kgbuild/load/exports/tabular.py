"""CSV files of concepts, statements and evidence, for spreadsheets, R and pandas.

Texts that a spreadsheet would take for a formula are marked as texts, unless `raw` is asked for.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, BinaryIO

from kgbuild.load.exports.spreadsheet import defused_batch
from kgbuild.load.scan import Scan

# Lists are JSON arrays in their cell.
_FILES = {
    "nodes.csv": """
        SELECT uri, curie, name, label AS class, rank, to_json(synonyms) AS synonyms, to_json(wordings) AS wordings,
            to_json(equivalents) AS equivalents, to_json(parents) AS parents, mentions, articles, statements
        FROM concepts ORDER BY uri""",
    "edges.csv": """
        SELECT s.id, subject, a.name AS subject_name, subject_label AS subject_class, predicate,
            object, b.name AS object_name, object_label AS object_class,
            belief, supporting, refuting, speculative, s.articles, works, asked, increase, decrease,
            more, less, raises, lowers, worsens, improves, background, conflict, human,
            first_year, last_year, direct
        FROM statements s LEFT JOIN concepts a ON a.uri = subject LEFT JOIN concepts b ON b.uri = object
        ORDER BY s.id""",
    "evidence.csv": """
        SELECT id, statement, pmid, predicate, subject_text, subject_label AS subject_class, subject_uri,
            object_text, object_label AS object_class, object_uri, first_sentence, second_sentence,
            subject_section, subject_start, subject_end, object_section, object_start, object_end,
            score, source, weight, negated, speculative, direction, claim, finding, study, design, participants,
            species, site, comparator, review, year, retracted, standing, work, run
        FROM placed ORDER BY id""",
}
# The earliest time that ZIP knows, so that equal tables give equal files.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_folder(tables: Path, folder: Path, *, raw: bool = False) -> None:
    """Write the files into a new folder."""
    folder.mkdir()
    with Scan(tables) as scan:
        for name, query in _FILES.items():
            with (folder / name).open("wb") as stream:
                _write(scan, query, stream, raw)


def write_zip(tables: Path, stream: BinaryIO, *, raw: bool = False) -> None:
    """Write the files into a ZIP file."""
    with Scan(tables) as scan, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, query in _FILES.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as member:
                _write(scan, query, member, raw)


def _write(scan: Scan, query: str, stream: IO[bytes], raw: bool) -> None:
    import pyarrow as pa
    from pyarrow import csv

    answer = scan.batches(query)
    with csv.CSVWriter(pa.PythonFile(stream, "w"), answer.schema) as writer:
        for batch in answer:
            writer.write_batch(batch if raw else defused_batch(batch))
