"""Markup and character references that a source escaped once too often: `&amp;rsquo;`, `&lt;i&gt;`."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

# What a browser would set apart; every other element touches its neighbours.
_APART = "br|hr|div|list|li|ul|ol|dl|dt|dd|list-item|sec|title|h[1-6]|table|tr|td|th|label|blockquote|disp-formula"
_WORDY = (
    "sub|sup|em|strong|italic|bold|underline|roman|sc|small|big|span|font|tt|strike|del|ins|abstract|inline-formula"
    "|math|mrow|mi|mo|mn|msub|msup|msubsup|mtext|mfrac|mspace|semantics"
)
# Names of one letter may be a mathematician's: "a<b>c".
_LETTERS = "i|b|u|s|a|q|p"
_ATTRIBUTES = r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[\w#:/.?&;=-]+))*"
_TAG = re.compile(
    rf"<(?P<close>/)?(?:(?:jats|mml|m|xhtml):)?(?:(?P<apart>{_APART})|(?P<wordy>{_WORDY})|(?P<letter>{_LETTERS}))"
    rf"{_ATTRIBUTES}\s*(?P<empty>/)?>",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|([A-Za-z][A-Za-z0-9]{1,31}));")
_DEEPEST = 3


def plain(text: str) -> str:
    """The text as it is to be read where it holds tags or character references as characters; else as it is.

    Tags of PubMed, JATS, HTML and MathML go; those that a browser would set apart leave a space. A tag of one letter
    goes only where it is closed, so that "a<b>c" stays; `<p>`, which HTML need not close, also where no word stands
    before it. References need their semicolon.

    >>> plain("<i>E. coli</i> in Parkinson&rsquo;s, TNF-&amp;alpha; (p &lt; 0.05, H<sub>2</sub>S, a<b and c>d)")
    'E. coli in Parkinson’s, TNF-α (p < 0.05, H2S, a<b and c>d)'
    """
    for _ in range(_DEEPEST):
        before = text
        if "<" in text:
            text = _without_tags(text)
        if "&" in text:
            text = _REFERENCE.sub(_character, text)
        if text == before:
            break
    return text


def _character(found: re.Match[str]) -> str:
    name = found[1]
    return found[0] if name and f"{name};" not in html5 else unescape(found[0])


def _without_tags(text: str) -> str:
    tags = list(_TAG.finditer(text))
    kept: set[int] = set()
    opened: dict[str, list[int]] = {}
    for number, tag in enumerate(tags):
        if (letter := (tag["letter"] or "").lower()) and not tag["empty"]:
            if not tag["close"]:
                opened.setdefault(letter, []).append(number)
                if letter != "p" or text[tag.start() - 1 : tag.start()].isalnum():
                    kept.add(number)
            elif opened.get(letter):
                kept.discard(opened[letter].pop())
    pieces, at = [], 0
    for number, tag in enumerate(tags):
        if number not in kept:
            pieces += [text[at : tag.start()], " " if tag["apart"] or tag["letter"] in ("p", "P") else ""]
            at = tag.end()
    return "".join([*pieces, text[at:]])
