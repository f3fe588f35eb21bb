"""Backends by name: `dictionary`, `onnx`, `torch`, and ensembles of them.

::

    spec    = name | name ":" model | rule "(" spec "," spec … ")"
    name    = "dictionary" | "onnx" | "torch"
    model   = a model's name (`kgbuild models list`) or its folder; the shipped one if left out
    rule    = "union" | "vote" | "priority"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from kgbuild.annotate.compose import compose
from kgbuild.annotate.cooccurrence import CooccurrenceExtractor
from kgbuild.annotate.dictionary import DictionaryTagger
from kgbuild.annotate.ensemble import RULES, Backend, Rule, ensemble
from kgbuild.annotate.fill import FilledNames, Filler
from kgbuild.annotate.hints import Hints, shipped_hints
from kgbuild.annotate.neural.bundle import ENCODER, ENCODER_CONFIG, PAIRS, Bundle, open_bundle
from kgbuild.errors import ConfigurationError
from kgbuild.link.default import default_index
from kgbuild.link.index import TermIndex
from kgbuild.schema import Schema

if TYPE_CHECKING:
    from kgbuild.annotate.neural.annotator import Runner
    from kgbuild.config import Settings

MODELS = ("onnx", "torch")
NAMES = ("dictionary", *MODELS)
_FILES = {"onnx": (ENCODER, PAIRS), "torch": (ENCODER_CONFIG,)}
_PACKAGES = ("torch", "transformers", "safetensors", "onnx")
_REMEDY = (
    f"Give {', '.join(NAMES)}, a model as onnx:NAME or onnx:FOLDER, "
    f"or an ensemble such as union(dictionary,onnx); rules are {', '.join(RULES)}."
)
_TOKEN = re.compile(r"[(),]|[^(),]+")


@dataclass(frozen=True, slots=True)
class Spec:
    """A backend as it is asked for: one of NAMES, perhaps with a model, or one of RULES with members."""

    name: str
    model: str = ""
    members: tuple[Spec, ...] = ()

    def __str__(self) -> str:
        if self.members:
            return f"{self.name}({','.join(map(str, self.members))})"
        return f"{self.name}:{self.model}" if self.model else self.name

    def leaves(self) -> list[Spec]:
        """The members that are no ensembles, in order."""
        return [leaf for member in self.members for leaf in member.leaves()] if self.members else [self]


def parse(text: str) -> Spec:
    """Read a spec. A model's folder with a comma or a parenthesis in its path can not be in an ensemble.

    Raises:
        ConfigurationError: it is none, or names what there is not.
    """
    head, colon, _ = text.strip().partition(":")
    if colon and head in MODELS:
        return _leaf(text, text.strip())
    tokens = [token.strip() for token in _TOKEN.findall(text) if token.strip()]
    spec, rest = _parsed(text, tokens)
    if rest:
        raise _wrong(text, f"{rest[0]!r} is not expected")
    return spec


def _parsed(text: str, tokens: Sequence[str]) -> tuple[Spec, Sequence[str]]:
    """The spec that the tokens begin with, and the tokens after it."""
    if not tokens or tokens[0] in "(),":
        raise _wrong(text, "the name of a backend is missing")
    name, rest = tokens[0], tokens[1:]
    if name not in RULES:
        return _leaf(text, name), rest
    if not rest or rest[0] != "(":
        raise _wrong(text, f"{name} needs members in parentheses")
    members = []
    while rest and rest[0] != ")":
        member, rest = _parsed(text, rest[1:])
        members.append(member)
        if rest and rest[0] not in ",)":
            raise _wrong(text, f"{rest[0]!r} is not expected")
    if not rest:
        raise _wrong(text, "a parenthesis is not closed")
    if len(members) < 2:
        raise _wrong(text, f"{name} needs two members at least")
    return Spec(name, members=tuple(members)), rest[1:]


def _leaf(text: str, part: str) -> Spec:
    name, colon, model = (piece.strip() for piece in part.partition(":"))
    if name not in NAMES:
        raise _wrong(text, f"there is no backend {name!r}")
    if colon and (name not in MODELS or not model):
        raise _wrong(text, f"{part!r} names no model" if name in MODELS else f"{name} takes no model")
    return Spec(name, model)


def _wrong(text: str, cause: str) -> ConfigurationError:
    return ConfigurationError(f"extractor {text!r}: {cause}", remedy=_REMEDY)


@dataclass(frozen=True)
class Extraction:
    """What one spec needs, looked up before any work begins.

    Attributes:
        spec: as parsed.
        schema: what may be found.
        settings: of which the models' are used.
        processes: how many of them share the machine's cores.
    """

    spec: Spec
    schema: Schema
    settings: Settings
    processes: int = 1

    @cached_property
    def models(self) -> dict[Spec, Bundle]:
        """The models that the spec names, each found fit for use.

        Raises:
            ConfigurationError: there is no such model, it finds what the ontology lacks, or what runs it is missing.
            InputError: a model's folder is damaged.
        """
        from kgbuild.models.registry import find

        leaves = [leaf for leaf in self.spec.leaves() if leaf.name in MODELS]
        wanted = {"bf16": self.settings.bf16, f"device {self.settings.device}": self.settings.device[:4] == "cuda"}
        if any(wanted.values()) and not any(leaf.name == "torch" for leaf in leaves):
            asked = " and ".join(name for name, is_wanted in wanted.items() if is_wanted)
            raise ConfigurationError(f"{asked} is for torch; {self.spec} has none", remedy="Use the backend torch.")
        found = {leaf: open_bundle(find(leaf.model)) for leaf in leaves}
        for leaf, bundle in found.items():
            _check(leaf, bundle, self.schema)
        return found

    @property
    def needs_terms(self) -> bool:
        """Whether mentions depend on the term index."""
        return any(leaf.name == "dictionary" for leaf in self.spec.leaves())

    @cached_property
    def hints(self) -> Hints | None:
        """The names whose mentions models take as hints; None where no model does."""
        if any(bundle.card.dictionary for bundle in self.models.values()):
            return shipped_hints()
        return None

    @cached_property
    def configuration(self) -> dict[str, object]:
        """All that results depend on beside articles, ontology, rules and term index."""
        result: dict[str, object] = {"extractor": self._described(self.spec)}
        if self.hints is not None:
            result["hints"] = self.hints.fingerprint
        if self.models and self.settings.fills:
            result["filled"] = self._filled.fingerprint
        return result

    def _described(self, spec: Spec) -> str:
        """The spec with each model's name and fingerprint in place of its folder."""
        if spec.members:
            return f"{spec.name}({','.join(map(self._described, spec.members))})"
        if spec.name not in MODELS:
            return spec.name
        bundle = self.models[spec]
        precision = ":bf16" if spec.name == "torch" and self.settings.bf16 else ""
        return f"{spec.name}:{bundle.card.name}@{bundle.fingerprint}{precision}"

    def open(self, index: TermIndex) -> Backend:
        """The backend, its models loaded; the dictionary finds the names of `index`.

        Raises:
            ConfigurationError: the device is not there; and as `models`.
            InputError: a model is damaged.
        """
        return self._opened(self.spec, index)

    def _opened(self, spec: Spec, index: TermIndex) -> Backend:
        if spec.members:
            return ensemble(cast(Rule, spec.name), [self._opened(member, index) for member in spec.members])
        if spec.name == "dictionary":
            extractor = CooccurrenceExtractor(self.schema)
            return Backend(compose(DictionaryTagger(index, self.schema), extractor), extractor)
        return self._neural(spec, self.models[spec])

    def _neural(self, spec: Spec, bundle: Bundle) -> Backend:
        from kgbuild.annotate.neural.annotator import NeuralAnnotator, NoHints

        annotator = NeuralAnnotator.of_card(
            bundle.card,
            runner=self._onnx(bundle) if spec.name == "onnx" else self._torch(bundle),
            tokenizer=bundle.tokenizer(),
            dictionary=self._hinting if bundle.card.dictionary else NoHints(),
            fill=self._filling if self.settings.fills else None,
            **_batches(spec, self.settings),
        )
        return Backend(annotator, annotator)

    @cached_property
    def _hinting(self) -> DictionaryTagger:
        assert self.hints is not None, "a model asks for it"  # noqa: S101
        return DictionaryTagger(self.hints, self.schema)

    @cached_property
    def _filled(self) -> FilledNames:
        with TermIndex.open(default_index()) as index:
            return FilledNames.of_index(index)

    @cached_property
    def _filling(self) -> Filler:
        return Filler(DictionaryTagger(self._filled, self.schema), CooccurrenceExtractor(self.schema))

    @property
    def threads(self) -> int:
        """Threads of each model in each process."""
        return self.settings.threads_each(self.processes)

    @cached_property
    def device(self) -> str:
        """Where models compute: `cpu`, or the GPU of the backend `torch`.

        Raises:
            ConfigurationError: a GPU is asked for, and torch finds none.
        """
        if all(leaf.name != "torch" for leaf in self.models):
            return "cpu"
        from kgbuild.train.machine import choose_device

        return choose_device(self.settings.device)

    def _onnx(self, bundle: Bundle) -> Runner:
        from kgbuild.annotate.neural.onnx_runner import OnnxRunner

        return OnnxRunner(bundle.folder, threads=self.threads)

    def _torch(self, bundle: Bundle) -> Runner:
        import torch

        from kgbuild.annotate.neural.torch_runner import TorchRunner
        from kgbuild.train.encoders import open_network

        if self.device == "cpu":
            torch.set_num_threads(self.threads)
        return TorchRunner(open_network(bundle), device=self.device, bf16=self.settings.bf16)


