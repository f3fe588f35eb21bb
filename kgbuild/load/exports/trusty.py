"""Trusty URIs: identifiers that carry the hash of the RDF that they name (module RA).

Source: Kuhn and Dumontier, Making Digital Artifacts on the Web Verifiable and Reliable, IEEE TKDE 2015;
https://github.com/trustyuri/trustyuri-spec.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

_STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A literal without a language."""

    text: str
    datatype: str = _STRING


# Graph, subject, predicate, object; what is no literal is an IRI.
Quad = tuple[str, str, str, str | Literal]


def artifact_code(quads: Iterable[Quad]) -> str:
    """The code ("RA…") of quads whose IRIs have one space in the place where the code will stand."""
    lines = []
    for graph, subject, predicate, object_ in sorted(set(quads), key=_order):
        lines += [graph, subject, predicate, _value(object_)]
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).digest()
    return "RA" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _order(quad: Quad) -> tuple[str, str, str, bool, str, str]:
    *place, object_ = quad
    graph, subject, predicate = place
    if isinstance(object_, Literal):
        return graph, subject, predicate, True, object_.text, object_.datatype
    return graph, subject, predicate, False, object_, ""


def _value(object_: str | Literal) -> str:
    if not isinstance(object_, Literal):
        return object_
    text = object_.text.replace("\\", "\\\\").replace("\n", "\\n")
    return f"^{object_.datatype} {text}"
