"""The forms under which a mention is looked up: what its article defines, and words that do not change the thing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import quote

from kgbuild.annotate.abbreviations import abbreviations
from kgbuild.model import SECTION_NAMES, Document, Mention
from kgbuild.namespaces import NAME
from kgbuild.normalize import key

Kind = Literal["text", "abbreviation", "genus", "form"]

_MARKUP = re.compile(r"</?\w{1,6}/?>")
_CUT_MARKUP = re.compile(r"</?\w*>?\Z|\A\w*>")
_PARENTHESES = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_TOKEN = re.compile(r"[^\s,;/()]+")
_SPECIES = re.compile(r"([A-Z])(?:\.\s?|\s)([a-z]{3,})(?![a-z])(.*)", re.DOTALL)
_BINOMIAL = re.compile(r"\b([A-Z][a-z]{2,})\s(?=([a-z]{3,})\b)")
_CODE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w-]{2,8}\Z")
# Two letters mean too many things to be one name in all articles.
_SHORTEST_NAME = 3
_PREFIXES = frozenset(
    ("anti", "bio", "co", "gastro", "hyper", "hypo", "immuno", "inter", "intra", "micro", "multi", "neuro", "non")
) | {"over", "post", "pre", "pro", "psycho", "re", "sub", "under"}
_JOINED = re.compile(rf"({'|'.join(sorted(_PREFIXES, key=len, reverse=True))})([a-z]{{5,}})\Z")

# Articles write few names, again and again.
_key = lru_cache(maxsize=1 << 16)(key)

_MATTER = frozenset({"chemical", "drug", "dietary supplement", "food", "gene"})
_TAXA = frozenset({"bacteria", "microbiome"})


def _words(text: str) -> frozenset[str]:
    return frozenset(key(word) for word in text.split())


# Words before and after a name that leave the thing the same: where it was measured, that it was given, its rank.
_BEFORE: Mapping[str, frozenset[str]] = {
    "matter": _words("the fecal stool plasma serum blood circulating urinary urine salivary colonic cecal luminal"),
    "taxon": _words("the genus genera family families phylum phyla order class species members g f p o c k s of"),
    "anatomical location": _words("the human host mouse rat murine rodent mammalian patient whole"),
    "": _words("the"),
}
_AFTER: Mapping[str, frozenset[str]] = {
    "matter": _words(
        "levels concentration concentrations content amount supplementation supplement treatment administration "
        "intake intervention consumption ingestion"
    ),
    "taxon": _words("genus genera family families phylum phyla order class species spp sp abundance taxon taxa"),
    "": frozenset(),
}


class Form(NamedTuple):
    """A text to look up, and how it came from the mention."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a document defines: long forms of abbreviations, with where they are given, and genera by their initial.

    Each genus has the words that follow it, the epithets of its species among them.
    """

    long_forms: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)
    genera: Mapping[str, Mapping[str, Collection[str]]] = field(default_factory=dict)
    starts: Mapping[str, int] = field(default_factory=dict)

    def long_form(self, short: str, section: str = "", start: int = 0) -> str | None:
        """What an abbreviation stands for at a place: as the document defines it last before, else first after it."""
        found = self.long_forms.get(short) or self.long_forms.get(short.removesuffix("s")) or ()
        if not found:
            return None
        at = bisect_right([place for place, _ in found], self.starts.get(section, 0) + start)
        return found[max(at - 1, 0)][1]


def definitions(document: Document) -> Definitions:
    """The abbreviations of a document with their long forms, and the genera that it names in full, by initial."""
    long_forms: dict[str, list[tuple[int, str]]] = {}
    genera: dict[str, dict[str, set[str]]] = {}
    starts: dict[str, int] = {}
    offset = 0
    for name in SECTION_NAMES:
        text = document.text(name)
        starts[name] = offset
        for (start, end), (long_start, long_end) in abbreviations(text):
            long_forms.setdefault(text[start:end], []).append((offset + start, text[long_start:long_end]))
        for match in _BINOMIAL.finditer(text):
            genera.setdefault(match[1][0], {}).setdefault(match[1], set()).add(match[2])
        offset += len(text) + 1
    return Definitions(long_forms, genera, starts)


def clean(text: str) -> str:
    """A mention without markup and the brackets around it.

    >>> clean("<i>L. plantarum</i> DP189"), clean("(R)-ketamine")
    ('L. plantarum DP189', '(R)-ketamine')
    """
    text = text.strip()
    if "<" in text or ">" in text:
        text = _CUT_MARKUP.sub("", _MARKUP.sub("", text).strip()).strip()
    return text


def forms(
    mention: Mention, defined: Definitions, is_usual: Callable[[str, str], bool] | None = None
) -> tuple[Form, ...]:
    """The texts under which a mention may be found, nearest first, each normal form once.

    An abbreviation that the document defines has its long form alone, since that is what it means there. Words that
    are abbreviations are spelled out; the mention as written counts only where `is_usual` confirms of each such word
    and its long form that others mean the same: "PD patients" are others in an article on panic disorder.
    """
    text = clean(mention.text)
    long = defined.long_form(text, mention.span.section, mention.span.start)
    if long is not None:
        return _distinct([Form(clean(long), "abbreviation"), *_neutral(clean(long), mention.label)])
    bare = _PARENTHESES.sub("", text).strip() or text
    found = [Form(text, "text"), Form(bare, "form")]
    species = _SPECIES.fullmatch(bare)
    if species:
        genera = defined.genera.get(species[1], {})
        named = [genus for genus, epithets in genera.items() if species[2] in epithets]
        # A genus that the document names without this species is a guess, which an index alone can confirm.
        kind: Kind = "genus" if named else "form"
        found += [Form(f"{genus} {species[2]}{species[3]}", kind) for genus in named or genera]
    meant = {
        token: long
        for token in _TOKEN.findall(bare)
        if (long := defined.long_form(token, mention.span.section, mention.span.start))
    }
    if meant:
        spelled = clean(_TOKEN.sub(lambda token: meant.get(token[0], token[0]), bare))
        written = found if is_usual is None or all(is_usual(*pair) for pair in meant.items()) else []
        found = [Form(spelled, "abbreviation"), *written]
    return _distinct([*found, *(form for one in list(found) for form in _neutral(one.text, mention.label))])


def _distinct(found: Sequence[Form]) -> tuple[Form, ...]:
    distinct: dict[str, Form] = {}
    for form in found:
        distinct.setdefault(_key(form.text), form)
    distinct.pop("", None)
    return tuple(distinct.values())


@lru_cache(maxsize=1 << 14)
def _neutral(text: str, label: str) -> tuple[Form, ...]:
    """The text without words that leave the thing the same, and with prefixes joined or apart."""
    words = _key(text).split()
    group = "matter" if label in _MATTER else "taxon" if label in _TAXA else label
    before, after = _BEFORE.get(group, _BEFORE[""]), _AFTER.get(group, _AFTER[""])
    start, end = 0, len(words)
    while start < end - 1 and words[start] in before:
        start += 1
    while end > start + 1 and words[end - 1] in after:
        end -= 1
    found = [" ".join(words[start:end])] if (start, end) != (0, len(words)) else []
    found += [spelling for spelling in (_together(words), _apart(words)) if spelling]
    return tuple(Form(one, "form") for one in found)


def _together(words: Sequence[str]) -> str:
    """Prefixes joined with the word after them: "pro inflammatory cytokine" becomes "proinflammatory cytokine"."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _PREFIXES and word.isalpha():
            joined[-1] += word
        else:
            joined.append(word)
    return " ".join(joined) if len(joined) != len(words) else ""


def _apart(words: Sequence[str]) -> str:
    apart = [_JOINED.sub(r"\1 \2", word) for word in words]
    return " ".join(apart) if apart != list(words) else ""


def name_uri(text: str) -> str | None:
    """The URI of a name that has no concept: equal names are one in all articles. None where it is too short.

    Case, plurals, hyphens, Greek letters and British spelling make no difference, nor does a prefix's hyphen.

    >>> name_uri("pro-inflammatory bacteria") == name_uri("Proinflammatory bacterium")
    True
    """
    words = _key(text).split()
    name = _together(words) or " ".join(words)
    if len(name.replace(" ", "")) < _SHORTEST_NAME:
        return None
    return NAME + quote(name.replace(" ", "_"), safe="")


def codes(mentions: Sequence[Mention]) -> Iterator[tuple[str, str, str]]:
    """Codes that end a longer mention, as label, code and that mention: "Rg1" of "ginsenoside Rg1"."""
    for mention in mentions:
        words = mention.text.split()
        if len(words) > 1 and _CODE.match(words[-1]):
            yield mention.label, words[-1], mention.text
