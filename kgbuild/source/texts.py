"""Articles as plain text, one file an article.

The file's name without its ending is the article's id: a PMID or PMC identifier where the name is one
("71000001.txt", "PMID_71000001.txt"). The first paragraph is the title where it looks like one: one sentence of at
most TITLE_LENGTH characters, with more text behind it. Texts stay as they are written, but for white space around
title and abstract, and line breaks within a paragraph, which become spaces, one for one.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kgbuild.files import file_digest
from kgbuild.identifiers import article_id, pmcid
from kgbuild.model import Annotated, Document, Reject
from kgbuild.source.annotated import MAX_LINE, READ_ERRORS, checked, damaged, open_bytes, sections
from kgbuild.source.standing import settle

TITLE_LENGTH = 350
"""Characters of a title at most."""

_ENDING = re.compile(r"\.(?:txt|text)(?:\.gz)?\Z", re.IGNORECASE)
_NOT_AN_ARTICLE = re.compile(
    r"(?:read[-_ ]?me|licen[sc]e|copying|notice|change(?:s|log)|citation|authors|contributors|install|requirements"
    r"|manifest|robots)\b.*",
    re.IGNORECASE,
)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_LINE_BREAK = re.compile(r"(?P<empty>\n[ \t]*\n\s*)|\n")
_ENDS = re.compile(r"[.?!:]['\"”’)\]]*\Z")
# A sentence's end within a title: a period after a word of several letters, and a capital letter.
_INNER_END = re.compile(r"[^\W\d_]{3}[.?!]['\"”’)\]]*\s+[A-ZÀ-Þ]")
# PubMed's formats "Summary (text)" and "Abstract (text)": "1. Gut. 2020 Jan;1(1):2. doi: …"
_PUBMED_LIST = re.compile(r"\s*1[.:]\s")
_PMID_LINE = re.compile(r"\bPMID:\s*[0-9]+")
_NARROW, _WIDE = 50, 120
_REMEDY = "Save it as plain text in UTF-8, or leave the file out."


def is_text_name(path: Path) -> bool:
    """Whether a file's name is that of a plain text."""
    return bool(_ENDING.search(path.name))


def describes_its_folder(path: Path) -> bool:
    """Whether a text is no article but stands beside others to describe them: README, LICENSE …"""
    return bool(_NOT_AN_ARTICLE.fullmatch(path.name))


def text_id(path: Path) -> str:
    """The id that a file's name gives."""
    stem = _ENDING.sub("", path.name)
    spaced = re.sub(r"[_-]+", " ", stem)
    known = next((found for name in (stem, spaced) if (found := article_id(name)).isdecimal() or pmcid(found)), "")
    return known or stem


def read_text(path: Path, identifier: str = "") -> Iterator[Annotated | Reject]:
    """The article of a text file (`.gz` too), or its reject; UTF-8, or UTF-16 with a byte order mark.

    Args:
        path: the file.
        identifier: the article's id; by default as the file's name gives it.

    Raises:
        InputError: the file can not be opened.
    """
    name = identifier or text_id(path)
    try:
        with open_bytes(path) as stream:
            content = stream.read(MAX_LINE + 1)
        if len(content) > MAX_LINE:
            raise ValueError(f"longer than {MAX_LINE // 2**20} MiB")
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
        if "\0" in text:
            raise ValueError("it is binary, or UTF-16 without a byte order mark")
        if _PUBMED_LIST.match(text) and _PMID_LINE.search(text):
            cause = "PubMed's summaries or abstracts, in which articles cannot be told apart"
            remedy = 'Save them from PubMed in the format "PubMed", or give the PMIDs to kgbuild ingest --pmids.'
            yield Reject(file=str(path), record=name, cause=cause, remedy=remedy)
            return
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        cause = f"not {error.encoding.upper()}: byte {error.object[error.start]:02x} in line {line}"
        yield Reject(file=str(path), record=name, cause=cause, remedy=_REMEDY)
    except READ_ERRORS as error:
        yield damaged(path, "start of file", error)
    except ValueError as error:
        yield Reject(file=str(path), record=name, cause=str(error), remedy=_REMEDY)
    else:
        title, abstract = title_and_abstract(text)
        yield checked(path, name, settle(Document(id=name, sections=sections(title, abstract))), ())


def title_and_abstract(text: str) -> tuple[str, str]:
    """A text's title, empty where its beginning does not look like one, and the rest.

    The title is the first paragraph, or where that has several lines the first line, if it is one sentence and
    something follows. A line of a paragraph that is broken to a width is none: where the next line's first word would
    have had its place on it, the break is meant. A text of one line is a title where it does not end as a sentence.
    """
    title, abstract = _split(re.sub(r"\r\n?", "\n", text).strip())
    return _joined(title), _joined(abstract)


def _joined(text: str) -> str:
    return _LINE_BREAK.sub(lambda found: found["empty"] or " ", text)


def _split(text: str) -> tuple[str, str]:
    first, *others = _PARAGRAPHS.split(text, maxsplit=1)
    if others and _looks_like_title(first):
        return first.strip(), others[0]
    line, *rest = first.split("\n", maxsplit=1)
    behind = text[len(line) :].strip()
    if not behind:
        return ("", text) if _ENDS.search(text) or not _looks_like_title(text) else (text, "")
    if rest and _looks_like_title(line) and _is_meant(line, first.split("\n")):
        return line.strip(), behind
    return "", text


def _looks_like_title(paragraph: str) -> bool:
    line = " ".join(paragraph.split())
    return len(line) <= TITLE_LENGTH and not _INNER_END.search(line)


def _is_meant(line: str, lines: list[str]) -> bool:
    """Whether a line ends where its text ends, not where its width does."""
    width = max(map(len, lines))
    following = lines[1].strip()
    if _ENDS.search(line.strip()):
        return True
    if following[:1].islower() and following[:1].isascii():
        return False
    return not _NARROW <= width <= _WIDE or len(line) + 1 + len(following.split(" ")[0]) <= width


@dataclass(frozen=True, slots=True)
class Texts:
    """The plain texts below a folder, as one source: each file is an article.

    A file whose name is no PMID and stands several times below the folder is named with its folders.
    """

    folder: Path
    paths: tuple[Path, ...]

    def fingerprint(self) -> str:
        """The SHA-256 of the files' names and contents, in hexadecimal.

        Raises:
            OSError: a file can not be read.
        """
        state = hashlib.sha256()
        for path in self.paths:
            state.update(f"{path.relative_to(self.folder)}\0{file_digest(path)}\0".encode())
        return state.hexdigest()

    def articles(self) -> Iterator[Annotated | Reject]:
        """The articles and the rejects, in the files' order."""
        ids = [text_id(path) for path in self.paths]
        times = Counter(ids)
        for path, name in zip(self.paths, ids, strict=True):
            stem = _ENDING.sub("", path.name)
            is_own = name == stem and not (name.isdecimal() or pmcid(name))
            below = _ENDING.sub("", "-".join(path.relative_to(self.folder).parts))
            yield from read_text(path, below if is_own and times[name] > 1 else name)
