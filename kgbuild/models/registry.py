"""Where models lie and how they are named.

A name is that of a folder in the user's models folder (`KGBUILD_MODELS`), or of the model that ships.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgbuild.annotate.neural.bundle import CARD, README, ModelCard, open_bundle
from kgbuild.errors import ConfigurationError, InputError

SHIPPED = "gutbrain-minilm"
ORIGIN = "origin.json"
"""In a folder that was fetched: from which repository, and at which commit."""
_HUB_ID = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
_PACKAGE = Path(__file__).resolve().parent


def models_folder() -> Path:
    """The user's models; `KGBUILD_MODELS` names another folder than the system's own for user data."""
    chosen = os.environ.get("KGBUILD_MODELS")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    try:
        return user_data_path("kgbuild") / "models"
    except RuntimeError as error:
        raise ConfigurationError(
            "there is no home folder, where models would stand", remedy="Set KGBUILD_MODELS to a folder, or HOME."
        ) from error


def find(name: str = "") -> Path:
    """The folder of a model, by its name, its path or the Hugging Face id that it was fetched by.

    Without a name it is that of the model that ships.

    Raises:
        ConfigurationError: there is no such model.
    """
    if not name:
        if (_PACKAGE / SHIPPED / CARD).is_file():
            return _PACKAGE / SHIPPED
        raise ConfigurationError(
            "no trained model ships with this installation",
            remedy="Name one of your own as onnx:FOLDER, or use the backend dictionary.",
        )
    known = _folders()
    if name in known:
        return known[name]
    path = Path(os.path.expanduser(name))  # noqa: PTH111 - pathlib fails where there is no such user
    if path.is_dir():
        return path
    for folder in known.values():
        if (folder / ORIGIN).is_file() and _read(folder / ORIGIN).get("repository") == name:
            return folder
    fetch = (
        f"kgbuild models get {name} fetches it." if _HUB_ID.fullmatch(name) else "kgbuild models get fetches others."
    )
    raise ConfigurationError(
        f"there is no model {name!r}",
        remedy=f"Models here are: {', '.join(known) or 'none'}. Give one of them or a folder; {fetch}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What `kgbuild models` tells of a folder.

    Attributes:
        name: by which it is found.
        kind: `extractor` (a trained model), `encoder` (a Hugging Face encoder), or `damaged`.
        size: bytes on disk.
        fingerprint: of an extractor.
        card: of an extractor.
        encoder: an encoder's config.json.
        origin: repository and commit, where it was fetched.
        error: why it can not be used.
    """

    name: str
    folder: Path
    kind: str
    size: int
    shipped: bool = False
    fingerprint: str = ""
    card: ModelCard | None = None
    encoder: dict[str, Any] | None = None
    origin: dict[str, str] | None = None
    error: str = ""

    @property
    def readme(self) -> str:
        """The card for people; empty where there is none."""
        path = self.folder / README
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def facts(self) -> dict[str, Any]:
        """All of it but the text, for JSON."""
        return {
            "name": self.name,
            "folder": str(self.folder),
            "kind": self.kind,
            "shipped": self.shipped,
            "bytes": self.size,
            "fingerprint": self.fingerprint,
            "origin": self.origin,
            "error": self.error,
            "card": self.card.model_dump(mode="json") if self.card else None,
            "encoder": self.encoder,
        }


def models() -> Iterator[ModelInfo]:
    """The model that ships and those in the user's folder, by name."""
    for name, folder in _folders().items():
        yield describe(folder, name)


def describe(folder: Path, name: str = "") -> ModelInfo:
    """What a folder holds. A damaged one is described as that."""
    kind, fingerprint, card, encoder, error = "damaged", "", None, None, ""
    try:
        if (folder / CARD).is_file():
            bundle = open_bundle(folder)
            kind, fingerprint, card = "extractor", bundle.fingerprint, bundle.card
        else:
            kind, encoder = "encoder", _encoder(folder)
    except InputError as fault:
        kind, error = "damaged", fault.message
    return ModelInfo(
        name=name or folder.name,
        folder=folder,
        kind=kind,
        size=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        shipped=folder.parent == _PACKAGE,
        fingerprint=fingerprint,
        card=card,
        encoder=encoder,
        origin=_read(folder / ORIGIN) if (folder / ORIGIN).is_file() else None,
        error=error,
    )


def _encoder(folder: Path) -> dict[str, Any]:
    """The configuration of a Hugging Face encoder.

    Raises:
        InputError: the folder holds none that can be used.
    """
    lacking = [name for name in ("config.json", "tokenizer.json") if not (folder / name).is_file()]
    if not any(folder.glob("*.safetensors")):
        lacking.append("*.safetensors")
    if lacking:
        raise InputError(
            f"neither a trained model ({CARD}) nor an encoder ({', '.join(lacking)} missing)", file=str(folder)
        )
    return _read(folder / "config.json")


def _read(path: Path) -> dict[str, Any]:
    try:
        result: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(str(error), file=str(path), remedy="Get the model again.") from error
    return result


def _folders() -> dict[str, Path]:
    """Every model's folder by its name; the user's own hides the one that ships under the same name."""
    found = {SHIPPED: _PACKAGE / SHIPPED} if (_PACKAGE / SHIPPED / CARD).is_file() else {}
    folder = models_folder()
    mine = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    return found | {path.name: path for path in mine if "." not in path.name[:1] and ".tmp-" not in path.name}
