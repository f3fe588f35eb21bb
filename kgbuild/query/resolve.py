"""From what a user calls a concept to the URI that the graph has for it."""

from __future__ import annotations

import re
from typing import NamedTuple

from kgbuild.errors import InputError
from kgbuild.namespaces import to_uri
from kgbuild.normalize import key
from kgbuild.protocols import QueryRunner
from kgbuild.query.results import Value
from kgbuild.query.sparql import iri, value

# What is asked to find a concept; `kgbuild.query.cypher` says the same in Cypher.
PREFIXES = """\
PREFIX kg: <https://w3id.org/kgbuild/vocab#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
BY_URI = "SELECT DISTINCT ?concept { ?concept skos:exactMatch? ?wanted ; skos:prefLabel ?name }"
_COLUMNS = "SELECT ?concept ?name ?preferred ?mentions ?label ?curie"
_NAMES = """
  { ?concept skos:prefLabel ?name . BIND (true AS ?preferred) }
  UNION { ?concept skos:altLabel ?name . BIND (false AS ?preferred) }
  ?concept kg:mentions ?mentions ; skos:prefLabel ?label ; skos:notation ?curie .
"""
BY_NAME = f"{_COLUMNS} {{ {_NAMES} }}"
BY_LOWER = f"{_COLUMNS} {{ {_NAMES} FILTER (LCASE(?name) = ?lower) }}"
LIKE = (
    f"{_COLUMNS} {{ {_NAMES} FILTER (CONTAINS(LCASE(?name), ?part)) }} ORDER BY DESC(?mentions) ?concept LIMIT 1000"
)
_PART = re.compile(r"\w{3,}")
_UNDERSTOOD = "Names, CURIEs (MONDO:0005180) and URIs are understood."


class _Hit(NamedTuple):
    """A name of a concept; `label` is its preferred one."""

    concept: str
    name: str
    preferred: bool
    mentions: int
    label: str
    curie: str


def resolve(runner: QueryRunner, text: str) -> str:
    """The canonical URI of a concept that is named by URI, CURIE, or any of its names.

    Names are compared exactly, then without case, then in the form that the linker compares them in. Of several
    concepts with that name, the one that is mentioned and has it as its preferred name is meant.

    Raises:
        InputError: there is none, or several that could be meant; the remedy names them.
    """
    text = text.strip()
    uri = to_uri(text)
    if uri is not None:
        rows = runner.run(PREFIXES + BY_URI, {"wanted": iri(uri)}).rows
        if rows:
            return str(rows[0][0])
    hits = _hits(runner, BY_NAME, name=text) or _hits(runner, BY_LOWER, lower=text.lower())
    if not hits:
        similar = _similar(runner, text)
        hits = [hit for hit in similar if key(hit.name) == key(text)]
        if not hits:
            raise InputError(f"no concept named {text!r} is in this graph", remedy=_remedy(text, similar))
    for meant in (
        [hit for hit in hits if hit.preferred and hit.mentions],
        [hit for hit in hits if hit.mentions],
        hits,
    ):
        concepts = sorted({(-hit.mentions, hit.label, hit.curie, hit.concept) for hit in meant})
        if len(concepts) == 1:
            return concepts[0][3]
        if concepts:
            several = ", ".join(f"{label} ({curie})" for _, label, curie, _ in concepts[:8])
            raise InputError(
                f"{text!r} may mean several concepts: {several}", remedy="Give the CURIE of the one you mean."
            )
    raise AssertionError("there are hits")


def _hits(runner: QueryRunner, query: str, **texts: str) -> list[_Hit]:
    rows = runner.run(PREFIXES + query, {name: value(text) for name, text in texts.items()}).rows
    return [_hit(row) for row in rows]


def _hit(row: tuple[Value, ...]) -> _Hit:
    concept, name, preferred, mentions, label, curie = row
    return _Hit(str(concept), str(name), bool(preferred), int(mentions or 0), str(label), str(curie))


def _similar(runner: QueryRunner, text: str) -> list[_Hit]:
    """Names that hold the beginning of one of the text's longer words."""
    words = sorted(_PART.findall(text.lower()), key=len, reverse=True)[:3]
    parts = dict.fromkeys(word[: max(3, len(word) * 2 // 3)] for word in words or [text.lower()])
    return [hit for part in parts for hit in _hits(runner, LIKE, part=part)]


def _remedy(text: str, similar: list[_Hit]) -> str:
    from rapidfuzz import fuzz, process, utils

    names = {hit.name: hit for hit in similar if hit.mentions}
    found = process.extract(
        text, list(names), scorer=fuzz.WRatio, processor=utils.default_process, limit=5, score_cutoff=60
    )
    shown = dict.fromkeys(f"{names[name].label} ({names[name].curie})" for name, _, _ in found)
    return (f"Similar: {', '.join(shown)}. " if shown else "") + _UNDERSTOOD
