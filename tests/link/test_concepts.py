"""How a graph's mentions get their concepts: by name and by what the article says, never by likeness alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.link.build import build_index
from kgbuild.link.concepts import ConceptLinker
from kgbuild.link.index import TermIndex
from kgbuild.link.linker import DictionaryLinker
from kgbuild.model import Annotated, Document, Link, Mention, MeshHeading, Section, SectionName, Span
from kgbuild.namespaces import NAME, to_uri
from kgbuild.schema import load_schema

LEXICON = """curie\tname\tlabel\tsynonyms\tparents\trank\tsource
MONDO:0005180\tParkinson disease\tDDF\tParkinson's disease|PD\t\t\tMONDO
MONDO:0005301\tmultiple sclerosis\tDDF\tMS\t\t\tMONDO
MONDO:0005258\tautism spectrum disorder\tDDF\tASD\t\t\tMONDO
MONDO:0006664\tatrial septal defect\tDDF\tASD\t\t\tMONDO
MONDO:0005306\tankylosing spondylitis\tDDF\t\t\t\tMONDO
MONDO:0007113\tAngelman syndrome\tDDF\t\t\t\tMONDO
MONDO:0005404\tchronic fatigue syndrome\tDDF\t\t\t\tMONDO
MONDO:0002050\tdepression\tDDF\t\t\t\tMONDO
MONDO:0005052\tirritable bowel syndrome\tDDF\tIBS\t\t\tMONDO
MONDO:0005101\tulcerative colitis\tDDF\t\t\t\tMONDO
HP:0025144\tshivering\tDDF\taid\t\t\tHP
CHEBI:27300\tvitamin D\tchemical\t\t\t\tChEBI
CHEBI:17968\tbutyrate\tchemical\t\t\t\tChEBI
CHEBI:67923\tginsenoside Rg1\tchemical\t\t\t\tChEBI
CHEBI:15551\tprostaglandin E2\tchemical\tPGE2\t\t\tChEBI
NCIT:C20535\ttumor necrosis factor\tchemical\tTNF-alpha\t\t\tNCIT
NCIT:C104117\tcalcitonin receptor\tgene\t\t\t\tNCIT
NCIT:C25948\tCAT\tgene\tcatalase gene\t\t\tNCIT
NCIT:C14191\tcat\tanimal\t\t\t\tNCIT
NCBITaxon:1578\tLactobacillus\tbacteria\t\t\tgenus\tNCBITaxon
NCBITaxon:1304\tLimosilactobacillus reuteri\tbacteria\tLactobacillus reuteri\t\tspecies\tNCBITaxon
NCBITaxon:216816\tBifidobacterium longum\tbacteria\t\t\tspecies\tNCBITaxon
NCIT:C20495\tproinflammatory cytokine\tchemical\t\t\t\tNCIT
MESH:D010361\tParkinson disease patient\thuman\tPD cohort\t\t\tMESH
UBERON:0001007\tdigestive system\tanatomical location\tgut\t\t\tUBERON
"""
# How often articles define an abbreviation so.
ACRONYMS = """label\turi\tsurface\tcount
DDF\tMONDO:0005180\tPD\t400
DDF\tMONDO:0005258\tASD\t90
DDF\tMONDO:0006664\tASD\t1
DDF\tMONDO:0005306\tAS\t3
DDF\tMONDO:0007113\tAS\t2
DDF\tMONDO:0005404\tCFS\t2
DDF\tMONDO:0002050\tCFS\t1
DDF\tMONDO:0005101\tUC\t1
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TermIndex]:
    folder = tmp_path_factory.mktemp("concepts")
    (folder / "lexicon.tsv").write_text(LEXICON)
    (folder / "acronyms.tsv").write_text(ACRONYMS)
    report = build_index([folder / "lexicon.tsv", folder / "acronyms.tsv"], folder / "terms.sqlite")
    assert not sum(one.rejected for one in report.inputs)
    with TermIndex.open(report.output) as opened:
        yield opened


