"""Other ways to say a mention, from what its document defines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from kgbuild.annotate.abbreviations import abbreviations
from kgbuild.model import Document
from kgbuild.normalize import key

Kind = Literal["text", "abbreviation", "without parentheses", "abbreviation within", "genus"]

_PARENTHESES = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"[^\s,;/()]+")
_SPECIES = re.compile(r"([A-Z])\.\s?([a-z]{3,})(.*)", re.DOTALL)
_GENUS = re.compile(r"\b([A-Z][a-z]{2,}) (?=([a-z]{3,}))")


class Variant(NamedTuple):
    """A text to look up, and how it came from the mention."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a document defines: long forms by abbreviation, and genera by initial and species ("E", "coli")."""

    long_forms: Mapping[str, str] = field(default_factory=dict)
    genera: Mapping[tuple[str, str], str] = field(default_factory=dict)


def definitions(document: Document) -> Definitions:
    """The first definition of each abbreviation, and the first full name of each species."""
    long_forms: dict[str, str] = {}
    genera: dict[tuple[str, str], str] = {}
    for section in document.sections:
        text = section.text
        for (start, end), (long_start, long_end) in abbreviations(text):
            long_forms.setdefault(text[start:end], text[long_start:long_end])
        for match in _GENUS.finditer(text):
            genera.setdefault((match[1][0], match[2]), match[1])
    return Definitions(long_forms, genera)


def variants(text: str, defined: Definitions) -> tuple[Variant, ...]:
    """The mention itself and its other forms, each normal form once, nearest first."""
    found: dict[str, Variant] = {key(text): Variant(text, "text")}

    def add(other: str, kind: Kind) -> None:
        form = key(other)
        if form:
            found.setdefault(form, Variant(other.strip(), kind))

    long_forms = defined.long_forms
    long = long_forms.get(text) or long_forms.get(text.removesuffix("s"))
    if long:
        add(long, "abbreviation")
    species = _SPECIES.fullmatch(text)
    genus = defined.genera.get((species[1], species[2])) if species else None
    if species and genus:
        add(f"{genus} {species[2]}{species[3]}", "genus")
    bare = _PARENTHESES.sub("", text)
    add(bare, "without parentheses")
    for pattern in (_TOKEN, _WORD):
        add(pattern.sub(lambda match: long_forms.get(match[0], match[0]), bare), "abbreviation within")
    return tuple(found.values())
