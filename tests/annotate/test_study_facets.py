"""Species, models, sites and comparators, each with its words."""

import pytest

from kgbuild.annotate.study import study_of
from kgbuild.annotate.study_facets import said_of
from kgbuild.model import Document, Facet, MeshHeading, Section

WORK = " We measured levels, which were significantly higher (p < 0.01)."


def facets(title: str = "", text: str = "", mesh: tuple[str, ...] = ()) -> tuple[Facet, ...]:
    of = Document(
        id="1",
        sections=(Section(name="title", text=title), Section(name="abstract", text=text)),
        mesh=tuple(MeshHeading(ui="D1", name=name) for name in mesh),
    )
    found = study_of(of, ()).facets
    for facet in found:
        if facet.section:
            assert of.text(facet.section)[facet.start : facet.end] == facet.text  # type: ignore[arg-type]
    return found


def values(name: str, found: tuple[Facet, ...]) -> list[str]:
    return [facet.value for facet in found if facet.name == name]


@pytest.mark.parametrize(
    ("title", "text", "species"),
    [
        ("Sleep of women", "The women slept." + WORK, ["human"]),
        ("Sleep in mice", "The mice slept." + WORK, ["mouse"]),
        ("Sleep of C57BL/6 and wild-type animals", "Animals slept; C57BL/6J were fed." + WORK, ["mouse"]),
        ("Sleep of rats", "Wistar rats slept. Mice are known to sleep." + WORK, ["rat"]),
        ("Sleep of piglets", "The piglets slept." + WORK, ["pig"]),
        ("Swimming of zebrafish", "Zebrafish swam." + WORK, ["zebrafish"]),
        ("Worms that age", "Caenorhabditis elegans grew old. C. elegans died." + WORK, ["nematode"]),
        ("Stool of patients in mice", "Mice got stool of patients; the mice died." + WORK, ["mouse"]),
        ("Fibre", "Theory.", []),
    ],
)  # fmt: skip
def test_species(title: str, text: str, species: list[str]) -> None:
    assert values("species", facets(title, text)) == species


def test_headings_name_species_too() -> None:
    found = facets("Sleep", "Sleep was long." + WORK, mesh=("Animals", "Mice", "Rats"))
    assert values("species", found) == ["mouse", "rat"]
    assert next(facet for facet in found if facet.name == "species") == Facet(
        name="species", value="mouse", text="Mice"
    )


def test_reviews_have_a_species_only_in_their_titles() -> None:
    assert values("species", facets("Sleep of rats: a review", "Rats sleep, and rats dream.")) == ["rat"]
    assert values("species", facets("Sleep: a review", "Rats sleep, and rats dream.")) == []


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("Germ-free mice were compared with other mice.", ["germ-free"]),
        ("MPTP-treated mice moved less than mice did.", ["MPTP"]),
        ("The 5xFAD mice and the APP/PS1 mice forgot.", ["5xFAD", "APP/PS1"]),
        ("Mice under chronic unpredictable mild stress (CUMS) slept. Mice of CUMS ate.",
         ["chronic unpredictable mild stress"]),
        ("Mice had chronic social defeat stress; mice hid.", ["chronic social defeat stress"]),
        ("Mice with DSS-induced colitis, and mice without.", ["DSS colitis"]),
        ("Mice overexpressing genes; mice slept.", []),
    ],
)  # fmt: skip
def test_models(text: str, model: list[str]) -> None:
    assert values("model", facets("Sleep in mice", text + WORK)) == model


def test_cells_are_models_in_vitro_and_animals_models_are_not_of_people() -> None:
    assert values("model", facets("Butyrate in vitro", "Caco-2 cells were cultured." + WORK)) == ["Caco-2"]
    assert values("model", facets("Diet of women", "The women ate a high-fat diet." + WORK)) == []


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("Faecal samples were taken.", ["faeces"]),
        ("The stool metabolome was measured.", ["faeces"]),
        ("Faecal Akkermansia and serum TMAO were low, and so was serum butyrate.", ["serum", "faeces"]),
        ("Faecal microbiota transplantation was done.", []),
        ("Serum zonulin levels rose.", ["serum"]),
        ("The cells grew in fetal bovine serum-free medium.", []),
        ("Levels of TMAO in plasma rose.", ["plasma"]),
        ("The plasma membrane was seen.", []),
        ("Saliva was taken.", ["saliva"]),
        ("The oral microbiome was sequenced.", ["saliva"]),
        ("Oral administration of fibre, and oral butyrate, were given.", []),
        ("Cerebrospinal fluid was taken.", ["cerebrospinal fluid"]),
        ("G-CSF was given.", []),
        ("Inflammation in the colon fell.", ["colon"]),
        ("Colon cancer is known.", []),
        ("Hippocampal BDNF expression fell.", ["hippocampus"]),
        ("Dopamine in the striatum and in the substantia nigra fell.", ["striatum", "substantia nigra"]),
        ("Signals in the brain differ. Stool samples were taken.", ["faeces", "brain"]),
        ("The gut-brain axis, the blood-brain barrier and blood pressure are known.", []),
    ],
)  # fmt: skip
def test_sites(text: str, site: list[str]) -> None:
    assert values("site", facets("Sleep of women", "The women slept. " + text + WORK)) == site


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("Levels were higher in patients compared with healthy controls.", ["healthy controls"]),
        ("Levels were lower relative to age-matched healthy volunteers.", ["healthy controls"]),
        ("Patients had more of it than HCs.", ["healthy controls"]),
        ("Scores fell versus placebo.", ["placebo"]),
        ("Scores fell as compared to the control group.", ["controls"]),
        ("Scores fell compared with baseline.", ["baseline"]),
        ("Stool of 40 patients and 38 healthy controls was taken.", ["healthy controls"]),
        ("Scores were higher in PD compared with tremor patients, and with patients.", ["tremor patients"]),
        ("Scores fell compared to non-responders.", ["non-responders"]),
        ("This is better than other methods, and rather than mice, women slept.", []),
        ("More than patients think. Scores rose compared with previous studies, and vs 4.8.", []),
        ("Groups were compared with Mann-Whitney tests.", []),
    ],
)  # fmt: skip
def test_comparators(text: str, comparator: list[str]) -> None:
    assert values("comparator", facets("Sleep of women", "The women slept. " + text + WORK)) == comparator


def test_animals_have_theirs() -> None:
    text = "Mice lost weight compared with wild-type littermates. Mice ate more than vehicle-treated mice."
    assert values("comparator", facets("Sleep in mice", text + WORK)) == ["wild type", "vehicle"]


def test_reviews_have_none_of_their_own() -> None:
    found = facets("Sleep: a review", "Serum levels are higher in patients compared with healthy controls.")
    assert {facet.name for facet in found} == {"design", "species"}


def test_what_one_sentence_says() -> None:
    assert said_of("Faecal butyrate was lower in PD than in healthy controls.") == {
        "site": "faeces",
        "comparator": "healthy controls",
    }
    assert said_of("Women slept.") == {}


def test_places_hold_after_letters_that_grow_in_lower_case() -> None:
    found = facets(
        "İİ Sleep in İ mice: İ an animal study", "İ Serum levels of mice rose, İ compared with vehicle." + WORK
    )
    assert [values(name, found) for name in ("species", "site", "comparator")] == [["mouse"], ["serum"], ["vehicle"]]
