"""Finding the assets (ontology, mappings, queries …) in a wheel and in a checkout alike."""

from pathlib import Path

from kgbuild.errors import KgbuildError

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "_data", _PACKAGE.parent)


def asset(relative: str) -> Path:
    """The path of an asset, for example ``asset("ontology/gutbrain.ttl")``.

    Raises:
        KgbuildError: it is not part of this installation.
    """
    for root in _ROOTS:
        path = root / relative
        if path.exists():
            return path
    raise KgbuildError(f"{relative} is missing from this installation of kgbuild", remedy="Install it again.")
