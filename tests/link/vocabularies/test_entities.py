"""XML entities of OWL files: those that abbreviate are read, those that multiply are refused, wherever they stand."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.link.vocabularies import rdf

HEAD = '<?xml version="1.0"?>\n'
NAMESPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"'
)
BOMB = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
LATE = "<!-- " + "x" * (3 << 20) + " -->"


def owl(entities: str = "", label: str = "x", *, before: str = "", within: str = "") -> bytes:
    doctype = f"<!DOCTYPE rdf:RDF [{entities}]>" if entities else ""
    return (
        f'{HEAD}{before}{doctype}<rdf:RDF {NAMESPACES}>{within}<rdf:Description rdf:about="http://x/a">'
        f"<rdfs:label>{label}</rdfs:label></rdf:Description></rdf:RDF>"
    ).encode()


def labels(tmp_path: Path, content: bytes) -> list[str]:
    path = tmp_path / "terms.owl"
    path.write_bytes(content)
    with path.open("rb") as stream:
        return [triple.value for triple in rdf.parse_rdf(stream, "rdf/xml", str(path))]


def test_abbreviations_are_read(tmp_path: Path) -> None:
    content = owl('<!ENTITY obo "http://purl.obolibrary.org/obo/">\n<!ENTITY rdf "x">', "&obo;DOID_1 &lt; &#65;")
    assert labels(tmp_path, content) == ["http://purl.obolibrary.org/obo/DOID_1 < A"]
    assert labels(tmp_path, owl('<!ENTITY obo "y">', "&obo;", before=LATE)) == ["y"]
    with gzip.open(tmp_path / "t.owl.gz", "wb") as packed:
        packed.write(owl('<!ENTITY obo "y">', "&obo;"))
    with gzip.open(tmp_path / "t.owl.gz") as stream:
        assert [triple.value for triple in rdf.parse_rdf(stream, "rdf/xml", "t.owl.gz")] == ["y"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(owl(BOMB, "&b;"), id="nested"),
        pytest.param(owl(BOMB, "&b;", before=LATE), id="late, behind a long comment"),
        pytest.param(owl(BOMB, "&b;", before=" " * (3 << 20)), id="late, behind spaces"),
        pytest.param(owl(label="&b;", within=f"{LATE}<!DOCTYPE x [{BOMB}]>"), id="within the root element"),
        pytest.param(owl('<!ENTITY a "zz">', "&b;", within=f"<!DOCTYPE x [{BOMB}]>"), id="a second DOCTYPE"),
        pytest.param(owl('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"), id="external"),
        pytest.param(owl("<!ENTITY % p \"<!ENTITY a 'zz'>\">%p;", "&a;"), id="of parameters"),
        pytest.param(owl(f'<!ENTITY a "{"z" * 2_000}">', "&a;" * 10), id="long"),
        pytest.param(owl(f'<!ENTITY a "{"z" * 20_000_000}">', "&a;" * 10), id="as long as the file"),
        pytest.param(owl("".join(f'<!ENTITY a{n} "z">' for n in range(2_000))), id="many"),
        pytest.param(owl(f'<!ENTITY a "{"z" * 1_000}">', "&a;" * 500_000), id="used too often"),
        pytest.param(owl("<!ENTITY"), id="cut"),
    ],
)
def test_what_multiplies_is_refused(tmp_path: Path, content: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(InputError) as caught:
        labels(tmp_path, content)
    assert time.monotonic() - started < 5
    assert "terms.owl" in caught.value.message


@pytest.mark.parametrize("shift", range(129))
def test_no_declaration_hides_at_the_end_of_a_piece(
    tmp_path: Path, shift: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdf, "_READ_BYTES", 128)
    content = owl(BOMB, "&b;", before=f"<!--{' ' * shift}-->")
    with pytest.raises(InputError, match="nested"):
        labels(tmp_path, content)
    plain = owl('<!ENTITY a "aaaaaaaaaa"><!ENTITY b "b">', "&a;&b;", before=f"<!--{' ' * shift}-->")
    assert labels(tmp_path, plain) == ["aaaaaaaaaab"]
