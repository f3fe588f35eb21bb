"""Reading SPARQL text as far as safety needs it: its form, what it must not do, and binding parameters.

Parameters are terms in N-Triples syntax (`<iri>`, `"text"`, `"5"^^<…integer>`), parsed and written again by the
RDF library, so that nothing of a value can become part of a query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

import pyoxigraph as ox

from kgbuild.errors import InputError
from kgbuild.namespaces import encode_iri

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
Term = ox.NamedNode | ox.Literal
_FORMS: tuple[Form, ...] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_PROLOGUE = frozenset({"PREFIX", "BASE", "VERSION"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_VARIABLE = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
# The tokens of SPARQL 1.1 (section 19.8) that may hide a keyword, then words and single characters.
_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n\r]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*\"\"\"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<tag>@\w+)
    |(?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*|_:[\w.-]+)
    |(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)
    |(?P<word>\w+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
# Before a pattern goes on after a comparison, the brackets of the comparison close.
_HIDDEN = re.compile(r"\).*service", re.IGNORECASE)
# Nothing but an IRI can begin so: a prefixed name's local part has no slash.
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def check_query(text: str) -> Form:
    """The form of a query that only reads.

    Raises:
        InputError: it is an update, calls another server (SERVICE), or is no query.
    """
    # Escapes such as \\u0053 count as the character itself, so a query is looked at in both spellings.
    for spelling in (text, _ESCAPE.sub(_decode, text)):
        if any(_calls(kind, value) for kind, value, _ in _tokens(spelling)):
            raise InputError(
                "the query calls another server (SERVICE), which kgbuild does not do",
                remedy="Ask the two servers one after the other.",
            )
    form = next(
        (value.upper() for kind, value, _ in _tokens(text) if kind == "word" and value.upper() not in _PROLOGUE),
        "",
    )
    for known in _FORMS:
        if form == known:
            return known
    raise InputError(
        f"{form} changes a graph; graphs are only read here" if form in _UPDATES else "this is no SPARQL query",
        remedy=f"Start the query with {', '.join(_FORMS[:-1])} or {_FORMS[-1]}.",
    )


def gives_rows(text: str) -> bool:
    """Whether a query gives rows (SELECT, ASK), not triples (CONSTRUCT, DESCRIBE); raises as `check_query` does."""
    return check_query(text) in ("SELECT", "ASK")


def _calls(kind: str, text: str) -> bool:
    # Parsers let keywords touch other words ("trueSERVICE"), and take what looks like an IRI for a comparison
    # where only that makes sense: "?a<?b)SERVICE?c#>".
    if kind == "word":
        return "SERVICE" in text.upper()
    return kind == "iri" and not _ABSOLUTE.match(text) and _HIDDEN.search(text) is not None


def with_values(text: str, terms: Mapping[str, Term]) -> str:
    """The query with its parameters bound by a VALUES block at the start of its outermost pattern.

    Where this is a sub-select, its pattern gets the block too, since what is inside is looked up first.
    """
    if not terms:
        return text
    names = " ".join(f"?{name}" for name in terms)
    block = f" VALUES ({names}) {{ ({' '.join(str(term) for term in terms.values())}) }} "
    tokens = [(value.upper(), end) for kind, value, end in _tokens(text) if kind in ("word", "other")]
    ends: list[int] = []
    depth = 0
    for number, (value, end) in enumerate(tokens):
        depth += (value == "(") - (value == ")")
        if value != "{" or depth:
            continue
        following = [word for word, _ in tokens[number + 1 : number + 3]]
        if following[:1] == ["SELECT"]:
            continue
        ends.append(end)
        if following != ["{", "SELECT"]:
            break
    if not ends:
        raise InputError("the query has no pattern { … } to bind parameters in")
    for end in reversed(ends):
        text = text[:end] + block + text[end:]
    return text


def iri(uri: str) -> str:
    """A parameter that is an IRI."""
    try:
        return str(ox.NamedNode(encode_iri(uri)))
    except ValueError as error:
        raise InputError(f"{uri!r} is not an IRI: {error}") from error


def value(content: str | int | float | bool) -> str:
    """A parameter that is a text, a number or a truth value."""
    return str(ox.Literal(content))


def parse_terms(parameters: Mapping[str, str]) -> dict[str, Term]:
    """Variable names (without ?) and terms in N-Triples syntax, as terms.

    Raises:
        InputError: a name is not a variable's, or a value is not one IRI or literal.
    """
    terms: dict[str, Term] = {}
    for name, text in parameters.items():
        if not _VARIABLE.match(name):
            raise InputError(f"{name!r} is not the name of a variable")
        try:
            (quad,) = ox.parse(f"<x:s> <x:p> {text} .", ox.RdfFormat.N_TRIPLES)
        except (SyntaxError, ValueError) as error:
            raise InputError(
                f"{text!r} is not a term in N-Triples syntax",
                record=f"parameter {name}",
                remedy='Write <https://…> for an IRI and "…" for a text.',
            ) from error
        term = quad.object
        if not isinstance(term, ox.NamedNode | ox.Literal):
            raise InputError(f"{text!r} is neither IRI nor literal", record=f"parameter {name}")
        terms[name] = term
    return terms


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, text and end of each token; white space and comments are left out."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "skip":
            yield match.lastgroup, match.group(), match.end()


def _decode(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code <= 0x10FFFF else ""
