"""Errors of entity recognition and linking, sorted by kind, with examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kgbuild.evaluate.records import Article, Item, longest

Kind = Literal["missed", "spurious", "boundary", "label", "link"]
KINDS: tuple[Kind, ...] = ("missed", "spurious", "boundary", "label", "link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One error; `gold` or `predicted` is None where there is no counterpart."""

    kind: Kind
    pmid: str
    gold: Item | None
    predicted: Item | None


def mistakes(gold: Mapping[str, Article], predicted: Mapping[str, Article]) -> Iterator[Mistake]:
    """Every error: a wrong label on the right span, a wrong boundary, a wrong link, or no counterpart at all."""
    for pmid, article in gold.items():
        found = longest(predicted[pmid].items.get("ner", ())) if pmid in predicted else ()
        expected = article.items.get("ner", ())
        wrong = [item for item in found if item not in set(expected)]
        missing = [item for item in expected if item not in set(found)]
        yield from _pairs(pmid, missing, wrong)
        if pmid in predicted and "nerd" in predicted[pmid].items:
            yield from _links(pmid, article.items.get("nerd", ()), predicted[pmid].items["nerd"])


def _pairs(pmid: str, missing: list[Item], wrong: list[Item]) -> Iterator[Mistake]:
    rest = list(missing)
    for item in wrong:
        partner = next((g for g in rest if g[:3] == item[:3]), None)
        kind: Kind = "label"
        if partner is None:
            partner = next((g for g in rest if g[2] == item[2] and g[0] <= item[1] and item[0] <= g[1]), None)
            kind = "boundary"
        if partner is None:
            yield Mistake(kind="spurious", pmid=pmid, gold=None, predicted=item)
        else:
            rest.remove(partner)
            yield Mistake(kind=kind, pmid=pmid, gold=partner, predicted=item)
    for item in rest:
        yield Mistake(kind="missed", pmid=pmid, gold=item, predicted=None)


def _links(pmid: str, expected: tuple[Item, ...], found: tuple[Item, ...]) -> Iterator[Mistake]:
    right = {item[:5]: item for item in expected}
    for item in found:
        partner = right.get(item[:5])
        if partner is not None and partner[5] != item[5]:
            yield Mistake(kind="link", pmid=pmid, gold=partner, predicted=item)
