"""What was escaped once too often is read as text; what only looks like it stays."""

import pytest

from kgbuild.source.markup import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Parkinson&rsquo;s &#x2019; &#8217; &amp;rsquo;", "Parkinson’s ’ ’ ’"),
        ("TNF-&alpha; &ge; 3 &micro;g&nbsp;x", "TNF-α ≥ 3 µg\u00a0x"),
        ("&#146;s &#0;", "’s \ufffd"),
        ("<i>E. coli</i> H<sub>2</sub>S 10<SUP>-3</SUP>", "E. coli H2S 10-3"),
        ("&lt;i&gt;E. coli&lt;/i&gt;", "E. coli"),
        ('<sup class="x">2</sup><span style="a: b">y</span>', "2y"),
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", " One.  Two. "),
        ("One.<br/>Two.<BR>Three.", "One. Two. Three."),
        ("<p>One.<p>Two.", " One. Two."),
        ("10<sub>2", "102"),
        ("E. coli</i> grew", "E. coli grew"),
        ("<mml:mi>a</mml:mi><mml:mo>+</mml:mo>", "a+"),
    ],
)
def test_markup_and_references_are_read(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "p < 0.05 and x > 3",
        "p<0.05, r>0.3; n<p>0",
        "a<b>c",
        "a<b and c>d",
        "R&D, AT&T; Q&A;",
        "&copy is a word without its semicolon; &notathing;",
        "<john@example.org>",
        "5 <x> 7 <gene>",
        "<",
        "&",
    ],
)
def test_what_is_no_markup_stays(text: str) -> None:
    assert plain(text) == text


def test_a_less_than_beside_markup_stays() -> None:
    assert plain("<i>r</i> &lt; 0.3 &amp; p&lt;0.05, <b>x</b> &gt; 3") == "r < 0.3 & p<0.05, x > 3"
