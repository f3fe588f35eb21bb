"""Writing predictions as the challenge's submission files, one a task, in the forms of 2025 and 2026."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kgbuild.evaluate.records import CONCEPT_FIELDS, MENTION_FIELDS, PAIR_FIELDS, TRIPLE_FIELDS, Article, Item, Task
from kgbuild.files import write_json

_ENTITY_FIELDS = ("start_idx", "end_idx", "location", "text_span", "label")
# Year and task of the challenge, our task, the list's name, the fields of its records.
_FORMS: Sequence[tuple[str, Task, str, tuple[str, ...]]] = (
    ("2025_T61", "ner", "entities", _ENTITY_FIELDS),
    ("2025_T621", "binary", "binary_tag_based_relations", PAIR_FIELDS),
    ("2025_T622", "tag", "ternary_tag_based_relations", TRIPLE_FIELDS),
    ("2025_T623", "mention", "ternary_mention_based_relations", MENTION_FIELDS),
    ("2026_T611", "ner", "entities", _ENTITY_FIELDS),
    ("2026_T612", "nerd", "entities", (*_ENTITY_FIELDS, "uri")),
    ("2026_T621", "mention", "mention_level_relations", MENTION_FIELDS),
    ("2026_T622", "concept", "concept_level_relations", CONCEPT_FIELDS),
)


def write_submission(predictions: Mapping[str, Article], folder: Path) -> list[Path]:
    """Write a file for each task that the predictions have fields for, and return their paths."""
    paths = []
    for name, task, field, columns in _FORMS:
        if not any(task in article.items for article in predictions.values()):
            continue
        content = {
            pmid: {field: _rows(article.items.get(task, ()), columns)} for pmid, article in predictions.items()
        }
        path = folder / f"{name}.json"
        write_json(path, content)
        paths.append(path)
    return paths


def _rows(items: Sequence[Item], columns: Sequence[str]) -> list[dict[str, Any]]:
    return [dict(zip(columns, item, strict=True)) for item in items]
