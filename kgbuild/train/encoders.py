"""Encoders to begin with: from a folder, the Hugging Face hub or an installed package; adapters; trained models."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.annotate.neural.bundle import CARD, ENCODER_CONFIG, TOKENIZER, WEIGHTS, Bundle, ModelCard, open_bundle
from kgbuild.annotate.neural.onnx_weights import read_weights
from kgbuild.annotate.neural.subwords import ends
from kgbuild.errors import ConfigurationError, InputError
from kgbuild.files import digest

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from kgbuild.annotate.neural.network import Network
    from kgbuild.train.settings import Lora

REMEDY_TRAIN = "Install what training needs: pip install 'kgbuild[train]'"
_T5 = ("t5", "mt5", "umt5")
# Where configurations keep the attention's dropout.
_ATTENTION_DROPOUT = ("attention_probs_dropout_prob", "attention_dropout")
# A piece of punctuation, with the sign before it by which SentencePiece marks a space.
_PUNCTUATION = "▁?[\\p{P}$+<=>^`|~]"


@dataclass(frozen=True, eq=False)
class Base:
    """An encoder, its tokenizer without truncation and padding, and a hash of both as they were found."""

    encoder: Any
    tokenizer: Tokenizer
    fingerprint: str


def need_torch() -> None:
    """Check that what training needs is installed.

    Raises:
        ConfigurationError: it is not.
    """
    missing = [name for name in ("torch", "transformers", "safetensors") if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigurationError(f"training needs {' and '.join(missing)}", remedy=REMEDY_TRAIN)


def load_base(base: str, *, revision: str | None = None, fast_attention: bool = True) -> Base:
    """Open an encoder.

    Args:
        base: a folder with config.json, tokenizer and weights in safetensors; a model that kgbuild trained; an
            installed package that holds such a folder named `model`; or else a Hugging Face id.
        revision: of a Hugging Face id.
        fast_attention: without dropout of attention, with which torch leaves its fast path on a processor.

    Raises:
        ConfigurationError: it can not be loaded, or its tokenizer does not mark a text's end.
        InputError: the folder is no encoder.
    """
    place = _folder(base)
    if place is not None and (place / CARD).is_file():
        return _from_bundle(open_bundle(place), fast_attention)
    from transformers import AutoConfig

    if place is None:
        from kgbuild.models.hub import check_hub

        check_hub()
    name = str(place or base)
    options = {} if place else {"revision": revision}
    try:
        with _quiet():
            config = AutoConfig.from_pretrained(name, trust_remote_code=False, **options)
            _settle(config, fast_attention)
            encoder = _auto(config).from_pretrained(
                name, config=config, use_safetensors=True, trust_remote_code=False, **options
            )
            tokenizer = _tokenizer(place, name, options)
    except (OSError, ValueError, ImportError) as error:
        cause = " ".join(str(error).split())[:500]
        if place is not None:
            raise InputError(
                f"no encoder that can be loaded: {cause}",
                file=name,
                remedy="Give a folder with config.json, a tokenizer and model.safetensors.",
            ) from error
        raise ConfigurationError(
            f"{base}: no such folder or installed package, and not loaded from the Hugging Face hub: {cause}",
            remedy="Check the id and the network, or download the model and give its folder. "
            "Weights must be safetensors; remote code is never run.",
        ) from error
    return _finished(encoder, tokenizer)


def _folder(base: str) -> Path | None:
    """The folder that a name stands for; None for a Hugging Face id."""
    path = Path(base)
    if path.is_dir():
        return path
    package = base.replace("-", "_")
    if package.isidentifier():
        found = importlib.util.find_spec(package)
        if found is not None and found.origin:
            inside = Path(found.origin).parent / "model"
            if (inside / "config.json").is_file():
                return inside
    if path.is_absolute() or base.startswith("."):
        raise InputError("no such folder", file=base, remedy="Name a folder with an encoder, or a Hugging Face id.")
    return None


def _settle(config: Any, fast_attention: bool) -> None:
    for name in _ATTENTION_DROPOUT if fast_attention else ():
        if hasattr(config, name):
            setattr(config, name, 0.0)


def _auto(config: Any) -> Any:
    from transformers import AutoModel, AutoModelForTextEncoding

    return AutoModelForTextEncoding if config.model_type in _T5 else AutoModel


def _tokenizer(place: Path | None, name: str, options: dict[str, Any]) -> Tokenizer:
    from tokenizers import Tokenizer

    if place is not None and (place / TOKENIZER).is_file():
        found: Tokenizer = Tokenizer.from_file(str(place / TOKENIZER))
        return found
    from transformers import AutoTokenizer

    given = AutoTokenizer.from_pretrained(name, use_fast=True, trust_remote_code=False, **options)
    return Tokenizer.from_str(given.backend_tokenizer.to_str())


def _finished(encoder: Any, tokenizer: Tokenizer) -> Base:
    # The heads read the tokens' states; what is pooled would be exported for nothing.
    if getattr(encoder, "pooler", None) is not None:
        encoder.pooler = None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    _split_at_punctuation(tokenizer)
    _mark_opening(encoder, tokenizer)
    encoder.float()
    return Base(encoder, tokenizer, digest(tokenizer.to_str(), _config(encoder), _weights_digest(encoder)))


def _config(encoder: Any) -> str:
    """The configuration as JSON, without the place that it was loaded from."""
    values = {name: value for name, value in encoder.config.to_dict().items() if name != "_name_or_path"}
    return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def _split_at_punctuation(tokenizer: Tokenizer) -> None:
    """Let words of SentencePiece end where punctuation stands, as mentions do; its own end at spaces alone."""
    from tokenizers import Regex, pre_tokenizers

    found = json.dumps(json.loads(tokenizer.to_str())["pre_tokenizer"])
    if "Metaspace" in found and '"Split"' not in found:
        split = pre_tokenizers.Split(Regex(_PUNCTUATION), "isolated")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([tokenizer.pre_tokenizer, split])


def _mark_opening(encoder: Any, tokenizer: Tokenizer) -> None:
    """Give a tokenizer like T5's, which closes a text but does not open it, a token for that."""
    try:
        ends(tokenizer)
    except ConfigurationError:
        if tokenizer.token_to_id("</s>") is None:
            raise
        tokenizer.add_special_tokens(["<s>"])
        known = encoder.get_input_embeddings().num_embeddings
        if tokenizer.get_vocab_size() > known:
            encoder.resize_token_embeddings(tokenizer.get_vocab_size(), mean_resizing=False)
            # The new rows are random; the same each time is wanted.
            rows = encoder.get_input_embeddings().weight.data
            rows[known:] = rows[:known].mean(dim=0)
        ends(tokenizer)


