"""A folder of an earlier version is rebuilt without its sources."""

from pathlib import Path

import pyarrow.parquet as pq

from kgbuild.assemble.parts import read_documents, write_documents
from kgbuild.assemble.renew import renew_documents
from kgbuild.model import Document, Section


def test_documents_of_an_earlier_version_get_the_columns_that_they_lack(tmp_path: Path) -> None:
    part = tmp_path / "part.parquet"
    sections = tuple(Section(name=name, text="Blautia.") for name in ("title", "abstract"))
    kinds = {"1": ("Retracted Publication",), "2": ("Published Erratum",), "3": ()}
    write_documents(part, [Document(id=pmid, sections=sections, publication_types=k) for pmid, k in kinds.items()])
    added = ["pmcid", "electronic_date", "revised", "abstract_from", "standing"]
    pq.write_table(pq.read_table(part).drop_columns(added), part)
    renew_documents(part)
    found = list(read_documents(part))
    assert [(document.id, document.standing, document.retracted) for document in found] == [
        ("1", "retracted", True),
        ("2", "notice", False),
        ("3", "sound", False),
    ]
    assert {document.revised for document in found} == {""}


def test_a_part_that_lacks_nothing_stays_as_it_is(tmp_path: Path) -> None:
    part = tmp_path / "part.parquet"
    write_documents(part, [Document(id="1", sections=(Section(name="title", text="Blautia."),))])
    before = part.read_bytes()
    renew_documents(part)
    assert part.read_bytes() == before
