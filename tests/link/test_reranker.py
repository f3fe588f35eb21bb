"""The reranker: learning from candidates, and the one that ships."""

import numpy as np
import pytest

from kgbuild.errors import InputError
from kgbuild.link import reranker
from kgbuild.link.candidates import DENSE_FEATURES, FEATURES
from kgbuild.link.reranker import fit, save, shipped


@pytest.fixture
def mentions():
    """Mentions with two to five candidates, of which the one whose two features are most alike is right."""
    random = np.random.default_rng(3)
    sizes = random.integers(2, 6, 300)
    features = random.standard_normal((int(sizes.sum()), 2))
    starts = np.cumsum(sizes) - sizes
    answers = np.array([int(np.abs(np.subtract(*part.T)).argmin()) for part in np.split(features, starts[1:])])
    return features, sizes, answers


def right(model, features, sizes, answers) -> float:
    parts = np.split(features, np.cumsum(sizes)[:-1])
    return np.mean([model.scores(part).argmax() == answer for part, answer in zip(parts, answers, strict=True)])


def test_it_learns_what_no_linear_model_can(mentions):
    features, sizes, answers = mentions
    middle = int(sizes[:200].sum())
    model = fit(features[:middle], sizes[:200], answers[:200])
    unseen = features[middle:], sizes[200:], answers[200:]
    assert right(model, *unseen) > 0.8
    assert right(fit(features[:middle], sizes[:200], answers[:200]), *unseen) == right(model, *unseen)


def test_chances_follow_the_scores_and_leave_room_for_none(mentions):
    features, *_ = mentions
    model = fit(*mentions, steps=5)
    chances = model.chances(features[:4].tolist())
    none = np.exp(model.none) / np.exp(model.scores(features[:4])).sum()
    assert sum(chances) == pytest.approx(1 / (1 + none))
    assert np.argsort(chances).tolist() == np.argsort(model.scores(features[:4])).tolist()
    assert model.chances([]) == []


def test_where_no_candidate_is_alike_none_is_chosen(mentions):
    features, sizes, answers = mentions
    parts = np.split(features, np.cumsum(sizes)[:-1])
    unlike = np.array([np.abs(np.subtract(*part.T)).min() > 0.3 for part in parts])
    model = fit(features, sizes, np.where(unlike, -1, answers), steps=1000)
    assert max(model.chances([[1.0, 1.0], [2.0, -1.0]])) > 0.5
    assert max(model.chances([[1.0, -1.5], [2.0, -1.0]])) < 0.25
    # A single candidate is no better for being the only one.
    assert model.chances([[1.0, -1.5]])[0] < 0.25


def test_it_is_saved_and_opened(mentions, tmp_path, monkeypatch):
    model = fit(*mentions, steps=20)
    save({"ngram": model}, tmp_path / "reranker.json")
    monkeypatch.setattr(reranker, "asset", lambda _: tmp_path / "reranker.json")
    opened = shipped.__wrapped__("ngram")
    assert opened.scores(mentions[0]) == pytest.approx(model.scores(mentions[0]), abs=0.01)
    with pytest.raises(InputError, match="not a reranker"):
        shipped.__wrapped__("dense")
    (tmp_path / "reranker.json").write_text("[]")
    with pytest.raises(InputError, match="not a reranker"):
        shipped.__wrapped__("ngram")


@pytest.mark.parametrize(("kind", "features"), [("ngram", FEATURES), ("dense", DENSE_FEATURES)])
def test_the_shipped_ones_weigh_the_features_there_are(kind, features):
    model = shipped(kind)
    assert len(model.mean) == len(model.scale) == len(model.inner) == len(model.linear) == len(features)
    assert len(model.bias) == len(model.outer) == model.inner.shape[1]
    assert (model.scale > 0).all()
