"""BioC XML and JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from kgbuild.model import Annotated, Range, Reject, Span
from kgbuild.source.bioc import read_bioc
from kgbuild.source.pubtator import read_pubtator

TITLE = "🧠 Gut and mood"
DOCUMENT = f"""<document><id>7</id><infon key="journal">Nutrients</infon><infon key="year">2021</infon>
<passage><infon key="type">title</infon><offset>0</offset><text>{TITLE}</text>
<annotation id="T1"><infon key="type">DDF</infon><infon key="identifier">MESH:D019964</infon>
<location offset="10" length="4"/><text>mood</text></annotation></passage>
<passage><infon key="type">abstract_title_1</infon><offset>15</offset><text>Aims:</text></passage>
<passage><infon key="type">abstract</infon><offset>21</offset><text>Gut &amp; brain.</text>
<annotation id="T2"><infon key="type">anatomical location</infon><infon key="identifier">-</infon>
<location offset="27" length="5"/><text>brain</text></annotation></passage>
<passage><infon key="type">abstract</infon><offset>34</offset><sentence><offset>34</offset><text>It fell.</text>
<annotation id="T3"><infon key="type">DDF</infon><infon key="score">0.25</infon>
<location offset="34" length="2"/><text>It</text></annotation></sentence></passage>
<relation id="R1"><infon key="type">affect</infon><infon key="negated">true</infon>
<infon key="direction">decrease</infon><infon key="claim">effect</infon><infon key="finding">false</infon>
<node refid="T1" role="object"/><node refid="T3" role="subject"/></relation></document>"""


def collection(*documents: str, before: str = "") -> str:
    head = "<source>PubMed</source><date/><key/>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{before}<collection>{head}{"".join(documents)}</collection>'


def read(tmp_path: Path, content: str) -> list[Annotated | Reject]:
    path = tmp_path / "corpus.bioc"
    path.write_text(content, encoding="utf-8")
    return list(read_bioc(path))


def test_an_article_of_several_passages(tmp_path: Path) -> None:
    [article] = read(tmp_path, collection(DOCUMENT, before="<!DOCTYPE collection SYSTEM 'BioC.dtd'>"))
    assert isinstance(article, Annotated)
    document = article.document
    assert (document.id, document.journal, document.date.year) == ("7", "Nutrients", 2021)
    assert document.text("abstract") == "Gut & brain. It fell."
    assert document.ranges == (
        Range(section="abstract", start=0, end=12, label="Aims"),
        Range(section="abstract", start=13, end=21, label="Aims"),
    )
    assert [mention.span for mention in article.mentions] == [
        Span(section="title", start=10, end=14),
        Span(section="abstract", start=6, end=11),
        Span(section="abstract", start=13, end=15),
    ]
    assert article.mentions[2].score == 0.25
    [relation] = article.relations
    assert (relation.subject.text, relation.predicate, relation.object.text) == ("It", "affect", "mood")
    assert (relation.negated, relation.speculative, relation.direction) == (True, False, "decrease")
    assert (relation.claim, relation.finding) == ("effect", False)
    assert [link.uri for link in article.links] == ["http://id.nlm.nih.gov/mesh/D019964", None, None]


@pytest.mark.parametrize("key", ["documents", "PubTator3"])
def test_json_with_what_pubtator_leaves_out(tmp_path: Path, key: str) -> None:
    mention = {"id": "1", "infons": {"type": "Disease", "identifier": "MESH:D003866"}, "text": "Depression"}
    other = {"id": "2", "infons": {"type": "Chemical", "identifier": "MESH:D012701"}, "text": "serotonin"}
    document: dict[str, Any] = {
        "id": "7",
        "passages": [
            {
                "infons": {"type": "title"},
                "offset": 0,
                "text": "Depression and serotonin",
                "annotations": [
                    mention | {"locations": [{"offset": 0, "length": 10}]},
                    other | {"locations": [{"offset": 15, "length": 9}]},
                ],
            }
        ],
        "relations": [
            {
                "id": "R1",
                "infons": {"type": "Association", "role1": {"identifier": "MESH:D012701"}, "role2": "MESH:D003866"},
                "nodes": [{"refid": "0", "role": "1,0"}],
            }
        ],
    }
    [article] = read(tmp_path, json.dumps({"source": "x", key: [document]}))
    assert isinstance(article, Annotated)
    assert [(r.subject.text, r.object.text) for r in article.relations] == [("serotonin", "Depression")]


def test_what_the_model_has_no_place_for_is_counted(tmp_path: Path) -> None:
    body = (
        '<passage><infon key="type">paragraph</infon><offset>50</offset><text>Body</text>'
        '<annotation id="T9"><infon key="type">DDF</infon><location offset="50" length="4"/><text>Body</text>'
        "</annotation></passage>"
    )
    pieces = DOCUMENT.replace('<location offset="34" length="2"/>', '<location offset="34" length="1"/>' * 2)
    article, report = read(tmp_path, collection(pieces.replace("<relation", body + "<relation", 1)))
    assert isinstance(article, Annotated)
    assert len(article.mentions) == 2
    assert isinstance(report, Reject)
    assert report.cause == (
        "not read: 1 annotations in them; 1 annotations of several pieces or none; "
        "1 passages other than title and abstract; 1 relations of other than two ends that were read"
    )


def test_a_document_without_an_id_is_rejected_and_the_next_one_read(tmp_path: Path) -> None:
    bad, good = read(tmp_path, collection(DOCUMENT.replace("<id>7</id>", ""), DOCUMENT))
    assert isinstance(bad, Reject)
    assert (bad.record, "no id" in bad.cause) == ("document 1", True)
    assert "corpus.bioc" in bad.file
    assert isinstance(good, Annotated)


@pytest.mark.parametrize(
    ("old", "new", "mentions", "relations", "cause"),
    [
        ('offset="10"', 'offset="11"', 2, 0, "1 annotations that do not fit (first: PMID 7, T1: title 11-15 holds"),
        ('offset="10"', 'offset="11"', 2, 0, "; it stands at 10)"),
        ('offset="10"', 'offset="x"', 2, 0, "1 annotations that can not be read (first: PMID 7, T1)"),
        ('offset="10"', 'offset="-5"', 2, 0, "1 annotations that can not be read"),
        ('offset="10" length="4"', 'offset="10"', 2, 0, "1 annotations that can not be read"),
        ("<offset>0</offset>", "", 2, 0, "1 annotations in passages without an offset (first: PMID 7)"),
        ('<infon key="type">DDF</infon>', "", 1, 0, "2 annotations that do not fit"),
        ('<infon key="score">0.25', '<infon key="score">high', 2, 0, "T3: could not convert string to float"),
        ('<infon key="score">', "<infon>", 3, 1, "1 infons without a key"),
        ('id="T2"', 'id="T1"', 3, 0, "1 relations of other than two ends"),
        (' role="object"', "", 3, 0, "1 relations that can not be read (first: PMID 7, R1)"),
        (">decrease<", ">down<", 3, 0, "1 relations that do not fit (first: PMID 7, R1: the direction 'down'"),
        ('key="claim">effect', 'key="claim">wish', 3, 0, "the claim 'wish' is none of"),
        ('<infon key="type">affect</infon>', "", 3, 0, "R1: it has no infon `type`"),
        ("&amp;", "&#38;amp;", 2, 1, "T2: abstract 6-11 holds"),
        (">brain</text>", ">Brain</text>", 2, 1, "T2: abstract 6-11 holds 'brain', not 'Brain'"),
    ],
)
def test_an_annotation_that_does_not_fit_costs_itself_alone(
    tmp_path: Path, old: str, new: str, mentions: int, relations: int, cause: str
) -> None:
    assert old in DOCUMENT
    article, good, report = read(tmp_path, collection(DOCUMENT.replace(old, new), DOCUMENT))
    assert isinstance(article, Annotated)
    assert article.document.text("title") == TITLE
    assert (len(article.mentions), len(article.relations)) == (mentions, relations)
    assert isinstance(good, Annotated)
    assert len(good.mentions) == 3
    assert isinstance(report, Reject)
    assert report.record == "parts of the file"
    assert cause in report.cause


GOOD = {"id": "1", "infons": {"type": "Disease"}, "text": "mood", "locations": [{"offset": 8, "length": 4}]}


def json_document(*annotations: object, relations: list[object] | None = None, **passage: object) -> str:
    given = {"infons": {"type": "title"}, "offset": 0, "text": "Gut and mood", "annotations": annotations} | passage
    return json.dumps({"documents": [{"id": "7", "passages": [given], "relations": relations or []}]})


@pytest.mark.parametrize(
    ("content", "mentions", "cause"),
    [
        (json_document(GOOD, {**GOOD, "text": "moods"}), 1, "1 annotations that do not fit (first: PMID 7, 1: title"),
        (json_document(GOOD, {**GOOD, "locations": [{"offset": 8}]}), 1, "1 annotations that can not be read"),
        (json_document(GOOD, {**GOOD, "locations": [{"offset": "x", "length": 4}]}), 1, "that can not be read"),
        (json_document(GOOD, {**GOOD, "locations": [{"offset": True, "length": 4}]}), 1, "that can not be read"),
        (json_document(GOOD, {**GOOD, "locations": 8}), 1, "that can not be read"),
        (json_document(GOOD, {**GOOD, "infons": ["Disease"]}), 1, "that can not be read"),
        (json_document(GOOD, "mood", None), 1, "2 annotations that can not be read"),
        (json_document(GOOD, {**GOOD, "infons": {}}), 1, "it has no infon `type`"),
        (json_document(GOOD, {**GOOD, "locations": [{"offset": 99, "length": 4}]}), 1, "title 99-103 holds"),
        (json_document(GOOD, {**GOOD, "locations": [{"offset": 8, "length": 0}], "text": ""}), 1, "do not fit"),
        (json_document(GOOD, relations=[{"infons": {"type": "x"}, "nodes": ["1", "2"]}]), 1, "1 relations that can"),
        (json_document(GOOD, relations=[{"infons": {}, "nodes": []}, 3]), 1, "1 relations that do not fit"),
        (
            json_document(GOOD, relations=[{"infons": {"type": "x", "role1": "D1", "role2": "D2"}}]),
            1,
            "no mention is identified as 'D1'",
        ),
        (json_document(GOOD, offset=None), 0, "1 annotations in passages without an offset"),
        (json_document(GOOD, offset="first"), 0, "1 annotations in passages without an offset"),
    ],
)
def test_so_it_does_in_json(tmp_path: Path, content: str, mentions: int, cause: str) -> None:
    article, report = read(tmp_path, content)
    assert isinstance(article, Annotated)
    assert article.document.text("title") == "Gut and mood"
    assert len(article.mentions) == mentions
    assert isinstance(report, Reject)
    assert cause in report.cause


def test_numbers_in_quotes_and_annotations_without_ids_are_read(tmp_path: Path) -> None:
    quoted = {"infons": {"type": "Disease"}, "text": "mood", "locations": [{"offset": "8", "length": "4"}]}
    [article] = read(tmp_path, json_document(quoted, quoted | {"infons": {"type": "DDF"}}, offset="0"))
    assert isinstance(article, Annotated)
    assert [(mention.text, mention.label) for mention in article.mentions] == [("mood", "Disease"), ("mood", "DDF")]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE collection [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE collection [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE collection SYSTEM "http://127.0.0.1:9/BioC.dtd" [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x">]>',
    ],
)
def test_declared_entities_are_refused(tmp_path: Path, declaration: str) -> None:
    [refused] = read(tmp_path, collection(DOCUMENT.replace("Gut and", "&a; and"), before=declaration))
    assert isinstance(refused, Reject)
    assert "entities" in refused.cause


@pytest.mark.parametrize(
    "content", ["", "<collection/>", '{"documents": []}', "<articles><document/></articles>", "{"]
)
def test_a_file_without_documents_is_a_reject(tmp_path: Path, content: str) -> None:
    rejects = read(tmp_path, content)
    assert rejects
    assert all(isinstance(reject, Reject) for reject in rejects)


def test_a_cut_file_gives_what_came_before(tmp_path: Path) -> None:
    first, last = read(tmp_path, collection(DOCUMENT, DOCUMENT)[:-300])
    assert isinstance(first, Annotated)
    assert isinstance(last, Reject)
    assert last.record == "after PMID 7"


def test_biored_is_the_same_in_both_formats(shared: Path) -> None:
    from_bioc = list(read_bioc(shared / "data/biored/Dev.BioC.XML"))
    from_pubtator = list(read_pubtator(shared / "data/biored/Dev.PubTator"))
    assert len(from_bioc) == 100
    for one, other in zip(from_bioc, from_pubtator, strict=True):
        assert isinstance(one, Annotated)
        assert isinstance(other, Annotated)
        assert one == other


def test_bc5cdr_is_read_whole(shared: Path) -> None:
    *articles, report = read_bioc(shared / "data/bc5cdr/CDR_DevelopmentSet.BioC.xml.gz")
    assert len(articles) == 500
    assert all(isinstance(article, Annotated) for article in articles)
    assert sum(len(article.relations) for article in articles if isinstance(article, Annotated)) == 1012
    assert isinstance(report, Reject)
    assert report.cause == "not read: 43 annotations of several pieces or none"


@pytest.mark.parametrize(
    ("infons", "uri"),
    [
        ({"NCBI Gene": "672"}, "https://www.ncbi.nlm.nih.gov/gene/672"),
        ({"OMIM": "168600"}, "https://omim.org/entry/168600"),
        ({"CHEBI": "17968"}, "http://purl.obolibrary.org/obo/CHEBI_17968"),
        ({"identifier": "672", "database": "ncbi_gene"}, "https://www.ncbi.nlm.nih.gov/gene/672"),
        ({"identifier": "D003866", "database": "ncbi_mesh"}, "http://id.nlm.nih.gov/mesh/D003866"),
        ({"identifier": "C0030567", "database": "local"}, "https://uts.nlm.nih.gov/uts/umls/concept/C0030567"),
        ({"identifier": "672"}, None),
    ],
)
def test_an_infon_tells_the_vocabulary_of_a_bare_identifier(
    tmp_path: Path, infons: dict[str, str], uri: str | None
) -> None:
    given = {"type": "Protein", **infons}
    annotation = {"id": "1", "infons": given, "text": "gut", "locations": [{"offset": 2, "length": 3}]}
    passage = {"offset": 0, "infons": {"type": "title"}, "text": "A gut", "annotations": [annotation]}
    [article] = read(tmp_path, json.dumps({"documents": [{"id": "7", "passages": [passage]}]}))
    assert isinstance(article, Annotated)
    assert article.links[0].uri == uri