@pytest.fixture(scope="module")
def linker(index: TermIndex) -> ConceptLinker:
    return ConceptLinker(index, load_schema())


def article(*mentions: tuple[str, str], title: str = "", abstract: str = "", **fields: object) -> Annotated:
    """An article with mentions (text, label), each at the first place after the one before it."""
    texts: dict[SectionName, str] = {"title": title, "abstract": abstract}
    document = Document(id="1", sections=tuple(Section(name=n, text=t) for n, t in texts.items()), **fields)
    found, at = [], {"title": 0, "abstract": 0}
    for text, label in mentions:
        section = next(name for name in texts if text in texts[name][at[name] :])
        start = texts[section].index(text, at[section])
        at[section] = start + len(text)
        found.append(Mention(span=Span(section=section, start=start, end=at[section]), text=text, label=label))
    return Annotated(document=document, mentions=tuple(found))


def links(linker: ConceptLinker, given_article: Annotated) -> tuple[Link, ...]:
    [linked] = linker.link([given_article])
    assert tuple(link.mention for link in linked.links) == given_article.mentions
    return linked.links


def meaning(linker: ConceptLinker, text: str, mention: str, label: str = "DDF", **fields: object) -> str | None:
    """The CURIE of the concept, the name that is a node of its own, or None, of a mention's last occurrence."""
    times = text.count(mention)
    found = links(linker, article(*[(mention, label)] * times, abstract=text, **fields))
    return node(found[-1])


def node(link: Link) -> str | None:
    assert (link.uri is None) == (link.method == "")
    if link.canonical is None or link.canonical.startswith(NAME):
        assert link.uri is None
        return link.canonical and link.canonical.removeprefix(NAME)
    assert link.uri is not None
    return link.candidates[0].name


PD = "Parkinson disease"


def test_an_abbreviation_that_the_article_defines_is_its_long_form(linker: ConceptLinker) -> None:
    # Most articles mean Parkinson disease by PD. This one does not, and no concept fits what it means.
    assert meaning(linker, "Panic disorder (PD) was common. PD was mild.", "PD") == "panic_disorder"
    assert meaning(linker, "Maternal separation (MS) alters MS rats.", "MS") == "maternal_separation"
    assert meaning(linker, "Ankylosing spondylitis (AS) was common. AS was mild.", "AS") == "ankylosing spondylitis"


@pytest.mark.parametrize("label", ["DDF", "chemical", "human", "no label of the schema"])
def test_so_it_is_whatever_label_the_abbreviation_got(linker: ConceptLinker, label: str) -> None:
    assert meaning(linker, "Panic disorder (PD) was common. PD was mild.", "PD", label) == "panic_disorder"
    assert meaning(linker, "Parkinson's disease (PD) was common. PD was mild.", "PD", label) == "Parkinson disease"


def test_an_article_may_define_one_abbreviation_twice(linker: ConceptLinker) -> None:
    title, abstract = "PD after Parkinson's disease (PD).", "PD here. Panic disorder (PD), then PD."
    found = links(linker, article(*[("PD", "DDF")] * 5, title=title, abstract=abstract))
    assert [node(link) for link in found] == [PD, PD, PD, "panic_disorder", "panic_disorder"]


@pytest.mark.parametrize(
    "long_form",
    [
        "Irritable bowl syndrome",  # misspelt
        "irritable bowel syndromme",
        "the diarrhoeic patients' irritable bowel syndrome",  # begun too early
        "irritable bowel syndromes",
    ],
)
def test_a_long_form_may_be_misspelt_or_cut_wrongly(linker: ConceptLinker, long_form: str) -> None:
    found = links(linker, article(("IBS", "DDF"), abstract=f"{long_form} (IBS) was common."))
    assert found[0].canonical == to_uri("MONDO:0005052")


