"""The kind of study, and reviews."""

import pytest

from kgbuild.annotate.study import is_review, study_kind
from kgbuild.model import Document, Mention, MeshHeading, Section, Span


def document(text: str = "", title: str = "", types: tuple[str, ...] = (), mesh: tuple[str, ...] = ()) -> Document:
    return Document(
        id="1",
        sections=(Section(name="title", text=title), Section(name="abstract", text=text)),
        publication_types=types,
        mesh=tuple(MeshHeading(ui="D1", name=name) for name in mesh),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (document(types=("Randomized Controlled Trial",), text="mice mice mice"), "human"),
        (document(types=("Clinical Trial, Veterinary",), text="Dogs. Ten dogs."), "animal"),
        (document(mesh=("Humans",), text="mice mice mice"), "human"),
        (document(mesh=("Animals", "Mice"), text="patients"), "animal"),
        (document(mesh=("Animals", "Humans"), text="Stool of patients made mice ill: mice died."), "animal"),
        (document(mesh=("Animals", "Humans"), text="Patients and participants"), "human"),
        (document(mesh=("Cell Line",)), "in vitro"),
        (document(text="Forty patients and twenty healthy controls gave stool."), "human"),
        (document(text="Depression burdens people. We fed mice; the mice slept."), "animal"),
        (document(text="Caco-2 cells were grown."), "in vitro"),
        (document(text="Human gut bacteria of human faecal origin. Caco-2 cells were grown."), "in vitro"),
        (document(text="Caenorhabditis elegans ate. C. elegans has human genome counterparts."), "animal"),
        (document(title="Sleep in mice"), "animal"),
        (document(text="Theory alone."), "unknown"),
        (document(), "unknown"),
    ],
)  # fmt: skip
def test_kinds(given: Document, expected: str) -> None:
    assert study_kind(given, ()) == expected


def test_mentions_count_where_words_say_nothing() -> None:
    text = "Tadpoles and axolotls"
    mentions = [
        Mention(span=Span(section="abstract", start=0, end=8), text="Tadpoles", label="animal"),
        Mention(span=Span(section="abstract", start=13, end=21), text="axolotls", label="animal"),
    ]
    assert study_kind(document(text), mentions) == "animal"
    assert study_kind(document(text), ()) == "unknown"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (document(types=("Journal Article", "Review")), True),
        (document(types=("Meta-Analysis",)), True),
        (document(title="Diet and mood: a systematic review"), True),
        (document(text="Much is written. In this review, we list it."), True),
        (document(text="We reviewed no charts; we fed mice."), False),
        (document(text="In this retrospective chart review, patients slept."), False),
        (document(text="Our institutional review board agreed."), False),
        (document(types=("Randomized Controlled Trial",), text="This review board agreed."), False),
        (document(), False),
    ],
)  # fmt: skip
def test_reviews(given: Document, expected: bool) -> None:
    assert is_review(given) is expected