def _weights_digest(encoder: Any) -> str:
    from hashlib import sha256

    import torch

    state = sha256()
    for name, value in sorted(encoder.state_dict().items()):
        state.update(name.encode())
        # As bytes, since numpy has no bf16.
        state.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return state.hexdigest()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without transformers' bars and its list of weights that an encoder has no use for."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def with_adapters(encoder: Any, lora: Lora) -> Any:
    """The encoder with LoRA adapters on its linear layers, which alone are trained; as it is where the rank is 0.

    Raises:
        ConfigurationError: peft is not installed.
    """
    if not lora.rank:
        return encoder
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise ConfigurationError("LoRA needs peft", remedy=REMEDY_TRAIN) from error
    config = LoraConfig(
        r=lora.rank, lora_alpha=lora.alpha or 2 * lora.rank, lora_dropout=lora.dropout, target_modules="all-linear"
    )
    return get_peft_model(encoder, config)


def merge_adapters(network: Network) -> None:
    """Add the adapters to the weights that they stand beside, in place."""
    if hasattr(network.encoder, "merge_and_unload"):
        network.encoder = network.encoder.merge_and_unload()


def save_encoder(encoder: Any, tokenizer: Tokenizer, folder: Path) -> None:
    """Write an encoder as `load_base` reads it."""
    with _quiet():
        encoder.save_pretrained(folder)
    tokenizer.save(str(folder / TOKENIZER))


def save_network(network: Network, folder: Path) -> None:
    """Write the weights, without heads of other tasks, and the encoder's configuration; `open_network` reads them."""
    from safetensors.torch import save_model
    from torch import nn

    network.tasks = nn.ModuleList()
    save_model(network, str(folder / WEIGHTS))
    (folder / ENCODER_CONFIG).write_text(_config(network.encoder), encoding="utf-8")


def open_network(bundle: Bundle, *, fast_attention: bool = True) -> Network:
    """A trained model's network, with its weights; those of a model with ONNX graphs alone are read from these.

    Raises:
        InputError: the model came without weights for torch, or they are damaged.
    """
    import torch
    from safetensors.torch import load_model
    from transformers import AutoConfig

    if not (bundle.folder / ENCODER_CONFIG).is_file():
        raise InputError(
            f"this model has no {ENCODER_CONFIG}, which torch needs",
            file=str(bundle.folder),
            remedy="Run it with the backend onnx, or get it again.",
        )
    try:
        values = json.loads((bundle.folder / ENCODER_CONFIG).read_bytes())
        config = AutoConfig.for_model(**values)
        _settle(config, fast_attention)
        with _quiet():
            encoder = _auto(config).from_config(config)
        if getattr(encoder, "pooler", None) is not None:
            encoder.pooler = None
        network = new_network(encoder, bundle.card, seed=0)
        if (bundle.folder / WEIGHTS).is_file():
            load_model(network, str(bundle.folder / WEIGHTS))
        else:
            shapes = {name: tuple(value.shape) for name, value in network.named_parameters()}
            found = read_weights(bundle.folder, shapes)
            network.load_state_dict({name: torch.from_numpy(found[name]) for name in shapes}, strict=False)
    except Exception as error:
        raise InputError(
            f"the weights can not be loaded: {' '.join(str(error).split())[:500]}",
            file=str(bundle.folder),
            remedy="Train or get the model again.",
        ) from error
    return network


def _from_bundle(bundle: Bundle, fast_attention: bool) -> Base:
    return _finished(open_network(bundle, fast_attention=fast_attention).encoder, bundle.tokenizer())


def new_network(encoder: Any, card: ModelCard, *, seed: int, tasks: tuple[int, ...] = ()) -> Network:
    """The encoder with fresh heads for a card's labels, predicates and annotators, and tasks of so many labels."""
    import torch

    from kgbuild.annotate.neural.network import HeadSizes, Network

    torch.manual_seed(seed)
    sizes = HeadSizes(
        labels=len(card.labels),
        predicates=len(card.predicates),
        conditions=len(card.conditions),
        averaged=tuple(card.conditions.index(name) for name in card.averaged),
        tasks=tasks,
        **card.heads.model_dump(),
    )
    return Network(encoder, sizes, torch.from_numpy(card.legal_array()))
