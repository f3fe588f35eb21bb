"""Reading PubMed XML: records, what goes wrong, real files, memory, and damaged input."""

import gzip
import hashlib
import io
import time
import tracemalloc
from pathlib import Path

import pytest
from lxml import etree

from kgbuild.errors import InputError
from kgbuild.model import Author, Deletion, Document, MeshHeading, Notice, Range, Reject
from kgbuild.source.markup import plain as as_text
from kgbuild.source.pubmed import PubMedFile, parse_pubmed

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)


def article(pmid="101", *, title="A title.", article="", citation="", data="", version="1", date="<Year>2020</Year>"):
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><Article>'
        f"<Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue><Title>Gut</Title></Journal>"
        f"<ArticleTitle>{title}</ArticleTitle>{article}</Article>{citation}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>\n"
    )


def abstract(*texts):
    return f"<Abstract>{''.join(f'<AbstractText>{text}</AbstractText>' for text in texts)}</Abstract>"


def whole(*records):
    return f"{HEAD}<PubmedArticleSet>\n{''.join(records)}</PubmedArticleSet>\n"


def read(xml, file="a.xml"):
    return list(parse_pubmed(io.BytesIO(xml.encode() if isinstance(xml, str) else xml), file=file))


def read_one(**parts):
    (document,) = read(whole(article(**parts)))
    return document


def rejects(records):
    return [record for record in records if isinstance(record, Reject)]


# Articles


def test_an_article_with_everything():
    document = read_one(
        pmid="12345",
        version="2",
        title="Gut bacteria and <i>mood</i>.",
        article=abstract("Short.")
        + """<ELocationID EIdType="pii">e1</ELocationID>
        <AuthorList><Author><LastName>King</LastName><ForeName>Ann Mary</ForeName><Initials>AM</Initials>
        <Suffix>Jr</Suffix></Author><Author ValidYN="N"><LastName>Kong</LastName></Author>
        <Author><CollectiveName>The Gut Group</CollectiveName></Author></AuthorList>
        <Language>eng</Language><Language>fre</Language>
        <PublicationTypeList><PublicationType UI="D016454">Review</PublicationType></PublicationTypeList>""",
        citation="""<MeshHeadingList><MeshHeading><DescriptorName UI="D001921" MajorTopicYN="N">Brain
        </DescriptorName><QualifierName UI="Q000378" MajorTopicYN="Y">metabolism</QualifierName></MeshHeading>
        <MeshHeading><DescriptorName UI="D006801" MajorTopicYN="N">Humans</DescriptorName></MeshHeading>
        </MeshHeadingList><KeywordList><Keyword>gut <i>axis</i></Keyword></KeywordList>""",
        data='<ArticleIdList><ArticleId IdType="doi">10.1/x</ArticleId></ArticleIdList>'
        '<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9/cited</ArticleId>'
        "</ArticleIdList></Reference></ReferenceList>",
    )
    assert (document.id, document.version) == ("12345", 2)
    assert [section.name for section in document.sections] == ["title", "abstract"]
    assert document.text("title") == "Gut bacteria and mood."
    assert document.text("abstract") == "Short."
    assert document.journal == "Gut"
    assert document.authors == (
        Author(last="King", fore="Ann Mary", initials="AM Jr"),
        Author(collective="The Gut Group"),
    )
    assert document.language == ("eng", "fre")
    assert document.publication_types == ("Review",)
    assert document.mesh == (
        MeshHeading(ui="D001921", name="Brain", major=True, qualifiers=("metabolism",)),
        MeshHeading(ui="D006801", name="Humans"),
    )
    assert document.keywords == ("gut axis",)
    assert document.doi == "10.1/x"
    assert not document.retracted


