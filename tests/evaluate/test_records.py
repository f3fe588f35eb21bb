"""What each form of gold and predictions gives, and that broken files are refused with file, record and cause."""

from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.evaluate.records import load_records
from kgbuild.load.annotations import writer
from kgbuild.model import Annotated, Document, Link, Mention, Relation, Section, Span
from kgbuild.namespaces import to_uri

TAXON, DISORDER = to_uri("NCBITaxon:239934"), to_uri("MESH:D003866")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "line 1"),
        ("[]", "no JSON object"),
        ('{"7": {"entities": [{"start_idx": 1}]}}', "PMID 7"),
        ('{"7": {"entities": [{"start_idx": "x", "end_idx": 1, "location": "title"}]}}', "PMID 7"),
        ('{"7": []}', "PMID 7"),
        ('{"PMID:7": {}, "7": {}}', "stands twice"),
        ('{"7": {"binary_tag_based_relations": [{"subject_label": "DDF"}]}}', "object_label"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "predictions.json"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        load_records(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_articles_are_known_by_their_pmids_however_spelled(tmp_path: Path) -> None:
    path = tmp_path / "predictions.json"
    path.write_text('{"https://pubmed.ncbi.nlm.nih.gov/7/": {"entities": []}, "own-8": {"entities": []}}')
    assert list(load_records(path)) == ["7", "own-8"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.json"):
        load_records(tmp_path / "nothing.json")


@pytest.fixture
def annotated() -> Annotated:
    text = "Akkermansia eases depression; Roseburia does not."
    section, microbe, disorder = ("abstract", (0, 11), (18, 28))
    mentions = [
        Mention(span=Span(section=section, start=start, end=end), text=text[start:end], label=label)
        for (start, end), label in ((microbe, "bacteria"), (disorder, "DDF"))
    ]
    return Annotated(
        document=Document(
            id="7", sections=(Section(name="title", text="A title"), Section(name="abstract", text=text))
        ),
        mentions=tuple(mentions),
        links=(
            Link(mention=mentions[0], uri=TAXON),
            Link(mention=mentions[1], uri=DISORDER),
        ),
        relations=(Relation(subject=mentions[0], predicate="influence", object=mentions[1]),),
    )


@pytest.mark.parametrize("form", ["jsonl", "bioc", "pubtator"])
def test_annotated_articles_of_any_form_are_records(tmp_path: Path, annotated: Annotated, form: str) -> None:
    path = tmp_path / f"gold.{form}"
    with path.open("wb") as stream:
        writer(form)([annotated], stream)
    article = load_records(path)["7"]
    assert article.items["ner"] == (
        (0, 10, "abstract", "Akkermansia", "bacteria"),
        (18, 27, "abstract", "depression", "DDF"),
    )
    assert article.items["tag"] == (("bacteria", "influence", "DDF"),)
    assert article.items["mention"] == (("Akkermansia", "bacteria", "influence", "depression", "DDF"),)
    assert article.items["concept"] == ((TAXON, "bacteria", "influence", DISORDER, "DDF"),)
    assert article.texts["abstract"].startswith("Akkermansia eases")


def test_articles_without_concepts_have_no_records_of_them(tmp_path: Path) -> None:
    path = tmp_path / "gold.iob"
    path.write_text("Akkermansia\tB-bacteria\neases\tO\ndepression\tB-DDF\n")
    (article,) = load_records(path).values()
    assert [item[3:] for item in article.items["ner"]] == [("Akkermansia", "bacteria"), ("depression", "DDF")]
    assert not {"nerd", "concept"} & article.items.keys()


def test_a_gold_article_that_can_not_be_read_ends_the_evaluation(tmp_path: Path) -> None:
    path = tmp_path / "gold.pubtator"
    path.write_text("7|t|A title\n7|a|Akkermansia eases it.\n7\t8\t19\tRoseburia\tbacteria\t-\n")
    with pytest.raises(InputError, match="7"):
        load_records(path)
