"""The made-up PubMed on loopback, and settings that talk to it without waiting."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kgbuild.source.eutils import EutilsSettings


def _load() -> ModuleType:
    path = Path(__file__).with_name("eutils_server.py")
    spec = importlib.util.spec_from_file_location("eutils_server", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


eutils_server = _load()


@pytest.fixture(scope="session")
def articles() -> list:
    return eutils_server.made_up_pubmed()


@pytest.fixture
def server(articles) -> Iterator:
    with eutils_server.serve(articles) as running:
        yield running


@pytest.fixture
def settings(server) -> Callable[..., EutilsSettings]:
    def make(**changes) -> EutilsSettings:
        quick = {"base_url": server.url, "requests_per_second": 10_000.0, "backoff": 0.001}
        return EutilsSettings(**quick | changes)

    return make
