"""Backends by name, with a tiny trained model among them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from kgbuild.annotate.backends import Extraction, Spec, parse
from kgbuild.config import cores, load_settings
from kgbuild.errors import ConfigurationError, InputError
from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.model import Annotated
from kgbuild.schema import load_schema
from kgbuild.stages import Stages
from tests.annotate.neural import tiny


@pytest.fixture(scope="module")
def model() -> Path:
    return tiny.folder()


@pytest.fixture(scope="module")
def index() -> Iterator[TermIndex]:
    with TermIndex.open(default_index()) as opened:
        yield opened


def extraction(spec: str, **options: object) -> Extraction:
    return Extraction(parse(spec), load_schema(), load_settings(None, threads=1, **options))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("dictionary", "dictionary"),
        (" onnx ", "onnx"),
        ("onnx:mine", "onnx:mine"),
        ("torch:/models/a (old), b", "torch:/models/a (old), b"),
        ("union(dictionary, onnx:mine)", "union(dictionary,onnx:mine)"),
        ("vote(dictionary,onnx,torch:b)", "vote(dictionary,onnx,torch:b)"),
        ("priority( union(onnx:a,onnx:b) , dictionary )", "priority(union(onnx:a,onnx:b),dictionary)"),
    ],
)
def test_a_spec_is_read(text: str, written: str) -> None:
    assert str(parse(text)) == written
    assert parse(written) == parse(text)


def test_a_spec_is_a_tree() -> None:
    spec = parse("priority(union(onnx:a,torch),dictionary)")
    assert spec.leaves() == [Spec("onnx", "a"), Spec("torch"), Spec("dictionary")]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "name of a backend is missing"),
        ("magic", "no backend 'magic'"),
        ("dictionary:x", "takes no model"),
        ("onnx:", "names no model"),
        ("union", "needs members"),
        ("union()", "name of a backend is missing"),
        ("union(onnx)", "two members"),
        ("union(onnx,)", "name of a backend is missing"),
        ("union(onnx,dictionary", "not closed"),
        ("union(onnx,dictionary))", "')' is not expected"),
        ("union(onnx(dictionary))", "'(' is not expected"),
        ("dictionary,onnx", "',' is not expected"),
        ("most(onnx,dictionary)", "no backend 'most'"),
    ],
)
def test_a_wrong_spec_says_what_is_wrong(text: str, cause: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    assert cause in caught.value.message
    assert repr(text) in caught.value.message


def test_a_model_is_opened_from_its_folder_and_does_both(model: Path, index: TermIndex) -> None:
    document = tiny.document(tiny.text(60), "Gut microbiota")
    backend = extraction(f"onnx:{model}").open(index)
    (found,) = backend.annotator.annotate([document])
    assert {m.source for m in found.mentions} | {r.source for r in found.relations} == {tiny.NAME}
    (related,) = backend.extractor.relate([Annotated(document=document, mentions=found.mentions)])
    assert [(r.subject, r.predicate, r.object, r.score) for r in related] == [
        (r.subject, r.predicate, r.object, r.score) for r in found.relations
    ]


def test_torch_finds_what_onnx_finds(model: Path, index: TermIndex) -> None:
    documents = [tiny.document(tiny.text(40, number), number=number) for number in range(3)]
    places = [
        [
            [(m.span, m.label) for m in one.mentions]
            + [(r.subject.span, r.predicate, r.object.span) for r in one.relations]
            for one in extraction(f"{name}:{model}", **options).open(index).annotator.annotate(documents)
        ]
        for name, options in (("onnx", {}), ("torch", {"device": "cpu"}))
    ]
    assert places[0] == places[1]


def test_torch_that_is_not_installed_is_named(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbuild.annotate.backends._PACKAGES", ("torch", "a_package_that_is_absent"))
    with pytest.raises(ConfigurationError, match="needs a_package_that_is_absent") as caught:
        _ = extraction(f"torch:{model}").models
    assert "kgbuild[gpu]" in caught.value.remedy


def test_an_ensemble_holds_what_its_members_found(model: Path, index: TermIndex) -> None:
    document = tiny.document(tiny.text(60), "Lactobacillus in depression")
    found = {
        spec: extraction(spec).open(index).annotator.annotate([document])[0]
        for spec in (
            "dictionary",
            f"onnx:{model}",
            f"union(dictionary,onnx:{model})",
            f"priority(dictionary,onnx:{model})",
        )
    }
    first, second, union, priority = ({(m.span, m.label) for m in one.mentions} for one in found.values())
    assert first
    assert union <= first | second
    assert first <= priority <= first | second


def test_what_results_depend_on_is_told_and_nothing_else(model: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(model, tmp_path / "elsewhere")
    base = extraction(f"onnx:{model}").configuration
    assert extraction(f"onnx:{moved}", batch_tokens=64).configuration == base
    assert extraction("dictionary").configuration == {"extractor": "dictionary"}
    assert extraction(f"torch:{model}").configuration != base
    assert extraction(f"torch:{model}", bf16=True).configuration != extraction(f"torch:{model}").configuration
    card = json.loads((moved / "model.json").read_text())
    (moved / "model.json").write_text(json.dumps({**card, "licence": "other"}))
    assert extraction(f"onnx:{moved}").configuration != base


def test_names_matter_to_annotations_of_the_dictionary_alone(model: Path, tmp_path: Path) -> None:
    terms = tmp_path / "terms.sqlite"
    from kgbuild.link.build import build_index

    names = tmp_path / "names.json"
    names.write_text(json.dumps({"http://example.org/1": ["Blautia"]}))
    build_index([names], terms)

    def annotations(extractor: str, **options: object) -> str:
        return Stages(load_settings(None, extractor=extractor, **options)).keys("part")[0]

    for extractor, is_same in (
        ("dictionary", False),
        (f"onnx:{model}", True),
        (f"vote(dictionary,onnx:{model})", False),
    ):
        assert (annotations(extractor) == annotations(extractor, terms=(terms,))) == is_same
        assert annotations(extractor) == annotations(extractor, link_threshold=0.9, workers=1, threads=3)
        assert annotations(extractor) != annotations(extractor, min_score=0.9)
        assert annotations(extractor) != annotations(extractor, min_entity_score=0.9)


def test_there_is_a_process_for_each_core_and_one_where_a_gpu_computes(model: Path) -> None:
    def workers(extractor: str, **options: object) -> int:
        return Stages(load_settings(None, extractor=extractor, **options)).workers

    assert workers("dictionary") == workers(f"onnx:{model}") == cores()
    assert workers(f"torch:{model}", device="cpu") == cores()
    assert workers(f"union(dictionary,torch:{model})") == (1 if torch.cuda.is_available() else cores())
    assert workers(f"torch:{model}", workers=3) == 3


def test_low_scores_are_left_out(model: Path) -> None:
    document = tiny.document(tiny.text(80), "Gut microbiota")
    every = Stages(load_settings(None, extractor=f"onnx:{model}")).annotate([document])[0].annotated
    scores = sorted(m.score for m in every.mentions)
    least = scores[len(scores) // 2]
    fewer = (
        Stages(load_settings(None, extractor=f"onnx:{model}", min_entity_score=least))
        .annotate([document])[0]
        .annotated
    )
    assert fewer.mentions == tuple(m for m in every.mentions if m.score >= least)
    ends = set(fewer.mentions)
    assert fewer.relations == tuple(r for r in every.relations if {r.subject, r.object} <= ends)
    surer = Stages(load_settings(None, extractor=f"onnx:{model}", min_score=0.5))
    given = [replace(every, relations=())]
    kept = next(iter(surer.stream(given, keep_mentions=True, failed=pytest.fail))).relations
    assert {r.score >= 0.5 for r in kept} <= {True}
    assert surer.annotate([document])[0].annotated.mentions == every.mentions


@pytest.mark.parametrize(
    ("spec", "options", "said"),
    [
        ("onnx:absent", {}, "no model 'absent'"),
        ("dictionary", {"device": "cuda"}, "device cuda is for torch"),
        ("onnx:{model}", {"bf16": True}, "bf16 is for torch"),
        ("onnx:{weights}", {}, "encoder.onnx, pairs.onnx missing"),
        ("onnx:{foreign}", {}, "finds planet, which the ontology does not have"),
    ],
)
def test_what_can_not_work_is_refused_before_it_begins(
    model: Path, tmp_path: Path, spec: str, options: dict[str, object], said: str
) -> None:
    foreign = shutil.copytree(model, tmp_path / "foreign")
    card = (foreign / "model.json").read_text()
    (foreign / "model.json").write_text(card.replace('"DDF"', '"planet"'))
    weights = tmp_path / "weights"
    weights.mkdir()
    filled = spec.format(model=model, foreign=foreign, weights=tiny.without_onnx(weights))
    with pytest.raises(ConfigurationError) as caught:
        _ = Stages(load_settings(None, extractor=filled, **options)).configuration
    assert said in caught.value.message


def test_a_damaged_model_is_named_and_blamed_on_no_article(model: Path, tmp_path: Path) -> None:
    damaged = shutil.copytree(model, tmp_path / "damaged")
    (damaged / "encoder.onnx").write_bytes(b"no graph")
    with pytest.raises(InputError, match=r"encoder\.onnx"):
        Stages(load_settings(None, extractor=f"onnx:{damaged}")).annotate([tiny.document("Inulin.")])
    (damaged / "weights.safetensors").write_bytes(b"no weights")
    with pytest.raises(InputError, match="weights can not be loaded"):
        Stages(load_settings(None, extractor=f"torch:{damaged}")).annotate([tiny.document("Inulin.")])
