"""Masked-language-model training: an encoder reads on in a field's own texts before it is trained to annotate.

As in BERT (Devlin et al., NAACL 2019) 15 % of the words are hidden: 80 % of their tokens are masked, 10 % are random,
10 % are left. Words are hidden whole. The head that guesses them (dense, gelu, norm) is new, since most encoders come
without theirs; its last layer is the encoder's own embeddings of tokens.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from kgbuild.errors import InputError
from kgbuild.files import digest, remove, replacing
from kgbuild.model import Reject
from kgbuild.progress import SILENT, Progress
from kgbuild.source.files import open_source
from kgbuild.train.corpora import excluded_ids
from kgbuild.train.encoders import Base, load_base, save_encoder
from kgbuild.train.epochs import Losses, Schedule, Step, run_epochs
from kgbuild.train.folder import Metrics, RunFolder
from kgbuild.train.machine import Machine, return_freed_memory, versions
from kgbuild.train.settings import MINILM
from kgbuild.train.texts import Text, mask_token, masked, read_texts

_STAGE = "mlm"
# Steps between two checkpoints, and articles held out at most.
_EVERY, _HELD = 200, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MlmSettings:
    """What to train on and how; `exclude` is a file of ids whose articles are not read, `held` the share of
    those that only the loss is measured on, which are 500 at most."""

    sources: tuple[Path, ...]
    base: str = MINILM
    revision: str | None = None
    format: str | None = None
    exclude: Path | None = None
    epochs: int = 1
    rate: float = 1e-4
    documents: int = 8
    held: float = 0.05
    seed: int = 0
    device: str = "auto"
    threads: int | None = None
    bf16: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MlmReport:
    """What came of a run.

    Attributes:
        folder: of the run.
        model: the encoder's folder, which `kgbuild train --base` takes.
        articles: that are trained on.
        tokens: of these.
        held: articles that the losses are measured on.
        excluded: articles left out because `exclude` names them.
        repeated: records of an article that another stands for.
        rejects: records that can not be read.
        loss_before, loss_after: mean loss of hidden tokens of the held-out articles, in nats. Before, the head is new
            and guesses among all tokens alike.
    """

    folder: Path
    model: Path
    articles: int
    tokens: int
    held: int
    excluded: int
    repeated: int
    rejects: tuple[Reject, ...]
    loss_before: float
    loss_after: float


class MaskedModel(nn.Module):
    """An encoder with a head that guesses tokens; the head's last layer is the encoder's embeddings."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        embeddings = encoder.get_input_embeddings().weight
        self.encoder = encoder
        self.dense = nn.Linear(encoder.config.hidden_size, embeddings.shape[1])
        self.norm = nn.LayerNorm(embeddings.shape[1])
        self.bias = nn.Parameter(torch.zeros(embeddings.shape[0]))

    def forward(self, tokens: Tensor, mask: Tensor, hidden: Tensor) -> Tensor:
        """Logits (hidden tokens, vocabulary) of tokens and mask (texts, tokens), where `hidden` is True."""
        states = self.encoder(input_ids=tokens, attention_mask=mask).last_hidden_state[hidden]
        guessed = self.norm(F.gelu(self.dense(states)))
        return F.linear(guessed, self.encoder.get_input_embeddings().weight, self.bias)


def train_mlm(settings: MlmSettings, folder: Path, *, progress: Progress = SILENT) -> MlmReport:
    """Train an encoder further, or go on with its training; a killed run ends as one undisturbed.

    Raises:
        ConfigurationError: the folder holds another run or is in use, the device is not there, or the encoder has no
            token that masks.
        InputError: a source or the encoder can not be read, or there are too few articles.
    """
    place = RunFolder(folder)
    with place.lock():
        machine = Machine.chosen(settings.device, settings.threads, settings.bf16)
        base = load_base(settings.base, revision=settings.revision, fast_attention=machine.device == "cpu")
        mask = mask_token(base.tokenizer)
        files = open_source(settings.sources, settings.format)
        left_out = excluded_ids(settings.exclude) if settings.exclude else frozenset()
        values = {
            **asdict(settings),
            **machine.identity(),
            "sources": [file.fingerprint() for file in files],
            "base": base.fingerprint,
            "exclude": digest(*sorted(left_out)),
            "versions": versions(),
        }
        del values["revision"]
        place.settle({"training": "mlm", **values})
        read = read_texts(files, left_out, base.tokenizer, progress)
        order = sorted(read.articles)
        random.Random(settings.seed).shuffle(order)  # noqa: S311
        count = min(_HELD, max(1, round(settings.held * len(order))))
        held, rest = ([text for id_ in ids for text in read.articles[id_]] for ids in (order[:count], order[count:]))
        if not rest:
            cause = f"{len(order)} articles with text are too few ({len(read.rejects)} records rejected)"
            raise InputError(cause, file=str(settings.sources[0]), remedy="Give more articles.")
        metrics = Metrics(folder / "metrics.jsonl")
        if not place.model.exists():
            return_freed_memory()
            with machine.deterministic():
                run = _Run(settings, base, machine, mask, place, metrics, progress)
                encoder = run.trained(rest, held)
            with replacing(place.model) as temporary:
                temporary.mkdir()
                save_encoder(encoder, base.tokenizer, temporary)
        remove(_checkpoint(place))
        losses = [row["loss"] for row in metrics.epochs(_STAGE)]
        return MlmReport(
            folder=folder,
            model=place.model,
            articles=len(order) - count,
            tokens=sum(len(text.tokens) for text in rest),
            held=count,
            excluded=read.excluded,
            repeated=read.repeated,
            rejects=read.rejects,
            loss_before=losses[0],
            loss_after=losses[-1],
        )


