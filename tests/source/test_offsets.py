"""Sources that carry offsets keep their text as it is, and what is written counts over it."""

import io
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from kgbuild.config import Settings
from kgbuild.load.annotations import writer
from kgbuild.model import Annotated
from kgbuild.source.files import read_annotated
from kgbuild.stages import Stages

# What a cleaner would change: escapes, markup, runs of white space, line ends, decomposed and invisible characters.
TITLE = "  Parkinson&rsquo;s disease &amp; <i>Lactobacillus</i>  "
ABSTRACT = (
    " TNF-&amp;alpha;\u00a0rose.  Cafe\u0301\u200b, H<sub>2</sub>S &lt; 5; Lactobacillus fell in Parkinson disease. "
)
LINES = ABSTRACT.replace("  ", "\r\n\r\n") + "\r\n"
FORMS = ["gutbrainie", "pubtator", "bioc", "bioc json", "jsonl", "lossless"]


def content(form: str, abstract: str) -> str:
    start = len(TITLE) + 1
    match form:
        case "gutbrainie":
            return json.dumps({"7": {"title": TITLE, "abstract": abstract}})
        case "pubtator":
            return f"7|t|{TITLE}\n7|a|{abstract}\n"
        case "jsonl":
            return json.dumps({"id": "7", "title": TITLE, "abstract": abstract})
        case "lossless":
            sections = [{"name": "title", "text": TITLE}, {"name": "abstract", "text": abstract}]
            return json.dumps({"document": {"id": "7", "sections": sections}})
        case "bioc json":
            passages = [
                {"infons": {"type": "title"}, "offset": 0, "text": TITLE},
                {"infons": {"type": "abstract"}, "offset": start, "text": abstract},
            ]
            return json.dumps({"documents": [{"id": "7", "passages": passages}]})
        case _:
            from xml.sax.saxutils import escape

            parts = ((0, "title", TITLE), (start, "abstract", abstract))
            passages_xml = "".join(
                f"<passage><infon key='type'>{kind}</infon><offset>{offset}</offset><text>"
                f"{escape(text, {chr(13): '&#13;'})}</text></passage>"
                for offset, kind, text in parts
            )
            return f"<collection><document><id>7</id>{passages_xml}</document></collection>"


def written(form: str, articles: list[Annotated]) -> Any:
    stream = io.BytesIO()
    writer(form)(articles, stream)
    return json.loads(stream.getvalue())


@pytest.fixture(scope="module")
def stages() -> Stages:
    return Stages(Settings(extractor="dictionary"))


def annotated(stages: Stages, path: Path) -> list[Annotated]:
    articles = [record for record in read_annotated(path, text_only=True) if isinstance(record, Annotated)]
    return list(stages.stream(articles, keep_mentions=False, failed=lambda reject: pytest.fail(reject.cause)))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("abstract", [ABSTRACT, LINES])
def test_offsets_count_over_the_inputs_own_text(stages: Stages, tmp_path: Path, form: str, abstract: str) -> None:
    if form == "pubtator" and abstract == LINES:
        pytest.skip("the format has no line breaks within a text")
    path = tmp_path / "corpus"
    path.write_bytes(content(form, abstract).encode())
    [article] = annotated(stages, path)
    texts = {"title": TITLE, "abstract": abstract}
    assert {section.name: section.text for section in article.document.sections} == texts
    entities = written("gutbrainie", [article])["7"]["entities"]
    assert {"Lactobacillus", "Parkinson disease"} <= {entity["text_span"] for entity in entities}
    for entity in entities:
        text = texts[entity["location"]]
        assert text[entity["start_idx"] : entity["end_idx"] + 1] == entity["text_span"]


def test_composed_and_decomposed_letters_stay_apart(tmp_path: Path) -> None:
    texts = [unicodedata.normalize(form, "Café and Crohn’s ﬁbre") for form in ("NFC", "NFD", "NFKC")]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"id": str(number), "title": text}) for number, text in enumerate(texts, 1)))
    read = [record.document.text("title") for record in read_annotated(path) if isinstance(record, Annotated)]
    assert read == texts
    assert len(set(texts)) == 3


def test_offsets_of_pubmed_count_over_the_text_that_is_written_with_them(stages: Stages, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    title = "\n  Parkinson&amp;rsquo;s disease and <i>Lactobacillus</i> "
    abstract = " A&amp;lt;B;\n &lt;i&gt;Lactobacillus&lt;/i&gt;  fell in Parkinson disease."
    path.write_text(
        f"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>{title}</ArticleTitle>"
        f"<Abstract><AbstractText Label='AIM'>{abstract}</AbstractText></Abstract></Article></MedlineCitation>"
        "</PubmedArticle></PubmedArticleSet>"
    )
    articles = annotated(stages, path)
    stream = io.BytesIO()
    writer("jsonl")(articles, stream)
    document = json.loads(stream.getvalue())["document"]
    texts = {section["name"]: section["text"] for section in document["sections"]}
    assert texts["title"] == "Parkinson’s disease and Lactobacillus"
    entities = written("gutbrainie", articles)["7"]["entities"]
    assert len(entities) >= 3
    for entity in entities:
        found = texts[entity["location"]][entity["start_idx"] : entity["end_idx"] + 1]
        assert found == entity["text_span"]
