"""Which label a vocabulary's concepts have: the rules of `mappings/vocabulary_labels.tsv`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kgbuild.errors import KgbuildError
from kgbuild.link.canonical import standard
from kgbuild.namespaces import converter
from kgbuild.resources import asset
from kgbuild.schema import load_schema

_NONE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRules:
    """Labels by root concept (for it and its descendants), by beginning of the URI, by UMLS semantic type.

    An empty label says that the concepts have none of the schema's.
    """

    roots: dict[str, str]
    beginnings: dict[str, str]
    semantic_types: dict[str, str]

    def by_beginning(self, uri: str) -> str:
        """The label by the longest beginning that fits; empty where none does."""
        fitting = [start for start in self.beginnings if uri.startswith(start)]
        return self.beginnings[max(fitting, key=len)] if fitting else ""


@cache
def label_rules() -> LabelRules:
    """The rules that the project ships.

    Raises:
        KgbuildError: a row names a label that the schema does not have, or a prefix that is unknown.
    """
    path = asset("mappings/vocabulary_labels.tsv")
    known = set(load_schema().label_uris) | {_NONE}
    rules = LabelRules(roots={}, beginnings={}, semantic_types={})
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
        root, label, *_ = line.split("\t")
        vocabulary, _, local = root.partition(":")
        expansion = converter().bimap.get(vocabulary)
        if label not in known or not (expansion or vocabulary in ("STY", "http", "https")):
            raise KgbuildError(
                f"{path}, line {number}: unknown prefix or label in {line!r}", remedy="Correct the row."
            )
        value = "" if label == _NONE else label
        if vocabulary == "STY":
            rules.semantic_types[local] = value
        elif "://" in root:
            rules.beginnings[root] = value
        elif local:
            rules.roots[standard(root)] = value
        else:
            rules.beginnings[expansion or ""] = value
    return rules
