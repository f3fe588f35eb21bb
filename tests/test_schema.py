"""The ontology is read once and says which relations are legal."""

from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.schema import load_schema


def test_the_shipped_schema_has_all_labels_and_predicates() -> None:
    schema = load_schema()
    assert len(schema.labels) == 13
    assert len(schema.predicates) == 17
    assert "DDF" in schema.label_uris
    assert {signature.predicate for signature in schema.signatures} == set(schema.predicate_uris)


def test_few_label_pairs_have_several_predicates() -> None:
    schema = load_schema()
    pairs = {
        (s.subject, s.object): [x.predicate for x in schema.legal(s.subject, s.object)] for s in schema.signatures
    }
    several = {pair: sorted(predicates) for pair, predicates in pairs.items() if len(predicates) > 1}
    assert several == {
        ("DDF", "DDF"): ["affect", "is a"],
        ("chemical", "animal"): ["administered", "located in"],
        ("chemical", "chemical"): ["interact", "part of"],
        ("chemical", "human"): ["administered", "located in"],
        ("chemical", "microbiome"): ["impact", "produced by"],
    }


def test_symmetry_belongs_to_a_pair_of_labels() -> None:
    schema = load_schema()
    assert schema.is_symmetric("chemical", "interact", "chemical")
    assert not schema.is_symmetric("bacteria", "interact", "chemical")
    assert schema.legal("human", "food") == ()


def test_every_relation_of_the_benchmark_is_legal(shared: Path) -> None:
    import json

    schema = load_schema()
    for name in ("platinum", "gold", "silver", "bronze"):
        articles = json.loads((shared / f"data/gutbrainie/{name}.json").read_text())
        for article in articles.values():
            for relation in article["relations"]:
                legal = schema.legal(relation["subject_label"], relation["object_label"])
                assert relation["predicate"] in {signature.predicate for signature in legal}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not turtle", "schema.ttl"),
        ("", "owl:Class"),
        (
            "@prefix kg: <https://w3id.org/kgbuild/vocab#> . <http://x/s> a kg:Signature ; kg:subject <http://x/a> .",
            "http://x/a",
        ),
    ],
)
def test_a_broken_ontology_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "schema.ttl"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        load_schema(path)
