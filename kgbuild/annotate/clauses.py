"""A sentence as the rules of this package look at it: its text, its mentions, and what stands between two places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kgbuild.annotate.cues import word_set

Span = tuple[int, int]
MENTION = "\ue000"
"""Stands for each character of a mention, so that no rule reads the words of a name."""
_ASIDE = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|</?\w+>|,\s(?:which|who|that|but\snot|and\snot|unlike|a|an|the\smain|one\sof)\s[^,;]*,"
)
_JOINED = re.compile(r"\b(?:but also|as well as|along with|together with)\b")
_WORD = re.compile(rf"{MENTION}+[\w-]*|[^\W\d_{MENTION}][\w'’.-]*")


@dataclass(frozen=True, slots=True)
class End:
    """One end of a relation in a sentence; `label` is empty where the end stands elsewhere."""

    start: int
    end: int
    label: str = ""
    text: str = ""

    @property
    def span(self) -> Span:
        """Half-open, in characters of the sentence."""
        return self.start, self.end

    @property
    def is_here(self) -> bool:
        """Whether the sentence holds the mention."""
        return self.end > self.start


@dataclass(frozen=True)
class Sentence:
    """A sentence and the spans of all mentions in it, in order."""

    text: str
    mentions: Sequence[End] = field(default=())

    @cached_property
    def masked(self) -> str:
        """The text in lower case with `MENTION` in place of the mentions' characters."""
        # Lower case of some letters is longer.
        lower = self.text.lower()
        text = lower if len(lower) == len(self.text) else self.text
        for end in self.mentions:
            text = text[: end.start] + MENTION * (end.end - end.start) + text[end.end :]
        return text

    def words(self, start: int, end: int) -> list[str]:
        """The words between two places, without asides; a mention is one word."""
        return [word.rstrip(".") for word in _WORD.findall(self._between(start, end))]

    def _between(self, start: int, end: int) -> str:
        """The text between two places, without asides, and without the rest of one that holds the first place."""
        text = _JOINED.sub(",", _ASIDE.sub(" ", self.masked[start:end]))
        closed = text.find(")")
        return text[closed + 1 :] if closed >= 0 else text

    def is_open(self, start: int, end: int, *lists: str, most: int = 1) -> bool:
        """Whether only mentions, the words of lists of `[gap]` in `cues.toml` and `most` others stand between."""
        if start > end or re.search(r"[;:]|\s[-–—]\s", self._between(start, end)):
            return False
        closed = word_set("gap", "closed")
        known = frozenset().union(*(word_set("gap", name) for name in lists))
        others = 0
        for word in self.words(start, end):
            if word.startswith(MENTION) or word in known:
                continue
            others += 1
            # An unknown past tense may be another verb.
            if others > most or word in closed or (word.endswith("ed") and "-" not in word):
                return False
        return True
