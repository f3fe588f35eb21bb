"""What a vocabulary reader yields, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

from kgbuild.model import Reject

PREFERRED, EXACT, RELATED, SEEN = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Name:
    """A name and its scope. SEEN: annotated text calls the concept so, `count` times, with `label`."""

    text: str
    scope: int = EXACT
    label: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one record says of a concept; several entries of one URI add up.

    `aliases` are URIs of records that were merged into this one; `equivalents` are concepts of other
    vocabularies that mean the same; `rank` is a taxon's. `source` counts the inputs within one that was put together
    from several.
    """

    uri: str
    names: tuple[Name, ...] = ()
    label: str = ""
    parents: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    equivalents: tuple[str, ...] = ()
    rank: str = ""
    source: int = 0


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that is left out by rule: why."""

    reason: str


OBSOLETE = Skipped("obsolete")
UNKNOWN_EQUIVALENT = Skipped("equivalent in an unknown vocabulary")
Item = Entry | Skipped | Reject
