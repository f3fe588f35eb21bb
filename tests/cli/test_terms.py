"""Terms of one's own at the command line: what a run says of them, and what it writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kgbuild.cli.app import app

OBO = "http://purl.obolibrary.org/obo/"
HEADER = "curie\tname\tlabel\tsynonyms\n"
OWN = HEADER + (
    "NCIT:C35571\tprogressive disease\tDDF\tPD\n"
    "http://example.org/sorrow\tenteric sorrow syndrome\tDDF\tESS\n"
    "https://www.ncbi.nlm.nih.gov/mesh/68020148\tbutyric acid\tchemical\tbutyrate\n"
)
TEXTS = [
    "Butyrate in Parkinson's disease.",
    "Enteric sorrow syndrome (ESS) alters the gut microbiota. ESS follows fecal microbiota transplantation.",
    "Lactobacillus rhamnosus reduces anxiety in mice.",
]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path_factory.getbasetemp() / "terms-cache"))
    (tmp_path / "own.tsv").write_text(OWN)
    lines = [json.dumps({"id": str(number), "title": text}) for number, text in enumerate(TEXTS, 1)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    return tmp_path / "own.tsv"


def run(*arguments: object) -> Any:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None, result.exception
    return result


def ingest(folder: Path, *options: object) -> tuple[str, str]:
    """What an ingest of the texts prints, to standard output and to standard error."""
    # The threads of one model make the rest of these tests wait.
    result = run("ingest", "--source", folder / "in.jsonl", "--kg", folder / "kg", "--threads", 1, *options)
    return result.stdout, result.stderr


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def test_the_summary_says_what_each_of_the_terms_linked(own: Path) -> None:
    plain, _ = ingest(own.parent)
    assert "Linked:" not in plain  # there is one index alone
    joined, warned = ingest(own.parent, "--terms", own, "--rebuild")
    [line] = [line for line in joined.splitlines() if line.startswith("Linked:")]
    shipped, mine = numbers(line)
    assert line == f"Linked: {shipped} by shipped, {mine} by own.tsv"
    assert shipped > mine == 3  # its name, and twice ESS
    assert "fewer" not in warned
    facts = json.loads(run("info", "--kg", own.parent / "kg", "--json").stdout)
    assert facts["linked_by"] == {"own.tsv": mine, "shipped": shipped}
    assert facts["linked"] == mine + shipped


def test_what_only_terms_leave_out_is_said_with_the_remedy(own: Path) -> None:
    before, _ = ingest(own.parent)
    alone, warned = ingest(own.parent, "--only-terms", own, "--rebuild")
    linked = [numbers(text.split("mentions,")[1].split("linked")[0])[0] for text in (before, alone)]
    assert linked[0] > linked[1]
    assert f"{linked[0] - linked[1]} fewer mentions are linked than before: {linked[1]}, not {linked[0]}" in warned
    [lost] = [line for line in " ".join(warned.split()).split(". ") if "have no concept here" in line]
    assert "although the terms that ship have their names" in lost
    assert "give --terms instead of --only-terms" in " ".join(warned.split())
    # Back again, nothing is lost.
    _, warned = ingest(own.parent, "--rebuild")
    assert "fewer" not in warned
    assert "no concept here" not in warned


def test_a_graph_keeps_to_its_terms_until_it_is_rebuilt(own: Path) -> None:
    ingest(own.parent, "--terms", own)
    arguments = ["ingest", "--source", own.parent / "in.jsonl", "--kg", own.parent / "kg", "--threads", 1]
    refused = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert "terms: was" in str(refused.exception)
    # The same file under the same name is the same configuration.
    stdout, _ = ingest(own.parent, "--terms", own)
    assert "own.tsv" in stdout


def annotate(folder: Path, *options: object) -> dict[str, dict[str, str | None]]:
    """The URI of each name in each article of what `annotate` writes in the benchmark's form."""
    out = folder / "out.json"
    run("annotate", folder / "in.jsonl", "--to", "gutbrainie", "--threads", 1, "-o", out, *options)
    return {
        pmid: {entity["text_span"]: entity["uri"] for entity in article["entities"]}
        for pmid, article in json.loads(out.read_text()).items()
    }


def test_the_benchmark_s_output_has_its_own_terms_and_their_spelling_alone(own: Path) -> None:
    found = annotate(own.parent, "--only-terms", own, "--uris", "benchmark")
    assert found["1"]["Butyrate"] == "https://www.ncbi.nlm.nih.gov/mesh/68020148"
    assert found["2"]["ESS"] == "http://example.org/sorrow"
    assert found["3"]["Lactobacillus rhamnosus"] is None or "kgbuild" in str(found["3"]["Lactobacillus rhamnosus"])
    uris = {uri for article in found.values() for uri in article.values() if uri}
    assert not [uri for uri in uris if "/obo/MONDO_" in uri or "/obo/NCBITaxon_" in uri]
    # What fills in in graphs is no mention of the benchmark's.
    assert "fecal microbiota transplantation" not in found["2"]


def test_by_default_it_links_as_a_graph_does(own: Path) -> None:
    found = annotate(own.parent)
    assert found["1"] == {"Butyrate": OBO + "CHEBI_17968", "Parkinson's disease": OBO + "MONDO_0005180"}
    assert found["2"]["fecal microbiota transplantation"]
    # A name of its own is a node of a graph, but no concept of any vocabulary.
    assert {found["2"][name] for name in ("Enteric sorrow syndrome", "ESS")} == {None}
    without = annotate(own.parent, "--no-fill")
    assert "fecal microbiota transplantation" not in without["2"]
    assert {**found["2"], **without["2"]} == found["2"]
