"""A training run from settings to model: phases, folds, calibration, export; goes on where a kill stopped it.

Every phase but the last is trained once. The last is trained once for each fold, without the fold's articles, and
once on all: the predictions of the folds' networks for the articles that they did not see give scores, thresholds,
and the number of epochs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.annotate.neural.bundle import CARD, README, TOKENIZER, Bundle, ModelCard, Scales, open_bundle
from kgbuild.errors import InputError
from kgbuild.files import digest, replacing
from kgbuild.models.registry import find
from kgbuild.progress import SILENT, Progress
from kgbuild.schema import Schema, load_schema
from kgbuild.train.card import readme
from kgbuild.train.corpora import Article, CorpusReport, excluded_ids, read_corpora, seen_before
from kgbuild.train.curves import draw_curves, draw_reliability
from kgbuild.train.encoders import Base, load_base, merge_adapters, need_torch, save_network
from kgbuild.train.folder import Metrics, RunFolder
from kgbuild.train.machine import Machine, return_freed_memory, versions
from kgbuild.train.settings import Corpus, TrainSettings, to_toml
from kgbuild.train.teacher import check_teacher

if TYPE_CHECKING:
    from kgbuild.train.stages import Stages


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """What came of a run.

    Attributes:
        folder: of the run.
        model: the trained model's folder.
        name: of the model.
        corpora: what was read.
        epochs: of the last phase on all articles.
        scores: out of fold.
        notes: what the user should know of the data.
    """

    folder: Path
    model: Path
    name: str
    corpora: tuple[CorpusReport, ...]
    epochs: int
    scores: dict[str, float]
    notes: tuple[str, ...]


def train(settings: TrainSettings, folder: Path, *, command: str = "", progress: Progress = SILENT) -> TrainReport:
    """Train a model, or go on with its training.

    The same settings, data and machine give the same weights, however often the run was killed.

    Args:
        settings: as `kgbuild.train.settings` reads them.
        folder: of the run; see `kgbuild.train.folder`.
        command: for the card.
        progress: is told of stages and figures.

    Raises:
        ConfigurationError: torch is missing, the folder holds another run or is in use, or settings do not fit.
        InputError: a corpus, the ontology or the encoder can not be read.
    """
    need_torch()
    schema = load_schema(settings.ontology)
    place = RunFolder(folder)
    with place.lock():
        articles, corpora = read_corpora(settings.corpus, schema)
        machine = Machine.chosen(settings.device, settings.threads, settings.bf16)
        teacher = open_bundle(find(settings.teacher)) if settings.teacher else None
        if teacher:
            check_teacher(teacher, schema)
        base = load_base(settings.base, revision=settings.revision, fast_attention=machine.device == "cpu")
        folds = folds_of(settings, articles)
        notes = _notes(settings, articles, corpora)
        for note in notes:
            progress.note(note)
        place.settle(_identity(settings, schema, corpora, base, teacher, machine), to_toml(settings))
        if not place.model.exists():
            from kgbuild.train.stages import Stages

            stages = Stages(
                settings=settings,
                card=_card(settings, schema, articles, corpora),
                schema=schema,
                articles=articles,
                base=base,
                teacher=teacher,
                machine=machine,
                place=place,
                metrics=Metrics(folder / "metrics.jsonl"),
                progress=progress,
            )
            return_freed_memory()
            with machine.deterministic():
                _train(stages, corpora, folds, command)
        card = open_bundle(place.model).card
        return TrainReport(
            folder=folder,
            model=place.model,
            name=card.name,
            corpora=tuple(corpora),
            epochs=int(str(card.training["epochs"])),
            scores=card.scores,
            notes=tuple(notes),
        )


def _card(
    settings: TrainSettings, schema: Schema, articles: Sequence[Article], corpora: Sequence[CorpusReport]
) -> ModelCard:
    """All of the card but what training finds out."""
    return ModelCard(
        name=settings.name,
        base=settings.base,
        licence=settings.licence,
        labels=tuple(term.name for term in schema.labels),
        predicates=tuple(term.name for term in schema.predicates),
        legal=tuple((s.subject, s.predicate, s.object) for s in schema.signatures),
        symmetric=tuple((s.subject, s.predicate, s.object) for s in schema.signatures if s.symmetric),
        conditions=tuple(sorted({article.condition for article in articles if not article.task})),
        averaged=tuple(sorted({a.condition for a in articles if settings.is_target(a)})),
        heads=settings.heads,
        dictionary=settings.dictionary,
        trained_on={report.name: report.articles for report in corpora},
    )


def _train(stages: Stages, corpora: Sequence[CorpusReport], folds: Sequence[frozenset[str]], command: str) -> None:
    settings, place = stages.settings, stages.place
    start = stages.phases()
    scales, figures, scored = stages.out_of_fold(folds, start) if folds else (Scales(), {}, {})
    epochs = stages.final_epochs(len(folds))
    network = stages.final(start, epochs)
    training = _training(settings, corpora, stages.teacher, epochs, stages.machine, command)
    card = stages.card.model_copy(update={"scales": scales, "scores": figures, "training": training})
    draw_curves(stages.metrics.rows, place.curves)
    if scored:
        draw_reliability(scored, place.reliability)
    stages.progress.start("Writing the model", None, unit="files")
    merge_adapters(network)
    network.cpu().eval()
    with replacing(place.model) as temporary:
        temporary.mkdir()
        stages.base.tokenizer.save(str(temporary / TOKENIZER))
        save_network(network, temporary)
        if settings.onnx:
            from kgbuild.train.export import export_onnx

            export_onnx(network, temporary, samples=stages.samples())
        (temporary / CARD).write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")
        (temporary / README).write_text(readme(card, corpora, scored), encoding="utf-8")


def folds_of(settings: TrainSettings, articles: Sequence[Article]) -> list[frozenset[str]]:
    """The ids that each fold holds out; annotators are spread evenly over the folds."""
    if not settings.folds:
        return []
    order = {article.annotated.document.id: article.condition for article in articles if settings.is_target(article)}
    ids = sorted(order, key=lambda name: (order[name], name))
    if len(ids) < 2 * settings.folds:
        raise InputError(
            f"{len(ids)} articles of the target tiers are too few for {settings.folds} folds",
            remedy="Give more articles or fewer folds; folds = 0 makes none.",
        )
    return [frozenset(ids[number :: settings.folds]) for number in range(settings.folds)]


def _notes(settings: TrainSettings, articles: Sequence[Article], corpora: Sequence[CorpusReport]) -> list[str]:
    notes = []
    for report in corpora:
        lost = {
            "records could not be read": len(report.rejects),
            f"mentions have a label that the ontology lacks ({_most(report.unknown_labels)})": sum(
                report.unknown_labels.values()
            ),
            f"relations are not legal in the ontology ({_most(report.unknown_relations)})": sum(
                report.unknown_relations.values()
            ),
            f"relations are of the task {report.task}"
            if report.task
            else "relations have an end with such a label": report.loose_relations,
            "mentions lie within longer ones": report.overlapping,
        }
        notes += [f"{report.name}: {count:,} {what}; not trained on" for what, count in lost.items() if count]
        if report.task:
            notes.append(f"{report.name}: its mentions train a head for {report.task}, which the model goes without")
        elif not report.relations:
            notes.append(f"{report.name}: no relations; only its mentions are trained on")
    earlier = [a for a in articles if any(phase.takes(a.tier) for phase in settings.phase[:-1])]
    held = [article for article in articles if settings.is_target(article)]
    both = seen_before(earlier, held) if settings.folds else []
    if settings.teacher and settings.folds:
        notes.append("if the teacher saw articles of the target tiers, scores out of fold will be a little too high")
    if both:
        notes.append(
            f"{len(both):,} articles of the target tiers are trained on in an earlier phase too "
            f"({', '.join(both[:3])} …): scores out of fold will be too high"
        )
    return notes


def _most(counts: dict[str, int]) -> str:
    shown = [f"{name} {count:,}" for name, count in list(counts.items())[:5]]
    return ", ".join(shown) + (f" and {len(counts) - 5} more" if len(counts) > 5 else "")


def _identity(
    settings: TrainSettings,
    schema: Schema,
    corpora: Sequence[CorpusReport],
    base: Base,
    teacher: Bundle | None,
    machine: Machine,
) -> dict[str, Any]:
    """All that the weights depend on; files by their content."""
    values = settings.model_dump(
        mode="json", exclude={"corpus", "ontology", "revision", "device", "threads", "bf16", "teacher"}
    )
    values["corpus"] = [
        {
            "name": report.name,
            "tier": report.tier,
            "weight": corpus.weight,
            "sha256": report.sha256,
            "excluded": digest(*sorted(excluded_ids(corpus.exclude))) if corpus.exclude else "",
            **_kind(corpus),
        }
        for corpus, report in zip(settings.corpus, corpora, strict=True)
    ]
    values["ontology"] = schema.fingerprint
    values["base"] = base.fingerprint
    if teacher:
        values["teacher"] = teacher.fingerprint
    values |= machine.identity()
    values["versions"] = versions()
    if settings.dictionary:
        from kgbuild.annotate.hints import shipped_hints

        values["lexicon"] = shipped_hints().fingerprint
    return values


def _training(
    settings: TrainSettings,
    corpora: Sequence[CorpusReport],
    teacher: Bundle | None,
    epochs: int,
    machine: Machine,
    command: str,
) -> dict[str, object]:
    """What the card tells of the training, without paths of the machine that it was done on."""
    values = settings.model_dump(mode="json", exclude={"corpus", "ontology", "name", "licence", "base", "bf16"})
    if teacher:
        values["teacher"] = f"{teacher.card.name} {teacher.fingerprint}"
    return {
        "command": command,
        "epochs": epochs,
        "device": machine.device,
        "bf16": machine.bf16,
        "settings": {**values, "corpus": [_told(corpus) for corpus in settings.corpus]},
        "corpora": [{**asdict(report), "rejects": len(report.rejects)} for report in corpora],
        "versions": versions(),
    }


def _told(corpus: Corpus) -> dict[str, object]:
    told = {"file": corpus.path.name, "name": corpus.title, "tier": corpus.tier, "weight": corpus.weight}
    return told | _kind(corpus)


def _kind(corpus: Corpus) -> dict[str, object]:
    """What a corpus' annotations are of, where that differs from the usual."""
    return corpus.model_dump(mode="json", include={"concepts", "task", "labels"}, exclude_defaults=True)
