"""From paths to files of articles."""

import gzip
import hashlib
from pathlib import Path

import pytest

from kgbuild.errors import InputError
from kgbuild.model import Annotated, Document, Reject
from kgbuild.source.files import open_source, read_annotated

ARTICLE = (
    "<PubmedArticle><MedlineCitation><PMID>7</PMID><Article><Journal><Title>Nutrients</Title></Journal>"
    "<ArticleTitle>A gut</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
)
CONTENTS = {
    "pubmed": f"<?xml version='1.0'?>\n<PubmedArticleSet>{ARTICLE}</PubmedArticleSet>",
    "bioc": "<?xml version='1.0'?><!DOCTYPE collection SYSTEM 'BioC.dtd'><collection><document><id>7</id><passage>"
    "<infon key='type'>title</infon><offset>0</offset><text>A gut</text></passage></document></collection>",
    "bioc json": '{"source": "a", "date": "", "key": "", "infons": {}, "documents": [{"id": "7", "passages": '
    '[{"infons": {"type": "title"}, "offset": 0, "text": "A gut"}]}]}',
    "jsonl": '{"id": "7", "title": "A gut"}\n',
    "gutbrainie": '{"7": {"title": "A gut"}}',
    "pubtator": "7|t|A gut\n",
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", CONTENTS)
def test_the_format_is_seen_from_the_content(tmp_path: Path, name: str, packed: bool) -> None:
    path = tmp_path / "corpus"
    content = CONTENTS[name].encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    [file] = open_source([path])
    [record] = file.records()
    assert isinstance(record, Document)
    assert (record.id, record.text("title")) == ("7", "A gut")
    assert file.name == str(path)
    assert file.fingerprint() == hashlib.sha256(path.read_bytes()).hexdigest()
    assert list(read_annotated(path)) == [Annotated(document=record)]
    assert list(read_annotated(path, name.split()[0])) == [Annotated(document=record)]


@pytest.mark.parametrize("opening", ["", "-DOCSTART-\tO\n\n", "\n\r\n"])
def test_iob_is_seen_from_its_first_word(tmp_path: Path, opening: str) -> None:
    path = tmp_path / "train.tsv"
    path.write_text(f"{opening}Selegiline\tB-Chemical\r\ninduced\tO\n")
    [read] = read_annotated(path)
    assert isinstance(read, Annotated)
    assert read.document.text("abstract") == "Selegiline induced"
    assert [(mention.text, mention.label) for mention in read.mentions] == [("Selegiline", "Chemical")]
    path.write_text("curie\tname\tlabel\n")
    with pytest.raises(InputError, match="not a format"):
        open_source([path])


def test_a_folder_is_read_in_natural_order_and_unknown_files_are_reported(tmp_path: Path) -> None:
    for name in ("part10.jsonl", "part2.jsonl", "part2.jsonl.md5", ".hidden", "deep/part1.jsonl", "notes.docx"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(CONTENTS["jsonl"] if name.endswith(".jsonl") else "?")
    files = open_source([tmp_path, tmp_path / "part2.jsonl"])
    names = [str(Path(file.name).relative_to(tmp_path)) for file in files]
    assert names == ["notes.docx", "part2.jsonl", "part10.jsonl", "deep/part1.jsonl"]
    [reject] = files[0].records()
    assert isinstance(reject, Reject)
    assert "PubMed XML" in reject.remedy
    assert sum(isinstance(record, Reject) for record in read_annotated(tmp_path)) == 1


def test_an_empty_file_is_known_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").touch()
    [file] = open_source([tmp_path / "corpus.jsonl"])
    assert list(file.records()) == []


def test_a_withdrawn_article_is_told(tmp_path: Path) -> None:
    deletion = "<DeleteCitation><PMID>9</PMID></DeleteCitation>"
    path = tmp_path / "update.xml"
    path.write_text(CONTENTS["pubmed"].replace("</PubmedArticleSet>", f"{deletion}</PubmedArticleSet>"))
    article, withdrawn = read_annotated(path)
    assert isinstance(article, Annotated)
    assert isinstance(withdrawn, Reject)
    assert "withdrawn" in withdrawn.cause


def test_what_can_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_text("?")
    for path, cause in [
        (tmp_path, "no file of articles"),
        (tmp_path / "notes.docx", "not a format"),
        (tmp_path / "absent.xml", "No such file"),
    ]:
        with pytest.raises(InputError, match=cause) as raised:
            open_source([path])
        assert str(path) in raised.value.message
        assert raised.value.remedy
    with pytest.raises(InputError, match="unknown format 'odt'"):
        open_source([tmp_path / "notes.docx"], "odt")
    with pytest.raises(InputError, match="No such file"):
        open_source([tmp_path / "absent.xml"], "pubmed")
