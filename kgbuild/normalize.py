"""The normal form of names, which the tagger and the linker share, with a way back to the original text.

A text becomes words joined by single spaces: compatibility characters and ligatures spelled out, accents and
invisible characters dropped, case folded, Greek letters named, letters and digits separated, hyphens and
punctuation gone, British spellings American, plurals singular (a light, rule-based stripping). So "TNF-α",
"TNFα", "TNF alpha" and "tnf-alpha" are one name, and so are "IL6" and "IL-6".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_GREEK = "GREEK SMALL LETTER "
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_WORD = re.compile(
    # Named Greek letters stand alone in short compounds, as the letters themselves do: TNFalpha, kappaB.
    r"(?:(?<![^\W\d_])[^\W\d_]{2,6}(?=(?:alpha|beta|gamma|kappa)(?![^\W\d_])))"
    r"|(?:alpha|beta|gamma|kappa)(?=[a-rt-z]{1,2}(?![^\W\d_]))"
    r"|[^\W\d_]+(?:['’]s(?![^\W_]))?|\d+",
    re.IGNORECASE,
)
_BRITISH = re.compile(
    r"haem|aemi|oedem|oesoph|faec|paed|rhoea|foet|coeliac|caec|aetio|tumour|behaviour|colour|flavour|odour|fibre"
)
_AMERICAN = {"tumour": "tumor", "behaviour": "behavior", "colour": "color", "flavour": "flavor"} | {
    "odour": "odor",
    "fibre": "fiber",
    "foet": "fet",
}
_IRREGULAR = {
    "mice": "mouse",
    "men": "man",
    "women": "woman",
    "children": "child",
    "fungi": "fungus",
    "villi": "villus",
    "nuclei": "nucleus",
    "hippocampi": "hippocampus",
    "larvae": "larva",
    "ganglia": "ganglion",
    "data": "datum",
    "clostridia": "clostridium",
    "teeth": "tooth",
    "feet": "foot",
}
_SUFFIXES = (
    ("bacteria", "bacterium"),
    ("bacilli", "bacillus"),
    ("cocci", "coccus"),
    ("ies", "y"),
    ("sses", "ss"),
    ("shes", "sh"),
    ("ches", "ch"),
    ("xes", "x"),
)


class Folded(NamedTuple):
    """A normal form, and where each of its characters comes from.

    `starts[i]` and `ends[i]` delimit, in the source, the word that holds character i of `text`; a space
    belongs to the word before it. So `source[starts[i]:ends[j - 1]]` is what stands behind `text[i:j]`.
    """

    text: str
    starts: list[int]
    ends: list[int]


class Word(NamedTuple):
    """One word of a normal form and the characters of the source that it stands for, half-open."""

    form: str
    start: int
    end: int


def key(text: str) -> str:
    """The normal form of a name, for exact lookup; empty where it holds neither letter nor digit."""
    return " ".join([word_form(match[0]) for match in _WORD.finditer(_expand(text)[0])])


def fold(text: str) -> Folded:
    """The normal form with the way back; `fold(text).text == key(text)`."""
    starts: list[int] = []
    ends: list[int] = []
    forms = words(text)
    for form, start, end in forms:
        starts += [start] * (len(form) + 1)
        ends += [end] * (len(form) + 1)
    return Folded(" ".join([form for form, _, _ in forms]), starts[:-1], ends[:-1])


def words(text: str) -> list[Word]:
    """The words of the normal form in order, with their places in `text` (code points)."""
    expanded, starts, ends = _expand(text)
    if starts is None or ends is None:
        return [Word(word_form(match[0]), *match.span()) for match in _WORD.finditer(expanded)]
    return [
        Word(word_form(match[0]), starts[match.start()], ends[match.end() - 1]) for match in _WORD.finditer(expanded)
    ]


def spelled(text: str) -> str:
    """The text with every character spelled out (Greek, ligatures, accents); the case of ASCII letters is kept."""
    return _expand(text)[0]


def _expand(text: str) -> tuple[str, list[int] | None, list[int] | None]:
    """Spell out every character; no lists where each character stands for itself."""
    if text.isascii():
        return text, None, None
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in _NON_ASCII.finditer(text):
        at = match.start()
        if done < at:
            pieces.append(text[done:at])
            starts += range(done, at)
            ends += range(done + 1, at + 1)
        done = at + 1
        spelled = _spell(match[0])
        if spelled:
            pieces.append(spelled)
            starts += [at] * len(spelled)
            ends += [done] * len(spelled)
        elif ends and ends[-1] == at:
            index = len(ends) - 1
            while index >= 0 and ends[index] == at:
                ends[index] = done
                index -= 1
    pieces.append(text[done:])
    starts += range(done, len(text))
    ends += range(done + 1, len(text) + 1)
    return "".join(pieces), starts, ends


@lru_cache(maxsize=4096)
def _spell(character: str) -> str:
    """What a character stands for; empty for accents and for characters that are not seen."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    if character in "‘’ʼ′":
        return "'"
    shown = [c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf")]
    return "".join(_greek_name(c) if unicodedata.name(c, "").startswith(_GREEK) else c for c in shown)


def _greek_name(letter: str) -> str:
    """`β` -> ` beta `, which stands as a word of its own; Unicode spells lambda "lamda"."""
    name = unicodedata.name(letter).removeprefix(_GREEK).split()[-1].lower()
    return f" {name.replace('lamda', 'lambda')} "


@lru_cache(maxsize=1 << 16)
def word_form(word: str) -> str:
    """The normal form of one word: case folded, American, singular."""
    form = word.casefold()
    if form.endswith(("'s", "’s")):
        form = form[:-2]
    form = _BRITISH.sub(lambda match: _AMERICAN.get(match[0]) or re.sub("[ao]e", "e", match[0]), form)
    # An S that ends a short acronym is one of its letters: AIDS, SARS.
    if form in _IRREGULAR or len(form) < 4 or (len(form) < 6 and word.isupper()):
        return _IRREGULAR.get(form, form)
    for plural, singular in _SUFFIXES:
        if form.endswith(plural):
            return form[: -len(plural)] + singular
    if len(form) > 7 and form.endswith(("oses", "yses")):
        return form[:-2] + "is"
    if form.endswith("s") and not form.endswith(("ss", "us", "is")):
        return form[:-1]
    return form
