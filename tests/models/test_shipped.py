"""The model that ships, on the example articles."""

import json
from pathlib import Path

import pytest

from kgbuild.annotate.backends import Extraction, parse
from kgbuild.annotate.neural.bundle import open_bundle
from kgbuild.config import DEFAULT_EXTRACTOR, Settings
from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.model import Annotated, Document, Section
from kgbuild.models.registry import find
from kgbuild.protocols import Annotator
from kgbuild.resources import asset
from kgbuild.schema import load_schema
from kgbuild.source.pubmed import PubMedFile

TITLE = "Lactobacillus rhamnosus reduces depression in mice."
ABSTRACT = "Patients with Parkinson's disease had less butyrate than healthy controls."


def annotator(spec: str) -> Annotator:
    extraction = Extraction(parse(spec), load_schema(), Settings(threads=2))
    with TermIndex.open(default_index()) as index:
        return extraction.open(index).annotator


@pytest.fixture(scope="module")
def articles() -> list[Document]:
    records = PubMedFile(asset("examples/gut-brain-examples.xml")).records()
    return [record for record in records if isinstance(record, Document)][:24]


@pytest.fixture(scope="module")
def found(articles: list[Document]) -> list[Annotated]:
    return list(annotator(DEFAULT_EXTRACTOR).annotate(articles))


def mentions(annotated: list[Annotated]) -> set[tuple[str, object, str]]:
    return {(item.document.id, mention.span, mention.label) for item in annotated for mention in item.mentions}


def test_is_small_and_names_its_data() -> None:
    folder = find()
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 30e6
    card = open_bundle(folder).card
    assert card.trained_on == {"platinum": 75, "gold": 179, "silver": 499, "bronze": 749}
    assert "kgbuild train --config gutbrain" in (folder / "README.md").read_text()


def test_finds_what_a_reader_finds() -> None:
    document = Document(id="1", sections=(Section(name="title", text=TITLE), Section(name="abstract", text=ABSTRACT)))
    (found,) = annotator("onnx").annotate([document])
    named = {(mention.text, mention.label) for mention in found.mentions}
    assert {("depression", "DDF"), ("Parkinson's disease", "DDF"), ("butyrate", "chemical")} <= named
    assert {("mice", "animal"), ("Patients", "human")} <= named
    assert all(0 < item.score <= 1 for item in (*found.mentions, *found.relations))


def test_an_article_s_result_hangs_on_no_other(articles: list[Document], found: list[Annotated]) -> None:
    reads = annotator("onnx")
    assert [reads.annotate([article])[0] for article in articles[:6]] == found[:6]
    assert list(reads.annotate(articles[:6][::-1]))[::-1] == found[:6]


def test_torch_reads_the_same_weights(articles: list[Document], found: list[Annotated]) -> None:
    pytest.importorskip("torch")
    same = mentions(list(annotator("torch").annotate(articles)))
    ours = mentions(found)
    assert len(same & ours) > 0.95 * max(len(same), len(ours))


def test_the_recipe_leaves_the_validation_articles_out(shared: Path) -> None:
    recipe = find().parents[1] / "train/recipes/gutbrain-validation.txt"
    listed = {line for line in recipe.read_text().splitlines() if line and not line.startswith("#")}
    expected = set()
    for name, remainders in (("platinum", {0, 3}), ("gold", {1})):
        articles = json.loads((shared / f"data/gutbrainie/{name}.json").read_text())
        expected |= {pmid for pmid in articles if int(pmid) % 7 in remainders}
    assert listed == expected
    assert len(expected) == 65
