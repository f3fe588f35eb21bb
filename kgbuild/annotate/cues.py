"""The cue words of `mappings/cues.toml`, compiled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kgbuild.resources import asset

NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PredicateCues:
    """What speaks for one predicate: anywhere between the mentions, or in one order of them alone."""

    cues: re.Pattern[str]
    forward: re.Pattern[str]
    backward: re.Pattern[str]


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(asset("mappings/cues.toml").read_text(encoding="utf-8"))


def compile_cues(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for whole words in any case; `*` is any ending, longer entries are tried first."""
    parts = [
        re.escape(word).replace(r"\*", r"[\w-]*").replace(r"\ ", r"\s+")
        for word in sorted(set(words), key=lambda word: (-len(word), word))
    ]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else NOTHING


@cache
def predicate_cues() -> Mapping[str, PredicateCues]:
    """The cues of each predicate."""
    return {
        name: PredicateCues(
            cues=compile_cues(table.get("cues", ())),
            forward=compile_cues(table.get("forward", ())),
            backward=compile_cues(table.get("backward", ())),
        )
        for name, table in _tables()["predicate"].items()
    }


@cache
def priors() -> Mapping[tuple[str, str, str], tuple[float, float]]:
    """How often a subject label, predicate, object label holds within a sentence: subject first, object first."""
    return {
        (subject, predicate, object_): (first, last)
        for name, (first, last) in _tables()["prior"].items()
        for subject, predicate, object_ in [name.split(" | ")]
    }


@cache
def cue_list(table: str, name: str) -> re.Pattern[str]:
    """The compiled list `name` of a table such as "negation"."""
    return compile_cues(_tables()[table][name])


@cache
def word_set(table: str, name: str) -> frozenset[str]:
    """The words of the list `name` of a table, as a set; for lists without `*`."""
    return frozenset(_tables()[table][name])
