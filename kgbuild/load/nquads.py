"""The graph as N-Quads text, written straight from the tables' columns with memory flat in their size.

DuckDB reads the Parquet files, cuts the sentences and escapes the literals; Python only fills templates, one per
kind of node. Building Quad objects instead is five times slower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from kgbuild.errors import GraphError
from kgbuild.load.rdf import PREFIXES, RunInfo, article_iri, checked_iri, expand, graphs, run_iri, software_iri
from kgbuild.load.scan import MEMORY, Scan
from kgbuild.namespaces import ID
from kgbuild.schema import Schema

Cell = str | int | None
Render = Callable[[tuple[Cell, ...]], str]
_XSD = PREFIXES["xsd"]


def write_nquads(tables: Path, stream: BinaryIO, *, run: RunInfo, reproducible: bool = False) -> int:
    """Write a finished graph's tables as N-Quads and return the number of quads.

    The order of the lines follows the keys of the tables. With `reproducible`, wall-clock times are left out.

    Raises:
        GraphError: a table is missing, or evidence names an article that is not among them.
        InputError: a concept's URI can not be made an IRI.
    """
    count = 0
    for text in blocks(tables, run=run, reproducible=reproducible):
        stream.write(text.encode())
        count += text.count("\n")
    return count


def blocks(tables: Path, *, run: RunInfo, reproducible: bool, memory: str = MEMORY) -> Iterator[str]:
    """The text in pieces of some thousand lines, each ending with a line; `memory` as for `Scan`."""
    with Scan(tables, memory=memory) as scan:
        yield _runs(scan, run, reproducible)
        for query, render in _nodes(scan.schema):
            for rows in scan.rows(query):
                yield "".join(map(render, rows))


def _nodes(schema: Schema) -> list[tuple[str, Render]]:
    """For each kind of row, the query and what makes lines of one row."""
    return [
        (
            _CONCEPT_QUERY,
            _concept(schema),
        ),
        (
            _ARTICLE_QUERY,
            _article(),
        ),
        ("SELECT subject, predicate, object FROM statements WHERE direct ORDER BY id", _direct(schema)),
        (
            "SELECT id, subject, predicate, object, subject_label, object_label, six(belief), supporting,"
            " refuting, speculative, articles, works, asked, increase, decrease, more, less, raises, lowers, worsens,"
            " improves, human, background, conflict, direct, first_year, last_year"
            " FROM statements ORDER BY id",
            _statement(schema),
        ),
        (_EVIDENCE_QUERY, _evidence()),
    ]


def _template(columns: Sequence[str], pairs: Sequence[tuple[str, str]], *, graph: str = "") -> str:
    """A format string for one node's lines; the first column is the node, `{name}` in a pair names a column."""
    place = {f"{{{name}}}": f"{{{index}}}" for index, name in enumerate(columns)}

    def positional(text: str) -> str:
        for name, index in place.items():
            text = text.replace(name, index)
        return text

    end = f" <{graphs()[graph]}> .\n" if graph else " .\n"
    return "".join(f"{{0}} <{expand(p)}> {positional(o)}{end}" for p, o in pairs)


def _integer(column: str) -> str:
    return f'"{{{column}}}"^^<{_XSD}integer>'


def _boolean(column: str) -> str:
    return f'"{{{column}}}"^^<{_XSD}boolean>'


def _decimal(column: str) -> str:
    return f'"{{{column}}}"^^<{_XSD}decimal>'


def _string(column: str) -> str:
    return f'"{{{column}}}"'


def _node(column: str) -> str:
    return f"<{{{column}}}>"


_STATEMENT = (
    *("node", "subject", "predicate", "object", "subjectClass", "objectClass", "belief"),
    *("supporting", "refuting", "speculating", "articles", "works", "asked", "increase", "decrease"),
    *("more", "less", "raises", "lowers", "worsens", "improves", "human"),
    *("background", "conflict", "direct", "firstYear", "lastYear"),
)
_EVIDENCE = (
    *("node", "statement", "article", "subjectConcept", "objectConcept"),
    *("subjectSection", "subjectStart", "subjectEnd", "subjectText"),
    *("objectSection", "objectStart", "objectEnd", "objectText"),
    *("score", "negated", "speculative", "direction", "claim", "finding", "study", "review", "run"),
    *("firstSentence", "secondSentence"),
)
# Wordings are one literal for each concept, {"PD": 12, "Parkinson disease": 7}: a node for each takes four quads.
_CONCEPT_QUERY = """
    SELECT uri, lit(name), lit(curie), label, mentions, articles, statements, nullif(rank, ''),
        CASE WHEN len(wordings) > 0
            THEN lit(to_json(map_from_entries(list_transform(wordings, x -> (x.text, x.mentions))))) END,
        list_transform(synonyms, x -> lit(x)), list_transform(wordings, x -> lit(x.text)),
        list_transform(keys, x -> lit(x)), equivalents, parents
    FROM concepts ORDER BY uri
"""
_ARTICLE_QUERY = """
    SELECT pmid, lit(pmid), lit(title), retracted, study, year, lit(nullif(journal, '')), lit(nullif(doi, '')),
        lit(nullif(pmcid, '')), standing, lit(work), lit(nullif(design, '')), participants,
        list_transform(facets, x -> lit(x.name || ': ' || x.value)), list_transform(publication_types, x -> lit(x))
    FROM articles ORDER BY pmid
"""
# Evidence with an end that is not linked is in no statement and stays in the tables.
_EVIDENCE_QUERY = """
    SELECT id, statement, pmid, subject_uri, object_uri,
        subject_section, subject_start, subject_end, lit(subject_text),
        object_section, object_start, object_end, lit(object_text),
        six(score), negated, speculative, direction, claim, finding, study, review, run,
        lit(first_sentence), lit(second_sentence)
    FROM placed WHERE statement IS NOT NULL ORDER BY id
"""


