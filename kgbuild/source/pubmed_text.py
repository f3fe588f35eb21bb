"""Flattening PubMed's inline markup and MathML into plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.source.markup import plain

if TYPE_CHECKING:
    from lxml.etree import _Element

# What a browser would set apart; every other element (i, b, sup, sub, u …) touches its neighbours.
_BLOCKS = frozenset({"DispFormula", "disp-formula", "p", "br", "div", "list", "li", "list-item", "sec", "title"})
_SUBSCRIPT_NUMBER = re.compile(r"\s*[0-9]")
_LINE_BREAK = re.compile(r"\s*\n\s*\Z")
_INVISIBLE_OPERATORS = dict.fromkeys(range(0x2061, 0x2065))
_NOT_SHOWN = frozenset({"annotation", "annotation-xml", "mphantom"})


def flatten(element: _Element | None) -> str:
    """The plain text of an element: markup gone, every run of white space (also no-break) one space.

    `H<sub>2</sub>O` gives `H2O`; a displayed formula stands apart from the words around it. Markup and characters
    that were escaped twice are read as well (`kgbuild.source.markup`).
    """
    if element is None:
        return ""
    if len(element) == 0:
        return _line(element.text or "")
    pieces: list[str] = []
    _collect(element, pieces)
    return _line("".join(pieces))


def _line(text: str) -> str:
    return " ".join((plain(text) if "&" in text or "<" in text else text).split())


def _collect(element: _Element, pieces: list[str]) -> None:
    pieces.append(element.text or "")
    for child in element:
        name = _local_name(child)
        if name == "math":
            pieces.append(f" {_math(child)} " if child.get("display") == "block" else _math(child))
        elif name in _BLOCKS:
            pieces.append(" ")
            _collect(child, pieces)
            pieces.append(" ")
        else:
            # A subscripted number never begins a word: a line break before it is a pretty-printer's.
            if name == "sub" and _SUBSCRIPT_NUMBER.match(child.text or ""):
                pieces[-1] = _LINE_BREAK.sub("", pieces[-1])
            _collect(child, pieces)
        pieces.append(child.tail or "")


def _math(element: _Element) -> str:
    """A formula in one line. White space counts in `mtext` alone, as MathML says; fractions become a/b."""
    name = _local_name(element)
    if name in _NOT_SHOWN:
        return ""
    if name == "mspace":
        return " "
    own = element.text or ""
    parts = [own if name == "mtext" else " ".join(own.split()).translate(_INVISIBLE_OPERATORS)]
    parts += [_math(child) + (child.tail or "").strip() for child in element]
    if name == "mfrac":
        return "/".join(_grouped(part) for part in parts if part)
    if name == "msqrt":
        return "√" + _grouped("".join(parts))
    if name == "mfenced":
        inner = element.get("separators", ",")[:1].join(part for part in parts if part)
        return element.get("open", "(") + inner + element.get("close", ")")
    return (" " if name in ("mtable", "mtr", "mlabeledtr") else "").join(parts)


def _grouped(term: str) -> str:
    """A term that may stand beside / or √: in parentheses where it is more than one number or name."""
    return term if re.fullmatch(r"[\w.]*", term) else f"({term})"


def _local_name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]
