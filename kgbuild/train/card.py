"""A trained model's card for people: README.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from kgbuild.annotate.neural.bundle import ModelCard
from kgbuild.train.corpora import CorpusReport
from kgbuild.train.measure import Kind, Row, Scored, calibration_error, row, rows

_LIMITS = """\
- Scores come from articles like those of the corpora above. Other kinds of text, languages and parts of articles than
  titles and abstracts were not measured.
- Each word belongs to one mention at most: of overlapping mentions the longest was learned.
- A relation is found between two names of an article, not each time that they stand together; it is not a fact, and
  the text may deny it: read the sentence.
- Labels and relations that are rare in the corpora are found less well than the mean; see the tables.
"""


def readme(card: ModelCard, corpora: Sequence[CorpusReport], scored: Mapping[Kind, Scored]) -> str:
    """The card: what the model finds, data with hashes and counts, scores by label and threshold, limits, command."""
    training, teacher = card.training, _teacher(card)
    parts = [
        f"# {card.name}",
        f"Finds {len(card.labels)} kinds of entities and {len(card.predicates)} relations between them in titles and "
        f"abstracts, with kgbuild. Trained from `{card.base}`."
        + (f" Licence: {card.licence}." if card.licence else ""),
        f"Entities: {_listed(card.labels)}."
        + (f"\n\nRelations: {_listed(card.predicates)}." if card.predicates else ""),
        "## Data",
        _table(
            ("corpus", "tier", "articles", "mentions", "relations", "left out", "unreadable", "SHA-256"),
            [
                (
                    c.name,
                    f"{c.tier}, for {c.task}" if c.task else c.tier,
                    c.articles,
                    c.mentions,
                    c.relations,
                    c.excluded,
                    len(c.rejects),
                    f"`{c.sha256[:16]}`",
                )
                for c in corpora
            ],
        ),
        _tasks(corpora),
        f"It also learned from what the model `{teacher}` thinks of these articles." if teacher else "",
        _unused(corpora),
        "In use, the model answers as the mean of these annotators: " + ", ".join(card.averaged) + ".",
        "## Scores",
        _scores(card, scored),
        "## Limits",
        _LIMITS.rstrip(),
        "## Training it again",
        _fenced("sh", str(training.get("command") or "kgbuild train --config config.toml -o run")),
        f"{training.get('epochs')} epochs in the last phase, on {training.get('device')}, with",
        _fenced("json", json.dumps(training.get("versions"), indent=1)),
        "All settings and whole hashes stand in `model.json`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _teacher(card: ModelCard) -> str:
    settings = card.training.get("settings")
    return str(settings.get("teacher", "")) if isinstance(settings, dict) else ""


def _tasks(corpora: Sequence[CorpusReport]) -> str:
    tasks = sorted({report.task for report in corpora if report.task})
    if not tasks:
        return ""
    return (
        f"Corpora for {_listed(tasks)} trained the encoder through heads of their own, which the model goes without."
    )


def _unused(corpora: Sequence[CorpusReport]) -> str:
    lines = []
    for report in corpora:
        for what, counts in (("labels", report.unknown_labels), ("relations", report.unknown_relations)):
            if counts:
                shown = ", ".join(f"{name} ({count:,})" for name, count in counts.items())
                lines.append(f"- {report.name}: {what} that the ontology does not have: {shown}")
        if report.overlapping:
            lines.append(f"- {report.name}: {report.overlapping:,} mentions within longer ones")
    return "Not trained on:\n\n" + "\n".join(lines) if lines else ""


def _scores(card: ModelCard, scored: Mapping[Kind, Scored]) -> str:
    if not scored:
        return "Not measured: the model was trained without folds, and its scores are not calibrated."
    least: dict[Kind, float] = {"mention": card.scales.least_mention, "relation": card.scales.least}
    parts = [
        "By cross-validation: each article is judged by a network that was not trained on it. Thresholds and "
        "calibration were fitted on the same predictions, which flatters them a little. A mention is right with its "
        "exact span and label, a relation with the texts and labels of both ends and its predicate."
        + (" If the teacher was trained on these articles, that flatters the scores too." if _teacher(card) else ""),
    ]
    for kind, of in scored.items():
        if not of.gold:
            continue
        total = row(of, least[kind])
        parts += [
            f"### {kind.capitalize()}s",
            f"Kept from a score of {least[kind]:g} on: precision {total.precision:.3f}, recall {total.recall:.3f}, "
            f"F1 {total.f1:.3f}. Scores miss the share that is right by {calibration_error(of):.3f} on average.",
            _by_threshold(rows(of)),
        ]
    return "\n\n".join(parts)


def _by_threshold(found: Sequence[Row]) -> str:
    """Precision and recall, one line for each name, one column for each threshold."""
    thresholds = sorted({item.threshold for item in found})
    names = list(dict.fromkeys(item.name for item in found))
    by_place = {(item.name, item.threshold): item for item in found}
    lines = []
    for name in names:
        items = [by_place[name, threshold] for threshold in thresholds]
        cells = [f"{item.precision:.2f} / {item.recall:.2f}" for item in items]
        lines.append((name or "**all**", items[0].gold, *cells))
    head = ("precision / recall", "annotated", *(f"score ≥ {threshold:g}" for threshold in thresholds))
    return _table(head, lines)


def _table(head: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in line] for line in lines]
    shown = [head, ["---"] * len(head), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in shown)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"
