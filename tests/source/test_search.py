"""Queries in PubMed's language, on articles at hand."""

import pickle
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import QuerySyntaxError
from kgbuild.model import Author, Document, MeshHeading, PublicationDate, Section
from kgbuild.source.pubmed_dates import parse_date
from kgbuild.source.search import fold, parse_query

ARTICLE = Document(
    id="990000001",
    sections=(
        Section(name="title", text="The gut–brain axis in Parkinson's disease: a naïve look at α-synuclein"),
        Section(name="abstract", text="Microbiota changed TNFα. Depressive symptoms fell; GABA rose 2-fold."),
    ),
    date=PublicationDate(year=2019, month=5),
    journal="Nutrients (Basel, Switzerland)",
    authors=(Author(last="Łoniewski", fore="Igor M", initials="IM"), Author(collective="Gut Study Group")),
    mesh=(
        MeshHeading(ui="D003863", name="Depression", qualifiers=("drug therapy",)),
        MeshHeading(ui="D003865", name="Depressive Disorder, Major"),
    ),
    keywords=("short-chain fatty acids",),
    language=("eng",),
    publication_types=("Journal Article", "Randomized Controlled Trial"),
)


def found(query: str, document: Document = ARTICLE) -> bool:
    return parse_query(query).matches(document)


