"""The one rule for overlapping mentions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from kgbuild.model import SECTION_NAMES, Mention, SectionName


def resolve(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Mentions of which no two overlap, sorted by section (title first), start and end.

    The longest mention wins; among equally long ones the higher score, then the earlier start, then the label
    that comes first in the alphabet, then the source likewise. What overlaps a winner is dropped.
    """
    ranked = sorted(
        mentions,
        key=lambda m: (m.span.start - m.span.end, -m.score, m.span.start, m.label, m.source, m.span.section),
    )
    kept: dict[SectionName, list[tuple[int, Mention]]] = {name: [] for name in SECTION_NAMES}
    for mention in ranked:
        held = kept[mention.span.section]
        place = bisect_right(held, mention.span.start, key=lambda pair: pair[0])
        if place and held[place - 1][1].span.end > mention.span.start:
            continue
        if place < len(held) and held[place][0] < mention.span.end:
            continue
        held.insert(place, (mention.span.start, mention))
    return tuple(mention for held in kept.values() for _, mention in held)
