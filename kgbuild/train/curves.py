"""Pictures of a run: losses and F1, and how often a score is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kgbuild.files import replacing
from kgbuild.train.measure import Kind, Scored, reliability

_SIZE = (9.0, 4.0)
_SMOOTHING = 20


def draw_curves(metrics: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Losses by step (means over the last steps) and out-of-fold F1 by epoch, a line for each stage, as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, layout="constrained")
    left, right = figure.subplots(1, 2)
    stages = dict.fromkeys(row["stage"] for row in metrics)
    for number, stage in enumerate(stages):
        steps = [row for row in metrics if row["stage"] == stage and "step" in row]
        epochs = [row for row in metrics if row["stage"] == stage and "f1" in row]
        colour = f"C{number % 10}"
        for name, style in (("entity_loss", "-"), ("pair_loss", ":")):
            values = _smooth([row[name] for row in steps])
            left.plot([row["step"] for row in steps], values, style, color=colour, label=f"{stage} {name[:-5]}")
        if epochs:
            for name, style in (("ner_f1", "o-"), ("relation_f1", "s:")):
                known = [row for row in epochs if name in row]
                if known:
                    xs, ys = [row["epoch"] for row in known], [row[name] for row in known]
                    right.plot(xs, ys, style, color=colour, label=f"{stage} {name[:-3]}")
    left.set(xlabel="step", ylabel=f"loss, mean of {_SMOOTHING} steps", yscale="log")
    right.set(xlabel="epoch", ylabel="F1 out of fold", ylim=(0, 1))
    _write(figure, [left, right], path)


def draw_reliability(scores: Mapping[Kind, Scored], path: Path) -> None:
    """For each kind, the share that is right among what has about the same score, as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0, 5.0), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for kind, of in scores.items():
        points = reliability(of)
        if points:
            means, shares, counts = zip(*points, strict=True)
            axes.plot(means, shares, "o-", label=f"{kind}s, {sum(counts):,}")
    axes.set(xlabel="score", ylabel="share that is right, out of fold", xlim=(0, 1), ylim=(0, 1))
    _write(figure, [axes], path)


def _write(figure: Any, axes: Sequence[Any], path: Path) -> None:
    for part in axes:
        if part.get_legend_handles_labels()[0]:
            part.legend(fontsize="small")
        part.grid(alpha=0.3)
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=120)


def _smooth(values: Sequence[float]) -> list[float]:
    starts = (max(0, at - _SMOOTHING + 1) for at in range(len(values)))
    return [sum(values[start : at + 1]) / (at + 1 - start) for at, start in enumerate(starts)]
