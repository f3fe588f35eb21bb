"""The packages that kgbuild runs on: their versions, their licences, and a bill of materials of them.

`python -m kgbuild.components > docs/licences.md` writes the list of all that the locks name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

UNKNOWN = "NOASSERTION"
PERMITTED = frozenset((
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND", "ISC", "MIT", "MIT-0", "MPL-2.0",
    "PSF-2.0", "Python-2.0", "Unlicense", "W3C", "W3C-20150513", "Zlib",
))  # fmt: skip
"""Licences (SPDX) under which kgbuild may depend on a package; all let it be used and passed on for any purpose."""

# What packages write in place of an SPDX expression.
_SPELLED = {
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "nvidia proprietary software": "LicenseRef-NVIDIA-Proprietary",
    "python software foundation license": "PSF-2.0",
    "w3c license": "W3C",
    "w3c software notice and license": "W3C",
}
# Those that say nothing, or that are installed on other systems alone.
_STATED = {
    "colorama": "BSD-3-Clause",
    "cuda-toolkit": "LicenseRef-NVIDIA-Proprietary",
    "httpx2-jsfetch": "BSD-3-Clause",
}
_WORD = re.compile(r"[\w.+-]+")
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """An installed package; `needs` names those of its requirements that are installed too."""

    name: str
    version: str
    licence: str
    needs: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its package URL (https://github.com/package-url/purl-spec)."""
        return f"pkg:pypi/{self.name}@{self.version}"


def licence_of(name: str) -> str:
    """A package's licence as an SPDX expression, as its metadata states it; NOASSERTION where that is not known."""
    if name in _STATED:
        return _STATED[name]
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return UNKNOWN
    for expression in about.get_all("License-Expression") or ():
        return str(expression)
    written = "".join(about.get_all("License") or ()).strip()
    # Some write the licence's whole text there.
    candidates = [written] if "\n" not in written else []
    candidates += [line.rsplit(" :: ", 1)[-1] for line in about.get_all("Classifier") or () if "License ::" in line]
    for text in candidates:
        if known := _SPELLED.get(text.lower()):
            return known
        if text and licences_in(text) <= PERMITTED:
            return text
    return UNKNOWN


def licences_in(expression: str) -> set[str]:
    """The licences that an SPDX expression names."""
    return set(_WORD.findall(expression)) - {"AND", "OR", "WITH"}


def components(root: str = "kgbuild") -> list[Component]:
    """A package and all that it needs without extras, as installed here, by name."""
    found: dict[str, Component] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name not in found and (version := _version(name)):
            needs = tuple(sorted({need for need in _needs(name) if _version(need)}))
            found[name] = Component(name=name, version=version, licence=licence_of(name), needs=needs)
            waiting += needs
    return [found[name] for name in sorted(found)]


def bill_of_materials(root: str = "kgbuild") -> dict[str, Any]:
    """The same as a CycloneDX 1.6 document (https://cyclonedx.org/docs/1.6/json/), equal where the packages are."""
    packages = components(root)
    places = {item.name: item.purl for item in packages}
    parts = [
        {
            "type": "application" if item.name == root else "library",
            "bom-ref": item.purl,
            "name": item.name,
            "version": item.version,
            "purl": item.purl,
        }
        | ({"licenses": [{"expression": item.licence}]} if item.licence != UNKNOWN else {})
        for item in packages
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": next(part for part in parts if part["name"] == root)},
        "components": [part for part in parts if part["name"] != root],
        "dependencies": [{"ref": item.purl, "dependsOn": [places[need] for need in item.needs]} for item in packages],
    }


def locked(path: Path) -> list[str]:
    """The names that a lock file pins."""
    return sorted(set(_PIN.findall(path.read_text(encoding="utf-8"))))


def as_markdown(folder: Path) -> str:
    """The page `docs/licences.md`, of the locks in a folder."""
    base = set(locked(folder / "requirements.lock"))
    rows = [
        f"| {name} | {licence_of(name)} | {'kgbuild' if name in base else 'extras and development'} |\n"
        for name in sorted(base.union(locked(folder / "requirements-dev.lock")))
    ]
    return (
        "# Licences of the packages that kgbuild needs\n\n"
        "Written by `python -m kgbuild.components` from the locks and the packages' metadata; a test sees that it\n"
        "is complete and that none of kgbuild's own needs has another licence than these: "
        f"{', '.join(sorted(PERMITTED))}.\n"
        "The licences of vocabularies stand in `mappings/vocabularies.tsv`.\n\n"
        f"| package | licence (SPDX) | needed by |\n|---|---|---|\n{''.join(rows)}"
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _needs(name: str) -> Iterator[str]:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    for text in metadata.requires(name) or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)


if __name__ == "__main__":
    print(as_markdown(Path()), end="")  # noqa: T201
