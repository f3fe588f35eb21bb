"""The page on the named queries, made from their headers: `python -m kgbuild.query.document > docs/queries.md`."""

from __future__ import annotations

import shlex
import sys

from kgbuild.query.named import NamedQuery, Parameter, list_queries

_INTRODUCTION = """\
# Named queries

Questions that a graph of the gut-brain axis is often asked, as SPARQL in `queries/sparql/`. `kgbuild query` lists
them, `kgbuild query NAME --param name=value` asks one, and `--endpoint URL` asks it of a SPARQL server.

- A **concept** is given by any of its names, CURIE or URI (`"Parkinson disease"`, `PD`, `MONDO:0005180`), and
  [found](graph.md#finding-a-concept) as `kgbuild show` finds it. A name that may mean several is refused, with their
  CURIEs, and so is a concept of a class that the parameter does not take.
- The kind of a **study** and its **design** are given by [their names](studies.md), such as `human` and `randomised
  trial`.
- An **article** is given by its PMID (`30712345`, `PMID:30712345` or its address at PubMed).
- `--include-narrower` (or `narrower=true`) takes in the concepts below the one named.
- Parameters are bound as terms in a `VALUES` block; nothing of them becomes part of the query's text.
- An answer is never cut unseen: `limit` is the most rows, and a query of your own with too many rows is an error.
- An answer without rows says why, and what to ask instead; beside CSV and JSON, on standard error.
- Counts of evidence leave out what counts for nothing: retracted articles, notices, other versions of a work, aims
  ([which](articles.md)). A statement with 0 evidence for it stands in the graph because of these, or of evidence
  against it.

A file's header is TOML in lines that start with `#+`: `title`, `description`, `[parameters.NAME]` with `type`
(concept, predicate, class, article, year, integer, boolean, study or design), `description`, unless it must be given
a `default` (empty: may be left open), for a concept the `labels` that it may have (any if left out), `[columns]` and
an `[example]`. This page is made from the headers by `python -m kgbuild.query.document`.
"""


def page() -> str:
    """The page, in Markdown."""
    return "\n".join([_INTRODUCTION, *map(_section, list_queries())])


def _section(query: NamedQuery) -> str:
    given = "".join(f" --param {shlex.quote(f'{name}={content}')}" for name, content in query.example)
    lines = [f"## {query.name}", "", f"**{query.title}.** {query.description}", ""]
    lines += ["```", f"kgbuild query {query.name}{given}", "```", ""]
    lines += ["| parameter | type | default | |", "|---|---|---|---|"]
    lines += [f"| `{p.name}` | {_kind(p)} | {_default(p)} | {p.description} |" for p in query.parameters]
    lines += ["", "| column | |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in query.columns]
    return "\n".join([*lines, ""])


def _kind(parameter: Parameter) -> str:
    return f"{parameter.type}: {', '.join(parameter.labels)}" if parameter.labels else parameter.type


def _default(parameter: Parameter) -> str:
    if parameter.default is None:
        return "must be given"
    if parameter.default == "":
        return "all"
    return str(parameter.default).lower()


if __name__ == "__main__":
    sys.stdout.write(page())
