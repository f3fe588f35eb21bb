"""The table of learned names: made from articles, read into an index, and the one that the project ships."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from kgbuild.link.build import build_index
from kgbuild.link.default import LEARNED, default_index, lexicon_index
from kgbuild.link.index import TermIndex
from kgbuild.link.learned import learned_table
from kgbuild.model import Annotated, Document, Link, Mention, Section, Span
from kgbuild.resources import asset
from kgbuild.schema import load_schema

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


def rows() -> list[list[str]]:
    lines = asset(LEARNED).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]


def test_the_shipped_table_is_sorted_and_has_the_schemas_labels():
    names = [tuple(row[:3]) for row in rows()]
    assert names == sorted(set(names))
    assert {label for label, _, _ in names} == set(load_schema().label_uris)
    assert all(int(count) > 0 for *_, count in rows())


def test_the_default_index_knows_learned_names_and_the_lexicon_alone_does_not(tmp_path, monkeypatch):
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path))
    with TermIndex.open(default_index()) as both, TermIndex.open(lexicon_index()) as lexicon:
        assert both.fingerprint != lexicon.fingerprint
        assert sum(name.count for name in both.names()) == sum(int(row[3]) for row in rows())
        assert not any(name.count for name in lexicon.names())
        assert set(lexicon.names()) <= {replace(name, count=0) for name in both.names()}


def test_the_shipped_table_is_what_articles_outside_the_validation_split_say(shared, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks.gutbrainie import corpus
    from benchmarks.linking import ERRORS

    counts = Counter(
        (link.mention.label, link.uri)
        for fold in corpus().folds
        for one in fold
        for link in one.links
        if link.uri and link.uri not in ERRORS
    )
    shipped: Counter[tuple[str, str]] = Counter()
    for label, uri, _, count in rows():
        shipped[label, uri] += int(count)
    assert shipped == counts