def _batches(spec: Spec, settings: Settings) -> dict[str, int]:
    """How much is encoded at once: a window by each thread of ONNX Runtime, which gains nothing by more."""
    return {"budget": 1, "window": 8} if spec.name == "onnx" else {"budget": settings.batch_tokens}


def _check(spec: Spec, bundle: Bundle, schema: Schema) -> None:
    card = bundle.card
    lacking = sorted({*card.labels} - schema.label_uris.keys()) + sorted(
        {*card.predicates} - schema.predicate_uris.keys()
    )
    if lacking:
        raise ConfigurationError(
            f"{spec} finds {', '.join(lacking)}, which the ontology does not have",
            remedy="Give the ontology that it was trained with: --ontology FILE (ontology in a configuration file).",
        )
    absent = [name for name in _FILES[spec.name] if not (bundle.folder / name).is_file()]
    if absent:
        other = "torch" if spec.name == "onnx" else "onnx"
        raise ConfigurationError(
            f"{spec}: {', '.join(absent)} missing from {bundle.folder}", remedy=f"Use the backend {other}."
        )
    missing = [name for name in _PACKAGES if spec.name == "torch" and find_spec(name) is None]
    if missing:
        raise ConfigurationError(f"{spec} needs {' and '.join(missing)}", remedy="pip install 'kgbuild[gpu]'")
