"""Parts that an earlier version of kgbuild wrote, given the columns that they lack."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kgbuild.assemble.parts import DOCUMENTS, read_documents, write_documents, write_table
from kgbuild.parquet import has_checksum
from kgbuild.source.standing import settle


def renew_documents(path: Path) -> None:
    """Bring a documents part to the present columns, in place: new ones are empty, or follow from the others.

    What the earlier version did not read of the sources (a date of revision, a PMC identifier) comes with the next
    ingest of the files.
    """
    try:
        table = pq.read_table(path, partitioning=None)
    except (OSError, pa.ArrowInvalid):
        return  # whoever reads it says what is wrong
    missing = [field for field in DOCUMENTS if field.name not in table.column_names]
    if not missing:
        if not has_checksum(path):
            write_table(path, table.to_pylist(), DOCUMENTS)
        return
    for field in missing:
        value = "sound" if field.name == "standing" else ""
        table = table.append_column(field, pa.array([value] * len(table), field.type))
    write_table(path, table.to_pylist(), DOCUMENTS)
    write_documents(path, [settle(document) for document in read_documents(path)])