@dataclass(frozen=True, eq=False)
class _Run:
    settings: MlmSettings
    base: Base
    machine: Machine
    mask: int
    place: RunFolder
    metrics: Metrics
    progress: Progress

    def trained(self, texts: Sequence[Text], held: Sequence[Text]) -> Any:
        """The encoder, trained from where it was; losses on held-out texts go to the metrics."""
        settings, checkpoint = self.settings, _checkpoint(self.place)
        torch.manual_seed(settings.seed)
        network = MaskedModel(self.base.encoder).to(self.machine.device)
        step = epoch = 0
        if checkpoint.exists():
            saved: dict[str, Any] = torch.load(checkpoint, map_location=self.machine.device, weights_only=True)
            network.load_state_dict(saved["network"])
            step, epoch = saved["step"], saved["epoch"]
        self.metrics.forget_after(_STAGE, step=step, epoch=epoch)
        # A kill between a checkpoint and its figures leaves these to be made up for.
        if len(self.metrics.epochs(_STAGE)) <= epoch:
            self._measure(epoch, network, held)

        def of_batch(chosen: Sequence[Text], randomly: random.Random) -> Losses:
            total, count = self._loss(network, chosen, np.random.default_rng(randomly.getrandbits(64)))
            loss = total / max(1, count)
            return loss, {"loss": loss}

        def ended(epoch: int, network: MaskedModel) -> bool:
            self._measure(epoch, network, held)
            return True

        def told(step: Step) -> None:
            self.metrics.add({"stage": _STAGE, "step": step.number, **step.losses})
            self.progress.advance(settings.documents)

        self.progress.start("Training", settings.epochs * len(texts), unit="texts")
        self.progress.advance(step * settings.documents)
        schedule = Schedule(
            epochs=settings.epochs,
            documents=settings.documents,
            encoder_rate=settings.rate,
            averaging=0.0,
            seed=settings.seed,
        )
        run_epochs(
            network,
            texts,
            schedule,
            length=lambda text: len(text.tokens),
            losses=of_batch,
            checkpoint=checkpoint,
            every=_EVERY,
            device=self.machine.device,
            told=told,
            epoch_ended=ended,
        )
        return network.encoder.cpu()

    def _loss(self, network: MaskedModel, texts: Sequence[Text], randomly: np.random.Generator) -> tuple[Tensor, int]:
        """The summed loss of hidden tokens, and their number."""
        arrays = masked(texts, self.mask, len(network.bias), randomly)
        tokens, mask, hidden, wanted = (torch.from_numpy(array).to(self.machine.device) for array in arrays)
        with torch.autocast(self.machine.device.split(":")[0], torch.bfloat16, enabled=self.machine.bf16):
            logits = network(tokens, mask, hidden)
        return F.cross_entropy(logits.float(), wanted, reduction="sum"), len(wanted)

    def _measure(self, epoch: int, network: MaskedModel, held: Sequence[Text]) -> None:
        """The loss on held-out texts, with the same words hidden each time."""
        randomly = np.random.default_rng(self.settings.seed)
        network.eval()
        total, count = 0.0, 0
        ordered = sorted(held, key=lambda text: len(text.tokens))
        with torch.no_grad():
            for start in range(0, len(ordered), self.settings.documents):
                loss, hidden = self._loss(network, ordered[start : start + self.settings.documents], randomly)
                total += loss.item()
                count += hidden
        value = total / max(1, count)
        self.metrics.add({"stage": _STAGE, "epoch": epoch, "loss": round(value, 4)})
        self.progress.note(f"epoch {epoch}: held-out loss of hidden tokens {value:.3f}")


def _checkpoint(place: RunFolder) -> Path:
    return place.state(f"{_STAGE}.checkpoint")
