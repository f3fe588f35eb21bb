"""Names that fill in where a trained model finds nothing: topics that its training articles leave out."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from kgbuild.annotate.fill import FilledNames, filled, filled_classes
from kgbuild.config import load_settings
from kgbuild.errors import InputError
from kgbuild.link.build import build_index
from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.model import Annotated, Document, Mention, Section, SectionName, Span
from kgbuild.namespaces import to_uri
from kgbuild.stages import Stages
from tests.annotate.neural import tiny


def mention(start: int, end: int, text: str, section: SectionName = "title", source: str = "model") -> Mention:
    span = Span(section=section, start=start, end=end)
    return Mention(span=span, text=text, label="food", source=source)


# What fills in.


@pytest.fixture(scope="module")
def names() -> Iterator[FilledNames]:
    with TermIndex.open(default_index()) as index:
        yield FilledNames.of_index(index)


def test_the_names_are_those_of_the_stated_classes_and_all_below(names: FilledNames) -> None:
    forms = {term.name.casefold() for term in names.terms}
    assert forms >= {"ketogenic diet", "mediterranean diet", "fecal microbiota transplantation", "vagotomy"}
    assert forms >= {"enteric nervous system", "vagus nerve", "blood-brain barrier"}
    assert forms.isdisjoint({"butyrate", "parkinson disease", "lactobacillus", "brain"})
    assert to_uri("NCIT:C118643") in filled_classes()
    assert {term.label for term in names.names(["food"])} == {"food"}
    assert len(list(names.names())) == len(names.terms)


def test_abbreviations_fill_in_where_many_articles_define_them_so(tmp_path: Path) -> None:
    (tmp_path / "lexicon.tsv").write_text(
        "curie\tname\tlabel\tsynonyms\tparents\n"
        "NCIT:C118643\tfecal microbiota transplantation\tbiomedical technique\tFMT|FT\t\n"
        "NCIT:C1\twashed microbiota transplantation\tbiomedical technique\tWMT\tNCIT:C118643\n"
        "NCIT:C2\tblood transfusion\tbiomedical technique\t\t\n"
    )
    (tmp_path / "seen.tsv").write_text(
        "label\turi\tsurface\tcount\nbiomedical technique\tNCIT:C118643\tFMT\t40\n"
        "biomedical technique\tNCIT:C1\tWMT\t2\n"
    )
    build_index([tmp_path / "lexicon.tsv", tmp_path / "seen.tsv"], tmp_path / "terms.sqlite")
    with TermIndex.open(tmp_path / "terms.sqlite") as index:
        found = FilledNames.of_index(index)
    assert {term.name for term in found.terms} == {
        *("fecal microbiota transplantation", "washed microbiota transplantation", "FMT"),
    }


def test_a_damaged_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "filled.tsv").write_text("curie\tname\tnote\nNCIT:C15222\tdiet\t\nketogenic diet\t\t\n")
    monkeypatch.setattr("kgbuild.annotate.fill.asset", lambda name: tmp_path / "filled.tsv")
    with pytest.raises(InputError, match=r"filled\.tsv, line 3"):
        filled_classes()


# Where it fills in.


def test_only_what_touches_no_mention_of_the_model_is_added() -> None:
    #       0         1         2         3
    #       0123456789012345678901234567890123456789
    text = "A ketogenic diet and fasting, vegan diet"
    model = [mention(12, 16, "diet"), mention(21, 28, "fasting")]
    names = [mention(2, 16, "ketogenic diet"), mention(30, 40, "vegan diet"), mention(2, 16, text[2:16], "abstract")]
    assert filled(model, names) == (*model, *names[1:])
    assert filled([], names[:2]) == tuple(names[:2])
    assert filled(model, []) == filled(model, names[:1]) == tuple(model)


def test_mentions_stay_in_the_order_of_the_text() -> None:
    model = [mention(9, 12, "abc"), mention(0, 3, "def", "abstract")]
    names = [mention(0, 4, "ghij"), mention(20, 22, "kl"), mention(9, 12, "mno", "abstract")]
    places = [(m.span.section, m.span.start) for m in filled(model, names)]
    assert places == [("title", 0), ("title", 9), ("title", 20), ("abstract", 0), ("abstract", 9)]


# With a model, which finds what it finds: here one that finds much, and one that finds nothing.

TITLE = "Ketogenic diet and vagotomy in mice with fecal microbiota transplantation."
DOCUMENT = Document(id="1", sections=(Section(name="title", text=TITLE), Section(name="abstract", text="")))


def annotated(document: Document = DOCUMENT, **options: object) -> Annotated:
    stages = Stages(load_settings(None, extractor=f"onnx:{tiny.folder()}", threads=1, **options))
    [result] = stages.annotate([document])
    assert result.error == ""
    return result.annotated


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model finds no mention."""
    monkeypatch.setattr("kgbuild.annotate.neural.annotator.decoded", lambda tagged, *_: [() for _ in tagged])