def _statement(schema: Schema) -> Render:
    text = _template(
        _STATEMENT,
        [
            ("rdf:type", f"<{expand('biolink:Association')}>"),
            *((f"rdf:{role}", _node(role)) for role in ("subject", "predicate", "object")),
            *((f"kg:{role}", _node(role)) for role in ("subjectClass", "objectClass")),
            ("kg:belief", _decimal("belief")),
            *((f"kg:{name}", _integer(name)) for name in _STATEMENT[7:22]),
            *((f"kg:{name}", _boolean(name)) for name in ("background", "conflict", "direct")),
        ],
    )
    first, last = (_template(_STATEMENT, [(f"kg:{name}", _integer(name))]) for name in ("firstYear", "lastYear"))
    labels, predicates = schema.label_uris, schema.predicate_uris

    def render(row: tuple[Cell, ...]) -> str:
        identifier, subject, predicate, object_, subject_label, object_label, *rest = row
        cells = (
            f"<{ID}statement/{identifier}>",
            checked_iri(str(subject)),
            predicates[str(predicate)],
            checked_iri(str(object_)),
            labels[str(subject_label)],
            labels[str(object_label)],
            *rest,
        )
        return (
            text.format(*cells)
            + (first.format(*cells) if row[-2] is not None else "")
            + (last.format(*cells) if row[-1] is not None else "")
        )

    return render


def _evidence() -> Render:
    text = _template(
        _EVIDENCE,
        [
            ("rdf:type", f"<{expand('kg:Evidence')}>"),
            *((f"kg:{name}", _node(name)) for name in _EVIDENCE[1:5]),
            *(
                (f"kg:{name}", _integer(name) if name.endswith(("Start", "End")) else _string(name))
                for name in _EVIDENCE[5:13]
            ),
            ("kg:score", _decimal("score")),
            *((f"kg:{name}", _boolean(name)) for name in ("negated", "speculative", "finding", "review")),
            *((f"kg:{name}", _string(name)) for name in ("direction", "claim", "study", "firstSentence")),
            ("prov:wasGeneratedBy", _node("run")),
        ],
    )
    second = _template(_EVIDENCE, [("kg:secondSentence", _string("secondSentence"))])

    def render(row: tuple[Cell, ...]) -> str:
        identifier, statement, pmid, subject, object_, *rest, run, first_sentence, second_sentence = row
        if first_sentence is None:
            raise GraphError(
                f"evidence {identifier} stands in article {pmid}, which is not in articles.parquet",
                remedy="Build the graph again from its sources.",
            )
        cells = (
            f"<{ID}evidence/{identifier}>",
            f"{ID}statement/{statement}",
            article_iri(str(pmid)),
            checked_iri(str(subject)),
            checked_iri(str(object_)),
            *rest,
            run_iri(str(run)),
            first_sentence,
            second_sentence,
        )
        lines = text.format(*cells)
        return lines if second_sentence is None else lines + second.format(*cells)

    return render


def _direct(schema: Schema) -> Render:
    predicates = schema.predicate_uris
    graph = graphs()["direct"]

    def render(row: tuple[Cell, ...]) -> str:
        subject, predicate, object_ = (str(cell) for cell in row)
        return f"<{checked_iri(subject)}> <{predicates[predicate]}> <{checked_iri(object_)}> <{graph}> .\n"

    return render


