"""Writers of annotated articles, one module a format; memory does not grow with the number of articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import BinaryIO

from kgbuild.errors import InputError
from kgbuild.model import Annotated

Writer = Callable[[Iterable[Annotated], BinaryIO], None]

FORMATS = ("gutbrainie", "pubtator", "bioc", "jsonl")


def writer(format: str) -> Writer:  # noqa: A002
    """The function that writes articles in a format, as UTF-8, to a binary stream.

    Raises:
        InputError: the format is not known.
    """
    if format not in FORMATS:
        raise InputError(f"unknown format {format!r}", remedy=f"Known formats: {', '.join(FORMATS)}.")
    module = import_module(f"{__name__}.{format}")
    write: Writer = getattr(module, f"write_{format}")
    return write
