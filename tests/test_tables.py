"""The tables' documentation says what the code says."""

from pathlib import Path

from kgbuild.tables import TABLES, as_markdown


def test_the_page_on_tables_is_up_to_date() -> None:
    page = Path(__file__).parent.parent / "docs/tables.md"
    assert page.read_text(encoding="utf-8") == as_markdown(), "run: python -m kgbuild.tables > docs/tables.md"


def test_every_column_is_explained() -> None:
    for schema in TABLES.values():
        assert all((field.metadata or {}).get(b"about") for field in schema)
