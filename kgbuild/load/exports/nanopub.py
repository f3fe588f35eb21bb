"""Nanopublications: statements that can be cited one by one, each with its evidence, in TriG.

The assertion is the statement's triple; the provenance holds belief, counts, articles and the sentences; the
publication info says who made it. Each is named by a trusty URI; or by a passing one, which the `nanopub` tools
replace when they sign and publish it.
Source: Nanopublication Guidelines, https://nanopub.net/guidelines/working_draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from kgbuild.errors import InputError
from kgbuild.load.exports.quotes import quotation
from kgbuild.load.exports.trusty import Literal, Quad, artifact_code
from kgbuild.load.nquads import literal
from kgbuild.load.rdf import (
    RunInfo,
    article_iri,
    checked_iri,
    evidence_iri,
    expand,
    run_iri,
    statement_iri,
)
from kgbuild.load.scan import Scan
from kgbuild.namespaces import ID
from kgbuild.schema import Schema
from kgbuild.tables import SPEAKS

_NP = "http://www.nanopub.org/nschema#"
_XSD = expand("xsd:")
# The code takes the place of the space.
_THIS = f"{ID}np/ "
_HEAD, _ASSERTION, _PROVENANCE, _PUBINFO = (
    f"{_THIS}#{part}" for part in ("Head", "assertion", "provenance", "pubinfo")
)
_TEMPORARY = "http://purl.org/nanopub/temp/kgbuild-"
_ID = re.compile(r"[0-9a-f]{32}\Z")
_PREFIX = f"{ID}statement/"


def write_nanopubs(
    tables: Path,
    stream: BinaryIO,
    *,
    run: RunInfo,
    statements: Sequence[str] = (),
    min_belief: float = 0.9,
    limit: int = 100,
    evidence: int = 20,
    creator: str = "",
    license_iri: str = "",
    signable: bool = False,
    reproducible: bool = False,
) -> int:
    """Write the nanopublications of chosen statements and return their number.

    Args:
        tables: a finished graph's tables.
        stream: takes TriG in UTF-8.
        run: the run that the graph comes from; its end is the nanopublications' date.
        statements: ids or IRIs; where there is none, the best supported direct statements are taken.
        min_belief: least belief where none is named.
        limit: most nanopublications where none is named.
        evidence: most evidence quoted for a statement, and against it, best scored first; the counts are of all.
        creator: IRI of whoever publishes them (an ORCID); kgbuild itself if left out.
        license_iri: the licence that you give them.
        signable: gives passing URIs instead of trusty ones, which are only given once.
        reproducible: leaves out the date.

    Raises:
        InputError: a statement is not in the graph or not believed, or an IRI is none.
        GraphError: a table is missing or damaged.
    """
    chosen = _chosen(statements, min_belief, limit)
    count = 0
    with Scan(tables) as scan:
        if statements:
            _check(scan, statements)
        rows = (row for batch in scan.rows(_query(chosen, evidence)) for row in batch)
        for statement, members in groupby(rows, key=lambda row: row[0]):
            quads = list(_quads(list(members), scan.schema, run, creator, license_iri, reproducible))
            name = f"{_TEMPORARY}{statement}#" if signable else f"{ID}np/{artifact_code(quads)}"
            stream.write(_trig(quads, name).encode())
            count += 1
    return count


def _chosen(statements: Sequence[str], min_belief: float, limit: int) -> str:
    if not statements:
        where = f"direct AND belief >= {float(min_belief)!r} ORDER BY belief DESC, id LIMIT {int(limit)}"
        return f"SELECT * FROM statements WHERE {where}"  # noqa: S608 - two numbers
    ids = "', '".join(_identifiers(statements))
    return f"SELECT * FROM statements WHERE id IN ('{ids}')"  # noqa: S608 - checked to be hexadecimal


def _identifiers(statements: Sequence[str]) -> list[str]:
    found = [name.removeprefix(_PREFIX) for name in statements]
    for name in found:
        if not _ID.match(name):
            raise InputError(
                "not the id of a statement", record=name, remedy="Take one that `kgbuild show --json` gives."
            )
    return list(dict.fromkeys(found))


def _check(scan: Scan, statements: Sequence[str]) -> None:
    query = f"SELECT id, direct FROM ({_chosen(statements, 0, 0)})"  # noqa: S608 - checked to be hexadecimal
    known = {name: direct for rows in scan.rows(query) for name, direct in rows}
    for name in _identifiers(statements):
        if known.get(name) != "true":
            cause = "no such statement in this graph" if name not in known else "it is not believed"
            remedy = "Name a statement that the graph holds as a direct triple."
            raise InputError(cause, record=name, remedy=remedy)


def _query(chosen: str, evidence: int) -> str:
    return f"""
        SELECT s.id, s.subject, s.predicate, s.object, six(s.belief), s.supporting, s.refuting,
            b.name, d.name, q.id, q.pmid, first_sentence, second_sentence, q.negated, q.speculative,
            q.direction, q.claim, q.finding, q.study, six(q.score), q.run
        FROM ({chosen}) s
        JOIN (
            SELECT *, row_number() OVER (PARTITION BY statement, negated ORDER BY score DESC, id) AS place
            FROM placed WHERE statement IS NOT NULL AND finding AND {SPEAKS}
        ) q ON q.statement = s.id AND place <= {int(evidence)}
        LEFT JOIN concepts b ON b.uri = s.subject LEFT JOIN concepts d ON d.uri = s.object
        ORDER BY s.belief DESC, s.id, q.negated, place
    """  # noqa: S608 - built of constants and numbers


def _quads(
    members: list[tuple[Any, ...]],
    schema: Schema,
    run: RunInfo,
    creator: str,
    license_iri: str,
    reproducible: bool,
) -> Iterator[Quad]:
    statement, subject, predicate, object_, belief, supporting, refuting, *names = members[0][:9]
    ends = (checked_iri(subject), checked_iri(object_))
    yield _HEAD, _THIS, expand("rdf:type"), _NP + "Nanopublication"
    for name, graph in (("Assertion", _ASSERTION), ("Provenance", _PROVENANCE), ("PublicationInfo", _PUBINFO)):
        yield _HEAD, _THIS, f"{_NP}has{name}", graph
    yield _ASSERTION, ends[0], schema.predicate_uris[predicate], ends[1]

    yield _PROVENANCE, _ASSERTION, expand("prov:specializationOf"), statement_iri(statement)
    yield _PROVENANCE, _ASSERTION, expand("kg:belief"), Literal(text=belief, datatype=_XSD + "decimal")
    yield _PROVENANCE, _ASSERTION, expand("kg:supporting"), _integer(supporting)
    yield _PROVENANCE, _ASSERTION, expand("kg:refuting"), _integer(refuting)
    for member in members:
        yield from _evidence(member)

    agent = f"{ID}software/kgbuild-{run_iri(run.code_version).rsplit('/', 1)[1]}"
    yield _PUBINFO, _THIS, expand("dcterms:creator"), checked_iri(creator) if creator else agent
    yield _PUBINFO, _THIS, expand("prov:wasGeneratedBy"), run_iri(run.id)
    yield _PUBINFO, run_iri(run.id), expand("prov:wasAssociatedWith"), agent
    yield _PUBINFO, agent, expand("rdfs:label"), Literal(text=f"kgbuild {run.code_version}".strip())
    labels = [name or iri for name, iri in zip(names, ends, strict=True)]
    for iri, label in zip(ends, labels, strict=True):
        yield _PUBINFO, iri, expand("rdfs:label"), Literal(text=label)
    yield _PUBINFO, _THIS, expand("rdfs:label"), Literal(text=f"{labels[0]} – {predicate} – {labels[1]}")
    if license_iri:
        yield _PUBINFO, _THIS, expand("dcterms:license"), checked_iri(license_iri)
    if run.ended and not reproducible:
        moment = Literal(text=run.ended.isoformat(timespec="seconds"), datatype=_XSD + "dateTime")
        yield _PUBINFO, _THIS, expand("dcterms:created"), moment


def _evidence(member: tuple[Any, ...]) -> Iterator[Quad]:
    identifier, pmid, first, second, negated, speculative, direction, claim, finding, study, score, run = member[9:]
    quotation(identifier, pmid, first, second)
    node = evidence_iri(identifier)
    yield _PROVENANCE, _ASSERTION, expand("prov:wasDerivedFrom"), node
    yield _PROVENANCE, node, expand("rdf:type"), expand("kg:Evidence")
    yield _PROVENANCE, node, expand("kg:article"), article_iri(pmid)
    yield _PROVENANCE, node, expand("prov:wasGeneratedBy"), run_iri(run)
    yield _PROVENANCE, node, expand("kg:firstSentence"), Literal(text=first)
    if second is not None:
        yield _PROVENANCE, node, expand("kg:secondSentence"), Literal(text=second)
    yield _PROVENANCE, node, expand("kg:direction"), Literal(text=direction)
    yield _PROVENANCE, node, expand("kg:claim"), Literal(text=claim)
    yield _PROVENANCE, node, expand("kg:study"), Literal(text=study)
    yield _PROVENANCE, node, expand("kg:score"), Literal(text=score, datatype=_XSD + "decimal")
    for name, value in (("negated", negated), ("speculative", speculative), ("finding", finding)):
        yield _PROVENANCE, node, expand(f"kg:{name}"), Literal(text=value, datatype=_XSD + "boolean")


def _integer(value: int) -> Literal:
    return Literal(text=str(value), datatype=_XSD + "integer")


def _trig(quads: Sequence[Quad], name: str) -> str:
    text = ""
    for graph, members in groupby(quads, key=lambda quad: quad[0]):
        lines = "".join(
            f"    {_iri(s, name)} {_iri(p, name)} {_term(o, name)} .\n" for _, s, p, o in dict.fromkeys(members)
        )
        text += f"{_iri(graph, name)} {{\n{lines}}}\n"
    return text + "\n"


def _iri(iri: str, name: str) -> str:
    if iri.startswith(_THIS):
        part = iri.removeprefix(_THIS)
        iri = name + (part.removeprefix("#") if name.endswith("#") else part)
    return f"<{iri}>"


def _term(object_: str | Literal, name: str) -> str:
    if not isinstance(object_, Literal):
        return _iri(object_, name)
    kind = "" if object_.datatype == f"{_XSD}string" else f"^^<{object_.datatype}>"
    return literal(object_.text) + kind
