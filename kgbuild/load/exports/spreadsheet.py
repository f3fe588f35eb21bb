"""CSV that spreadsheets open: a text that one would take for a formula gets a ' before it, and is shown as text.

Source: OWASP, CSV Injection. A formula may send what stands in other cells to a server, or start a program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

# Also those of full width, which some spreadsheets take for the same.
_FORMULA = "^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"


def defused(values: Iterable[object]) -> list[object]:
    """A row's values, of which texts that would be formulas are marked as texts; numbers stay numbers."""
    return [f"'{value}" if isinstance(value, str) and _is_formula(value) else value for value in values]


def defused_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same of all columns of texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = []
    for column in batch.columns:
        if pa.types.is_string(column.type):
            formula = pc.and_not(
                pc.match_substring_regex(column, _FORMULA), pc.match_substring_regex(column, _NUMBER)
            )
            if pc.any(formula).as_py():
                column = pc.if_else(formula, pc.binary_join_element_wise("'", column, ""), column)
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _is_formula(value: str) -> bool:
    return bool(re.match(_FORMULA, value)) and not re.match(_NUMBER, value)