def _article() -> Render:
    columns = (
        *("node", "identifier", "title", "retracted", "study", "year", "journal", "doi"),
        *("pmcid", "standing", "work", "design", "participants"),
    )
    text = _template(
        columns,
        [
            ("rdf:type", f"<{expand('kg:Article')}>"),
            ("kg:pmid", _string("identifier")),
            ("dcterms:title", _string("title")),
            ("kg:retracted", _boolean("retracted")),
            ("kg:study", _string("study")),
            ("kg:standing", _string("standing")),
            ("kg:work", _string("work")),
        ],
    )
    optional = [
        (5, _template(columns, [("kg:year", _integer("year"))])),
        (6, _template(columns, [("kg:journal", _string("journal"))])),
        (7, _template(columns, [("kg:doi", _string("doi"))])),
        (8, _template(columns, [("kg:pmcid", _string("pmcid"))])),
        (11, _template(columns, [("kg:design", _string("design"))])),
        (12, _template(columns, [("kg:participants", _integer("participants"))])),
    ]
    kind = _template(("node", "type"), [("kg:publicationType", _string("type"))])
    facet = _template(("node", "facet"), [("kg:studyFacet", _string("facet"))])

    def render(row: tuple[Cell, ...]) -> str:
        cells = (f"<{article_iri(str(row[0]))}>", *row[1:13])
        lines = [text.format(*cells)]
        lines += (line.format(*cells) for index, line in optional if row[index] is not None)
        lines += (facet.format(cells[0], name) for name in _distinct(row[13]))
        lines += (kind.format(cells[0], name) for name in _distinct(row[14]))
        return "".join(lines)

    return render


def _concept(schema: Schema) -> Render:
    labels = schema.label_uris
    columns = ("node", "name", "curie", "label", "mentions", "articles", "statements", "rank", "wordings")
    text = _template(
        columns,
        [
            ("rdf:type", f"<{expand('skos:Concept')}>"),
            ("rdfs:label", _string("name")),
            ("skos:prefLabel", _string("name")),
            ("skos:notation", _string("curie")),
            *((f"kg:{name}", _integer(name)) for name in columns[4:7]),
        ],
    )
    optional = [(at, _template(columns, [(f"kg:{columns[at]}", _string(columns[at]))])) for at in (7, 8)]
    pair = ("node", "value")
    kind = _template(pair, [("rdf:type", _node("value"))])
    alternative, hidden, form = (
        _template(pair, [(name, _string("value"))]) for name in ("skos:altLabel", "skos:hiddenLabel", "kg:nameKey")
    )
    same = _template(pair, [("skos:exactMatch", _node("value"))])
    declared = _template(pair, [("rdf:type", f"<{expand('skos:Concept')}>")], graph="broader")
    broader = _template(pair, [("skos:broader", _node("value"))], graph="broader")

    def render(row: tuple[Cell, ...]) -> str:
        node = f"<{checked_iri(str(row[0]))}>"
        cells = (node, *row[1:9])
        lines = [text.format(*cells)]
        lines += (line.format(*cells) for at, line in optional if row[at] is not None)
        if row[3]:
            lines.append(kind.format(node, labels[str(row[3])]))
        synonyms = [name for name in _distinct(row[9]) if name != row[1]]
        lines += (alternative.format(node, name) for name in synonyms)
        # SKOS wants the three kinds of labels disjoint.
        lines += (hidden.format(node, name) for name in _distinct(row[10]) if name not in (row[1], *synonyms))
        lines += (form.format(node, name) for name in _distinct(row[11]))
        lines += (same.format(node, uri) for uri in _distinct(row[12], checked_iri))
        # Declared in the graph of ancestors too, so that a path of length zero finds every concept there.
        lines.append(declared.format(node))
        lines += (broader.format(node, uri) for uri in _distinct(row[13], checked_iri))
        return "".join(lines)

    return render


def _distinct(cell: object, change: Callable[[str], str] = str) -> list[str]:
    """The texts of a list column, each once: a graph is a set of quads."""
    return list(dict.fromkeys(change(text) for text in cell)) if isinstance(cell, list) else []


def _runs(scan: Scan, run: RunInfo, reproducible: bool) -> str:
    """The runs: this one described, those of older evidence named; times in a graph of their own."""
    node, agent = run_iri(run.id), software_iri(run.code_version)
    lines = [
        (node, "rdf:type", f"<{expand('prov:Activity')}>"),
        (node, "kg:fingerprint", literal(run.fingerprint)),
        (node, "kg:configuration", literal(run.configuration)),
        (node, "prov:wasAssociatedWith", f"<{agent}>"),
        (agent, "rdf:type", f"<{expand('prov:SoftwareAgent')}>"),
        (agent, "rdfs:label", literal("kgbuild")),
        (agent, "kg:codeVersion", literal(run.code_version)),
    ]
    others = (str(name) for rows in scan.rows("SELECT DISTINCT run FROM evidence ORDER BY run") for (name,) in rows)
    lines += ((run_iri(other), "rdf:type", f"<{expand('prov:Activity')}>") for other in others if other != run.id)
    text = "".join(f"<{s}> <{expand(p)}> {o} .\n" for s, p, o in lines)
    if not reproducible:
        times = (("prov:startedAtTime", run.started), ("prov:endedAtTime", run.ended))
        text += "".join(
            f'<{node}> <{expand(p)}> "{_utc(moment)}"^^<{_XSD}dateTime> <{graphs()["times"]}> .\n'
            for p, moment in times
            if moment is not None
        )
    return text


def _utc(moment: datetime) -> str:
    """An xsd:dateTime; a time without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def literal(text: str) -> str:
    """A string literal in N-Quads."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
