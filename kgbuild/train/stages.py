"""The stages of a run, each of which goes on from its checkpoint: phases, folds, and the last training on all."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_model, save_model

from kgbuild.annotate.dictionary import DictionaryTagger
from kgbuild.annotate.hints import shipped_hints
from kgbuild.annotate.neural.annotator import NeuralAnnotator, NoHints
from kgbuild.annotate.neural.bundle import Bundle, ModelCard, Scales
from kgbuild.annotate.neural.calibration import Calibration
from kgbuild.annotate.neural.inputs import Batch, batches
from kgbuild.annotate.neural.network import Network
from kgbuild.annotate.neural.pairs import candidates
from kgbuild.annotate.neural.subwords import Flags, ends
from kgbuild.annotate.neural.torch_runner import TorchRunner
from kgbuild.files import remove, replacing
from kgbuild.model import Annotated
from kgbuild.progress import Progress
from kgbuild.protocols import Tagger
from kgbuild.schema import Schema
from kgbuild.train.calibrate import HeldOut, fit_scales, mentions_of
from kgbuild.train.corpora import Article
from kgbuild.train.encoders import Base, new_network, with_adapters
from kgbuild.train.epochs import Step
from kgbuild.train.examples import Example, examples
from kgbuild.train.folder import Metrics, RunFolder
from kgbuild.train.loop import fit
from kgbuild.train.machine import Machine
from kgbuild.train.measure import KINDS, Kind, Scored, calibration_error, epoch_scores, row, rows, scored
from kgbuild.train.settings import Phase, TrainSettings
from kgbuild.train.teacher import Taught, ask, open_teacher

_SAMPLES = 64
_LOW = 0.02
"""The least score of relations when all thresholds are to be compared."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Stages:
    """The stages of one run; `card` has all but what training finds out."""

    settings: TrainSettings
    card: ModelCard
    schema: Schema
    articles: Sequence[Article]
    base: Base
    teacher: Bundle | None
    machine: Machine
    place: RunFolder
    metrics: Metrics
    progress: Progress

    def phases(self) -> Path | None:
        """Train every phase but the last; gives the weights that the last begins with."""
        start: Path | None = None
        for number, phase in enumerate(self.settings.phase[:-1], 1):
            name = f"phase-{number}"
            self._trained(name, phase, self._taken(phase), start)
            start = self._weights(name)
        return start

    def out_of_fold(
        self, folds: Sequence[frozenset[str]], start: Path | None
    ) -> tuple[Scales, dict[str, float], dict[Kind, Scored]]:
        """Train the last phase without each fold in turn, and calibrate on what the networks say of theirs.

        Returns:
            The scales, the scores they reach, and all scored predictions by kind.
        """
        phase = self.settings.phase[-1]
        networks: list[tuple[Network, list[Article]]] = []
        for number, ids in enumerate(folds, 1):
            taken = self._taken(phase)
            held = [self.articles[i] for i in taken if self._is_held(self.articles[i], ids)]
            rest = [i for i in taken if self.articles[i].annotated.document.id not in ids]
            networks.append((self._trained(f"fold-{number}", phase, rest, start, held=held), held))
        self.progress.start("Calibrating", None)
        held_out = [item for network, held in networks for item in self._held_out(network, held)]
        scales, figures = Scales(), dict[str, float]()
        if any(self._has_pairs(item) for item in held_out):
            scales, figures = fit_scales(held_out, self.card.labels, self.card.predicates, self.legal)
        else:
            self.progress.note("no relation could be judged out of fold: scores and thresholds are not calibrated")
        calibration = replace(self.card.model_copy(update={"scales": scales}).calibration(), least=_LOW)
        gold = [article.annotated for _, held in networks for article in held]
        found = [item for network, held in networks for item in self._predicted(network, held, calibration)]
        by_kind = {kind: scored(gold, found, kind) for kind in KINDS}
        return scales, {**figures, **self._figures(by_kind, scales)}, by_kind

    def _has_pairs(self, item: HeldOut) -> bool:
        labels = self.card.labels
        mentions = mentions_of(item, Calibration(), labels)
        return bool(candidates(item.prepared.subwords, mentions, labels, self.legal))

    def _figures(self, by_kind: dict[Kind, Scored], scales: Scales) -> dict[str, float]:
        result: dict[str, float] = {}
        leasts: dict[Kind, float] = {"mention": scales.least_mention, "relation": scales.least}
        for kind, least in leasts.items():
            of = by_kind[kind]
            result[f"{kind} calibration error"] = calibration_error(of)
            result |= {f"{kind} {found.name}": found.f1 for found in rows(of, (least,)) if found.name}
            result[f"{kind}s at {least:g}"] = row(of, least).f1
        return {name: round(value, 4) for name, value in result.items()}

    def final_epochs(self, folds: int) -> int:
        """How many epochs the training on all takes: with early stopping the mean of the folds' best."""
        if not (folds and self.settings.patience):
            return self.settings.phase[-1].epochs
        best = [self.metrics.best_epoch(f"fold-{number}") for number in range(1, folds + 1)]
        return max(1, round(sum(best) / len(best)))

    def final(self, start: Path | None, epochs: int) -> Network:
        """Train the last phase on all its articles; rates decline as in the folds, and it stops after `epochs`."""
        phase = self.settings.phase[-1]
        return self._trained("final", phase, self._taken(phase), start, stop=epochs)

    def _taken(self, phase: Phase) -> list[int]:
        return [number for number, article in enumerate(self.articles) if phase.takes(article.tier)]

    def _is_held(self, article: Article, ids: frozenset[str]) -> bool:
        return article.annotated.document.id in ids and self.settings.is_target(article)

    def _weights(self, stage: str) -> Path:
        return self.place.state(f"{stage}.safetensors")

    def _trained(
        self,
        stage: str,
        phase: Phase,
        taken: Sequence[int],
        start: Path | None,
        *,
        held: Sequence[Article] = (),
        stop: int | None = None,
    ) -> Network:
        """A stage's network: read if the stage is done, else trained from where it was."""
        network = self._network(start)
        weights, best = self._weights(stage), self.place.state(f"{stage}.best.safetensors")
        checkpoint = self.place.state(f"{stage}.checkpoint")
        if not weights.exists():
            self._introduce(network, phase, taken)
            self._fit(stage, phase, taken, network, checkpoint, best, held, stop)
            if best.exists():
                load_model(network, str(best))
            with replacing(weights) as path:
                save_model(network, str(path))
        else:
            load_model(network, str(weights))
        for path in (checkpoint, best):
            remove(path)
        return network.to(self.machine.device).eval()

    def _introduce(self, network: Network, phase: Phase, taken: Sequence[int]) -> None:
        """Annotators that no earlier phase has seen begin as the mean of those seen."""
        earlier = self.settings.phase[: self.settings.phase.index(phase)]
        known = {self.articles[number].condition for before in earlier for number in self._taken(before)} - {""}
        # A teacher spoke for all that are averaged.
        known |= {name for before in earlier if before.teacher for name in self.card.averaged}
        new = {self.articles[number].condition for number in taken} - known - {""}
        if known and new:
            places = {name: number for number, name in enumerate(self.card.conditions)}
            network.introduce(sorted(places[name] for name in new), sorted(places[name] for name in known))

    def _fit(
        self,
        stage: str,
        phase: Phase,
        taken: Sequence[int],
        network: Network,
        checkpoint: Path,
        best: Path,
        held: Sequence[Article],
        stop: int | None,
    ) -> None:
        chosen = [self._example(number, phase) for number in taken]
        epochs = stop or phase.epochs
        steps = -(-len(chosen) // phase.documents)

        def ended(epoch: int, network: Network) -> bool:
            if held:
                self._measure(stage, epoch, network, held, best)
            return self._goes_on(stage, epoch, stop)

        def told(step: Step) -> None:
            self.metrics.add({"stage": stage, "step": step.number, **step.losses})
            self.progress.advance(phase.documents)

        done = 0
        if checkpoint.exists():
            saved: dict[str, Any] = torch.load(checkpoint, map_location=self.machine.device, weights_only=True)
            done = saved["epoch"]
            self.metrics.forget_after(stage, step=saved["step"], epoch=done)
            measured = self.metrics.epochs(stage)
            # A kill between an epoch's checkpoint and its figures leaves these to be made up for.
            if held and (not measured or measured[-1]["epoch"] < done):
                network.load_state_dict(saved["average"])
                self._measure(stage, done, network, held, best)
            if not self._goes_on(stage, done, stop):
                network.load_state_dict(saved["average"])
                return
        else:
            self.metrics.forget_after(stage, step=0, epoch=0)
        self.progress.start(f"Training {stage}", (epochs - done) * steps * phase.documents)
        fit(
            network,
            chosen,
            phase.fit_settings(seed=self.settings.seed, bf16=self.machine.bf16),
            tokens=ends(self.base.tokenizer),
            checkpoint=checkpoint,
            device=self.machine.device,
            told=told,
            epoch_ended=ended,
        )

    def _goes_on(self, stage: str, epoch: int, stop: int | None) -> bool:
        if stop is not None and epoch >= stop:
            return False
        best = self.metrics.best_epoch(stage)
        return not (self.settings.patience and best) or epoch - best < self.settings.patience

    def _measure(self, stage: str, epoch: int, network: Network, held: Sequence[Article], best: Path) -> None:
        """Score an epoch's network on the articles that it does not see; keep it if it is the best so far."""
        predicted = self._predicted(network, held, Calibration(least=_LOW))
        figures = epoch_scores([article.annotated for article in held], predicted)
        scores = {name: round(value, 5) for name, value in figures.items()}
        before = self.metrics.epochs(stage)
        if self.settings.patience and all(scores["f1"] > other["f1"] for other in before):
            with replacing(best) as path:
                save_model(network, str(path))
        self.metrics.add({"stage": stage, "epoch": epoch, **scores})
        shown = ", ".join(f"{name[:-3]} {value:.3f}" for name, value in scores.items() if name.endswith("_f1"))
        self.progress.note(f"{stage}, epoch {epoch}, out of fold: {shown}")

    def _network(self, start: Path | None) -> Network:
        torch.manual_seed(self.settings.seed)
        encoder = with_adapters(copy.deepcopy(self.base.encoder), self.settings.lora)
        tasks = tuple(map(len, self._tasks.values()))
        network = new_network(encoder, self.card, seed=self.settings.seed, tasks=tasks)
        if start is not None:
            load_model(network, str(start))
        return network

    def _annotator(self, network: Network, calibration: Calibration) -> NeuralAnnotator:
        return NeuralAnnotator.of_card(
            self.card,
            runner=TorchRunner(network, device=self.machine.device),
            tokenizer=self.base.tokenizer,
            dictionary=self._tagger,
            calibration=calibration,
        )

    def _predicted(self, network: Network, held: Sequence[Article], calibration: Calibration) -> list[Annotated]:
        found = self._annotator(network, calibration).annotate([article.annotated.document for article in held])
        # Where a corpus has no relations, none that is found is wrong.
        return [
            item if article.related else replace(item, relations=())
            for item, article in zip(found, held, strict=True)
        ]

    def _held_out(self, network: Network, held: Sequence[Article]) -> Iterator[HeldOut]:
        annotator = self._annotator(network, Calibration())
        encoded = annotator.encoded([article.annotated.document for article in held])
        for article, (prepared, hidden, tags) in zip(held, encoded, strict=True):
            yield HeldOut(
                article=article.annotated, prepared=prepared, hidden=hidden, tags=tags, runner=annotator.runner
            )

    @cached_property
    def legal(self) -> Flags:
        """Which predicates are legal, shape (labels, labels, predicates)."""
        return self.card.legal_array()

    @cached_property
    def _tagger(self) -> Tagger:
        return self._hints(self.settings.dictionary)

    def _hints(self, dictionary: bool) -> Tagger:
        if not dictionary:
            return NoHints()
        return DictionaryTagger(shipped_hints(), self.schema)

    @cached_property
    def _examples(self) -> list[Example]:
        return examples(
            self.articles,
            tokenizer=self.base.tokenizer,
            dictionary=self._tagger,
            labels=self.card.labels,
            predicates=self.card.predicates,
            legal=self.legal,
            conditions=self.card.conditions,
            tasks=self._tasks,
        )

    @cached_property
    def _tasks(self) -> dict[str, list[str]]:
        """The labels of each other task."""
        found: dict[str, set[str]] = {}
        for article in self.articles:
            if article.task:
                found.setdefault(article.task, set()).update(m.label for m in article.annotated.mentions)
        return {task: sorted(found[task]) for task in sorted(found)}

    def samples(self) -> list[Batch]:
        """Single windows of articles of the target tiers, as the model will read them."""
        numbers = [n for n, article in enumerate(self.articles) if self.settings.is_target(article)][:_SAMPLES]
        opening, closing = ends(self.base.tokenizer)
        prepared = [self._examples[number].prepared for number in numbers]
        return list(batches(prepared, opening=opening, closing=closing, budget=1))

    def _example(self, number: int, phase: Phase) -> Example:
        example = self._examples[number]
        weight = phase.weights.get(self.articles[number].tier, example.weight)
        return replace(example, weight=weight, taught=self._taught.get(number) if phase.teacher else None)

    @cached_property
    def _taught(self) -> dict[int, Taught | None]:
        """What the teacher thinks of each article of the phases that it teaches."""
        assert self.teacher is not None, "the settings name one where a phase has one"  # noqa: S101
        numbers = sorted({n for phase in self.settings.phase if phase.teacher for n in self._taken(phase)})
        dictionary = self._hints(self.teacher.card.dictionary)
        teacher = open_teacher(self.teacher, dictionary=dictionary, legal=self.legal, device=self.machine.device)
        return dict(zip(numbers, ask(teacher, [self._examples[n] for n in numbers], self.progress), strict=True))