def test_a_structured_abstract_is_joined_by_spaces_with_its_labels_outside():
    document = read_one(
        article="""<Abstract><AbstractText Label="AIM" NlmCategory="OBJECTIVE"> To <b>see</b>. </AbstractText>
        <AbstractText Label="EMPTY"/>
        <AbstractText NlmCategory="METHODS">Mice.</AbstractText>
        <AbstractText NlmCategory="UNASSIGNED">Note.</AbstractText>
        <CopyrightInformation>© Nobody</CopyrightInformation></Abstract>""",
        citation="<OtherAbstract><AbstractText>Une autre.</AbstractText></OtherAbstract>",
    )
    text = document.text("abstract")
    assert text == "To see. Mice. Note."
    assert [(part.label, text[part.start : part.end]) for part in document.ranges] == [
        ("AIM", "To see."),
        ("METHODS", "Mice."),
    ]
    assert document.ranges[0] == Range(section="abstract", start=0, end=7, label="AIM")


def test_a_missing_abstract_is_empty():
    document = read_one()
    assert len(document.sections) == 2
    assert document.text("abstract") == ""


@pytest.mark.parametrize(
    ("title", "vernacular", "expected"),
    [
        ("[On the gut.]", "De l'intestin.", "[On the gut.]"),
        ("", "De l'intestin.", "De l'intestin."),
        ("[Not Available].", "De l'intestin.", "De l'intestin."),
        ("[Not Available].", "", "[Not Available]."),
    ],
)
def test_titles_of_translated_articles(title, vernacular, expected):
    document = read_one(title=title, article=f"<VernacularTitle>{vernacular}</VernacularTitle>")
    assert document.text("title") == expected


def test_references_to_characters_are_resolved():
    document = read_one(title="TNF-&#x3b1; &amp; p &lt; 0.05 &#128513;")
    assert document.text("title") == "TNF-α & p < 0.05 😁"


def test_comments_and_instructions_are_no_text():
    assert read_one(title="one<!-- not --> two<?x y?>s <![CDATA[<3]]>").text("title") == "one twos <3"


def test_the_article_date_stands_in_for_a_missing_issue_date():
    electronic = "<ArticleDate><Year>2021</Year><Month>02</Month><Day>03</Day></ArticleDate>"
    assert read_one(date="", article=electronic).date.text == "2021 02 03"
    assert read_one(date="<Year>2020</Year>", article=electronic).date.text == "2020"


def test_a_doi_may_stand_in_the_article():
    location = '<ELocationID EIdType="doi" ValidYN="{}">10.1/{}</ELocationID>'
    document = read_one(article=location.format("N", "wrong") + location.format("Y", "right"))
    assert document.doi == "10.1/right"


def test_notices_are_links_to_corrections_alone():
    links = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>J. 2001;{n}:1</RefSource>{more}</CommentsCorrections>'
        for n, (kind, more) in enumerate(
            [
                ("Cites", ""),
                ("CommentIn", ""),
                ("ErratumIn", "<Note>Name corrected</Note>"),
                ("ExpressionOfConcernIn", '<PMID Version="1">77</PMID>'),
            ]
        )
    )
    document = read_one(citation=f"<CommentsCorrectionsList>{links}</CommentsCorrectionsList>")
    assert document.notices == (
        Notice(kind="ErratumIn", text="J. 2001;2:1 Name corrected"),
        Notice(kind="ExpressionOfConcernIn", pmid="77", text="J. 2001;3:1"),
    )
    assert not document.retracted


@pytest.mark.parametrize(("kind", "retracted"), [("RetractionIn", True), ("RetractionOf", False)])
def test_an_article_is_retracted_by_its_notice(kind, retracted):
    link = f'<CommentsCorrections RefType="{kind}"><PMID>9</PMID></CommentsCorrections>'
    document = read_one(citation=f"<CommentsCorrectionsList>{link}</CommentsCorrectionsList>")
    assert document.retracted is retracted


def test_an_article_is_retracted_by_its_type():
    kinds = "<PublicationType>Retracted Publication</PublicationType>"
    assert read_one(article=f"<PublicationTypeList>{kinds}</PublicationTypeList>").retracted


def test_every_version_of_an_article_is_given():
    records = read(whole(article("7", version="1"), article("7", version="2")))
    assert [(record.id, record.version) for record in records] == [("7", 1), ("7", 2)]


