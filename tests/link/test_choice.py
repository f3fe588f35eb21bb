"""How users choose dense candidates: settings, what a change of them redoes, and what is refused."""

import json

import pytest
from typer.testing import CliRunner

from kgbuild.cli.app import app
from kgbuild.config import load_settings
from kgbuild.errors import ConfigurationError
from kgbuild.link.build import build_index
from kgbuild.pipeline import ingest
from kgbuild.source.files import open_source
from kgbuild.stages import Stages
from tests.annotate.neural import tiny

NAMES = {
    "http://example.org/pain": ["abdominal pain"],
    "http://example.org/butyrate": ["butyrate"],
    "http://example.org/gut": ["gut"],
}


@pytest.fixture
def terms(tmp_path, monkeypatch):
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KGBUILD_MODELS", str(tmp_path / "models"))
    (tmp_path / "names.json").write_text(json.dumps(NAMES))
    build_index([tmp_path / "names.json"], tmp_path / "terms.sqlite")
    return tmp_path / "terms.sqlite"


@pytest.fixture
def stages(terms):
    def make(**options):
        return Stages(load_settings(None, extractor="dictionary", only_terms=(terms,), workers=1, **options))

    return make


def test_another_encoder_links_again_and_does_not_annotate_again(stages, tmp_path):
    names, dense = stages(), stages(link="dense", link_encoder=str(tiny.folder()))
    moved = tmp_path / "moved"
    moved.symlink_to(tiny.folder())
    assert stages(link="dense", link_encoder=str(moved)).keys("part") == dense.keys("part")
    shipped = stages(link="dense")
    assert len({each.keys("part")[0] for each in (names, dense, shipped)}) == 1
    assert len({each.keys("part")[1] for each in (names, dense, shipped)}) == 3


def test_a_mention_without_a_name_of_the_index_is_linked_by_its_vector(terms, tmp_path):
    mention = {"span": {"section": "title", "start": 0, "end": 9}, "text": "tummyache", "label": "DDF"}
    text = {"id": "1", "sections": [{"name": "title", "text": "tummyache"}]}
    (tmp_path / "in.jsonl").write_text(json.dumps({"document": text, "mentions": [mention]}) + "\n")
    (tmp_path / "kgbuild.toml").write_text(
        'extractor = "dictionary"\nonly_terms = "terms.sqlite"\nlink_threshold = 0\n'
    )
    command = ["annotate", str(tmp_path / "in.jsonl"), "--keep-entities", "--config", str(tmp_path / "kgbuild.toml")]

    def linked(*options):
        result = CliRunner().invoke(app, [*command, *options, "-o", str(tmp_path / "out.jsonl")])
        assert result.exception is None, result.output
        return json.loads((tmp_path / "out.jsonl").read_text())["links"][0]

    assert linked()["uri"] is None
    found = linked("--link", "dense", "--link-encoder", str(tiny.folder()))
    assert (found["method"], found["uri"] in NAMES) == ("dense", True)
    assert {candidate["uri"] for candidate in found["candidates"]} == set(NAMES)


def test_a_graph_is_linked_again_with_dense_candidates(stages, tmp_path):
    (tmp_path / "in.jsonl").write_text('{"id": "1", "title": "Butyrate and the gut"}\n')
    kg, source = tmp_path / "kg", open_source([tmp_path / "in.jsonl"])
    ingest(kg, source, stages().settings)
    dense = stages(link="dense", link_encoder=str(tiny.folder())).settings
    with pytest.raises(ConfigurationError, match="link: was 'names', now 'dense:"):
        ingest(kg, source, dense)
    ingest(kg, source, dense, rebuild=True)
    parts = {stage: len(list((kg / "parts" / stage).glob("*.parquet"))) for stage in ("annotations", "mentions")}
    assert parts == {"annotations": 1, "mentions": 2}
    assert len(list((tmp_path / "cache").glob("names-*.npy"))) == 1


@pytest.mark.parametrize(
    ("options", "said", "remedy"),
    [
        ({"link_encoder": "some"}, "link_encoder 'some' is for dense candidates", "--link dense"),
        ({"link": "meaning"}, "link: Input should be 'names', 'alike' or 'dense'", ""),
        ({"link": "dense", "link_encoder": "absent"}, "no model 'absent'", "a folder"),
        ({"link": "dense", "link_encoder": "owner/absent"}, "no model 'owner/absent'", "models get owner/absent"),
    ],
)
def test_what_can_not_work_is_refused_before_it_begins(stages, options, said, remedy):
    with pytest.raises(ConfigurationError, match=said) as caught:
        stages(**options).configuration  # noqa: B018
    assert remedy in caught.value.remedy
