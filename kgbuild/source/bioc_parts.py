"""BioC documents made ready for the `bioc` library, which refuses a whole one for a part that it cannot read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element


class Skipped:
    """What of a file is not read, how often, and an example where one helps to find it."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def add(self, what: str, number: int = 1, example: str = "") -> None:
        """Count so many more."""
        if number:
            self._counts[what] += number
            if example:
                self._examples.setdefault(what, example[:300])

    def __bool__(self) -> bool:
        return bool(self._counts)

    def __str__(self) -> str:
        rows = sorted(self._counts.items())
        return "; ".join(f"{number} {what}{self._example(what)}" for what, number in rows)

    def _example(self, what: str) -> str:
        return f" (first: {self._examples[what]})" if what in self._examples else ""


UNREADABLE = {"annotation": "annotations that can not be read", "relation": "relations that can not be read"}
NO_OFFSET = "annotations in passages without an offset"


def mended(element: _Element, skipped: Skipped) -> None:
    """Take out of a `document` element, in place, the annotations and relations that the library cannot read."""
    identifier = element.findtext("id")
    for infon in [infon for infon in element.iter("infon") if "key" not in infon.attrib]:
        skipped.add("infons without a key", example=f"PMID {identifier}")
        _drop(infon)
    for kind, what in UNREADABLE.items():
        for part in [part for part in element.iter(kind) if not _is_readable(part)]:
            skipped.add(what, example=f"PMID {identifier}, {part.get('id')}")
            _drop(part)
    for passage in element.iterfind("passage"):
        # Without annotations, an offset is of no use.
        if passage.find("text") is not None and not _is_number(passage.findtext("offset")):
            found = list(passage.iter("annotation"))
            skipped.add(NO_OFFSET, len(found), f"PMID {identifier}")
            for part in (*found, *passage.findall("offset"), *passage.findall("sentence")):
                _drop(part)
            offset = passage.makeelement("offset")
            offset.text = "0"
            passage.append(offset)


def _is_readable(part: _Element) -> bool:
    if part.tag == "relation":
        return all("refid" in node.attrib and "role" in node.attrib for node in part.iterfind("node"))
    places = part.findall("location")
    return "id" in part.attrib and all(
        _is_number(place.get("offset")) and _is_number(place.get("length")) for place in places
    )


def _drop(part: _Element) -> None:
    parent = part.getparent()
    if parent is not None:
        parent.remove(part)


def _is_number(text: object) -> bool:
    """Whether it is a whole number from 0, in digits."""
    if isinstance(text, str):
        return text.strip().isascii() and text.strip().isdigit()
    return isinstance(text, int) and not isinstance(text, bool) and text >= 0


def completed(item: dict[str, Any], skipped: Skipped) -> dict[str, Any]:
    """A document with the members that the library requires and some writers leave out, without what it cannot read.

    Raises:
        TypeError, AttributeError: a document, passage or sentence is no JSON object.
    """
    name = f"PMID {item.get('id')}"
    passages = [_passage(passage, skipped, name) for passage in item.get("passages") or []]
    return _part(item, skipped, name) | {"passages": passages}


def _passage(item: dict[str, Any], skipped: Skipped, name: str) -> dict[str, Any]:
    passage = _part(item, skipped, name)
    passage["sentences"] = [_part(sentence, skipped, name) for sentence in item.get("sentences") or []]
    if passage["text"] and not isinstance(passage.get("offset"), int):
        # Without annotations, an offset is of no use.
        lost = sum(len(part["annotations"]) for part in (passage, *passage["sentences"]))
        skipped.add(NO_OFFSET, lost, name)
        passage |= {"offset": 0, "annotations": [], "sentences": []}
    return passage


def _part(item: dict[str, Any], skipped: Skipped, name: str) -> dict[str, Any]:
    """A document, passage or sentence, with what it holds of its own."""
    part = {"id": None, "text": None, **item, "infons": item.get("infons") or {}}
    if _is_number(part.get("offset")):
        part["offset"] = int(part["offset"])
    for kind, children in (("annotation", "locations"), ("relation", "nodes")):
        given = item.get(f"{kind}s") or []
        whole = [
            {"id": None, "text": None, **one, "infons": one.get("infons") or {}, children: _children(one, children)}
            for one in given
            if isinstance(one, dict) and _is_whole(one, children)
        ]
        skipped.add(UNREADABLE[kind], len(given) - len(whole), name)
        part[f"{kind}s"] = whole
    return part


def _children(part: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [
        {key: int(value) if key in ("offset", "length") else value for key, value in child.items()}
        for child in part.get(name) or []
    ]


def _is_whole(part: dict[str, Any], children: str) -> bool:
    keys = ("offset", "length") if children == "locations" else ("refid", "role")
    given = part.get(children) or []
    return (
        isinstance(part.get("infons") or {}, dict)
        and isinstance(given, list)
        and all(isinstance(child, dict) and all(key in child for key in keys) for child in given)
        and (children == "nodes" or all(_is_number(child[key]) for child in given for key in keys))
    )
