"""The page on the named queries, made from their headers: `python -m kgbuild.query.document > docs/queries.md`."""

from __future__ import annotations

import shlex
import sys

from kgbuild.query.named import NamedQuery, Parameter, list_queries

_INTRODUCTION = """\
# Named queries

Questions that a graph of the gut-brain axis is often asked, as SPARQL in `queries/sparql/`. `kgbuild query` lists
them, `kgbuild query NAME --param name=value` asks one, and `--endpoint URL` asks it of a SPARQL server.

- A **concept** is given by name, CURIE or URI (`"Parkinson disease"`, `MONDO:0005180`). A name that may mean several
  concepts is refused, with their CURIEs.
- `--include-narrower` (or `narrower=true`) takes in the concepts below the one named.
- Parameters are bound as terms in a `VALUES` block; nothing of them becomes part of the query's text.
- An answer is never cut unseen: `limit` is the most rows, and a query of your own with too many rows is an error.
- Counts of evidence leave out retracted articles. A statement with 0 evidence for it stands in the graph because of
  evidence against it, or from retracted articles.

A file's header is TOML in lines that start with `#+`: `title`, `description`, `[parameters.NAME]` with `type`
(concept, predicate, class, integer, boolean or string), `description` and, unless it must be given, a `default`
(empty: may be left open), `[columns]` and an `[example]`. This page is made from the headers by
`python -m kgbuild.query.document`.
"""


def page() -> str:
    """The page, in Markdown."""
    return "\n".join([_INTRODUCTION, *map(_section, list_queries())])


def _section(query: NamedQuery) -> str:
    given = "".join(f" --param {shlex.quote(f'{name}={content}')}" for name, content in query.example)
    lines = [f"## {query.name}", "", f"**{query.title}.** {query.description}", ""]
    lines += ["```", f"kgbuild query {query.name}{given}", "```", ""]
    lines += ["| parameter | type | default | |", "|---|---|---|---|"]
    lines += [f"| `{p.name}` | {p.type} | {_default(p)} | {p.description} |" for p in query.parameters]
    lines += ["", "| column | |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in query.columns]
    return "\n".join([*lines, ""])


def _default(parameter: Parameter) -> str:
    if parameter.default is None:
        return "must be given"
    if parameter.default == "":
        return "all"
    return str(parameter.default).lower()


if __name__ == "__main__":
    sys.stdout.write(page())
