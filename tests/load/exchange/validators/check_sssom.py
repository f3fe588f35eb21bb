"""Parses and validates SSSOM with the `sssom` package and writes as JSON what it read and its errors.

python check_sssom.py FILE RESULT
"""

import json
import sys
from pathlib import Path

from sssom.constants import SchemaValidationType
from sssom.parsers import parse_sssom_table
from sssom.validators import validate

mappings = parse_sssom_table(sys.argv[1])
kinds = [
    SchemaValidationType.JsonSchema,
    SchemaValidationType.PrefixMapCompleteness,
    SchemaValidationType.StrictCurieFormat,
]
reports = validate(mappings, kinds, fail_on_error=False)
Path(sys.argv[2]).write_text(
    json.dumps(
        {
            "rows": mappings.df.to_dict("records"),
            "metadata": mappings.metadata,
            "uris": [mappings.converter.expand(curie) for curie in mappings.df["object_id"]],
            "errors": [result.message for report in reports.values() for result in report.results],
        }
    )
)