@pytest.mark.parametrize(
    "query",
    [
        "gut brain",
        "GUT-BRAIN",
        '"gut brain axis"',
        '"gut/brain"',
        "“gut brain”[ti]",
        "naive",
        "naïve[ti]",
        "alpha-synuclein[ti]",
        "α-synuclein",
        "parkinson disease[ti]",
        "Parkinson’s",
        '"TNF alpha"[tiab]',
        "look at the gut",
        "gut & brain",
        "microb*",
        '"gut brai*"[Title]',
        "short chain fatty acids[Title/Abstract]",
        "depression[mh]",
        "Depress*[MeSH Terms]",
        "major depressive disorder OR depressive disorder, major[mesh]",
        "Depression/drug therapy[mh]",
        "D003863[mh]",
        '"drug therapy"[tw]',
        "Loniewski[au]",
        "loniewski i[Author]",
        "loniewski im[au]",
        '"Loniewski IM"[au]',
        "Igor M Łoniewski[au]",
        "lonie*[au]",
        "gut study group[au]",
        "nutrients[ta]",
        "nutri*[journal]",
        "randomized controlled trial[pt]",
        "english[la]",
        "eng[Language]",
        "2019[dp]",
        "2019/05[dp]",
        "2019/05/01[pdat]",
        "2010:2020[dp]",
        "2010 : 2020 [dp]",
        '"2019/05/01"[dp] : "3000"[dp]',
        '"2019/01/01"[Date - Publication] : "2019/12/31"[Date - Publication]',
        '"2019":"2020"[dp]',
        "2018[dp]:2019[dp]",
        "990000001[uid]",
        "990000000:990000002[PMID]",
        "990000001",
        "gut[all fields]",
    ],
)
def test_finds(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize(
    "query",
    [
        "liver",
        "brain gut axis[ti]",
        '"axis in Parkinson look"',
        "microbiota[ti]",
        "micro",
        "parkinsons",
        "disorder[mh]",
        "depression/diet therapy[mh]",
        '"synuclein microbiota"',
        "loniews[au]",
        "loniewski j[au]",
        '"Loniewski I"[au]',
        "igor[au]",
        "nutrient[ta]",
        "trial[pt]",
        "german[la]",
        "2019/06[dp]",
        "2019/05/02:2019/05/31[dp]",
        "2020:2030[dp]",
        "1:100[uid]",
        "gut NOT microbiota",
    ],
)
def test_finds_not(query: str) -> None:
    assert not found(query)


def test_initials_are_taken_from_the_fore_name_where_the_record_has_none() -> None:
    article = Document(id="1", sections=(), authors=(Author(last="Dinan", fore="Timothy G"),))
    assert found("Dinan TG[au]", article)
    assert found('"Timothy G Dinan"[au]', article)
    assert not found("Dinan G[au]", article)


def test_operators_are_evaluated_from_left_to_right() -> None:
    assert not found("gut OR brain AND liver")
    assert found("gut OR (brain AND liver)")
    assert found("liver AND brain OR gut")
    assert found("gut NOT liver NOT kidney")
    assert not found("gut OR liver NOT brain")


def test_bare_words_side_by_side_are_one_operand() -> None:
    assert found("gut OR liver kidney")
    assert not found('gut OR "liver" kidney')


def test_a_date_without_month_counts_as_its_first_day() -> None:
    undated = Document(id="1", sections=(), date=PublicationDate(year=2020))
    assert found("2020/01/01[dp]", undated)
    assert not found("2020/02[dp]", undated)
    assert not found("1000:3000[dp]", Document(id="1", sections=()))


def test_dates_in_print_and_online_both_match() -> None:
    both = replace(ARTICLE, date=PublicationDate(year=2021, month=1, text="2021 Jan"), electronic_date="2020-11-05")
    for query in ("2020[dp]", "2021[dp]", "2020/11[dp]", "2020/11/05[dp]", "2021/01[dp]", "2000:2020[dp]"):
        assert found(query, both), query
    for query in ("2019[dp]", "2020/12[dp]", "2020/11/06:2020/12/31[dp]", "2022[dp]"):
        assert not found(query, both), query
    assert found("2020/11[dp]", replace(both, electronic_date="2020-11"))
    assert found("2020[dp]", Document(id="1", sections=(), electronic_date="2020"))


@pytest.mark.parametrize(
    ("date", "matching", "others"),
    [
        ("2019 Dec-2020 Jan", ["2019[dp]", "2020[dp]", "2019/12[dp]", "2020/01[dp]"], ["2018[dp]", "2020/02[dp]"]),
        ("1975-1976", ["1975[dp]", "1976[dp]"], ["1974[dp]", "1977[dp]"]),
        ("2000 Nov-Dec", ["2000/11[dp]", "2000/12[dp]"], ["2000/10[dp]", "2001[dp]"]),
    ],
)
def test_an_issue_of_several_months_is_found_by_each(date: str, matching: list[str], others: list[str]) -> None:
    document = replace(ARTICLE, date=parse_date(date))
    assert [query for query in matching if not found(query, document)] == []
    assert [query for query in others if found(query, document)] == []


@pytest.mark.parametrize(
    ("query", "position", "cause"),
    [
        ("", 0, "empty"),
        ("  ", 0, "empty"),
        ("gut AND", 7, "a term is missing"),
        ("OR gut", 0, "missing before OR"),
        ("gut AND OR brain", 8, "missing before OR"),
        ("(gut", 0, "not closed"),
        ("gut)", 3, "unexpected ')'"),
        ("()", 1, "missing"),
        ('gut "brain', 4, "not closed"),
        ("gut[ti", 3, "not closed"),
        ("gut[majr]", 3, "[majr] is not supported"),
        ('"gut brain"[tiab:~2]', 11, "not supported"),
        ("[ti] gut", 0, "without a term"),
        ("(gut OR brain)[ti]", 14, "after a parenthesis"),
        ("gut OR mic*", 10, "at least 4"),
        ('"gut b*"', 6, "at least 4"),
        ("micro*ta", 5, "inside a term"),
        ("gut or brain", 4, "small letters"),
        ("&", 0, "without a letter"),
        ("soon[dp]", 0, "not a date"),
        ("2019/13[dp]", 0, "not a date"),
        ("2020:2019[dp]", 0, "backwards"),
        ("abc[uid]", 0, "not a PMID"),
        ('"a":"b"[ti]', 5, "a range needs"),
        ("2018[dp]:2019[uid]", 9, "a range needs"),
        ("klingon[la]", 0, "unknown language"),
        ("depression/dt[mh]", 11, "abbreviation"),
    ],
)
def test_a_broken_query_is_refused_with_its_position(query: str, position: int, cause: str) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse_query(query)
    assert raised.value.position == position
    assert cause in raised.value.message
    assert raised.value.remedy


def test_the_refusal_says_what_is_supported() -> None:
    with pytest.raises(QuerySyntaxError, match=r"\[tiab\].*\[uid\]"):
        parse_query("gut[gr]")


def test_parentheses_may_not_nest_without_end() -> None:
    assert found("(" * 100 + "gut" + ")" * 100)
    with pytest.raises(QuerySyntaxError, match="more than 100"):
        parse_query("(" * 100_000)


def test_a_query_travels_to_other_processes() -> None:
    query = parse_query("gut[ti]")
    assert pickle.loads(pickle.dumps(query)).matches(ARTICLE)


WORDS = st.sampled_from(
    [
        "gut",
        "brain",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        '"',
        "[ti]",
        "[dp]",
        "[uid]",
        ":",
        "2019",
        "*",
        "[",
        "]",
        "/",
        "mh",
    ]
)


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join)))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        parse_query(text).matches(ARTICLE)
    except QuerySyntaxError as error:
        refusal = error
    else:
        return
    assert 0 <= refusal.position <= len(text)
    assert refusal.remedy


@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.tuples(st.sampled_from(["AND", "OR", "NOT"]), st.sampled_from(["gut", "liver"])), max_size=8))
def test_combinations_agree_with_a_left_fold(steps: list[tuple[str, str]]) -> None:
    expected = True
    for operator, word in steps:
        here = word == "gut"
        expected = {"AND": expected and here, "OR": expected or here, "NOT": expected and not here}[operator]
    assert found(" ".join(["gut", *(f"{operator} {word}" for operator, word in steps)])) == expected


def test_thirty_thousand_articles_take_seconds() -> None:
    text = " ".join(["Gut microbiota and α-synuclein in patients, after naïve treatment."] * 20)
    articles = [
        Document(id=str(n), sections=(Section(name="title", text="A title"), Section(name="abstract", text=text)))
        for n in range(3_000)
    ]
    query = parse_query('("gut microbiota"[tiab] OR kidney) AND synuclein AND microb* NOT "liver disease"')
    started = time.process_time()
    assert sum(map(query.matches, articles)) == 3_000
    assert time.process_time() - started < 1.5
