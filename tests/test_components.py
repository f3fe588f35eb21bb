"""All that kgbuild needs is listed, locked with hashes, and under a licence that lets it be used and passed on."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest

from kgbuild.components import PERMITTED, as_markdown, bill_of_materials, components, licences_in, locked

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def listed() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| ([\w.-]+) \| (.+?) \| (.+?) \|$", (ROOT / "docs/licences.md").read_text(), re.MULTILINE)
    return {name: (licence, needed) for name, licence, needed in rows if name != "package"}


def test_every_locked_package_is_listed_with_its_licence() -> None:
    assert set(listed()) == {name for lock in LOCKS for name in locked(ROOT / lock)}
    assert "NOASSERTION" not in {licence for licence, _ in listed().values()}


def test_the_list_is_what_the_packages_say() -> None:
    """Those of other systems than this one are not looked at."""
    written = dict(re.findall(r"^\| ([\w.-]+) \| (.+?) \|", as_markdown(ROOT), re.MULTILINE))
    installed = {name for name in listed() if _is_installed(name)}
    assert len(installed) > 50
    assert {name: written[name] for name in installed} == {name: listed()[name][0] for name in installed}


def test_nothing_that_kgbuild_itself_needs_is_under_another_licence() -> None:
    needed = {name: licence for name, (licence, needed) in listed().items() if needed == "kgbuild"}
    assert {name: licence for name, licence in needed.items() if not licences_in(licence) <= PERMITTED} == {}
    assert set(needed) == set(locked(ROOT / "requirements.lock"))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_address_stands_there(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pins = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []
    assert "://" not in text
    assert text.count("==") >= len(pins) > 50


def test_the_bill_of_materials_names_all_that_is_installed_for_kgbuild() -> None:
    bill = bill_of_materials()
    parts = [bill["metadata"]["component"], *bill["components"]]
    places = [part["bom-ref"] for part in parts]
    assert len(set(places)) == len(places) == len(components())
    assert {part["name"] for part in parts} >= {"kgbuild", "numpy", "onnxruntime", "lxml", "certifi"}
    assert {part["name"]: part["version"] for part in parts}["numpy"] == importlib.metadata.version("numpy")
    assert all(part["licenses"][0]["expression"] for part in parts)
    assert sorted(item["ref"] for item in bill["dependencies"]) == sorted(places)
    assert {need for item in bill["dependencies"] for need in item["dependsOn"]} <= set(places)
    names = {part["name"] for part in parts} - {"kgbuild"}
    assert names <= set(locked(ROOT / "requirements.lock"))


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
