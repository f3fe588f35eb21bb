"""The table of learned names: made from articles, and read into an index."""

from dataclasses import replace

from kgbuild.link.build import build_index
from kgbuild.link.index import TermIndex
from kgbuild.link.learned import learned_table
from kgbuild.model import Annotated, Document, Link, Mention, Section, Span

A = "http://example.org/"


def article(text: str, uri: str | None, label: str = "DDF") -> Annotated:
    mention = Mention(span=Span(section="title", start=0, end=len(text)), text=text, label=label)
    document = Document(id="1", sections=(Section(name="title", text=text),))
    return Annotated(document=document, mentions=(mention,), links=(Link(mention=mention, uri=uri),))


ARTICLES = [
    article("gut  pain", A + "pain"),
    article("gut pain", A + "pain"),
    article("GABA", A + "gaba", "chemical"),
]
ARTICLES += [article("unknown", None), replace(article("not linked", A + "x"), links=())]


def test_a_table_counts_what_concepts_are_called():
    assert learned_table(ARTICLES).splitlines() == [
        "label\turi\tsurface\tcount",
        f"DDF\t{A}pain\tgut pain\t2",
        f"chemical\t{A}gaba\tGABA\t1",
    ]
    assert learned_table([]) == "label\turi\tsurface\tcount\n"


def test_an_index_reads_it_as_names_that_were_seen(tmp_path):
    table = tmp_path / "names.tsv"
    table.write_text(
        "# from where\n" + learned_table(ARTICLES) + f"DDF\t{A}wrong\tname\tmany\nno label\t{A}x\ty\t1\n"
    )
    report = build_index([table], tmp_path / "index")
    [file] = report.inputs
    assert (file.format, file.records, file.rejected) == ("learned names", 2, 2)
    assert [reject.record for reject in file.rejects] == ["line 5", "line 6"]
    with TermIndex.open(report.output) as index:
        [name] = index.exact("gut pains")
        assert (name.uri, name.label, name.count, name.preferred) == (A + "pain", "DDF", 2, False)
        assert index.concept(A + "pain").synonyms == ()
