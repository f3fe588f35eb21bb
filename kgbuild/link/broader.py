"""What a name that has no concept is a kind of: the concept that its last words name, or a strain's species."""

from __future__ import annotations

from kgbuild.link.index import TermIndex
from kgbuild.normalize import key

_LONGEST = 8
_SHORT = 8
# With these words the last one is not what the whole is: "loss of appetite", "Alzheimer's and Parkinson's diseases".
_BREAKS = frozenset(
    "and or of in with without by for from to on at during after before versus vs plus as than per".split()  # noqa: SIM905
)
_DENIALS = frozenset(["absence", "anti", "antagonist", "lack", "no", "non", "pseudo", "free", "like"])
_TAXON = "bacteria"
_STRAINS = frozenset({_TAXON, "dietary supplement", "drug"})


def broader_of(name: str, label: str, index: TermIndex) -> str | None:
    """The canonical URI of the nearest broader concept of a name, or None.

    English names end with what the thing is, so that the longest stretch of last words that an index has as a name of
    the label is broader. A strain begins with its species.

    Args:
        name: as articles write it.
        label: of its mentions.
        index: the names of concepts.
    """
    words = key(name).split()
    if not 1 < len(words) <= _LONGEST or _BREAKS.intersection(words):
        return None
    if label in _STRAINS:
        for end in range(len(words) - 1, 1, -1):
            found = _concept(" ".join(words[:end]), _TAXON, index)
            if found:
                return found
    if _DENIALS.intersection(words):
        return None
    stretches = (" ".join(words[start:]) for start in range(1, len(words)))
    return next((found for stretch in stretches if (found := _concept(stretch, label, index))), None)


def _concept(form: str, label: str, index: TermIndex) -> str | None:
    """The concept of that label whose name is no abbreviation, best first."""
    entries = [
        entry
        for entry in index.entries(form)
        if entry.term.label == label and entry.scope <= 1 and not _is_short(entry.term.name)
    ]
    return min(entries, key=lambda entry: (entry.source, entry.scope, entry.canonical)).canonical if entries else None


def _is_short(name: str) -> bool:
    return len(name) <= _SHORT and sum(map(str.isupper, name)) > 1
