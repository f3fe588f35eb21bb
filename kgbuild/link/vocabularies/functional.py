"""OWL 2 functional-style syntax (https://www.w3.org/TR/owl2-syntax/): declarations, names, subclasses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgbuild.errors import InputError
from kgbuild.link.vocabularies.triples import OWL, RDF_TYPE, RDFS, Triple

_TOKEN = re.compile(
    r"""\s+|\#[^\n]*
    |(?P<text>"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^(?:<[^>]*>|[^\s()]+))?)
    |(?P<iri><[^<>\s]*>)
    |(?P<mark>[()=])
    |(?P<word>[^\s()="<>]+)""",
    re.VERBOSE | re.DOTALL,
)
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([\w-]+))?', re.DOTALL)


def parse_functional(text: str, file: str) -> Iterator[Triple]:
    """The triples that the axioms between named entities stand for; others are passed over.

    Raises:
        InputError: it is not functional syntax, with the line.
    """
    prefixes: dict[str, str] = {}
    stack: list[list[str]] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _error(text, at, file, "unexpected character")
        token = match[0]
        if match["mark"] == "(":
            # All but the outermost list begin with their own name.
            if not stack or len(stack[-1]) < min(len(stack), 2):
                raise _error(text, at, file, "parenthesis without a name")
            stack.append([stack[-1].pop()])
        elif match["mark"] == ")":
            if len(stack) < 2:
                raise _error(text, at, file, "parenthesis that was never opened")
            done = stack.pop()
            if done[0] == "Prefix" and len(done) == 3:
                prefixes[done[1]] = done[2][1:-1]
            elif len(stack) > 1 and stack[-1][0] != "Ontology":
                # Of the nested forms only Declaration(Class(x)) counts; others mark the axiom as complex.
                stack[-1] += done if stack[-1] == ["Declaration"] else ["(...)"]
            else:
                yield from _triples(done, prefixes)
        elif match["text"] or match["iri"] or match["word"]:
            if not stack:
                stack.append([])
            stack[-1].append(token)
        at = match.end()
    if len(stack) > 1:
        raise _error(text, at, file, f"{stack[-1][0]}( is never closed")


def _triples(axiom: list[str], prefixes: dict[str, str]) -> Iterator[Triple]:
    kind, arguments = axiom[0], [part for part in axiom[1:] if part != "(...)"]
    if len(arguments) < len(axiom) - 1 and kind != "AnnotationAssertion":
        return
    if kind == "Declaration" and len(arguments) == 2 and arguments[0] == "Class":
        yield Triple(_iri(arguments[1], prefixes), RDF_TYPE, OWL + "Class")
    elif kind in ("SubClassOf", "EquivalentClasses") and len(arguments) == 2:
        predicate = RDFS + "subClassOf" if kind == "SubClassOf" else OWL + "equivalentClass"
        yield Triple(_iri(arguments[0], prefixes), predicate, _iri(arguments[1], prefixes))
    elif kind == "AnnotationAssertion" and len(arguments) == 3:
        predicate, subject = (_iri(part, prefixes) for part in arguments[:2])
        literal = _TEXT.match(arguments[2])
        if literal:
            value = re.sub(r"\\(.)", r"\1", literal[1])
            yield Triple(subject, predicate, value, literal=True, language=literal[2] or "")
        else:
            yield Triple(subject, predicate, _iri(arguments[2], prefixes))


def _iri(token: str, prefixes: dict[str, str]) -> str:
    if token.startswith("<"):
        return token[1:-1]
    prefix, colon, rest = token.partition(":")
    return prefixes.get(prefix + colon, prefix + colon) + rest


def _error(text: str, at: int, file: str, cause: str) -> InputError:
    line = text.count("\n", 0, at) + 1
    return InputError(
        f"not OWL functional syntax: {cause}", file=file, record=f"line {line}", remedy="Check the file."
    )