def test_another_long_form_is_another_thing(linker: ConceptLinker) -> None:
    text = "Inflammatory bowel syndrome (IBS) was common."
    assert meaning(linker, text, "IBS") == "inflammatory_bowel_syndrome"


def test_words_of_a_longer_mention_mean_what_the_article_defines(linker: ConceptLinker) -> None:
    assert meaning(linker, "Panic disorder (PD). PD severity rose.", "PD severity") == "panic_disorder_severity"
    text = "Probiotic drink (PD) for the PD group."
    assert meaning(linker, text, "PD group", "human") == "probiotic_drink_group"


# Abbreviations that the article does not define.


def test_one_sense_may_lead_far(linker: ConceptLinker) -> None:
    [found] = links(linker, article(("ASD", "DDF"), title="ASD and the gut"))
    assert (found.canonical, found.method) == (to_uri("MONDO:0005258"), "acronym")
    assert [candidate.uri for candidate in found.candidates] == [to_uri("MONDO:0005258"), to_uri("MONDO:0006664")]
    assert "defined so in 90 articles" in found.candidates[0].reasons


def test_where_none_leads_the_article_must_tell(linker: ConceptLinker) -> None:
    assert meaning(linker, "CFS and the gut", "CFS") == "cfs"  # a name of its own
    text = "CFS and depression"
    [found, _] = links(linker, article(("CFS", "DDF"), ("depression", "DDF"), title=text))
    assert (found.canonical, found.method) == (to_uri("MONDO:0002050"), "acronym")
    heading = MeshHeading(ui="D015673", name="Chronic Fatigue Syndrome")
    [found] = links(linker, article(("CFS", "DDF"), title="CFS and the gut", mesh=(heading,)))
    assert found.canonical == to_uri("MONDO:0005404")
    [found] = links(linker, article(("CFS", "DDF"), title="CFS and the gut", keywords=("chronic fatigue syndrome",)))
    assert found.canonical == to_uri("MONDO:0005404")


def test_the_article_s_words_count_more_than_other_articles(linker: ConceptLinker) -> None:
    [found, _] = links(
        linker, article(("ASD", "DDF"), ("atrial septal defect", "DDF"), title="ASD closure: atrial septal defect")
    )
    assert found.canonical == to_uri("MONDO:0006664")


def test_two_letters_mean_nothing_without_support(linker: ConceptLinker) -> None:
    assert meaning(linker, "AS and the gut", "AS") is None  # two senses, nearly as common
    assert meaning(linker, "UC and the gut", "UC") is None  # one article alone defines it
    assert meaning(linker, "XY and the gut", "XY") is None  # unknown, and too short for a name of its own
    assert meaning(linker, "XYZ and the gut", "XYZ") == "xyz"
    [found, _] = links(linker, article(("AS", "DDF"), ("Angelman syndrome", "DDF"), title="AS or Angelman syndrome"))
    assert found.canonical == to_uri("MONDO:0007113")


# What is the same thing, and what is not.


@pytest.mark.parametrize(
    ("mention", "label", "name"),
    [
        ("vitamins", "chemical", "vitamin"),  # not vitamin D
        ("early-onset Parkinson disease", "DDF", "early_onset_parkinson_disease"),
        ("mild depression", "DDF", "mild_depression"),
        ("PD patients", "DDF", "pd_patient"),
        ("PD group", "human", "pd_group"),
        ("depression-like behavior", "DDF", "depression_like_behavior"),
        ("stress-induced depression", "DDF", "stress_induced_depression"),
        ("depression model", "animal", "depression_model"),
        ("butyrate-producing bacteria", "bacteria", "butyrate_producing_bacterium"),
        ("anti-TNF-alpha", "drug", "antitnf_alpha"),
    ],
)
def test_a_broader_or_related_concept_is_no_match(linker: ConceptLinker, mention: str, label: str, name: str) -> None:
    assert meaning(linker, mention, mention, label) == name