BOOK = """<PubmedBookArticle><BookDocument><PMID Version="1">20301295</PMID>
<ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList>
<Book><BookTitle book="b">A <i>Gut</i> Book</BookTitle><PubDate><Year>1993</Year></PubDate>
<AuthorList Type="editors"><Author><LastName>Editor</LastName></Author></AuthorList></Book>{}
<Language>eng</Language><PublicationType>Review</PublicationType>
<Abstract><AbstractText>Of guts.</AbstractText></Abstract></BookDocument></PubmedBookArticle>"""


def test_a_chapter_of_a_book():
    chapter = """<ArticleTitle>A Chapter</ArticleTitle><AuthorList Type="authors"><Author>
    <LastName>Writer</LastName></Author></AuthorList>"""
    (document,) = read(f"<PubmedBookArticleSet>{BOOK.format(chapter)}</PubmedBookArticleSet>")
    assert document.id == "20301295"
    assert [section.text for section in document.sections] == ["A Chapter", "Of guts."]
    assert document.journal == "A Gut Book"
    assert document.date.year == 1993
    assert document.authors == (Author(last="Writer"),)
    assert document.publication_types == ("Review",)


def test_a_whole_book():
    document, after = read(whole(BOOK.format(""), article("5")))
    assert document.text("title") == "A Gut Book"
    assert document.journal == ""
    assert document.authors == (Author(last="Editor"),)
    assert after.id == "5"


def test_deletions():
    gone = '<DeleteCitation><PMID Version="1">11</PMID><PMID>x</PMID><PMID>12</PMID></DeleteCitation>'
    records = read(whole(article(), gone))
    assert records[1::2] == [Deletion(id="11"), Deletion(id="12")]
    assert records[2].record == "DeleteCitation, entry 2"


# What goes wrong


@pytest.mark.parametrize(
    ("bad", "cause"),
    [
        (article("12a"), "the PMID '12a' is not a number"),
        (article(""), "the PMID '' is not a number"),
        (article().replace('<PMID Version="1">101</PMID>', ""), "it has no PMID"),
        (article(version="two"), "the version 'two' of its PMID"),
        (article(title=""), "it has neither title nor abstract"),
        ("<PubmedArticle/>", "it has no MedlineCitation"),
        ("<PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation></PubmedArticle>", "it has no Article"),
        (article(title="a <i>b"), "malformed XML at line 5, column"),
        (article(title="a &nbsp; b"), "Entity 'nbsp' not defined"),
        (article(title="a &#0; b"), "malformed XML at line 5"),
        (article(title="<i>" * 500 + "</i>" * 500), "Excessive depth"),
        (article(title="x" * 11_000_000), "Text node too long"),
        (article().removesuffix("</PubmedArticle>\n"), "malformed XML at line"),
        (article().replace("</Article>", "<!-- never closed"), "malformed XML at line 5"),
        (article().replace("</Article>", "\n"), "Article line 5 and MedlineCitation"),
    ],
    ids=lambda value: value[:40],
)
def test_a_bad_article_costs_itself_alone(bad, cause):
    before, reject, after = read(whole(article("1"), bad, article("3")))
    assert (before.id, after.id) == ("1", "3")
    assert reject.file == "a.xml"
    assert reject.record.startswith("article 2")
    assert cause in reject.cause
    assert reject.remedy


def test_a_reject_names_the_pmid():
    (reject,) = read(whole(article("123", title="")))
    assert reject.record == "article 1 (PMID 123)"


def test_bytes_that_are_not_in_the_encoding_are_not_altered():
    data = whole(article("1"), article("2", title="na\xefve"), article("3")).encode("latin-1")
    first, reject, third = read(data)
    assert (first.id, third.id) == ("1", "3")
    assert "Invalid bytes in character encoding" in reject.cause