@pytest.mark.usefixtures("silent")
def test_names_fill_in_where_the_model_finds_nothing() -> None:
    found = annotated().mentions
    assert [(m.text, m.label) for m in found] == [
        ("Ketogenic diet", "food"),
        ("vagotomy", "biomedical technique"),
        ("fecal microbiota transplantation", "biomedical technique"),
    ]
    # With their source, and the score of the dictionary's names.
    assert {m.source for m in found} == {"dictionary"}
    assert all(0 < m.score < 1 for m in found)


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("options", [{"fill": False}, {"uris": "benchmark"}])
def test_they_can_be_left_out_and_are_in_the_benchmark_s_output(options: dict[str, object]) -> None:
    assert annotated(**options).mentions == ()


def test_the_model_s_own_mentions_stay_as_they_are() -> None:
    alone, both = annotated(fill=False), annotated()
    assert alone.mentions
    assert {m for m in both.mentions if m.source == tiny.NAME} == set(alone.mentions)
    ends = sorted((m.span.section, m.span.start, m.span.end) for m in both.mentions)
    assert all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(ends))


def test_they_stand_in_relations_as_the_model_s_own_do(monkeypatch: pytest.MonkeyPatch) -> None:
    disorder = replace(mention(21, 29, "migraine"), label="DDF")
    monkeypatch.setattr("kgbuild.annotate.neural.annotator.decoded", lambda tagged, *_: [(disorder,) for _ in tagged])
    document = Document(id="1", sections=(Section(name="title", text="Ketogenic diet for a migraine."),))
    found = annotated(document)
    [diet] = [m for m in found.mentions if m.source == "dictionary"]
    assert {(r.subject, r.object, r.source) for r in found.relations} == {(diet, disorder, tiny.NAME)}
    assert annotated(document, fill=False).relations == ()


def test_words_of_the_sentence_relate_them_where_the_model_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    disorder = replace(mention(22, 30, "migraine"), label="DDF")
    monkeypatch.setattr("kgbuild.annotate.neural.annotator.decoded", lambda tagged, *_: [(disorder,) for _ in tagged])
    monkeypatch.setattr("kgbuild.annotate.neural.annotator.NeuralAnnotator._relations", lambda *_: ())
    document = Document(id="1", sections=(Section(name="title", text="Ketogenic diet treats migraine."),))
    [relation] = annotated(document).relations
    assert (relation.subject.text, relation.object, relation.source) == ("Ketogenic diet", disorder, "cooccurrence")
    assert annotated(document, fill=False).relations == ()


def test_what_fills_in_is_part_of_the_configuration() -> None:
    def configuration(**options: object) -> dict[str, object]:
        return Stages(load_settings(None, **options)).configuration

    model = f"onnx:{tiny.folder()}"
    assert "filled" in configuration(extractor=model)
    assert "filled" not in configuration(extractor=model, fill=False)
    assert "filled" not in configuration(extractor=model, uris="benchmark")
    # The dictionary finds all names of the index anyway.
    assert "filled" not in configuration(extractor="dictionary")