def test_the_index_may_have_it(tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text(
        "curie\tname\tlabel\nMONDO:0017279\tearly-onset Parkinson disease\tDDF\n"
        "MONDO:0005180\tParkinson disease\tDDF\n"
    )
    build_index([tmp_path / "own.tsv"], tmp_path / "terms.sqlite")
    with TermIndex.open(tmp_path / "terms.sqlite") as own:
        text = "Early onset Parkinson's disease"
        assert meaning(ConceptLinker(own, load_schema()), text, text) == "early-onset Parkinson disease"


@pytest.mark.parametrize(
    ("mention", "label", "name"),
    [
        ("fecal butyrate", "chemical", "butyrate"),
        ("Serum vitamin D levels", "chemical", "vitamin D"),
        ("vitamin D supplementation", "chemical", "vitamin D"),
        ("genus Lactobacillus", "bacteria", "Lactobacillus"),
        ("Lactobacillus spp.", "bacteria", "Lactobacillus"),
        ("g__Lactobacillus", "bacteria", "Lactobacillus"),
        ("the human gut", "anatomical location", "gut"),
        ("<i>Lactobacillus</i>", "bacteria", "Lactobacillus"),
        ("Lactobacillus</i>", "bacteria", "Lactobacillus"),
        ("depression (self-reported)", "DDF", "depression"),
        ("pro-inflammatory cytokines", "chemical", "proinflammatory cytokine"),
        ("TNF-\u03b1", "chemical", "TNF-alpha"),
    ],
)
def test_some_words_and_signs_change_nothing(linker: ConceptLinker, mention: str, label: str, name: str) -> None:
    assert meaning(linker, mention, mention, label) == name


def test_words_count_by_what_is_called_so(linker: ConceptLinker) -> None:
    """Levels of a chemical are the chemical; levels of a disorder are not the disorder."""
    assert meaning(linker, "depression levels", "depression levels", "DDF") == "depression_level"
    assert meaning(linker, "gut microbiota levels", "gut microbiota levels", "microbiome") == "gut_microbiota_level"


@pytest.mark.parametrize(
    ("text", "mention", "name"),
    [
        ("Bifidobacterium longum; B. longum fell.", "B. longum", "Bifidobacterium longum"),
        ("Lactobacillus reuteri; L reuteri fell.", "L reuteri", "Lactobacillus reuteri"),
        ("Bifidobacterium and Bacteroides; B. longum fell.", "B. longum", "Bifidobacterium longum"),
        # The index lacks the species: the article's own genus names it, not another of the same initial.
        ("Lactobacillus and Ligilactobacillus murinus; L. murinus", "L. murinus", "ligilactobacillus_murinus"),
        ("Patients with Parkinson disease; P. copri", "P. copri", "p_copri"),
        # A strain is no species; its node's broader concept is.
        ("Bifidobacterium longum; B. longum 1714", "B. longum 1714", "bifidobacterium_longum_1714"),
    ],
)
def test_a_species_is_spelled_out_as_its_article_does(
    linker: ConceptLinker, text: str, mention: str, name: str
) -> None:
    assert meaning(linker, text, mention, "bacteria") == name


def test_a_code_means_the_longer_name_that_ends_with_it(linker: ConceptLinker) -> None:
    for name, uri in (("ginsenoside Rg1", to_uri("CHEBI:67923")), ("compound Zx9", NAME + "compound_zx_9")):
        code = name.split()[1]
        found = links(linker, article((name, "chemical"), (code, "chemical"), title=f"{name}: {code} is good"))
        assert [link.canonical for link in found] == [uri, uri]
    assert meaning(linker, "Rg1", "Rg1", "chemical") == "rg_1"


def test_a_symbol_of_another_kind_of_thing_is_another_name(linker: ConceptLinker) -> None:
    assert meaning(linker, "CAT activity", "CAT", "gene") == "CAT"
    assert meaning(linker, "cats and mice", "cats", "animal") == "cat"
    assert meaning(linker, "CAT activity", "CAT", "DDF") == "cat"  # a name of its own, no animal
    # A gene's product is called a chemical here and a gene there.
    assert meaning(linker, "TNF-alpha", "TNF-alpha", "gene") == "TNF-alpha"
    # A long name is the same thing, whatever the label it got.
    assert meaning(linker, "ulcerative colitis", "ulcerative colitis", "human") == "ulcerative colitis"


# Names without a concept.


@pytest.mark.parametrize(
    "alike",
    [
        ("butyrate-producing bacteria", "Butyrate producing bacterium", "butyrate-producing Bacteria"),
        ("alpha-synuclein fibrils", "\u03b1-synuclein fibril", "\u03b1 synuclein fibrils"),
        ("neuro-inflammation markers", "Neuroinflammation marker", "neuro inflammation markers"),
        ("tumour behaviour", "tumor behavior"),
    ],
)
def test_nearly_equal_names_are_one_node(linker: ConceptLinker, alike: tuple[str, ...]) -> None:
    found = [links(linker, article((text, "chemical"), title=text))[0] for text in alike]
    assert len({link.canonical for link in found}) == 1
    assert {link.uri for link in found} == {None}


def test_they_can_be_left_out(index: TermIndex) -> None:
    strict = ConceptLinker(index, load_schema(), names=False)
    assert meaning(strict, "Panic disorder (PD) was common. PD was mild.", "PD") is None
    assert meaning(strict, "butyrate", "butyrate", "chemical") == "butyrate"


def test_alike_names_are_a_guess_that_is_asked_for(index: TermIndex, linker: ConceptLinker) -> None:
    guess = DictionaryLinker(index, load_schema(), threshold=0.05)
    guessing = ConceptLinker(index, load_schema(), guess=guess)
    text = "severe ulcerative colitis"
    assert meaning(linker, text, text) == "severe_ulcerative_colitis"
    [found] = links(guessing, article((text, "DDF"), title=text))
    assert (found.canonical, found.method) == (to_uri("MONDO:0005101"), "ngram")
    # What the article defines is no guess.
    assert meaning(guessing, "Panic disorder (PD) was common. PD was mild.", "PD") == "panic_disorder"


def test_a_link_says_why(linker: ConceptLinker) -> None:
    title = "Parkinson's disease (PD): PD, Parkinson disease patients and fecal butyrate"
    mentions = [("Parkinson's disease", "DDF"), ("PD", "DDF"), ("fecal butyrate", "chemical")]
    found = links(linker, article(*mentions, title=title))
    assert [link.method for link in found] == ["exact", "abbreviation", "form"]
    assert {link.source for link in found} == {"lexicon.tsv"}
    assert found[2].candidates[0].reasons == (
        "same normal form as form 'butyrate'",
        "label chemical agrees",
        "preferred name",
    )


@settings(max_examples=150, deadline=None)
@given(text=st.text(min_size=1, max_size=60), label=st.sampled_from(["DDF", "bacteria", "chemical", "x"]))
def test_any_mention_gets_one_link(linker: ConceptLinker, text: str, label: str) -> None:
    [found] = links(linker, article((text, label), title=text))
    assert 0 <= found.score <= 1
    assert len(found.candidates) <= 5
    assert found.canonical is not None or found.uri is None


def test_a_phrase_with_an_abbreviation_means_what_the_article_says(linker: ConceptLinker) -> None:
    def patients(title: str) -> Link:
        [annotated] = linker.link([article(("PD cohort", "human"), title=title)])
        return annotated.links[0]

    assert patients("PD cohort had less butyrate.").uri == to_uri("MESH:D010361")
    assert patients("Parkinson's disease (PD): PD cohort had less butyrate.").uri == to_uri("MESH:D010361")
    of_panic = patients("Panic disorder (PD): PD cohort had less butyrate.")
    assert (of_panic.uri, of_panic.canonical) == (None, NAME + "panic_disorder_cohort")