@pytest.mark.parametrize("encoding", ["latin-1", "windows-1252", "utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_other_encodings(encoding):
    text = whole(article("1", title="naïve ×")).replace("utf-8", encoding)
    (document,) = read(text.encode(encoding))
    assert document.text("title") == "naïve ×"


def test_what_stands_before_bytes_that_can_not_be_decoded_is_kept():
    data = whole(article("1"), article("2")).encode("utf-16") + b"\x00\xdc\x00\x00" + b"x" * 10
    *documents, reject = read(data)
    assert [document.id for document in documents] == ["1", "2"]
    assert "utf-16" in reject.cause


def test_an_encoding_that_would_alter_the_text_is_refused():
    (reject,) = read(whole(article()).replace('"utf-8"', '"unicode_escape"'))
    assert reject.cause == "the encoding 'unicode_escape' is not known"


def test_entities_are_never_expanded():
    laughs = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    xml = f"{laughs}<PubmedArticleSet>{article('1', title='&b;')}{article('2', title='&f;')}{article('3')}"
    first, second, third = read(xml + "</PubmedArticleSet>")
    assert "Entity 'b' not defined" in first.cause
    assert "Entity 'f' not defined" in second.cause
    assert third.id == "3"


def test_a_prefix_may_be_declared_on_the_set():
    formula = "x <mml:math><mml:mi>y</mml:mi></mml:math>"
    xml = whole(article(title=formula)).replace(
        "<PubmedArticleSet>", '<PubmedArticleSet xmlns:mml="http://www.w3.org/1998/Math/MathML">'
    )
    assert read(xml)[0].text("title") == "x y"
    assert read_one(title=formula).text("title") == "x y"


def test_tags_in_comments_and_cdata_are_no_records():
    hidden = f"<!-- {article('666')} -->"
    quoted = article("2", title="<![CDATA[</PubmedArticle><PubmedArticle>]]>")
    first, second = read(whole(hidden, article("1", title=f"t{hidden}"), hidden, quoted))
    assert (first.id, first.text("title")) == ("1", "t")
    assert second.text("title") == "</PubmedArticle><PubmedArticle>"


def test_content_that_is_no_record_is_reported():
    first, reject, second = read(whole(article("1"), "<Odd>text</Odd>\n", article("2")))
    assert (first.id, second.id) == ("1", "2")
    assert reject.record == "after article 1"
    assert reject.cause == "line 5 holds what is no record: '<Odd>text</Odd>\\n'"


def test_what_stands_at_the_end_of_a_set_does_not_hide_its_end():
    document, reject = read(whole(article("1"), "<Odd/>"))
    assert document.id == "1"
    assert reject.cause == "line 5 holds what is no record: '<Odd/></PubmedArticleSet>\\n'"
    (*_, reject) = read(whole(article("1")) + "</PubmedArticleSet>")
    assert "what is no record: '</PubmedArticleSet>'" in reject.cause


def test_an_unclosed_comment_hides_no_later_article():
    reject, second, third = read(whole(article("1", title="a <!-- b"), article("2"), "<!-- c -->", article("3")))
    assert reject.record == "article 1 (PMID 1)"
    assert (second.id, third.id) == ("2", "3")


def test_several_sets_in_one_file():
    assert [record.id for record in read(whole(article("1")) + whole(article("2")))] == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("", "the file is empty"),
        (" \n\ufeff", "the file is empty"),
        ("<!DOCTYPE html><html><body>Error 502</body></html>", "it is an HTML page, not PubMed XML"),
        ('{"error": "busy"}', 'it is not XML; it begins with \'{"error": "busy"}\''),
        ("<eSearchResult><Count>0</Count></eSearchResult>", "its root element is eSearchResult"),
        ("<a><ERROR>Unable to obtain query #1</ERROR></a>", "a server's error: Unable to obtain query #1"),
        ("%PDF-1.4 \x00\x01", "it is not XML"),
    ],
)
def test_a_file_that_is_something_else_is_one_reject(content, cause):
    (reject,) = read(content)
    assert cause in reject.cause
    assert reject.record == "whole file"
    assert reject.remedy


@pytest.mark.parametrize("content", ["<PubmedArticleSet></PubmedArticleSet>", HEAD + "<PubmedArticleSet/>"])
def test_an_empty_set_is_no_error(content):
    assert read(content) == []


