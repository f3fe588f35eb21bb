"""Asking a named query, in any store, and saying why an answer is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kgbuild.errors import InputError
from kgbuild.protocols import QueryRunner
from kgbuild.query.named import NARROWER, Default, NamedQuery
from kgbuild.query.names import MOST, Facts, GraphConcept, SparqlNames
from kgbuild.query.parameters import Bound, bind, wrong_class
from kgbuild.query.resolve import Meaning, count, no_statements
from kgbuild.query.results import Table
from kgbuild.query.sparql import parse_terms
from kgbuild.schema import Schema, load_schema

_NAMED = 3
# Parameters that leave evidence out of an answer.
_FILTERS = ("study", "design", "integer")


def run_named(
    query: NamedQuery,
    values: Mapping[str, str],
    runner: QueryRunner,
    *,
    narrower: bool = False,
    schema: Schema | None = None,
    facts: Facts | None = None,
) -> Table:
    """Ask a named query.

    Args:
        query: from `kgbuild.query.named.load_query`.
        values: parameters as a user writes them; concepts by name, CURIE or URI.
        runner: what answers.
        narrower: take narrower concepts as well, for queries that have that parameter.
        schema: of the graph, for parameters that are predicates or classes; the default one if left out.
        facts: where concepts are looked up; in the graph that `runner` asks in SPARQL if left out.

    Returns:
        The rows, with notes: what else a name may mean, and if there are no rows, why.

    Raises:
        InputError: a parameter is unknown, missing, empty, or not what it must be; or what `runner` raises.
        AmbiguousError: a name may mean several concepts.
    """
    schema = schema or load_schema()
    facts = facts or SparqlNames(runner, schema)
    takes_narrower = any(parameter.name == NARROWER for parameter in query.parameters)
    if narrower and not takes_narrower:
        raise InputError(f"query {query.name} has no narrower concepts to include", remedy="Leave the option out.")
    given: dict[str, Default] = {**values, **({NARROWER: True} if narrower else {})}
    bound = bind(query, given, facts, schema)
    table = runner.run(f"{query.text}LIMIT {bound.limit}\n", bound.terms)
    notes = [resolution.note for resolution in bound.concepts.values() if resolution.note]
    if not table.rows:
        notes += _why_empty(query, bound, facts, schema)
    return replace(table, notes=tuple(notes))


def _why_empty(query: NamedQuery, bound: Bound, facts: Facts, schema: Schema) -> Iterator[str]:
    """Sentences on what the graph has of each parameter, and on what to ask instead.

    Raises:
        InputError: a concept is of a class that its parameter does not take.
    """
    texts = {name: str(term.value) for name, term in parse_terms(bound.terms).items()}
    for parameter in query.parameters:
        if parameter.type != "concept":
            continue
        resolution = bound.concepts[parameter.name]
        # Looked at here, since a concept may have another class in some of its statements.
        error = wrong_class(parameter, resolution, facts, schema)
        if error:
            raise error
        meaning = resolution.meanings[0]
        yield no_statements(meaning) or (
            f"{meaning.name} stands in {count(meaning.statements, 'statement')}, but in none that this query asks"
            f" for; kgbuild query neighbours --param concept={meaning.curie} gives them all."
        )
        if texts.get(NARROWER) == "false" and (below := facts.narrower(meaning.uri)):
            yield _narrower(meaning, below)
    meant = {resolution.meanings[0].name for resolution in bound.concepts.values()}
    if len(meant) < len(bound.concepts):
        yield f"Both names mean {meant.pop()}."
    for parameter in query.parameters:
        text = texts.get(parameter.name, "")
        if parameter.type == "article":
            if facts.has_article(text):
                yield f"The article {text} is in this graph, but no statement was found in it."
            else:
                yield f"No article {text!r} is in this graph; articles are named by PMID, such as 30712345."
        elif parameter.type == "year":
            known = facts.years()
            yield f"The statements of this graph are of {known[0]} to {known[1]}." if known else "No year is known."
        elif parameter.type in ("class", "predicate") and text:
            yield f"Nothing in this graph that the query asks for has the {parameter.type} {text}."
    given = {p.name: texts[p.name] for p in query.parameters if p.type in _FILTERS and texts.get(p.name, "0") != "0"}
    if given:
        asked = ", ".join(f"{name} = {text}" for name, text in given.items())
        yield f"Only evidence with {asked} was asked for; leave that out to see all."
    if not texts:
        yield "This graph holds nothing of the kind."


def _narrower(meaning: Meaning, below: list[GraphConcept]) -> str:
    number = f"{'At least ' if len(below) == MOST else ''}{len(below):,}"
    shown = ", ".join(f"{concept.name}: {concept.statements:,}" for concept in below[:_NAMED])
    more = ", …" if len(below) > _NAMED else ""
    return f"{number} concepts narrower than {meaning.name} stand in statements ({shown}{more}): --include-narrower."
