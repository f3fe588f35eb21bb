"""Reading Cypher text as far as safety needs it: whether a query makes the server read files or other servers.

A read transaction may do more than read the graph: `LOAD CSV` fetches what the server can reach, its files and its
neighbours in the network among them, and so do procedures of APOC and others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kgbuild.errors import InputError

# Neo4j decodes escapes such as \\u004c wherever they stand, before it reads the query.
_ESCAPE = re.compile(r"\\u+([0-9A-Fa-f]{4})")
_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n\r]*|/\*.*?(?:\*/|\Z))
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<quoted>`(?:[^`]|``)*`)
    |(?P<parameter>\$\s*\w+)
    |(?P<word>\w+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
# Namespaces of procedures and functions that read or write files, ask other servers, or run Cypher from a text.
_FORBIDDEN = (
    "apoc.load", "apoc.import", "apoc.export", "apoc.xml", "apoc.model", "apoc.bolt", "apoc.es", "apoc.mongo",
    "apoc.mongodb", "apoc.couchbase", "apoc.redis", "apoc.nlp", "apoc.ml", "apoc.gephi", "apoc.dv", "apoc.graph",
    "apoc.cypher", "apoc.periodic", "apoc.when", "apoc.case", "apoc.do", "apoc.trigger", "apoc.custom", "apoc.log",
    "apoc.config", "apoc.systemdb", "apoc.metrics", "apoc.util.sleep", "n10s", "semantics", "genai", "ai",
)  # fmt: skip


def check_cypher(text: str) -> None:
    """See that a query makes the server fetch nothing; words in comments and texts are no commands.

    Raises:
        InputError: it has LOAD CSV, calls a procedure or function that reads files or addresses or runs Cypher from a
            text, or gives a procedure the address of a file.
    """
    tokens = list(_tokens(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)))
    for number, (kind, value) in enumerate(tokens):
        following = tokens[number + 1 : number + 2]
        if kind == "word" and value.upper() == "LOAD" and [(k, v.upper()) for k, v in following] == [("word", "CSV")]:
            raise _refused("LOAD CSV makes the server read a file or an address")
        if kind in ("word", "quoted") and (number == 0 or tokens[number - 1][1] != "."):
            name, end = _dotted(tokens, number)
            before = tokens[number - 1][1].upper() if number else ""
            is_call = before == "CALL" or tokens[end : end + 1] == [("other", "(")]
            if is_call and any(name.startswith(f"{space}.") for space in _FORBIDDEN):
                raise _refused(f"{name} reads files or addresses, or runs Cypher from a text")
        if kind == "word" and value.upper() == "CALL":
            url = next(
                (value for kind, value in _arguments(tokens[number:]) if kind == "string" and _is_file(value)), ""
            )
            if url:
                raise _refused(f"a procedure is given the address of a file, {url}")


def _refused(cause: str) -> InputError:
    return InputError(
        f"{cause}, which kgbuild does not let a query do",
        remedy="Ask about the graph alone; load data with kgbuild load neo4j or Neo4j's own tools.",
    )


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "skip":
            yield match.lastgroup, match.group()


def _dotted(tokens: Sequence[tuple[str, str]], start: int) -> tuple[str, int]:
    """The name that begins there, such as apoc.load.csv, in lower case and without back quotes, and where it ends."""
    parts, at = [], start
    while at < len(tokens) and tokens[at][0] in ("word", "quoted"):
        parts.append(tokens[at][1].strip("`").lower())
        at += 1
        if tokens[at : at + 1] != [("other", ".")]:
            break
        at += 1
    return ".".join(parts), at


def _arguments(call: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The tokens between the brackets of a procedure's call; none of a subquery, CALL { … } and CALL (…) { … }."""
    depth = 0
    named = call[1:2] and call[1][0] in ("word", "quoted")
    for kind, value in call[1:] if named else ():
        depth += (value == "(") - (value == ")")
        if depth:
            yield kind, value
        elif value == ")" or (not depth and value in "{}"):
            return


def _is_file(literal: str) -> bool:
    return literal[1:-1].strip().lower().startswith(("file:", "jar:file:"))