def test_a_file_cut_anywhere_keeps_what_stands_before_and_says_so():
    data = whole(article("1"), article("2"), article("3")).encode()
    complete = read(data)
    ends = [data.find(b"</PubmedArticle>", n) for n in range(len(data))]
    end_of = sorted({end + len("</PubmedArticle>") for end in ends if end >= 0})
    for cut in range(len(data.rstrip())):
        *documents, reject = read(data[:cut])
        assert documents == complete[: sum(end <= cut for end in end_of)]
        assert isinstance(reject, Reject)


def test_a_cut_or_damaged_gzip_file_keeps_what_stands_before(tmp_path):
    data = gzip.compress(whole(*(article(str(n), title=str(n) * 50) for n in range(1, 2001))).encode())
    path = tmp_path / "a.xml.gz"
    path.write_bytes(data)
    whole_file = list(PubMedFile(path).records())
    for damaged in (data[: len(data) // 2], data[: len(data) // 2] + b"\xff" * 500, data[:-8] + bytes(8)):
        path.write_bytes(damaged)
        *documents, reject = PubMedFile(path).records()
        assert len(documents) > 500
        assert documents[:500] == whole_file[:500]
        assert isinstance(reject, Reject)
        assert "to the end" in reject.record


def test_records_that_are_too_large(monkeypatch):
    monkeypatch.setattr("kgbuild.source.pubmed_split.MAX_RECORD_BYTES", 1_000_000)
    large = article("2", title="word " * 500_000)
    junk = "junk " * 500_000
    records = read(whole(article("1"), large, article("3"), junk, article("4"), large))
    assert [record.id for record in records if isinstance(record, Document)] == ["1", "3", "4"]
    assert [reject.record for reject in rejects(records)] == [
        "article 2 (PMID 2)",
        "after article 3",
        "article 5 (PMID 2)",
    ]


# Files


def test_gzip_is_seen_from_the_content(tmp_path):
    data = whole(article()).encode()
    plain, packed = tmp_path / "plain.gz", tmp_path / "packed.xml"
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data))
    assert list(PubMedFile(plain).records()) == list(PubMedFile(packed).records()) == read(data)
    assert PubMedFile(plain).name == str(plain)
    assert PubMedFile(plain).fingerprint() == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("use", [lambda file: list(file.records()), lambda file: file.fingerprint()])
def test_a_file_that_can_not_be_read_is_an_input_error(tmp_path, use):
    for path in (tmp_path / "none.xml", tmp_path):
        with pytest.raises(InputError, match=str(path)):
            use(PubMedFile(path))


def test_real_articles_read_as_another_parser_reads_them(shared):
    count = 0
    missing = []
    for path in sorted((shared / "data/pubmed").glob("*.xml.gz")):
        with gzip.open(path) as file:
            trees = etree.parse(file).getroot().findall("PubmedArticle")
        records = list(PubMedFile(path).records())
        assert len(records) == len(trees)
        for tree, record in zip(trees, records, strict=True):
            count += 1
            # A quarter of these texts hold their markup as characters: "&lt;i&gt;".
            title, text = (
                " ".join(as_text(tree.xpath(f"normalize-space(string(.//{tag}))")).split())
                for tag in ("ArticleTitle", "AbstractText")
            )
            if not title and not text:
                missing.append(record)
                continue
            assert record.id == tree.findtext(".//PMID")
            assert (record.text("title"), record.text("abstract")) == (title, text)
            assert record.journal == " ".join(tree.xpath("string(.//Journal/Title)").split())
            assert str(record.date.year) == tree.findtext(".//PubDate/Year")
            assert [author.last for author in record.authors] == [
                name.text for name in tree.iterfind(".//Author/LastName")
            ]
    assert count == 1656
    assert [reject.cause for reject in missing] == ["it has neither title nor abstract"]


