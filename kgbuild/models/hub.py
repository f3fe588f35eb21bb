"""Fetching models from the Hugging Face hub: pinned to a commit, safetensors and ONNX alone, no code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from kgbuild.errors import ConfigurationError, InputError, RemoteError
from kgbuild.files import replacing, write_json
from kgbuild.models.registry import ORIGIN, ModelInfo, describe, models_folder
from kgbuild.remote import check_encrypted, without

ALLOWED = ("*.json", "*.safetensors", "*.onnx", "*.txt", "*.model", "README.md")
"""Tokenizers lie in *.json, *.txt and *.model. Pickles (*.bin, *.pt) and code are never fetched."""
# Other forms of the same weights.
_IGNORED = ("*/*.onnx", "*/*.safetensors", "openvino/*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_NAME = re.compile(r"\w[\w.-]*")


def get(repository: str, revision: str = "main", name: str = "") -> ModelInfo:
    """Fetch a model into the user's folder.

    Args:
        repository: "owner/name" on the hub.
        revision: a commit, or a branch or tag, whose commit is looked up.
        name: of the folder; by default the repository's.

    Raises:
        ConfigurationError: a model of that name is there already, the name is none, or as `check_hub` raises.
        InputError: there is no such repository or revision, or it holds nothing that can be used.
        RemoteError: the hub can not be reached, or refuses.
    """
    from huggingface_hub import HfApi, get_token, snapshot_download

    check_hub()
    # HTTPError is that of the HTTP library in use, which differs by the hub's version.
    from huggingface_hub.errors import (  # type: ignore[attr-defined]
        HFValidationError,
        HTTPError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    name = name or repository.rpartition("/")[2]
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} is no name for a folder", remedy="Give --name.")
    folder = models_folder() / name
    if folder.exists():
        raise ConfigurationError(f"{folder} is there already", remedy="Remove it, or give another --name.")
    try:
        commit = revision
        if not _COMMIT.fullmatch(revision):
            commit = HfApi().model_info(repository, revision=revision).sha or ""
        with replacing(folder) as fresh:
            snapshot_download(
                repository,
                revision=commit,
                local_dir=fresh,
                allow_patterns=list(ALLOWED),
                ignore_patterns=list(_IGNORED),
            )
            shutil.rmtree(fresh / ".cache", ignore_errors=True)
            _check(fresh, repository)
            write_json(fresh / ORIGIN, {"repository": repository, "revision": revision, "commit": commit})
    except (RepositoryNotFoundError, RevisionNotFoundError, HFValidationError) as error:
        raise InputError(
            _first_line(error), record=f"{repository} at {revision}", remedy="Look the name up on the hub."
        ) from error
    except (OSError, HTTPError, KeyError, TypeError, ValueError) as error:  # the last ones where it answers nonsense
        raise RemoteError(
            f"{repository} could not be fetched: {without(_first_line(error), get_token() or '')}",
            remedy=f"Where the hub can not be reached, copy the model's folder from another machine to {folder}, or "
            "name its path (onnx:FOLDER). HF_ENDPOINT names a mirror; HF_HUB_OFFLINE must not be set.",
        ) from error
    return describe(folder, name)


def check_hub() -> None:
    """See that the user's token for the hub is encrypted on its way to another machine.

    Raises:
        ConfigurationError: HF_ENDPOINT holds a user or password, or a token would travel there unencrypted.
    """
    from huggingface_hub import constants, get_token

    if urlsplit(constants.ENDPOINT).username is not None:
        raise ConfigurationError(
            "HF_ENDPOINT holds a user or a password", remedy="Give the hub's address alone, and a token as HF_TOKEN."
        )
    if get_token():
        check_encrypted(constants.ENDPOINT, variables="HF_TOKEN (hf auth logout forgets a stored one)")


def _check(folder: Path, repository: str) -> None:
    info = describe(folder)
    if info.error:
        raise InputError(
            info.error,
            record=repository,
            remedy="kgbuild reads no pickled weights (*.bin). Take a revision with safetensors (the hub's own "
            "conversion is often at refs/pr/1), or another model.",
        )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
