import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest

from kgbuild.errors import InputError
from kgbuild.load.exports.nanopub import write_nanopubs
from kgbuild.load.rdf import expand, statement_iri
from kgbuild.schema import load_schema
from tests import example_graph as example


def written(tables: Path, **options: Any) -> bytes:
    stream = BytesIO()
    write_nanopubs(tables, stream, run=example.RUN, **options)
    return stream.getvalue()


def test_the_nanopub_package_finds_them_valid_and_their_names_true(tables: Path, tmp_path: Path, check: Any) -> None:
    (tmp_path / "np.trig").write_bytes(written(tables, min_belief=0.1))
    found = check("nanopub", tmp_path / "np.trig", "as-is")
    statements = pq.read_table(tables / "statements.parquet").to_pylist()
    direct = [row for row in statements if row["direct"]]
    assert len(found) == len(direct)
    assert all(item["valid"] and item["trusty"] for item in found)
    predicates = load_schema().predicate_uris
    triples = {tuple(triple) for item in found for triple in item["assertion"]}
    assert (example.PARKINSON, predicates["change abundance"], example.AKKERMANSIA) in triples
    assert len({item["uri"] for item in found}) == len(found)


def test_the_nanopub_package_signs_those_that_are_signable(tables: Path, tmp_path: Path, check: Any) -> None:
    (tmp_path / "np.trig").write_bytes(written(tables, min_belief=0.1, limit=2, signable=True))
    found = check("nanopub", tmp_path / "np.trig", "sign")
    assert [(item["valid"], item["signed"], item["trusty"]) for item in found] == [(True, True, True)] * 2


def test_provenance_holds_sentences_for_and_against(tables: Path) -> None:
    statements = pq.read_table(tables / "statements.parquet").to_pylist()
    disputed = next(row for row in statements if row["refuting"])
    text = written(
        tables, statements=[statement_iri(disputed["id"])], creator="https://orcid.org/0000-0002-1825-0097"
    )
    quads = list(ox.parse(text, format=ox.RdfFormat.TRIG))
    sentences = {q.object.value for q in quads if q.predicate.value == expand("kg:firstSentence")}
    assert {example.HUMAN[0], example.MOUSE[0]} <= sentences
    refuting = next(q.object.value for q in quads if q.predicate.value == expand("kg:refuting"))
    assert int(refuting) == disputed["refuting"]
    creators = [q.object.value for q in quads if q.predicate.value == expand("dcterms:creator")]
    assert creators == ["https://orcid.org/0000-0002-1825-0097"]


def test_equal_graphs_have_equal_names_and_a_date_changes_them(tables: Path) -> None:
    def names(**options: Any) -> set[str]:
        return set(re.findall(r"np/(RA[\w-]{43})", written(tables, min_belief=0.1, **options).decode()))

    assert names(reproducible=True) == names(reproducible=True)
    assert len(names()) == 12
    assert names(reproducible=True).isdisjoint(names())


@pytest.mark.parametrize(
    ("names", "cause"),
    [
        (["' OR true --"], "not the id of a statement"),
        (["f" * 32], "no such statement"),
        (None, "it is not believed"),
    ],
)
def test_only_statements_that_hold_can_be_named(tables: Path, names: list[str] | None, cause: str) -> None:
    if names is None:
        statements = pq.read_table(tables / "statements.parquet").to_pylist()
        names = [next(row["id"] for row in statements if not row["direct"])]
    with pytest.raises(InputError, match=cause):
        written(tables, statements=names)
