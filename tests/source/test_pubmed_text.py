"""Flattening: no word joined or split."""

import pytest
from lxml import etree

from kgbuild.source.pubmed_text import flatten

MATH = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'


def text(markup):
    return flatten(etree.fromstring(f"<AbstractText>{markup}</AbstractText>"))


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("H<sub>2</sub>O", "H2O"),
        ("10<sup>-3</sup> mol", "10-3 mol"),
        ("<i>E. <b>coli</b></i>-fed <u>mice</u>", "E. coli-fed mice"),
        ("a\n   b\u00a0\u2009 c\t", "a b c"),
        ("by\n   <i>mice</i>\n   of", "by mice of"),
        ("β\n\t\t<sub>2</sub>-agonist", "β2-agonist"),
        ("with\n\t\t<sup>13</sup>C", "with 13C"),
        ("the \n\t\t<sub>V</sub>MLSS", "the VMLSS"),
        ("IFN <sub>2</sub>", "IFN 2"),
        ("one<DispFormula>x</DispFormula>two", "one x two"),
        ("<i/>", ""),
        ("<sub>2</sub>x", "2x"),
    ],
)
def test_markup(markup, expected):
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("<mml:msub>\n <mml:mi>V</mml:mi>\n <mml:mn> 2 </mml:mn>\n</mml:msub>", "V2"),
        ("<mml:mi>p</mml:mi><mml:mo>=</mml:mo><mml:mn>0.05</mml:mn>", "p=0.05"),
        ("<mml:mfrac><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:mfrac>", "1/2"),
        (
            "<mml:mfrac><mml:mrow><mml:mi>a</mml:mi><mml:mo>+</mml:mo><mml:mi>b</mml:mi></mml:mrow>"
            "<mml:mn>2</mml:mn></mml:mfrac>",
            "(a+b)/2",
        ),
        ("<mml:msqrt><mml:mn>2</mml:mn></mml:msqrt>", "√2"),
        ("<mml:mfenced><mml:mi>a</mml:mi><mml:mi>b</mml:mi></mml:mfenced>", "(a,b)"),
        ("<mml:mi>a</mml:mi><mml:mo>\u2062</mml:mo><mml:mi>b</mml:mi>", "ab"),
        ("<mml:mi>a</mml:mi><mml:mtext> if </mml:mtext><mml:mi>b</mml:mi>", "a if b"),
        ("<mml:mi>a</mml:mi><mml:mspace/><mml:mi>b</mml:mi>", "a b"),
        (
            "<mml:mtable><mml:mtr><mml:mtd><mml:mn>1</mml:mn></mml:mtd><mml:mtd><mml:mn>2</mml:mn></mml:mtd>"
            "</mml:mtr><mml:mtr><mml:mtd><mml:mn>3</mml:mn></mml:mtd></mml:mtr></mml:mtable>",
            "1 2 3",
        ),
        (
            "<mml:semantics><mml:mi>a</mml:mi><mml:annotation>\\alpha</mml:annotation></mml:semantics>",
            "a",
        ),
    ],
)
def test_math(formula, expected):
    assert text(f"at <mml:math {MATH}>{formula}</mml:math>, then") == f"at {expected}, then"


def test_a_displayed_formula_stands_apart():
    assert text(f'so<mml:math {MATH} display="block"><mml:mi>x</mml:mi></mml:math>and') == "so x and"