def test_real_answers_of_efetch(shared):
    found = {
        record.id: record
        for path in (shared / "data/eutils").glob("efetch-*.xml")
        for record in PubMedFile(path).records()
    }
    assert set(found) == {"12091962", "9997", "27797938", "29768149", "30108519"}
    assert found["12091962"].date.text == "1990 Spring"
    assert found["9997"].doi == "10.1016/0005-2795(76)90109-4"
    assert [part.label for part in found["27797938"].ranges] == ["OBJECTIVE", "DESIGN", "RESULTS", "CONCLUSIONS"]
    assert "fast-acting β2-agonist may" in found["29768149"].text("abstract")
    assert "uptake ( V.O2max ) 67.6 ± 4.1 ml·kg-1·min-1]" in found["30108519"].text("abstract")
    for document in found.values():
        assert "  " not in document.text("abstract")


@pytest.mark.parametrize("name", ["epost-error", "esearch-history", "esearch-none"])
def test_other_answers_of_the_server_are_one_reject(shared, name):
    (reject,) = PubMedFile(shared / f"data/eutils/{name}.xml").records()
    assert isinstance(reject, Reject)


class Endless(io.RawIOBase):
    """A set of `count` articles, made as it is read."""

    def __init__(self, count):
        self._parts = iter([whole().removesuffix("</PubmedArticleSet>\n").encode()])
        self._left = count
        self._pmid = 0

    def read1(self, size):
        if part := next(self._parts, b""):
            return part
        if self._left:
            self._left -= 1
            self._pmid += 1
            return article(str(self._pmid), article=abstract("word " * 2000)).encode()
        return b"" if self._left is None else self._close()

    read = read1

    def _close(self):
        self._left = None
        return b"</PubmedArticleSet>"


def test_memory_does_not_grow_with_the_file():
    def peak(count):
        tracemalloc.start()
        records = sum(isinstance(record, Document) for record in parse_pubmed(Endless(count), file="endless"))
        assert records == count
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(20)
    small, large = peak(100), peak(1000)  # 1 MB and 10 MB
    assert large < small * 1.5
    assert large < 8_000_000


# Damaged input

SOURCE = whole(
    article("1", title="H<sub>2</sub>O &amp; <i>E. coli</i> α", article=abstract("One.", "Two <b>bold</b>.")),
    BOOK.format(""),
    article("3", date="<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", citation="<KeywordList/>"),
    "<DeleteCitation><PMID>4</PMID></DeleteCitation>",
).encode()


def check_damaged(path, data):
    """Reads to the end in time; every record is whole, every error names its file and record."""
    path.write_bytes(data)
    start = time.monotonic()
    for record in PubMedFile(path).records():
        match record:
            case Reject(file=file, record=name, cause=cause, remedy=remedy):
                assert file == str(path)
                assert name
                assert cause
                assert remedy
            case Deletion(id=pmid):
                assert pmid.isdecimal()
            case Document():
                assert record.id.isdecimal()
                assert [section.name for section in record.sections] == ["title", "abstract"]
                assert record.text("title") or record.text("abstract")
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("packed", [False, True])
def test_damaged_files(tmp_path: Path, mutate, packed):
    for seed in range(150):
        data = mutate(gzip.compress(SOURCE, mtime=0) if packed else SOURCE, seed)
        check_damaged(tmp_path / "a.xml", data)


@pytest.mark.stress
@pytest.mark.parametrize("packed", [False, True])
def test_ten_thousand_damaged_files(tmp_path: Path, mutate, packed):
    for seed in range(10_000):
        data = mutate(gzip.compress(SOURCE, mtime=0) if packed else SOURCE, seed)
        check_damaged(tmp_path / "a.xml", data)


def test_a_million_unclosed_comments_take_no_longer_than_their_reading(tmp_path):
    check_damaged(tmp_path / "a.xml", SOURCE[:600] + b"<!--" * 1_000_000 + SOURCE[600:])
    check_damaged(tmp_path / "b.xml", b"<!DOCTYPE a [" + b"]" * 1_000_000 + SOURCE)
    check_damaged(tmp_path / "c.xml", b"<?" * 1_000_000 + SOURCE)
