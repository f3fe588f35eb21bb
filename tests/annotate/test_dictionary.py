"""The dictionary tagger: what it finds, what it leaves, and that offsets give back the text."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.annotate.dictionary import DictionaryTagger
from kgbuild.model import Annotated, Document, Section, TermName
from kgbuild.schema import load_schema


@dataclass(frozen=True)
class Lexicon:
    """Names as a term index gives them."""

    terms: tuple[TermName, ...]

    def names(self, labels: Collection[str] | None = None) -> Iterator[TermName]:
        return (term for term in self.terms if labels is None or term.label in labels)


def lexicon(**names: str) -> Lexicon:
    """`label="name|name"`, with _ for a space in the label."""
    return Lexicon(
        tuple(
            TermName(name=name, uri=f"http://example.org/{name}", label=label.replace("_", " "))
            for label, joined in names.items()
            for name in joined.split("|")
        )
    )


LEXICON = lexicon(
    DDF="Parkinson's disease|depression|irritable bowel syndrome|AD|major depressive disorder|inflammation|AIDS",
    bacteria="Lactobacillus rhamnosus|Lactobacillus|Escherichia coli|Bacteroides|bacterium of the gut",
    microbiome="gut microbiota|gut microbiotas of rats",
    animal="mouse|rat|SET",
    gene="TNF-alpha|IL-6|SET|MAX",
    chemical="short-chain fatty acids|butyrate|(R)-ketamine|of|vitamin B12|gamma-aminobutyric acid",
    anatomical_location="brain|gut",
    human="patient",
)


def tag(text: str, title: str = "", lexicon: Lexicon = LEXICON) -> list[tuple[str, str]]:
    sections = (Section(name="title", text=title), Section(name="abstract", text=text))
    document = Document(id="1", sections=sections)
    (mentions,) = DictionaryTagger(lexicon, load_schema()).tag([document])
    Annotated(document=document, mentions=mentions)
    return [(mention.text, mention.label) for mention in mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The longest name wins.
        ("The gut microbiota of mice", [("gut microbiota", "microbiome"), ("mice", "animal")]),
        ("Gut microbiota of rats", [("Gut microbiota of rats", "microbiome")]),
        # Whole words, and no parts of hyphenated ones.
        ("Depressions and antidepression", [("Depressions", "DDF")]),
        ("the gut-brain axis, PD-like depression-like", []),
        ("brain/gut", [("brain", "anatomical location"), ("gut", "anatomical location")]),
        # Case: free for words, exact for short names and symbols.
        ("PARKINSON'S DISEASE", [("PARKINSON'S DISEASE", "DDF")]),
        ("Parkinson’s Disease", [("Parkinson’s Disease", "DDF")]),
        ("Parkinson disease", [("Parkinson disease", "DDF")]),
        ("AD, not Ad or ad", [("AD", "DDF")]),
        ("aids", []),
        ("Rats and rats, never RATS or RAT", [("Rats", "animal"), ("rats", "animal")]),
        ("max and set", []),
        ("MAX", [("MAX", "gene")]),
        # Plurals, Greek and hyphens.
        ("TNF-α, TNFα or TNF alpha", [("TNF-α", "gene"), ("TNFα", "gene"), ("TNF alpha", "gene")]),
        ("IL6, IL-6 and IL-6R and IL-6-like", [("IL6", "gene"), ("IL-6", "gene")]),
        ("short chain fatty acid", [("short chain fatty acid", "chemical")]),
        ("γ-aminobutyric acid", [("γ-aminobutyric acid", "chemical")]),
        ("vitamin B₁₂", [("vitamin B₁₂", "chemical")]),
        ("inﬂammation", [("inﬂammation", "DDF")]),
        ("de\u0301pression of a 🐀 rat", [("de\u0301pression", "DDF"), ("rat", "animal")]),
        # Punctuation that the name does not have keeps words apart.
        ("Of the gut. Microbiota", [("gut", "anatomical location")]),
        ("irritable (bowel) syndrome", []),
        ("(R)-ketamine", [("(R)-ketamine", "chemical")]),
        # Everyday words are no names.
        ("one of us", []),
        # Abbreviated genera, unknown species and strains.
        ("L. rhamnosus and E. coli", [("L. rhamnosus", "bacteria"), ("E. coli", "bacteria")]),
        ("Lactobacillus fermentum grew", [("Lactobacillus fermentum", "bacteria")]),
        ("Lactobacillus grew", [("Lactobacillus", "bacteria")]),
        ("Lactobacillus rhamnosus GG was fed", [("Lactobacillus rhamnosus GG", "bacteria")]),
        ("Bacteroides and colitis", [("Bacteroides", "bacteria")]),
        # A disorder's name before people says who they are.
        ("depression patients", [("depression patients", "human")]),
        ("", []),
    ],
)  # fmt: skip
def test_examples(text: str, expected: list[tuple[str, str]]) -> None:
    assert tag(text) == expected


def test_a_defined_abbreviation_is_carried_through_the_document() -> None:
    found = tag("People with irritable bowel syndrome (IBS) were ill. IBS was bad, all IBSs were.", title="On IBS")
    expected = ["IBS", "irritable bowel syndrome", "IBS", "IBS", "IBSs"]
    assert [text for text, label in found if label == "DDF"] == expected


def test_an_abbreviation_of_a_longer_phrase_takes_its_last_word() -> None:
    assert ("CIP", "DDF") in tag("After chronic intestinal Parkinson's disease (CIP) came CIP.")


def test_an_abbreviation_defined_as_something_else_is_not_the_dictionarys() -> None:
    assert tag("We tested an adaptive device (AD) and AD failed.") == []


def test_the_label_is_the_one_seen_most_then_the_preferred_then_the_first() -> None:
    def name(label: str, *, count: int = 0, preferred: bool = False) -> TermName:
        return TermName(
            name="berberine", uri=f"http://example.org/{label}", label=label, count=count, preferred=preferred
        )

    seen = Lexicon((name("chemical", preferred=True), name("dietary supplement", count=3), name("drug", count=1)))
    preferred = Lexicon((name("chemical"), name("drug", preferred=True)))
    neither = Lexicon((name("drug"), name("chemical")))
    assert tag("berberine", lexicon=seen) == [("berberine", "dietary supplement")]
    assert tag("berberine", lexicon=preferred) == [("berberine", "drug")]
    assert tag("berberine", lexicon=neither) == [("berberine", "chemical")]


def test_scores_follow_what_is_known_of_a_name() -> None:
    terms = (
        TermName(name="major depressive disorder", uri="http://example.org/1", label="DDF", count=20),
        TermName(name="rare depressive disorder", uri="http://example.org/2", label="DDF"),
        TermName(name="gloom", uri="http://example.org/3", label="DDF"),
        TermName(name="gloom", uri="http://example.org/4", label="chemical"),
    )
    text = "major depressive disorder, rare depressive disorder, gloom"
    document = Document(id="1", sections=(Section(name="abstract", text=text),))
    (mentions,) = DictionaryTagger(Lexicon(terms), load_schema()).tag([document])
    scores = [mention.score for mention in mentions]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3
    assert all(0 < score < 1 for score in scores)


def test_an_empty_index_finds_nothing() -> None:
    assert tag("anything at all", lexicon=Lexicon(())) == []


def test_results_keep_the_documents_order() -> None:
    documents = [
        Document(id=str(n), sections=(Section(name="abstract", text=text),))
        for n, text in enumerate(["depression", "", "mouse and rat"])
    ]
    assert [len(found) for found in DictionaryTagger(LEXICON, load_schema()).tag(documents)] == [1, 0, 2]


_PIECES = st.sampled_from(
    [
        "α",
        "TNF-α",
        "ﬁ",
        "e\u0301",
        "😀",
        "mice",
        "L. rhamnosus",
        "IL-6",
        "IBS",
        "\u00ad",
        "½",
        "İ",
        "s",
        ".",
        " ",
        "-",
    ]
) | st.sampled_from(
    ["irritable bowel syndrome (IBS)", "depression", " patients", "gut microbiota", "(R)-ketamine", "(", ")"]
)


@given(st.lists(_PIECES | st.characters(), max_size=25).map("".join), st.text(max_size=20))
def test_offsets_always_give_back_the_text(text: str, title: str) -> None:
    tag(text, title)  # Annotated refuses offsets that do not


def test_ten_thousand_names_load_in_half_a_second() -> None:
    many = Lexicon(
        tuple(
            TermName(name=f"name{n % 977} of thing {n}", uri=f"http://example.org/{n}", label="chemical")
            for n in range(10_000)
        )
    )
    start = time.process_time()
    DictionaryTagger(many, load_schema())
    assert time.process_time() - start < 1.0  # half of that on an idle machine
